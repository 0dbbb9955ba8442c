/* Reads the store's statements, as far as PostgreSQL needs to know of them more than SQLite. It knows no table. */
#include "pg_text.h"
#include "gateslot/base/limits.h"
#include <stdlib.h>
#include <string.h>

/* A name in a list of columns, without its quotation marks. */
struct name {
    const char *at;
    size_t len;
};

/* To behind what stands in quotation marks; a doubled one is two texts side by side, which is the same. */
static const char *behind_quoted(const char *at)
{
    const char *end = strchr(at + 1, *at);
    return end != NULL ? end + 1 : at + strlen(at);
}

static void number_parameters(struct gs_pg_text *t, const char *sql)
{
    while (*sql != '\0') {
        const size_t plain = strcspn(sql, "?'\"");
        gs_buf_add(&t->sql, sql, plain);
        sql += plain;
        if (*sql == '?') {
            char *end;
            const long given = strtol(sql + 1, &end, 10);
            const int no = end != sql + 1 && given < GS_PG_PARAMETERS_MAX ? (int)given : t->parameters + 1;
            t->parameters = no > t->parameters ? no : t->parameters;
            gs_buf_char(&t->sql, '$');
            gs_buf_int(&t->sql, no);
            sql = end;
        } else if (*sql != '\0') {
            const char *end = behind_quoted(sql);
            gs_buf_add(&t->sql, sql, (size_t)(end - sql));
            sql = end;
        }
    }
}

/* *at: behind "("; from then on behind ")". -1: too many, or there is more than names. */
static int read_names(const char **at, struct name out[GS_PG_COLUMNS_MAX])
{
    const char *s = *at;
    for (int count = 0; count < GS_PG_COLUMNS_MAX; count++) {
        s += strspn(s, " ");
        const bool quoted = *s == '"';
        s += quoted;
        out[count] = (struct name){s, strcspn(s, quoted ? "\"" : " ,()\"")};
        s += out[count].len + (quoted ? 1 : 0);
        s += strspn(s, " ");
        if (*s == ')') {
            *at = s + 1;
            return count + 1;
        }
        if (*s++ != ',') {
            return -1;
        }
    }
    return -1;
}

/* ?, ?, ?) → how many there are, and *at is behind them; -1: there is something else. */
static int count_marks(const char **at)
{
    int count = 0;
    const char *s = *at;
    for (;;) {
        s += strspn(s, " ");
        if (*s++ != '?') {
            return -1;
        }
        count++;
        s += strspn(s, " ");
        if (*s == ')') {
            *at = s + 1;
            return count;
        }
        if (*s++ != ',') {
            return -1;
        }
    }
}

static bool skip(const char **at, const char *word)
{
    const size_t len = strlen(word);
    const bool there = strncmp(*at, word, len) == 0;
    *at += there ? len : 0;
    return there;
}

/* Which of the columns ON CONFLICT names; false: one is not among them, or it has another form. */
static bool find_keys(struct gs_pg_text *t, const struct name *columns, int count, const char *conflict)
{
    struct name keys[GS_PG_COLUMNS_MAX];
    if (!skip(&conflict, " ON CONFLICT (")) {
        return false;
    }
    t->key_count = read_names(&conflict, keys);
    for (int k = 0; k < t->key_count; k++) {
        int i = 0;
        while (i < count && (columns[i].len != keys[k].len || memcmp(columns[i].at, keys[k].at, keys[k].len) != 0)) {
            i++;
        }
        if (k == GS_PG_KEYS_MAX || i == count) {
            return false;
        }
        t->keys[k] = i;
    }
    return t->key_count > 0;
}

static void look_for_row(struct gs_pg_text *t, const char *sql)
{
    struct name columns[GS_PG_COLUMNS_MAX];
    const char *at = sql;
    if (!skip(&at, "INSERT INTO ")) {
        return;
    }
    const bool quoted = *at == '"';
    const char *table = at + quoted;
    const size_t len = strcspn(table, quoted ? "\"" : " (");
    at = table + len + (quoted ? 1 : 0);
    if (len >= sizeof t->table || !skip(&at, " (")) {
        return;
    }
    const int count = read_names(&at, columns);
    const bool fits = count > 0 && skip(&at, " VALUES");
    const char *values = at;
    if (!fits || !skip(&at, " (") || count_marks(&at) != count || strchr(at, '?') != NULL ||
        strstr(at, "RETURNING") != NULL || (*at != '\0' && !find_keys(t, columns, count, at))) {
        return;
    }
    t->is_row = true;
    memcpy(t->table, table, len);
    t->table[len] = '\0';
    gs_buf_add(&t->head, sql, (size_t)(values - sql));
    t->tail = t->sql.data + t->sql.len - strlen(at); /* no parameter stands in it */
}

int gs_pg_text_read(struct gs_pg_text *t, const char *sql)
{
    *t = (struct gs_pg_text){.tail = ""};
    gs_buf_init(&t->sql, GS_PG_STATEMENT_MAX);
    gs_buf_init(&t->head, GS_PG_STATEMENT_MAX);
    number_parameters(t, sql);
    int err = gs_buf_status(&t->sql);
    if (err == GS_OK) {
        look_for_row(t, sql);
        err = gs_buf_status(&t->head);
    }
    return err == GS_OK && t->parameters > GS_PG_PARAMETERS_MAX ? GS_E_RANGE : err;
}

void gs_pg_text_finish(struct gs_pg_text *t)
{
    gs_buf_finish(&t->sql);
    gs_buf_finish(&t->head);
}

void gs_pg_text_rows(const struct gs_pg_text *t, int rows, struct gs_buf *out)
{
    static const char values[] = "VALUES";
    gs_buf_add(out, t->head.data, t->head.len - (sizeof values - 1));
    gs_buf_str(out, rows > 1 ? "SELECT * FROM (VALUES" : values);
    for (int i = 0; i < rows * t->parameters; i++) {
        gs_buf_str(out, i % t->parameters != 0 ? "," : i > 0 ? "),(" : " (");
        gs_buf_char(out, '$');
        gs_buf_int(out, i + 1);
    }
    gs_buf_str(out, rows > 1 ? ")) AS given WHERE column1 IS NOT NULL" : ")");
    gs_buf_str(out, t->tail);
}
