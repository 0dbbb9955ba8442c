/* The disk that the faults are planted on is itself as treacherous as it is meant to be: what was not synced can be lost, torn and
 * reordered; what was synced cannot. */
#include "../store/cmocka_all.h"
#include "disk.h"
#include <errno.h>
#include <string.h>

#define NAME DISK_ROOT "/file"
#define OTHER DISK_ROOT "/other"

enum { TRIES = 1000, SECTORS = 6, BYTES = 512 * SECTORS };

static struct disk_file *made(struct disk *d, const char *name)
{
    struct disk_file *f = NULL;
    assert_int_equal(disk_open(d, name, true, false, &f), 0);
    return f;
}

static void write_all(struct disk *d, struct disk_file *f, char letter)
{
    char bytes[BYTES];
    memset(bytes, letter, sizeof bytes);
    assert_int_equal(disk_write(d, f, bytes, sizeof bytes, 0), 0);
}

static size_t read_all(struct disk *d, struct disk_file *f, char out[BYTES])
{
    size_t got = 0;
    assert_int_equal(disk_read(d, f, out, BYTES, 0, &got), 0);
    return got;
}

static void made_durable(struct disk *d, struct disk_file *f)
{
    assert_int_equal(disk_sync(d, f), 0);
    assert_int_equal(disk_sync_names(d), 0);
}

static void what_was_synced_survives(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        char found[BYTES];
        struct disk *d = disk_create(seed);
        write_all(d, made(d, NAME), 'a');
        made_durable(d, made(d, NAME));
        disk_lose_power(d, seed);
        assert_true(disk_has(d, NAME));
        assert_int_equal(read_all(d, disk_file(d, NAME), found), BYTES);
        assert_true(found[0] == 'a' && memcmp(found, found + 1, BYTES - 1) == 0);
        disk_destroy(d);
    }
}

static void what_was_not_synced_survives_in_any_sectors_whole(void **state)
{
    (void)state;
    bool seen[1 << SECTORS] = {false};
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        char found[BYTES];
        unsigned newer = 0;
        struct disk *d = disk_create(seed);
        struct disk_file *f = made(d, NAME);
        write_all(d, f, 'a');
        made_durable(d, f);
        write_all(d, f, 'b');
        disk_lose_power(d, seed);
        assert_int_equal(read_all(d, disk_file(d, NAME), found), BYTES);
        for (size_t s = 0; s < SECTORS; s++) {
            const char *sector = found + 512 * s;
            assert_true((sector[0] == 'a' || sector[0] == 'b') && memcmp(sector, sector + 1, 511) == 0);
            newer |= sector[0] == 'b' ? 1u << s : 0;
        }
        seen[newer] = true;
        disk_destroy(d);
    }
    size_t ways = 0;
    for (size_t i = 0; i < sizeof seen; i++) {
        ways += seen[i];
    }
    assert_true(ways > sizeof seen / 2);
}

static void a_name_is_there_for_certain_only_once_its_directory_is_synced(void **state)
{
    (void)state;
    int there = 0;
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        struct disk *d = disk_create(seed);
        struct disk_file *f = made(d, NAME);
        assert_int_equal(disk_sync(d, f), 0);
        disk_lose_power(d, seed);
        there += disk_has(d, NAME);
        disk_destroy(d);
    }
    assert_true(there > 0 && there < TRIES);
}

static void a_rename_is_done_whole_or_not_at_all(void **state)
{
    (void)state;
    int renamed = 0;
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        struct disk *d = disk_create(seed);
        made_durable(d, made(d, NAME));
        assert_int_equal(disk_rename(d, NAME, OTHER), 0);
        disk_lose_power(d, seed);
        assert_true(disk_has(d, NAME) != disk_has(d, OTHER));
        renamed += disk_has(d, OTHER);
        disk_destroy(d);
    }
    assert_true(renamed > 0 && renamed < TRIES);
}

static struct disk_verdict fail_sync(void *self, enum disk_op op, const char *name, bool grows)
{
    (void)self;
    (void)name;
    (void)grows;
    return (struct disk_verdict){op == DISK_SYNC ? EIO : 0, false};
}

static void after_a_failed_sync_a_second_one_succeeds_and_saves_nothing(void **state)
{
    (void)state;
    int lost = 0;
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        static const struct disk_gate gate = {NULL, fail_sync};
        char found[BYTES];
        struct disk *d = disk_create(seed);
        struct disk_file *f = made(d, NAME);
        write_all(d, f, 'a');
        made_durable(d, f);
        write_all(d, f, 'b');
        disk_set_gate(d, &gate);
        assert_int_equal(disk_sync(d, f), EIO);
        disk_set_gate(d, NULL);
        assert_int_equal(disk_sync(d, f), 0);
        assert_int_equal(read_all(d, f, found), BYTES);
        assert_int_equal(found[0], 'b'); /* the cache still has it */
        disk_lose_power(d, seed);
        (void)read_all(d, disk_file(d, NAME), found);
        lost += memchr(found, 'a', BYTES) != NULL;
        disk_destroy(d);
    }
    assert_true(lost > TRIES / 2);
}

static void a_truncation_may_be_lost_and_what_is_cut_off_and_synced_is_gone(void **state)
{
    (void)state;
    int lengths[2] = {0, 0};
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        char found[BYTES];
        struct disk *d = disk_create(seed);
        struct disk_file *f = made(d, NAME);
        write_all(d, f, 'a');
        made_durable(d, f);
        assert_int_equal(disk_truncate(d, f, 100), 0);
        if (seed % 2 == 0) {
            assert_int_equal(disk_sync(d, f), 0);
        }
        disk_lose_power(d, seed);
        size_t got = read_all(d, disk_file(d, NAME), found);
        assert_true(got == 100 || seed % 2 == 1);
        lengths[got == BYTES] += 1;
        assert_int_equal(disk_truncate(d, disk_file(d, NAME), BYTES), 0);
        (void)read_all(d, disk_file(d, NAME), found);
        assert_true(got == BYTES || found[BYTES - 1] == 0);
        disk_destroy(d);
    }
    assert_true(lengths[0] > 0 && lengths[1] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_synced_survives),
        cmocka_unit_test(what_was_not_synced_survives_in_any_sectors_whole),
        cmocka_unit_test(a_name_is_there_for_certain_only_once_its_directory_is_synced),
        cmocka_unit_test(a_rename_is_done_whole_or_not_at_all),
        cmocka_unit_test(after_a_failed_sync_a_second_one_succeeds_and_saves_nothing),
        cmocka_unit_test(a_truncation_may_be_lost_and_what_is_cut_off_and_synced_is_gone),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
