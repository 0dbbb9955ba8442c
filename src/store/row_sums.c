/* Keeps the checksums of the rows that a batch may replace, by the keys of their tables as the lists of fields have them. It decides nothing, and
 * what it forgets it can read again. */
#include "row_sums.h"
#include "gateslot/core/fields.h"
#include "gateslot/core/record.h"
#include "sql.h"
#include <assert.h>
#include <string.h>

enum { KEY_BYTES = (GS_ROW_NAME_WORDS - 1) * 8 };
_Static_assert(GS_NAME_MAX <= KEY_BYTES && 8 + GS_WINDOW_ID_MAX <= KEY_BYTES && 32 <= KEY_BYTES, "the longest keys");

static const struct remembered {
    enum gs_counted table;
    const struct gs_field_list *fields;
    const char *sql; /* the columns of the key, as fields has them, and the checksum */
} tables[] = {
    {GS_COUNT_BOOKING, &gs_booking_fields, "SELECT id, checksum FROM booking"},
    {GS_COUNT_CAPACITY, &gs_capacity_fields, "SELECT date, \"window\", checksum FROM capacity"},
    {GS_COUNT_TOKEN, &gs_token_fields, "SELECT name, checksum FROM token"},
    {GS_COUNT_USER, &gs_user_fields, "SELECT name, checksum FROM \"user\""},
    {GS_COUNT_SESSION, &gs_session_fields, "SELECT hash, checksum FROM session"},
    {GS_COUNT_WEBHOOK, &gs_webhook_fields, "SELECT name, checksum FROM webhook"},
    {GS_COUNT_WEBHOOK_RETRY, &gs_webhook_retry_fields, "SELECT webhook, seq, checksum FROM webhook_retry"},
};

static const struct gs_field_list *fields_of(enum gs_counted table)
{
    size_t i = 0;
    while (tables[i].table != table) {
        i++;
        assert(i < sizeof tables / sizeof tables[0]);
    }
    return tables[i].fields;
}

void gs_row_sums_init(struct gs_row_sums *r)
{
    *r = (struct gs_row_sums){.bookings.words = 1, .others.words = GS_ROW_NAME_WORDS};
}

void gs_row_sums_forget(struct gs_row_sums *r)
{
    r->known = false;
    gs_sum_map_finish(&r->bookings);
    gs_sum_map_finish(&r->others);
}

/* ---- names ---- */

/* Numbers as eight bytes, texts and hashes as they are; none is followed by another but by one of fixed length, and what is left is 0. */
static bool add_key(struct gs_row_name *name, size_t *used, const void *bytes, size_t len)
{
    if (len > KEY_BYTES - *used) {
        return false;
    }
    memcpy((char *)&name->words[1] + *used, bytes, len);
    *used += len;
    return true;
}

struct gs_row_name gs_row_name_of(enum gs_counted table, const void *value)
{
    const struct gs_field_list *fields = fields_of(table);
    struct gs_row_name name = {.words = {(uint64_t)table + 1}};
    size_t used = 0;
    bool fits = true;
    for (size_t i = 0; i < fields->count && (fields->at[i].flags & GS_FIELD_KEY) != 0; i++) {
        const struct gs_field *f = &fields->at[i];
        const char *at = (const char *)value + f->at;
        if (f->kind == GS_FIELD_TEXT || f->kind == GS_FIELD_HASH) {
            fits = fits && add_key(&name, &used, at, f->kind == GS_FIELD_TEXT ? strnlen(at, f->size) : f->size);
        } else {
            const int64_t number = gs_field_int(f, value);
            fits = fits && add_key(&name, &used, &number, sizeof number);
        }
    }
    assert(fits);
    (void)fits;
    return name;
}

int gs_row_name_read(enum gs_counted table, struct gs_statement *stmt, int column, struct gs_row_name *out)
{
    const struct gs_field_list *fields = fields_of(table);
    struct gs_row_name name = {.words = {(uint64_t)table + 1}};
    size_t used = 0;
    bool fits = true;
    for (size_t i = 0; i < fields->count && (fields->at[i].flags & GS_FIELD_KEY) != 0; i++, column++) {
        if (gs_db_column_type(stmt, column) == GS_DB_INT) {
            const int64_t number = gs_db_column_int(stmt, column);
            fits = fits && add_key(&name, &used, &number, sizeof number);
        } else {
            const void *bytes = gs_db_column_blob(stmt, column);
            fits = fits && bytes != NULL && add_key(&name, &used, bytes, gs_db_column_bytes(stmt, column));
        }
    }
    *out = name;
    return fits ? GS_OK : GS_E_CORRUPT;
}

/* ---- what is remembered ---- */

/* The map in which it is, and its name there: no word of a name may be 0. */
static const uint64_t *name_in(const struct gs_row_name *name, uint64_t *id, bool *out_booking)
{
    *out_booking = name->words[0] == (uint64_t)GS_COUNT_BOOKING + 1;
    *id = name->words[1] + 1;
    return *out_booking ? id : name->words;
}

const int64_t *gs_row_sums_find(const struct gs_row_sums *r, const struct gs_row_name *name)
{
    uint64_t id;
    bool booking;
    const uint64_t *words = name_in(name, &id, &booking);
    return gs_sum_map_find(booking ? &r->bookings : &r->others, words);
}

static int set(struct gs_row_sums *r, const struct gs_row_name *name, int64_t checksum, bool *out_new, int64_t *out_old)
{
    uint64_t id;
    bool booking;
    const uint64_t *words = name_in(name, &id, &booking);
    int64_t *at = gs_sum_map_put(booking ? &r->bookings : &r->others, words, out_new);
    if (at == NULL) {
        return GS_E_NOMEM;
    }
    *out_old = *at;
    *at = checksum;
    return GS_OK;
}

int gs_row_sums_set(struct gs_row_sums *r, const struct gs_row_name *name, int64_t checksum)
{
    int64_t old;
    bool is_new;
    return set(r, name, checksum, &is_new, &old);
}

bool gs_row_sums_drop(struct gs_row_sums *r, const struct gs_row_name *name, int64_t *out_old)
{
    uint64_t id;
    bool booking;
    const uint64_t *words = name_in(name, &id, &booking);
    return gs_sum_map_remove(booking ? &r->bookings : &r->others, words, out_old);
}

static int load_table(struct gs_store *store, const struct remembered *t)
{
    struct gs_statement *stmt = NULL;
    struct gs_row_name name;
    int rc = GS_DB_DONE;
    int err = gs_sql_prepare(store, t->sql, GS_DB_LARGE, &stmt);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = gs_row_name_read(t->table, stmt, 0, &name);
        if (err != GS_OK) {
            gs_store_note(store, "%s: table %s has a row of no name", store->path, t->fields->name);
        }
        err = err != GS_OK ? err
                           : gs_row_sums_set(&store->sums, &name, gs_db_column_int(stmt, gs_db_column_count(stmt) - 1));
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "a table cannot be read");
    }
    gs_db_finalize(stmt);
    return err;
}

int gs_row_sums_load(struct gs_store *store)
{
    int err = GS_OK;
    gs_row_sums_forget(&store->sums);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && err == GS_OK; i++) {
        err = load_table(store, &tables[i]);
    }
    if (err != GS_OK) {
        gs_row_sums_forget(&store->sums);
    }
    store->sums.known = err == GS_OK;
    return err;
}

int gs_row_sums_need(struct gs_store *store)
{
    const int err = store->sums.known ? GS_OK : gs_row_sums_load(store);
    return err == GS_OK || err == GS_E_NOMEM || err == GS_E_CORRUPT ? err : gs_sql_give_up(store);
}

/* ---- rows that are written ---- */

int gs_row_sums_put(struct gs_store *store, struct gs_state *s, enum gs_counted table, const void *value,
                    struct gs_statement *stmt, int rc, int64_t checksum)
{
    const struct gs_row_name name = gs_row_name_of(table, value);
    int64_t old = 0;
    bool is_new = true;
    int err = set(&store->sums, &name, checksum, &is_new, &old);
    if (err != GS_OK) {
        return err;
    }
    if (!is_new) {
        gs_total_take(s, table, old);
    }
    return gs_state_put_row(store, s, table, stmt, rc, checksum);
}

void gs_row_sums_take(struct gs_store *store, struct gs_state *s, enum gs_counted table, const struct gs_row_name *name)
{
    int64_t old = 0;
    if (gs_row_sums_drop(&store->sums, name, &old)) {
        gs_total_take(s, table, old);
    }
}

int gs_row_sums_remove(struct gs_store *store, struct gs_state *s, enum gs_counted table, const void *value,
                       struct gs_statement *stmt, int rc)
{
    const struct gs_row_name name = gs_row_name_of(table, value);
    gs_row_sums_take(store, s, table, &name);
    return gs_sql_run_bound(store, stmt, rc);
}
