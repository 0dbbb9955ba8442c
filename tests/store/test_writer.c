/* The writer thread: batches in order, questions after what came before them, backups meanwhile, and what follows a failure. */
#include "cmocka_all.h"
#include "fixture.h"
#include "small_disk.h"
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The writer's clock and what it does to the store, led here by the linker: for a while each question takes a millisecond by a clock that
 * stands still otherwise, and the first is held up until a batch has been handed over; or each step of a backup waits for a batch. */
static struct {
    bool on;
    int64_t now_ms;
    int questions;
    int before_batch; /* questions answered before the batch was committed */
    sem_t asked, handed_over;
    bool paced;
    sem_t batches;            /* handed over, and not followed by a step of the backup yet */
    int steps, syncs, slices; /* of a backup; of maintenance */
    int read_whole;           /* how often the store was read as a whole while batches waited */
} slow;

struct gs_backup;
int __real_fdatasync(int fd);
int __real_gs_store_maintain(struct gs_store *store, gs_date first_date, gs_date erase_date, int64_t idem_before_ms,
                             bool *out_more);
int __wrap_gs_store_maintain(struct gs_store *store, gs_date first_date, gs_date erase_date, int64_t idem_before_ms,
                             bool *out_more);
int __wrap_fdatasync(int fd);
int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
bool __real_gs_store_query_step(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *progress,
                                struct gs_answer *out);
bool __wrap_gs_store_query_step(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *progress,
                                struct gs_answer *out);
void __real_gs_store_query(struct gs_store *store, const struct gs_query *q, struct gs_answer *out);
void __wrap_gs_store_query(struct gs_store *store, const struct gs_query *q, struct gs_answer *out);
int __real_gs_store_commit(struct gs_store *store, const struct gs_batch *batch);
int __wrap_gs_store_commit(struct gs_store *store, const struct gs_batch *batch);
int __real_gs_backup_step(struct gs_backup *b, bool *out_done, char *message, size_t size);
int __wrap_gs_backup_step(struct gs_backup *b, bool *out_done, char *message, size_t size);

int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
    int err = __real_clock_gettime(clock, out);
    if (slow.on && clock == CLOCK_MONOTONIC) {
        *out = (struct timespec){.tv_sec = slow.now_ms / 1000, .tv_nsec = slow.now_ms % 1000 * 1000000 + 999999};
    }
    return err;
}

void __wrap_gs_store_query(struct gs_store *store, const struct gs_query *q, struct gs_answer *out)
{
    slow.read_whole += q->kind == GS_QUERY_CHECK ? 1 : 0;
    __real_gs_store_query(store, q, out);
}

bool __wrap_gs_store_query_step(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *progress,
                                struct gs_answer *out)
{
    slow.read_whole += q->kind == GS_QUERY_CHECK ? 1 : 0;
    if (slow.on) {
        if (slow.questions++ == 0) {
            (void)sem_post(&slow.asked);
            (void)sem_wait(&slow.handed_over);
        }
        slow.now_ms++;
    }
    return __real_gs_store_query_step(store, q, progress, out);
}

int __wrap_gs_store_commit(struct gs_store *store, const struct gs_batch *batch)
{
    slow.before_batch = slow.questions;
    return __real_gs_store_commit(store, batch);
}

int __wrap_gs_store_maintain(struct gs_store *store, gs_date first_date, gs_date erase_date, int64_t idem_before_ms,
                             bool *out_more)
{
    slow.slices++;
    return __real_gs_store_maintain(store, first_date, erase_date, idem_before_ms, out_more);
}

int __wrap_fdatasync(int fd)
{
    slow.syncs++;
    return __real_fdatasync(fd);
}

int __wrap_gs_backup_step(struct gs_backup *b, bool *out_done, char *message, size_t size)
{
    if (slow.paced) {
        (void)sem_wait(&slow.batches);
    }
    slow.steps++;
    return __real_gs_backup_step(b, out_done, message, size);
}

struct scene {
    struct fixture fixture;
    struct small_disk disk;
    struct gs_writer *writer;
    int wake_fd;
    struct gs_batch batch;
    int64_t booked; /* bookings and events put into batches so far */
    int answers;
};

static int scene_setup(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    fixture_init(&s->fixture);
    small_disk_install(&s->disk);
    fixture_open(&s->fixture);
    gs_batch_init(&s->batch);
    assert_int_equal(gs_writer_start(s->fixture.store, &s->writer, &s->wake_fd), GS_OK);
    *state = s;
    return 0;
}

static void stop(struct scene *s)
{
    if (s->writer != NULL) {
        gs_writer_stop(s->writer);
        s->writer = NULL;
    }
}

static int scene_teardown(void **state)
{
    struct scene *s = *state;
    stop(s);
    gs_batch_finish(&s->batch);
    fixture_close(&s->fixture);
    small_disk_remove(&s->disk);
    fixture_finish(&s->fixture);
    free(s);
    return 0;
}

static void put(struct scene *s, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        int64_t id = ++s->booked;
        struct gs_booking b = a_booking(id);
        struct gs_event e = an_event(id, &b);
        b.last_event = id;
        gs_batch_booking(&s->batch, &b);
        gs_batch_event(&s->batch, &e);
    }
}

static struct gs_writer_report poll_once(struct scene *s)
{
    struct pollfd p = {.fd = s->wake_fd, .events = POLLIN};
    if (poll(&p, 1, 60000) != 1) {
        fail_msg("the writer said nothing for a minute");
    }
    return gs_writer_poll(s->writer);
}

static struct gs_writer_report wait_until_done(struct scene *s, uint64_t number)
{
    struct gs_writer_report r;
    do {
        r = poll_once(s);
    } while (r.err == GS_OK && r.durable < number);
    return r;
}

static void every_batch_is_durable_in_its_order(void **state)
{
    struct scene *s = *state;
    struct picture p;
    for (uint64_t n = 1; n <= 100; n++) {
        put(s, 1 + dice_below(&s->fixture.random, 20));
        assert_false(gs_writer_busy(s->writer));
        assert_int_equal(gs_writer_submit(s->writer, &s->batch), n);
        assert_null(s->batch.first); /* an empty one came back */
        assert_int_equal(s->batch.count, 0);
        struct gs_writer_report r = wait_until_done(s, n);
        assert_int_equal(r.err, GS_OK);
        assert_int_equal(r.durable, n);
    }
    stop(s);
    picture_load(&p, s->fixture.store);
    assert_int_equal(p.marks.last_seq, s->booked);
    picture_finish(&p);
}

static void stopping_finishes_what_was_handed_over(void **state)
{
    struct scene *s = *state;
    struct picture p;
    put(s, 2000);
    (void)gs_writer_submit(s->writer, &s->batch);
    stop(s);
    fixture_reopen(&s->fixture);
    picture_load(&p, s->fixture.store);
    assert_int_equal(p.booking_count, 2000);
    picture_finish(&p);
}

struct expectation {
    struct scene *scene;
    int64_t id;
    int err;
};

static void expect_booking(void *arg, struct gs_answer *answer)
{
    struct expectation *e = arg;
    assert_int_equal(answer->err, e->err);
    assert_int_equal(answer->booking_count, e->err == GS_OK ? 1 : 0);
    if (e->err == GS_OK) {
        assert_int_equal(answer->bookings[0].id, e->id);
    }
    e->scene->answers++;
}

static void a_question_sees_every_batch_handed_over_before_it(void **state)
{
    enum { ROUNDS = 200 };
    struct scene *s = *state;
    static struct expectation expected[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        put(s, 1 + dice_below(&s->fixture.random, 50));
        uint64_t number = gs_writer_submit(s->writer, &s->batch);
        expected[i] = (struct expectation){.scene = s, .id = s->booked, .err = GS_OK};
        const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = s->booked};
        assert_int_equal(gs_writer_query(s->writer, &q, expect_booking, &expected[i]), GS_OK);
        (void)wait_until_done(s, number);
    }
    while (s->answers < ROUNDS) {
        (void)poll_once(s);
    }
}

static void answers_come_in_the_order_of_the_questions(void *arg, struct gs_answer *answer)
{
    struct expectation *e = arg;
    assert_int_equal(answer->err, GS_E_NOTFOUND);
    assert_int_equal(++e->scene->answers, e->id);
}

static void questions_are_bounded_and_answered_in_order(void **state)
{
    struct scene *s = *state;
    static struct expectation expected[GS_QUERIES_MAX];
    const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = 1};
    int err = GS_OK, asked = 0;
    for (; asked < GS_QUERIES_MAX; asked++) {
        expected[asked] = (struct expectation){.scene = s, .id = asked + 1};
        err = gs_writer_query(s->writer, &q, answers_come_in_the_order_of_the_questions, &expected[asked]);
        assert_int_equal(err, GS_OK);
    }
    /* Not polled yet: an answer not fetched counts as well. */
    assert_int_equal(gs_writer_query(s->writer, &q, answers_come_in_the_order_of_the_questions, NULL), GS_E_BUSY);
    while (s->answers < asked) {
        (void)poll_once(s);
    }
    assert_int_equal(gs_writer_query(s->writer, &q, answers_come_in_the_order_of_the_questions,
                                     &(struct expectation){.scene = s, .id = asked + 1}),
                     GS_OK);
    stop(s); /* stopping answers it */
    assert_int_equal(s->answers, asked + 1);
}

/* Questions are answered for two milliseconds at a time, however many wait: then a batch has its turn. */
static void note_turn(void *arg, struct gs_answer *answer)
{
    static int turn;
    assert_int_equal(answer->err, GS_OK);
    *(int *)arg = ++turn;
}

/* One that has to look at many events lets others and batches go between its steps. */
static void a_long_question_goes_behind_the_others_after_each_step(void **state)
{
    struct scene *s = *state;
    struct gs_query rare = {.kind = GS_QUERY_EVENTS}, quick = {.kind = GS_QUERY_BOOKING, .u.id = 1};
    int rare_turn = 0, quick_turn = 0;
    rare.u.events.limit = 1;
    (void)snprintf(rare.u.events.owner, sizeof rare.u.events.owner, "nobody");
    put(s, 3 * GS_STORE_SCAN_STEP);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    (void)gs_writer_pause(s->writer); /* so that both wait at once */
    assert_int_equal(gs_writer_query(s->writer, &rare, note_turn, &rare_turn), GS_OK);
    assert_int_equal(gs_writer_query(s->writer, &quick, note_turn, &quick_turn), GS_OK);
    gs_writer_resume(s->writer);
    while (rare_turn == 0 || quick_turn == 0) {
        (void)poll_once(s);
    }
    assert_true(quick_turn < rare_turn);
}

/* Each once, in order, as it is stored; none while they are not wanted. */
static void durable_events_are_told_with_their_texts_while_they_are_wanted(void **state)
{
    struct scene *s = *state;
    int64_t told = 0;
    for (int i = 0; i < 40; i++) {
        const bool wanted = i >= 10 && i < 30;
        const int64_t before = s->booked;
        gs_writer_tell(s->writer, wanted);
        put(s, 1 + dice_below(&s->fixture.random, 20));
        struct gs_writer_report r = wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
        int64_t seq = before;
        for (const struct gs_durable_event *e = r.told.first; e != NULL; e = e->next) {
            struct gs_query q = {.kind = GS_QUERY_EVENTS};
            struct gs_answer a;
            q.u.events.after = seq++;
            q.u.events.limit = 1;
            assert_int_equal(e->seq, seq);
            gs_store_query(gs_writer_pause(s->writer), &q, &a);
            gs_writer_resume(s->writer);
            assert_int_equal(a.events[0].len, e->len);
            assert_memory_equal(a.events[0].json, e->json, e->len);
            gs_answer_finish(&a);
            told++;
        }
        assert_int_equal(seq, wanted ? s->booked : before);
        gs_durable_events_finish(&r.told);
    }
    assert_true(told >= 20);
}

static void a_batch_waits_two_milliseconds_for_questions_at_most(void **state)
{
    enum { ASKED = 20 };
    struct scene *s = *state;
    static struct expectation expected[ASKED];
    const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = 1000};
    assert_int_equal(sem_init(&slow.asked, 0, 0), 0);
    assert_int_equal(sem_init(&slow.handed_over, 0, 0), 0);
    (void)gs_writer_pause(s->writer);
    slow.questions = 0;
    slow.now_ms = 5999; /* the seconds change meanwhile */
    slow.on = true;
    for (int i = 0; i < ASKED; i++) {
        expected[i] = (struct expectation){.scene = s, .id = i + 1};
        assert_int_equal(gs_writer_query(s->writer, &q, answers_come_in_the_order_of_the_questions, &expected[i]),
                         GS_OK);
    }
    gs_writer_resume(s->writer);
    (void)sem_wait(&slow.asked);
    put(s, 1);
    uint64_t number = gs_writer_submit(s->writer, &s->batch);
    (void)sem_post(&slow.handed_over);
    (void)wait_until_done(s, number);
    while (s->answers < ASKED) {
        (void)poll_once(s);
    }
    slow.on = false;
    assert_int_equal(slow.questions, ASKED);
    assert_int_equal(slow.before_batch, 2);
    (void)sem_destroy(&slow.asked);
    (void)sem_destroy(&slow.handed_over);
}

/* The mask of blocked signals of a thread of this process, by the kernel's word. */
static uint64_t blocked_of(const char *thread)
{
    char path[300], line[256];
    unsigned long long mask = 0;
    (void)snprintf(path, sizeof path, "/proc/self/task/%s/status", thread);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        (void)sscanf(line, "SigBlk: %llx", &mask);
    }
    (void)fclose(f);
    return mask;
}

/* Else one that is meant for the loop would be handled in the middle of a commit. */
static void no_signal_reaches_the_writer_s_thread(void **state)
{
    static const int wanted[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGALRM, SIGUSR1, SIGCHLD};
    struct scene *s = *state;
    char own[32];
    int others = 0;
    sigset_t now;
    put(s, 1); /* it has begun */
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    (void)snprintf(own, sizeof own, "%d", (int)getpid()); /* the first thread has the number of the process */
    DIR *threads = opendir("/proc/self/task");
    assert_non_null(threads);
    for (const struct dirent *d; (d = readdir(threads)) != NULL;) {
        if (d->d_name[0] == '.' || strcmp(d->d_name, own) == 0) {
            continue;
        }
        others++;
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
            assert_true((blocked_of(d->d_name) >> (wanted[i] - 1) & 1) != 0);
        }
    }
    (void)closedir(threads);
    assert_int_equal(others, 1);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &now), 0); /* and the loop has its own as before */
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(sigismember(&now, wanted[i]), 0);
    }
}

struct backup {
    struct scene *scene;
    bool done;
    int err;
    char text[512];
};

static void note_backup(void *arg, struct gs_answer *answer)
{
    struct backup *b = arg;
    b->done = true;
    b->err = answer->err;
    memcpy(b->text, answer->text, sizeof b->text);
}

static void ask_backup(struct scene *s, const char *path, struct backup *b)
{
    struct gs_query q = {.kind = GS_QUERY_BACKUP};
    (void)snprintf(q.u.path, sizeof q.u.path, "%s", path);
    *b = (struct backup){.scene = s};
    assert_int_equal(gs_writer_query(s->writer, &q, note_backup, b), GS_OK);
}

static void a_backup_made_under_load_is_whole(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup b;
    char copy[128];
    struct stat st;
    int64_t before, during = 0;
    fixture_name(&s->fixture, ".copy", copy);
    put(s, 20000);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    before = s->booked;
    assert_int_equal(sem_init(&slow.batches, 0, 0), 0);
    slow.paced = true;
    slow.steps = slow.syncs = 0;
    ask_backup(s, copy, &b);
    while (!b.done) {
        put(s, 20);
        uint64_t number = gs_writer_submit(s->writer, &s->batch);
        (void)sem_post(&slow.batches);
        (void)wait_until_done(s, number);
        during++;
        assert_true(during < 100000);
    }
    slow.paced = false;
    (void)sem_destroy(&slow.batches);
    assert_true(slow.steps > 8);
    assert_int_equal(slow.syncs,
                     (slow.steps - 1) /
                         4); /* every fourth, so that no sync has much to do; the last is followed by another */
    assert_int_equal(b.err, GS_OK);
    assert_true(during > 5); /* batches went on meanwhile */
    assert_int_equal(stat(copy, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    stop(s);
    /* The copy is a store like any other. */
    fixture_close(&s->fixture);
    (void)snprintf(s->fixture.path, sizeof s->fixture.path, "%s", copy);
    fixture_open(&s->fixture);
    struct picture p;
    picture_load(&p, s->fixture.store);
    assert_true(p.marks.last_seq >= before && p.marks.last_seq <= s->booked);
    assert_int_equal(p.booking_count, p.marks.last_seq);
    picture_finish(&p);
    struct gs_answer a = ask_id(s->fixture.store, GS_QUERY_CHECK, 0);
    assert_string_equal(a.text, "");
    gs_answer_finish(&a);
}

static void wait_for_backup(struct scene *s, const struct backup *b)
{
    while (!b->done) {
        (void)poll_once(s);
    }
}

static void a_backup_overwrites_nothing_and_says_why(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup b;
    char path[512];
    uint64_t before;
    fixture_name(&s->fixture, ".copy", path);
    ask_backup(s, path, &b);
    wait_for_backup(s, &b);
    assert_int_equal(b.err, GS_OK);
    before = directory_digest(s->fixture.directory);
    ask_backup(s, path, &b);
    wait_for_backup(s, &b);
    assert_int_equal(b.err, GS_E_DENIED);
    assert_non_null(strstr(b.text, "exists"));
    assert_non_null(strstr(b.text, path));
    ask_backup(s, s->fixture.path, &b);
    wait_for_backup(s, &b);
    assert_int_equal(b.err, GS_E_DENIED);
    (void)snprintf(path, sizeof path, "%s/no/copy", s->fixture.directory);
    ask_backup(s, path, &b);
    wait_for_backup(s, &b);
    assert_int_equal(b.err, GS_E_NOTFOUND);
    assert_int_equal(directory_digest(s->fixture.directory), before);
}

/* The store fails in the middle of it: the copy is given up, and what there was of it is gone. */
static void a_backup_that_fails_leaves_nothing_behind(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup b;
    char copy[128];
    put(s, 5000);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    fixture_name(&s->fixture, ".copy", copy);
    assert_int_equal(sem_init(&slow.batches, 0, 0), 0);
    slow.paced = true;
    ask_backup(s, copy, &b);
    s->disk.syncs_until_failure = 0;
    put(s, 1);
    uint64_t bad = gs_writer_submit(s->writer, &s->batch);
    for (int i = 0; i < 100; i++) {
        (void)sem_post(&slow.batches);
    }
    struct gs_writer_report r = wait_until_done(s, bad);
    assert_int_equal(r.err, GS_E_IO);
    wait_for_backup(s, &b);
    assert_int_equal(b.err, GS_E_IO);
    stop(s);
    slow.paced = false;
    (void)sem_destroy(&slow.batches);
    DIR *names = opendir(s->fixture.directory);
    assert_non_null(names);
    for (const struct dirent *d; (d = readdir(names)) != NULL;) {
        assert_null(strstr(d->d_name, ".copy"));
    }
    (void)closedir(names);
}

static void one_backup_at_a_time(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup first, second;
    char path[128];
    put(s, 5000);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    (void)gs_writer_pause(s->writer); /* so that both wait at once */
    fixture_name(&s->fixture, ".copy-1", path);
    ask_backup(s, path, &first);
    fixture_name(&s->fixture, ".copy-2", path);
    ask_backup(s, path, &second);
    gs_writer_resume(s->writer);
    wait_for_backup(s, &first);
    wait_for_backup(s, &second);
    assert_int_equal(first.err, GS_OK);
    assert_int_equal(second.err, GS_E_BUSY);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void ask_check(struct scene *s, struct backup *b)
{
    const struct gs_query q = {.kind = GS_QUERY_CHECK};
    *b = (struct backup){.scene = s};
    assert_int_equal(gs_writer_query(s->writer, &q, note_backup, b), GS_OK);
}

static void no_copy_is_left(const struct scene *s)
{
    DIR *names = opendir(s->fixture.directory);
    assert_non_null(names);
    for (const struct dirent *d; (d = readdir(names)) != NULL;) {
        assert_null(strstr(d->d_name, ".check"));
    }
    (void)closedir(names);
}

static void a_check_of_the_whole_lets_batches_go_on(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup b;
    int during = 0;
    put(s, 20000);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    assert_int_equal(sem_init(&slow.batches, 0, 0), 0);
    slow.paced = true;
    slow.steps = slow.read_whole = 0;
    ask_check(s, &b);
    while (!b.done) {
        put(s, 20);
        uint64_t number = gs_writer_submit(s->writer, &s->batch);
        (void)sem_post(&slow.batches);
        (void)wait_until_done(s, number);
        during++;
        assert_true(during < 100000);
    }
    slow.paced = false;
    (void)sem_destroy(&slow.batches);
    assert_true(slow.steps > 8 && during > 5);
    assert_int_equal(slow.read_whole, 0);
    assert_int_equal(b.err, GS_OK);
    assert_string_equal(b.text, "");
    no_copy_is_left(s);
}

/* Then there can be no copy, as where there is no space for one. */
static void stand_in_the_way(const char *path, bool there)
{
    if (there) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fclose(f), 0);
    } else {
        (void)unlink(path);
    }
}

/* Of a copy, or where there can be none of the store itself. */
static void a_check_finds_what_was_changed_behind_the_stores_back(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup b;
    char in_the_way[128];
    fixture_name(&s->fixture, ".check", in_the_way);
    put(s, 100);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    for (int no_copy = 0; no_copy < 2; no_copy++) {
        stand_in_the_way(in_the_way, no_copy == 1);
        slow.read_whole = 0;
        ask_check(s, &b);
        wait_for_backup(s, &b);
        assert_int_equal(b.err, GS_OK);
        assert_string_equal(b.text, "");
        assert_int_equal(slow.read_whole, no_copy);
    }
    stop(s);
    fixture_close(&s->fixture);
    run_sql(s->fixture.path,
            "PRAGMA locking_mode = EXCLUSIVE; INSERT INTO past_gram (key, ids, checksum) VALUES (1, x'00', 0)");
    fixture_open(&s->fixture); /* a start looks at what the site works with alone */
    assert_int_equal(gs_writer_start(s->fixture.store, &s->writer, &s->wake_fd), GS_OK);
    for (int no_copy = 0; no_copy < 2; no_copy++) {
        stand_in_the_way(in_the_way, no_copy == 1);
        ask_check(s, &b);
        wait_for_backup(s, &b);
        assert_int_equal(b.err, GS_OK);
        assert_non_null(strstr(b.text, "table past_gram"));
        assert_non_null(strstr(b.text, s->fixture.path));
        assert_null(strstr(b.text, ".check"));
    }
    stand_in_the_way(in_the_way, false);
    no_copy_is_left(s);
}

static void a_check_and_a_backup_wait_for_each_other(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct backup checks[3], good, refused;
    char path[128];
    put(s, 5000);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    (void)gs_writer_pause(s->writer); /* so that all wait at once */
    slow.read_whole = 0;
    fixture_name(&s->fixture, ".copy", path);
    ask_check(s, &checks[0]);
    ask_check(s, &checks[1]);
    ask_backup(s, path, &good);
    ask_backup(s, path, &refused);
    ask_check(s, &checks[2]);
    gs_writer_resume(s->writer);
    wait_for_backup(s, &checks[2]);
    wait_for_backup(s, &good);
    wait_for_backup(s, &refused);
    for (int i = 0; i < 3; i++) {
        assert_true(checks[i].done);
        assert_int_equal(checks[i].err, GS_OK);
        assert_string_equal(checks[i].text, "");
    }
    assert_int_equal(slow.read_whole, 0);
    assert_int_equal(good.err, GS_OK);
    assert_int_equal(refused.err, GS_E_BUSY);
    assert_int_equal(access(path, F_OK), 0);
    no_copy_is_left(s);
}

static void a_batch_that_fails_is_reported_and_what_follows_is_dropped(void **state)
{
    struct scene *s = *state;
    struct picture p;
    put(s, 10);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    s->booked += 5; /* a gap in the events */
    put(s, 1);
    uint64_t bad = gs_writer_submit(s->writer, &s->batch);
    struct gs_writer_report r = wait_until_done(s, bad);
    assert_int_equal(r.err, GS_E_CORRUPT);
    assert_int_equal(r.failed, bad);
    assert_int_equal(r.durable, bad - 1);
    s->booked = 10;
    put(s, 1);
    assert_int_equal(gs_writer_submit(s->writer, &s->batch), bad + 1);
    assert_null(s->batch.first);
    assert_false(gs_writer_busy(s->writer));

    struct gs_store *store = gs_writer_pause(s->writer);
    picture_load(&p, store);
    assert_int_equal(p.booking_count, 10);
    picture_finish(&p);
    gs_writer_resume(s->writer);
    s->booked = 10;
    put(s, 1);
    uint64_t good = gs_writer_submit(s->writer, &s->batch);
    r = wait_until_done(s, good);
    assert_int_equal(r.err, GS_OK);
    assert_int_equal(r.durable, good);
}

static void on_a_full_disk_the_loop_gets_the_store_and_goes_on_when_there_is_space(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct gs_writer_report r = {0};
    struct picture p;
    int64_t acked = 0;
    s->disk.left = 1 << 20;
    while (r.err == GS_OK) {
        acked = s->booked;
        put(s, 500);
        r = wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    }
    assert_int_equal(r.err, GS_E_FULL);
    struct gs_store *store = gs_writer_pause(s->writer);
    picture_load(&p, store);
    assert_int_equal(p.booking_count, acked);
    picture_finish(&p);
    s->disk.left = INT64_MAX;
    gs_writer_resume(s->writer);
    s->booked = acked;
    put(s, 500);
    r = wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    assert_int_equal(r.err, GS_OK);
}

static struct gs_writer_report ask_booking(struct scene *s, int64_t id, int err)
{
    struct expectation e = {.scene = s, .id = id, .err = err};
    const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = id};
    struct gs_writer_report r = {0};
    int answered = s->answers;
    assert_int_equal(gs_writer_query(s->writer, &q, expect_booking, &e), GS_OK);
    gs_writer_resume(s->writer);
    while (s->answers == answered) {
        r = poll_once(s);
    }
    return r;
}

/* Who asks may have copied from the book what was in that batch, to show it with the answer. */
static void what_is_asked_behind_a_batch_that_found_the_disk_full_is_told_so(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct gs_writer_report r = {0};
    put(s, 10);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    s->disk.left = 1 << 20;
    while (r.err == GS_OK) {
        put(s, 500);
        r = wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    }
    assert_int_equal(r.err, GS_E_FULL);
    struct expectation early = {.scene = s, .id = 1, .err = GS_E_FULL};
    const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = 1};
    assert_int_equal(gs_writer_query(s->writer, &q, expect_booking, &early), GS_OK);
    while (s->answers == 0) { /* before the loop has the store */
        r = poll_once(s);
    }
    assert_int_equal(r.err, GS_E_FULL);
    (void)gs_writer_pause(s->writer);
    s->disk.left = INT64_MAX;
    r = ask_booking(s, 1, GS_E_FULL); /* still there when it goes on */
    assert_int_equal(r.err, GS_OK);
    (void)gs_writer_pause(s->writer);
    (void)ask_booking(s, 1, GS_OK);
}

static void after_an_io_error_nothing_is_executed_and_questions_are_told_so(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    put(s, 10);
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    s->disk.syncs_until_failure = 0;
    put(s, 1);
    uint64_t bad = gs_writer_submit(s->writer, &s->batch);
    struct gs_writer_report r = wait_until_done(s, bad);
    assert_int_equal(r.err, GS_E_IO);
    assert_int_equal(r.failed, bad);
    s->disk.syncs_until_failure = -1;
    put(s, 1);
    (void)gs_writer_submit(s->writer, &s->batch);
    assert_false(gs_writer_busy(s->writer));
    struct expectation e = {.scene = s, .err = GS_E_IO};
    const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = 1};
    assert_int_equal(gs_writer_query(s->writer, &q, expect_booking, &e), GS_OK);
    while (s->answers == 0) {
        r = poll_once(s);
    }
    assert_int_equal(r.err, GS_E_IO);
    assert_int_equal(r.durable, bad - 1);
}

/* Nobody asks for it: else the log would grow until a commit had to empty it first. */
static void the_log_is_checkpointed_between_batches(void **state)
{
    ONLY_OF_A_FILE();
    struct scene *s = *state;
    struct stat before, after;
    assert_int_equal(stat(s->fixture.path, &before), 0);
    for (int i = 0; i < 20; i++) {
        put(s, 50);
        (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    }
    assert_int_equal(stat(s->fixture.path, &after), 0);
    assert_true(after.st_size > before.st_size);
}

static void maintenance_is_done_when_there_is_nothing_else(void **state)
{
    struct scene *s = *state;
    struct picture p;
    for (int64_t id = 1; id <= 600; id++) {
        struct gs_booking b = a_booking(id);
        b.status = GS_CANCELLED;
        b.place = -1;
        gs_batch_booking(&s->batch, &b);
    }
    (void)wait_until_done(s, gs_writer_submit(s->writer, &s->batch));
    gs_writer_maintain(s->writer, DAY + 1, 0, 0);
    size_t left = 600;
    for (int tries = 0; left > 0 && tries < 100000; tries++) {
        picture_load(&p, gs_writer_pause(s->writer)); /* between two slices */
        assert_true(p.booking_count <= left);
        left = p.booking_count;
        picture_finish(&p);
        gs_writer_resume(s->writer);
    }
    assert_int_equal(left, 0);
    int slices = 0;
    for (int tries = 0; slices != slow.slices && tries < 1000; tries++) { /* until all is done that there is to do */
        (void)gs_writer_pause(s->writer);
        slices = slow.slices;
        gs_writer_resume(s->writer);
        const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = 1000};
        struct expectation e = {.scene = s, .err = GS_E_NOTFOUND};
        assert_int_equal(gs_writer_query(s->writer, &q, expect_booking, &e), GS_OK);
        for (int had = s->answers; s->answers == had;) {
            (void)poll_once(s);
        }
        (void)gs_writer_pause(s->writer);
        gs_writer_resume(s->writer);
    }
    (void)gs_writer_pause(s->writer);
    assert_int_equal(slices, slow.slices); /* then the thread rests */
    gs_writer_resume(s->writer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_batch_is_durable_in_its_order),
        TEST(stopping_finishes_what_was_handed_over),
        TEST(a_question_sees_every_batch_handed_over_before_it),
        TEST(questions_are_bounded_and_answered_in_order),
        TEST(a_long_question_goes_behind_the_others_after_each_step),
        TEST(durable_events_are_told_with_their_texts_while_they_are_wanted),
        TEST(a_batch_waits_two_milliseconds_for_questions_at_most),
        TEST(no_signal_reaches_the_writer_s_thread),
        TEST(a_backup_made_under_load_is_whole),
        TEST(a_backup_overwrites_nothing_and_says_why),
        TEST(a_backup_that_fails_leaves_nothing_behind),
        TEST(one_backup_at_a_time),
        TEST(a_check_of_the_whole_lets_batches_go_on),
        TEST(a_check_finds_what_was_changed_behind_the_stores_back),
        TEST(a_check_and_a_backup_wait_for_each_other),
        TEST(a_batch_that_fails_is_reported_and_what_follows_is_dropped),
        TEST(on_a_full_disk_the_loop_gets_the_store_and_goes_on_when_there_is_space),
        TEST(what_is_asked_behind_a_batch_that_found_the_disk_full_is_told_so),
        TEST(after_an_io_error_nothing_is_executed_and_questions_are_told_so),
        TEST(the_log_is_checkpointed_between_batches),
        TEST(maintenance_is_done_when_there_is_nothing_else),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
