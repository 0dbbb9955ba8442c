/* Looking for past bookings: what the store finds is what a plain rule finds by going through all of them, page by page, whoever asks, after
 * they were archived one slice after the other and after the index was made anew. */
#include "cmocka_all.h"
#include "fixture.h"
#include "gateslot/core/search.h"
#include "past.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 3000, QUESTIONS = 400 };

struct site {
    struct fixture f;
    struct gs_booking *all; /* by id, from 1 on; id 0: there is none of that number */
    size_t count;
};

/* Ids with a gap between two of them, as a new epoch leaves it, and one more at the end that is far away. */
static int64_t nth_id(size_t i)
{
    return (int64_t)i + 1 + (i >= MANY / 2 ? 70000 : 0) + (i == MANY - 1 ? INT64_C(1) << 44 : 0);
}

static void commit(struct gs_store *store, struct gs_batch *batch)
{
    batch->now_ms = 1;
    assert_int_equal(gs_store_commit(store, batch), GS_OK);
    gs_batch_clear(batch);
}

static void archive(struct site *s, gs_date first_date)
{
    bool more = true;
    while (more) {
        assert_int_equal(gs_store_maintain(s->f.store, first_date, 0, 0, &more), GS_OK);
    }
}

/* Booked in the order of their ids, archived by date, which is another. */
static void fill(struct site *s)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    s->all = calloc(MANY, sizeof *s->all);
    assert_non_null(s->all);
    for (s->count = 0; s->count < MANY; s->count++) {
        s->all[s->count] = past_booking(&s->f.random, nth_id(s->count), DAY + (gs_date)dice_below(&s->f.random, 4));
        gs_batch_booking(&batch, &s->all[s->count]);
        if (batch.count >= 500) {
            commit(s->f.store, &batch);
        }
    }
    commit(s->f.store, &batch);
    gs_batch_finish(&batch);
    archive(s, DAY + 4);
}

static int setup(void **state)
{
    static struct site s;
    fixture_init(&s.f);
    fixture_open(&s.f);
    fill(&s);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct site *s = *state;
    free(s->all);
    fixture_finish(&s->f);
    return 0;
}

static struct gs_query question(const char *text, int32_t limit)
{
    struct gs_query q = {.kind = GS_QUERY_SEARCH};
    q.u.search.first_date = DAY + 9;
    q.u.search.filter.limit = limit;
    if (gs_search_read(text, strlen(text), &q.u.search.filter.search) != GS_OK) {
        q.u.search.filter.limit = 0;
    }
    return q;
}

static bool plainly_meant(const struct site *s, const struct gs_filter *f, const char *text, size_t i)
{
    const struct gs_booking *b = &s->all[i];
    return (f->owner[0] == '\0' || strcmp(f->owner, b->owner) == 0) && (!f->has_status || f->status == b->status) &&
           past_is_meant(b, text);
}

/* All pages of the answer beside all that there are; returns how many matched. */
static size_t compare(struct site *s, struct gs_query *q, const char *text)
{
    size_t left = s->count, found = 0;
    for (bool more = true; more;) {
        struct gs_answer a = ask(s->f.store, q);
        assert_int_equal(a.err, GS_OK);
        for (size_t i = 0; i < a.booking_count; i++, found++) {
            while (left > 0 && !plainly_meant(s, &q->u.search.filter, text, left - 1)) {
                left--;
            }
            if (left == 0 || a.bookings[i].id != s->all[left - 1].id) {
                print_error("'%s' found %lld\n", text, (long long)a.bookings[i].id);
            }
            assert_true(left > 0 && a.bookings[i].id == s->all[left - 1].id);
            assert_true(same_booking(&a.bookings[i], &s->all[left - 1]));
            left--;
        }
        more = a.more;
        assert_true(!more || q->u.search.filter.before_id == 0 || a.scanned_id < q->u.search.filter.before_id);
        q->u.search.filter.before_id = a.scanned_id;
        gs_answer_finish(&a);
    }
    for (; left > 0; left--) {
        if (plainly_meant(s, &q->u.search.filter, text, left - 1)) {
            print_error("'%s' did not find %lld\n", text, (long long)s->all[left - 1].id);
            fail();
        }
    }
    return found;
}

static void ask_many(struct site *s)
{
    size_t asked = 0, found = 0;
    for (int i = 0; i < QUESTIONS; i++) {
        char text[128];
        uint64_t *r = &s->f.random;
        past_question(r, &s->all[dice_below(r, (int64_t)s->count)], text);
        struct gs_query q = question(text, 1 + (int32_t)dice_below(r, 600));
        if (q.u.search.filter.limit == 0) {
            continue;
        }
        if (dice_below(r, 2) == 0) {
            strcpy(q.u.search.filter.owner, s->all[dice_below(r, (int64_t)s->count)].owner);
        }
        if (dice_below(r, 4) == 0) {
            q.u.search.filter.has_status = true;
            q.u.search.filter.status = GS_CANCELLED;
        }
        found += compare(s, &q, text);
        asked++;
    }
    print_message("# %zu questions, %zu bookings found\n", asked, found);
    assert_true(asked > QUESTIONS / 3 && found > asked);
}

static void finds_what_the_plain_rule_finds(void **state)
{
    ask_many(*state);
}

static void what_the_book_has_forgotten_is_found_before_it_is_archived(void **state)
{
    struct site *s = *state;
    struct gs_booking late = past_booking(&s->f.random, nth_id(MANY - 1) + 1, DAY);
    strcpy(late.reference, "unarchived");
    commit_booking(s->f.store, &late);
    struct gs_query q = question("UNARCHIVED", 5);
    struct gs_answer a = ask(s->f.store, &q);
    assert_int_equal(a.err, GS_OK);
    assert_int_equal(a.booking_count, 1);
    gs_answer_finish(&a);
    archive(s, DAY + 4);
    a = ask(s->f.store, &q);
    assert_int_equal(a.booking_count, 1);
    gs_answer_finish(&a);
}

static void a_reference_is_found_as_it_was_given_and_no_other_way(void **state)
{
    struct site *s = *state;
    static const char *const given[] = {"Po-0001/1", "po-0001/1", "Po00011", "%", "_", "'", ""};
    for (size_t g = 0; g < sizeof given / sizeof given[0]; g++) {
        struct gs_query q = {.kind = GS_QUERY_SEARCH};
        size_t expected = 0;
        q.u.search.filter.limit = 500;
        q.u.search.first_date = DAY + 9;
        strcpy(q.u.search.filter.reference, given[g]);
        for (size_t i = 0; i < s->count; i++) {
            expected += strcmp(s->all[i].reference, given[g]) == 0;
        }
        size_t found = 0;
        bool more = true;
        while (more) { /* one question looks at so many bookings, and says where to go on */
            struct gs_answer a = ask(s->f.store, &q);
            assert_int_equal(a.err, given[g][0] != '\0' ? GS_OK : GS_E_INVALID);
            found += a.booking_count;
            more = a.more;
            q.u.search.filter.before_id = a.scanned_id;
            gs_answer_finish(&a);
        }
        assert_int_equal(found, given[g][0] != '\0' ? expected : 0);
    }
}

static int64_t number_in(struct fixture *f, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return number;
}

#define INDEX_IN_NUMBERS                                                                                               \
    "SELECT total(key % 1000003) + total(length(ids)) * 7 + sum(checksum % 1000003) * 11 FROM past_gram"

static void check_finds(struct site *s, const char *what)
{
    struct gs_query check = {.kind = GS_QUERY_CHECK};
    struct gs_answer a = ask(s->f.store, &check);
    assert_int_equal(a.err, GS_OK);
    assert_true(what == NULL ? a.text[0] == '\0' : strstr(a.text, what) != NULL);
    gs_answer_finish(&a);
}

/* Slice by slice, or at once from the archive: a loss that is accepted has it made anew. */
static void made_anew_it_is_the_same_index(void **state)
{
    ONLY_OF_A_FILE();
    struct site *s = *state;
    const struct gs_store_options accepting = {.accept_loss = true};
    check_finds(s, NULL);
    fixture_close(&s->f);
    const int64_t before = number_in(&s->f, INDEX_IN_NUMBERS);
    run_sql(s->f.path, "DELETE FROM past_gram WHERE key % 3 = 0");
    fixture_open(&s->f);
    check_finds(s, "past_gram");
    fixture_close(&s->f);
    run_sql(s->f.path, "UPDATE booking SET version = version + 1 WHERE id = (SELECT min(id) FROM booking)");
    assert_int_equal(fixture_try_open(&s->f, NULL), GS_E_CORRUPT);
    assert_int_equal(fixture_try_open(&s->f, &accepting), GS_OK);
    check_finds(s, NULL);
    fixture_close(&s->f);
    assert_int_equal(number_in(&s->f, INDEX_IN_NUMBERS), before);
    fixture_open(&s->f);
}

static void nobody_is_told_what_a_damaged_index_says(void **state)
{
    ONLY_OF_A_FILE();
    struct site *s = *state;
    fixture_close(&s->f);
    run_sql(s->f.path, "UPDATE past_gram SET ids = zeroblob(length(ids))");
    fixture_open(&s->f);
    struct gs_query q = question(s->all[7].truck.plate, 5);
    struct gs_answer a = ask(s->f.store, &q);
    assert_int_equal(a.err, GS_E_CORRUPT);
    assert_non_null(strstr(a.text, "index"));
    gs_answer_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_the_plain_rule_finds),
        cmocka_unit_test(a_reference_is_found_as_it_was_given_and_no_other_way),
        cmocka_unit_test(what_the_book_has_forgotten_is_found_before_it_is_archived),
        cmocka_unit_test(made_anew_it_is_the_same_index),
        cmocka_unit_test(nobody_is_told_what_a_damaged_index_says),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
