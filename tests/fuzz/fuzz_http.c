/* Fuzzing of the request parser: whatever the bytes and however they arrive, the outcome is the same, stays within the limits, and an
 * accepted request can be copied out. */
#include "../base/dice.h"
#include "fuzz.h"
#include "http.h"

/* The bytes in a block of exactly their size, so that a sanitizer sees the parser look further. */
static enum gs_parse run_prefix(struct gs_parser *p, const uint8_t *data, size_t len)
{
    char *copy = exact_copy(data, len);
    enum gs_parse parsed = gs_parser_run(p, copy, len);
    free(copy);
    return parsed;
}

static const struct gs_large_path large = {"/v1/bookings/batch", GS_BATCH_BODY_MAX};

static enum gs_parse run_split(struct gs_parser *p, const uint8_t *data, size_t size, uint64_t seed, size_t step)
{
    enum gs_parse parsed = GS_PARSE_MORE;
    size_t len = 0;
    gs_parser_init(p, &large);
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
    require(parsed != GS_PARSE_REQUEST || p->body_len <= p->body_max, "the body keeps its limit");
    require(parsed != GS_PARSE_MORE || size <= GS_WIRE_MAX + p->body_max - GS_BODY_MAX, "waiting ends at the limit");
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
    gs_parser_init(whole, &large);
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
