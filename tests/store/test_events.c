/* The feed and its chain: no gaps, nothing changed unnoticed, each sees its own, every answer bounded. */
#include "cmocka_all.h"
#include "fixture.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct gs_answer ask_events(struct gs_store *store, int64_t after, int32_t limit, const char *owner)
{
    struct gs_query q = {.kind = GS_QUERY_EVENTS};
    q.u.events.after = after;
    q.u.events.limit = limit;
    (void)snprintf(q.u.events.owner, sizeof q.u.events.owner, "%s", owner);
    return ask(store, &q);
}

static void events_are_told_once_in_order_page_by_page(void **state)
{
    struct fixture *f = *state;
    int64_t after = 0, pages = 0;
    (void)commit_day(f->store, 1, 250, 0, DAY, GS_BOOKED);
    for (bool more = true; more; pages++) {
        struct gs_answer a = ask_events(f->store, after, 100, "");
        assert_int_equal(a.err, GS_OK);
        for (size_t i = 0; i < a.event_count; i++) {
            char start[32];
            int len = snprintf(start, sizeof start, "{\"seq\":%lld,", (long long)++after);
            assert_int_equal(a.events[i].seq, after);
            assert_memory_equal(a.events[i].json, start, (size_t)len);
            assert_int_equal(strlen(a.events[i].json), a.events[i].len);
        }
        assert_int_equal(a.scanned_seq, after);
        more = a.more;
        gs_answer_finish(&a);
    }
    assert_int_equal(after, 250);
    assert_int_equal(pages, 3);
}

static void put_event(struct gs_batch *batch, int64_t seq, const char *owner)
{
    struct gs_booking b = a_booking(seq);
    struct gs_event e = an_event(seq, &b);
    (void)snprintf(e.owner, sizeof e.owner, "%s", owner);
    gs_batch_event(batch, &e);
}

static void a_backend_sees_its_own_events_only(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t seq = 1; seq <= 90; seq++) {
        put_event(&batch, seq, seq % 3 == 0 ? "mini" : seq % 3 == 1 ? "minister" : "");
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    struct gs_answer a = ask_events(f->store, 0, 29, "mini");
    assert_int_equal(a.event_count, 29);
    assert_true(a.more);
    assert_int_equal(a.scanned_seq, 89); /* 90 is the one that is left */
    for (size_t i = 0; i < a.event_count; i++) {
        assert_int_equal(a.events[i].seq, 3 * (int64_t)(i + 1));
    }
    gs_answer_finish(&a);
    a = ask_events(f->store, 0, 30, "mini");
    assert_int_equal(a.event_count, 30);
    assert_false(a.more);
    assert_int_equal(a.scanned_seq, 90);
    gs_answer_finish(&a);
}

static void a_search_for_rare_events_is_bounded_and_can_go_on(void **state)
{
    enum { COUNT = 45000 };
    struct fixture *f = *state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t seq = 1; seq <= COUNT; seq++) {
        put_event(&batch, seq, seq == COUNT ? "rare" : "mini");
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    int64_t after = 0;
    int asked = 0;
    size_t found = 0;
    for (bool more = true; more; asked++) {
        struct gs_answer a = ask_events(f->store, after, 10, "rare");
        assert_int_equal(a.err, GS_OK);
        assert_true(!a.more || a.scanned_seq > after);
        found += a.event_count;
        after = a.scanned_seq;
        more = a.more;
        gs_answer_finish(&a);
    }
    assert_int_equal(found, 1);
    assert_int_equal(after, COUNT);
    assert_true(asked >= 2);
}

enum { MANY = 1000 }; /* more than two steps look at */

/* Events at random: of three types, by three actors, several at one time. */
static void put_many(struct fixture *f, struct gs_event *events)
{
    static const enum gs_event_type types[] = {GS_EV_BOOKED, GS_EV_NO_SHOW, GS_EV_ARRIVED};
    static const char *const names[] = {"root", "mini", "tablet"};
    static const enum gs_role roles[] = {GS_ROLE_SUPERVISOR, GS_ROLE_BACKEND, GS_ROLE_GATE};
    struct gs_batch batch;
    int64_t at_ms = INT64_C(1795566600000);
    gs_batch_init(&batch);
    for (int64_t seq = 1; seq <= MANY; seq++) {
        struct gs_booking b = a_booking(seq);
        struct gs_event e = an_event(seq, &b);
        int who = rand() % 3;
        e.type = types[rand() % 3];
        e.actor.role = roles[who];
        (void)snprintf(e.actor.name, sizeof e.actor.name, "%s", names[who]);
        (void)snprintf(e.owner, sizeof e.owner, "%s", rand() % 2 == 0 ? "mini" : "other");
        at_ms += rand() % 3 * 1000;
        e.at_ms = at_ms;
        events[seq] = e;
        gs_batch_event(&batch, &e);
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
}

static bool is_asked_for(const struct gs_query *q, const struct gs_event *e)
{
    const struct gs_event_filter *f = &q->u.events.filter;
    return (q->u.events.owner[0] == '\0' || strcmp(q->u.events.owner, e->owner) == 0) &&
           (f->types == 0 || (f->types >> e->type & 1) != 0) && e->at_ms >= f->since_ms &&
           (f->by[0] == '\0' || strcmp(f->by, e->actor.name) == 0 || strcmp(f->by, gs_role_name(e->actor.role)) == 0) &&
           (q->u.events.last || e->seq > q->u.events.after);
}

static void make_question(const struct gs_event *events, struct gs_query *q)
{
    static const char *const by[] = {"", "root", "gate", "mini", "nobody"};
    static const uint64_t types[] = {0, UINT64_C(1) << GS_EV_NO_SHOW,
                                     UINT64_C(1) << GS_EV_BOOKED | UINT64_C(1) << GS_EV_ARRIVED};
    *q = (struct gs_query){.kind = GS_QUERY_EVENTS};
    q->u.events.limit = 1 + rand() % 60;
    q->u.events.last = rand() % 2 == 0;
    q->u.events.after = rand() % (MANY + 1);
    q->u.events.filter.types = types[rand() % 3];
    q->u.events.filter.since_ms = rand() % 2 == 0 ? 0 : events[1 + rand() % MANY].at_ms + rand() % 3 - 1;
    (void)snprintf(q->u.events.filter.by, sizeof q->u.events.filter.by, "%s", by[rand() % 5]);
    (void)snprintf(q->u.events.owner, sizeof q->u.events.owner, "%s", rand() % 3 == 0 ? "mini" : "");
}

/* What a look at every event finds, in another order of thought than the store's. */
static size_t expected_events(const struct gs_event *events, const struct gs_query *q, int64_t *out)
{
    size_t count = 0, skip = 0;
    for (int64_t seq = 1; seq <= MANY; seq++) {
        if (is_asked_for(q, &events[seq])) {
            out[count++] = seq;
        }
    }
    size_t limit = (size_t)q->u.events.limit;
    skip = q->u.events.last && count > limit ? count - limit : 0;
    memmove(out, out + skip, (count - skip) * sizeof *out);
    return count - skip < limit ? count - skip : limit;
}

static void questions_about_events_find_what_a_look_at_all_of_them_finds(void **state)
{
    struct fixture *f = *state;
    unsigned seed = getenv("GS_SEED") != NULL ? (unsigned)atoi(getenv("GS_SEED")) : 20261128;
    struct gs_event *events = calloc(MANY + 1, sizeof *events);
    assert_non_null(events);
    print_message("# seed %u\n", seed);
    srand(seed);
    put_many(f, events);
    for (int round = 0; round < 800; round++) {
        struct gs_query q;
        int64_t want[MANY];
        make_question(events, &q);
        size_t count = expected_events(events, &q, want);
        struct gs_answer a = ask(f->store, &q);
        assert_int_equal(a.err, GS_OK);
        assert_int_equal(a.event_count, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(a.events[i].seq, want[i]);
        }
        assert_true(a.more || a.scanned_seq == MANY);
        assert_true(!q.u.events.last || a.scanned_seq == MANY);
        gs_answer_finish(&a);
    }
    free(events);
}

/* So much is looked at in one step, and what is committed meanwhile changes nothing of what the others find. */
static void a_question_is_answered_in_small_steps_between_which_batches_are_committed(void **state)
{
    struct fixture *f = *state;
    struct gs_event *events = calloc(MANY + 1, sizeof *events);
    assert_non_null(events);
    put_many(f, events);
    int64_t seq = MANY;
    for (int last = 0; last < 2; last++) {
        struct gs_query q = {.kind = GS_QUERY_EVENTS};
        struct gs_query_progress progress = {0};
        struct gs_answer a, whole;
        int steps = 1;
        q.u.events.limit = 500;
        q.u.events.last = last != 0;
        q.u.events.filter.types = UINT64_C(1) << GS_EV_NO_SHOW;
        q.u.events.filter.since_ms = 1;
        whole = ask(f->store, &q);
        for (int32_t looked = 0; !gs_store_query_step(f->store, &q, &progress, &a); steps++) {
            struct gs_batch batch;
            assert_in_range(progress.looked - looked, 1, GS_STORE_SCAN_STEP);
            looked = progress.looked;
            gs_batch_init(&batch);
            put_event(&batch, ++seq, "mini");
            assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
            gs_batch_finish(&batch);
        }
        assert_int_equal(steps, 3);
        assert_int_equal(a.event_count, whole.event_count);
        for (size_t i = 0; i < a.event_count; i++) {
            assert_int_equal(a.events[i].seq, whole.events[i].seq);
        }
        assert_int_equal(a.scanned_seq, last != 0 ? whole.scanned_seq : seq);
        gs_answer_finish(&a);
        gs_answer_finish(&whole);
    }
    free(events);
}

static void the_last_of_an_empty_store_are_none(void **state)
{
    struct fixture *f = *state;
    struct gs_query q = {.kind = GS_QUERY_EVENTS};
    q.u.events.limit = 20;
    q.u.events.last = true;
    q.u.events.filter.since_ms = 1;
    struct gs_answer a = ask(f->store, &q);
    assert_int_equal(a.err, GS_OK);
    assert_int_equal(a.event_count, 0);
    assert_int_equal(a.scanned_seq, 0);
    gs_answer_finish(&a);
}

static void an_event_that_leaves_a_gap_or_repeats_is_refused(void **state)
{
    struct fixture *f = *state;
    const int64_t wrong[] = {10, 12, 0, -1};
    (void)commit_day(f->store, 1, 10, 0, DAY, GS_BOOKED);
    for (size_t i = 0; i < 4; i++) {
        struct gs_batch batch;
        gs_batch_init(&batch);
        put_event(&batch, wrong[i], "mini");
        assert_int_equal(gs_store_commit(f->store, &batch), GS_E_CORRUPT);
        gs_batch_finish(&batch);
    }
    struct gs_batch batch;
    gs_batch_init(&batch);
    put_event(&batch, 11, "mini");
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
}

static void a_booking_s_history_is_walked_back_and_told_forwards(void **state)
{
    struct fixture *f = *state;
    struct gs_booking one = a_booking(1), two = a_booking(2);
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t seq = 1; seq <= 40; seq++) {
        struct gs_booking *b = seq % 4 == 0 ? &two : &one;
        struct gs_event e = an_event(seq, b);
        gs_batch_event(&batch, &e);
        b->last_event = seq;
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    struct gs_query q = {.kind = GS_QUERY_HISTORY};
    q.u.history.last_event = two.last_event;
    q.u.history.limit = 100;
    struct gs_answer a = ask(f->store, &q);
    assert_int_equal(a.err, GS_OK);
    assert_int_equal(a.event_count, 10);
    assert_false(a.more);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(a.events[i].seq, 4 * (int64_t)(i + 1));
    }
    gs_answer_finish(&a);
    q.u.history.limit = 3; /* the latest three */
    a = ask(f->store, &q);
    assert_int_equal(a.event_count, 3);
    assert_true(a.more);
    assert_int_equal(a.events[0].seq, 32);
    assert_int_equal(a.events[2].seq, 40);
    assert_int_equal(a.scanned_seq, 28);
    gs_answer_finish(&a);
    q.u.history.last_event = 28; /* the three before them */
    q.u.history.booking_id = 2;
    a = ask(f->store, &q);
    assert_int_equal(a.event_count, 3);
    assert_true(a.more);
    assert_int_equal(a.events[0].seq, 20);
    assert_int_equal(a.scanned_seq, 16);
    gs_answer_finish(&a);
    q.u.history.booking_id = 1; /* another's */
    a = ask(f->store, &q);
    assert_int_equal(a.err, GS_E_NOTFOUND);
    assert_int_equal(a.event_count, 0);
    gs_answer_finish(&a);
    q.u.history.last_event = 41;
    a = ask(f->store, &q);
    assert_int_equal(a.err, GS_E_NOTFOUND);
    gs_answer_finish(&a);
}

/* Slice by slice to the end or to what is broken. */
static struct gs_audit audit_all(struct gs_store *store, int *out_err, int *out_slices)
{
    struct gs_audit last = {.next = 1};
    *out_slices = 0;
    do {
        struct gs_answer a = ask_id(store, GS_QUERY_AUDIT, last.next);
        *out_err = a.err;
        last = a.audit;
        gs_answer_finish(&a);
        ++*out_slices;
    } while (*out_err == GS_OK && last.next != 0);
    return last;
}

static void the_audit_verifies_every_event_slice_by_slice(void **state)
{
    struct fixture *f = *state;
    int err, slices;
    struct gs_audit empty = audit_all(f->store, &err, &slices);
    assert_int_equal(err, GS_OK);
    assert_int_equal(empty.broken_seq, 0);
    assert_int_equal(empty.last_seq, 0);
    (void)commit_day(f->store, 1, 5000, 0, DAY, GS_BOOKED);
    struct gs_audit a = audit_all(f->store, &err, &slices);
    assert_int_equal(err, GS_OK);
    assert_int_equal(a.broken_seq, 0);
    assert_int_equal(a.last_seq, 5000);
    assert_true(slices >= 3);
    struct gs_answer beyond = ask_id(f->store, GS_QUERY_AUDIT, 6000);
    assert_int_equal(beyond.err, GS_OK); /* an answer like any other: the event before it is not there */
    assert_int_equal(beyond.audit.broken_seq, 5999);
    gs_answer_finish(&beyond);
    struct gs_audit before = a;
    fixture_reopen(f);
    a = audit_all(f->store, &err, &slices);
    assert_memory_equal(a.last_hash, before.last_hash, 32);
}

static void the_chain_is_sha256_over_what_a_row_says(void **state)
{
    /* printf of the parts below | sha256sum */
    struct fixture *f = *state;
    struct gs_batch batch;
    int err, slices;
    struct gs_event e = {.seq = 1,
                         .type = GS_EV_CONFIG_RELOADED,
                         .actor = {.role = GS_ROLE_SYSTEM, .name = "gateslotd"},
                         .booking_id = 0};
    gs_batch_init(&batch);
    gs_batch_event(&batch, &e);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    struct gs_answer told = ask_events(f->store, 0, 1, "");
    char command[1024], hex[65], expected[65];
    (void)snprintf(command, sizeof command,
                   "{ head -c 48 /dev/zero; head -c 1 /dev/zero; printf '%%s' '%s'; } | sha256sum",
                   told.events[0].json);
    gs_answer_finish(&told);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(expected, sizeof expected, pipe));
    (void)pclose(pipe);
    struct gs_audit a = audit_all(f->store, &err, &slices);
    for (int i = 0; i < 32; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", a.last_hash[i]);
    }
    assert_string_equal(hex, expected);
}

static void the_chain_covers_every_column_of_an_event(void **state)
{
    ONLY_OF_A_FILE();
    static const char *const changes[] = {"booking_id = booking_id + 1",
                                          "prev = prev + 1",
                                          "owner = 'nimi'",
                                          "owner = ''",
                                          "hash = zeroblob(32)",
                                          "body = replace(body, 'booked', 'looked')"};
    struct fixture *f = *state;
    int err, slices;
    (void)commit_day(f->store, 1, 20, 0, DAY, GS_BOOKED);
    fixture_close(f);
    char sql[256], aside[128];
    fixture_name(f, "-kept", aside);
    (void)snprintf(sql, sizeof sql, "ATTACH '%s' AS k; CREATE TABLE k.kept AS SELECT * FROM event WHERE seq = 7",
                   aside);
    run_sql(f->path, sql);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        (void)snprintf(sql, sizeof sql, "UPDATE event SET %s WHERE seq = 7", changes[i]);
        run_sql(f->path, sql);
        fixture_open(f);
        struct gs_audit a = audit_all(f->store, &err, &slices);
        if (err != GS_OK || a.broken_seq < 7 || a.broken_seq > 8) {
            fail_msg("%s: audit said %d, broken %lld", changes[i], err, (long long)a.broken_seq);
        }
        fixture_close(f);
        (void)snprintf(sql, sizeof sql, "ATTACH '%s' AS k; REPLACE INTO event SELECT * FROM kept", aside);
        run_sql(f->path, sql);
    }
    fixture_open(f);
    struct gs_audit whole = audit_all(f->store, &err, &slices);
    assert_int_equal(err, GS_OK);
    assert_int_equal(whole.broken_seq, 0);
}

static void read_file(const char *path, char **out, size_t *out_size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    (void)fseek(file, 0, SEEK_END);
    *out_size = (size_t)ftell(file);
    rewind(file);
    *out = malloc(*out_size);
    assert_non_null(*out);
    assert_int_equal(fread(*out, 1, *out_size, file), *out_size);
    (void)fclose(file);
}

static void write_byte(const char *path, size_t at, char byte)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
    (void)close(fd);
}

/* Where event seq's text starts in the file. */
static size_t find_event(const char *bytes, size_t size, int64_t seq)
{
    char text[48];
    int len = snprintf(text, sizeof text, "{\"seq\":%lld,\"at\"", (long long)seq);
    const char *found = memmem(bytes, size, text, (size_t)len);
    assert_non_null(found);
    return (size_t)(found - bytes);
}

static void a_flipped_bit_anywhere_in_an_event_is_found(void **state)
{
    ONLY_OF_A_FILE();
    /* Before the text stand the owner and the hash, and before those the numbers: 4 + 32 bytes and some. */
    enum { BEFORE = 38, FLIPS = 200 };
    struct fixture *f = *state;
    char *bytes;
    size_t size;
    (void)commit_day(f->store, 1, 3000, 0, DAY, GS_BOOKED);
    struct gs_answer told = ask_events(f->store, 2999, 1, "");
    const size_t len = told.events[0].len;
    gs_answer_finish(&told);
    fixture_close(f);
    read_file(f->path, &bytes, &size);
    for (int i = 0; i < FLIPS; i++) {
        int64_t seq = 1000 + dice_below(&f->random, 2000);
        size_t at = find_event(bytes, size, seq) - BEFORE + (size_t)dice_below(&f->random, (int64_t)len + BEFORE);
        int err, slices;
        write_byte(f->path, at, (char)(bytes[at] ^ (1 << dice_below(&f->random, 8))));
        fixture_open(f);
        struct gs_audit a = audit_all(f->store, &err, &slices);
        if (err != GS_E_CORRUPT && (err != GS_OK || a.broken_seq < seq - 1 || a.broken_seq > seq + 1)) {
            fail_msg("event %lld, byte %zu: audit said %d, broken %lld", (long long)seq, at, err,
                     (long long)a.broken_seq);
        }
        fixture_close(f);
        write_byte(f->path, at, bytes[at]);
    }
    free(bytes);
}

static void a_damaged_event_among_the_latest_stops_the_load(void **state)
{
    ONLY_OF_A_FILE();
    struct fixture *f = *state;
    struct gs_store_marks marks;
    struct picture p;
    char *bytes;
    size_t size;
    (void)commit_day(f->store, 1, 1500, 0, DAY, GS_BOOKED);
    fixture_close(f);
    read_file(f->path, &bytes, &size);
    size_t at = find_event(bytes, size, 1400) + 60;
    write_byte(f->path, at, (char)(bytes[at] ^ 1));
    free(bytes);
    fixture_open(f);
    p = (struct picture){0};
    struct gs_store_sink sink = picture_sink(&p);
    assert_int_equal(gs_store_load(f->store, &sink, &marks), GS_E_CORRUPT);
    assert_non_null(strstr(gs_store_message(f->store), "1400"));
    picture_finish(&p);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(events_are_told_once_in_order_page_by_page),
        TEST(a_backend_sees_its_own_events_only),
        TEST(a_search_for_rare_events_is_bounded_and_can_go_on),
        TEST(questions_about_events_find_what_a_look_at_all_of_them_finds),
        TEST(a_question_is_answered_in_small_steps_between_which_batches_are_committed),
        TEST(the_last_of_an_empty_store_are_none),
        TEST(an_event_that_leaves_a_gap_or_repeats_is_refused),
        TEST(a_booking_s_history_is_walked_back_and_told_forwards),
        TEST(the_audit_verifies_every_event_slice_by_slice),
        TEST(the_chain_is_sha256_over_what_a_row_says),
        TEST(the_chain_covers_every_column_of_an_event),
        TEST(a_flipped_bit_anywhere_in_an_event_is_found),
        TEST(a_damaged_event_among_the_latest_stops_the_load),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
