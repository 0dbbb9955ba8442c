/* Fuzzing of what stands in a request's target and headers: the query of every route, the pattern of every route, and the headers by
 * which client and daemon agree on language and form. The input: query, path, header, one a line. */
#include "call.h"
#include "fuzz.h"
#include "gateslot/base/text.h"

static void check_values(struct gs_params *p, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *value = gs_params_text(p, names[i]);
        gs_date date = 0;
        int64_t number = 0;
        bool flag = false;
        char copy[65];
        REQUIRE(value == NULL || (value[0] != '\0' && gs_utf8_valid(value, strlen(value))));
        if (gs_params_date(p, names[i], &date)) {
            REQUIRE(value != NULL && strlen(value) == 10 && date >= 0 && date <= GS_DATE_LAST);
        }
        if (gs_params_int(p, names[i], -5, 1000, &number)) {
            REQUIRE(number >= 0 && number <= 1000);
        }
        if (gs_params_bool(p, names[i], &flag)) {
            REQUIRE(strcmp(value, flag ? "true" : "false") == 0);
        }
        if (gs_params_copy(p, names[i], copy, sizeof copy, 16)) {
            REQUIRE(strcmp(copy, value) == 0 && gs_utf8_count(copy, strlen(copy)) <= 16);
        }
    }
}

static void read_query(const char *query)
{
    static struct gs_params params;
    for (size_t i = 0; i < gs_route_count; i++) {
        struct gs_faults faults;
        const char *const *names = gs_route_table[i].params;
        memset(&faults, 0, sizeof faults);
        if (names != NULL) {
            gs_params_parse(&params, query, names, &faults);
            check_values(&params, names);
            REQUIRE(faults.count <= GS_MAX_FAULTS);
        }
    }
}

static void read_path(const char *path)
{
    size_t matching = 0;
    for (size_t i = 0; i < gs_route_count; i++) {
        char parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1];
        if (gs_route_matches(gs_route_table[i].path, path, parts)) {
            matching++;
            REQUIRE(path[0] == '/');
        }
    }
    REQUIRE(matching <= GS_METHOD_OTHER);
}

static void read_header(const char *value)
{
    REQUIRE(gs_negotiate_lang(value) == GS_LANG_ZH || gs_negotiate_lang(value) == GS_LANG_EN);
    (void)gs_negotiate_csv(value);
    (void)gs_negotiate_html(value);
    (void)gs_negotiate_gzip(value);
    REQUIRE(!gs_media_is_json(value) || !gs_media_is_yaml(value));
    (void)gs_coding_is_plain(value);
    REQUIRE(!gs_prefers(value, "all-or-nothing") || strlen(value) >= sizeof "all-or-nothing" - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    const size_t query_len = end != NULL ? (size_t)(end - data) : size;
    char *query = text_copy(data, query_len);
    char *rest = text_copy(data + query_len, size - query_len);
    char *path = rest + (rest[0] == '\n' ? 1 : 0);
    char *header = strchr(path, '\n');
    if (header != NULL) {
        *header++ = '\0';
    }
    read_header(header); /* NULL: none was sent */
    if (query_len <= GS_TARGET_MAX && strlen(path) <= GS_TARGET_MAX) {
        read_query(query);
        read_path(path);
    }
    free(query);
    free(rest);
    return 0;
}
