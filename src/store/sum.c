/* The checksum itself: a multiplication by an odd number and a shift, both of which can be undone, for every eight bytes. */
#include "sum.h"
#include <endian.h>
#include <string.h>

static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 32;
}

uint64_t gs_sum_begin(enum gs_summed what)
{
    return mix(UINT64_C(0x6761746573756d31), (uint64_t)what);
}

uint64_t gs_sum_int(uint64_t sum, int64_t value)
{
    return mix(sum, (uint64_t)value);
}

uint64_t gs_sum_bytes(uint64_t sum, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    uint64_t word;
    sum = mix(sum, (uint64_t)len);
    for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
        memcpy(&word, at, sizeof word);
        sum = mix(sum, le64toh(word));
    }
    if (len > 0) {
        word = 0;
        memcpy(&word, at, len);
        sum = mix(sum, le64toh(word));
    }
    return sum;
}

int64_t gs_sum_end(uint64_t sum)
{
    return (int64_t)mix(sum, 0);
}
