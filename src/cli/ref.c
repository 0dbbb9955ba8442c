/* Finds the booking that people name by what they know of it. It asks the daemon's search first, which sees what the caller may see, and then
 * the gate check, which knows what is easily misread; it never guesses between two that fit equally, and never takes for meant what is
 * only like it. */
#include "ref.h"
#include "booking_view.h"
#include "gateslot/base/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SEARCH_LIMIT "100"

enum {
    SEARCH_CHARS_MIN = 3, /* the daemon's bound */
    PAGES_MAX = 20,       /* of a search that finds nothing for long */
    LISTED_MAX = 20,
    TARGET_MAX = 2000 /* bytes; beyond, the daemon would not even read it */
};

static bool dropped(int32_t c)
{
    return c == ' ' || c == '-' || c == '.' || c == 0xb7 || c == 0x2022 || c == 0x3000 || c == 0x30fb;
}

void gs_ref_normalise(const char *text, char out[GS_REF_TEXT_MAX])
{
    size_t len = strlen(text), pos = 0, used = 0;
    while (pos < len) {
        size_t start = pos;
        int32_t c = gs_utf8_next(text, len, &pos);
        if (c >= 0xff01 && c <= 0xff5e) {
            c -= 0xfee0;
        }
        if (dropped(c)) {
            continue;
        }
        if (used + (pos - start) >= GS_REF_TEXT_MAX) {
            break;
        }
        if (c >= 0 && c < 0x80) {
            out[used++] = (char)toupper(c);
        } else {
            memcpy(out + used, text + start, pos - start);
            used += pos - start;
        }
    }
    out[used] = '\0';
}

static bool all_of(const char *text, size_t from, size_t to, int (*is)(int))
{
    for (size_t i = from; i < to; i++) {
        if ((unsigned char)text[i] > 0x7f || !is((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

enum gs_ref_kind gs_ref_kind(const char *text)
{
    char plain[GS_REF_TEXT_MAX];
    gs_ref_normalise(text, plain);
    size_t len = strlen(plain);
    if (strncmp(text, "bk_", 3) == 0 && strlen(text) > 3 && all_of(text, 3, strlen(text), isdigit)) {
        return GS_REF_IS_ID;
    }
    if (len == 11 && all_of(plain, 0, 4, isalpha) && all_of(plain, 4, 11, isdigit)) {
        return GS_REF_IS_CONTAINER;
    }
    return len == 8 && all_of(plain, 0, 8, isalnum) ? GS_REF_IS_CODE : GS_REF_IS_PLATE;
}

static bool is_active(const json_t *booking)
{
    static const char *const active[] = {"waitlisted", "booked", "arrived", "entered", "cleared"};
    for (size_t i = 0; i < sizeof active / sizeof active[0]; i++) {
        if (strcmp(gs_get_text(booking, "status"), active[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A code as Crockford reads it: O is 0, I and L are 1. */
static void read_code(char *code)
{
    for (; *code != '\0'; code++) {
        *code = *code == 'O' ? '0' : *code == 'I' || *code == 'L' ? '1' : *code;
    }
}

/* What somebody typed, in the forms that it is compared in. */
struct asked {
    char plain[GS_REF_TEXT_MAX], code[GS_REF_TEXT_MAX];
    bool number; /* nothing but digits: it may be an id */
};

static struct asked read_ref(const char *ref)
{
    struct asked a;
    gs_ref_normalise(ref, a.plain);
    memcpy(a.code, a.plain, sizeof a.code);
    read_code(a.code);
    a.number = a.plain[0] != '\0' && all_of(a.plain, 0, strlen(a.plain), isdigit);
    return a;
}

static bool is(const char *text, const char *plain)
{
    char own[GS_REF_TEXT_MAX];
    gs_ref_normalise(text, own);
    return own[0] != '\0' && strcmp(own, plain) == 0;
}

static bool has_id(const json_t *booking, const struct asked *a)
{
    const char *id = gs_get_text(booking, "id");
    return a->number && strncmp(id, "bk_", 3) == 0 && strcmp(id + 3, a->plain) == 0;
}

/* Is it what was typed, and not only like it? */
static bool fits(const json_t *booking, const struct asked *a)
{
    size_t i;
    const json_t *container;
    json_array_foreach(json_object_get(booking, "containers"), i, container)
    {
        if (json_is_string(container) && is(json_string_value(container), a->plain)) {
            return true;
        }
    }
    return is(gs_get_text(booking, "plate"), a->plain) || is(gs_get_text(booking, "trailer_plate"), a->plain) ||
           is(gs_get_text(booking, "reference"), a->plain) || strcmp(gs_get_text(booking, "pass_code"), a->code) == 0 ||
           has_id(booking, a);
}

static int64_t instant(const json_t *object, const char *key, int64_t otherwise)
{
    int64_t at = otherwise;
    const char *text = gs_get_text(object, key);
    return gs_rfc3339_parse(text, strlen(text), &at) == GS_OK ? at : otherwise;
}

/* How far from now the booking's slot is; a day without slot (waitlisted) counts from its noon, UTC being near enough. */
static int64_t distance_ms(const json_t *booking, int64_t now_ms)
{
    const json_t *slot = json_object_get(booking, "slot");
    const char *text = gs_get_text(booking, "date");
    gs_date date = 0;
    int64_t noon = gs_date_parse(text, strlen(text), &date) == GS_OK ? ((int64_t)date * 1440 + 720) * GS_MINUTE_MS : 0;
    int64_t start = instant(slot, "start", noon), end = instant(slot, "end", start);
    return now_ms < start ? start - now_ms : now_ms > end ? now_ms - end : 0;
}

int gs_ref_choose(const json_t *items, const char *ref, enum gs_ref_pick pick, int64_t now_ms, size_t *out_index)
{
    const struct asked asked = read_ref(ref);
    size_t i, best = SIZE_MAX, active_count = 0, inexact_count = 0;
    bool best_active = false, tie = false;
    int64_t best_distance = 0;
    const json_t *booking;
    json_array_foreach(items, i, booking)
    {
        if (!fits(booking, &asked)) {
            inexact_count++;
            continue;
        }
        bool active = is_active(booking);
        int64_t distance = distance_ms(booking, now_ms);
        active_count += active ? 1 : 0;
        bool same = best != SIZE_MAX && active == best_active && distance == best_distance;
        bool better =
            best == SIZE_MAX || (active && !best_active) || (active == best_active && distance < best_distance);
        tie = better ? false : tie || same;
        if (better) {
            best = i;
            best_active = active;
            best_distance = distance;
        }
    }
    if (best == SIZE_MAX) {
        return GS_E_NOTFOUND;
    }
    /* A number that is one booking's id and part of others' plates may mean either. */
    bool doubtful = inexact_count > 0 && has_id(json_array_get(items, best), &asked);
    if (tie || doubtful || (pick == GS_REF_ONLY && active_count > 1)) {
        return GS_E_BUSY;
    }
    *out_index = best;
    return GS_OK;
}

static void list_lines(struct gs_cli *cli, const json_t *items)
{
    size_t i;
    const json_t *booking;
    json_array_foreach(items, i, booking)
    {
        if (i == LISTED_MAX) {
            (void)gs_cli_fail(cli, GS_EXIT_OK, W_MORE_ROWS, NULL);
            break;
        }
        gs_booking_line(cli, cli->err, booking);
    }
}

/* Those that are what was typed; with a number, which may be an id, also those that only have it in them. */
static enum gs_exit list_several(struct gs_cli *cli, json_t *items, const char *ref)
{
    const struct asked asked = read_ref(ref);
    (void)gs_cli_fail(cli, GS_EXIT_CONFLICT, W_SEVERAL_BOOKINGS_FOR, NULL);
    for (size_t i = json_array_size(items); i > 0 && !asked.number; i--) {
        if (!fits(json_array_get(items, i - 1), &asked)) {
            json_array_remove(items, i - 1);
        }
    }
    list_lines(cli, items);
    return GS_EXIT_CONFLICT;
}

/* Nothing is done with what is only like it. */
static enum gs_exit list_alike(struct gs_cli *cli, const json_t *items, const char *ref)
{
    (void)gs_cli_fail(cli, GS_EXIT_NOT_FOUND, W_NOT_EXACTLY, ref);
    list_lines(cli, items);
    return GS_EXIT_NOT_FOUND;
}

static enum gs_exit take_found(struct gs_cli *cli, json_t *items, const char *ref, enum gs_ref_pick pick,
                               char out_id[GS_REF_ID_MAX], bool *out_said)
{
    size_t index = 0;
    int err = gs_ref_choose(items, ref, pick, cli->site.now_ms, &index);
    *out_said = true;
    if (err == GS_E_BUSY) {
        return list_several(cli, items, ref);
    }
    bool only_one = pick == GS_REF_LOOK && json_array_size(items) == 1;
    if (err == GS_E_NOTFOUND && !only_one) {
        *out_said = json_array_size(items) > 0;
        return *out_said ? list_alike(cli, items, ref) : GS_EXIT_NOT_FOUND;
    }
    snprintf(out_id, GS_REF_ID_MAX, "%s", gs_get_text(json_array_get(items, index), "id"));
    return GS_EXIT_OK;
}

static enum gs_exit get_page(struct gs_cli *cli, const char *by, const char *ref, const char *cursor,
                             struct gs_cli_answer *out)
{
    struct gs_buf path;
    gs_buf_init(&path, TARGET_MAX);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_query(&path, by, ref);
    gs_path_query(&path, "limit", SEARCH_LIMIT);
    gs_path_query(&path, "cursor", cursor);
    gs_response_init(&out->response);
    out->json = NULL;
    enum gs_exit rc = gs_buf_status(&path) == GS_OK ? gs_cli_get(cli, path.data, out)
                                                    : gs_cli_fail(cli, GS_EXIT_INVALID, W_TOO_LONG, "REF");
    gs_buf_finish(&path);
    return rc;
}

/* The newest that match, live and past, by "q" or "reference". *out_said: what came of it is told already. */
static enum gs_exit by_search(struct gs_cli *cli, const char *by, const char *ref, enum gs_ref_pick pick,
                              char out_id[GS_REF_ID_MAX], bool *out_said)
{
    char cursor[128] = "";
    enum gs_exit rc = GS_EXIT_NOT_FOUND;
    *out_said = false;
    for (int page = 0; page < PAGES_MAX && rc == GS_EXIT_NOT_FOUND && !*out_said; page++) {
        struct gs_cli_answer r;
        rc = get_page(cli, by, ref, cursor[0] != '\0' ? cursor : NULL, &r);
        *out_said = rc != GS_EXIT_OK;
        if (rc == GS_EXIT_OK) {
            rc = take_found(cli, json_object_get(r.json, "items"), ref, pick, out_id, out_said);
        }
        snprintf(cursor, sizeof cursor, "%.*s", (int)sizeof cursor - 1, gs_get_text(r.json, "next_cursor"));
        gs_cli_answer_finish(&r);
        if (cursor[0] == '\0') {
            break;
        }
    }
    return rc;
}

/* Too short to be looked for: an id may be meant. */
static enum gs_exit by_number(struct gs_cli *cli, const struct asked *asked, char out_id[GS_REF_ID_MAX])
{
    char path[GS_REF_PATH_MAX];
    struct gs_cli_answer r;
    snprintf(path, sizeof path, "/v1/bookings/bk_%.20s", asked->plain);
    const struct gs_client_call call = {.method = "GET", .path = path};
    enum gs_exit rc = gs_cli_try(cli, &call, &r);
    if (rc == GS_EXIT_OK && r.response.status == 200) {
        snprintf(out_id, GS_REF_ID_MAX, "bk_%.20s", asked->plain);
    } else if (rc == GS_EXIT_OK) {
        rc = GS_EXIT_NOT_FOUND;
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* The gate also knows which plates are easily misread; who may not ask it has not found. */
static enum gs_exit by_gate(struct gs_cli *cli, const char *ref, char out_id[GS_REF_ID_MAX], bool *out_said)
{
    const char *member = gs_ref_kind(ref) == GS_REF_IS_CODE ? "pass_code" : "plate";
    char *body = gs_json_steal_text(json_pack("{s:s}", member, ref));
    if (body == NULL) {
        return GS_EXIT_NOT_FOUND;
    }
    const struct gs_client_call call = {.method = "POST", .path = "/v1/gate/check", .body = body};
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_try(cli, &call, &r);
    const char *id = gs_get_text(json_object_get(r.json, "booking"), "id");
    const json_t *candidates = json_object_get(r.json, "candidates");
    if (rc == GS_EXIT_OK && r.response.status == 200 && id[0] != '\0') {
        snprintf(out_id, GS_REF_ID_MAX, "%s", id);
    } else if (rc == GS_EXIT_OK && r.response.status == 200 && json_array_size(candidates) > 0) {
        *out_said = true;
        rc = list_alike(cli, candidates, ref);
    } else if (rc == GS_EXIT_OK) {
        rc = GS_EXIT_NOT_FOUND;
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

enum gs_exit gs_ref_resolve(struct gs_cli *cli, const char *ref, enum gs_ref_pick pick, char out_id[GS_REF_ID_MAX])
{
    if (gs_ref_kind(ref) == GS_REF_IS_ID && strlen(ref) < GS_REF_ID_MAX) {
        snprintf(out_id, GS_REF_ID_MAX, "%s", ref);
        return GS_EXIT_OK;
    }
    const struct asked asked = read_ref(ref);
    const size_t chars = gs_utf8_count(asked.plain, strlen(asked.plain));
    bool said = false;
    enum gs_exit rc = gs_cli_site(cli);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (chars < SEARCH_CHARS_MIN) {
        rc = asked.number ? by_number(cli, &asked, out_id) : GS_EXIT_NOT_FOUND;
        if (rc == GS_EXIT_NOT_FOUND && chars > 0) { /* the client's own number may be as short as it likes */
            rc = by_search(cli, "reference", ref, pick, out_id, &said);
        }
        return rc == GS_EXIT_NOT_FOUND && !said ? gs_cli_fail(cli, rc, W_REF_TOO_SHORT, ref) : rc;
    }
    rc = by_search(cli, "q", ref, pick, out_id, &said);
    if (rc == GS_EXIT_NOT_FOUND && !said) {
        rc = by_gate(cli, ref, out_id, &said);
    }
    return rc == GS_EXIT_NOT_FOUND && !said ? gs_cli_fail(cli, rc, W_NO_BOOKING_FOR, ref) : rc;
}

enum gs_exit gs_ref_paths(struct gs_cli *cli, const char *ref, char out_booking[GS_REF_PATH_MAX],
                          char out_history[GS_REF_PATH_MAX])
{
    char id[GS_REF_ID_MAX];
    enum gs_exit rc = gs_ref_resolve(cli, ref, GS_REF_LOOK, id);
    if (rc == GS_EXIT_OK) {
        snprintf(out_booking, GS_REF_PATH_MAX, "/v1/bookings/%s", id);
        snprintf(out_history, GS_REF_PATH_MAX, "/v1/bookings/%s/history", id);
    }
    return rc;
}
