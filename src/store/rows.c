/* Turns the core's values into bound parameters and rows into values, by the lists of fields. What it reads is verified as if somebody else
 * had written it: types, lengths, ranges, and what must agree within a row. It runs no statement. */
#include "rows.h"
#include "gateslot/base/text.h"
#include "gateslot/core/fields.h"
#include "sum.h"
#include <assert.h>
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
_Static_assert(GS_SESSION_USER == 0 && GS_SESSION_DEVICE == 1, "stored numbers of sessions");
_Static_assert(GS_WEBHOOK_ON == 0 && GS_WEBHOOK_OFF_BY_HAND == 1 && GS_WEBHOOK_OFF_GONE == 2 &&
                   GS_WEBHOOK_OFF_FAILING == 3 && GS_WEBHOOK_OFF_RESTORED == 4 && GS_WEBHOOK_DELIVERED == 0 &&
                   GS_WEBHOOK_REFUSED == 1 && GS_WEBHOOK_NOT_ALLOWED == 2 && GS_WEBHOOK_NOT_FOUND == 3 &&
                   GS_WEBHOOK_NO_CONNECTION == 4 && GS_WEBHOOK_TIMEOUT == 5 && GS_WEBHOOK_TLS == 6 &&
                   GS_WEBHOOK_BROKEN == 7 && GS_WEBHOOK_UNTRUSTED == 8 && GS_WEBHOOK_OUT_OF_DATE == 9 &&
                   GS_WEBHOOK_OTHER_HOST == 10 && GS_WEBHOOK_CA_FILE == 11,
               "stored numbers of webhooks");
_Static_assert(GS_LANG_NONE == -1 && GS_LANG_ZH == 0 && GS_LANG_EN == 1, "stored language numbers");

/* How many stand there: they are filled from the first on, and an unused one is "". */
static int32_t containers_count(const struct gs_truck *t)
{
    int32_t count = 0;
    for (int i = 0; i < GS_MAX_CONTAINERS; i++) {
        count += t->containers[i][0] != '\0';
    }
    return count;
}

struct binder {
    struct gs_statement *stmt;
    int last; /* parameter bound last */
    int rc;   /* of the first that failed */
    uint64_t sum;
};

static void keep(struct binder *b, int rc)
{
    if (b->rc == GS_OK) {
        b->rc = rc;
    }
}

static void put_int(struct binder *b, int64_t value)
{
    b->sum = gs_sum_int(b->sum, value);
    keep(b, gs_db_bind_int(b->stmt, ++b->last, value));
}

static void put_text(struct binder *b, const char *text)
{
    const size_t len = strlen(text);
    b->sum = gs_sum_bytes(b->sum, text, len);
    keep(b, gs_db_bind_text(b->stmt, ++b->last, text, len));
}

static void put_hash(struct binder *b, const unsigned char hash[32])
{
    b->sum = gs_sum_bytes(b->sum, hash, 32);
    keep(b, gs_db_bind_blob(b->stmt, ++b->last, hash, 32));
}

static int put_checksum(struct binder *b, int64_t *out)
{
    *out = gs_sum_end(b->sum);
    keep(b, gs_db_bind_int(b->stmt, ++b->last, *out));
    return b->rc;
}

static void put_fields(struct binder *to, const struct gs_field_list *list, const void *of)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_field *f = &list->at[i];
        const void *at = (const char *)of + f->at;
        if ((f->flags & GS_FIELD_DERIVED) != 0) {
            continue;
        }
        if (f->kind == GS_FIELD_TEXT) {
            put_text(to, at);
        } else if (f->kind == GS_FIELD_HASH) {
            put_hash(to, at);
        } else {
            put_int(to, gs_field_int(f, of));
        }
    }
}

int gs_row_bind_booking(struct gs_statement *stmt, const struct gs_booking *b, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_BOOKING)};
    assert(containers_count(&b->truck) == b->truck.container_count);
    put_fields(&to, &gs_booking_fields, b);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_capacity(struct gs_statement *stmt, const struct gs_capacity *c, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_CAPACITY)};
    put_fields(&to, &gs_capacity_fields, c);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_turned_away(struct gs_statement *stmt, const struct gs_turned_away *t, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_TURNED_AWAY)};
    put_fields(&to, &gs_turned_away_fields, t);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_token(struct gs_statement *stmt, const struct gs_token *t, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_TOKEN)};
    put_fields(&to, &gs_token_fields, t);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_user(struct gs_statement *stmt, const struct gs_user *u, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_USER)};
    put_fields(&to, &gs_user_fields, u);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_session(struct gs_statement *stmt, const struct gs_session *s, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_SESSION)};
    put_fields(&to, &gs_session_fields, s);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_webhook(struct gs_statement *stmt, const struct gs_webhook *w, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_WEBHOOK)};
    put_fields(&to, &gs_webhook_fields, w);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_webhook_retry(struct gs_statement *stmt, const struct gs_webhook_retry *r, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_WEBHOOK_RETRY)};
    put_fields(&to, &gs_webhook_retry_fields, r);
    return put_checksum(&to, out_checksum);
}

int gs_row_bind_idem(struct gs_statement *stmt, int64_t row, const struct gs_idem *i, int64_t *out_checksum)
{
    struct binder to = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_IDEM)};
    put_int(&to, row);
    const char *body = i->body_len > 0 ? i->body : "";
    to.sum = gs_sum_bytes(to.sum, body, i->body_len);
    keep(&to, gs_db_bind_text(stmt, ++to.last, body, i->body_len));
    put_fields(&to, &gs_idem_fields, i);
    return put_checksum(&to, out_checksum);
}

struct row_reader {
    struct gs_statement *stmt;
    int next; /* column read next */
    bool bad; /* something read so far was not as it must be */
    uint64_t sum;
};

static int64_t get_int(struct row_reader *r, int64_t min, int64_t max)
{
    int column = r->next++;
    int64_t value = gs_db_column_int(r->stmt, column);
    if (gs_db_column_type(r->stmt, column) != GS_DB_INT || value < min || value > max) {
        r->bad = true;
        return min;
    }
    r->sum = gs_sum_int(r->sum, value);
    return value;
}

static void get_text(struct row_reader *r, char *out, size_t size)
{
    int column = r->next++;
    bool is_text = gs_db_column_type(r->stmt, column) == GS_DB_TEXT;
    const char *text = gs_db_column_text(r->stmt, column);
    size_t len = gs_db_column_bytes(r->stmt, column);
    if (!is_text || text == NULL || len >= size || memchr(text, '\0', len) != NULL || !gs_utf8_valid(text, len)) {
        r->bad = true;
        out[0] = '\0';
        return;
    }
    r->sum = gs_sum_bytes(r->sum, text, len);
    memcpy(out, text, len);
    out[len] = '\0';
}

static void get_hash(struct row_reader *r, unsigned char out[32])
{
    int column = r->next++;
    const void *hash = gs_db_column_blob(r->stmt, column);
    if (gs_db_column_type(r->stmt, column) != GS_DB_BLOB || gs_db_column_bytes(r->stmt, column) != 32) {
        r->bad = true;
        return;
    }
    r->sum = gs_sum_bytes(r->sum, hash, 32);
    memcpy(out, hash, 32);
}

static void get_checksum(struct row_reader *r)
{
    int64_t found = gs_sum_end(r->sum);
    r->bad = get_int(r, INT64_MIN, INT64_MAX) != found || r->bad;
}

static void get_fields(struct row_reader *from, const struct gs_field_list *list, void *of)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_field *f = &list->at[i];
        void *at = (char *)of + f->at;
        if ((f->flags & GS_FIELD_DERIVED) != 0) {
            continue;
        }
        if (f->kind == GS_FIELD_TEXT) {
            get_text(from, at, f->size);
        } else if (f->kind == GS_FIELD_HASH) {
            get_hash(from, at);
        } else {
            gs_field_set_int(f, of, get_int(from, f->min, f->max));
        }
    }
}

/* What must agree within a row; the same as the CHECKs of schema.c, which a damaged page does not obey. */
static bool contradicts_itself(const struct gs_booking *b)
{
    bool holds = b->status >= GS_BOOKED && b->status <= GS_DEPARTED;
    return (b->place >= 0) != holds || (holds && b->window[0] == '\0') || b->slot_end_ms < b->slot_start_ms ||
           (b->truck.containers[0][0] == '\0' && b->truck.containers[1][0] != '\0');
}

int gs_row_read_booking(struct gs_statement *stmt, struct gs_booking *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_BOOKING)};
    struct gs_booking b = {0};
    get_fields(&from, &gs_booking_fields, &b);
    get_checksum(&from);
    if (from.bad || contradicts_itself(&b)) {
        return GS_E_CORRUPT;
    }
    b.truck.container_count = containers_count(&b.truck);
    *out = b;
    return GS_OK;
}

int gs_row_read_capacity(struct gs_statement *stmt, struct gs_capacity *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_CAPACITY)};
    struct gs_capacity c = {0};
    get_fields(&from, &gs_capacity_fields, &c);
    get_checksum(&from);
    if (from.bad || c.window[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out = c;
    return GS_OK;
}

int gs_row_read_turned_away(struct gs_statement *stmt, struct gs_turned_away *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_TURNED_AWAY)};
    struct gs_turned_away t = {0};
    get_fields(&from, &gs_turned_away_fields, &t);
    get_checksum(&from);
    if (from.bad || t.truck[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out = t;
    return GS_OK;
}

int gs_row_read_token(struct gs_statement *stmt, struct gs_token *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_TOKEN)};
    struct gs_token t = {0};
    get_fields(&from, &gs_token_fields, &t);
    get_checksum(&from);
    if (from.bad || !gs_name_valid(t.name)) {
        return GS_E_CORRUPT;
    }
    *out = t;
    return GS_OK;
}

int gs_row_read_user(struct gs_statement *stmt, struct gs_user *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_USER)};
    struct gs_user u = {0};
    get_fields(&from, &gs_user_fields, &u);
    get_checksum(&from);
    if (from.bad || !gs_name_valid(u.name) || u.password[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out = u;
    return GS_OK;
}

int gs_row_read_session(struct gs_statement *stmt, struct gs_session *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_SESSION)};
    struct gs_session s = {.kind = GS_SESSION_USER};
    get_fields(&from, &gs_session_fields, &s);
    get_checksum(&from);
    if (from.bad || !gs_name_valid(s.name)) {
        return GS_E_CORRUPT;
    }
    *out = s;
    return GS_OK;
}

int gs_row_read_webhook(struct gs_statement *stmt, struct gs_webhook *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_WEBHOOK)};
    struct gs_webhook w = {0};
    get_fields(&from, &gs_webhook_fields, &w);
    get_checksum(&from);
    if (from.bad || !gs_name_valid(w.name) || w.url[0] == '\0' || w.secret[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out = w;
    return GS_OK;
}

int gs_row_read_webhook_retry(struct gs_statement *stmt, struct gs_webhook_retry *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_WEBHOOK_RETRY)};
    struct gs_webhook_retry r = {0};
    get_fields(&from, &gs_webhook_retry_fields, &r);
    get_checksum(&from);
    if (from.bad) {
        return GS_E_CORRUPT;
    }
    *out = r;
    return GS_OK;
}

/* Borrowed: it can be long. */
static void get_body(struct row_reader *r, struct gs_idem *out)
{
    int column = r->next++;
    bool is_text = gs_db_column_type(r->stmt, column) == GS_DB_TEXT;
    out->body = gs_db_column_text(r->stmt, column);
    out->body_len = gs_db_column_bytes(r->stmt, column);
    if (!is_text || out->body == NULL) {
        r->bad = true;
        return;
    }
    r->sum = gs_sum_bytes(r->sum, out->body, out->body_len);
}

int gs_row_read_idem(struct gs_statement *stmt, bool with_body, int64_t *out_row, struct gs_idem *out)
{
    struct row_reader from = {.stmt = stmt, .sum = gs_sum_begin(GS_SUM_IDEM)};
    struct gs_idem i = {0};
    int64_t row = get_int(&from, 1, INT64_MAX);
    if (with_body) {
        get_body(&from, &i);
    }
    get_fields(&from, &gs_idem_fields, &i);
    if (with_body) {
        get_checksum(&from);
    }
    if (from.bad || i.key[0] == '\0') {
        return GS_E_CORRUPT;
    }
    *out_row = row;
    *out = i;
    return GS_OK;
}
