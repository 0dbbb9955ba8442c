/* Keeps the index of past bookings in table past_gram. A row is a set of bookings: few of them as their places in the span, two bytes each;
 * many as one bit for each id. It is written where bookings are archived, beside the batches, never with one; and it can be made
 * anew from the archive at any time. */
#include "search_index.h"
#include "gateslot/base/grow.h"
#include "rows.h"
#include "sql.h"
#include "sum.h"
#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    SET_BYTES = GS_SPAN_IDS / 8,
    LISTED_MAX = SET_BYTES / 2 - 1,    /* as places: shorter than the set of bits */
    REBUILD_ROWS = 4096,               /* read at a time */
    REBUILD_ENTRIES = GS_SPAN_IDS * 32 /* gathered before they are written: 4 MB */
};

int64_t gs_span_of(int64_t id)
{
    const int64_t last = INT64_C(1) << (62 - GS_GRAM_BITS); /* beyond any id that was ever given out */
    return id >> GS_SPAN_BITS < last ? id >> GS_SPAN_BITS : last;
}

int64_t gs_span_first(int64_t span)
{
    return span << GS_SPAN_BITS;
}

int64_t gs_span_key(int64_t span, uint32_t gram)
{
    return span << GS_GRAM_BITS | gram;
}

/* ---- a row ---- */

static size_t count_of(const struct gs_span_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < GS_SPAN_WORDS; i++) {
        count += (size_t)__builtin_popcountll(set->words[i]);
    }
    return count;
}

/* Returns how many bytes of out are used. */
static size_t pack(const struct gs_span_set *set, unsigned char out[SET_BYTES])
{
    size_t used = 0;
    const bool listed = count_of(set) <= LISTED_MAX;
    for (size_t i = 0; i < GS_SPAN_WORDS; i++) {
        const uint64_t word = htole64(set->words[i]);
        for (uint64_t left = set->words[i]; listed && left != 0; left &= left - 1) {
            const size_t place = i * 64 + (size_t)__builtin_ctzll(left);
            out[used++] = (unsigned char)(place & 0xFF);
            out[used++] = (unsigned char)(place >> 8);
        }
        if (!listed) {
            memcpy(out + used, &word, sizeof word);
            used += sizeof word;
        }
    }
    return used;
}

static bool unpack(const unsigned char *bytes, size_t len, struct gs_span_set *out)
{
    if (bytes == NULL || len % 2 != 0 || len > SET_BYTES) {
        return false;
    }
    if (len == SET_BYTES) {
        for (size_t i = 0; i < GS_SPAN_WORDS; i++) {
            uint64_t word;
            memcpy(&word, bytes + i * sizeof word, sizeof word);
            out->words[i] = le64toh(word);
        }
        return true;
    }
    for (size_t i = 0; i < len; i += 2) {
        const size_t place = bytes[i] | (size_t)bytes[i + 1] << 8;
        if (place >= GS_SPAN_IDS) {
            return false;
        }
        out->words[place / 64] |= UINT64_C(1) << place % 64;
    }
    return true;
}

static int64_t sum_of(int64_t key, const void *bytes, size_t len)
{
    return gs_sum_end(gs_sum_bytes(gs_sum_int(gs_sum_begin(GS_SUM_SEARCH), key), bytes, len));
}

/* *out_checksum: of the row there is; has_row says whether there is one. */
static int read_row(struct gs_store *store, int64_t key, struct gs_span_set *out, bool *has_row, int64_t *out_checksum)
{
    static const char sql[] = "SELECT ids, checksum FROM past_gram WHERE key = ?";
    struct gs_statement *stmt;
    memset(out, 0, sizeof *out);
    int err = gs_sql_stmt(store, GS_STMT_GRAM_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, key);
    const int rc = gs_db_step(stmt);
    *has_row = rc == GS_DB_ROW;
    if (rc == GS_DB_ROW) {
        const void *bytes = gs_db_column_blob(stmt, 0);
        const size_t len = gs_db_column_bytes(stmt, 0);
        *out_checksum = gs_db_column_int(stmt, 1);
        if (!unpack(bytes, len, out) || sum_of(key, bytes, len) != *out_checksum) {
            gs_store_note(store, "%s: the index of past bookings is damaged, or was changed by another program",
                          store->path);
            err = GS_E_CORRUPT;
        }
    } else if (rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "the index of past bookings cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

int gs_span_read(struct gs_store *store, int64_t key, struct gs_span_set *out)
{
    bool has_row;
    int64_t checksum;
    return read_row(store, key, out, &has_row, &checksum);
}

static int write_row(struct gs_store *store, int64_t key, const struct gs_span_set *set, int64_t *out_checksum)
{
    static const char sql[] = "INSERT INTO past_gram (key, ids, checksum) VALUES (?, ?, ?)"
                              " ON CONFLICT (key) DO UPDATE SET ids = excluded.ids, checksum = excluded.checksum";
    unsigned char bytes[SET_BYTES];
    const size_t len = pack(set, bytes);
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_GRAM_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    *out_checksum = sum_of(key, bytes, len);
    int rc = gs_db_bind_int(stmt, 1, key);
    rc = rc != GS_OK ? rc : gs_db_bind_blob(stmt, 2, bytes, len);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 3, *out_checksum);
    err = gs_sql_run_bound(store, stmt, rc);
    return err;
}

/* ---- gathering ---- */

static int ascending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int gs_index_writer_flush(struct gs_index_writer *w)
{
    int err = GS_OK;
    if (w->count > 1) {
        qsort(w->entries, w->count, sizeof w->entries[0], ascending);
    }
    for (size_t i = 0; i < w->count && err == GS_OK;) {
        const uint64_t gram = w->entries[i] >> GS_SPAN_BITS;
        const int64_t key = gs_span_key(w->span, (uint32_t)gram);
        struct gs_span_set set;
        int64_t before = 0, after = 0;
        bool has_row = false;
        err = read_row(w->store, key, &set, &has_row, &before);
        for (; i < w->count && w->entries[i] >> GS_SPAN_BITS == gram; i++) {
            const uint64_t place = w->entries[i] & (GS_SPAN_IDS - 1);
            set.words[place / 64] |= UINT64_C(1) << place % 64;
        }
        err = err != GS_OK ? err : write_row(w->store, key, &set, &after);
        w->total->rows += has_row ? 0 : 1;
        w->total->sum += (uint64_t)after - (uint64_t)before;
    }
    w->count = 0;
    return err;
}

int gs_index_writer_add(struct gs_index_writer *w, const struct gs_booking *b)
{
    uint32_t grams[GS_SEARCH_GRAMS_MAX];
    const size_t count = gs_search_grams(b, grams);
    const int64_t span = gs_span_of(b->id);
    if (span != w->span) {
        int err = gs_index_writer_flush(w);
        if (err != GS_OK) {
            return err;
        }
        w->span = span;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t *entries = gs_grown(w->entries, w->count, &w->room, sizeof *entries);
        if (entries == NULL) {
            return GS_E_NOMEM;
        }
        w->entries = entries;
        w->entries[w->count++] = (uint64_t)grams[i] << GS_SPAN_BITS | ((uint64_t)b->id & (GS_SPAN_IDS - 1));
    }
    return w->count >= REBUILD_ENTRIES ? gs_index_writer_flush(w) : GS_OK;
}

void gs_index_writer_finish(struct gs_index_writer *w)
{
    free(w->entries);
}

/* ---- from the archive ---- */

/* The rows that follow after. What is read is written elsewhere meanwhile, so not all of them are read with one statement. */
static int add_some(struct gs_store *store, struct gs_statement *stmt, struct gs_index_writer *w, int64_t *after,
                    int64_t *out_count)
{
    struct gs_booking b;
    int rc = gs_db_bind_int(stmt, 1, *after);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 2, REBUILD_ROWS);
    int err = rc == GS_OK ? GS_OK : gs_sql_failed(store, rc, "a value could not be bound");
    *out_count = 0;
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        *after = gs_db_column_int(stmt, 0);
        ++*out_count;
        if (gs_row_read_booking(stmt, &b) == GS_OK) {
            err = gs_index_writer_add(w, &b);
        }
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "the archive cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static int add_all(struct gs_store *store, struct gs_index_writer *w)
{
    static const char sql[] = "SELECT {booking} FROM booking_past WHERE id > ?1 ORDER BY id LIMIT ?2";
    struct gs_statement *stmt = NULL;
    int64_t after = INT64_MIN, count = REBUILD_ROWS;
    int err = gs_sql_prepare(store, sql, 0, &stmt);
    while (err == GS_OK && count == REBUILD_ROWS) {
        err = add_some(store, stmt, w, &after, &count);
    }
    gs_db_finalize(stmt);
    return err;
}

int gs_search_rebuild(struct gs_store *store, struct gs_total *out)
{
    struct gs_total total = {0};
    struct gs_index_writer w = {.store = store, .total = &total};
    int err = gs_sql_script(store, "DELETE FROM past_gram");
    err = err != GS_OK ? err : add_all(store, &w);
    err = err != GS_OK ? err : gs_index_writer_flush(&w);
    gs_index_writer_finish(&w);
    if (err == GS_OK) {
        *out = total;
    }
    return err;
}
