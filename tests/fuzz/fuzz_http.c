/* Fuzzing of the request parser: whatever the bytes and however they arrive, the outcome is the same, stays within the limits, and an
 * accepted request can be copied out. Built plainly it mutates samples by itself (fuzz-http [SEED [ROUNDS]]); with
 * -DGATESLOT_LIBFUZZER and -fsanitize=fuzzer it is a libFuzzer target. */
#include "../base/dice.h"
#include "http.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (holds) {
        return;
    }
    fprintf(stderr, "violated: %s\n", what);
    abort();
}

/* The bytes in a block of exactly their size, so that a sanitizer sees the parser look further. */
static enum gs_parse run_prefix(struct gs_parser *p, const uint8_t *data, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    require(copy != NULL, "memory");
    memcpy(copy, data, len);
    enum gs_parse parsed = gs_parser_run(p, copy, len);
    free(copy);
    return parsed;
}

static enum gs_parse run_split(struct gs_parser *p, const uint8_t *data, size_t size, uint64_t seed, size_t step)
{
    enum gs_parse parsed = GS_PARSE_MORE;
    size_t len = 0;
    gs_parser_reset(p);
    while (len < size && parsed == GS_PARSE_MORE) {
        size_t more = step > 1 ? dice_next(&seed) % step + 1 : 1;
        len = more < size - len ? len + more : size;
        parsed = run_prefix(p, data, len);
    }
    return parsed;
}

static void compare(const struct gs_parser *a, enum gs_parse parsed_a, const struct gs_parser *b,
                    enum gs_parse parsed_b)
{
    require(parsed_a == parsed_b, "the same outcome however split");
    require(a->state == b->state && a->status == b->status && a->what == b->what, "the same refusal however split");
    require(a->pos == b->pos && a->body_len == b->body_len, "the same extent however split");
    require(a->field_count == b->field_count &&
                memcmp(a->fields, b->fields, a->field_count * sizeof(a->fields[0])) == 0,
            "the same headers however split");
    require(a->close == b->close && a->expects_continue == b->expects_continue, "the same flags however split");
}

static void check_limits(const struct gs_parser *p, enum gs_parse parsed, size_t size)
{
    static const int statuses[] = {400, 413, 414, 417, 431, 501, 505};
    bool known = parsed != GS_PARSE_REFUSE;
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        known = known || p->status == statuses[i];
    }
    require(known, "a refusal has a status of its own");
    require(p->pos <= size, "nothing beyond the input is digested");
    require(parsed != GS_PARSE_REQUEST || p->body_len <= GS_BODY_MAX, "the body keeps its limit");
    require(parsed != GS_PARSE_MORE || size <= GS_WIRE_MAX, "waiting ends at the limit");
    require(parsed != GS_PARSE_MORE || p->need > size || size == p->pos, "waiting is for something");
}

/* The copy the routes get. */
static void check_copy(const struct gs_parser *p, const uint8_t *data)
{
    struct gs_http http = {0};
    struct gs_conn c = {.http = &http, .parser = *p};
    TAILQ_INIT(&c.jobs);
    struct gs_job *job = gs_job_create(&c, (const char *)data);
    require(job != NULL, "memory");
    const struct gs_request *r = &job->x.request;
    require(r->path[0] == '/', "a path begins with /");
    require(strlen(r->path) <= GS_TARGET_MAX && strlen(r->query) <= GS_TARGET_MAX, "the target keeps its limit");
    for (size_t i = 0; i < r->header_count; i++) {
        require(strlen(r->headers[i].value) == p->fields[i].value.len, "a value has no NUL");
    }
    require(r->body[r->body_len] == '\0', "the body is whole");
    gs_job_destroy(job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gs_parser *whole = malloc(sizeof(*whole)), *split = malloc(sizeof(*split));
    require(whole != NULL && split != NULL, "memory");
    gs_parser_reset(whole);
    enum gs_parse parsed = size > 0 ? run_prefix(whole, data, size) : GS_PARSE_MORE;
    check_limits(whole, parsed, size);
    if (size <= 4096) {
        compare(whole, parsed, split, run_split(split, data, size, 1, 1));
    }
    compare(whole, parsed, split, run_split(split, data, size, size + 1, size / 4 + 2));
    if (parsed != GS_PARSE_MORE) {
        check_copy(whole, data);
    }
    free(whole);
    free(split);
    return 0;
}

#ifndef GATESLOT_LIBFUZZER
static const char *const samples[] = {
    "GET /v1/slots?from=2026-11-25 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
    "POST /v1/bookings HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\nIdempotency-Key: k\r\n\r\nhello",
    "PUT / HTTP/1.1\r\nHost:\r\nTransfer-Encoding:chunked\r\n\r\n2\r\nhi\r\n0a;x=y\r\n0123456789\r\n0\r\n\r\n",
    "\r\nHEAD /%E6%B5%99/..?q=%zz HTTP/1.1\r\nHost: [::1]:80\r\nConnection: a, close\r\n\r\nGET / HTTP/1.1\r\n",
    "PUT /a HTTP/1.1\r\nHost:\r\nExpect: 100-continue\r\nContent-Length: 0065536\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
};
static const char *const pieces[] = {"\r\n",
                                     "\n",
                                     "\r",
                                     " ",
                                     "\t",
                                     ":",
                                     "\r\n\r\n",
                                     "\r\n ",
                                     "0x5",
                                     "+5",
                                     "%00",
                                     "%2f",
                                     "HTTP/1.0",
                                     "chunked",
                                     ",",
                                     ";",
                                     "Content-Length: 5\r\n",
                                     "Transfer-Encoding: chunked\r\n",
                                     "Host: b\r\n",
                                     "5\r\n",
                                     "0\r\n\r\n",
                                     "ffffffff",
                                     "99999999999999999999"};

static size_t mutate(uint8_t *out, size_t max, uint64_t *random)
{
    const char *sample = samples[dice_next(random) % (sizeof(samples) / sizeof(samples[0]))];
    size_t len = strlen(sample);
    memcpy(out, sample, len);
    for (uint64_t n = dice_next(random) % 5; n > 0 && len > 0; n--) {
        size_t at = dice_next(random) % len;
        const char *piece = pieces[dice_next(random) % (sizeof(pieces) / sizeof(pieces[0]))];
        size_t piece_len = strlen(piece), cut = dice_next(random) % (len - at < 12 ? len - at : 12) + 1;
        size_t repeat = dice_next(random) % 64 == 0 ? dice_next(random) % 2000 : 1;
        switch (dice_next(random) % 4) {
        case 0:
            out[at] = (uint8_t)dice_next(random);
            break;
        case 1:
            memmove(out + at, out + at + cut, len - at - cut);
            len -= cut;
            break;
        default:
            for (; repeat > 0 && len + piece_len <= max; repeat--) {
                memmove(out + at + piece_len, out + at, len - at);
                memcpy(out + at, piece, piece_len);
                len += piece_len;
            }
        }
    }
    return len;
}

int main(int argc, char **argv)
{
    static uint8_t input[8 * GS_HEAD_MAX];
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 20261125;
    uint64_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : 200000;
    uint64_t random = seed;
    printf("1..1\n# seed %" PRIu64 ", %" PRIu64 " rounds\n", seed, rounds);
    for (uint64_t i = 0; i < rounds; i++) {
        size_t len = mutate(input, sizeof(input), &random);
        LLVMFuzzerTestOneInput(input, len);
    }
    printf("ok 1 - any_bytes_have_one_outcome_within_limits\n");
    return 0;
}
#endif
