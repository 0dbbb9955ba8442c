/* What the store's tests share: a private directory, bookings made from a seed, batches, and all that a load hands out. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "gateslot/store/store.h"
#include "values.h"
#include <stdio.h>

/* All rows of one load, copied. */
struct picture {
    struct gs_store_marks marks;
    size_t booking_count, capacity_count, token_count, idem_count, user_count, session_count, webhook_count,
        retry_count;
    struct gs_booking *bookings;
    struct gs_capacity *capacities;
    struct gs_token *tokens;
    struct gs_user *users;
    struct gs_session *sessions;
    struct gs_webhook *webhooks;
    struct gs_webhook_retry *retries;
    struct gs_idem *idems;
    int64_t *idem_rows;
};
struct gs_store_sink picture_sink(struct picture *p);
void picture_load(struct picture *p, struct gs_store *store); /* asserts that it loads */
void picture_finish(struct picture *p);
const struct gs_booking *picture_booking(const struct picture *p, int64_t id); /* NULL */

struct fixture {
    char directory[64], path[256]; /* path: or an address */
    struct gs_store *store;
    uint64_t random;
    char message[512];
};
/* For cmocka's setup and teardown: a fresh directory with an open live store. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
/* The environment says that stores are to be in PostgreSQL: GATESLOT_STORE=postgres, and GATESLOT_POSTGRES has an address without a
 * database's name. */
bool fixture_is_remote(void);
/* First in a test of what is a file's own: where stores are elsewhere it says that it is left out. cmocka's own skip() says "not ok". */
#define ONLY_OF_A_FILE()                                                                                               \
    if (fixture_is_remote()) {                                                                                         \
        printf("# SKIPPED, since it is about files alone: %s\n", __func__);                                            \
        return;                                                                                                        \
    }
void fixture_init(struct fixture *f); /* the directory only; in the current TMPDIR */
void fixture_finish(struct fixture *f);
int fixture_try_open(struct fixture *f, const struct gs_store_options *options); /* options NULL: live, no ballast */
void fixture_open(struct fixture *f);                                            /* asserts */
void fixture_close(struct fixture *f);
void fixture_reopen(struct fixture *f);
void fixture_name(const struct fixture *f, const char *suffix, char out[128]); /* path + suffix */

/* Commits that are expected to succeed. */
void commit_booking(struct gs_store *store, const struct gs_booking *b);
/* Bookings first … last with one event and one kept answer each, per_batch of them in a commit; returns the last seq. */
int64_t commit_day(struct gs_store *store, int64_t first, int64_t last, int64_t seq, gs_date date,
                   enum gs_status status);
struct gs_answer ask(struct gs_store *store, const struct gs_query *q);
struct gs_answer ask_id(struct gs_store *store, enum gs_query_kind kind, int64_t id);

void run_sql(const char *path, const char *sql); /* of a store that is closed, behind its back; asserts */

/* FNV-1a over all files of the directory, names and bytes. */
uint64_t directory_digest(const char *directory);
bool files_contain(const char *directory, const char *text);

#endif
