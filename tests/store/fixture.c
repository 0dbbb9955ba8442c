/* The store's tests' common ground; see the header. It opens stores through the public interface only. */
#include "fixture.h"
#include "cmocka_all.h"
#include "gateslot/base/hash.h"
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#ifdef GS_WITH_POSTGRES
#include "../postgres/address.h"
#include <libpq-fe.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- pictures ---- */

static void *grown(void *list, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0) { /* at 0 and at every power of two */
        list = realloc(list, (count == 0 ? 1 : 2 * count) * size);
        assert_non_null(list);
    }
    return list;
}

static int take_booking(void *self, const struct gs_booking *b)
{
    struct picture *p = self;
    p->bookings = grown(p->bookings, p->booking_count, sizeof *b);
    p->bookings[p->booking_count++] = *b;
    return GS_OK;
}

static int take_capacity(void *self, const struct gs_capacity *c)
{
    struct picture *p = self;
    p->capacities = grown(p->capacities, p->capacity_count, sizeof *c);
    p->capacities[p->capacity_count++] = *c;
    return GS_OK;
}

static int take_token(void *self, const struct gs_token *t)
{
    struct picture *p = self;
    p->tokens = grown(p->tokens, p->token_count, sizeof *t);
    p->tokens[p->token_count++] = *t;
    return GS_OK;
}

static int take_user(void *self, const struct gs_user *u)
{
    struct picture *p = self;
    p->users = grown(p->users, p->user_count, sizeof *u);
    p->users[p->user_count++] = *u;
    return GS_OK;
}

static int take_session(void *self, const struct gs_session *s)
{
    struct picture *p = self;
    p->sessions = grown(p->sessions, p->session_count, sizeof *s);
    p->sessions[p->session_count++] = *s;
    return GS_OK;
}

static int take_webhook(void *self, const struct gs_webhook *w)
{
    struct picture *p = self;
    p->webhooks = grown(p->webhooks, p->webhook_count, sizeof *w);
    p->webhooks[p->webhook_count++] = *w;
    return GS_OK;
}

static int take_retry(void *self, const struct gs_webhook_retry *r)
{
    struct picture *p = self;
    p->retries = grown(p->retries, p->retry_count, sizeof *r);
    p->retries[p->retry_count++] = *r;
    return GS_OK;
}

static int take_idem(void *self, int64_t row, const struct gs_idem *i)
{
    struct picture *p = self;
    p->idems = grown(p->idems, p->idem_count, sizeof *i);
    p->idem_rows = grown(p->idem_rows, p->idem_count, sizeof row);
    p->idem_rows[p->idem_count] = row;
    p->idems[p->idem_count++] = *i;
    return GS_OK;
}

struct gs_store_sink picture_sink(struct picture *p)
{
    return (struct gs_store_sink){.self = p,
                                  .booking = take_booking,
                                  .capacity = take_capacity,
                                  .token = take_token,
                                  .idem = take_idem,
                                  .user = take_user,
                                  .session = take_session,
                                  .webhook = take_webhook,
                                  .webhook_retry = take_retry};
}

void picture_load(struct picture *p, struct gs_store *store)
{
    *p = (struct picture){0};
    struct gs_store_sink sink = picture_sink(p);
    int err = gs_store_load(store, &sink, &p->marks);
    if (err != GS_OK) {
        fail_msg("load: %s: %s", gs_strerror(err), gs_store_message(store));
    }
}

void picture_finish(struct picture *p)
{
    free(p->bookings);
    free(p->capacities);
    free(p->tokens);
    free(p->users);
    free(p->sessions);
    free(p->webhooks);
    free(p->retries);
    free(p->idems);
    free(p->idem_rows);
}

const struct gs_booking *picture_booking(const struct picture *p, int64_t id)
{
    for (size_t i = 0; i < p->booking_count; i++) {
        if (p->bookings[i].id == id) {
            return &p->bookings[i];
        }
    }
    return NULL;
}

/* ---- fixtures ---- */

#ifdef GS_WITH_POSTGRES
static void run_remote(const char *url, const char *before, const char *sql)
{
    PGconn *conn = PQconnectdb(url);
    const char *const scripts[] = {before, sql};
    for (size_t i = 0; i < 2; i++) {
        PGresult *result = PQexec(conn, scripts[i]);
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            fail_msg("%s: %s", scripts[i], PQerrorMessage(conn));
        }
        PQclear(result);
    }
    PQfinish(conn);
}

static void make_database(struct fixture *f)
{
    static int made;
    char name[64], sql[160], url[256];
    (void)snprintf(name, sizeof name, "site_%d_%d", (int)getpid(), ++made);
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0", name);
    cluster_url("postgres", url, sizeof url);
    run_remote(url, "SET client_min_messages = warning", sql);
    cluster_url(name, f->path, sizeof f->path);
}
#else
static void run_remote(const char *url, const char *before, const char *sql)
{
    fail_msg("%s: %s: %s: this build has no PostgreSQL", url, before, sql);
}

static void make_database(struct fixture *f)
{
    fail_msg("%s: this build has no PostgreSQL", f->directory);
}
#endif

bool fixture_is_remote(void)
{
    const char *where = getenv("GATESLOT_STORE");
    return where != NULL && strcmp(where, "postgres") == 0;
}

void fixture_init(struct fixture *f)
{
    const char *tmp = getenv("TMPDIR");
    *f = (struct fixture){.random = dice_seed("store")};
    (void)snprintf(f->directory, sizeof f->directory, "%.32s/gateslot-store-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->directory));
    (void)snprintf(f->path, sizeof f->path, "%s/site.db", f->directory);
    if (fixture_is_remote()) {
        make_database(f);
    }
}

int fixture_try_open(struct fixture *f, const struct gs_store_options *options)
{
    static const struct gs_store_options live = {0};
    f->message[0] = '\0';
    return gs_store_open(f->path, options != NULL ? options : &live, &f->store, f->message, sizeof f->message);
}

void fixture_open(struct fixture *f)
{
    int err = fixture_try_open(f, NULL);
    if (err != GS_OK) {
        fail_msg("open: %s", f->message);
    }
}

void fixture_close(struct fixture *f)
{
    gs_store_close(f->store);
    f->store = NULL;
}

void fixture_reopen(struct fixture *f)
{
    fixture_close(f);
    fixture_open(f);
}

void fixture_name(const struct fixture *f, const char *suffix, char out[128])
{
    (void)snprintf(out, 128, "%.100s%s", f->path, suffix);
}

static void remove_tree(const char *directory)
{
    DIR *d = opendir(directory);
    const struct dirent *entry;
    while (d != NULL && (entry = readdir(d)) != NULL) {
        char name[512];
        (void)snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && unlink(name) != 0) {
            (void)rmdir(name);
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    (void)rmdir(directory);
}

void fixture_finish(struct fixture *f)
{
    fixture_close(f);
    remove_tree(f->directory);
}

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fixture_init(f);
    fixture_open(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    fixture_finish(f);
    free(f);
    return 0;
}

/* ---- commits and questions ---- */

static void commit(struct gs_store *store, const struct gs_batch *batch)
{
    int err = gs_store_commit(store, batch);
    if (err != GS_OK) {
        fail_msg("commit: %s: %s", gs_strerror(err), gs_store_message(store));
    }
}

void commit_booking(struct gs_store *store, const struct gs_booking *b)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_booking(&batch, b);
    commit(store, &batch);
    gs_batch_finish(&batch);
}

int64_t commit_day(struct gs_store *store, int64_t first, int64_t last, int64_t seq, gs_date date,
                   enum gs_status status)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t id = first; id <= last; id++) {
        struct gs_booking b = a_booking(id);
        b.wish.date = date;
        b.status = status;
        b.place = gs_status_holds_place(status) ? 0 : -1;
        struct gs_event e = an_event(++seq, &b);
        b.last_event = seq;
        char key[32];
        (void)snprintf(key, sizeof key, "key-%lld", (long long)id);
        struct gs_idem idem = an_idem(key, "{\"id\":\"bk\"}");
        gs_batch_booking(&batch, &b);
        gs_batch_event(&batch, &e);
        gs_batch_idem(&batch, &idem);
        if (batch.count >= 3000) {
            commit(store, &batch);
            gs_batch_clear(&batch);
        }
    }
    commit(store, &batch);
    gs_batch_finish(&batch);
    return seq;
}

struct gs_answer ask(struct gs_store *store, const struct gs_query *q)
{
    struct gs_answer a;
    gs_store_query(store, q, &a);
    return a;
}

struct gs_answer ask_id(struct gs_store *store, enum gs_query_kind kind, int64_t id)
{
    struct gs_query q = {.kind = kind};
    q.u.id = id;
    return ask(store, &q);
}

void run_sql(const char *path, const char *sql)
{
    if (strncmp(path, "postgresql:", strlen("postgresql:")) == 0) {
        run_remote(path, "SET search_path = gateslot", sql);
        return;
    }
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    (void)sqlite3_close(db);
}

/* ---- files ---- */

static char *map_file(const char *name, size_t *out_size)
{
    struct stat st;
    int fd = open(name, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    char *bytes = st.st_size > 0 ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    assert_true(bytes != MAP_FAILED);
    *out_size = (size_t)st.st_size;
    (void)close(fd);
    return bytes;
}

typedef void (*file_visitor)(void *self, const char *name, const char *bytes, size_t size);

static void visit_files(const char *directory, file_visitor visit, void *self)
{
    DIR *d = opendir(directory);
    const struct dirent *entry;
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        char name[512];
        struct stat st;
        (void)snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
        assert_int_equal(lstat(name, &st), 0);
        if (S_ISREG(st.st_mode)) {
            size_t size;
            char *bytes = map_file(name, &size);
            visit(self, entry->d_name, bytes, size);
            if (bytes != NULL) {
                (void)munmap(bytes, size);
            }
        }
    }
    (void)closedir(d);
}

static void digest_file(void *self, const char *name, const char *bytes, size_t size)
{
    uint64_t *sum = self;
    *sum += gs_fnv(gs_fnv_text_nul(GS_FNV_START, name), bytes, size); /* in no order */
}

uint64_t directory_digest(const char *directory)
{
    uint64_t sum = 0;
    visit_files(directory, digest_file, &sum);
    return sum;
}

struct search {
    const char *text;
    bool found;
};

static void search_file(void *self, const char *name, const char *bytes, size_t size)
{
    struct search *s = self;
    (void)name;
    s->found = s->found || (bytes != NULL && memmem(bytes, size, s->text, strlen(s->text)) != NULL);
}

bool files_contain(const char *directory, const char *text)
{
    struct search s = {.text = text};
    visit_files(directory, search_file, &s);
    return s.found;
}
