/* What the store costs: printed for people, asserted nowhere. store_speed [BOOKINGS [BATCH [only]]]: bookings as the mini program makes
 * them (one booking row, one event row, one kept answer), through the writer thread, with their latencies; then a backup, the
 * archive, and a start with it all. */
#include "cmocka_all.h"
#include "fixture.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 192, BODY = 640 };

static int64_t now_us(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* As balance leaves it: every slot at the same height. */
static void add_booking(struct gs_batch *batch, int64_t id, const char *body)
{
    struct gs_booking b = a_booking(id);
    b.slot_start_ms = DAY * INT64_C(86400000) + id % SLOTS * 1800000;
    b.slot_end_ms = b.slot_start_ms + 1800000;
    b.place = (int32_t)(id / SLOTS);
    struct gs_event e = an_event(id, &b);
    b.last_event = id;
    char key[40];
    (void)snprintf(key, sizeof key, "%08x-0000-4000-8000-%012llx", (unsigned)(id * 2654435761u),
                   (unsigned long long)id);
    struct gs_idem idem = an_idem(key, body);
    gs_batch_booking(batch, &b);
    gs_batch_event(batch, &e);
    gs_batch_idem(batch, &idem);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_latencies(int64_t *us, size_t count)
{
    qsort(us, count, sizeof *us, by_value);
    printf("commit of a batch: p50 %.2f ms, p90 %.2f, p99 %.2f, worst %.2f (%zu batches)\n",
           (double)us[count / 2] / 1e3, (double)us[count * 90 / 100] / 1e3, (double)us[count * 99 / 100] / 1e3,
           (double)us[count - 1] / 1e3, count);
}

static void wait_durable(struct gs_writer *w, int fd, uint64_t number)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        (void)poll(&p, 1, -1);
        struct gs_writer_report report = gs_writer_poll(w);
        assert_int_equal(report.err, GS_OK);
        if (report.durable >= number) {
            return;
        }
    }
}

static void book_all(struct fixture *f, int64_t bookings, int64_t per_batch)
{
    struct gs_writer *w;
    struct gs_batch batch;
    char body[BODY + 1];
    int fd;
    int64_t *us = calloc((size_t)(bookings / per_batch + 1), sizeof *us);
    size_t count = 0;
    assert_non_null(us);
    memset(body, 'x', BODY);
    body[BODY] = '\0';
    gs_batch_init(&batch);
    assert_int_equal(gs_writer_start(f->store, &w, &fd), GS_OK);
    int64_t begin = now_us(CLOCK_MONOTONIC), cpu = now_us(CLOCK_PROCESS_CPUTIME_ID), filling = 0;
    for (int64_t id = 1; id <= bookings;) {
        int64_t fill = now_us(CLOCK_THREAD_CPUTIME_ID);
        for (int64_t i = 0; i < per_batch && id <= bookings; i++) {
            add_booking(&batch, id++, body);
        }
        filling += now_us(CLOCK_THREAD_CPUTIME_ID) - fill;
        int64_t start = now_us(CLOCK_MONOTONIC);
        wait_durable(w, fd, gs_writer_submit(w, &batch));
        us[count++] = now_us(CLOCK_MONOTONIC) - start;
    }
    double wall = (double)(now_us(CLOCK_MONOTONIC) - begin), used = (double)(now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    printf("%lld bookings in batches of %lld: %.0f/s, %.2f us of CPU each behind the loop (+ %.2f filling)\n",
           (long long)bookings, (long long)per_batch, (double)bookings / wall * 1e6,
           (used - (double)filling) / (double)bookings, (double)filling / (double)bookings);
    print_latencies(us, count);
    gs_writer_stop(w);
    gs_batch_finish(&batch);
    free(us);
}

static void note_end(void *arg, struct gs_answer *answer)
{
    assert_int_equal(answer->err, GS_OK);
    *(bool *)arg = true;
}

/* In steps between batches of 64. */
static void time_backup(struct fixture *f, int64_t booked)
{
    enum { BATCHES_MAX = 100000 };
    struct gs_writer *w;
    struct gs_batch batch;
    struct gs_query q = {.kind = GS_QUERY_BACKUP};
    bool done = false;
    int fd;
    size_t count = 0;
    int64_t *us = calloc(BATCHES_MAX, sizeof *us);
    assert_non_null(us);
    fixture_name(f, ".copy", q.u.path);
    gs_batch_init(&batch);
    assert_int_equal(gs_writer_start(f->store, &w, &fd), GS_OK);
    int64_t begin = now_us(CLOCK_MONOTONIC);
    assert_int_equal(gs_writer_query(w, &q, note_end, &done), GS_OK);
    while (!done && count < BATCHES_MAX) {
        for (int i = 0; i < 64; i++) {
            add_booking(&batch, ++booked, "x");
        }
        int64_t start = now_us(CLOCK_MONOTONIC);
        wait_durable(w, fd, gs_writer_submit(w, &batch));
        us[count++] = now_us(CLOCK_MONOTONIC) - start;
    }
    printf("backup under load: %.0f ms; meanwhile ", (double)(now_us(CLOCK_MONOTONIC) - begin) / 1e3);
    print_latencies(us, count);
    gs_writer_stop(w);
    gs_batch_finish(&batch);
    free(us);
}

static void time_archive(struct fixture *f, int64_t bookings)
{
    struct gs_batch batch;
    int slices = 0;
    bool more = true;
    int64_t worst = 0;
    gs_batch_init(&batch);
    for (int64_t id = 1; id <= bookings; id++) {
        struct gs_booking b = a_booking(id);
        b.status = GS_CANCELLED;
        b.place = -1;
        gs_batch_booking(&batch, &b);
        if (batch.count == 1000 || id == bookings) {
            assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
            gs_batch_clear(&batch);
        }
    }
    gs_batch_finish(&batch);
    int64_t begin = now_us(CLOCK_MONOTONIC);
    while (more) {
        int64_t start = now_us(CLOCK_MONOTONIC);
        assert_int_equal(gs_store_maintain(f->store, DAY + 1, 0, 0, &more), GS_OK);
        int64_t took = now_us(CLOCK_MONOTONIC) - start;
        worst = took > worst ? took : worst;
        slices++;
    }
    printf("archive: %.0f ms in %d slices, the slowest %.1f ms\n", (double)(now_us(CLOCK_MONOTONIC) - begin) / 1e3,
           slices, (double)worst / 1e3);
}

static void time_start(struct fixture *f)
{
    struct picture p;
    fixture_close(f);
    int64_t begin = now_us(CLOCK_MONOTONIC);
    fixture_open(f);
    int64_t opened = now_us(CLOCK_MONOTONIC);
    picture_load(&p, f->store);
    printf("start: open %.0f ms, load %.0f ms (%zu bookings, %zu kept answers)\n", (double)(opened - begin) / 1e3,
           (double)(now_us(CLOCK_MONOTONIC) - opened) / 1e3, p.booking_count, p.idem_count);
    picture_finish(&p);
}

int main(int argc, char **argv)
{
    struct fixture f;
    int64_t bookings = argc > 1 ? atoll(argv[1]) : 100000, per_batch = argc > 2 ? atoll(argv[2]) : 256;
    struct rusage usage;
    fixture_init(&f);
    fixture_open(&f);
    book_all(&f, bookings, per_batch);
    if (argc > 3) { /* for a profiler */
        fixture_finish(&f);
        return 0;
    }
    time_start(&f);
    time_backup(&f, bookings);
    time_archive(&f, bookings);
    time_start(&f);
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("resident at most: %ld kB\n", usage.ru_maxrss);
    fixture_finish(&f);
    return 0;
}
