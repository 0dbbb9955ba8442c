/* Feeds a fuzz target without libFuzzer: every seed as it is, then mutations of them, into which words of a dictionary are put.
 * fuzz-NAME COUNT SEED DICTIONARY SEEDS… ; SEEDS: files, or directories of them; the environment's GATESLOT_SEED goes before SEED. */
#include "../base/dice.h"
#include "fuzz.h"

#include <dirent.h>

#define SEEDS_MAX 128
#define WORDS_MAX 128
#define WORD_MAX 64
#define INPUT_MAX 16384

struct input {
    size_t len;
    uint8_t bytes[INPUT_MAX];
};

struct word {
    size_t len;
    uint8_t bytes[WORD_MAX];
};

static struct input seeds[SEEDS_MAX], work;
static size_t seed_count;
static struct word words[WORDS_MAX];
static size_t word_count;

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

static void mutate(struct input *in, const struct input *other, uint64_t *state)
{
    size_t at = below(state, in->len), span = below(state, 24), from = below(state, other->len);
    uint8_t byte = (uint8_t)dice_next(state);
    const struct word *word = &words[below(state, word_count)];
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
        replace(in, below(state, in->len + 1), 0, word->bytes, word->len);
        break;
    }
}

static void read_seed(const char *path)
{
    FILE *file = fopen(path, "rb");
    require(file != NULL && seed_count < SEEDS_MAX, path);
    struct input *out = &seeds[seed_count++];
    out->len = fread(out->bytes, 1, sizeof out->bytes, file);
    require(fclose(file) == 0, path);
}

static void read_seeds(const char *path)
{
    struct dirent **names = NULL;
    const int count = scandir(path, &names, NULL, alphasort);
    if (count < 0) {
        read_seed(path);
    }
    for (int i = 0; i < count; i++) {
        char name[4096];
        (void)snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            read_seed(name);
        }
        free(names[i]);
    }
    free(names);
}

static uint8_t hexadecimal(const char *two)
{
    const char text[3] = {two[0], two[1], '\0'};
    return (uint8_t)strtoul(text, NULL, 16);
}

/* "\x0d\x0a": quotation mark, backslash and what is no ASCII are written as escapes (llvm.org/docs/LibFuzzer.html, dictionaries). */
static void read_word(const char *line)
{
    const char *from = strchr(line, '"'), *end = strrchr(line, '"');
    if (line[0] == '#' || from == NULL || end == from) {
        return;
    }
    require(word_count < WORDS_MAX, "too many words in the dictionary");
    struct word *out = &words[word_count++];
    for (const char *p = from + 1; p < end; p++) {
        const bool is_hexadecimal = p + 3 < end && p[0] == '\\' && p[1] == 'x';
        require(out->len < WORD_MAX, line);
        out->bytes[out->len++] = is_hexadecimal ? hexadecimal(p + 2) : (uint8_t)(*p == '\\' ? p[1] : p[0]);
        p += is_hexadecimal ? 3 : *p == '\\' ? 1 : 0;
    }
}

static void read_dictionary(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "r");
    require(file != NULL, path);
    while (fgets(line, sizeof line, file) != NULL) {
        read_word(line);
    }
    require(fclose(file) == 0 && word_count > 0, path);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        (void)fprintf(stderr, "usage: %s COUNT SEED DICTIONARY SEEDS...\n", argv[0]);
        return 2;
    }
    uint64_t state = number_of("GATESLOT_SEED", strtoull(argv[2], NULL, 10));
    unsigned long count = strtoul(argv[1], NULL, 10);
    read_dictionary(argv[3]);
    for (int i = 4; i < argc; i++) {
        read_seeds(argv[i]);
    }
    require(seed_count > 0, "there are no seeds");
    printf("1..1\n# GATESLOT_SEED=%llu, %lu mutations of %zu seeds\n", (unsigned long long)state, count, seed_count);
    (void)fflush(stdout);
    for (size_t i = 0; i < seed_count; i++) {
        (void)LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].len);
    }
    for (unsigned long i = 0; i < count; i++) {
        work = seeds[below(&state, seed_count)];
        for (size_t steps = 1 + below(&state, 6); steps > 0; steps--) {
            mutate(&work, &seeds[below(&state, seed_count)], &state);
        }
        (void)LLVMFuzzerTestOneInput(work.bytes, work.len);
    }
    printf("ok 1 - any_bytes_keep_the_promises\n");
    return 0;
}
