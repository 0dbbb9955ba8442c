/* How much one step of a dry run, and of a preview, does: counted by what it calls, not by the time that it takes. Each step copies or places some
 * bookings, or plans one date; nothing is done for all bookings in one step but looking at each once. */
#include "week.h"

#include "flow/capacity_plan.h"
#include "gateslot/base/text.h"
#include "gateslot/core/dry_run.h"
#include "gateslot/core/preview.h"

enum { MOST_BOOKINGS = 64, MOST_DATES = 1 };

/* What was called since it was last set to nothing; the linker puts these in the place of the core's own. */
static struct calls {
    int copied, placed, listed, dates;
} calls;

struct gs_entry *__real_gs_entry_create(const struct gs_booking *b);
struct gs_entry *__wrap_gs_entry_create(const struct gs_booking *b);
struct gs_entry *__wrap_gs_entry_create(const struct gs_booking *b)
{
    calls.copied++;
    return __real_gs_entry_create(b);
}

int __real_gs_entry_restore(struct gs_book *book, struct gs_entry *e);
int __wrap_gs_entry_restore(struct gs_book *book, struct gs_entry *e);
int __wrap_gs_entry_restore(struct gs_book *book, struct gs_entry *e)
{
    calls.placed++;
    return __real_gs_entry_restore(book, e);
}

int __real_gs_list_insert(struct gs_list *l, size_t index, struct gs_entry *e);
int __wrap_gs_list_insert(struct gs_list *l, size_t index, struct gs_entry *e);
int __wrap_gs_list_insert(struct gs_list *l, size_t index, struct gs_entry *e)
{
    calls.listed++;
    return __real_gs_list_insert(l, index, e);
}

void __real_gs_capacity_plan_carry_out(struct gs_act *act, const struct gs_capacity_change *change);
void __wrap_gs_capacity_plan_carry_out(struct gs_act *act, const struct gs_capacity_change *change);
void __wrap_gs_capacity_plan_carry_out(struct gs_act *act, const struct gs_capacity_change *change)
{
    calls.dates++;
    __real_gs_capacity_plan_carry_out(act, change);
}

int __real_gs_days_ahead(const struct gs_book *book, gs_date date, struct gs_day **out);
int __wrap_gs_days_ahead(const struct gs_book *book, gs_date date, struct gs_day **out);
int __wrap_gs_days_ahead(const struct gs_book *book, gs_date date, struct gs_day **out)
{
    calls.dates++;
    return __real_gs_days_ahead(book, date, out);
}

static void expect_little(struct calls *all)
{
    assert_true(calls.copied + calls.placed <= MOST_BOOKINGS && calls.listed <= 2 * MOST_BOOKINGS);
    assert_true(calls.dates <= MOST_DATES);
    all->copied += calls.copied;
    all->placed += calls.placed;
    all->dates += calls.dates;
    calls = (struct calls){0};
}

static void fill(struct fixture *f)
{
    static const char *const days[] = {"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"};
    for (size_t i = 0; i < 4; i++) {
        BOOK_MANY(f, 60, .date = days[i], .role = GS_ROLE_SUPERVISOR);
        BOOK_MANY(f, 20, .date = days[i], .windows = "midday", .wait = true, .role = GS_ROLE_SUPERVISOR);
    }
    assert_true(gs_book_count(f->book) > 4 * MOST_BOOKINGS);
}

static void a_step_of_a_dry_run_does_little(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    struct gs_dry_run *run;
    struct calls all = {0};
    fill(f);
    c.u.capacity.to.date = fx_date("2026-11-24");
    c.u.capacity.until = c.u.capacity.to.date + 99;
    gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, "midday");
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.to.capacity = 5;
    c.u.capacity.has_capacity = true;
    assert_int_equal(gs_dry_run_create(&c, &run), GS_OK);
    calls = (struct calls){0};
    while (gs_dry_run_step(run, f->book)) {
        expect_little(&all);
    }
    assert_int_equal(gs_dry_run_outcome(run)->code, GS_CODE_OK);
    assert_int_equal(gs_dry_run_outcome(run)->plans->count, 100);
    assert_true(all.copied == (int)gs_book_count(f->book) && all.placed == all.copied && all.dates >= 100);
    gs_dry_run_destroy(run);
}

static void a_step_of_a_preview_does_little(void **state)
{
    struct fixture *f = *state;
    struct gs_rules next = f->rules;
    struct gs_previewing *p;
    struct calls all = {0};
    bool done = false;
    fill(f);
    next.windows[1].capacity = 5;
    assert_int_equal(gs_previewing_create(&next, &p), GS_OK);
    calls = (struct calls){0};
    while (!done) {
        assert_int_equal(gs_previewing_step(p, f->book, &done), GS_OK);
        expect_little(&all);
    }
    assert_true(gs_previewing_plans(p)->count > 4);
    assert_true(all.copied == 2 * (int)gs_book_count(f->book) && all.placed == all.copied && all.dates > 4);
    gs_previewing_destroy(p);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(a_step_of_a_dry_run_does_little),
        RULE(a_step_of_a_preview_does_little),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
