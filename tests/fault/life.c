/* The life: see the header. What a call of the store may return under which trouble is written down here, once. */
#include "life.h"
#include "calls.h"
#include "gateslot/store/restore.h"
#include "vfs.h"
#include <malloc.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESERVE_BYTES = 65536, LOG_TICKS = 2600 };

const char *life_phase_name(enum life_phase p)
{
    static const char *const names[LIFE_PHASES] = {"create",   "start",  "recovery", "work",    "checkpoint",
                                                   "maintain", "backup", "close",    "migrate", "restore"};
    return names[p];
}

bool life_phase_parse(const char *name, enum life_phase *out)
{
    for (int p = 0; p < LIFE_PHASES; p++) {
        if (strcmp(name, life_phase_name((enum life_phase)p)) == 0) {
            *out = (enum life_phase)p;
            return true;
        }
    }
    return false;
}

struct life *life_create(uint64_t seed)
{
    struct life *l = calloc(1, sizeof *l);
    if (l == NULL) {
        abort();
    }
    /* Memory that goes back to the system and comes again is most of what a short life costs. */
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 30);
    (void)mallopt(M_TOP_PAD, 1 << 20);
    l->disk = disk_create(seed ^ UINT64_C(0x5851f42d4c957f2d));
    vfs_install(l->disk, seed);
    calls_install(l->disk);
    work_init(&l->work, seed);
    return l;
}

void life_destroy(struct life *l)
{
    gs_store_close(l->store);
    work_finish(&l->work);
    calls_install(NULL);
    disk_destroy(l->disk);
    free(l);
}

static void broken(struct life *l, enum ledger_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void broken(struct life *l, enum ledger_fault fault, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    l->broken(l->self, fault, text);
    abort();
}

/* Is err what may be returned under this trouble? Never a word of damage: nothing here is damaged. */
static void expect_documented(struct life *l, const char *call, int err, const char *message)
{
    static const bool allowed[][4] = {
        /* healthy, full, io, dead */
        [-GS_OK] = {true, true, true, true},           [-GS_E_IO] = {false, true, true, true},
        [-GS_E_FULL] = {false, true, false, false},    [-GS_E_DENIED] = {false, true, true, true},
        [-GS_E_NOTFOUND] = {false, false, true, true}, [-GS_E_AGAIN] = {false, false, false, false},
    };
    if (err > 0 || err < GS_E_AGAIN || !allowed[-err][l->trouble]) {
        broken(l, LEDGER_OTHER, "%s returned \"%s\": %s", call, gs_strerror(err), message);
    }
}

/* Of what changes the store: a full disk is a known outcome and never an unknown one. */
static void expect_outcome(struct life *l, const char *call, int err)
{
    bool known = err == GS_OK || err == GS_E_FULL || (err == GS_E_IO && l->trouble != LIFE_FULL);
    if (err == GS_OK && l->failed) {
        broken(l, LEDGER_OTHER, "%s said that all was well though a write or a sync had failed", call);
    }
    if (!known) {
        broken(l, LEDGER_OTHER, "%s returned \"%s\": %s", call, gs_strerror(err), gs_store_message(l->store));
    }
    expect_documented(l, call, err, gs_store_message(l->store));
}

/* What cannot be used any more says so, whatever it is asked. */
static void expect_refusal(struct life *l)
{
    struct gs_query q = {.kind = GS_QUERY_BOOKING};
    struct gs_answer a;
    struct gs_batch batch;
    char why[256];
    bool more;
    q.u.id = 1;
    gs_batch_init(&batch);
    batch.now_ms = INT64_MAX;
    gs_store_query(l->store, &q, &a);
    if (a.err != GS_E_IO || gs_store_commit(l->store, &batch) != GS_E_IO ||
        gs_store_maintain(l->store, 0, 0, 0, &more) != GS_E_IO ||
        ledger_read(&l->found, l->store, &l->work.rules, NULL, why, sizeof why) != GS_E_IO) {
        broken(l, LEDGER_OTHER, "a store whose outcome is unknown went on");
    }
    gs_answer_finish(&a);
    gs_batch_finish(&batch);
}

/* ---- steps ---- */

static int open_at(struct life *l, const char *path, bool drill, struct gs_store **out, char *message, size_t size)
{
    const struct gs_store_options options = {.drill = drill, .tz = l->work.rules.tz, .ballast_bytes = RESERVE_BYTES};
    message[0] = '\0';
    return gs_store_open(path, &options, out, message, size);
}

/* The book as the store has it, which must be as acknowledged. */
static void load(struct life *l)
{
    struct gs_book *book = NULL;
    char why[512];
    int err = ledger_read(&l->found, l->store, &l->work.rules, &book, why, sizeof why);
    if (err != GS_OK) {
        expect_documented(l, "load", err, why);
        l->over = true;
        return;
    }
    enum ledger_fault fault = ledger_compare(&l->work.acked, &l->found, why, sizeof why);
    if (fault != LEDGER_SAME) {
        broken(l, fault, "loaded: %s", why);
    }
    work_taken_back(&l->work, book);
}

static void start(struct life *l)
{
    char message[512];
    int err = open_at(l, LIFE_STORE_FILE, l->drill, &l->store, message, sizeof message);
    expect_documented(l, "open", err, message);
    if (err != GS_OK) {
        l->store = NULL;
        l->over = true;
        return;
    }
    load(l);
}

static int put(struct life *l)
{
    l->failed = false;
    int err = gs_store_commit(l->store, &l->work.batch);
    expect_outcome(l, "commit", err);
    return err;
}

/* What found no space is not there: it may be handed over again, or given up for what the store holds. */
static void commit(struct life *l)
{
    int err = put(l);
    if (err == GS_E_FULL && l->work.keys % 2 == 0) {
        err = put(l);
    }
    if (err == GS_OK) {
        work_acked(&l->work);
    } else if (err == GS_E_FULL) {
        gs_store_release_reserve(l->store);
        load(l);
    } else {
        l->unknown = l->refuses = l->over = true;
    }
}

static void work(struct life *l, int batches)
{
    for (int i = 0; i < batches && !l->over; i++) {
        work_batch(&l->work);
        commit(l);
    }
}

static void ask(struct life *l, const struct gs_query *q)
{
    struct gs_answer a;
    gs_store_query(l->store, q, &a);
    if (a.err != GS_E_NOTFOUND) {
        expect_documented(l, "query", a.err, a.text);
    }
    if (q->kind == GS_QUERY_AUDIT && a.err == GS_OK && a.audit.broken_seq != 0) {
        broken(l, LEDGER_OTHER, "the audit took a failed read for a broken chain");
    }
    gs_answer_finish(&a);
}

static void ask_all(struct life *l)
{
    const struct ledger *acked = &l->work.acked;
    struct gs_query q = {.kind = GS_QUERY_BOOKING};
    q.u.id = acked->marks.last_booking_id;
    ask(l, &q);
    q = (struct gs_query){.kind = GS_QUERY_BOOKINGS};
    q.u.filter.has_date = true;
    q.u.filter.date = acked->bookings[0].wish.date;
    q.u.filter.limit = 50;
    ask(l, &q);
    q = (struct gs_query){.kind = GS_QUERY_EVENTS};
    q.u.events.limit = 20;
    ask(l, &q);
    q = (struct gs_query){.kind = GS_QUERY_HISTORY};
    q.u.history.last_event = acked->marks.last_seq;
    q.u.history.limit = 20;
    ask(l, &q);
    q = (struct gs_query){.kind = GS_QUERY_IDEM};
    q.u.row = acked->marks.last_idem_row;
    ask(l, &q);
    q = (struct gs_query){.kind = GS_QUERY_AUDIT};
    q.u.row = 1;
    ask(l, &q);
}

static void maintain(struct life *l)
{
    struct ledger *acked = &l->work.acked;
    bool more = true;
    acked->maintained = false;
    acked->archive_before = gs_book_first_date(l->work.book);
    acked->erase_before = acked->archive_before;
    gs_book_erase(l->work.book, acked->erase_before); /* as the daemon does at the same time */
    acked->book = gs_book_digest(l->work.book);
    acked->forget_before_ms = acked->marks.now_ms - INT64_C(2) * 86400000;
    while (more && !l->over) {
        l->failed = false;
        int err =
            gs_store_maintain(l->store, acked->archive_before, acked->erase_before, acked->forget_before_ms, &more);
        expect_outcome(l, "maintain", err);
        if (err != GS_OK) {
            l->refuses = l->over = err == GS_E_IO;
            break;
        }
    }
    acked->maintained = !more;
    l->work.proposed = *acked;
}

static void back_up(struct life *l)
{
    struct gs_query q = {.kind = GS_QUERY_BACKUP};
    struct gs_answer a;
    (void)snprintf(q.u.path, sizeof q.u.path, "%s", LIFE_BACKUP_FILE);
    l->backup = l->work.acked;
    l->backup_tried = true;
    gs_store_query(l->store, &q, &a);
    expect_documented(l, "backup", a.err, a.text);
    l->backed_up = a.err == GS_OK;
    gs_answer_finish(&a);
}

static void restore(struct life *l)
{
    struct gs_restore_source *source = NULL;
    struct gs_restored restored;
    char message[512] = "";
    const struct gs_store_options options = {.drill = l->drill, .tz = l->work.rules.tz};
    l->restore_tried = true;
    l->failed = false;
    int err = gs_restore_open(LIFE_BACKUP_FILE, &source, message, sizeof message);
    err = err != GS_OK ? err : gs_store_restore(LIFE_STORE_FILE, source, &options, &restored, message, sizeof message);
    gs_restore_close(source);
    if (err == GS_OK && l->failed) {
        broken(l, LEDGER_OTHER, "restored, it said, though a write or a sync had failed");
    }
    expect_documented(l, "restore", err, message);
    l->restored = err == GS_OK;
    l->over = true;
}

/* As kill -9 does: whatever the process held is gone, and the disk's cache stays. */
static void kill_process(struct life *l)
{
    l->store = NULL;
    calls_install(l->disk);
}

static void stop(struct life *l)
{
    gs_store_close(l->store);
    l->store = NULL;
}

/* ---- a store of the first version ---- */

static char *read_text(struct life *l, const char *name)
{
    FILE *f = fopen(name, "rb");
    char *text = calloc(1, 1 << 20);
    if (f == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, f) == 0) {
        broken(l, LEDGER_OTHER, "%s cannot be read", name);
    }
    (void)fclose(f);
    return text;
}

static void make_first_version(struct life *l, const char *path)
{
    sqlite3 *db = NULL;
    char *sql = read_text(l, l->first_version), *message = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    rc = rc != SQLITE_OK
             ? rc
             : sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    rc = rc != SQLITE_OK ? rc : sqlite3_exec(db, sql, NULL, NULL, &message);
    if (rc != SQLITE_OK) {
        broken(l, LEDGER_OTHER, "the store of version 1: %s", message != NULL ? message : sqlite3_errstr(rc));
    }
    (void)sqlite3_close(db);
    (void)disk_sync_names(l->disk);
    free(sql);
}

/* What it must be read as is what it is read as where nothing fails; that this is right is asked elsewhere (tests/store). */
static void prepare_first_version(struct life *l)
{
    static const char reference[] = DISK_ROOT "/reference.db";
    char message[512];
    struct gs_store *store = NULL;
    struct gs_book *book = NULL;
    l->drill = true;
    make_first_version(l, reference);
    make_first_version(l, LIFE_STORE_FILE);
    int err = open_at(l, reference, true, &store, message, sizeof message);
    err = err != GS_OK ? err : ledger_read(&l->work.acked, store, &l->work.rules, &book, message, sizeof message);
    if (err != GS_OK) {
        broken(l, LEDGER_OTHER, "a store of version 1 on a healthy disk: %s", message);
    }
    work_taken_back(&l->work, book);
    l->work.now_ms = l->work.acked.marks.now_ms;
    l->work.keys = 1000;
    l->work.tokens = 1000;
    l->work.trucks = 1000;
    gs_store_close(store);
}

/* ---- phases ---- */

static void fill_log(struct life *l)
{
    for (int i = 0; i < LOG_TICKS && !l->over; i++) {
        work_tick(&l->work, i == LOG_TICKS - 1);
        commit(l);
    }
}

/* So that bookings have ended on dates that the book does not hold any more. */
static void age(struct life *l)
{
    work(l, 24);
    work_pass_days(&l->work, 3);
    commit(l);
    work(l, 4);
}

void life_prepare(struct life *l, enum life_phase p)
{
    if (p == LIFE_CREATE) {
        return;
    }
    if (p == LIFE_MIGRATE) {
        prepare_first_version(l);
        return;
    }
    start(l);
    work(l, 12);
    switch (p) {
    case LIFE_START:
        stop(l);
        break;
    case LIFE_RECOVERY:
        kill_process(l);
        break;
    case LIFE_RESTORE:
        back_up(l);
        work(l, 6);
        kill_process(l);
        break;
    case LIFE_CHECKPOINT:
        fill_log(l);
        break;
    case LIFE_MAINTAIN:
        age(l);
        break;
    default:
        break;
    }
}

static void run_open(struct life *l, enum life_phase p)
{
    switch (p) {
    case LIFE_WORK:
        work(l, 8);
        if (!l->over) {
            ask_all(l);
            gs_store_release_reserve(l->store);
            (void)gs_store_restore_reserve(l->store);
        }
        work(l, 2);
        break;
    case LIFE_CHECKPOINT:
        maintain(l);
        work(l, 2);
        break;
    case LIFE_MAINTAIN:
        maintain(l);
        work(l, 1);
        break;
    case LIFE_BACKUP:
        back_up(l);
        work(l, 1);
        break;
    default:
        work(l, 1);
        stop(l);
        break;
    }
}

void life_run(struct life *l, enum life_phase p)
{
    if (p == LIFE_CREATE || p == LIFE_START || p == LIFE_RECOVERY || p == LIFE_MIGRATE) {
        start(l);
        work(l, 2);
    } else if (p == LIFE_RESTORE) {
        restore(l);
    } else {
        run_open(l, p);
    }
}

void life_go_on(struct life *l)
{
    if (l->store == NULL) {
        return;
    }
    if (l->refuses) {
        expect_refusal(l);
        return;
    }
    if (!l->over) {
        work(l, 1);
        if (l->over) {
            broken(l, LEDGER_OTHER, "on a healthy disk again, a batch was refused: %s", gs_store_message(l->store));
        }
    }
}

void life_end(struct life *l)
{
    stop(l);
}

void life_try_start(struct life *l)
{
    char message[512];
    if (open_at(l, LIFE_STORE_FILE, l->drill, &l->store, message, sizeof message) != GS_OK) {
        l->store = NULL;
    }
    stop(l);
}

/* What is found takes over: as acknowledged, or with the batch of which nobody knew. */
static void adopt(struct life *l, const char *when)
{
    char why[512], other[512];
    struct gs_book *book = NULL;
    int err = ledger_read(&l->found, l->store, &l->work.rules, &book, why, sizeof why);
    if (err != GS_OK) {
        broken(l, LEDGER_OTHER, "%s: cannot be read: %s", when, why);
    }
    enum ledger_fault fault = ledger_compare(&l->work.acked, &l->found, why, sizeof why);
    if (fault != LEDGER_SAME && l->unknown) {
        struct ledger *proposed = &l->work.proposed;
        proposed->maintained = false;
        fault = ledger_compare(proposed, &l->found, other, sizeof other);
        if (fault != LEDGER_SAME) {
            broken(l, fault, "%s: without the batch in question: %s; with it: %s", when, why, other);
        }
        work_acked(&l->work);
    }
    if (fault != LEDGER_SAME) {
        broken(l, fault, "%s: %s", when, why);
    }
    l->unknown = false;
    work_taken_back(&l->work, book);
}

/* A file under the backup's name is a whole store as it was then, or there is none. */
static void verify_backup(struct life *l)
{
    char message[512];
    struct gs_store *store = NULL;
    if (!disk_has(l->disk, LIFE_BACKUP_FILE)) {
        if (l->backed_up) {
            broken(l, LEDGER_LOST, "the backup is gone");
        }
        return;
    }
    int err = open_at(l, LIFE_BACKUP_FILE, l->drill, &store, message, sizeof message);
    err = err != GS_OK ? err : ledger_read(&l->found, store, &l->work.rules, NULL, message, sizeof message);
    if (err != GS_OK) {
        broken(l, LEDGER_OTHER, "the backup is no store: %s", message);
    }
    enum ledger_fault fault = ledger_compare(&l->backup, &l->found, message, sizeof message);
    if (fault != LEDGER_SAME) {
        broken(l, fault, "the backup: %s", message);
    }
    gs_store_close(store);
}

static void open_healthy(struct life *l, const char *when)
{
    char message[512];
    if (open_at(l, LIFE_STORE_FILE, l->drill, &l->store, message, sizeof message) != GS_OK) {
        broken(l, LEDGER_LOST, "%s: cannot be opened: %s", when, message);
    }
}

static void expect_ledger(struct life *l, const char *file, const struct ledger *expected)
{
    char message[512];
    struct gs_store *store = NULL;
    int err = open_at(l, file, l->drill, &store, message, sizeof message);
    err = err != GS_OK ? err : ledger_read(&l->found, store, &l->work.rules, NULL, message, sizeof message);
    if (err != GS_OK) {
        broken(l, LEDGER_OTHER, "%s: %s", file, message);
    }
    enum ledger_fault fault = ledger_compare(expected, &l->found, message, sizeof message);
    if (fault != LEDGER_SAME) {
        broken(l, fault, "%s: %s", file, message);
    }
    gs_store_close(store);
}

/* The old store or the new one: true where it is the new one, and the old one is kept. */
static bool took_place(struct life *l)
{
    char why[512];
    if (!l->restore_tried || gs_store_epoch_due(l->store) == NULL) {
        if (l->restored) {
            broken(l, LEDGER_OTHER, "restored, it said, and the old store is there");
        }
        return false;
    }
    int err = ledger_read(&l->found, l->store, &l->work.rules, NULL, why, sizeof why);
    if (err != GS_OK || ledger_compare(&l->backup, &l->found, why, sizeof why) != LEDGER_SAME) {
        broken(l, LEDGER_OTHER, "restored: %s", why);
    }
    stop(l);
    expect_ledger(l, LIFE_KEPT_FILE, &l->work.acked);
    verify_backup(l);
    return true;
}

void life_verify(struct life *l, bool thorough)
{
    l->trouble = LIFE_HEALTHY;
    l->over = l->refuses = false;
    open_healthy(l, "opened again");
    if (took_place(l)) {
        return;
    }
    adopt(l, "opened again");
    work(l, 1);
    if (l->backup_tried) {
        verify_backup(l);
    }
    if (thorough) {
        maintain(l);
        stop(l);
        open_healthy(l, "opened once more");
        adopt(l, "opened once more");
    }
    stop(l);
}
