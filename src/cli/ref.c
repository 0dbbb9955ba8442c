/* Finds the booking that people name by a plate or a pass code. It asks the daemon's search first, which sees what the caller
 * may see, and then the gate check, which also knows codes; it never guesses between two that fit equally. */
#include "ref.h"
#include "booking_view.h"
#include "gateslot/base/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SEARCH_LIMIT "100"

static bool dropped(int32_t c)
{
    return c == ' ' || c == '-' || c == '.' || c == 0xb7 || c == 0x2022 || c == 0x3000 || c == 0x30fb;
}

void gs_ref_normalise(const char *text, char out[GS_REF_ID_MAX])
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
        if (used + (pos - start) >= GS_REF_ID_MAX) {
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
    char plain[GS_REF_ID_MAX];
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

static bool fits(const json_t *booking, const char *plain, const char *code)
{
    char plate[GS_REF_ID_MAX];
    gs_ref_normalise(gs_get_text(booking, "plate"), plate);
    return strcmp(plate, plain) == 0 || strcmp(gs_get_text(booking, "pass_code"), code) == 0;
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
    char plain[GS_REF_ID_MAX], code[GS_REF_ID_MAX];
    gs_ref_normalise(ref, plain);
    memcpy(code, plain, sizeof code);
    read_code(code);
    size_t i, best = SIZE_MAX, active_count = 0;
    bool best_active = false, tie = false;
    int64_t best_distance = 0;
    const json_t *booking;
    json_array_foreach(items, i, booking)
    {
        if (!fits(booking, plain, code)) {
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
    if (tie || (pick == GS_REF_ONLY && active_count > 1)) {
        return GS_E_BUSY;
    }
    *out_index = best;
    return GS_OK;
}

static enum gs_exit list_several(struct gs_cli *cli, const json_t *items, const char *ref)
{
    char plain[GS_REF_ID_MAX], code[GS_REF_ID_MAX];
    gs_ref_normalise(ref, plain);
    memcpy(code, plain, sizeof code);
    read_code(code);
    (void)gs_cli_fail(cli, GS_EXIT_CONFLICT, W_SEVERAL_BOOKINGS_FOR, NULL);
    size_t i;
    const json_t *booking;
    json_array_foreach(items, i, booking)
    {
        if (fits(booking, plain, code)) {
            gs_booking_line(cli, cli->err, booking);
        }
    }
    return GS_EXIT_CONFLICT;
}

/* GS_EXIT_NOT_FOUND silently, the rest said. */
static enum gs_exit by_search(struct gs_cli *cli, const char *ref, enum gs_ref_pick pick, char out_id[GS_REF_ID_MAX])
{
    struct gs_buf path;
    struct gs_cli_answer r;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_query(&path, "q", ref);
    gs_path_query(&path, "limit", SEARCH_LIMIT);
    gs_response_init(&r.response);
    r.json = NULL;
    enum gs_exit rc = gs_buf_status(&path) == GS_OK ? gs_cli_get(cli, path.data, &r) : GS_EXIT_NOT_FOUND;
    if (rc == GS_EXIT_OK) {
        const json_t *items = json_object_get(r.json, "items");
        size_t index = 0;
        int err = gs_ref_choose(items, ref, pick, cli->site.now_ms, &index);
        if (err == GS_OK) {
            snprintf(out_id, GS_REF_ID_MAX, "%s", gs_get_text(json_array_get(items, index), "id"));
        } else {
            rc = err == GS_E_BUSY ? list_several(cli, items, ref) : GS_EXIT_NOT_FOUND;
        }
    }
    gs_cli_answer_finish(&r);
    gs_buf_finish(&path);
    return rc;
}

/* The gate knows codes and today's trucks; who may not ask it has not found. */
static enum gs_exit by_gate(struct gs_cli *cli, const char *ref, char out_id[GS_REF_ID_MAX])
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
    if (rc == GS_EXIT_OK && r.response.status == 200 && id[0] != '\0') {
        snprintf(out_id, GS_REF_ID_MAX, "%s", id);
    } else if (rc == GS_EXIT_OK) {
        rc = GS_EXIT_NOT_FOUND;
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

enum gs_exit gs_ref_resolve(struct gs_cli *cli, const char *ref, enum gs_ref_pick pick, char out_id[GS_REF_ID_MAX])
{
    if (gs_ref_kind(ref) == GS_REF_IS_ID) {
        snprintf(out_id, GS_REF_ID_MAX, "%s", ref);
        return GS_EXIT_OK;
    }
    enum gs_exit rc = gs_cli_site(cli);
    if (rc == GS_EXIT_OK) {
        rc = by_search(cli, ref, pick, out_id);
    }
    if (rc == GS_EXIT_NOT_FOUND) {
        rc = by_gate(cli, ref, out_id);
    }
    return rc == GS_EXIT_NOT_FOUND ? gs_cli_fail(cli, GS_EXIT_NOT_FOUND, W_NO_BOOKING_FOR, ref) : rc;
}

enum gs_exit gs_ref_paths(struct gs_cli *cli, const char *ref, char out_booking[GS_REF_PATH_MAX],
                          char out_history[GS_REF_PATH_MAX])
{
    char id[GS_REF_ID_MAX];
    enum gs_exit rc = gs_ref_resolve(cli, ref, GS_REF_NEAREST, id);
    if (rc == GS_EXIT_OK) {
        snprintf(out_booking, GS_REF_PATH_MAX, "/v1/bookings/%s", id);
        snprintf(out_history, GS_REF_PATH_MAX, "/v1/bookings/%s/history", id);
    }
    return rc;
}
