/* Disks that are full or fail: nothing acknowledged is lost, what fails is not half there, and space that comes back is enough
 * to go on, without a new start. */
#include "cmocka_all.h"
#include "fixture.h"
#include "small_disk.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

struct ground {
    struct fixture fixture; /* first: it is a fixture too */
    struct small_disk disk;
    int64_t acked; /* bookings 1 … acked are committed */
    bool mounted;
};

static int disk_setup(void **state)
{
    struct ground *g = calloc(1, sizeof *g);
    assert_non_null(g);
    fixture_init(&g->fixture);
    small_disk_install(&g->disk);
    fixture_open(&g->fixture);
    *state = g;
    return 0;
}

static int disk_teardown(void **state)
{
    struct ground *g = *state;
    fixture_close(&g->fixture);
    small_disk_remove(&g->disk);
    fixture_finish(&g->fixture);
    free(g);
    return 0;
}

/* Bookings acked + 1 … acked + count with their events, in one batch. */
static int book(struct ground *g, int64_t count)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t id = g->acked + 1; id <= g->acked + count; id++) {
        struct gs_booking b = a_booking(id);
        struct gs_event e = an_event(id, &b);
        b.last_event = id;
        gs_batch_booking(&batch, &b);
        gs_batch_event(&batch, &e);
    }
    int err = gs_store_commit(g->fixture.store, &batch);
    gs_batch_finish(&batch);
    g->acked += err == GS_OK ? count : 0;
    return err;
}

static void holds_exactly_what_was_acknowledged(struct ground *g)
{
    struct picture p;
    picture_load(&p, g->fixture.store);
    assert_int_equal(p.booking_count, g->acked);
    assert_int_equal(p.marks.last_seq, g->acked);
    for (int64_t id = 1; id <= g->acked; id++) {
        struct gs_booking b = a_booking(id);
        b.last_event = id;
        assert_true(same_booking(&p.bookings[id - 1], &b));
    }
    picture_finish(&p);
    struct gs_answer a = ask_id(g->fixture.store, GS_QUERY_CHECK, 0);
    assert_int_equal(a.err, GS_OK);
    assert_string_equal(a.text, "");
    gs_answer_finish(&a);
}

static int book_until_full(struct ground *g, int64_t count)
{
    int err = GS_OK;
    for (int i = 0; i < 100000 && err == GS_OK; i++) {
        err = book(g, count);
    }
    return err;
}

static void a_full_disk_refuses_batches_whole_until_there_is_space(void **state)
{
    struct ground *g = *state;
    assert_int_equal(book(g, 100), GS_OK);
    for (int round = 0; round < 5; round++) {
        g->disk.left = 4096 * dice_below(&g->fixture.random, 300);
        assert_int_equal(book_until_full(g, 1 + dice_below(&g->fixture.random, 2000)), GS_E_FULL);
        assert_int_equal(book(g, 3000), GS_E_FULL);
        holds_exactly_what_was_acknowledged(g);
        g->disk.left = INT64_MAX;
        assert_int_equal(book(g, 10), GS_OK);
        holds_exactly_what_was_acknowledged(g);
    }
    fixture_reopen(&g->fixture);
    holds_exactly_what_was_acknowledged(g);
}

static void maintenance_on_a_full_disk_loses_nothing_and_is_made_up_for(void **state)
{
    struct ground *g = *state;
    struct picture p;
    bool more = true;
    int err = GS_OK;
    (void)commit_day(g->fixture.store, 1, 3000, 0, DAY, GS_CANCELLED);
    g->disk.left = 0;
    for (int i = 0; i < 1000 && err == GS_OK && more; i++) {
        err = gs_store_maintain(g->fixture.store, DAY + 1, 0, 0, &more);
    }
    g->disk.left = INT64_MAX;
    for (more = true; more;) {
        assert_int_equal(gs_store_maintain(g->fixture.store, DAY + 1, 0, 0, &more), GS_OK);
    }
    picture_load(&p, g->fixture.store);
    assert_int_equal(p.booking_count, 0);
    picture_finish(&p);
    for (int64_t id = 1; id <= 3000; id += 499) {
        struct gs_answer a = ask_id(g->fixture.store, GS_QUERY_BOOKING, id);
        assert_int_equal(a.err, GS_OK);
        gs_answer_finish(&a);
    }
}

static void a_start_on_a_full_disk_succeeds(void **state)
{
    struct ground *g = *state;
    assert_int_equal(book(g, 500), GS_OK);
    fixture_close(&g->fixture);
    g->disk.left = 8192; /* a log's first pages */
    fixture_open(&g->fixture);
    holds_exactly_what_was_acknowledged(g);
    assert_int_equal(book_until_full(g, 100), GS_E_FULL);
    g->disk.left = INT64_MAX;
    assert_int_equal(book(g, 1), GS_OK);
}

static void after_a_failed_sync_nothing_more_is_done(void **state)
{
    struct ground *g = *state;
    struct gs_store_marks marks;
    struct picture p;
    bool more;
    assert_int_equal(book(g, 50), GS_OK);
    g->disk.syncs_until_failure = 0;
    assert_int_equal(book(g, 1), GS_E_IO);
    g->disk.syncs_until_failure = -1;
    assert_int_equal(book(g, 1), GS_E_IO);
    assert_int_equal(gs_store_maintain(g->fixture.store, 0, 0, 0, &more), GS_E_IO);
    struct gs_store_sink sink = picture_sink(&p);
    assert_int_equal(gs_store_load(g->fixture.store, &sink, &marks), GS_E_IO);
    struct gs_answer a = ask_id(g->fixture.store, GS_QUERY_BOOKING, 1);
    assert_int_equal(a.err, GS_E_IO);
    gs_answer_finish(&a);
    fixture_reopen(&g->fixture); /* the truth: the one that nobody knew of may be there or not */
    picture_load(&p, g->fixture.store);
    assert_true(p.booking_count == 50 || p.booking_count == 51);
    assert_int_equal(p.marks.last_seq, p.booking_count);
    picture_finish(&p);
}

static void a_failed_sync_of_a_checkpoint_is_not_overlooked(void **state)
{
    struct ground *g = *state;
    bool more = false;
    while (g->acked < 6000) {
        assert_int_equal(book(g, 200), GS_OK);
    }
    g->disk.syncs_until_failure = 1; /* the log's is the first, the database's the second */
    assert_int_equal(gs_store_maintain(g->fixture.store, 0, 0, 0, &more), GS_E_IO);
    assert_int_equal(book(g, 1), GS_E_IO);
    g->disk.syncs_until_failure = -1;
    fixture_reopen(&g->fixture);
    holds_exactly_what_was_acknowledged(g);
}

/* ---- on a real small disk, where it can be had ---- */

static int tmpfs_setup(void **state)
{
    struct ground *g = calloc(1, sizeof *g);
    assert_non_null(g);
    fixture_init(&g->fixture);
    g->mounted = mount("tmpfs", g->fixture.directory, "tmpfs", 0, "size=32m") == 0;
    *state = g;
    return 0;
}

static int tmpfs_teardown(void **state)
{
    struct ground *g = *state;
    fixture_close(&g->fixture);
    if (g->mounted) {
        (void)umount2(g->fixture.directory, MNT_DETACH);
    }
    fixture_finish(&g->fixture);
    free(g);
    return 0;
}

/* Takes all space that is left. */
static void fill_disk(const char *path)
{
    static const char block[65536] = {1};
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert_true(fd >= 0);
    for (size_t size = sizeof block; size > 0;) {
        size = write(fd, block, size) > 0 ? size : size / 2;
    }
    (void)close(fd);
}

static void the_reserve_lets_small_work_go_on_and_is_taken_back(void **state)
{
    struct ground *g = *state;
    const struct gs_store_options options = {.ballast_bytes = 4 << 20};
    char filler[128], reserve[128];
    struct stat st;
    if (!g->mounted) {
        print_message("# no tmpfs can be mounted here\n");
        skip();
    }
    fixture_name(&g->fixture, ".filler", filler);
    fixture_name(&g->fixture, ".reserve", reserve);
    assert_int_equal(fixture_try_open(&g->fixture, &options), GS_OK);
    assert_int_equal(stat(reserve, &st), 0);
    assert_true((int64_t)st.st_blocks * 512 >= options.ballast_bytes);
    assert_int_equal(book(g, 100), GS_OK);
    fill_disk(filler);
    assert_int_equal(book_until_full(g, 500), GS_E_FULL);
    holds_exactly_what_was_acknowledged(g);

    gs_store_release_reserve(g->fixture.store);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(book(g, 1), GS_OK); /* gate steps and cancellations */
    }
    assert_false(gs_store_restore_reserve(g->fixture.store));
    assert_int_equal(book(g, 1), GS_OK); /* trying took nothing */

    assert_int_equal(unlink(filler), 0);
    assert_true(gs_store_restore_reserve(g->fixture.store));
    assert_true(gs_store_restore_reserve(g->fixture.store));
    assert_int_equal(stat(reserve, &st), 0);
    assert_int_equal(book(g, 500), GS_OK);
    holds_exactly_what_was_acknowledged(g);

    fixture_close(&g->fixture);
    fill_disk(filler);
    assert_int_equal(stat(filler, &st), 0);
    assert_int_equal(truncate(filler, st.st_size - 256 * 1024), 0); /* enough to start, not to make another reserve */
    assert_int_equal(fixture_try_open(&g->fixture, &options), GS_OK);
    assert_true(gs_store_restore_reserve(g->fixture.store)); /* the one from before is known again */
    assert_int_equal(stat(reserve, &st), 0);
}

static void a_log_that_cannot_be_laid_out_is_told_by_its_name(void **state)
{
    struct ground *g = *state;
    char log[128];
    assert_int_equal(book(g, 10), GS_OK);
    fixture_close(&g->fixture);
    fixture_name(&g->fixture, "-wal: ", log);
    g->disk.syncs_until_failure = 0;
    assert_int_equal(fixture_try_open(&g->fixture, NULL), GS_E_IO);
    assert_non_null(strstr(g->fixture.message, log));
    g->disk.syncs_until_failure = -1;
    fixture_open(&g->fixture);
    holds_exactly_what_was_acknowledged(g);
}

static void a_store_that_cannot_be_made_leaves_nothing_behind(void **state)
{
    struct ground *g = *state;
    char name[128];
    fixture_close(&g->fixture);
    assert_int_equal(unlink(g->fixture.path), 0);
    fixture_name(&g->fixture, ".mark", name);
    assert_int_equal(unlink(name), 0);
    fixture_name(&g->fixture, ".new", name);
    for (int pages = 0; pages < 8; pages++) {
        g->disk.left = pages * 4096;
        assert_int_equal(fixture_try_open(&g->fixture, NULL), GS_E_FULL);
        assert_int_not_equal(access(name, F_OK), 0);
        assert_int_not_equal(access(g->fixture.path, F_OK), 0);
    }
    g->disk.left = INT64_MAX;
    fixture_open(&g->fixture);
    assert_int_not_equal(access(name, F_OK), 0);
}

static void the_reserve_is_kept_across_starts_and_none_is_kept_unasked(void **state)
{
    struct fixture *f = *state;
    const struct gs_store_options options = {.ballast_bytes = 1 << 20};
    char reserve[128];
    struct stat st;
    fixture_name(f, ".reserve", reserve);
    assert_int_not_equal(stat(reserve, &st), 0);
    assert_true(gs_store_restore_reserve(f->store)); /* all is well without one, too */
    for (int i = 0; i < 2; i++) {
        fixture_close(f);
        assert_int_equal(fixture_try_open(f, &options), GS_OK);
        assert_int_equal(stat(reserve, &st), 0);
        assert_int_equal(st.st_size, options.ballast_bytes);
        assert_int_equal(st.st_mode & 07777, 0600);
    }
    gs_store_release_reserve(f->store);
    assert_int_not_equal(stat(reserve, &st), 0);
}

int main(void)
{
#define DISK(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
    const struct CMUnitTest tests[] = {
        DISK(a_full_disk_refuses_batches_whole_until_there_is_space),
        DISK(maintenance_on_a_full_disk_loses_nothing_and_is_made_up_for),
        DISK(a_start_on_a_full_disk_succeeds),
        DISK(after_a_failed_sync_nothing_more_is_done),
        DISK(a_failed_sync_of_a_checkpoint_is_not_overlooked),
        DISK(a_log_that_cannot_be_laid_out_is_told_by_its_name),
        DISK(a_store_that_cannot_be_made_leaves_nothing_behind),
        cmocka_unit_test_setup_teardown(the_reserve_lets_small_work_go_on_and_is_taken_back, tmpfs_setup,
                                        tmpfs_teardown),
        cmocka_unit_test_setup_teardown(the_reserve_is_kept_across_starts_and_none_is_kept_unasked, fixture_setup,
                                        fixture_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
