/* What looking for past bookings costs: printed for people, asserted nowhere. search_speed [BOOKINGS]: so many in the archive of a site with
 * 3,000 trucks and 173 companies; the index made anew, as at the first start with an older store; questions that are easy and
 * hard, each the median and the worst of some rounds, for staff and for one of three backends; and a night's archiving. */
#include "cmocka_all.h"
#include "fixture.h"
#include "rows.h"
#include "search_index.h"
#include "sql.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { ROUNDS = 21, NIGHT = 960 };

static int64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(getenv("SEARCH_CPU") != NULL ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct gs_booking of_a_site(uint64_t *r, int64_t id, gs_date date)
{
    static const char *const owners[] = {"mini", "mini-2", "seldom"};
    struct gs_booking b = a_booking(id);
    const int truck = dice_roll(r, 3000), company = dice_roll(r, 173);
    b.wish.date = date;
    b.status = GS_CANCELLED;
    b.place = -1;
    b.ended_ms = date * INT64_C(86400000);
    (void)snprintf(b.truck.plate, sizeof b.truck.plate, "浙%c%05d", "DDDDACE"[truck % 7], truck * 7919 % 100000);
    (void)snprintf(b.truck.trailer, sizeof b.truck.trailer, "浙%c%04d挂", "DDDDACE"[truck % 7], truck * 104729 % 10000);
    (void)snprintf(b.truck.containers[0], sizeof b.truck.containers[0], "%sU%07d",
                   (const char *[]){"CSQ", "MSK", "OOL", "TCL"}[dice_roll(r, 4)], dice_roll(r, 10000000));
    (void)snprintf(b.company_name, sizeof b.company_name, "绍兴柯桥%c%c进出口有限公司", 'A' + company % 26,
                   'A' + company / 26);
    (void)snprintf(b.reference, sizeof b.reference, "PO-2026-%06d", (int)(id % 1000000));
    (void)snprintf(b.owner, sizeof b.owner, "%s", owners[id % 1000 == 0 ? 2 : id % 2]);
    for (int i = 0; i < GS_PASS_CODE_LEN; i++) {
        b.pass_code[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[dice_roll(r, 32)];
    }
    return b;
}

/* Straight into the archive: through the batches it would take an hour. */
static void fill(struct gs_store *store, uint64_t *r, int64_t count)
{
    static const char sql[] = "INSERT INTO booking_past ({booking}) VALUES ({booking?})";
    struct gs_state s = store->state;
    struct gs_statement *stmt;
    int64_t checksum;
    assert_int_equal(gs_tx_begin(store), GS_OK);
    assert_int_equal(gs_sql_prepare(store, sql, 0, &stmt), GS_OK);
    for (int64_t id = 1; id <= count; id++) {
        struct gs_booking b = of_a_site(r, id, DAY - (gs_date)((count - id) / 120) - 2);
        assert_int_equal(gs_row_bind_booking(stmt, &b, &checksum), GS_OK);
        assert_int_equal(gs_sql_run(store, stmt), GS_OK);
        gs_total_add(&s, GS_COUNT_PAST, checksum);
    }
    gs_db_finalize(stmt);
    s.marks.last_booking_id = count;
    assert_int_equal(gs_state_write(store, &s), GS_OK);
    assert_int_equal(gs_tx_commit(store), GS_OK);
    gs_state_take(store, &s);
}

static int64_t peak_kb(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void make_index(struct gs_store *store)
{
    struct gs_state s = store->state;
    int64_t pages = 0, before_pages = 0, before_kb = peak_kb(), begin = now_us();
    assert_int_equal(gs_sql_int(store, "PRAGMA page_count", &before_pages), GS_OK);
    assert_int_equal(gs_tx_begin(store), GS_OK);
    assert_int_equal(gs_search_rebuild(store, &s.totals[GS_COUNT_GRAM]), GS_OK);
    assert_int_equal(gs_state_write(store, &s), GS_OK);
    assert_int_equal(gs_tx_commit(store), GS_OK);
    gs_state_take(store, &s);
    assert_int_equal(gs_sql_int(store, "PRAGMA page_count", &pages), GS_OK);
    printf("index made: %.1f s, %lld rows, %lld MB beside %lld MB, %lld kB more of memory\n",
           (double)(now_us() - begin) / 1e6, (long long)s.totals[GS_COUNT_GRAM].rows,
           (long long)((pages - before_pages) >> 8), (long long)(before_pages >> 8),
           (long long)(peak_kb() - before_kb));
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void time_question(struct gs_store *store, const char *text, const char *owner, bool no_shows)
{
    struct gs_query q = {.kind = GS_QUERY_SEARCH};
    int64_t us[ROUNDS];
    size_t count = 0;
    bool more = false;
    q.u.search.first_date = DAY;
    struct gs_filter *f = &q.u.search.filter;
    f->limit = 101;
    f->has_status = no_shows;
    f->status = GS_NO_SHOW;
    strcpy(f->owner, owner);
    assert_int_equal(gs_search_read(text, strlen(text), &f->search), GS_OK);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t begin = now_us();
        struct gs_answer a = ask(store, &q);
        us[i] = now_us() - begin;
        assert_int_equal(a.err, GS_OK);
        count = a.booking_count;
        more = a.more;
        gs_answer_finish(&a);
    }
    qsort(us, ROUNDS, sizeof us[0], by_value);
    printf("%-24s %-7s %s %4zu found%s: %6.2f ms, at worst %.2f\n", text, owner, no_shows ? "no_show" : "       ",
           count, more ? ", more" : "      ", (double)us[ROUNDS / 2] / 1e3, (double)us[ROUNDS - 1] / 1e3);
}

static void archive_a_night(struct fixture *f, int64_t last)
{
    struct gs_batch batch;
    bool more = true;
    int slices = 0;
    int64_t begin, worst = 0;
    gs_batch_init(&batch);
    for (int64_t id = last + 1; id <= last + NIGHT; id++) {
        struct gs_booking b = of_a_site(&f->random, id, DAY - 1);
        gs_batch_booking(&batch, &b);
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    begin = now_us();
    while (more) {
        int64_t start = now_us();
        assert_int_equal(gs_store_maintain(f->store, DAY + 1, 0, 0, &more), GS_OK);
        int64_t took = now_us() - start;
        worst = took > worst ? took : worst;
        slices++;
    }
    printf("a night of %d: %.0f ms in %d slices, the slowest %.1f ms\n", NIGHT, (double)(now_us() - begin) / 1e3,
           slices, (double)worst / 1e3);
}

/* What the book does with each of its own. */
static void time_live(uint64_t *r, const char *text)
{
    enum { LIVE = 5000 };
    struct gs_booking *all = calloc(LIVE, sizeof *all);
    struct gs_search s;
    int64_t us[ROUNDS];
    size_t found = 0;
    assert_non_null(all);
    assert_int_equal(gs_search_read(text, strlen(text), &s), GS_OK);
    for (int i = 0; i < LIVE; i++) {
        all[i] = of_a_site(r, i + 1, DAY);
    }
    for (int round = 0; round < ROUNDS; round++) {
        int64_t begin = now_us();
        for (int i = 0; i < LIVE; i++) {
            found += gs_search_match(&s, &all[i]) != GS_MATCH_NO;
        }
        us[round] = now_us() - begin;
    }
    qsort(us, ROUNDS, sizeof us[0], by_value);
    printf("%-24s among %d live ones: %.2f ms, at worst %.2f (%zu found)\n", text, LIVE, (double)us[ROUNDS / 2] / 1e3,
           (double)us[ROUNDS - 1] / 1e3, found / ROUNDS);
    free(all);
}

int main(int argc, char **argv)
{
    static const char *const questions[] = {
        "浙D1",    "345",  "浙D12345", "D12345",       "12345",       "浙D21345",     "CSQU3054384", "CSQU",
        "3054383", "7K3M", "7K3MQ9XD", "PO-2026-4321", "2026",        "有限公司",     "bk_123456",   "123456",
        "%%%",     "___",  "'; DROP",  "ZZZZZZZZZZZ",  "99999999999", "绍兴柯桥AA进", "绍兴柯桥ZZ"};
    struct fixture f;
    const int64_t count = argc > 1 ? atoll(argv[1]) : 440000;
    fixture_init(&f);
    time_live(&f.random, "浙D21345");
    time_live(&f.random, "99999012345");
    time_live(&f.random, "PO-2026-4321");
    fixture_open(&f);
    fill(f.store, &f.random, count);
    make_index(f.store);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        time_question(f.store, questions[i], "", false);
        time_question(f.store, questions[i], "seldom", false);
    }
    time_question(f.store, "浙D1", "", true);
    time_question(f.store, "浙D21345", "", true);
    archive_a_night(&f, count);
    fixture_close(&f);
    fixture_finish(&f);
    return 0;
}
