/* The seam between the store and a database. What is on this side is written once: tables, rows and their checksums, questions, batches. What
 * is on the other side is a database's own and stands in a folder of its own (sqlite/, postgres/), the only one that names its interface.
 *
 * Tables have the same names and columns in every database, and a row the same checksum. Statements are one text for all: parameters are ? or
 * ?1, ?2 (never both in one text); names that are words of SQL are quoted ("user", "window"); only what SQLite and PostgreSQL have in common is used,
 * ON CONFLICT … DO UPDATE and RETURNING among it. Values are integers of eight bytes, texts of valid UTF-8 without NUL, and bytes; none is ever NULL.
 *
 * Errors are of gs_error. A database's own words about the latest one are asked for with gs_database_ops.complaint, right after it. Within
 * a transaction any error but GS_E_NOTFOUND means that the transaction must be aborted.
 *
 *   GS_E_NOMEM, GS_E_FULL  nothing was written, or it was rolled back
 *   GS_E_CORRUPT           a constraint refused it, a definition is not as it should be, a page is damaged; likewise
 *   GS_E_BUSY, GS_E_DENIED somebody else has it; not allowed
 *   GS_E_IO                everything else: nobody knows what has become of it
 *
 * One thread at a time uses a database. */
#ifndef GATESLOT_STORE_DATABASE_H
#define GATESLOT_STORE_DATABASE_H

#include "gateslot/base/error.h"
#include "gateslot/store/store.h"
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_backup;
struct gs_backup_waker;
struct gs_database;
struct gs_sealed_table;
struct gs_statement;
struct gs_store_state;

enum gs_db_step { GS_DB_ROW = 1, GS_DB_DONE = 2 }; /* or a negative error */

enum gs_db_type { GS_DB_INT, GS_DB_TEXT, GS_DB_BLOB, GS_DB_OTHER };

enum gs_db_prepare {
    GS_DB_KEPT = 1, /* it is run again and again */
    GS_DB_LARGE =
        2 /* its rows may be many: not all of them at once in memory. Until it is reset no other statement may be run */
};

/* What a database is to the store. All are there unless NULL is said to be fine. */
struct gs_database_ops {
    void (*close)(struct gs_store *store);

    /* ---- statements ---- */
    int (*prepare)(struct gs_database *db, const char *sql, unsigned flags, struct gs_statement **out);
    void (*finalize)(struct gs_statement *stmt); /* NULL is fine */
    /* Parameters from 1 on; texts and bytes are borrowed until the statement is reset or was run. Bindings outlive a reset. */
    int (*bind_int)(struct gs_statement *stmt, int at, int64_t value);
    int (*bind_text)(struct gs_statement *stmt, int at, const char *text, size_t len);
    int (*bind_blob)(struct gs_statement *stmt, int at, const void *bytes, size_t len);
    int (*parameter_count)(struct gs_statement *stmt);
    int (*step)(struct gs_statement *stmt); /* enum gs_db_step, or an error */
    void (*reset)(struct gs_statement *stmt);
    /* Runs a statement that gives no rows, and resets it. A database may carry it out later, and together with others like it: what was bound
     * is then copied. It does so before any statement that is stepped, before commit, and among statements on one table in the order in which they
     * were run; an error may be told by whichever call comes then. */
    int (*run)(struct gs_statement *stmt);
    /* Columns from 0 on of the row at hand; texts end in NUL; what is returned is borrowed until the next step or reset. Of an empty text a
     * pointer, of empty bytes maybe NULL. */
    int (*column_count)(struct gs_statement *stmt);
    enum gs_db_type (*column_type)(struct gs_statement *stmt, int at);
    int64_t (*column_int)(struct gs_statement *stmt, int at);
    const char *(*column_text)(struct gs_statement *stmt, int at); /* of a number its digits */
    const void *(*column_blob)(struct gs_statement *stmt, int at);
    size_t (*column_bytes)(struct gs_statement *stmt, int at); /* of the text or bytes just asked for */
    int (*script)(struct gs_database *db, const char *sql);    /* statements without rows and parameters */
    const char *(*complaint)(struct gs_database *db);

    /* ---- transactions ---- */
    int (*begin)(struct gs_database *db);
    /* GS_OK: it is durable, as durable as was promised. GS_E_FULL, GS_E_CORRUPT: surely not, after abort; anything else: nobody knows. */
    int (*commit)(struct gs_database *db);
    /* GS_OK: nothing of it is left, whether by this call or before it. */
    int (*abort)(struct gs_database *db);
    void (*give_up)(
        struct gs_database *db); /* after an unknown outcome: whatever it would still write on closing it must not */

    /* ---- around batches ---- */
    /* Before a batch's transaction: so a failure means "nothing stored". NULL: nothing to do. */
    int (*before_batch)(struct gs_store *store);
    /* Is what was committed still the store? GS_E_IO with a note: it has been taken away under us, or we are not its owner any more. NULL: always. */
    int (*look)(struct gs_store *store);
    /* store->state is durable now, and was not before: a mark may be set. NULL: nothing to do. */
    void (*taken)(struct gs_store *store);
    /* An epoch that was due is stored: marks that waited for it are set. NULL: nothing to do. */
    int (*epoch_opened)(struct gs_store *store);
    int (*upkeep)(struct gs_store *store);       /* between two batches, now and then: a checkpoint where one is due */
    int (*every_second)(struct gs_store *store); /* however busy it is; ends with what look says */
    int (*erased)(
        struct gs_store
            *store); /* personal data was: nothing of it must be left in logs, as far as the database can do that */

    /* ---- the same for every database, told by each in its way ---- */
    int (*schema_version)(struct gs_store *store, int64_t *out);
    int (*schema_sum)(struct gs_store *store,
                      int64_t *out); /* of all definitions of tables and indexes: gs_sum_bytes of some text of them */
    /* In the transaction under way: removes the rows of a table that are not as they were written, and adds to *removed how many there were. */
    int (*remove_damaged)(struct gs_store *store, const struct gs_sealed_table *table, int64_t *removed);
    /* Every page as far as the database can say; text gets its complaint where the answer is GS_E_CORRUPT. */
    int (*check)(struct gs_store *store, char *text, size_t size);
    void (*describe)(struct gs_store *store, struct gs_store_state *out); /* sizes */
    /* NULL, all three: where its disk is full there is nothing here to be given up. */
    void (*release_reserve)(struct gs_store *store);
    bool (*restore_reserve)(struct gs_store *store);
    int64_t (*reserve_bytes)(const struct gs_store *store);
    /* The monotonic time until which the store is surely ours; read from any thread. NULL: for good. */
    int64_t (*lease_end_us)(const struct gs_store *store);
    /* How many copies were promised, and are held now; read from any thread. NULL: one and one. */
    void (*copies)(const struct gs_store *store, struct gs_store_copies *out);
};

/* Copies: backup.h says what they do. */
struct gs_backup_ops {
    int (*start)(struct gs_store *store, const char *path, const struct gs_backup_waker *waker, struct gs_backup **out,
                 char *text, size_t text_size);
    /* Of the whole, read through and not kept. GS_E_FULL: it cannot be made here; the store is then read through as it stands. */
    int (*start_check)(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out, char *text,
                       size_t text_size);
    int (*step)(struct gs_backup *backup, bool *out_done, char *text, size_t text_size);
    bool (*is_waiting)(const struct gs_backup *backup);
    void (*finish)(struct gs_backup *backup); /* NULL is fine */
};

/* A database's own begins with this. */
struct gs_database {
    const struct gs_database_ops *ops;
    const struct gs_backup_ops *backups; /* set once it is open */
};
struct gs_statement {
    const struct gs_database_ops *ops;
};
/* A copy under way; a database's own begins with this. */
struct gs_backup {
    const struct gs_backup_ops *ops;
};

/* Open a store at an address: a path, or one that begins with postgresql:. They set store->db up (calloc'ed by the database, whose own struct
 * begins with a struct gs_database) and store->path (what sentences call the store; no secret in it), judge whether it may be used and is all
 * that was stored, migrate, and read what a start needs: the marks (gs_load_marks), the epochs, the checks of rows (gs_verify_live). On
 * failure store->message says why; close is called in any case where store->db is set. */
int gs_file_open(struct gs_store *store, const char *path, const struct gs_store_options *options) GS_MUST_CHECK;
int gs_postgres_open(struct gs_store *store, const char *address,
                     const struct gs_store_options *options) GS_MUST_CHECK; /* only where it was built */

static inline int gs_db_bind_int(struct gs_statement *stmt, int at, int64_t value)
{
    return stmt->ops->bind_int(stmt, at, value);
}

static inline int gs_db_bind_text(struct gs_statement *stmt, int at, const char *text, size_t len)
{
    return stmt->ops->bind_text(stmt, at, text, len);
}

static inline int gs_db_bind_blob(struct gs_statement *stmt, int at, const void *bytes, size_t len)
{
    return stmt->ops->bind_blob(stmt, at, bytes, len);
}

static inline int gs_db_step(struct gs_statement *stmt)
{
    assert(stmt != NULL);
    return stmt->ops->step(stmt);
}

static inline int gs_db_run(struct gs_statement *stmt)
{
    return stmt->ops->run(stmt);
}

static inline int gs_db_parameter_count(struct gs_statement *stmt)
{
    return stmt->ops->parameter_count(stmt);
}

static inline void gs_db_reset(struct gs_statement *stmt)
{
    stmt->ops->reset(stmt);
}

static inline void gs_db_finalize(struct gs_statement *stmt)
{
    if (stmt != NULL) {
        stmt->ops->finalize(stmt);
    }
}

static inline enum gs_db_type gs_db_column_type(struct gs_statement *stmt, int at)
{
    return stmt->ops->column_type(stmt, at);
}

static inline int64_t gs_db_column_int(struct gs_statement *stmt, int at)
{
    assert(stmt != NULL);
    return stmt->ops->column_int(stmt, at);
}

static inline const char *gs_db_column_text(struct gs_statement *stmt, int at)
{
    assert(stmt != NULL);
    return stmt->ops->column_text(stmt, at);
}

static inline const void *gs_db_column_blob(struct gs_statement *stmt, int at)
{
    return stmt->ops->column_blob(stmt, at);
}

static inline size_t gs_db_column_bytes(struct gs_statement *stmt, int at)
{
    return stmt->ops->column_bytes(stmt, at);
}

static inline int gs_db_column_count(struct gs_statement *stmt)
{
    return stmt->ops->column_count(stmt);
}

#endif
