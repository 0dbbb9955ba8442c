/* Fuzzing of the search: what is typed, held against a booking whose texts are fuzzed too. A booking that matches is found by the index
 * of past bookings: it has all grams of one way. The input: what is typed, then plate, trailer, container, reference, company, one a line. */
#include "fuzz.h"
#include "gateslot/base/text.h"
#include "gateslot/core/search.h"
#include "gateslot/domain/checks.h"

/* The next line into out, at most so many characters of it; malformed UTF-8 is left out. */
static void next_line(const char **at, const char *end, char *out, size_t size, size_t chars)
{
    const char *stop = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    const size_t len = (size_t)((stop != NULL ? stop : end) - *at);
    out[0] = '\0';
    if (gs_utf8_valid(*at, len) && memchr(*at, '\0', len) == NULL) {
        size_t taken = 0;
        for (size_t count = 0; taken < len && count < chars; count++) {
            (void)gs_utf8_next(*at, len, &taken);
        }
        (void)gs_text_copyn(out, size, *at, taken);
    }
    *at = stop != NULL ? stop + 1 : end;
}

static void fill(struct gs_booking *b, const char *at, const char *end)
{
    char line[256];
    struct gs_truck *t = &b->truck;
    b->id = 42;
    next_line(&at, end, line, sizeof line, sizeof line);
    if (!gs_plate_normalise(line, strlen(line), t->plate)) {
        t->plate[0] = '\0';
    }
    next_line(&at, end, line, sizeof line, sizeof line);
    if (!gs_plate_check(line, strlen(line), GS_PLATE_TRAILER, t->trailer).ok) {
        t->trailer[0] = '\0';
    }
    next_line(&at, end, line, sizeof line, sizeof line);
    t->container_count = gs_container_check(line, strlen(line), t->containers[0]).ok ? 1 : 0;
    next_line(&at, end, b->reference, sizeof b->reference, GS_REFERENCE_CHARS);
    next_line(&at, end, b->company_name, sizeof b->company_name, GS_COMPANY_NAME_CHARS);
    gs_pass_code_make((uint64_t)strlen(b->reference) * 2654435761U, b->pass_code);
}

static bool has_all(const struct gs_search_way *way, const uint32_t *grams, size_t count)
{
    for (size_t i = 0; i < way->count; i++) {
        size_t at = 0;
        while (at < count && grams[at] != way->grams[i]) {
            at++;
        }
        if (at == count) {
            return false;
        }
    }
    return true;
}

static void check_index(const struct gs_search *s, const struct gs_booking *b)
{
    uint32_t grams[GS_SEARCH_GRAMS_MAX];
    struct gs_search_way ways[GS_SEARCH_WAYS_MAX];
    const size_t count = gs_search_grams(b, grams), way_count = gs_search_ways(s, ways);
    REQUIRE(count <= GS_SEARCH_GRAMS_MAX && way_count <= GS_SEARCH_WAYS_MAX);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(grams[i] < 1U << 24 && (i == 0 || grams[i - 1] < grams[i]));
    }
    bool found = s->id == b->id || gs_search_match(s, b) == GS_MATCH_NO;
    for (size_t i = 0; i < way_count && !found; i++) {
        found = has_all(&ways[i], grams, count);
    }
    require(found, "a booking that matches is found by the index");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gs_search search;
    static struct gs_booking booking;
    char *bytes = exact_copy(data, size);
    const char *stop = size > 0 ? memchr(bytes, '\n', size) : NULL;
    const size_t len = stop != NULL ? (size_t)(stop - bytes) : size;
    memset(&booking, 0, sizeof booking);
    fill(&booking, bytes + len + (stop != NULL ? 1 : 0), bytes + size);
    if (gs_utf8_valid(bytes, len) && memchr(bytes, '\0', len) == NULL) {
        const int err = gs_search_read(bytes, len, &search);
        REQUIRE(err == GS_OK || err == GS_E_INVALID || err == GS_E_RANGE);
        if (err == GS_OK) {
            check_index(&search, &booking);
        }
    }
    free(bytes);
    return 0;
}
