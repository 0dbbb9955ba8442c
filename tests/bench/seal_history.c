/* Makes a store whose past bookings were written by other hands (history.py) one that the daemon takes: their sums, how many they are, and the
 * index by which they are found. seal_history FILE; prints how long the index took, as it does at the first start with a store of a
 * version that had none. */
#include "columns.h"
#include "impl.h"
#include "search_index.h"
#include "sql.h"
#include "sum_functions.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void must(int rc, const char *what, const char *why)
{
    if (rc != 0) {
        (void)fprintf(stderr, "seal_history: %s: %s (%d)\n", what, why, rc);
        exit(1);
    }
}

static void seal_rows(const char *path)
{
    static const char *const statements[] = {
        "UPDATE booking_past SET checksum = gs_sum(1, {booking*})",
        "UPDATE meta SET past_rows = (SELECT count(*) FROM booking_past), past_sum = (SELECT gs_total(checksum) FROM"
        " booking_past)",
        GS_SEAL_META,
    };
    sqlite3 *db = NULL;
    must(sqlite3_open(path, &db), path, "cannot be opened");
    must(gs_sum_functions_install(db), path, "no functions");
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        struct gs_buf sql;
        gs_buf_init(&sql, 1 << 16);
        gs_columns_expand(statements[i], &sql);
        must(sqlite3_exec(db, sql.data, NULL, NULL, NULL), statements[i], sqlite3_errmsg(db));
        gs_buf_finish(&sql);
    }
    must(sqlite3_close(db), path, "cannot be closed");
}

static void make_index(const char *path)
{
    struct gs_store_options options = {.tz = NULL};
    struct timespec begin, end;
    struct gs_store *store;
    char message[512];
    must(gs_store_open(path, &options, &store, message, sizeof message), path, message);
    struct gs_state s = store->state;
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    must(gs_tx_begin(store), path, store->message);
    must(gs_search_rebuild(store, &s.totals[GS_COUNT_GRAM]), path, store->message);
    must(gs_state_write(store, &s), path, store->message);
    must(gs_tx_commit(store), path, store->message);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    gs_state_take(store, &s);
    gs_store_close(store);
    printf("%.2f\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: seal_history FILE\n");
        return 2;
    }
    seal_rows(argv[1]);
    make_index(argv[1]);
    return 0;
}
