/* What is left of the rates of each of many: a table with a bound, out of which the one that has not been seen for the longest time goes. */
#ifndef GATESLOT_API_RATE_TABLE_H
#define GATESLOT_API_RATE_TABLE_H

#include "gateslot/base/limits.h"
#include "gateslot/base/rate.h"
#include <stddef.h>
#include <stdint.h>

#define GS_RATE_KEY_BYTES (GS_NAME_MAX + 1)

struct gs_rate_entry {
    unsigned char key[GS_RATE_KEY_BYTES]; /* a name, or the part of an address that counts; the rest is zeros */
    struct gs_bucket requests, refusals;
    uint64_t limited;     /* refused by rate in … */
    uint64_t minute;      /* … this minute of the log */
    int32_t chained;      /* the next with the same hash; -1: none */
    int32_t newer, older; /* in order of being seen; -1: none */
};

struct gs_rate_table {
    struct gs_rate_entry *entries; /* owned */
    size_t count, room;
    uint64_t seed;          /* so that nobody can choose keys of one hash */
    int32_t *chains;        /* owned; by hash, the first; -1: none */
    int32_t newest, oldest; /* -1: none */
};

/* The entry of key, made if it is not there; NULL without memory. Valid until the next call. */
struct gs_rate_entry *gs_rate_table_find(struct gs_rate_table *t, const unsigned char key[GS_RATE_KEY_BYTES]);
void gs_rate_table_finish(struct gs_rate_table *t);

#endif
