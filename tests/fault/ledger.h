/* What a store must hold: written down from batches as they are acknowledged, or read out of a store to be compared. */
#ifndef TESTS_FAULT_LEDGER_H
#define TESTS_FAULT_LEDGER_H

#include "gateslot/store/store.h"

enum {
    LEDGER_BOOKINGS = 160,
    LEDGER_EVENTS = 800,
    LEDGER_CAPACITIES = 32,
    LEDGER_TOKENS = 16,
    LEDGER_IDEMS = 200,
    LEDGER_TURNED_AWAY = 200
};

struct ledger_idem {
    int64_t row, at_ms;
    uint64_t digest; /* of all the rest, the body too */
};

struct ledger {
    struct gs_store_marks marks;
    size_t booking_count, capacity_count, token_count, idem_count;
    struct gs_booking bookings[LEDGER_BOOKINGS]; /* by id − 1 */
    bool past[LEDGER_BOOKINGS];                  /* read: it came from the archive */
    uint64_t events[LEDGER_EVENTS];              /* digests of their texts, by seq − 1 */
    struct gs_capacity capacities[LEDGER_CAPACITIES];
    struct gs_turned_away turned_away[LEDGER_TURNED_AWAY];
    size_t turned_away_count;
    struct gs_token tokens[LEDGER_TOKENS];
    size_t user_count, session_count;
    struct gs_user users[LEDGER_TOKENS];
    struct gs_session sessions[LEDGER_TOKENS];
    size_t webhook_count, retry_count;
    struct gs_webhook webhooks[LEDGER_TOKENS];
    struct gs_webhook_retry retries[LEDGER_TOKENS];
    struct ledger_idem idems[LEDGER_IDEMS];
    /* What maintenance was asked for, and whether it has said that it is done. */
    gs_date archive_before, erase_before;
    int64_t forget_before_ms;
    bool maintained;
    uint64_t book;        /* digest of the book */
    uint64_t book_erased; /* read: of the book without what maintenance may erase, of which it may have done a part */
};

enum ledger_fault { LEDGER_SAME, LEDGER_LOST, LEDGER_DUPLICATE, LEDGER_OTHER };

/* Enters a batch as the store does. */
void ledger_add(struct ledger *l, const struct gs_batch *batch, const struct gs_tz *tz);
/* Reads all of a store, and the book from the same rows; its digest is in out->book. GS_OK, what a call of the store returned, or
 * GS_E_CORRUPT where it contradicts itself. why gets a sentence. out_book may be NULL; else owned by the caller. */
int ledger_read(struct ledger *out, struct gs_store *store, const struct gs_rules *rules, struct gs_book **out_book,
                char *why, size_t why_size);
/* What found has too little, too much or otherwise than expected says; why gets a sentence. */
enum ledger_fault ledger_compare(const struct ledger *expected, const struct ledger *found, char *why, size_t why_size);

#endif
