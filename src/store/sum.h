/* The checksum of a row, of the marks and of the mark file: 64 bits over numbers and texts, eight bytes at a time. Every step can be
 * undone, so two inputs that differ in one number, or in eight bytes of one text, never have the same sum; what differs in more has it
 * once in 2^64. It is against failing disks and careless hands: who wants to can compute it. */
#ifndef GATESLOT_STORE_SUM_H
#define GATESLOT_STORE_SUM_H

#include <stddef.h>
#include <stdint.h>

/* What is summed: the same values elsewhere have another sum. The numbers are in the files. */
enum gs_summed {
    GS_SUM_BOOKING = 1,
    GS_SUM_CAPACITY = 2,
    GS_SUM_TOKEN = 3,
    GS_SUM_IDEM = 4,
    GS_SUM_JOURNAL = 5,
    GS_SUM_EPOCH = 6,
    GS_SUM_META = 7,
    GS_SUM_MARK = 8,
    GS_SUM_CHAIN = 9,
    GS_SUM_SCHEMA = 10,
    GS_SUM_BEGIN = 11,
    GS_SUM_SEARCH = 12,
    GS_SUM_TURNED_AWAY = 13,
    GS_SUM_USER = 14,
    GS_SUM_SESSION = 15,
    GS_SUM_WEBHOOK = 16,
    GS_SUM_WEBHOOK_RETRY = 17
};

uint64_t gs_sum_begin(enum gs_summed what);
uint64_t gs_sum_int(uint64_t sum, int64_t value);
uint64_t gs_sum_bytes(uint64_t sum, const void *bytes, size_t len);
int64_t gs_sum_end(uint64_t sum);

#endif
