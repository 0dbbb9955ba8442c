/* Turns the core's values into bound parameters and rows into values, verifying what it reads as if somebody else had written
 * it: types, lengths, ranges, and what must agree within a row. It runs no statement. */
#include "rows.h"
#include "gateslot/base/text.h"
#include <limits.h>
#include <string.h>

/* The numbers are in the files; the CHECKs of schema.c and "status >= 5" of maintain.c rest on them. */
_Static_assert(GS_WAITLISTED == 0 && GS_BOOKED == 1 && GS_ARRIVED == 2 && GS_ENTERED == 3 && GS_CLEARED == 4 &&
                   GS_DEPARTED == 5 && GS_CANCELLED == 6 && GS_EXPIRED == 7 && GS_NO_SHOW == 8 && GS_REFUSED == 9 &&
                   GS_STATUSES == 10,
               "stored status numbers");
_Static_assert(GS_ROLE_SYSTEM == 0 && GS_ROLE_BACKEND == 1 && GS_ROLE_GATE == 2 && GS_ROLE_SUPERVISOR == 3 &&
                   GS_ROLE_DISPLAY == 4 && GS_ROLE_METRICS == 5,
               "stored role numbers");
_Static_assert(GS_PLATE_COLOUR_NONE == 0 && GS_PLATE_BLUE == 1 && GS_PLATE_YELLOW == 2 && GS_PLATE_GREEN == 3 &&
                   GS_PLATE_YELLOW_GREEN == 4,
               "stored colour numbers");

struct binder {
    sqlite3_stmt *stmt;
    int last; /* parameter bound last */
    int rc;   /* of the first that failed */
};

static void keep(struct binder *b, int rc)
{
    if (b->rc == SQLITE_OK) {
        b->rc = rc;
    }
}

static void put_int(struct binder *b, int64_t value)
{
    keep(b, sqlite3_bind_int64(b->stmt, ++b->last, value));
}

static void put_text(struct binder *b, const char *text)
{
    keep(b, sqlite3_bind_text(b->stmt, ++b->last, text, (int)strlen(text), SQLITE_STATIC));
}

static void put_hash(struct binder *b, const unsigned char hash[32])
{
    keep(b, sqlite3_bind_blob(b->stmt, ++b->last, hash, 32, SQLITE_STATIC));
}

static void put_request(struct binder *to, const struct gs_booking *b)
{
    put_int(to, b->wish.date);
    put_text(to, b->wish.windows);
    put_int(to, b->wish.slot_min);
    put_int(to, b->flexible);
    put_int(to, b->waitlist);
    put_int(to, b->urgent);
    put_int(to, b->walk_in);
    put_text(to, b->truck.plate);
    put_text(to, b->truck.plate_given);
    put_int(to, b->truck.plate_colour);
    put_text(to, b->truck.trailer);
    put_text(to, b->truck.trailer_given);
    put_text(to, b->truck.container_count > 0 ? b->truck.containers[0] : "");
    put_text(to, b->truck.container_count > 1 ? b->truck.containers[1] : "");
    put_text(to, b->truck.driver_name);
    put_text(to, b->truck.driver_phone);
    put_text(to, b->truck.declaration_no);
    put_int(to, b->truck.warnings);
    put_text(to, b->uscc);
    put_text(to, b->company_name);
    put_text(to, b->owner);
    put_text(to, b->pass_code);
}

static void put_promise(struct binder *to, const struct gs_booking *b)
{
    put_text(to, b->window);
    put_int(to, b->slot_start_ms);
    put_int(to, b->slot_end_ms);
    put_int(to, b->arrive_from_ms);
    put_int(to, b->arrive_until_ms);
    put_int(to, b->place);
}

static void put_story(struct binder *to, const struct gs_booking *b)
{
    put_int(to, b->delayed);
    put_int(to, b->displaced);
    put_int(to, b->moved);
    put_int(to, b->late_cancel);
    put_int(to, b->before_refused);
    put_int(to, b->created_ms);
    put_int(to, b->updated_ms);
    put_int(to, b->waiting_since_ms);
    put_int(to, b->arrived_ms);
    put_int(to, b->entered_ms);
    put_int(to, b->cleared_ms);
    put_int(to, b->departed_ms);
    put_int(to, b->ended_ms);
    put_int(to, b->last_event);
    put_int(to, b->held_ms);
}

int gs_row_bind_booking(sqlite3_stmt *stmt, const struct gs_booking *b)
{
    struct binder to = {.stmt = stmt};
    put_int(&to, b->id);
    put_int(&to, b->version);
    put_int(&to, b->status);
    put_request(&to, b);
    put_promise(&to, b);
    put_story(&to, b);
    return to.rc;
}

int gs_row_bind_capacity(sqlite3_stmt *stmt, const struct gs_capacity *c)
{
    struct binder to = {.stmt = stmt};
    put_int(&to, c->date);
    put_text(&to, c->window);
    put_int(&to, c->capacity);
    put_int(&to, c->slot_capacity);
    put_int(&to, c->closed);
    put_text(&to, c->reason);
    return to.rc;
}

int gs_row_bind_token(sqlite3_stmt *stmt, const struct gs_token *t)
{
    struct binder to = {.stmt = stmt};
    put_text(&to, t->name);
    put_int(&to, t->role);
    put_hash(&to, t->hash);
    put_int(&to, t->created_ms);
    put_int(&to, t->expires_ms);
    return to.rc;
}

int gs_row_bind_idem(sqlite3_stmt *stmt, int64_t row, const struct gs_idem *i)
{
    struct binder to = {.stmt = stmt};
    put_int(&to, row);
    put_text(&to, i->key);
    put_text(&to, i->owner);
    put_hash(&to, i->fingerprint);
    put_int(&to, i->at_ms);
    put_int(&to, i->status);
    put_int(&to, i->etag);
    const char *body = i->body_len > 0 ? i->body : "";
    keep(&to, sqlite3_bind_text64(stmt, ++to.last, body, i->body_len, SQLITE_STATIC, SQLITE_UTF8));
    return to.rc;
}

struct row_reader {
    sqlite3_stmt *stmt;
    int next; /* column read next */
    bool bad; /* something read so far was not as it must be */
};

static int64_t get_int(struct row_reader *r, int64_t min, int64_t max)
{
    int column = r->next++;
    int64_t value = sqlite3_column_int64(r->stmt, column);
    if (sqlite3_column_type(r->stmt, column) != SQLITE_INTEGER || value < min || value > max) {
        r->bad = true;
        return min;
    }
    return value;
}

static bool get_bool(struct row_reader *r)
{
    return get_int(r, 0, 1) != 0;
}

static int64_t get_ms(struct row_reader *r)
{
    return get_int(r, INT64_MIN, INT64_MAX);
}

static void get_text(struct row_reader *r, char *out, size_t size)
{
    int column = r->next++;
    bool is_text = sqlite3_column_type(r->stmt, column) == SQLITE_TEXT;
    const char *text = (const char *)sqlite3_column_text(r->stmt, column);
    size_t len = (size_t)sqlite3_column_bytes(r->stmt, column);
    if (!is_text || text == NULL || len >= size || memchr(text, '\0', len) != NULL || !gs_utf8_valid(text, len)) {
        r->bad = true;
        out[0] = '\0';
        return;
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

static void get_hash(struct row_reader *r, unsigned char out[32])
{
    int column = r->next++;
    const void *hash = sqlite3_column_blob(r->stmt, column);
    if (sqlite3_column_type(r->stmt, column) != SQLITE_BLOB || sqlite3_column_bytes(r->stmt, column) != 32) {
        r->bad = true;
        return;
    }
    memcpy(out, hash, 32);
}

static void get_truck(struct row_reader *from, struct gs_truck *t)
{
    get_text(from, t->plate, sizeof t->plate);
    get_text(from, t->plate_given, sizeof t->plate_given);
    t->plate_colour = (enum gs_plate_colour)get_int(from, 0, GS_PLATE_YELLOW_GREEN);
    get_text(from, t->trailer, sizeof t->trailer);
    get_text(from, t->trailer_given, sizeof t->trailer_given);
    for (int i = 0; i < GS_MAX_CONTAINERS; i++) {
        get_text(from, t->containers[i], sizeof t->containers[i]);
        t->container_count += t->containers[i][0] != '\0';
    }
    get_text(from, t->driver_name, sizeof t->driver_name);
    get_text(from, t->driver_phone, sizeof t->driver_phone);
    get_text(from, t->declaration_no, sizeof t->declaration_no);
    t->warnings = (unsigned)get_int(from, 0, UINT_MAX);
}

static void get_request(struct row_reader *from, struct gs_booking *b)
{
    b->wish.date = (gs_date)get_int(from, INT32_MIN, INT32_MAX);
    get_text(from, b->wish.windows, sizeof b->wish.windows);
    b->wish.slot_min = (int32_t)get_int(from, -1, 1439);
    b->flexible = get_bool(from);
    b->waitlist = get_bool(from);
    b->urgent = get_bool(from);
    b->walk_in = get_bool(from);
    get_truck(from, &b->truck);
    get_text(from, b->uscc, sizeof b->uscc);
    get_text(from, b->company_name, sizeof b->company_name);
    get_text(from, b->owner, sizeof b->owner);
    get_text(from, b->pass_code, sizeof b->pass_code);
}

static void get_promise(struct row_reader *from, struct gs_booking *b)
{
    get_text(from, b->window, sizeof b->window);
    b->slot_start_ms = get_ms(from);
    b->slot_end_ms = get_ms(from);
    b->arrive_from_ms = get_ms(from);
    b->arrive_until_ms = get_ms(from);
    b->place = (int32_t)get_int(from, -1, GS_MAX_CAPACITY - 1);
}

static void get_story(struct row_reader *from, struct gs_booking *b)
{
    b->delayed = get_bool(from);
    b->displaced = get_bool(from);
    b->moved = get_bool(from);
    b->late_cancel = get_bool(from);
    b->before_refused = (enum gs_status)get_int(from, 0, GS_STATUSES - 1);
    b->created_ms = get_ms(from);
    b->updated_ms = get_ms(from);
    b->waiting_since_ms = get_ms(from);
    b->arrived_ms = get_ms(from);
    b->entered_ms = get_ms(from);
    b->cleared_ms = get_ms(from);
    b->departed_ms = get_ms(from);
    b->ended_ms = get_ms(from);
    b->last_event = get_int(from, 0, INT64_MAX);
    b->held_ms = get_ms(from);
}

/* What must agree within a row; the same as the CHECKs of schema.c, which a damaged page does not obey. */
static bool contradicts_itself(const struct gs_booking *b)
{
    bool holds = b->status >= GS_BOOKED && b->status <= GS_DEPARTED;
    return (b->place >= 0) != holds || (holds && b->window[0] == '\0') || b->slot_end_ms < b->slot_start_ms ||
           (b->truck.containers[0][0] == '\0' && b->truck.containers[1][0] != '\0');
}

int gs_row_read_booking(sqlite3_stmt *stmt, struct gs_booking *out)
{
    struct row_reader from = {.stmt = stmt};
    struct gs_booking b = {0};
    b.id = get_int(&from, 1, INT64_MAX);
    b.version = get_int(&from, 1, INT64_MAX);
    b.status = (enum gs_status)get_int(&from, 0, GS_STATUSES - 1);
    get_request(&from, &b);
    get_promise(&from, &b);
    get_story(&from, &b);
    if (from.bad || contradicts_itself(&b)) {
        return GS_E_CORRUPT;
    }
    *out = b;
    return GS_OK;
}

int gs_row_read_capacity(sqlite3_stmt *stmt, struct gs_capacity *out)
{
    struct row_reader from = {.stmt = stmt};
    struct gs_capacity c = {0};
    c.date = (gs_date)get_int(&from, INT32_MIN, INT32_MAX);
    get_text(&from, c.window, sizeof c.window);
    c.capacity = (int32_t)get_int(&from, 0, GS_MAX_CAPACITY);
    c.slot_capacity = (int32_t)get_int(&from, -1, GS_MAX_CAPACITY);
    c.closed = get_bool(&from);
    get_text(&from, c.reason, sizeof c.reason);
    if (from.bad || c.window[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out = c;
    return GS_OK;
}

int gs_row_read_token(sqlite3_stmt *stmt, struct gs_token *out)
{
    struct row_reader from = {.stmt = stmt};
    struct gs_token t = {0};
    get_text(&from, t.name, sizeof t.name);
    t.role = (enum gs_role)get_int(&from, GS_ROLE_BACKEND, GS_ROLES - 1);
    get_hash(&from, t.hash);
    t.created_ms = get_ms(&from);
    t.expires_ms = get_ms(&from);
    if (from.bad || !gs_name_valid(t.name)) {
        return GS_E_CORRUPT;
    }
    *out = t;
    return GS_OK;
}

int gs_row_read_idem(sqlite3_stmt *stmt, int64_t *out_row, struct gs_idem *out)
{
    struct row_reader from = {.stmt = stmt};
    struct gs_idem i = {0};
    int64_t row = get_int(&from, 1, INT64_MAX);
    get_text(&from, i.key, sizeof i.key);
    get_text(&from, i.owner, sizeof i.owner);
    get_hash(&from, i.fingerprint);
    i.at_ms = get_ms(&from);
    i.status = (int32_t)get_int(&from, 100, 599);
    i.etag = get_int(&from, 0, INT64_MAX);
    if (from.bad || i.key[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out_row = row;
    *out = i;
    return GS_OK;
}
