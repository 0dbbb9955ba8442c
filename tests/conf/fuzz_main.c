/* Feeds fuzz_conf.c without libFuzzer: every seed as it is, then mutations of them. fuzz-conf COUNT SEED FILE… ; the
 * environment's GATESLOT_SEED goes before SEED. */
#include "../base/dice.h"
#include "gateslot/base/limits.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX 64
#define INPUT_MAX 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    size_t len;
    uint8_t bytes[INPUT_MAX];
};

static size_t below(uint64_t *state, size_t bound)
{
    return bound == 0 ? 0 : (size_t)(dice_next(state) % bound);
}

static void replace(struct input *in, size_t at, size_t gone, const void *bytes, size_t len)
{
    if (at + gone > in->len || in->len - gone + len > sizeof in->bytes) {
        return;
    }
    memmove(in->bytes + at + len, in->bytes + at + gone, in->len - at - gone);
    memcpy(in->bytes + at, bytes, len);
    in->len = in->len - gone + len;
}

static void insert_token(struct input *in, uint64_t *state)
{
    static const char *const tokens[] = {"&a ",
                                         "*a",
                                         "!!str ",
                                         "<<: ",
                                         "---\n",
                                         "...\n",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ": ",
                                         "- ",
                                         "? ",
                                         "| \n",
                                         "> \n",
                                         "\"",
                                         "'",
                                         "\t",
                                         "\n",
                                         "\r\n",
                                         "#",
                                         "%YAML 1.1\n",
                                         "~",
                                         "null",
                                         "true",
                                         "yes",
                                         "08:00",
                                         "24:00",
                                         "2027-02-29",
                                         "-1",
                                         "0x1",
                                         "99999999999999999999",
                                         "\\0",
                                         "\\ud800",
                                         "\xef\xbb\xbf",
                                         "\xe2\x80\xa8",
                                         "\xc3",
                                         "\x00",
                                         "calendar:\n",
                                         "windows: ",
                                         "closed: true",
                                         "start: \"00:00\"",
                                         "end: \"24:00\"",
                                         "capacity: 1",
                                         "weekday: sun",
                                         "minutes: 7"};
    const char *token = tokens[below(state, sizeof tokens / sizeof tokens[0])];
    replace(in, below(state, in->len + 1), 0, token, token[0] == '\0' ? 1 : strlen(token));
}

static void mutate(struct input *in, const struct input *other, uint64_t *state)
{
    size_t at = below(state, in->len), span = below(state, 24), from = below(state, other->len);
    uint8_t byte = (uint8_t)dice_next(state);
    switch (below(state, 6)) {
    case 0:
        replace(in, at, in->len == 0 ? 0 : 1, &byte, 1);
        break;
    case 1:
        replace(in, at, at + span <= in->len ? span : 0, "", 0);
        break;
    case 2: /* a piece of another seed */
        span = from + 4 * span <= other->len ? 4 * span : other->len - from;
        replace(in, at, 0, other->bytes + from, span);
        break;
    case 3: /* a digit */
        byte = (uint8_t)('0' + byte % 10);
        replace(in, at, in->len == 0 ? 0 : 1, &byte, 1);
        break;
    default:
        insert_token(in, state);
        break;
    }
}

static int read_seed(const char *path, struct input *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    out->len = fread(out->bytes, 1, sizeof out->bytes, file);
    return fclose(file);
}

int main(int argc, char **argv)
{
    static struct input seeds[SEEDS_MAX], work;
    size_t seed_count = argc > 3 ? (size_t)(argc - 3) : 0;
    if (seed_count == 0 || seed_count > SEEDS_MAX) {
        (void)fprintf(stderr, "usage: %s COUNT SEED FILE...\n", argv[0]);
        return 2;
    }
    uint64_t state = number_of("GATESLOT_SEED", strtoull(argv[2], NULL, 10));
    unsigned long count = strtoul(argv[1], NULL, 10);
    printf("1..1\n# GATESLOT_SEED=%llu, %lu mutations of %zu seeds\n", (unsigned long long)state, count, seed_count);
    (void)fflush(stdout);
    for (size_t i = 0; i < seed_count; i++) {
        if (read_seed(argv[3 + i], &seeds[i]) != 0) {
            return 1;
        }
        (void)LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].len);
    }
    for (unsigned long i = 0; i < count; i++) {
        work = seeds[below(&state, seed_count)];
        for (size_t steps = 1 + below(&state, 6); steps > 0; steps--) {
            mutate(&work, &seeds[below(&state, seed_count)], &state);
        }
        (void)LLVMFuzzerTestOneInput(work.bytes, work.len);
    }
    printf("ok 1 - any_bytes_give_a_sound_config_or_problems\n");
    return 0;
}
