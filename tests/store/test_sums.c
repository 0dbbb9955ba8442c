/* What is remembered of rows is what is stored: after every batch, refused ones and slices of maintenance too, each remembered checksum is compared with
 * the row's, and each total with all rows summed up anew. */
#include "cmocka_all.h"
#include "fixture.h"
#include "sql.h"
#include <stdio.h>
#include <string.h>

enum { STEPS = 120, NAMES = 6, SLICES_MAX = 1000 };

/* ---- the map ---- */

/* Beside a list that is searched from its beginning. */
static void a_map_finds_what_was_put_and_not_removed(void **state)
{
    enum { KEYS = 300, ROUNDS = 20000 };
    struct fixture *f = *state;
    static int64_t sums[KEYS];
    static bool there[KEYS];
    for (size_t words = 1; words <= 5; words += 4) {
        struct gs_sum_map m = {.words = words};
        size_t count = 0;
        memset(there, 0, sizeof there);
        for (int round = 0; round < ROUNDS; round++) {
            const size_t k = (size_t)dice_below(&f->random, round % 1000 < 500 ? KEYS : KEYS / 10);
            const uint64_t name[5] = {words == 1 ? k + 1 : 1, 0, k * 3, 0, 0};
            int64_t out = 0;
            bool is_new = false;
            if (dice_below(&f->random, 2) == 0) {
                int64_t *at = gs_sum_map_put(&m, name, &is_new);
                assert_non_null(at);
                assert_int_equal(is_new, !there[k]);
                assert_true(is_new || *at == sums[k]);
                *at = sums[k] = (int64_t)dice_next(&f->random);
                count += is_new ? 1 : 0;
                there[k] = true;
            } else {
                assert_int_equal(gs_sum_map_remove(&m, name, &out), there[k]);
                assert_true(!there[k] || out == sums[k]);
                count -= there[k] ? 1 : 0;
                there[k] = false;
            }
            assert_int_equal(m.count, count);
        }
        for (size_t k = 0; k < KEYS; k++) {
            const uint64_t name[5] = {words == 1 ? k + 1 : 1, 0, k * 3, 0, 0};
            const int64_t *found = gs_sum_map_find(&m, name);
            assert_int_equal(found != NULL, there[k]);
            assert_true(found == NULL || *found == sums[k]);
        }
        gs_sum_map_finish(&m);
    }
}

/* ---- what is remembered ---- */

static const struct {
    enum gs_counted table;
    const char *sql;
} kept[] = {
    {GS_COUNT_BOOKING, "SELECT id, checksum FROM booking"},
    {GS_COUNT_CAPACITY, "SELECT date, \"window\", checksum FROM capacity"},
    {GS_COUNT_TOKEN, "SELECT name, checksum FROM token"},
    {GS_COUNT_USER, "SELECT name, checksum FROM \"user\""},
    {GS_COUNT_SESSION, "SELECT hash, checksum FROM session"},
    {GS_COUNT_WEBHOOK, "SELECT name, checksum FROM webhook"},
    {GS_COUNT_WEBHOOK_RETRY, "SELECT webhook, seq, checksum FROM webhook_retry"},
};

static size_t expect_table(struct gs_store *store, enum gs_counted table, const char *sql)
{
    struct gs_statement *stmt;
    struct gs_row_name name;
    size_t rows = 0;
    assert_int_equal(gs_sql_prepare(store, sql, 0, &stmt), GS_OK);
    for (int rc; (rc = gs_db_step(stmt)) != GS_DB_DONE; rows++) {
        assert_int_equal(rc, GS_DB_ROW);
        assert_int_equal(gs_row_name_read(table, stmt, 0, &name), GS_OK);
        const int64_t *found = gs_row_sums_find(&store->sums, &name);
        if (found == NULL || *found != gs_db_column_int(stmt, gs_db_column_count(stmt) - 1)) {
            fail_msg("%s: row %s: %s", sql, gs_db_column_text(stmt, 0), found == NULL ? "unknown" : "another");
        }
    }
    gs_db_finalize(stmt);
    return rows;
}

static void expect_whole(struct gs_store *store)
{
    const struct gs_query check = {.kind = GS_QUERY_CHECK};
    struct gs_answer a = ask(store, &check);
    assert_int_equal(a.err, GS_OK);
    assert_string_equal(a.text, "");
    gs_answer_finish(&a);
    size_t rows = 0;
    if (!store->sums.known) {
        return;
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        rows += expect_table(store, kept[i].table, kept[i].sql);
    }
    assert_int_equal(rows, store->sums.bookings.count + store->sums.others.count);
}

/* ---- batches ---- */

struct world {
    struct fixture *f;
    uint64_t *dice;
    int64_t last_id, last_seq, answers, turned_away;
};

static int64_t count_of(struct world *w, const char *what, int64_t id)
{
    char sql[128];
    int64_t count = 0;
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM booking WHERE id = %lld%s", (long long)id, what);
    assert_int_equal(gs_sql_int(w->f->store, sql, &count), GS_OK);
    return count;
}

static struct gs_booking any_booking(struct world *w, int64_t id)
{
    struct gs_booking b = random_booking(w->dice, id);
    b.wish.date = DAY + dice_roll(w->dice, 100) - 50;
    b.excused = false;
    return b;
}

static void name_any(struct world *w, char *out, size_t size, const char *what)
{
    (void)snprintf(out, size, "%s%c", what, 'a' + dice_roll(w->dice, NAMES));
}

static void add_booking(struct world *w, struct gs_batch *batch)
{
    const bool is_new = w->last_id < 20 || dice_below(w->dice, 3) == 0;
    const int64_t id = is_new ? w->last_id + 1 : 1 + dice_below(w->dice, w->last_id);
    if (!is_new && count_of(w, "", id) == 0) {
        return; /* archived, or of this batch */
    }
    const struct gs_booking b = any_booking(w, id);
    gs_batch_booking(batch, &b);
    w->last_id = is_new ? id : w->last_id;
    const struct gs_booking plain = a_booking(id);
    const struct gs_event e = an_event(w->last_seq + 1, &plain);
    gs_batch_event(batch, &e);
    w->last_seq++;
}

static void add_strike(struct world *w, struct gs_batch *batch)
{
    const int64_t id = 1 + dice_below(w->dice, w->last_id + 1);
    if (count_of(w, " AND status = 8 AND excused = 0", id) == 1 && batch->first == NULL) {
        const struct gs_excused e = {.booking_id = id, .version = INT64_C(1) << 41, .updated_ms = 5};
        gs_batch_excused(batch, &e);
    }
}

static void add_capacity(struct world *w, struct gs_batch *batch)
{
    struct gs_capacity c = {.date = DAY + dice_roll(w->dice, NAMES) - 3,
                            .window = "midday",
                            .capacity = dice_roll(w->dice, 100),
                            .slot_capacity = -1};
    if (dice_below(w->dice, 2) == 0) {
        (void)snprintf(c.window, sizeof c.window, "evening");
        (void)snprintf(c.reason, sizeof c.reason, "台风 %d", c.capacity);
    }
    gs_batch_capacity(batch, &c, dice_below(w->dice, 3) == 0);
}

static void add_person(struct world *w, struct gs_batch *batch)
{
    struct gs_token t = {.role = GS_ROLE_GATE, .created_ms = dice_below(w->dice, 1000)};
    struct gs_user u = {.role = GS_ROLE_GATE, .lang = GS_LANG_ZH, .password = "$y$j9T$a", .created_ms = t.created_ms};
    struct gs_session s = {.name = "li", .role = GS_ROLE_GATE, .created_ms = t.created_ms};
    const bool remove = dice_below(w->dice, 3) == 0;
    name_any(w, t.name, sizeof t.name, "a-name-of-the-longest-there-is");
    name_any(w, u.name, sizeof u.name, "u");
    memset(s.hash, 0, sizeof s.hash);
    s.hash[31] = (unsigned char)dice_roll(w->dice, NAMES);
    memset(t.hash, t.name[strlen(t.name) - 1], sizeof t.hash);
    gs_batch_token(batch, &t, remove);
    gs_batch_user(batch, &u, remove);
    gs_batch_session(batch, &s, remove);
}

static void add_webhook(struct world *w, struct gs_batch *batch)
{
    const int no = dice_roll(w->dice, NAMES);
    struct gs_webhook hook = {.id = no + 1, .url = "https://a/", .secret = "whsec_x", .cursor = w->last_seq};
    struct gs_webhook_retry r = {.webhook = no + 1, .seq = 1 + dice_below(w->dice, NAMES), .attempts = 1};
    (void)snprintf(hook.name, sizeof hook.name, "w-%d", no);
    r.next_ms = dice_below(w->dice, 1000);
    gs_batch_webhook(batch, &hook, dice_below(w->dice, 5) == 0);
    gs_batch_webhook_retry(batch, &r, dice_below(w->dice, 3) == 0);
}

static void add_answer(struct world *w, struct gs_batch *batch)
{
    struct gs_turned_away t = {.date = DAY};
    char key[32];
    (void)snprintf(key, sizeof key, "k%lld", (long long)++w->answers);
    struct gs_idem idem = an_idem(key, "{}");
    idem.at_ms = dice_below(w->dice, 2000);
    gs_batch_idem(batch, &idem);
    (void)snprintf(t.truck, sizeof t.truck, "A%lld", (long long)++w->turned_away);
    gs_batch_turned_away(batch, &t);
}

/* What no table takes, or the store does not. */
static void spoil(struct world *w, struct gs_batch *batch)
{
    struct gs_booking b = any_booking(w, w->last_id + 1);
    const bool by_number = dice_below(w->dice, 2) == 0;
    b.status = GS_BOOKED;
    b.place = -1;
    if (by_number) {
        const struct gs_event e = an_event(w->last_seq + 7, &b);
        gs_batch_event(batch, &e);
    } else {
        gs_batch_booking(batch, &b);
    }
}

static void commit_any(struct world *w, bool spoilt)
{
    static void (*const add[])(struct world *, struct gs_batch *) = {add_booking, add_booking, add_strike, add_capacity,
                                                                     add_person,  add_webhook, add_answer};
    const struct world before = *w;
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t left = 1 + dice_below(w->dice, 20); left > 0; left--) {
        add[dice_below(w->dice, 7)](w, &batch);
    }
    if (spoilt) {
        spoil(w, &batch);
    }
    const int err = gs_store_commit(w->f->store, &batch);
    if (err != (spoilt ? GS_E_CORRUPT : GS_OK)) {
        fail_msg("%s: %s", gs_strerror(err), gs_store_message(w->f->store));
    }
    assert_true(spoilt || w->f->store->sums.known || batch.first == NULL);
    if (spoilt) {
        *w = before;
    }
    gs_batch_finish(&batch);
}

static void maintain(struct world *w)
{
    const gs_date first = DAY - 40 + dice_roll(w->dice, 60), erase = DAY - 60 + dice_roll(w->dice, 60);
    bool more = true;
    for (int slices = 0; more; slices++) {
        const int err = gs_store_maintain(w->f->store, first, erase, dice_below(w->dice, 2000), &more);
        if (err != GS_OK) {
            fail_msg("%s: %s", gs_strerror(err), gs_store_message(w->f->store));
        }
        expect_whole(w->f->store);
        assert_true(slices < SLICES_MAX);
    }
}

static void what_is_remembered_is_what_is_stored(void **state)
{
    struct fixture *f = *state;
    struct world w = {.f = f, .dice = &f->random};
    struct picture p;
    for (int step = 0; step < STEPS; step++) {
        const int64_t kind = dice_below(w.dice, 20);
        if (kind < 2) {
            maintain(&w);
        } else if (kind == 2) {
            fixture_reopen(f);
        } else if (kind == 3) {
            picture_load(&p, f->store);
            picture_finish(&p);
        } else {
            commit_any(&w, kind < 8);
        }
        expect_whole(f->store);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_map_finds_what_was_put_and_not_removed),
        TEST(what_is_remembered_is_what_is_stored),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
