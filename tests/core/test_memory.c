/* Every allocation made to fail, one after the other: the batch says so, the book can be destroyed, nothing leaks
 * (run under ASan), and with memory the same story ends as it should. malloc, calloc and realloc are wrapped by the
 * linker. */
#include "fixture.h"

#include <stdlib.h>

static long allowed = -1; /* allocations before the one that fails; negative: all succeed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool refused(void)
{
    return allowed >= 0 && allowed-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return refused() ? NULL : __real_realloc(old, size);
}

static void describe(struct gs_command *c, int truck)
{
    *c = fx_command(GS_CMD_BOOK, 0);
    c->random = (uint64_t)truck;
    c->u.book.wish.date = fx_date(FX_DAY) + truck % 3;
    c->u.book.wish.slot_min = truck % 2 == 0 ? 480 : -1;
    c->u.book.waitlist = true;
    strcpy(c->u.book.truck.plate, "浙D00000");
    strcpy(c->u.book.truck.containers[0], "CSQU0000000");
    c->u.book.truck.plate[strlen("浙D0000")] = (char)('0' + truck % 10);
    c->u.book.truck.plate[strlen("浙D000")] = (char)('0' + truck / 10);
    c->u.book.truck.containers[0][10] = (char)('0' + truck % 10);
    c->u.book.truck.containers[0][9] = (char)('0' + truck / 10);
    c->u.book.truck.container_count = 1;
}

static void story_of(int step, struct gs_command *c)
{
    if (step < 60) {
        describe(c, step);
    } else if (step < 70) {
        *c = fx_command(GS_CMD_RESCHEDULE, step - 59);
        c->u.reschedule.has_date = true;
        c->u.reschedule.wish.date = fx_date(FX_DAY) + 5;
    } else if (step < 80) {
        *c = fx_command(GS_CMD_CANCEL, step - 55);
    } else if (step == 80) {
        *c = fx_command(GS_CMD_CAPACITY_SET, 0);
        c->u.capacity.to = (struct gs_capacity){.date = fx_date(FX_DAY), .window = "morning", .slot_capacity = -1};
        c->u.capacity.to.capacity = 20;
        c->u.capacity.has_capacity = true;
    } else {
        *c = fx_command(GS_CMD_DELAY, step - 60);
    }
}

/* The story on a new book, then a rebuild of it; false as soon as memory ran out, which must then have been said. */
static bool tell(struct fixture *f)
{
    struct gs_book *book = NULL, *next = NULL;
    bool whole = gs_book_create(&f->rules, &book) == GS_OK && gs_book_start(book, 0, 0, f->now) == GS_OK;
    for (int step = 0; whole && step < 90; step++) {
        struct gs_command c;
        story_of(step, &c);
        gs_apply(book, &c, f->now, &f->batch, &f->out);
        whole = !f->batch.failed;
        assert_true(whole || f->out.code == GS_CODE_INTERNAL);
        gs_batch_clear(&f->batch);
    }
    if (whole) {
        gs_apply_due(book, f->now + 20 * 24 * 60 * GS_MINUTE_MS, &f->batch);
        whole = !f->batch.failed;
        gs_batch_clear(&f->batch);
    }
    if (whole) {
        whole = gs_book_rebuild(book, &f->rules, &next) == GS_OK;
    }
    gs_book_destroy(next);
    gs_book_destroy(book);
    return whole;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *f = *state;
    long failures = 0;
    for (int i = 0; i < 3; i++) {
        f->rules.windows[i].capacity = 4;
    }
    for (;; failures++) {
        allowed = failures;
        bool whole = tell(f);
        bool failed = allowed < 0;
        allowed = -1;
        gs_batch_finish(&f->batch);
        gs_batch_init(&f->batch);
        if (!failed) {
            assert_true(whole); /* nothing was left to fail */
            break;
        }
    }
    assert_true(failures > 100);
    assert_true(tell(f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
