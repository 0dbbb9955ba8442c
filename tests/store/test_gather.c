/* Gathered writes against the same ones made at once: whatever the order of writes, reads, cuts and syncs, nobody can tell the
 * difference, but for there being fewer; and a write that fails is told before anything is synced. */
#include "../base/dice.h"
#include "cmocka_all.h"
#include "gather.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_BYTES = 1 << 18, OPERATIONS = 20000 };

struct memory { /* a file that keeps what it is told, and counts */
    sqlite3_file file;
    unsigned char bytes[FILE_BYTES];
    sqlite3_int64 size;
    int writes, syncs, closes;
    int fail_writes; /* as many fail, from now on */
};

static int below_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    struct memory *m = (struct memory *)file;
    m->writes++;
    if (m->fail_writes > 0) {
        m->fail_writes--;
        return SQLITE_FULL;
    }
    memcpy(m->bytes + at, bytes, (size_t)count);
    m->size = at + count > m->size ? at + count : m->size;
    return SQLITE_OK;
}

static int below_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    memcpy(bytes, ((struct memory *)file)->bytes + at, (size_t)count);
    return SQLITE_OK;
}

static int below_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct memory *m = (struct memory *)file;
    memset(m->bytes + size, 0, (size_t)(FILE_BYTES - size));
    m->size = size < m->size ? size : m->size;
    return SQLITE_OK;
}

static int below_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    ((struct memory *)file)->syncs++;
    return SQLITE_OK;
}

static int below_size(sqlite3_file *file, sqlite3_int64 *out)
{
    *out = ((struct memory *)file)->size;
    return SQLITE_OK;
}

static int below_close(sqlite3_file *file)
{
    ((struct memory *)file)->closes++;
    return SQLITE_OK;
}

static const sqlite3_io_methods below = {.iVersion = 1,
                                         .xClose = below_close,
                                         .xRead = below_read,
                                         .xWrite = below_write,
                                         .xTruncate = below_truncate,
                                         .xSync = below_sync,
                                         .xFileSize = below_size};

static struct memory *memory_create(void)
{
    struct memory *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->file.pMethods = &below;
    return m;
}

/* Mostly behind the last one, as a log is written, at times anywhere; at times larger than what is gathered. */
static void write_to_both(uint64_t *random, struct memory *gathered, struct memory *plain, sqlite3_int64 *end)
{
    static unsigned char bytes[GS_GATHER_BYTES + 5000];
    size_t count =
        dice_next(random) % 50 == 0 ? GS_GATHER_BYTES + dice_next(random) % 5000 : dice_next(random) % 5000 + 1;
    sqlite3_int64 at = dice_next(random) % 8 == 0 ? (sqlite3_int64)(dice_next(random) % FILE_BYTES) : *end;
    if (at + (sqlite3_int64)count > FILE_BYTES) {
        at = 0;
    }
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (unsigned char)dice_next(random);
    }
    assert_int_equal(gathered->file.pMethods->xWrite(&gathered->file, bytes, (int)count, at), SQLITE_OK);
    assert_int_equal(plain->file.pMethods->xWrite(&plain->file, bytes, (int)count, at), SQLITE_OK);
    *end = at + (sqlite3_int64)count;
}

static void read_from_both(uint64_t *random, struct memory *gathered, struct memory *plain)
{
    unsigned char ours[512], theirs[512];
    sqlite3_int64 at = (sqlite3_int64)(dice_next(random) % (FILE_BYTES - sizeof ours));
    assert_int_equal(gathered->file.pMethods->xRead(&gathered->file, ours, sizeof ours, at), SQLITE_OK);
    assert_int_equal(plain->file.pMethods->xRead(&plain->file, theirs, sizeof theirs, at), SQLITE_OK);
    assert_memory_equal(ours, theirs, sizeof ours);
}

static void nobody_can_tell_that_writes_are_gathered(void **state)
{
    uint64_t random = dice_seed("gather");
    struct memory *gathered = memory_create(), *plain = memory_create();
    struct gs_gather g = {0};
    sqlite3_int64 end = 0, ours, theirs;
    (void)state;
    gs_gather_attach(&g, &gathered->file);
    for (int i = 0; i < OPERATIONS; i++) {
        switch (dice_next(&random) % 100) {
        case 0:
            end = (sqlite3_int64)(dice_next(&random) % FILE_BYTES);
            assert_int_equal(gathered->file.pMethods->xTruncate(&gathered->file, end), SQLITE_OK);
            assert_int_equal(plain->file.pMethods->xTruncate(&plain->file, end), SQLITE_OK);
            break;
        case 1:
        case 2:
            read_from_both(&random, gathered, plain);
            break;
        case 3:
            assert_int_equal(gathered->file.pMethods->xFileSize(&gathered->file, &ours), SQLITE_OK);
            assert_int_equal(plain->file.pMethods->xFileSize(&plain->file, &theirs), SQLITE_OK);
            assert_int_equal(ours, theirs);
            break;
        case 4:
        case 5:
            assert_int_equal(gathered->file.pMethods->xSync(&gathered->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
            assert_memory_equal(gathered->bytes, plain->bytes, FILE_BYTES);
            break;
        default:
            write_to_both(&random, gathered, plain, &end);
        }
    }
    assert_true(gathered->writes < plain->writes / 2);
    assert_int_equal(gathered->file.pMethods->xClose(&gathered->file), SQLITE_OK);
    assert_memory_equal(gathered->bytes, plain->bytes, FILE_BYTES);
    assert_int_equal(gathered->closes, 1);
    assert_ptr_equal(gathered->file.pMethods, &below);
    gs_gather_finish(&g);
    free(gathered);
    free(plain);
}

static void a_write_that_fails_is_told_before_anything_is_synced_and_not_tried_again(void **state)
{
    struct memory *m = memory_create();
    struct gs_gather g = {0};
    (void)state;
    gs_gather_attach(&g, &m->file);
    m->fail_writes = 1;
    assert_int_equal(m->file.pMethods->xWrite(&m->file, "abc", 3, 0), SQLITE_OK);
    assert_int_equal(m->file.pMethods->xSync(&m->file, SQLITE_SYNC_NORMAL), SQLITE_FULL);
    assert_int_equal(m->syncs, 0);
    assert_int_equal(m->file.pMethods->xWrite(&m->file, "xyz", 3, 10), SQLITE_OK);
    assert_int_equal(m->file.pMethods->xSync(&m->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
    assert_int_equal(m->syncs, 1);
    assert_int_equal(m->writes, 2);
    assert_memory_equal(m->bytes, "\0\0\0\0\0\0\0\0\0\0xyz", 13);
    /* The write that does not adjoin hears of the one before. */
    m->fail_writes = 1;
    assert_int_equal(m->file.pMethods->xWrite(&m->file, "abc", 3, 0), SQLITE_OK);
    assert_int_equal(m->file.pMethods->xWrite(&m->file, "def", 3, 100), SQLITE_FULL);
    m->fail_writes = 1;
    assert_int_equal(m->file.pMethods->xWrite(&m->file, "abc", 3, 0), SQLITE_OK);
    assert_int_equal(m->file.pMethods->xClose(&m->file), SQLITE_FULL);
    assert_int_equal(m->closes, 1);
    gs_gather_finish(&g);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_can_tell_that_writes_are_gathered),
        cmocka_unit_test(a_write_that_fails_is_told_before_anything_is_synced_and_not_tried_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
