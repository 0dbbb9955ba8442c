/* Removes rows whose checksum is not theirs, by the place where the server has them: a key of theirs may be what is damaged. They are all found before
 * the first is removed. */
#include "pg_loss.h"
#include "gateslot/base/grow.h"
#include "sql.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pg_row_place {
    char text[32]; /* (block,number) */
};

struct pg_row_places {
    struct pg_row_place *list; /* owned */
    size_t count, room;
};

static int add(struct pg_row_places *p, const char *text)
{
    struct pg_row_place *list = gs_grown(p->list, p->count, &p->room, sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    p->list = list;
    (void)snprintf(list[p->count++].text, sizeof list->text, "%s", text);
    return GS_OK;
}

static int find(struct gs_store *store, const struct gs_sealed_table *t, struct pg_row_places *out)
{
    struct gs_statement *stmt = NULL;
    char sql[256];
    int rc = GS_DB_DONE;
    (void)snprintf(sql, sizeof sql, "SELECT %s, checksum, ctid::text FROM \"%s\"", t->columns, t->name);
    int err = gs_sql_prepare(store, sql, GS_DB_LARGE, &stmt);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        const int columns = gs_db_column_count(stmt) - 2;
        if (gs_db_column_int(stmt, columns) != gs_row_sum(stmt, t->what, columns)) {
            err = add(out, gs_db_column_text(stmt, columns + 1));
        }
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "a table cannot be read");
    }
    gs_db_finalize(stmt);
    return err;
}

static int remove_all(struct gs_store *store, const struct gs_sealed_table *t, const struct pg_row_places *p)
{
    struct gs_statement *stmt = NULL;
    char sql[128];
    (void)snprintf(sql, sizeof sql, "DELETE FROM \"%s\" WHERE ctid = CAST(? AS tid)", t->name);
    int err = gs_sql_prepare(store, sql, 0, &stmt);
    for (size_t i = 0; i < p->count && err == GS_OK; i++) {
        const char *text = p->list[i].text;
        err = gs_sql_run_bound(store, stmt, gs_db_bind_text(stmt, 1, text, strlen(text)));
    }
    gs_db_finalize(stmt);
    return err;
}

int gs_pg_remove_damaged(struct gs_store *store, const struct gs_sealed_table *t, int64_t *removed)
{
    struct pg_row_places p = {.list = NULL};
    int err = find(store, t, &p);
    err = err == GS_OK && p.count > 0 ? remove_all(store, t, &p) : err;
    *removed += err == GS_OK ? (int64_t)p.count : 0;
    free(p.list);
    return err;
}
