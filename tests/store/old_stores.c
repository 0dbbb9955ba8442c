/* Puts a store of an older version in the place of a test's. */
#include "old_stores.h"
#include "cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_MARKED = 5 };

/* Owned by the caller, with a NUL behind it. */
static char *read_kept(int version, const char *suffix, size_t *out_size)
{
    char name[512];
    char *bytes = NULL;
    size_t size = 0;
    (void)snprintf(name, sizeof name, OLD_STORES "/v%d%s", version, suffix);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    while (!feof(file)) {
        bytes = realloc(bytes, size + 4097);
        assert_non_null(bytes);
        size += fread(bytes + size, 1, 4096, file);
        assert_int_equal(ferror(file), 0);
    }
    assert_int_equal(fclose(file), 0);
    bytes[size] = '\0';
    *out_size = size;
    return bytes;
}

void old_store_put(const struct fixture *f, int version, const char *sql)
{
    char mark[128];
    size_t size;
    char *script = read_kept(version, ".sql", &size);
    fixture_name(f, ".mark", mark);
    (void)unlink(f->path);
    (void)unlink(mark);
    run_sql(f->path, script);
    free(script);
    if (sql != NULL) {
        run_sql(f->path, sql);
    }
    run_sql(f->path, "PRAGMA journal_mode = WAL");
    if (version >= FIRST_MARKED) {
        char *bytes = read_kept(version, ".mark", &size);
        FILE *file = fopen(mark, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        free(bytes);
    }
}
