/* The book as a whole: loading, rebuilding under other rules, views, lists, notes. */
#include "fixture.h"

static struct gs_booking booking_like(const struct fixture *f, int64_t id)
{
    return f->store.bookings[id - 1];
}

static void what_contradicts_itself_is_corrupt(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    struct gs_book *book;
    struct gs_booking good = booking_like(f, id), bad;
    for (int fault = 0; fault < 7; fault++) {
        bad = good;
        bad.id = fault == 0 ? 0 : bad.id;
        bad.status = fault == 1 ? GS_STATUSES : fault == 2 ? GS_CANCELLED : bad.status; /* ended, and yet a place */
        bad.place = fault == 3 ? -1 : fault == 4 ? GS_MAX_CAPACITY : bad.place;
        bad.truck.container_count = fault == 5 ? GS_MAX_CONTAINERS + 1 : 1;
        bad.slot_end_ms = fault == 6 ? bad.slot_start_ms : bad.slot_end_ms;
        assert_int_equal(gs_book_create(&f->rules, &book), GS_OK);
        assert_int_equal(gs_book_restore_booking(book, &bad), GS_E_CORRUPT);
        gs_book_destroy(book);
    }
}

static void two_on_one_place_and_two_of_one_id_are_corrupt(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    struct gs_book *book;
    struct gs_booking first = booking_like(f, id), second = first;
    assert_int_equal(gs_book_create(&f->rules, &book), GS_OK);
    assert_int_equal(gs_book_restore_booking(book, &first), GS_OK);
    assert_int_equal(gs_book_restore_booking(book, &first), GS_E_CORRUPT);
    gs_book_destroy(book);
    second.id = 2;
    assert_int_equal(gs_book_create(&f->rules, &book), GS_OK);
    assert_int_equal(gs_book_restore_booking(book, &first), GS_OK);
    assert_int_equal(gs_book_restore_booking(book, &second), GS_E_CORRUPT);
    gs_book_destroy(book);
}

static void counters_behind_the_rows_are_corrupt(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    struct gs_booking row = booking_like(f, id);
    for (int fault = 0; fault < 2; fault++) {
        struct gs_book *book;
        assert_int_equal(gs_book_create(&f->rules, &book), GS_OK);
        assert_int_equal(gs_book_restore_booking(book, &row), GS_OK);
        assert_int_equal(gs_book_start(book, fault == 0 ? 0 : 1, fault == 1 ? 0 : 1, f->now), GS_E_CORRUPT);
        gs_book_destroy(book);
    }
}

static void a_capacity_out_of_range_is_corrupt(void **state)
{
    struct fixture *f = *state;
    struct gs_capacity c = {.date = fx_date(FX_DAY), .window = "morning", .capacity = GS_MAX_CAPACITY + 1};
    assert_int_equal(gs_book_restore_capacity(f->book, &c), GS_E_CORRUPT);
}

static void a_booking_whose_window_is_gone_is_kept_and_honoured(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    struct gs_day_view day;
    int64_t id = BOOK(f, .slot = "08:30", .windows = "morning");
    strcpy(f->rules.windows[0].id, "early"); /* renamed while the daemon was down */
    fx_reopen(f);
    gs_book_day(f->book, fx_date(FX_DAY), &day);
    assert_int_equal(day.window_count, 4);
    fx_window(f, FX_DAY, "morning", &view);
    assert_true(view.closed);
    assert_int_equal(view.booked, 1);
    assert_int_equal(view.capacity, 0);
    assert_int_equal(view.slot_count, 1);
    assert_int_equal(view.start_ms, fx_ms(f, "2026-11-25 08:30"));
    fx_at(f, "2026-11-25 08:30");
    fx_let_in(f, id);
    assert_int_equal(fx_status(f, id), GS_ENTERED);
}

static void no_place_is_given_twice_where_old_and_new_windows_overlap(void **state)
{
    struct fixture *f = *state;
    int64_t old = BOOK(f, .slot = "08:30", .windows = "morning");
    strcpy(f->rules.windows[0].id, "early");
    fx_reopen(f);
    int64_t young = BOOK(f, .slot = "08:30", .windows = "early");
    assert_int_equal(fx_get(f, young)->slot_start_ms, fx_get(f, old)->slot_start_ms);
    assert_int_equal(fx_get(f, old)->place, 0);
    assert_int_equal(fx_get(f, young)->place, 1); /* for the store the start and the number are the place */
}

static void a_booking_between_the_new_slots_is_kept(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    int64_t id = BOOK(f, .slot = "08:30", .windows = "morning");
    f->rules.slot_min = 60;
    fx_reopen(f);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.slot_count, 5);
    assert_int_equal(view.slots[1].start_ms, fx_ms(f, "2026-11-25 08:30"));
    assert_int_equal(view.slots[1].capacity, 0);
    assert_int_equal(view.slots[1].booked, 1);
    assert_int_equal(view.slots[0].capacity, 10);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
}

static void rebuilt_under_the_same_rules_it_is_the_same(void **state)
{
    struct fixture *f = *state;
    struct gs_book *next;
    BOOK_MANY(f, 150, .wait = true);
    fx_capacity(f, "midday", 44, GS_EXCESS_REBOOK);
    assert_int_equal(gs_book_rebuild(f->book, &f->rules, &next), GS_OK);
    assert_true(gs_book_digest(next) == gs_book_digest(f->book));
    assert_true(gs_book_day_version(next, fx_date(FX_DAY)) != gs_book_day_version(f->book, fx_date(FX_DAY)));
    gs_book_destroy(next);
}

static void the_digest_sees_every_change(void **state)
{
    struct fixture *f = *state;
    uint64_t seen[6];
    seen[0] = gs_book_digest(f->book);
    int64_t id = BOOK(f, .slot = "08:00");
    seen[1] = gs_book_digest(f->book);
    fx_step(f, GS_CMD_DELAY, id);
    seen[2] = gs_book_digest(f->book);
    fx_capacity(f, "evening", 20, GS_EXCESS_REBOOK);
    seen[3] = gs_book_digest(f->book);
    fx_close(f, "evening", GS_EXCESS_REBOOK);
    seen[4] = gs_book_digest(f->book);
    fx_step(f, GS_CMD_CANCEL, id);
    seen[5] = gs_book_digest(f->book);
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < i; k++) {
            assert_true(seen[i] != seen[k]);
        }
    }
}

static uint64_t digest_of(const struct fixture *f, const struct gs_booking *b, const struct gs_capacity *c)
{
    struct gs_book *book;
    assert_int_equal(gs_book_create(&f->rules, &book), GS_OK);
    assert_int_equal(gs_book_restore_booking(book, b), GS_OK);
    assert_int_equal(gs_book_restore_capacity(book, c), GS_OK);
    assert_int_equal(gs_book_start(book, 10, 10, f->now), GS_OK);
    uint64_t digest = gs_book_digest(book);
    gs_book_destroy(book);
    return digest;
}

static void the_digest_sees_every_field(void **state)
{
    struct fixture *f = *state;
    struct gs_booking row = booking_like(f, BOOK(f, .slot = "08:00")), other;
    struct gs_capacity cut = {.date = fx_date(FX_DAY), .window = "midday", .capacity = 9}, other_cut;
    char *const texts[] = {other.wish.windows,
                           other.truck.plate,
                           other.truck.plate_given,
                           other.truck.trailer,
                           other.truck.trailer_given,
                           other.truck.containers[0],
                           other.truck.driver_name,
                           other.truck.driver_phone,
                           other.truck.declaration_no,
                           other.uscc,
                           other.company_name,
                           other.owner,
                           other.pass_code,
                           other.reference};
    int64_t *const numbers[] = {&other.id,         &other.version,          &other.slot_end_ms,
                                &other.created_ms, &other.arrive_from_ms,   &other.arrive_until_ms,
                                &other.updated_ms, &other.waiting_since_ms, &other.arrived_ms,
                                &other.entered_ms, &other.cleared_ms,       &other.departed_ms,
                                &other.ended_ms,   &other.last_event,       &other.held_ms};
    bool *const flags[] = {&other.excused, &other.flexible,  &other.waitlist, &other.urgent,     &other.walk_in,
                           &other.delayed, &other.displaced, &other.moved,    &other.late_cancel};
    uint64_t digest = digest_of(f, &row, &cut);
    assert_true(digest == UINT64_C(0x970911116d237fa7)); /* whoever compares digests of two versions relies on it */
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        other = row;
        texts[i][0] = 'x';
        texts[i][1] = '\0';
        assert_true(digest_of(f, &other, &cut) != digest);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        other = row;
        *numbers[i] += 1;
        assert_true(digest_of(f, &other, &cut) != digest);
    }
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        other = row;
        *flags[i] = !*flags[i];
        assert_true(digest_of(f, &other, &cut) != digest);
    }
    for (int i = 0; i < 2; i++) {
        other = row;
        other.exceptions = i == 0 ? GS_EXCEPTION_QUOTA : 0;
        other.corrections = i;
        assert_true(digest_of(f, &other, &cut) != digest);
    }
    for (int i = 0; i < 4; i++) {
        other_cut = cut;
        other_cut.closed = i == 0;
        other_cut.capacity += i == 1 ? 1 : 0;
        other_cut.slot_capacity += i == 2 ? 1 : 0;
        strcpy(other_cut.reason, i == 3 ? "why" : "");
        assert_true(digest_of(f, &row, &other_cut) != digest);
    }
}

static uint64_t digest_with_past(const struct fixture *f, const struct gs_booking *past)
{
    struct gs_book *book;
    assert_int_equal(gs_book_create(&f->rules, &book), GS_OK);
    if (past != NULL) {
        assert_int_equal(gs_book_restore_past(book, past), GS_OK);
    }
    assert_int_equal(gs_book_start(book, 10, 10, f->now), GS_OK);
    uint64_t digest = gs_book_digest(book);
    gs_book_destroy(book);
    return digest;
}

/* A no-show of ten days ago: its truck's strike, and what its company and its window count. */
static void the_digest_sees_what_the_archive_tells(void **state)
{
    struct fixture *f = *state;
    enum { PASTS = 6 };
    struct gs_booking past[PASTS] = {{.id = 1, .version = 1, .status = GS_NO_SHOW, .place = -1, .slot_end_ms = 1}};
    uint64_t seen[PASTS + 1];
    f->rules.strike_limit = 3;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    past[0].wish.date = fx_date(FX_DAY) - 12;
    strcpy(past[0].truck.plate, "ZD00001");
    strcpy(past[0].uscc, "91350100M000100Y43");
    strcpy(past[0].window, "morning");
    for (int i = 1; i < PASTS; i++) {
        past[i] = past[0];
    }
    past[1].truck.plate[6] = '2';
    past[2].uscc[17] = '4';
    strcpy(past[3].window, "midday");
    past[4].wish.date--;
    past[5].status = GS_DEPARTED;
    past[5].place = 0;
    past[5].arrived_ms = 1;
    seen[PASTS] = digest_with_past(f, NULL);
    for (int i = 0; i < PASTS; i++) {
        seen[i] = digest_with_past(f, &past[i]);
        assert_true(seen[i] == digest_with_past(f, &past[i]) && seen[i] != seen[PASTS]);
        for (int k = 0; k < i; k++) {
            assert_true(seen[i] != seen[k]);
        }
    }
}

static void the_archive_is_asked_for_as_far_back_as_strikes_count(void **state)
{
    struct fixture *f = *state;
    f->rules.strike_limit = 3;
    f->rules.strike_days = 60;
    f->rules.suspend_days = 7;
    assert_int_equal(gs_book_past_days(&f->rules), 68);
    f->rules.strike_days = 20; /* weeks and windows look further back */
    assert_int_equal(gs_book_past_days(&f->rules), 49);
    f->rules.strike_limit = 0;
    f->rules.strike_days = 60;
    assert_int_equal(gs_book_past_days(&f->rules), 49);
}

static void a_days_version_changes_with_its_view_and_not_without(void **state)
{
    struct fixture *f = *state;
    gs_date day = fx_date(FX_DAY), other = fx_date("2026-11-26");
    uint64_t before = gs_book_day_version(f->book, day), untouched = gs_book_day_version(f->book, other);
    int64_t id = BOOK(f, .slot = "08:00");
    uint64_t booked = gs_book_day_version(f->book, day);
    assert_true(booked != before);
    assert_int_equal(fx_reschedule(f, id, "2026-12-24", NULL, NULL), GS_CODE_OUTSIDE_HORIZON);
    assert_true(gs_book_day_version(f->book, day) == booked);
    fx_capacity(f, "midday", 10, GS_EXCESS_REBOOK);
    assert_true(gs_book_day_version(f->book, day) != booked);
    assert_true(gs_book_day_version(f->book, other) == untouched);
    assert_int_equal(fx_reschedule(f, id, "2026-11-26", NULL, NULL), GS_CODE_OK);
    assert_true(gs_book_day_version(f->book, other) != untouched);
}

static void a_date_beyond_the_book_shows_the_calendar(void **state)
{
    struct fixture *f = *state;
    struct gs_day_view day;
    struct gs_window_view view;
    gs_book_day(f->book, fx_date("2028-02-29"), &day);
    assert_int_equal(day.window_count, 3);
    assert_int_equal(fx_window(f, "2028-02-29", "evening", &view), 2);
    assert_int_equal(view.capacity, 40);
    assert_int_equal(view.slot_count, 8);
    assert_int_equal(view.slots[0].capacity, 5);
    assert_false(gs_book_window(f->book, fx_date("2028-02-29"), 3, &view));
    assert_false(gs_book_window(f->book, fx_date(FX_DAY), 3, &view));
    assert_false(gs_book_window(f->book, fx_date(FX_DAY), -1, &view));
}

static void lists_go_by_id_from_the_cursor(void **state)
{
    struct fixture *f = *state;
    const struct gs_booking *rows[4];
    BOOK_MANY(f, 6, .windows = "morning");
    BOOK_MANY(f, 2, .date = "2026-11-26");
    fx_reschedule(f, 3, "2026-11-26", "", NULL);
    struct gs_filter filter = {.limit = 4};
    assert_int_equal(gs_book_list(f->book, &filter, rows), 4);
    assert_int_equal(rows[3]->id, 4);
    filter.after_id = 4;
    assert_int_equal(gs_book_list(f->book, &filter, rows), 4);
    assert_int_equal(rows[0]->id, 5);
    filter = (struct gs_filter){.limit = 4, .has_date = true, .date = fx_date("2026-11-26")};
    assert_int_equal(gs_book_list(f->book, &filter, rows), 3);
    assert_int_equal(rows[0]->id, 3);
    filter.date = fx_date("2026-12-25");
    assert_int_equal(gs_book_list(f->book, &filter, rows), 0);
    filter = (struct gs_filter){.limit = 4, .after_id = INT64_MAX};
    assert_int_equal(gs_book_list(f->book, &filter, rows), 0);
}

static void a_note_is_only_an_event(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_NOTE, 0);
    c.actor.role = GS_ROLE_SYSTEM;
    c.u.note.type = GS_EV_TOKEN_CREATED;
    strcpy(c.u.note.subject, "gate1");
    c.u.note.subject_role = GS_ROLE_GATE;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->store.last_seq, 1);
    assert_int_equal(f->store.last.type, GS_EV_TOKEN_CREATED);
    assert_string_equal(f->store.last.subject, "gate1");
    c.actor.role = GS_ROLE_BACKEND;
    assert_int_equal(fx_apply(f, &c), GS_CODE_FORBIDDEN);
}

/* Everybody logs in and out and changes his own password; what becomes of others is for supervisors. */
static void who_is_no_supervisor_notes_only_what_he_does_himself(void **state)
{
    static const enum gs_event_type own[] = {GS_EV_SESSION_OPENED, GS_EV_SESSION_CLOSED, GS_EV_USER_CHANGED};
    static const enum gs_event_type others[] = {GS_EV_USER_CREATED, GS_EV_USER_DELETED,   GS_EV_USER_DISABLED,
                                                GS_EV_USER_ENABLED, GS_EV_USER_CONFIRMED, GS_EV_SESSION_REFUSED,
                                                GS_EV_TOKEN_CREATED};
    struct fixture *f = *state;
    for (int role = GS_ROLE_BACKEND; role < GS_ROLES; role++) {
        struct gs_command c = fx_command(GS_CMD_NOTE, 0);
        const bool all = role == GS_ROLE_SUPERVISOR;
        c.actor.role = (enum gs_role)role;
        strcpy(c.actor.name, "wang");
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
            c.u.note.type = own[i];
            strcpy(c.u.note.subject, "wang");
            assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
            strcpy(c.u.note.subject, "li");
            assert_int_equal(fx_apply(f, &c), all ? GS_CODE_OK : GS_CODE_FORBIDDEN);
        }
        strcpy(c.u.note.subject, "wang");
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            c.u.note.type = others[i];
            assert_int_equal(fx_apply(f, &c), all ? GS_CODE_OK : GS_CODE_FORBIDDEN);
        }
    }
}

static void a_batch_that_ran_out_of_memory_ends_the_book(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_CANCEL, BOOK(f, .slot = "08:00"));
    f->batch.failed = true;
    gs_apply(f->book, &c, f->now, &f->batch, &f->out);
    assert_int_equal(f->out.code, GS_CODE_INTERNAL);
    assert_null(f->out.booking);
    gs_batch_clear(&f->batch);
    gs_apply(f->book, &c, f->now, &f->batch, &f->out); /* a new batch does not mend it */
    assert_true(f->batch.failed);
    assert_int_equal(f->out.code, GS_CODE_INTERNAL);
    gs_batch_clear(&f->batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_contradicts_itself_is_corrupt, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(two_on_one_place_and_two_of_one_id_are_corrupt, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(counters_behind_the_rows_are_corrupt, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_capacity_out_of_range_is_corrupt, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_booking_whose_window_is_gone_is_kept_and_honoured, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(no_place_is_given_twice_where_old_and_new_windows_overlap, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_booking_between_the_new_slots_is_kept, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(rebuilt_under_the_same_rules_it_is_the_same, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_digest_sees_every_change, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_digest_sees_every_field, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_digest_sees_what_the_archive_tells, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_archive_is_asked_for_as_far_back_as_strikes_count, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_days_version_changes_with_its_view_and_not_without, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_date_beyond_the_book_shows_the_calendar, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(lists_go_by_id_from_the_cursor, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_note_is_only_an_event, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_is_no_supervisor_notes_only_what_he_does_himself, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_batch_that_ran_out_of_memory_ends_the_book, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
