/* What is committed is there again after a new start, whole and in order; what contradicts itself is refused whole. */
#include "cmocka_all.h"
#include "fixture.h"
#include <stdio.h>
#include <string.h>

static void every_field_comes_back_after_a_restart(void **state)
{
    enum { COUNT = 400 };
    struct fixture *f = *state;
    static struct gs_booking made[COUNT];
    struct gs_batch batch;
    struct picture p;
    gs_batch_init(&batch);
    for (int64_t i = 0; i < COUNT; i++) {
        made[i] = random_booking(&f->random, i + 1);
        gs_batch_booking(&batch, &made[i]);
        if (dice_below(&f->random, 7) == 0 || i == COUNT - 1) {
            assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
            gs_batch_clear(&batch);
        }
    }
    gs_batch_finish(&batch);
    fixture_reopen(f);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        if (!same_booking(&p.bookings[i], &made[i])) {
            fail_msg("booking %lld came back different", (long long)made[i].id);
        }
    }
    assert_int_equal(p.marks.last_booking_id, COUNT);
    picture_finish(&p);
}

static void a_later_row_of_a_booking_takes_the_place_of_the_earlier(void **state)
{
    struct fixture *f = *state;
    struct picture p;
    struct gs_booking last = {0};
    for (int i = 0; i < 50; i++) {
        last = random_booking(&f->random, 1);
        commit_booking(f->store, &last);
    }
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, 1);
    assert_true(same_booking(&p.bookings[0], &last));
    picture_finish(&p);
}

static void a_booking_may_be_written_again_on_its_own_place(void **state)
{
    struct fixture *f = *state;
    struct gs_booking b = a_booking(1);
    commit_booking(f->store, &b);
    b.version = 2;
    b.status = GS_ARRIVED;
    commit_booking(f->store, &b);
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 1);
    assert_int_equal(a.err, GS_OK);
    assert_true(same_booking(&a.bookings[0], &b));
    gs_answer_finish(&a);
}

static struct gs_booking on_slot_of_first(int64_t id, int32_t place)
{
    struct gs_booking b = a_booking(id), first = a_booking(1);
    b.slot_start_ms = first.slot_start_ms;
    b.slot_end_ms = first.slot_end_ms;
    b.place = place;
    return b;
}

static void two_bookings_on_one_place_are_refused_and_nothing_of_the_batch_is_stored(void **state)
{
    struct fixture *f = *state;
    struct gs_booking first = a_booking(1), second = a_booking(2), third = on_slot_of_first(3, 0);
    struct gs_batch batch;
    struct picture p;
    commit_booking(f->store, &first);
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &second);
    gs_batch_booking(&batch, &third);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_E_CORRUPT);
    assert_non_null(strstr(gs_store_message(f->store), fixture_is_remote() ? "booking_place" : "UNIQUE"));
    gs_batch_finish(&batch);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, 1);
    assert_int_equal(p.marks.last_booking_id, 1);
    picture_finish(&p);
    commit_booking(f->store, &second); /* and the store goes on */
    third.place = 1;
    commit_booking(f->store, &third);
}

static void a_moved_booking_does_not_push_out_who_holds_the_place(void **state)
{
    struct fixture *f = *state;
    struct gs_booking first = a_booking(1), second = a_booking(2);
    struct gs_batch batch;
    struct picture p;
    commit_booking(f->store, &first);
    commit_booking(f->store, &second);
    second = on_slot_of_first(2, 0);
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &second);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_E_CORRUPT);
    gs_batch_finish(&batch);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, 2);
    assert_true(same_booking(picture_booking(&p, 1), &first));
    picture_finish(&p);
}

static void a_place_freed_earlier_in_the_batch_can_be_taken_in_it(void **state)
{
    struct fixture *f = *state;
    struct gs_booking first = a_booking(1), second = on_slot_of_first(2, 0);
    struct gs_batch batch;
    struct picture p;
    commit_booking(f->store, &first);
    first.status = GS_CANCELLED;
    first.place = -1;
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &first);
    gs_batch_booking(&batch, &second);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    picture_load(&p, f->store);
    assert_true(same_booking(picture_booking(&p, 1), &first));
    assert_true(same_booking(picture_booking(&p, 2), &second));
    picture_finish(&p);
}

static void the_order_of_records_counts(void **state)
{
    struct fixture *f = *state;
    struct gs_booking first = a_booking(1), second = on_slot_of_first(2, 0);
    struct gs_batch batch;
    commit_booking(f->store, &first);
    first.status = GS_CANCELLED;
    first.place = -1;
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &second); /* taken before it is freed */
    gs_batch_booking(&batch, &first);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_E_CORRUPT);
    gs_batch_finish(&batch);
}

static void refuse_booking(struct gs_store *store, const struct gs_booking *b, const char *why)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_booking(&batch, b);
    if (gs_store_commit(store, &batch) != GS_E_CORRUPT) {
        fail_msg("was stored: %s", why);
    }
    gs_batch_finish(&batch);
}

static void rows_that_contradict_themselves_are_refused(void **state)
{
    struct fixture *f = *state;
    struct gs_booking b = a_booking(1);
    b.place = -1;
    refuse_booking(f->store, &b, "booked without a place");
    b = a_booking(1);
    b.status = GS_CANCELLED;
    refuse_booking(f->store, &b, "cancelled with a place");
    b = a_booking(1);
    b.window[0] = '\0';
    refuse_booking(f->store, &b, "a place in no window");
    b = a_booking(1);
    b.place = GS_MAX_CAPACITY;
    refuse_booking(f->store, &b, "a place beyond the capacity");
    b = a_booking(0);
    refuse_booking(f->store, &b, "id 0");
    b = a_booking(1);
    b.status = GS_STATUSES;
    b.place = -1;
    refuse_booking(f->store, &b, "no such status");
    b = a_booking(1);
    b.slot_end_ms = b.slot_start_ms - 1;
    refuse_booking(f->store, &b, "a slot that ends before it starts");
}

static void kept_answers_are_numbered_in_order_and_come_back(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    struct picture p;
    gs_batch_init(&batch);
    for (int i = 1; i <= 20; i++) {
        char key[16], body[2000];
        (void)snprintf(key, sizeof key, "k%d", i);
        memset(body, 'a' + i, sizeof body);
        body[i * 90] = '\0';
        struct gs_idem idem = an_idem(key, body);
        idem.etag = i;
        idem.lang = (enum gs_lang)(i % 3 - 1);
        (void)snprintf(idem.location, sizeof idem.location, "%.*s", i * 3,
                       "/v1/of-the-longest-path-that-an-answer-may-name-in-all-0123456789");
        gs_batch_idem(&batch, &idem);
        assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
        gs_batch_clear(&batch);
    }
    gs_batch_finish(&batch);
    fixture_reopen(f);
    picture_load(&p, f->store);
    assert_int_equal(p.idem_count, 20);
    assert_int_equal(p.marks.last_idem_row, 20);
    for (int i = 1; i <= 20; i++) {
        assert_int_equal(p.idem_rows[i - 1], i);
        struct gs_answer a = ask_id(f->store, GS_QUERY_IDEM, i);
        assert_int_equal(a.err, GS_OK);
        assert_string_equal(a.idem.key, p.idems[i - 1].key);
        assert_string_equal(a.idem.owner, "mini");
        assert_int_equal(a.idem.status, 201);
        assert_int_equal(a.idem.etag, i);
        assert_int_equal(a.idem.lang, i % 3 - 1);
        assert_int_equal(strlen(a.idem.location), i * 3);
        assert_int_equal(a.idem.fingerprint[31], 0x5a);
        assert_int_equal(a.idem.body_len, i * 90);
        assert_int_equal(a.idem.body[i * 90 - 1], 'a' + i);
        gs_answer_finish(&a);
    }
    picture_finish(&p);
    struct gs_answer none = ask_id(f->store, GS_QUERY_IDEM, 21);
    assert_int_equal(none.err, GS_E_NOTFOUND);
    gs_answer_finish(&none);
}

static void kept_answers_older_than_their_days_are_not_loaded(void **state)
{
    struct fixture *f = *state;
    const int64_t day_ms = 86400000, now_ms = 100 * day_ms;
    struct gs_batch batch;
    struct picture p;
    struct gs_idem old = an_idem("old", "{}"), young = an_idem("young", "{}");
    old.at_ms = now_ms - GS_IDEMPOTENCY_DAYS * day_ms;
    young.at_ms = old.at_ms + 1;
    gs_batch_init(&batch);
    gs_batch_idem(&batch, &old);
    gs_batch_idem(&batch, &young);
    batch.now_ms = now_ms;
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    picture_load(&p, f->store);
    assert_int_equal(p.idem_count, 1);
    assert_string_equal(p.idems[0].key, "young");
    assert_int_equal(p.idem_rows[0], 2);
    picture_finish(&p);
}

static void a_revoked_token_and_a_reset_capacity_are_gone(void **state)
{
    struct fixture *f = *state;
    struct gs_token gate = {.name = "gate-1", .role = GS_ROLE_GATE, .created_ms = 5, .expires_ms = 7};
    struct gs_token mini = {.name = "mini", .role = GS_ROLE_BACKEND, .created_ms = 6};
    struct gs_capacity morning = {.date = DAY, .window = "morning", .capacity = 30, .slot_capacity = -1};
    struct gs_capacity evening = {.date = DAY, .window = "evening", .capacity = 0, .slot_capacity = 4, .closed = true};
    struct gs_batch batch;
    struct picture p;
    memset(gate.hash, 7, sizeof gate.hash);
    (void)snprintf(evening.reason, sizeof evening.reason, "台风");
    gs_batch_init(&batch);
    gs_batch_token(&batch, &gate, false);
    gs_batch_token(&batch, &mini, false);
    gs_batch_capacity(&batch, &morning, false);
    gs_batch_capacity(&batch, &evening, false);
    morning.capacity = 25;
    gs_batch_capacity(&batch, &morning, false);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    fixture_reopen(f);
    picture_load(&p, f->store);
    assert_int_equal(p.token_count, 2);
    assert_memory_equal(&p.tokens[0], &gate, sizeof gate);
    assert_int_equal(p.capacity_count, 2);
    assert_memory_equal(&p.capacities[0], &evening, sizeof evening); /* by date, then name */
    assert_memory_equal(&p.capacities[1], &morning, sizeof morning);
    picture_finish(&p);

    gs_batch_clear(&batch);
    gs_batch_token(&batch, &gate, true);
    gs_batch_capacity(&batch, &evening, true);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    picture_load(&p, f->store);
    assert_int_equal(p.token_count, 1);
    assert_string_equal(p.tokens[0].name, "mini");
    assert_int_equal(p.capacity_count, 1);
    picture_finish(&p);
}

static void users_and_sessions_are_stored_changed_and_removed(void **state)
{
    struct fixture *f = *state;
    struct gs_user li = {.name = "li", .role = GS_ROLE_SUPERVISOR, .lang = GS_LANG_ZH, .created_ms = 5};
    struct gs_user wang = {.name = "wang", .role = GS_ROLE_GATE, .lang = GS_LANG_NONE, .created_ms = 6, .pin = "$y$9"};
    struct gs_session of_li = {.name = "li", .role = GS_ROLE_SUPERVISOR, .created_ms = 7, .expires_ms = 9};
    struct gs_session tablet = {.kind = GS_SESSION_DEVICE, .name = "gate-1", .role = GS_ROLE_GATE, .created_ms = 8};
    struct gs_batch batch;
    struct picture p;
    (void)snprintf(li.password, sizeof li.password, "$y$j9T$a");
    memset(wang.password, 'x', sizeof wang.password - 1);
    memset(of_li.hash, 9, sizeof of_li.hash);
    memset(tablet.hash, 3, sizeof tablet.hash);
    gs_batch_init(&batch);
    gs_batch_user(&batch, &wang, false);
    gs_batch_user(&batch, &li, false);
    gs_batch_session(&batch, &of_li, false);
    gs_batch_session(&batch, &tablet, false);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_clear(&batch);
    tablet.used_ms = 60000;
    gs_batch_session(&batch, &tablet, false);
    li.disabled = li.unconfirmed = true;
    li.lang = GS_LANG_EN;
    gs_batch_user(&batch, &li, false);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    fixture_reopen(f);
    picture_load(&p, f->store);
    assert_int_equal(p.user_count, 2);
    assert_memory_equal(&p.users[0], &li, sizeof li); /* by name */
    assert_memory_equal(&p.users[1], &wang, sizeof wang);
    assert_int_equal(p.session_count, 2);
    assert_memory_equal(&p.sessions[0], &tablet, sizeof tablet); /* by hash */
    assert_memory_equal(&p.sessions[1], &of_li, sizeof of_li);
    picture_finish(&p);

    gs_batch_clear(&batch);
    gs_batch_session(&batch, &of_li, true);
    gs_batch_user(&batch, &li, true);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    fixture_reopen(f); /* which counts the rows and sums them up */
    picture_load(&p, f->store);
    assert_int_equal(p.user_count, 1);
    assert_string_equal(p.users[0].name, "wang");
    assert_int_equal(p.session_count, 1);
    picture_finish(&p);
}

static void webhooks_and_retries_are_stored_changed_and_removed(void **state)
{
    struct fixture *f = *state;
    struct gs_webhook mini = {.name = "mini", .id = INT64_MAX, .owner = "mini", .secret = "whsec_b", .cursor = 7};
    struct gs_webhook all = {.name = "all", .id = 1, .types = "booking,capacity.changed", .secret = "whsec_a"};
    struct gs_webhook_retry late = {.webhook = INT64_MAX, .seq = 9, .booking_id = 3, .attempts = 2, .next_ms = 5};
    struct gs_webhook_retry early = {.webhook = INT64_MAX, .seq = 4};
    struct gs_webhook_retry others = {.webhook = 1, .seq = 4, .first_ms = -1};
    struct gs_batch batch;
    struct picture p;
    memset(mini.url, 'u', sizeof mini.url - 1);
    (void)snprintf(all.url, sizeof all.url, "https://example.org/");
    gs_batch_init(&batch);
    gs_batch_webhook(&batch, &mini, false);
    gs_batch_webhook(&batch, &all, false);
    gs_batch_webhook_retry(&batch, &late, false);
    gs_batch_webhook_retry(&batch, &early, false);
    gs_batch_webhook_retry(&batch, &others, false);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_clear(&batch);
    all.off = GS_WEBHOOK_OFF_GONE;
    all.status = 410;
    all.result = GS_WEBHOOK_REFUSED;
    late.attempts = 3;
    gs_batch_webhook(&batch, &all, false);
    gs_batch_webhook_retry(&batch, &late, false);
    gs_batch_webhook_retry(&batch, &early, true);
    gs_batch_webhook_retry(&batch, &early, true); /* which is gone already */
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    fixture_reopen(f);
    picture_load(&p, f->store);
    assert_int_equal(p.webhook_count, 2);
    assert_memory_equal(&p.webhooks[0], &all, sizeof all); /* by name */
    assert_memory_equal(&p.webhooks[1], &mini, sizeof mini);
    assert_int_equal(p.retry_count, 2);
    assert_memory_equal(&p.retries[0], &others, sizeof others); /* by webhook and number */
    assert_memory_equal(&p.retries[1], &late, sizeof late);
    picture_finish(&p);

    gs_batch_clear(&batch);
    gs_batch_webhook(&batch, &mini, true);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    fixture_reopen(f); /* which counts the rows and sums them up */
    picture_load(&p, f->store);
    assert_int_equal(p.webhook_count, 1);
    assert_int_equal(p.retry_count, 1);
    assert_int_equal(p.retries[0].webhook, 1);
    picture_finish(&p);
}

static void the_latest_instant_is_remembered_and_never_goes_back(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    struct picture p;
    gs_batch_init(&batch);
    const int64_t instants[] = {5000, 9000, 8000, 0};
    for (int i = 0; i < 4; i++) {
        batch.now_ms = instants[i];
        assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    }
    gs_batch_finish(&batch);
    fixture_reopen(f);
    picture_load(&p, f->store);
    assert_int_equal(p.marks.now_ms, 9000);
    picture_finish(&p);
}

static void a_batch_that_ran_out_of_memory_is_not_committed(void **state)
{
    struct fixture *f = *state;
    struct gs_booking b = a_booking(1);
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &b);
    batch.failed = true;
    assert_int_equal(gs_store_commit(f->store, &batch), GS_E_NOMEM);
    gs_batch_finish(&batch);
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 1);
    assert_int_equal(a.err, GS_E_NOTFOUND);
    gs_answer_finish(&a);
}

static int refuse_third(void *self, const struct gs_booking *b)
{
    int *count = self;
    ++*count;
    return b->id == 3 ? GS_E_NOMEM : GS_OK;
}

static void a_sink_that_refuses_stops_the_load_with_its_word(void **state)
{
    struct fixture *f = *state;
    struct picture p;
    struct gs_store_marks marks;
    int count = 0;
    (void)commit_day(f->store, 1, 9, 0, DAY, GS_BOOKED);
    struct gs_store_sink sink = picture_sink(&p);
    sink.self = &count;
    sink.booking = refuse_third;
    assert_int_equal(gs_store_load(f->store, &sink, &marks), GS_E_NOMEM);
    assert_int_equal(count, 3);
}

static void fill_journal(struct gs_batch *b, uint64_t *r, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        gs_buf_char(&b->journal, (char)dice_next(r));
    }
}

static void the_journal_comes_back_row_by_row_in_order(void **state)
{
    enum { ROWS = 700, PAGE = 256 };
    struct fixture *f = *state;
    struct gs_batch batch;
    uint64_t again = f->random;
    int64_t after = 0;
    int pages = 0;
    gs_batch_init(&batch);
    for (int i = 0; i < ROWS; i++) { /* alone, or beside records */
        struct gs_booking b = a_booking(1 + i);
        if (i % 3 == 0) {
            gs_batch_booking(&batch, &b);
        }
        fill_journal(&batch, &f->random, 2 + (size_t)i % 90);
        assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
        gs_batch_clear(&batch);
    }
    fixture_reopen(f);
    struct gs_answer a = ask_id(f->store, GS_QUERY_JOURNAL, after);
    for (; a.row_count > 0; a = ask_id(f->store, GS_QUERY_JOURNAL, after), pages++) {
        assert_true(a.err == GS_OK && a.row_count <= PAGE);
        for (size_t i = 0; i < a.row_count; i++) {
            assert_int_equal(a.rows[i].no, ++after);
            assert_int_equal(a.rows[i].len, 2 + (size_t)(after - 1) % 90);
            fill_journal(&batch, &again, a.rows[i].len);
            assert_memory_equal(a.rows[i].bytes, batch.journal.data, a.rows[i].len);
            gs_batch_clear(&batch);
        }
        gs_answer_finish(&a);
    }
    gs_answer_finish(&a);
    assert_true(after == ROWS && pages == 3);
    gs_batch_finish(&batch);
}

static void a_page_of_the_journal_is_bounded_in_bytes_too(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int i = 0; i < 5; i++) {
        fill_journal(&batch, &f->random, 50000);
        assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
        gs_batch_clear(&batch);
    }
    gs_batch_finish(&batch);
    struct gs_answer a = ask_id(f->store, GS_QUERY_JOURNAL, 0);
    assert_int_equal(a.row_count, 2);
    gs_answer_finish(&a);
}

static void what_is_refused_is_not_in_the_journal(void **state)
{
    struct fixture *f = *state;
    struct gs_booking first = a_booking(1), second = on_slot_of_first(2, 0);
    struct gs_batch batch;
    commit_booking(f->store, &first);
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &second);
    fill_journal(&batch, &f->random, 20);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_E_CORRUPT);
    gs_batch_finish(&batch);
    struct gs_answer a = ask_id(f->store, GS_QUERY_JOURNAL, 0);
    assert_true(a.err == GS_OK && a.row_count == 0);
    gs_answer_finish(&a);
}

static void a_row_of_the_journal_that_says_nothing_is_damage(void **state)
{
    ONLY_OF_A_FILE();
    struct fixture *f = *state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    fill_journal(&batch, &f->random, 20);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    fixture_close(f);
    run_sql(f->path, "PRAGMA ignore_check_constraints = ON; UPDATE journal SET body = x''");
    fixture_open(f);
    struct gs_answer a = ask_id(f->store, GS_QUERY_JOURNAL, 0);
    assert_int_equal(a.err, GS_E_CORRUPT);
    gs_answer_finish(&a);
}

static void a_new_store_s_journal_begins_with_nothing(void **state)
{
    struct fixture *f = *state;
    struct gs_booking b = a_booking(1);
    commit_booking(f->store, &b);
    for (int past = 0; past < 2; past++) {
        const struct gs_query q = {.kind = GS_QUERY_BEGINNING, .u.beginning.past = past != 0};
        struct gs_answer a = ask(f->store, &q);
        assert_true(a.err == GS_OK && a.booking_count == 0 && a.capacity_count == 0 && !a.more);
        assert_true(a.begun_booking_id == 0 && a.begun_seq == 0);
        gs_answer_finish(&a);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_field_comes_back_after_a_restart),
        TEST(a_later_row_of_a_booking_takes_the_place_of_the_earlier),
        TEST(a_booking_may_be_written_again_on_its_own_place),
        TEST(two_bookings_on_one_place_are_refused_and_nothing_of_the_batch_is_stored),
        TEST(a_moved_booking_does_not_push_out_who_holds_the_place),
        TEST(a_place_freed_earlier_in_the_batch_can_be_taken_in_it),
        TEST(the_order_of_records_counts),
        TEST(rows_that_contradict_themselves_are_refused),
        TEST(kept_answers_are_numbered_in_order_and_come_back),
        TEST(kept_answers_older_than_their_days_are_not_loaded),
        TEST(a_revoked_token_and_a_reset_capacity_are_gone),
        TEST(users_and_sessions_are_stored_changed_and_removed),
        TEST(webhooks_and_retries_are_stored_changed_and_removed),
        TEST(the_latest_instant_is_remembered_and_never_goes_back),
        TEST(a_batch_that_ran_out_of_memory_is_not_committed),
        TEST(the_journal_comes_back_row_by_row_in_order),
        TEST(a_page_of_the_journal_is_bounded_in_bytes_too),
        TEST(what_is_refused_is_not_in_the_journal),
        TEST(a_row_of_the_journal_that_says_nothing_is_damage),
        TEST(a_new_store_s_journal_begins_with_nothing),
        TEST(a_sink_that_refuses_stops_the_load_with_its_word),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
