/* Batches of bookings, as a client meets them: outcomes in order, keys that are the same alone and in a batch, faults that name the request, and all
 * or nothing. A batch without that preference must come to what the same requests come to one after the other; GS_SEED and GS_BATCHES
 * widen the search for one that does not. */
#include "../base/dice.h"
#include "world.h"
#include <stdio.h>

#define ALL_OR_NOTHING "Prefer: all-or-nothing"
#define BODY_MAX (256 << 10)

static char body[BODY_MAX];

static void begin(void)
{
    strcpy(body, "{\"bookings\":[");
}

/* One more request, as it would be sent alone, with its key before all else or behind it. */
static void add(const char *key, const char *request_text)
{
    const size_t len = strlen(body);
    const char *comma = body[len - 1] == '[' ? "" : ",";
    if (strlen(key) % 2 == 0) {
        snprintf(body + len, sizeof body - len, "%s{\"idempotency_key\":\"%s\",%s", comma, key, request_text + 1);
    } else {
        snprintf(body + len, sizeof body - len, "%s%.*s , \"idempotency\\u005fkey\" : \"%s\"}", comma,
                 (int)strlen(request_text) - 1, request_text, key);
    }
}

static const struct caught *sent(struct gs_http *w, const char *preference)
{
    strcat(body, "]}");
    return world_ask(w, "POST", "/v1/bookings/batch", "backend", body, preference, NULL);
}

static const struct caught *alone(struct gs_http *w, const char *key, const char *request_text)
{
    char line[GS_IDEMPOTENCY_KEY_MAX + 32];
    snprintf(line, sizeof line, "Idempotency-Key: %s", key);
    return world_ask(w, "POST", "/v1/bookings", "backend", request_text, line, NULL);
}

static int status_of(const struct caught *c, int item)
{
    char path[32];
    snprintf(path, sizeof path, "items/%d/status", item);
    return (int)number(c, path);
}

static size_t bookings(const struct gs_http *w)
{
    return gs_book_count(w->book);
}

static void each_has_its_outcome_in_order(void **state)
{
    struct gs_http *w = *state;
    begin();
    add("a", request(1, "\"windows\":[\"morning\"],\"slot\":\"08:30\""));
    add("bb", request(2, "\"flexible\":1,\"windows\":[\"morning\",\"nowhere\"]"));
    add("c", request(1, "\"windows\":[\"morning\"]"));
    add("dd", request(3, NULL));
    const struct caught *c = sent(w, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(c->content_type, "application/json");
    assert_string_equal(header(c, "Content-Language"), "en");
    assert_null(header(c, "Preference-Applied"));
    assert_int_equal(json_array_size(at(c, "items")), 4);
    assert_int_equal(status_of(c, 0), 201);
    assert_string_equal(text(c, "items/0/booking/id"), "bk_1");
    assert_string_equal(text(c, "items/0/booking/slot/start"), "2026-11-25T08:30:00+08:00");
    assert_string_equal(text(c, "items/0/booking/driver/phone"), "13800138000");
    assert_int_equal(status_of(c, 1), 422);
    assert_string_equal(text(c, "items/1/problem/errors/0/pointer"), "/bookings/1/flexible");
    assert_string_equal(text(c, "items/1/problem/errors/1/pointer"), "/bookings/1/windows/1");
    assert_int_equal(status_of(c, 2), 409);
    assert_string_equal(text(c, "items/2/problem/code"), "duplicate_container");
    assert_string_equal(text(c, "items/2/problem/booking_id"), "bk_1");
    assert_int_equal(status_of(c, 3), 201);
    assert_int_equal(bookings(w), 2);
}

static void a_key_is_the_same_alone_and_in_a_batch(void **state)
{
    struct gs_http *w = *state;
    const char *first = "\"windows\":[\"morning\"]";
    begin();
    add("in-a-batch", request(1, first));
    add("refused", request(1, first));
    const struct caught *c = sent(w, NULL);
    char *kept = json_dumps(at(c, "items/0/booking"), JSON_SORT_KEYS);
    c = alone(w, "in-a-batch", request(1, first));
    assert_int_equal(c->status, 201);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_string_equal(header(c, "Location"), "/v1/bookings/bk_1");
    assert_string_equal(header(c, "ETag"), "\"1\"");
    char *again = json_dumps(c->json, JSON_SORT_KEYS);
    assert_string_equal(kept, again);
    free(kept);
    free(again);
    c = alone(w, "refused", request(1, first));
    assert_int_equal(c->status, 409);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_int_equal(alone(w, "alone", request(2, NULL))->status, 201);
    begin();
    add("alone", request(2, NULL));
    add("in-a-batch", request(1, first));
    add("new one", request(3, NULL));
    c = sent(w, NULL);
    assert_int_equal(c->status, 422); /* a blank is in no key */
    assert_true(has_error(c, "/bookings/2/idempotency_key", "alphabet"));
    begin();
    add("alone", request(2, NULL));
    add("in-a-batch", request(4, NULL));
    add("another", request(3, NULL));
    c = sent(w, NULL);
    assert_string_equal(text(c, "items/0/booking/id"), "bk_2");
    assert_int_equal(status_of(c, 1), 422);
    assert_string_equal(text(c, "items/1/problem/code"), "idempotency_key_reused");
    assert_string_equal(text(c, "items/2/booking/id"), "bk_3");
    assert_null(header(c, "Idempotent-Replayed"));
    assert_int_equal(bookings(w), 3);
    begin();
    add("alone", request(2, NULL));
    c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 200);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_int_equal(bookings(w), 3);
}

static void refused(struct gs_http *w, const char *text_sent, const char *pointer, const char *code)
{
    const struct caught *c = world_ask(w, "POST", "/v1/bookings/batch", "backend", text_sent, NULL);
    if (c->status != 422 || !has_error(c, pointer, code)) {
        fail_msg("%s: %d %s", text_sent, c->status, c->body);
    }
    assert_int_equal(bookings(w), 0);
}

static void a_body_that_is_no_batch_is_refused_whole(void **state)
{
    struct gs_http *w = *state;
    refused(w, "{}", "/bookings", "required");
    refused(w, "[]", "", "type");
    refused(w, "{\"bookings\":[]}", "/bookings", "required");
    refused(w, "{\"bookings\":null}", "/bookings", "required");
    refused(w, "{\"bookings\":{}}", "/bookings", "type");
    refused(w, "{\"bookings\":[{}],\"all\":true}", "/all", "unknown_field");
    refused(w, "{\"bookings\":[7]}", "/bookings/0", "type");
    refused(w, "{\"bookings\":[{}]}", "/bookings/0/idempotency_key", "required");
    refused(w, "{\"bookings\":[{\"idempotency_key\":\"\"}]}", "/bookings/0/idempotency_key", "required");
    refused(w, "{\"bookings\":[{\"idempotency_key\":null}]}", "/bookings/0/idempotency_key", "type");
    refused(w, "{\"bookings\":[{\"idempotency_key\":7}]}", "/bookings/0/idempotency_key", "type");
    refused(w, "{\"bookings\":[{\"idempotency_key\":\"键\"}]}", "/bookings/0/idempotency_key", "alphabet");
    begin();
    add("same", request(1, NULL));
    add("same", request(2, NULL));
    strcat(body, "]}");
    refused(w, body, "/bookings/1/idempotency_key", "repeated");
    char key[160];
    memset(key, 'k', 129);
    key[129] = '\0';
    begin();
    add(key, request(1, NULL));
    strcat(body, "]}");
    refused(w, body, "/bookings/0/idempotency_key", "too_long");
    begin();
    for (int i = 0; i < 101; i++) {
        snprintf(key, sizeof key, "k%d", i);
        add(key, request(i + 1, NULL));
    }
    strcat(body, "]}");
    refused(w, body, "/bookings", "too_many");
}

static void all_or_nothing_books_all(void **state)
{
    struct gs_http *w = *state;
    begin();
    add("a", request(1, NULL));
    add("b", request(2, NULL));
    const struct caught *c = sent(w, "Prefer: respond-async, wait=\"3, all\", All-Or-Nothing");
    assert_int_equal(c->status, 200);
    assert_string_equal(header(c, "Preference-Applied"), "all-or-nothing");
    assert_int_equal(status_of(c, 0), 201);
    assert_int_equal(status_of(c, 1), 201);
    assert_int_equal(bookings(w), 2);
    assert_int_equal(w->idem_known, 2);
    begin();
    add("a", request(1, NULL));
    add("b", request(2, NULL));
    c = sent(w, ALL_OR_NOTHING);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_string_equal(text(c, "items/1/booking/id"), "bk_2");
    assert_int_equal(bookings(w), 2);
}

static void all_or_nothing_books_none_and_says_why(void **state)
{
    struct gs_http *w = *state;
    const uint64_t digest = gs_book_digest(w->book);
    begin();
    add("a", request(1, "\"windows\":[\"morning\"]"));
    add("b", request(2, "\"windows\":[\"nowhere\"]"));
    add("c", request(1, "\"windows\":[\"morning\"]"));
    add("d", request(3, NULL));
    const struct caught *c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 422); /* the first that failed */
    assert_string_equal(c->content_type, "application/problem+json");
    assert_string_equal(header(c, "Preference-Applied"), "all-or-nothing");
    assert_string_equal(text(c, "code"), "batch_refused");
    assert_non_null(strstr(text(c, "detail"), "/bookings/1"));
    assert_int_equal(status_of(c, 0), 424);
    assert_string_equal(text(c, "items/0/problem/code"), "not_done");
    assert_int_equal(status_of(c, 1), 422);
    assert_string_equal(text(c, "items/1/problem/errors/0/pointer"), "/bookings/1/windows/0");
    assert_int_equal(status_of(c, 2), 409);
    assert_string_equal(text(c, "items/2/problem/code"), "duplicate_container");
    assert_true(json_is_null(at(c, "items/2/problem/booking_id"))); /* that one was never there */
    assert_non_null(strstr(text(c, "items/2/problem/detail"), "/bookings/0"));
    assert_int_equal(status_of(c, 3), 424);
    assert_true(gs_book_digest(w->book) == digest);
    assert_int_equal(w->event_count, 0);
    assert_int_equal(w->idem_known, 0);
    begin();
    add("a", request(1, "\"windows\":[\"morning\"]")); /* the same keys are good still */
    add("d", request(3, NULL));
    c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "items/0/booking/id"), "bk_1");
}

static void who_may_wait_is_no_failure(void **state)
{
    struct gs_http *w = *state;
    char more[64];
    for (int i = 0; i < 40; i++) {
        snprintf(more, sizeof more, "\"windows\":[\"morning\"]");
        booked(w, 100 + i, more);
    }
    begin();
    add("a", request(1, "\"windows\":[\"morning\"],\"waitlist\":true"));
    add("b", request(2, "\"windows\":[\"midday\"]"));
    const struct caught *c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 200);
    assert_int_equal(status_of(c, 0), 202);
    assert_int_equal(number(c, "items/0/booking/waitlist_position"), 1);
    begin();
    add("c", request(3, "\"windows\":[\"morning\"]"));
    add("d", request(4, "\"windows\":[\"midday\"]"));
    c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "items/0/problem/code"), "full");
    assert_int_equal(json_array_size(at(c, "items/0/problem/alternatives")), 5);
    assert_int_equal(status_of(c, 1), 424);
}

static void what_hinders_all_is_said_of_each_or_of_the_batch(void **state)
{
    struct gs_http *w = *state;
    w->refuse_with = GS_CODE_STORAGE_FULL;
    begin();
    add("a", request(1, NULL));
    const struct caught *c = sent(w, NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(status_of(c, 0), 507);
    begin();
    add("a", request(1, NULL));
    c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 507);
    assert_string_equal(text(c, "code"), "storage_full");
    w->refuse_with = GS_CODE_OK;
    w->key_room = (struct gs_key_room){.limit = 50000, .again_ms = w->now + 60000};
    begin();
    add("a", request(1, NULL));
    c = sent(w, ALL_OR_NOTHING);
    assert_int_equal(c->status, 429);
    assert_string_equal(header(c, "Retry-After"), "2");
    assert_string_equal(text(c, "items/0/problem/code"), "rate_limited");
    assert_int_equal(bookings(w), 0);
}

/* ---- a batch and the same requests alone ---- */

static const char *some_request(uint64_t *d, char out[4096])
{
    static const char *const more[] = {
        "\"windows\":[\"morning\"]",   "\"windows\":[\"morning\"],\"waitlist\":true",
        "\"slot\":\"12:30\"",          "\"windows\":[\"nowhere\"]",
        "\"flexible\":true",           "\"windows\":[\"morning\",\"midday\"],\"flexible\":true",
        "\"priority\":\"urgent\"",     "\"unknown\":[{\"pointer\":\"\\\"pointer\\\":\\\"/x\"}]",
        "\"reference\":\"order one\"", "\"slot\":\"25:00\",\"windows\":[\"nowhere\",\"nowhere\"]",
    };
    snprintf(out, 4096, "%s", request(1 + dice_roll(d, 60), dice_roll(d, 4) == 0 ? NULL : more[dice_roll(d, 10)]));
    return out;
}

static void drop_prefix(char *problem, int item)
{
    char prefix[48];
    const size_t len = (size_t)snprintf(prefix, sizeof prefix, "\"pointer\": \"/bookings/%d", item);
    for (char *found = strstr(problem, prefix); found != NULL; found = strstr(found, prefix)) {
        found += sizeof "\"pointer\": \"" - 1;
        memmove(found, problem + (found - problem) + len - (sizeof "\"pointer\": \"" - 1),
                strlen(found + len - (sizeof "\"pointer\": \"" - 1)) + 1);
    }
}

enum { ITEMS = 20 };

static void compare_with_batch(struct gs_http *w, uint64_t *d, struct caught *batch, char texts[ITEMS][4096], int count)
{
    char *seen[ITEMS];
    char id[ITEMS][64] = {{0}};
    for (int i = 0; i < count; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%d", i);
        const struct caught *c = alone(w, key, texts[i]);
        assert_int_equal(c->status, status_of(batch, i));
        snprintf(id[i], sizeof id[i], "%s", c->status < 400 ? text(c, "id") : "");
        seen[i] = json_dumps(c->json, JSON_SORT_KEYS);
    }
    for (int i = 0; i < count; i++) {
        char path[96];
        snprintf(path, sizeof path, "items/%d/%s", i, id[i][0] != '\0' ? "booking" : "problem");
        char *there = json_dumps(at(batch, path), JSON_SORT_KEYS);
        if (id[i][0] != '\0') { /* as it stands now */
            snprintf(path, sizeof path, "/v1/bookings/%.32s", id[i]);
            free(seen[i]);
            seen[i] = json_dumps(world_ask(w, "GET", path, "backend", NULL, NULL)->json, JSON_SORT_KEYS);
        } else {
            drop_prefix(there, i);
        }
        assert_string_equal(there, seen[i]);
        free(there);
        free(seen[i]);
    }
    (void)d;
}

static void a_batch_comes_to_what_its_requests_come_to(void **state)
{
    (void)state;
    uint64_t d = number_of("GS_SEED", 20261129);
    const uint64_t batches = number_of("GS_BATCHES", 30);
    static char texts[ITEMS][4096];
    printf("# GS_SEED=%llu GS_BATCHES=%llu\n", (unsigned long long)d, (unsigned long long)batches);
    for (uint64_t n = 0; n < batches; n++) {
        void *together, *apart;
        assert_int_equal(world_setup(&together), 0);
        assert_int_equal(world_setup(&apart), 0);
        struct gs_http *a = together, *b = apart;
        a->rules.windows[0].capacity = b->rules.windows[0].capacity = 3; /* of days that are made from now on */
        const int count = 1 + dice_roll(&d, ITEMS);
        begin();
        for (int i = 0; i < count; i++) {
            char key[32];
            snprintf(key, sizeof key, "key-%d", i);
            add(key, some_request(&d, texts[i]));
        }
        srand((unsigned)n);
        const struct caught *c = sent(a, NULL);
        assert_int_equal(c->status, 200);
        srand((unsigned)n);
        compare_with_batch(b, &d, &a->caught, texts, count);
        assert_true(gs_book_digest(a->book) == gs_book_digest(b->book));
        assert_int_equal(a->idem_known, b->idem_known);
        for (size_t i = 0; i < a->idem_known;
             i++) { /* refusals are kept before bookings, as these are shown as they stand in the end */
            bool found = false;
            for (size_t k = 0; k < b->idem_known; k++) {
                found = found ||
                        (strcmp(a->known[i].key, b->known[k].key) == 0 && a->known[i].status == b->known[k].status &&
                         memcmp(a->known[i].fingerprint, b->known[k].fingerprint, 32) == 0);
            }
            assert_true(found);
        }
        assert_int_equal(world_teardown(&together), 0);
        assert_int_equal(world_teardown(&apart), 0);
    }
}

#define RULE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(each_has_its_outcome_in_order),
        RULE(a_key_is_the_same_alone_and_in_a_batch),
        RULE(a_body_that_is_no_batch_is_refused_whole),
        RULE(all_or_nothing_books_all),
        RULE(all_or_nothing_books_none_and_says_why),
        RULE(who_may_wait_is_no_failure),
        RULE(what_hinders_all_is_said_of_each_or_of_the_batch),
        cmocka_unit_test(a_batch_comes_to_what_its_requests_come_to),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
