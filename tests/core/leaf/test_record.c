/* Batches keep copies, in order, and say so when they could not. */
#include "cm.h"
#include "gateslot/core/query.h"
#include "gateslot/core/record.h"
#include <string.h>

static void records_stand_in_the_order_in_which_they_were_given(void **state)
{
    (void)state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_event(&batch, &(struct gs_event){.seq = 7});
    gs_batch_booking(&batch, &(struct gs_booking){.id = 8});
    gs_batch_capacity(&batch, &(struct gs_capacity){.capacity = 9}, false);
    gs_batch_capacity(&batch, &(struct gs_capacity){.date = 10}, true);
    gs_batch_token(&batch, &(struct gs_token){.created_ms = 11}, false);
    gs_batch_token(&batch, &(struct gs_token){.created_ms = 12}, true);
    static const enum gs_record_kind kinds[] = {GS_REC_EVENT,          GS_REC_BOOKING, GS_REC_CAPACITY,
                                                GS_REC_CAPACITY_RESET, GS_REC_TOKEN,   GS_REC_TOKEN_REVOKE};
    size_t count = 0;
    for (const struct gs_record *r = batch.first; r != NULL; r = r->next, count++) {
        assert_int_equal(r->kind, kinds[count]);
    }
    assert_int_equal(count, 6);
    assert_int_equal(batch.count, 6);
    const struct gs_record *r = batch.first;
    assert_int_equal(r->u.event->seq, 7);
    r = r->next;
    assert_int_equal(r->u.booking->id, 8);
    r = r->next;
    assert_int_equal(r->u.capacity->capacity, 9);
    r = r->next;
    assert_int_equal(r->u.capacity->date, 10);
    r = r->next;
    assert_int_equal(r->u.token->created_ms, 11);
    r = r->next;
    assert_int_equal(r->u.token->created_ms, 12);
    assert_ptr_equal(r, batch.last);
    assert_false(batch.failed);
    gs_batch_finish(&batch);
}

static void a_record_is_a_copy_of_what_was_given(void **state)
{
    (void)state;
    struct gs_batch batch;
    struct gs_booking booking = {.id = 1, .status = GS_BOOKED};
    char body[] = "{\"id\":\"bk_1\"}";
    struct gs_idem idem = {.status = 201, .body_len = strlen(body), .body = body};
    gs_batch_init(&batch);
    gs_batch_booking(&batch, &booking);
    gs_batch_idem(&batch, &idem);
    booking.status = GS_CANCELLED;
    memset(body, 'x', sizeof body - 1);
    assert_int_equal(batch.first->u.booking->status, GS_BOOKED);
    const struct gs_idem *kept = batch.first->next->u.idem;
    assert_int_equal(kept->status, 201);
    assert_int_equal(kept->body_len, 13);
    assert_string_equal(kept->body, "{\"id\":\"bk_1\"}");
    gs_batch_finish(&batch);
}

static void an_answer_without_a_body_is_kept_too(void **state)
{
    (void)state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_idem(&batch, &(struct gs_idem){.status = 204});
    assert_int_equal(batch.count, 1);
    assert_int_equal(batch.first->u.idem->body_len, 0);
    assert_string_equal(batch.first->u.idem->body, "");
    gs_batch_finish(&batch);
}

static void many_records_survive_the_growth_of_the_arena(void **state)
{
    (void)state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t i = 0; i < 5000; i++) {
        gs_batch_booking(&batch, &(struct gs_booking){.id = i});
        gs_batch_event(&batch, &(struct gs_event){.seq = i});
    }
    int64_t at = 0;
    for (const struct gs_record *r = batch.first; r != NULL; r = r->next->next, at++) {
        assert_int_equal(r->u.booking->id, at);
        assert_int_equal(r->next->u.event->seq, at);
    }
    assert_int_equal(at, 5000);
    gs_batch_finish(&batch);
}

static void a_cleared_batch_is_as_new_and_can_be_filled_again(void **state)
{
    (void)state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_event(&batch, &(struct gs_event){.seq = 1});
    batch.failed = true;
    batch.now_ms = 99;
    gs_batch_clear(&batch);
    assert_null(batch.first);
    assert_null(batch.last);
    assert_int_equal(batch.count, 0);
    assert_int_equal(batch.now_ms, 0);
    assert_false(batch.failed);
    gs_batch_event(&batch, &(struct gs_event){.seq = 2});
    assert_int_equal(batch.first->u.event->seq, 2);
    gs_batch_finish(&batch);
}

static void a_failed_batch_takes_nothing_more(void **state)
{
    (void)state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    batch.failed = true;
    gs_batch_event(&batch, &(struct gs_event){.seq = 1});
    gs_batch_booking(&batch, &(struct gs_booking){.id = 1});
    gs_batch_idem(&batch, &(struct gs_idem){.status = 201});
    assert_int_equal(batch.count, 0);
    assert_null(batch.first);
    assert_true(batch.failed);
    gs_batch_finish(&batch);
}

static void a_finished_answer_is_empty_and_may_be_finished_again(void **state)
{
    (void)state;
    struct gs_answer answer = {.err = GS_OK, .booking_count = 1};
    gs_arena_init(&answer.arena);
    answer.bookings = gs_arena_alloc(&answer.arena, sizeof *answer.bookings);
    assert_non_null(answer.bookings);
    gs_answer_finish(&answer);
    assert_null(answer.bookings);
    assert_int_equal(answer.booking_count, 0);
    gs_answer_finish(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_stand_in_the_order_in_which_they_were_given),
        cmocka_unit_test(a_record_is_a_copy_of_what_was_given),
        cmocka_unit_test(an_answer_without_a_body_is_kept_too),
        cmocka_unit_test(many_records_survive_the_growth_of_the_arena),
        cmocka_unit_test(a_cleared_batch_is_as_new_and_can_be_filled_again),
        cmocka_unit_test(a_failed_batch_takes_nothing_more),
        cmocka_unit_test(a_finished_answer_is_empty_and_may_be_finished_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
