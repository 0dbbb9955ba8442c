/* Damage in the files of a store, bit by bit: it is found, or it does no harm; what is read is never other than what was stored. */
#include "../base/dice.h"
#include "cmocka_all.h"
#include "fixture.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLIPS = 250, LIVE = 200, PAST = 60 };

static void slurp(const char *path, unsigned char **out, size_t *out_size)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    *out = malloc((size_t)st.st_size + 1);
    assert_non_null(*out);
    assert_int_equal(read(fd, *out, (size_t)st.st_size), st.st_size);
    *out_size = (size_t)st.st_size;
    (void)close(fd);
}

static void put(const char *path, const unsigned char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    (void)close(fd);
}

/* A store with live bookings, archived ones, capacities, a token; closed. */
static void fill(struct fixture *f)
{
    struct gs_batch batch;
    bool more = true;
    (void)commit_day(f->store, 1, PAST, 0, DAY - 9, GS_CANCELLED);
    while (more) {
        assert_int_equal(gs_store_maintain(f->store, DAY, 0, 0, &more), GS_OK);
    }
    (void)commit_day(f->store, PAST + 1, PAST + LIVE, PAST, DAY, GS_BOOKED);
    gs_batch_init(&batch);
    struct gs_capacity c = {.date = DAY, .window = "morning", .capacity = 30, .slot_capacity = -1};
    struct gs_token t = {.name = "mini", .role = GS_ROLE_BACKEND};
    gs_batch_capacity(&batch, &c, false);
    gs_batch_token(&batch, &t, false);
    batch.now_ms = 1;
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    fixture_close(f);
}

struct truth {
    struct picture live;
    struct gs_booking past[PAST + 1];
    size_t event_len[PAST + LIVE + 1];
    uint64_t event_sum[PAST + LIVE + 1];
};

static uint64_t sum_of(const void *bytes, size_t len)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++) {
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
    }
    return sum;
}

static struct gs_answer ask_events(struct gs_store *store)
{
    struct gs_query q = {.kind = GS_QUERY_EVENTS};
    q.u.events.limit = 1000;
    return ask(store, &q);
}

static void learn(struct fixture *f, struct truth *t)
{
    fixture_open(f);
    picture_load(&t->live, f->store);
    for (int64_t id = 1; id <= PAST; id++) {
        struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, id);
        assert_int_equal(a.err, GS_OK);
        t->past[id] = a.bookings[0];
        gs_answer_finish(&a);
    }
    struct gs_answer a = ask_events(f->store);
    assert_int_equal(a.event_count, PAST + LIVE);
    for (size_t i = 0; i < a.event_count; i++) {
        t->event_len[i] = a.events[i].len;
        t->event_sum[i] = sum_of(a.events[i].json, a.events[i].len);
    }
    gs_answer_finish(&a);
    fixture_close(f);
}

static int quiet(void *self, const void *row)
{
    (void)self;
    (void)row;
    return GS_OK;
}

static int quiet_idem(void *self, int64_t row, const struct gs_idem *i)
{
    (void)self;
    (void)row;
    (void)i;
    return GS_OK;
}

struct found {
    const struct truth *truth;
    size_t bookings, wrong;
};

static int compare_booking(void *self, const struct gs_booking *b)
{
    struct found *f = self;
    const struct gs_booking *expected = picture_booking(&f->truth->live, b->id);
    f->bookings++;
    f->wrong += expected == NULL || !same_booking(expected, b);
    return GS_OK;
}

static int quiet_capacity(void *self, const struct gs_capacity *c)
{
    return quiet(self, c);
}

static int quiet_token(void *self, const struct gs_token *t)
{
    return quiet(self, t);
}

enum verdict { REFUSED, FOUND, HARMLESS };

/* Reads all that can be read; what is other than the truth fails the test. */
static enum verdict read_all(struct fixture *f, const struct truth *t, const char *where, size_t at)
{
    struct found found = {.truth = t};
    const struct gs_store_sink sink = {.self = &found,
                                       .booking = compare_booking,
                                       .capacity = quiet_capacity,
                                       .token = quiet_token,
                                       .idem = quiet_idem};
    struct gs_store_marks marks;
    enum verdict v = HARMLESS;
    if (fixture_try_open(f, NULL) != GS_OK) {
        return REFUSED;
    }
    if (gs_store_load(f->store, &sink, &marks) != GS_OK) {
        v = REFUSED;
    } else if (found.wrong > 0 || found.bookings != t->live.booking_count) {
        fail_msg("a flip in %s at %zu: %zu bookings of %zu, %zu of them wrong", where, at, found.bookings,
                 t->live.booking_count, found.wrong);
    }
    for (int64_t id = 1; v != REFUSED && id <= PAST; id++) {
        struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, id);
        if (a.err != GS_OK) {
            v = FOUND;
        } else if (!same_booking(&a.bookings[0], &t->past[id])) {
            fail_msg("a flip in %s at %zu: booking %lld is another", where, at, (long long)id);
        }
        gs_answer_finish(&a);
    }
    struct gs_answer a = ask_events(f->store);
    for (size_t i = 0; v != REFUSED && a.err == GS_OK && i < a.event_count; i++) {
        if (a.events[i].len != t->event_len[i] || sum_of(a.events[i].json, a.events[i].len) != t->event_sum[i]) {
            fail_msg("a flip in %s at %zu: event %zu is another", where, at, i + 1);
        }
    }
    v = v == HARMLESS && a.err != GS_OK ? FOUND : v;
    gs_answer_finish(&a);
    struct gs_answer whole = ask_id(f->store, GS_QUERY_CHECK, 0);
    v = v == HARMLESS && (whole.err != GS_OK || whole.text[0] != '\0') ? FOUND : v;
    gs_answer_finish(&whole);
    fixture_close(f);
    return v;
}

static void a_flipped_bit_is_found_or_does_no_harm(void **state)
{
    struct fixture *f = *state;
    struct truth *t = calloc(1, sizeof *t);
    unsigned char *bytes, *mark;
    size_t size, mark_size, counts[3] = {0};
    char mark_path[128], log_path[128];
    assert_non_null(t);
    fill(f);
    learn(f, t);
    fixture_name(f, ".mark", mark_path);
    fixture_name(f, "-wal", log_path);
    slurp(f->path, &bytes, &size);
    slurp(mark_path, &mark, &mark_size);
    for (int i = 0; i < FLIPS; i++) {
        size_t at = (size_t)dice_below(&f->random, (int64_t)size);
        unsigned char bit = (unsigned char)(1u << dice_below(&f->random, 8));
        (void)unlink(log_path);
        bytes[at] ^= bit;
        put(f->path, bytes, size);
        put(mark_path, mark, mark_size);
        counts[read_all(f, t, "the store", at)]++;
        bytes[at] ^= bit;
    }
    printf("# %d flips in %zu bytes: %zu refused at the start, %zu found when read or audited, %zu without effect\n",
           FLIPS, size, counts[REFUSED], counts[FOUND], counts[HARMLESS]);
    assert_true(counts[REFUSED] + counts[FOUND] > FLIPS / 3);
    (void)unlink(log_path);
    put(f->path, bytes, size);
    put(mark_path, mark, mark_size);
    picture_finish(&t->live);
    free(bytes);
    free(mark);
    free(t);
}

/* The cut is at every frame, and within: what is left is a store that is whole, and older. */
static void a_log_cut_anywhere_is_refused(void **state)
{
    struct fixture *f = *state;
    unsigned char *bytes, *log, *mark;
    size_t size, log_size, mark_size;
    char log_path[128], mark_path[128];
    fixture_name(f, "-wal", log_path);
    fixture_name(f, ".mark", mark_path);
    (void)commit_day(f->store, 1, 40, 0, DAY, GS_BOOKED);
    slurp(f->path, &bytes, &size);
    slurp(log_path, &log, &log_size);
    slurp(mark_path, &mark, &mark_size);
    fixture_close(f);
    size_t used = log_size;
    while (used > 0 && log[used - 1] == 0) {
        used--;
    }
    int refused = 0;
    for (size_t cut = 0; cut < used; cut += 1 + (size_t)dice_below(&f->random, 3000)) {
        put(f->path, bytes, size);
        put(log_path, log, cut);
        put(mark_path, mark, mark_size);
        assert_int_equal(fixture_try_open(f, NULL), GS_E_CORRUPT);
        assert_non_null(strstr(f->message, "--accept-loss"));
        refused++;
    }
    printf("# %d cuts\n", refused);
    put(f->path, bytes, size);
    put(log_path, log, log_size);
    put(mark_path, mark, mark_size);
    fixture_open(f);
    free(bytes);
    free(log);
    free(mark);
}

static void note_answer(void *arg, struct gs_answer *answer)
{
    *(int *)arg = answer->err;
}

/* Every driver's name, behind the back of a store that works: what it reads is not what it had put there. */
static void a_damaged_booking_is_not_shown_and_ends_the_writer(void **state)
{
    struct fixture *f = *state;
    struct gs_writer *w;
    unsigned char *bytes;
    size_t size;
    int err = 1, wake_fd, fd;
    (void)commit_day(f->store, 1, 12000, 0, DAY, GS_BOOKED); /* more than SQLite keeps in memory */
    fixture_reopen(f);
    fd = open(f->path, O_RDWR);
    assert_true(fd >= 0); /* and stays open: closing it would let go SQLite's locks */
    size = (size_t)lseek(fd, 0, SEEK_END);
    bytes = malloc(size);
    assert_non_null(bytes);
    assert_int_equal(pread(fd, bytes, size, 0), size);
    for (size_t i = 0; i + 6 < size; i++) {
        if (memcmp(bytes + i, "张三", 6) == 0) {
            assert_int_equal(pwrite(fd, "张四", 6, (off_t)i), 6);
        }
    }
    free(bytes);
    assert_int_equal(gs_writer_start(f->store, &w, &wake_fd), GS_OK);
    struct gs_writer_report r = {0};
    for (int64_t id = 1; id <= 12000 && err != GS_E_CORRUPT; id++) { /* some pages it still has in memory */
        const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = id};
        err = 1;
        assert_int_equal(gs_writer_query(w, &q, note_answer, &err), GS_OK);
        while (err == 1) {
            r = gs_writer_poll(w);
        }
        assert_true(err == GS_OK || err == GS_E_CORRUPT);
    }
    assert_int_equal(err, GS_E_CORRUPT);
    for (int i = 0; i < 1000000 && r.err == GS_OK; i++) {
        r = gs_writer_poll(w);
    }
    assert_int_equal(r.err, GS_E_CORRUPT);
    gs_writer_stop(w);
    assert_non_null(strstr(gs_store_message(f->store), "is damaged"));
    fixture_close(f);
    (void)close(fd);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_flipped_bit_is_found_or_does_no_harm),
        TEST(a_log_cut_anywhere_is_refused),
        TEST(a_damaged_booking_is_not_shown_and_ends_the_writer),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
