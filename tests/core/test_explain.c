/* What events and refusals say of the decision behind them: why there, at which position, with which numbers. */
#include "fixture.h"

static const struct gs_event *last(const struct fixture *f, enum gs_event_type type, enum gs_why why)
{
    assert_int_equal(f->store.last.type, type);
    assert_string_equal(gs_why_name(f->store.last.why), gs_why_name(why));
    return &f->store.last;
}

static void place_without_preference_is_balanced(void **state)
{
    struct fixture *f = *state;
    BOOK(f, .windows = "morning");
    assert_int_equal(last(f, GS_EV_BOOKED, GS_WHY_BALANCED)->waitlist_position, 0);
}

static void place_at_the_preferred_start_says_so(void **state)
{
    struct fixture *f = *state;
    BOOK(f, .windows = "morning", .slot = "09:00");
    last(f, GS_EV_BOOKED, GS_WHY_PREFERRED);
}

static void place_beside_the_preferred_start_names_it(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 5, .windows = "morning", .slot = "09:00");
    BOOK(f, .windows = "morning", .slot = "09:00");
    assert_int_equal(last(f, GS_EV_BOOKED, GS_WHY_NEAREST)->preferred_min, 9 * 60);
}

static void waiting_says_full_and_the_position(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    BOOK(f, .windows = "morning", .wait = true);
    BOOK(f, .windows = "morning", .wait = true);
    assert_int_equal(last(f, GS_EV_WAITLISTED, GS_WHY_FULL)->waitlist_position, 2);
}

static void promotion_says_why_that_place(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    BOOK(f, .windows = "morning", .wait = true);
    fx_step(f, GS_CMD_CANCEL, 3);
    assert_int_equal(last(f, GS_EV_PROMOTED, GS_WHY_BALANCED)->waitlist_position, 0);
}

static void reschedule_says_why_that_place(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning");
    assert_int_equal(fx_reschedule(f, id, NULL, "evening", "17:00"), GS_CODE_OK);
    last(f, GS_EV_RESCHEDULED, GS_WHY_PREFERRED);
    BOOK_MANY(f, 40, .windows = "morning");
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    BOOK_MANY(f, 40, .windows = "midday");
    assert_int_equal(fx_reschedule(f, waiting, NULL, "midday", NULL), GS_CODE_OK);
    assert_int_equal(last(f, GS_EV_RESCHEDULED, GS_WHY_FULL)->waitlist_position, 1);
}

static void delay_goes_to_the_next_with_room(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:00");
    fx_at(f, FX_DAY " 08:20");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    last(f, GS_EV_DELAYED, GS_WHY_NEXT);
}

/* Applies c, for the last time of this book; the first event of that type. */
static struct gs_event event_of(struct fixture *f, const struct gs_command *c, int64_t now_ms, enum gs_event_type type)
{
    struct gs_batch batch;
    struct gs_event found = {.type = GS_EVENT_TYPES};
    gs_batch_init(&batch);
    f->store.untold = true;
    gs_apply(f->book, c, now_ms, &batch, &f->out);
    assert_int_equal(f->out.code, GS_CODE_OK);
    for (const struct gs_record *r = batch.first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT && r->u.event->type == type && found.type == GS_EVENT_TYPES) {
            found = *r->u.event;
        }
    }
    gs_batch_finish(&batch);
    assert_int_equal(found.type, type);
    return found;
}

static void walk_in_says_so(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_WALK_IN, 0);
    int64_t id = BOOK(f, .windows = "evening");
    c.u.book.truck = fx_get(f, id)->truck;
    strcpy(c.u.book.truck.plate, "浙D77777");
    strcpy(c.u.book.truck.containers[0], "CSQU3054383");
    struct gs_event e = event_of(f, &c, fx_ms(f, FX_DAY " 09:10"), GS_EV_BOOKED);
    assert_string_equal(gs_why_name(e.why), "walk_in");
}

static void displaced_by_a_cut_says_capacity_and_the_position(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to =
        (struct gs_capacity){.date = fx_date(FX_DAY), .window = "morning", .capacity = 39, .slot_capacity = -1};
    c.u.capacity.has_capacity = true;
    struct gs_event e = event_of(f, &c, f->now, GS_EV_WAITLISTED);
    assert_string_equal(gs_why_name(e.why), "capacity");
    assert_int_equal(e.waitlist_position, 1);
    assert_string_equal(e.from.window, "morning");
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, waiting)), 2);
}

static void move_for_another_names_it(void **state)
{
    struct fixture *f = *state;
    int64_t flexible = BOOK(f, .windows = NULL);
    struct gs_booking *b = &f->store.bookings[flexible - 1];
    b->flexible = true;
    fx_reopen(f);
    const char *window = fx_get(f, flexible)->window, *slot = "08:00";
    assert_string_equal(window, "morning");
    assert_true(fx_starts(f, flexible, FX_DAY " 08:00"));
    BOOK_MANY(f, 4, .windows = "morning", .slot = slot);
    BOOK_MANY(f, 35, .windows = "morning");
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    c.u.book.wish = (struct gs_wish){.date = fx_date(FX_DAY), .windows = "morning", .slot_min = -1};
    c.u.book.truck = fx_get(f, flexible)->truck;
    strcpy(c.u.book.truck.plate, "浙D77777");
    strcpy(c.u.book.truck.containers[0], "CSQU3054383");
    struct gs_event moved = event_of(f, &c, f->now, GS_EV_MOVED);
    assert_string_equal(gs_why_name(moved.why), "made_room");
    assert_int_equal(moved.booking_id, flexible);
    assert_int_equal(moved.cause_id, f->out.booking->id);
}

static void change_names_what_was_changed(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning");
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    c.if_version = -1;
    c.u.change.truck = fx_get(f, id)->truck;
    strcpy(c.u.change.truck.plate, "浙D77777");
    strcpy(c.u.change.truck.driver_phone, "13900139000");
    c.u.change.has_plate = c.u.change.has_driver_phone = c.u.change.has_containers = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->store.last.type, GS_EV_CHANGED);
    assert_int_equal(f->store.last.changed, GS_CHANGED_PLATE | GS_CHANGED_DRIVER);
}

static void full_counts_the_places_that_could_still_be_booked(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    BOOK_MANY(f, 39, .windows = "midday");
    BOOK(f, .windows = "morning");
    assert_int_equal(f->out.code, GS_CODE_FULL);
    assert_int_equal(f->out.used, 40);
    assert_int_equal(f->out.limit, 40);
    fx_at(f, FX_DAY " 09:40"); /* 10:30 is the first slot that can be booked: three of eight */
    BOOK(f, .windows = "morning");
    assert_int_equal(f->out.code, GS_CODE_FULL);
    assert_int_equal(f->out.used, 15);
    assert_int_equal(f->out.limit, 15);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)
    const struct CMUnitTest tests[] = {
        TEST(place_without_preference_is_balanced),
        TEST(place_at_the_preferred_start_says_so),
        TEST(place_beside_the_preferred_start_names_it),
        TEST(waiting_says_full_and_the_position),
        TEST(promotion_says_why_that_place),
        TEST(reschedule_says_why_that_place),
        TEST(delay_goes_to_the_next_with_room),
        TEST(walk_in_says_so),
        TEST(displaced_by_a_cut_says_capacity_and_the_position),
        TEST(move_for_another_names_it),
        TEST(change_names_what_was_changed),
        TEST(full_counts_the_places_that_could_still_be_booked),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
