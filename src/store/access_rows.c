/* Writes tokens, users, sessions and webhooks with their retries: each as a whole row, new or in place of the one of the same name, or away
 * with it. The totals of their tables follow. */
#include "access_rows.h"
#include "impl.h"
#include "rows.h"
#include "sql.h"
#include <string.h>

static int write_token(struct gs_store *store, struct gs_state *state, const struct gs_token *t, bool revoke)
{
    static const char take[] = "DELETE FROM token WHERE name = ? RETURNING checksum";
    static const char put[] = "INSERT INTO token ({token}) VALUES ({token?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(store, GS_STMT_TOKEN_TAKE, take, &stmt);
    err = err != GS_OK ? err
                       : gs_state_take_rows(store, state, GS_COUNT_TOKEN, stmt,
                                            gs_db_bind_text(stmt, 1, t->name, strlen(t->name)));
    if (err != GS_OK || revoke) {
        return err;
    }
    err = gs_sql_stmt(store, GS_STMT_TOKEN_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_token(stmt, t, &checksum);
    return gs_state_put_row(store, state, GS_COUNT_TOKEN, stmt, rc, checksum);
}

static int write_user(struct gs_store *store, struct gs_state *state, const struct gs_user *u, bool remove)
{
    static const char take[] = "DELETE FROM \"user\" WHERE name = ? RETURNING checksum";
    static const char put[] = "INSERT INTO \"user\" ({user}) VALUES ({user?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(store, GS_STMT_USER_TAKE, take, &stmt);
    err = err != GS_OK ? err
                       : gs_state_take_rows(store, state, GS_COUNT_USER, stmt,
                                            gs_db_bind_text(stmt, 1, u->name, strlen(u->name)));
    if (err != GS_OK || remove) {
        return err;
    }
    err = gs_sql_stmt(store, GS_STMT_USER_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_user(stmt, u, &checksum);
    return gs_state_put_row(store, state, GS_COUNT_USER, stmt, rc, checksum);
}

static int write_session(struct gs_store *store, struct gs_state *state, const struct gs_session *s, bool close)
{
    static const char take[] = "DELETE FROM session WHERE hash = ? RETURNING checksum";
    static const char put[] = "INSERT INTO session ({session}) VALUES ({session?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(store, GS_STMT_SESSION_TAKE, take, &stmt);
    err = err != GS_OK ? err
                       : gs_state_take_rows(store, state, GS_COUNT_SESSION, stmt,
                                            gs_db_bind_blob(stmt, 1, s->hash, sizeof s->hash));
    if (err != GS_OK || close) {
        return err;
    }
    err = gs_sql_stmt(store, GS_STMT_SESSION_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_session(stmt, s, &checksum);
    return gs_state_put_row(store, state, GS_COUNT_SESSION, stmt, rc, checksum);
}

/* One of its retries, or with seq 0 all of them. */
static int take_retries(struct gs_store *store, struct gs_state *state, int64_t webhook, int64_t seq)
{
    static const char one[] = "DELETE FROM webhook_retry WHERE webhook = ? AND seq = ? RETURNING checksum";
    static const char all[] = "DELETE FROM webhook_retry WHERE webhook = ? AND seq > ? RETURNING checksum";
    struct gs_statement *stmt;
    int err = seq != 0 ? gs_sql_stmt(store, GS_STMT_WEBHOOK_RETRY_TAKE, one, &stmt)
                       : gs_sql_stmt(store, GS_STMT_WEBHOOK_RETRIES_TAKE, all, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_bind_int(stmt, 1, webhook);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 2, seq);
    return gs_state_take_rows(store, state, GS_COUNT_WEBHOOK_RETRY, stmt, rc);
}

static int write_webhook(struct gs_store *store, struct gs_state *state, const struct gs_webhook *w, bool remove)
{
    static const char take[] = "DELETE FROM webhook WHERE name = ? RETURNING checksum";
    static const char put[] = "INSERT INTO webhook ({webhook}) VALUES ({webhook?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(store, GS_STMT_WEBHOOK_TAKE, take, &stmt);
    err = err != GS_OK ? err
                       : gs_state_take_rows(store, state, GS_COUNT_WEBHOOK, stmt,
                                            gs_db_bind_text(stmt, 1, w->name, strlen(w->name)));
    if (err != GS_OK || remove) {
        return err != GS_OK ? err : take_retries(store, state, w->id, 0);
    }
    err = gs_sql_stmt(store, GS_STMT_WEBHOOK_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_webhook(stmt, w, &checksum);
    return gs_state_put_row(store, state, GS_COUNT_WEBHOOK, stmt, rc, checksum);
}

static int write_retry(struct gs_store *store, struct gs_state *state, const struct gs_webhook_retry *r, bool over)
{
    static const char put[] = "INSERT INTO webhook_retry ({webhook_retry}) VALUES ({webhook_retry?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = take_retries(store, state, r->webhook, r->seq);
    if (err != GS_OK || over) {
        return err;
    }
    err = gs_sql_stmt(store, GS_STMT_WEBHOOK_RETRY_PUT, put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_webhook_retry(stmt, r, &checksum);
    return gs_state_put_row(store, state, GS_COUNT_WEBHOOK_RETRY, stmt, rc, checksum);
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
