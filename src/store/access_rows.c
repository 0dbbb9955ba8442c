/* Writes tokens, users, sessions and webhooks with their retries: each as a whole row, new or in place of the one of the same name, or away
 * with it. The totals of their tables follow. */
#include "access_rows.h"
#include "impl.h"
#include "rows.h"
#include "sql.h"
#include <string.h>

static int write_token(struct gs_store *store, struct gs_state *state, const struct gs_token *t, bool revoke)
{
    static const char take[] = "DELETE FROM token WHERE name = ?";
    static const char put[] = "INSERT INTO token ({token}) VALUES ({token?}) ON CONFLICT (name) DO UPDATE SET {token=}";
    struct gs_statement *stmt;
    int64_t checksum;
    if (revoke) {
        int err = gs_sql_stmt(store, GS_STMT_TOKEN_TAKE, take, &stmt);
        return err != GS_OK ? err
                            : gs_row_sums_remove(store, state, GS_COUNT_TOKEN, t, stmt,
                                                 gs_db_bind_text(stmt, 1, t->name, strlen(t->name)));
    }
    int err = gs_sql_stmt(store, GS_STMT_TOKEN_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int rc = gs_row_bind_token(stmt, t, &checksum);
    return gs_row_sums_put(store, state, GS_COUNT_TOKEN, t, stmt, rc, checksum);
}

static int write_user(struct gs_store *store, struct gs_state *state, const struct gs_user *u, bool remove)
{
    static const char take[] = "DELETE FROM \"user\" WHERE name = ?";
    static const char put[] = "INSERT INTO \"user\" ({user}) VALUES ({user?}) ON CONFLICT (name) DO UPDATE SET {user=}";
    struct gs_statement *stmt;
    int64_t checksum;
    if (remove) {
        int err = gs_sql_stmt(store, GS_STMT_USER_TAKE, take, &stmt);
        return err != GS_OK ? err
                            : gs_row_sums_remove(store, state, GS_COUNT_USER, u, stmt,
                                                 gs_db_bind_text(stmt, 1, u->name, strlen(u->name)));
    }
    int err = gs_sql_stmt(store, GS_STMT_USER_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int rc = gs_row_bind_user(stmt, u, &checksum);
    return gs_row_sums_put(store, state, GS_COUNT_USER, u, stmt, rc, checksum);
}

static int write_session(struct gs_store *store, struct gs_state *state, const struct gs_session *s, bool close)
{
    static const char take[] = "DELETE FROM session WHERE hash = ?";
    static const char put[] =
        "INSERT INTO session ({session}) VALUES ({session?}) ON CONFLICT (hash) DO UPDATE SET {session=}";
    struct gs_statement *stmt;
    int64_t checksum;
    if (close) {
        int err = gs_sql_stmt(store, GS_STMT_SESSION_TAKE, take, &stmt);
        return err != GS_OK ? err
                            : gs_row_sums_remove(store, state, GS_COUNT_SESSION, s, stmt,
                                                 gs_db_bind_blob(stmt, 1, s->hash, sizeof s->hash));
    }
    int err = gs_sql_stmt(store, GS_STMT_SESSION_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int rc = gs_row_bind_session(stmt, s, &checksum);
    return gs_row_sums_put(store, state, GS_COUNT_SESSION, s, stmt, rc, checksum);
}

/* How many there are nobody remembers: this one is read. */
static int take_all_retries(struct gs_store *store, struct gs_state *state, int64_t webhook)
{
    static const char sql[] = "DELETE FROM webhook_retry WHERE webhook = ? RETURNING webhook, seq";
    struct gs_statement *stmt;
    struct gs_row_name name;
    int err = gs_sql_stmt(store, GS_STMT_WEBHOOK_RETRIES_TAKE, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_bind_int(stmt, 1, webhook);
    while (rc >= GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW && err == GS_OK) {
        err = gs_row_name_read(GS_COUNT_WEBHOOK_RETRY, stmt, 0, &name);
        if (err == GS_OK) {
            gs_row_sums_take(store, state, GS_COUNT_WEBHOOK_RETRY, &name);
        }
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "a statement failed");
    }
    gs_db_reset(stmt);
    return err;
}

static int write_webhook(struct gs_store *store, struct gs_state *state, const struct gs_webhook *w, bool remove)
{
    static const char take[] = "DELETE FROM webhook WHERE name = ?";
    static const char put[] =
        "INSERT INTO webhook ({webhook}) VALUES ({webhook?}) ON CONFLICT (name) DO UPDATE SET {webhook=}";
    struct gs_statement *stmt;
    int64_t checksum;
    if (remove) {
        int err = gs_sql_stmt(store, GS_STMT_WEBHOOK_TAKE, take, &stmt);
        err = err != GS_OK ? err
                           : gs_row_sums_remove(store, state, GS_COUNT_WEBHOOK, w, stmt,
                                                gs_db_bind_text(stmt, 1, w->name, strlen(w->name)));
        return err != GS_OK ? err : take_all_retries(store, state, w->id);
    }
    int err = gs_sql_stmt(store, GS_STMT_WEBHOOK_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int rc = gs_row_bind_webhook(stmt, w, &checksum);
    return gs_row_sums_put(store, state, GS_COUNT_WEBHOOK, w, stmt, rc, checksum);
}

static int write_retry(struct gs_store *store, struct gs_state *state, const struct gs_webhook_retry *r, bool over)
{
    static const char take[] = "DELETE FROM webhook_retry WHERE webhook = ? AND seq = ?";
    static const char put[] = "INSERT INTO webhook_retry ({webhook_retry}) VALUES ({webhook_retry?})"
                              " ON CONFLICT (webhook, seq) DO UPDATE SET {webhook_retry=}";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = over ? gs_sql_stmt(store, GS_STMT_WEBHOOK_RETRY_TAKE, take, &stmt)
                   : gs_sql_stmt(store, GS_STMT_WEBHOOK_RETRY_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    if (over) {
        int rc = gs_db_bind_int(stmt, 1, r->webhook);
        rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 2, r->seq);
        return gs_row_sums_remove(store, state, GS_COUNT_WEBHOOK_RETRY, r, stmt, rc);
    }
    const int rc = gs_row_bind_webhook_retry(stmt, r, &checksum);
    return gs_row_sums_put(store, state, GS_COUNT_WEBHOOK_RETRY, r, stmt, rc, checksum);
}

int gs_access_write(struct gs_store *store, struct gs_state *state, const struct gs_record *r)
{
    switch (r->kind) {
    case GS_REC_TOKEN:
    case GS_REC_TOKEN_REVOKE:
        return write_token(store, state, r->u.token, r->kind == GS_REC_TOKEN_REVOKE);
    case GS_REC_USER:
    case GS_REC_USER_DELETE:
        return write_user(store, state, r->u.user, r->kind == GS_REC_USER_DELETE);
    case GS_REC_SESSION:
    case GS_REC_SESSION_CLOSE:
        return write_session(store, state, r->u.session, r->kind == GS_REC_SESSION_CLOSE);
    case GS_REC_WEBHOOK:
    case GS_REC_WEBHOOK_DELETE:
        return write_webhook(store, state, r->u.webhook, r->kind == GS_REC_WEBHOOK_DELETE);
    case GS_REC_WEBHOOK_RETRY:
    case GS_REC_WEBHOOK_RETRIED:
        return write_retry(store, state, r->u.retry, r->kind == GS_REC_WEBHOOK_RETRIED);
    default:
        return GS_E_CORRUPT;
    }
}
