/* Plans of capacity changes, rule by rule. */
#include "../fixture.h"

#include "gateslot/base/text.h"

static struct gs_command change_of(const char *window, int32_t capacity)
{
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = fx_date(FX_DAY);
    gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, window);
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.to.capacity = capacity;
    c.u.capacity.has_capacity = capacity >= 0;
    return c;
}

static struct gs_command closing_of(const char *window)
{
    struct gs_command c = change_of(window, -1);
    c.u.capacity.to.closed = true;
    return c;
}

static void who_can_be_moved_is_moved(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 20, .windows = "morning");
    BOOK_MANY(f, 20, .windows = "morning,evening", .slot = "09:00");
    int32_t morning = fx_booked(f, "morning");
    struct gs_command c = change_of("morning", 20);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 0);
    assert_int_equal(f->out.plans->at[0].moved.count, morning - 20);
    assert_int_equal(fx_booked(f, "morning"), 20);
    const struct gs_plan_step *step = &f->out.plans->at[0].moved.at[0];
    assert_string_equal(step->from.window, "morning");
    assert_string_equal(step->to.window, "evening");
    assert_true(fx_get(f, step->booking_id)->moved);
    assert_int_equal(fx_events(f, GS_EV_MOVED, step->booking_id), 1);
    assert_int_equal(f->store.last.type, GS_EV_CAPACITY_CHANGED); /* by then there is nobody too many */
}

static void who_cannot_waits_before_all_others_asked_for_or_not(void **state)
{
    struct fixture *f = *state;
    f->cut = true;
    int64_t booked = BOOK(f, .windows = "morning", .slot = "08:00");
    struct gs_command c = change_of("morning", 1);
    fx_apply(f, &c);
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true, .urgent = true);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    c = closing_of("morning");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 1);
    assert_string_equal(f->out.plans->at[0].waitlisted.at[0].from.window, "morning");
    assert_string_equal(f->out.plans->at[0].waitlisted.at[0].to.window, "");
    const struct gs_booking *b = fx_get(f, booked);
    assert_int_equal(b->status, GS_WAITLISTED);
    assert_true(b->displaced);
    assert_int_equal(gs_book_waitlist_position(f->book, b), 1);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, waiting)), 2);
    c = change_of("morning", 1); /* open again: he first */
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].promoted.count, 1);
    assert_int_equal(f->out.plans->at[0].promoted.at[0].booking_id, booked);
    assert_false(fx_get(f, booked)->displaced);
}

static void a_displaced_one_expires_like_the_others(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning");
    struct gs_command c = closing_of("morning");
    fx_apply(f, &c);
    fx_due(f, "2026-11-25 12:00");
    assert_int_equal(fx_status(f, id), GS_EXPIRED);
}

static void the_lowest_priority_and_then_the_latest_booked_goes_first(void **state)
{
    struct fixture *f = *state;
    int64_t ids[4];
    ids[0] = BOOK(f, .windows = "morning", .slot = "08:00");
    ids[1] = BOOK(f, .windows = "morning", .slot = "08:30");
    ids[2] = BOOK(f, .windows = "morning", .slot = "09:00");
    f->now += 1000;
    ids[3] = BOOK(f, .windows = "morning", .slot = "09:30", .urgent = true);
    struct gs_command c = change_of("morning", 8); /* one in every slot */
    c.u.capacity.to.slot_capacity = 1;
    fx_apply(f, &c);
    c = change_of("morning", 2);
    c.u.capacity.to.slot_capacity = 1;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 2);
    assert_int_equal(f->out.plans->at[0].waitlisted.at[0].booking_id, ids[2]);
    assert_int_equal(f->out.plans->at[0].waitlisted.at[1].booking_id, ids[1]);
    assert_int_equal(fx_status(f, ids[0]), GS_BOOKED);
    assert_int_equal(fx_status(f, ids[3]), GS_BOOKED);
}

static void who_has_arrived_stays_even_if_nothing_is_left(void **state)
{
    struct fixture *f = *state;
    f->cut = true;
    int64_t here = BOOK(f, .windows = "morning", .slot = "08:00", .rigid = true);
    int64_t inside = BOOK(f, .windows = "morning", .slot = "08:00", .rigid = true);
    int64_t coming = BOOK(f, .windows = "morning", .slot = "08:00", .rigid = true);
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, here);
    fx_let_in(f, inside);
    struct gs_command c = change_of("morning", 0);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_status(f, here), GS_ARRIVED);
    assert_int_equal(fx_status(f, inside), GS_ENTERED);
    assert_int_equal(fx_status(f, coming), GS_WAITLISTED);
    assert_int_equal(f->out.plans->at[0].windows[0].after.booked, 2);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, here), GS_CODE_OK);
}

static void who_has_no_place_any_more_is_moved_flexible_or_not(void **state)
{
    struct fixture *f = *state;
    int64_t rigid = BOOK(f, .windows = "midday,evening", .slot = "14:00", .rigid = true);
    int64_t locked = BOOK(f, .windows = "midday,evening", .slot = "12:00");
    int64_t free = BOOK(f, .windows = "midday,evening", .slot = "14:00");
    fx_due(f, "2026-11-25 09:00"); /* 12:00 is less than 240 minutes ahead, 16:00 is not */
    struct gs_command c = closing_of("midday");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    /* the others have no place any more, and get the nearest that is left: that is one move each, not a wait and a promotion */
    assert_int_equal(f->out.plans->at[0].moved.count, 3);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 0);
    assert_int_equal(f->out.plans->at[0].promoted.count, 0);
    assert_string_equal(fx_get(f, free)->window, "evening");
    assert_true(fx_starts(f, rigid, "2026-11-25 16:00"));
    assert_string_equal(fx_get(f, rigid)->window, "evening");
    assert_string_equal(fx_get(f, locked)->window, "evening");
}

static void a_plate_is_never_promised_two_places_in_one_window(void **state)
{
    struct fixture *f = *state;
    int64_t a = BOOK(f, .windows = "morning,evening", .slot = "08:00", .plate = "浙D88888");
    int64_t b = BOOK(f, .windows = "midday,evening", .slot = "12:00", .plate = "浙D88888");
    struct gs_command c = closing_of("morning");
    fx_apply(f, &c);
    assert_string_equal(fx_get(f, a)->window, "evening");
    c = closing_of("midday");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_status(f, b), GS_WAITLISTED);
}

static void two_of_one_plate_do_not_move_into_one_window(void **state)
{
    struct fixture *f = *state;
    int64_t a = BOOK(f, .windows = "morning,evening", .slot = "08:00", .plate = "浙D88888");
    int64_t b = BOOK(f, .windows = "midday,evening", .slot = "12:00", .plate = "浙D88888");
    struct gs_command c = closing_of(GS_ALL_WINDOWS);
    fx_apply(f, &c);
    c = change_of("evening", 10);
    fx_apply(f, &c);
    assert_int_equal((fx_status(f, a) == GS_BOOKED) + (fx_status(f, b) == GS_BOOKED), 1);
}

static void raising_promotes_in_the_same_plan(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = change_of("morning", 1);
    fx_apply(f, &c);
    BOOK(f, .windows = "morning");
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    c = change_of("morning", 2);
    c.u.capacity.dry_run = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].promoted.count, 1);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    c.u.capacity.dry_run = false;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
    assert_int_equal(f->out.plans->at[0].windows[0].before.capacity, 1);
    assert_int_equal(f->out.plans->at[0].windows[0].before.booked, 1);
    assert_int_equal(f->out.plans->at[0].windows[0].after.booked, 2);
}

static void a_slot_capacity_is_planned_too(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 5, .windows = "morning", .slot = "08:00");
    struct gs_command c = change_of("morning", 40);
    c.u.capacity.to.slot_capacity = 1;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].moved.count, 4);
    assert_int_equal(fx_slot_booked(f, "2026-11-25 08:00"), 1);
    assert_int_equal(fx_booked(f, "morning"), 5);
}

static void a_whole_day_is_closed_and_opened_by_one_command(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 30, .windows = ""), 30);
    struct gs_command c = closing_of(GS_ALL_WINDOWS);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].window_count, 3);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 30);
    assert_int_equal(f->out.plans->at[0].moved.count, 0);
    assert_int_equal(BOOK(f, .windows = ""), 0);
    c.kind = GS_CMD_CAPACITY_RESET;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].promoted.count, 30);
    assert_int_equal(f->store.capacity_count, 0);
}

static void a_reset_below_what_is_booked_is_a_plan_like_any_other(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = change_of("morning", 48);
    fx_apply(f, &c);
    assert_int_equal(BOOK_MANY(f, 48, .windows = "morning"), 48);
    c.kind = GS_CMD_CAPACITY_RESET;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 8);
    assert_int_equal(f->out.plans->at[0].waitlisted.at[0].booking_id, 48);
}

static void what_was_kept_is_not_rebooked_by_another_windows_cut(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 10, .windows = "morning");
    int64_t other = BOOK(f, .windows = "morning,midday", .slot = "12:00");
    fx_capacity(f, "morning", 2, GS_EXCESS_KEEP);
    struct gs_command c = closing_of("midday");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_booked(f, "morning"), 10);
    assert_int_equal(fx_status(f, other), GS_WAITLISTED); /* nobody is moved into it either */
}

static void of_two_supervisors_with_two_plans_one_wins(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 10, .windows = "morning");
    struct gs_command one = change_of("morning", 8), other = change_of("morning", 5);
    one.u.capacity.dry_run = other.u.capacity.dry_run = true;
    fx_apply(f, &one);
    one.u.capacity.plan_id = f->out.plans->at[0].id;
    fx_apply(f, &other);
    other.u.capacity.plan_id = f->out.plans->at[0].id;
    one.u.capacity.dry_run = other.u.capacity.dry_run = false;
    one.u.capacity.has_plan_id = other.u.capacity.has_plan_id = true;
    assert_int_equal(fx_apply(f, &one), GS_CODE_OK);
    int64_t seq = gs_book_seq(f->book);
    assert_int_equal(fx_apply(f, &other), GS_CODE_PLAN_OUTDATED);
    assert_int_equal(gs_book_seq(f->book), seq);
    assert_int_equal(f->out.plans->at[0].windows[0].before.capacity, 8); /* what has changed */
    assert_true(f->out.plans->at[0].id != other.u.capacity.plan_id);
}

/* The same truck, displaced from another place: another plan. */
static void a_plan_is_outdated_by_another_place_of_whom_it_displaces(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:00", .rigid = true);
    struct gs_command c = closing_of("morning");
    c.u.capacity.dry_run = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    c.u.capacity.dry_run = false;
    c.u.capacity.has_plan_id = true;
    c.u.capacity.plan_id = f->out.plans->at[0].id;
    assert_int_equal(fx_reschedule(f, id, NULL, NULL, "09:00"), GS_CODE_OK);
    assert_true(fx_starts(f, id, FX_DAY " 09:00"));
    assert_int_equal(fx_apply(f, &c), GS_CODE_PLAN_OUTDATED);
    assert_int_equal(fx_reschedule(f, id, NULL, NULL, "08:00"), GS_CODE_OK);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK); /* as it was */
}

static void a_plan_is_not_outdated_by_what_does_not_touch_it(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 3, .windows = "morning");
    struct gs_command c = closing_of("morning");
    c.u.capacity.dry_run = true;
    fx_apply(f, &c);
    c.u.capacity.plan_id = f->out.plans->at[0].id;
    c.u.capacity.has_plan_id = true;
    BOOK(f, .windows = "evening");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    BOOK(f, .windows = "morning");
    assert_int_equal(fx_apply(f, &c), GS_CODE_PLAN_OUTDATED);
}

static void keeping_and_rebooking_are_different_plans(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = change_of("morning", 30);
    c.u.capacity.dry_run = true;
    fx_apply(f, &c);
    uint64_t rebook = f->out.plans->at[0].id;
    c.u.capacity.excess = GS_EXCESS_KEEP;
    fx_apply(f, &c);
    assert_true(f->out.plans->at[0].id != rebook);
}

static void a_plan_of_another_date_is_none_of_this(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = change_of("morning", 8);
    c.u.capacity.dry_run = true;
    fx_apply(f, &c);
    c.u.capacity.plan_id = f->out.plans->at[0].id;
    c.u.capacity.has_plan_id = true;
    c.u.capacity.dry_run = false;
    c.u.capacity.to.date++;
    assert_int_equal(fx_apply(f, &c), GS_CODE_PLAN_OUTDATED);
}

static void what_cannot_be_planned_is_refused_and_changes_nothing(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 3, .windows = "morning");
    int64_t seq = gs_book_seq(f->book);
    struct gs_command c = change_of("noon", 1);
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.list[0].kind, GS_FAULT_NO_SUCH_WINDOW);
    c = change_of("morning", 1);
    c.u.capacity.to.slot_capacity = GS_MAX_CAPACITY + 1;
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/slot_capacity");
    c = change_of(GS_ALL_WINDOWS, 5);
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.list[0].kind, GS_FAULT_NOT_ALLOWED);
    c = change_of("morning", 1);
    c.u.capacity.to.date -= 5;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OUTSIDE_HORIZON);
    assert_null(f->out.plans);
    assert_int_equal(gs_book_seq(f->book), seq);
    fx_due(f, "2026-11-25 12:00");
    c = change_of("morning", 1);
    assert_int_equal(fx_apply(f, &c), GS_CODE_PAST_CUTOFF);
    assert_true(f->out.at_ms == fx_ms(f, "2026-11-25 12:00"));
    c = closing_of(GS_ALL_WINDOWS); /* what is still to come */
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].window_count, 2);
}

static void an_overbooked_window_is_cut_to_what_it_may_still_take(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view w;
    f->cut = true; /* the checks of the fixture know no overbooking */
    f->rules.overbooking = true;
    f->rules.min_samples = 1;
    f->rules.overflow_percent = 50;
    fx_reopen(f);
    BOOK_MANY(f, 4, .date = "2026-11-23", .windows = "morning");
    fx_due(f, "2026-11-24 07:00"); /* nobody came, so twice as many may be taken */
    assert_int_equal(BOOK_MANY(f, 90, .windows = "morning"), 80);
    struct gs_command c = change_of("morning", 10);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].promoted.count, 0);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 60);
    assert_int_equal(fx_window(f, FX_DAY, "morning", &w), 0);
    assert_int_equal(w.booked, 20);
}

static void a_window_that_is_called_all_is_that_window(void **state)
{
    struct fixture *f = *state;
    strcpy(f->rules.windows[1].id, "all");
    fx_reopen(f);
    struct gs_command c = change_of("all", 7);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].window_count, 1);
    assert_int_equal(f->out.plans->at[0].windows[0].after.capacity, 7);
}

static void plan_ids_are_sixteen_digits(void **state)
{
    (void)state;
    char text[GS_PLAN_ID_TEXT];
    uint64_t id;
    gs_plan_id_format(UINT64_C(0x0123456789abcdef), text);
    assert_string_equal(text, "0123456789abcdef");
    assert_true(gs_plan_id_parse(text, 16, &id) && id == UINT64_C(0x0123456789abcdef));
    assert_false(gs_plan_id_parse("0123456789ABCDEF", 16, &id));
    assert_false(gs_plan_id_parse("0123456789abcde", 15, &id));
    assert_false(gs_plan_id_parse("0123456789abcde\0", 16, &id));
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(who_can_be_moved_is_moved),
        RULE(who_cannot_waits_before_all_others_asked_for_or_not),
        RULE(a_displaced_one_expires_like_the_others),
        RULE(the_lowest_priority_and_then_the_latest_booked_goes_first),
        RULE(who_has_arrived_stays_even_if_nothing_is_left),
        RULE(who_has_no_place_any_more_is_moved_flexible_or_not),
        RULE(a_plate_is_never_promised_two_places_in_one_window),
        RULE(two_of_one_plate_do_not_move_into_one_window),
        RULE(raising_promotes_in_the_same_plan),
        RULE(a_slot_capacity_is_planned_too),
        RULE(a_whole_day_is_closed_and_opened_by_one_command),
        RULE(a_reset_below_what_is_booked_is_a_plan_like_any_other),
        RULE(what_was_kept_is_not_rebooked_by_another_windows_cut),
        RULE(of_two_supervisors_with_two_plans_one_wins),
        RULE(a_plan_is_outdated_by_another_place_of_whom_it_displaces),
        RULE(a_plan_is_not_outdated_by_what_does_not_touch_it),
        RULE(keeping_and_rebooking_are_different_plans),
        RULE(a_plan_of_another_date_is_none_of_this),
        RULE(what_cannot_be_planned_is_refused_and_changes_nothing),
        RULE(an_overbooked_window_is_cut_to_what_it_may_still_take),
        RULE(a_window_that_is_called_all_is_that_window),
        cmocka_unit_test(plan_ids_are_sixteen_digits),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
