/* Who may open what: every refusal has its code and a sentence that names the file, and leaves every byte as it was. */
#include "cmocka_all.h"
#include "old_stores.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct gs_store_options drill = {.drill = true};

/* The same twice: a refusal that left something behind would show at the second. */
static void refuses(struct fixture *f, const struct gs_store_options *options, int err, const char *word)
{
    uint64_t before = directory_digest(f->directory);
    for (int i = 0; i < 2; i++) {
        int got = fixture_try_open(f, options);
        if (got != err) {
            fail_msg("got %s, expected %s: %s", gs_strerror(got), gs_strerror(err), f->message);
        }
        assert_null(f->store);
        if (strstr(f->message, f->path) == NULL || strstr(f->message, word) == NULL) {
            fail_msg("the sentence: %s", f->message);
        }
        assert_int_equal(directory_digest(f->directory), before);
    }
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static int64_t ask_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return value;
}

static int closed_setup(void **state)
{
    int failed = fixture_setup(state);
    fixture_close(*state);
    return failed;
}

static int empty_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fixture_init(f);
    *state = f;
    return 0;
}

static void a_new_store_is_empty_and_readable_by_its_group_only(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    struct picture p;
    mode_t before = umask(0);
    fixture_open(f);
    (void)umask(before);
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count + p.capacity_count + p.token_count + p.idem_count, 0);
    assert_int_equal(p.marks.last_booking_id, 0);
    assert_int_equal(p.marks.last_seq, 0);
    assert_int_equal(p.marks.now_ms, 0);
    picture_finish(&p);
}

static void a_file_of_no_length_is_made_a_store(void **state)
{
    struct fixture *f = *state;
    write_file(f->path, "", 0);
    fixture_open(f);
}

static void leftovers_of_an_interrupted_creation_are_no_hindrance(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *suffix, *bytes;
        size_t len;
    } leftovers[] = {{".new", "SQLite format 3", 16}, {".new-wal", "\x37\x7f\x06\x82", 4}, {".new-journal", "", 0}};
    char name[128];
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++) {
        fixture_name(f, leftovers[i].suffix, name);
        write_file(name, leftovers[i].bytes, leftovers[i].len);
    }
    fixture_open(f);
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++) {
        fixture_name(f, leftovers[i].suffix, name);
        assert_int_not_equal(access(name, F_OK), 0);
    }
}

static void what_somebody_put_under_a_name_of_ours_is_left_there(void **state)
{
    struct fixture *f = *state;
    static const char *const suffixes[] = {".new", ".new-wal", ".new1", ".new2-journal", ".reserve"};
    static const char letter[] = "this is a letter";
    char name[128], bytes[64];
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        fixture_name(f, suffixes[i], name);
        write_file(name, letter, sizeof letter);
    }
    const struct gs_store_options options = {.ballast_bytes = 1 << 16};
    assert_int_equal(fixture_try_open(f, &options), GS_OK);
    gs_store_release_reserve(f->store);
    (void)gs_store_restore_reserve(f->store);
    (void)commit_day(f->store, 1, 10, 0, DAY, GS_BOOKED);
    fixture_close(f);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        fixture_name(f, suffixes[i], name);
        FILE *file = fopen(name, "r");
        assert_non_null(file);
        assert_int_equal(fread(bytes, 1, sizeof bytes, file), sizeof letter);
        assert_memory_equal(bytes, letter, sizeof letter);
        (void)fclose(file);
    }
}

static void a_backup_takes_no_name_of_the_store(void **state)
{
    struct fixture *f = *state;
    static const char *const suffixes[] = {"-journal", "-shm",  ".mark", ".reserve", ".new",
                                           ".new-wal", ".lock", "-wal",  ""};
    fixture_open(f);
    (void)commit_day(f->store, 1, 10, 0, DAY, GS_BOOKED);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        struct gs_query q = {.kind = GS_QUERY_BACKUP};
        fixture_name(f, suffixes[i], q.u.path);
        struct gs_answer a = ask(f->store, &q);
        assert_int_equal(a.err, GS_E_DENIED);
        gs_answer_finish(&a);
    }
    struct gs_query q = {.kind = GS_QUERY_BACKUP};
    char name[128];
    fixture_name(f, ".copy.partial", name);
    write_file(name, "my own notes", 12);
    fixture_name(f, ".copy", q.u.path);
    struct gs_answer a = ask(f->store, &q);
    assert_int_equal(a.err, GS_E_DENIED);
    assert_non_null(strstr(a.text, "is in the way"));
    gs_answer_finish(&a);
    assert_int_equal(access(name, F_OK), 0);
}

static void a_clean_stop_leaves_one_file_and_no_log(void **state)
{
    struct fixture *f = *state;
    char wal[128];
    fixture_name(f, "-wal", wal);
    fixture_open(f);
    (void)commit_day(f->store, 1, 10, 0, DAY, GS_BOOKED);
    assert_int_equal(access(wal, F_OK), 0);
    fixture_close(f);
    assert_int_not_equal(access(wal, F_OK), 0);
}

static void a_foreign_file_is_refused(void **state)
{
    struct fixture *f = *state;
    char noise[9000];
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (char)dice_next(&f->random);
    }
    write_file(f->path, noise, sizeof noise);
    refuses(f, NULL, GS_E_FOREIGN, "not a store");
    write_file(f->path, "x", 1);
    refuses(f, NULL, GS_E_FOREIGN, "not a store");
    write_file(f->path, "SQLite format 3", 16);
    refuses(f, NULL, GS_E_FOREIGN, "not a store");
}

static void another_program_s_database_is_refused(void **state)
{
    struct fixture *f = *state;
    run_sql(f->path, "CREATE TABLE booking (id); PRAGMA application_id = 1234");
    refuses(f, NULL, GS_E_FOREIGN, "another program");
}

static void a_newer_schema_is_refused(void **state)
{
    struct fixture *f = *state;
    run_sql(f->path, "PRAGMA user_version = 9999");
    refuses(f, NULL, GS_E_NEWER, "schema 9999");
}

static void a_newer_schema_that_only_the_log_knows_is_refused(void **state)
{
    struct fixture *f = *state;
    /* As a newer program killed after its migration leaves it: header old, log new. */
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        if (sqlite3_open(f->path, &db) == SQLITE_OK &&
            sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 9999", NULL, NULL, NULL) ==
                SQLITE_OK) {
            _exit(0);
        }
        _exit(1);
    }
    int status;
    char shm[128];
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    fixture_name(f, "-shm", shm);
    (void)unlink(shm); /* an index of the log that no reader of ours makes or keeps */
    refuses(f, NULL, GS_E_NEWER, "schema 9999");
}

static void a_drill_s_store_and_a_live_one_are_not_mixed_up(void **state)
{
    struct fixture *f = *state;
    char mark[128];
    fixture_name(f, ".mark", mark);
    refuses(f, &drill, GS_E_FOREIGN, "live store");
    assert_int_equal(unlink(f->path), 0);
    assert_int_equal(unlink(mark), 0);
    assert_int_equal(fixture_try_open(f, &drill), GS_OK);
    fixture_close(f);
    refuses(f, NULL, GS_E_FOREIGN, "drill's store");
    assert_int_equal(fixture_try_open(f, &drill), GS_OK);
}

static void a_second_instance_is_refused_and_the_first_works_on(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    struct gs_store *first = f->store;
    f->store = NULL;
    refuses(f, NULL, GS_E_BUSY, "another gateslotd");
    (void)commit_day(first, 1, 10, 0, DAY, GS_BOOKED);
    gs_store_close(first);
    fixture_open(f);
}

static void a_database_that_another_program_holds_is_refused(void **state)
{
    struct fixture *f = *state;
    int ready[2], over[2];
    char byte = 0;
    assert_int_equal(pipe(ready) + pipe(over), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        int rc = sqlite3_open(f->path, &db);
        rc = rc != SQLITE_OK ? rc
                             : sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE", NULL, NULL, NULL);
        (void)!write(ready[1], &byte, 1);
        (void)close(over[1]);
        (void)!read(over[0], &byte, 1);
        _exit(rc == SQLITE_OK ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    refuses(f, NULL, GS_E_BUSY, "in use by another program");
    int status;
    (void)close(over[1]);
    (void)close(over[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    fixture_open(f);
}

static void a_directory_and_a_pipe_are_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(mkdir(f->path, 0755), 0);
    refuses(f, NULL, GS_E_FOREIGN, "is a directory");
    assert_int_equal(rmdir(f->path), 0);
    assert_int_equal(mkfifo(f->path, 0644), 0);
    refuses(f, NULL, GS_E_FOREIGN, "not a regular file");
}

static void a_missing_directory_and_a_dangling_link_are_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(symlink("nowhere", f->path), 0);
    refuses(f, NULL, GS_E_NOTFOUND, "link");
    assert_int_equal(unlink(f->path), 0);
    (void)snprintf(f->path, sizeof f->path, "%s/no/site.db", f->directory);
    refuses(f, NULL, GS_E_NOTFOUND, "directory");
}

/* In a child without root's rights, to which the modes mean nothing. */
static void refused_without_rights(struct fixture *f, const char *word)
{
    uint64_t before = directory_digest(f->directory);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) {
            _exit(2);
        }
        int err = fixture_try_open(f, NULL);
        bool named = strstr(f->message, f->path) != NULL && strstr(f->message, word) != NULL;
        if (err != GS_E_DENIED || !named) {
            (void)fprintf(stderr, "%s: %s\n", gs_strerror(err), f->message);
        }
        _exit(err == GS_E_DENIED && named ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(directory_digest(f->directory), before);
}

static void a_read_only_file_is_refused(void **state)
{
    struct fixture *f = *state;
    char lock[128];
    fixture_name(f, ".lock", lock);
    assert_int_equal(chmod(f->directory, 0777), 0);
    assert_int_equal(chmod(lock, 0666), 0);
    assert_int_equal(chmod(f->path, 0444), 0);
    refused_without_rights(f, "read and written");
}

static void a_read_only_directory_is_refused(void **state)
{
    struct fixture *f = *state;
    char lock[128];
    fixture_name(f, ".lock", lock);
    assert_int_equal(chmod(f->path, 0666), 0);
    assert_int_equal(chmod(lock, 0666), 0);
    assert_int_equal(chmod(f->directory, 0555), 0);
    refused_without_rights(f, "directory");
    assert_int_equal(unlink(f->path), 0);
    refused_without_rights(f, "directory"); /* nor can one be made there */
    assert_int_equal(chmod(f->directory, 0755), 0);
}

static void a_log_whose_database_is_gone_is_not_swallowed(void **state)
{
    struct fixture *f = *state;
    char wal[128];
    fixture_name(f, "-wal", wal);
    write_file(wal, "the last bookings", 17);
    refuses(f, NULL, GS_E_FOREIGN, "-wal");
    write_file(f->path, "", 0);
    refuses(f, NULL, GS_E_FOREIGN, "-wal");
}

static void an_old_schema_is_migrated(void **state)
{
    struct fixture *f = *state;
    /* gsLv at version 0: before the first step */
    run_sql(f->path, "PRAGMA application_id = 1735609462; PRAGMA journal_mode = WAL");
    fixture_open(f);
    (void)commit_day(f->store, 1, 10, 0, DAY, GS_BOOKED);
    fixture_close(f);
    assert_true(ask_sql(f->path, "PRAGMA user_version") >= 2);
    fixture_open(f);
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 10);
    assert_int_equal(a.err, GS_OK);
    gs_answer_finish(&a);
}

static void a_store_of_version_1_goes_on_with_all_it_holds(void **state)
{
    struct fixture *f = *state;
    struct picture p;
    old_store_put(f, 1,
                  "INSERT INTO booking_past SELECT * FROM booking WHERE id = 1; DELETE FROM booking WHERE id = 1");
    assert_int_equal(fixture_try_open(f, &drill), GS_OK);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, 5);
    assert_int_equal(p.idem_count, 6);
    assert_int_equal(p.capacity_count, 1);
    assert_int_equal(p.token_count, 1);
    assert_int_equal(p.marks.last_seq, 9);
    struct gs_booking held = *picture_booking(&p, 4);
    assert_string_equal(held.truck.plate, "浙A00003");
    assert_int_equal(held.held_ms, 0);
    held.held_ms = 1795567000000;
    commit_booking(f->store, &held);
    struct gs_answer past = ask_id(f->store, GS_QUERY_BOOKING, 1), live = ask_id(f->store, GS_QUERY_BOOKING, 4);
    assert_true(past.err == GS_OK && past.booking_count == 1 && past.bookings[0].held_ms == 0);
    assert_true(live.err == GS_OK && live.booking_count == 1 && live.bookings[0].held_ms == held.held_ms);
    struct gs_query search = {.kind = GS_QUERY_SEARCH}; /* by an index that the old store did not have */
    search.u.search.filter.limit = 9;
    assert_int_equal(gs_search_read(past.bookings[0].truck.plate, strlen(past.bookings[0].truck.plate),
                                    &search.u.search.filter.search),
                     GS_OK);
    struct gs_answer found = ask(f->store, &search);
    assert_true(found.err == GS_OK && found.booking_count == 1 && found.bookings[0].id == 1);
    gs_answer_finish(&found);
    gs_answer_finish(&past);
    gs_answer_finish(&live);
    picture_finish(&p);
}

/* What the tests of retries rest on is told here too, row by row: tests/api/oldstore.py says what was asked. */
static void answers_kept_by_older_versions_have_their_language_and_place(void **state)
{
    static const struct {
        const char *key;
        enum gs_lang lang;
        const char *location;
    } rows[] = {
        {"booked-1", GS_LANG_NONE, "/v1/bookings/bk_1"},
        {"booked-2", GS_LANG_NONE, "/v1/bookings/bk_2"},
        {"booked-3", GS_LANG_NONE, "/v1/bookings/bk_3"},
        {"waits", GS_LANG_NONE, "/v1/bookings/bk_4"},
        {"twice-en", GS_LANG_EN, ""},
        {"twice-zh", GS_LANG_ZH, ""},
        {"cancelled", GS_LANG_NONE, ""},
        {"state-zh", GS_LANG_ZH, ""},
        {"arrived-1", GS_LANG_NONE, ""},
        {"entered-1", GS_LANG_NONE, ""},
        {"arrived-2", GS_LANG_NONE, ""},
    };
    struct fixture *f = *state;
    for (int version = 2; version <= OLD_STORES_LAST; version++) {
        old_store_put(f, version, NULL);
        assert_int_equal(fixture_try_open(f, &drill), GS_OK);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct gs_answer a = ask_id(f->store, GS_QUERY_IDEM, (int64_t)i + 1);
            assert_int_equal(a.err, GS_OK);
            assert_string_equal(a.idem.key, rows[i].key);
            assert_int_equal(a.idem.lang, rows[i].lang);
            assert_string_equal(a.idem.location, rows[i].location);
            gs_answer_finish(&a);
        }
        fixture_close(f);
    }
}

/* What was damaged or lost before the sums are made anew stays so: a new sum would pass it off as good. */
static void a_migration_does_not_pass_damage_off_as_good(void **state)
{
    static const struct {
        int version;
        const char *sql, *word;
    } damages[] = {{6, "UPDATE booking SET plate = '浙A99999' WHERE id = 1", "bk_1"},
                   {6, "DELETE FROM booking WHERE id = 3", "table booking"},
                   {7, "UPDATE token SET role = 3", "mini"},
                   {7, "DELETE FROM token", "table token"},
                   {8, "UPDATE token SET role = 3", "mini"},
                   {8, "DELETE FROM token", "table token"}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        old_store_put(f, damages[i].version, damages[i].sql);
        assert_int_equal(fixture_try_open(f, &drill), GS_E_CORRUPT);
        assert_non_null(strstr(f->message, damages[i].word));
    }
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    struct fixture *f = *state;
    /* The step's last table is there already, so that it fails after having made the others. */
    run_sql(f->path, "PRAGMA application_id = 1735609462; PRAGMA journal_mode = WAL; CREATE TABLE meta (mine)");
    int err = fixture_try_open(f, NULL);
    assert_int_equal(err, GS_E_CORRUPT);
    assert_non_null(strstr(f->message, f->path));
    assert_int_equal(ask_sql(f->path, "PRAGMA user_version"), 0);
    assert_int_equal(ask_sql(f->path, "SELECT count(*) FROM sqlite_schema"), 1);
}

static void damage_in_a_live_table_is_refused(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    (void)commit_day(f->store, 1, 200, 0, DAY, GS_BOOKED);
    fixture_close(f);
    int64_t page = ask_sql(f->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'booking'");
    int fd = open(f->path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "\xff\xff\xff\xff", 4, (page - 1) * 4096 + 8), 4); /* the pointer to the right child */
    (void)close(fd);
    refuses(f, NULL, GS_E_CORRUPT, "booking");
}

/* Rows that nobody can have written yet. */
static void a_row_beyond_the_last_one_is_damage(void **state)
{
    static const struct {
        const char *sql, *word;
    } rows[] = {{"UPDATE booking SET id = 500 WHERE id = 20", "booking 500 beyond the last one, 20"},
                {"UPDATE booking SET id = 20 WHERE id = 500; UPDATE idem SET row = 600 WHERE row = 20",
                 "stored answer 600 beyond the last one, 20"}};
    struct fixture *f = *state;
    fixture_open(f);
    (void)commit_day(f->store, 1, 20, 0, DAY, GS_BOOKED);
    fixture_close(f);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        run_sql(f->path, rows[i].sql);
        refuses(f, NULL, GS_E_CORRUPT, rows[i].word);
    }
}

static void a_capacity_of_a_window_that_cannot_be_is_damage(void **state)
{
    struct fixture *f = *state;
    run_sql(
        f->path,
        "INSERT INTO capacity (date, \"window\", capacity, slot_capacity,"
        " closed, reason) VALUES (20000, 'a name that no window can have, since it is much too long', 1, -1, 0, '')");
    refuses(f, NULL, GS_E_CORRUPT, "capacity");
}

static void a_damaged_booking_is_told_by_its_number(void **state)
{
    struct fixture *f = *state;
    struct gs_booking b = a_booking(7);
    fixture_open(f);
    commit_booking(f->store, &b);
    fixture_close(f);
    run_sql(f->path, "UPDATE booking SET \"window\" = 'a name that no window can have, since it is much too long'");
    refuses(f, NULL, GS_E_CORRUPT, "row bk_7 is damaged");
}

static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

static void a_store_that_is_closed_has_no_descriptor_left(void **state)
{
    struct fixture *f = *state;
    int before = open_descriptors();
    for (int i = 0; i < 2; i++) { /* made, then opened */
        fixture_open(f);
        fixture_close(f);
        assert_int_equal(open_descriptors(), before);
    }
}

static void a_trigger_in_the_file_is_refused(void **state)
{
    struct fixture *f = *state;
    run_sql(f->path, "CREATE TRIGGER mine AFTER INSERT ON booking BEGIN DELETE FROM booking; END");
    refuses(f, NULL, GS_E_CORRUPT, "definitions of its tables");
    run_sql(f->path, "DROP TRIGGER mine");
    fixture_open(f);
}

static void a_row_lost_behind_the_store_s_back_is_noticed(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    (void)commit_day(f->store, 1, 20, 0, DAY, GS_BOOKED);
    fixture_close(f);
    run_sql(f->path, "DELETE FROM event WHERE seq = 20");
    refuses(f, NULL, GS_E_CORRUPT, "last event is 19");
}

static void a_killed_instance_leaves_all_that_it_committed(void **state)
{
    struct fixture *f = *state;
    pid_t child = fork();
    if (child == 0) {
        fixture_open(f);
        (void)commit_day(f->store, 1, 3500, 0, DAY, GS_BOOKED);
        _exit(0); /* without closing: as kill -9 does */
    }
    int status;
    struct picture p;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    fixture_open(f);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, 3500);
    assert_int_equal(p.idem_count, 3500);
    assert_int_equal(p.marks.last_seq, 3500);
    picture_finish(&p);
}

int main(void)
{
#define CLOSED(name) cmocka_unit_test_setup_teardown(name, closed_setup, fixture_teardown)
#define EMPTY(name) cmocka_unit_test_setup_teardown(name, empty_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        EMPTY(a_new_store_is_empty_and_readable_by_its_group_only),
        EMPTY(a_file_of_no_length_is_made_a_store),
        EMPTY(leftovers_of_an_interrupted_creation_are_no_hindrance),
        EMPTY(what_somebody_put_under_a_name_of_ours_is_left_there),
        CLOSED(a_backup_takes_no_name_of_the_store),
        EMPTY(a_clean_stop_leaves_one_file_and_no_log),
        EMPTY(a_foreign_file_is_refused),
        EMPTY(another_program_s_database_is_refused),
        CLOSED(a_newer_schema_is_refused),
        CLOSED(a_newer_schema_that_only_the_log_knows_is_refused),
        CLOSED(a_drill_s_store_and_a_live_one_are_not_mixed_up),
        CLOSED(a_second_instance_is_refused_and_the_first_works_on),
        CLOSED(a_database_that_another_program_holds_is_refused),
        EMPTY(a_directory_and_a_pipe_are_refused),
        EMPTY(a_missing_directory_and_a_dangling_link_are_refused),
        CLOSED(a_read_only_file_is_refused),
        CLOSED(a_read_only_directory_is_refused),
        EMPTY(a_log_whose_database_is_gone_is_not_swallowed),
        EMPTY(an_old_schema_is_migrated),
        EMPTY(a_store_of_version_1_goes_on_with_all_it_holds),
        EMPTY(answers_kept_by_older_versions_have_their_language_and_place),
        EMPTY(a_migration_does_not_pass_damage_off_as_good),
        EMPTY(a_migration_that_fails_changes_nothing),
        CLOSED(damage_in_a_live_table_is_refused),
        CLOSED(a_row_beyond_the_last_one_is_damage),
        CLOSED(a_capacity_of_a_window_that_cannot_be_is_damage),
        CLOSED(a_damaged_booking_is_told_by_its_number),
        EMPTY(a_store_that_is_closed_has_no_descriptor_left),
        CLOSED(a_trigger_in_the_file_is_refused),
        CLOSED(a_row_lost_behind_the_store_s_back_is_noticed),
        EMPTY(a_killed_instance_leaves_all_that_it_committed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
