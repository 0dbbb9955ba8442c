/* Hashes that come out the same on every machine and in every version, since some of them are stored. They tell apart what nobody made
 * to look alike; against somebody who does there is sha256.h. Each takes the hash so far and returns the new one. */
#ifndef GATESLOT_BASE_HASH_H
#define GATESLOT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits: G. Fowler, L. C. Noll and K.-P. Vo (draft-eastlake-fnv), byte by byte. */
#define GS_FNV_START UINT64_C(14695981039346656037)
#define GS_FNV_PRIME UINT64_C(1099511628211)

static inline uint64_t gs_fnv(uint64_t h, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++) {
        h = (h ^ at[i]) * GS_FNV_PRIME;
    }
    return h;
}

/* The text without its NUL. */
static inline uint64_t gs_fnv_text(uint64_t h, const char *text)
{
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * GS_FNV_PRIME;
    }
    return h;
}

/* With its NUL, so that "ab","c" and "a","bc" are two things. */
static inline uint64_t gs_fnv_text_nul(uint64_t h, const char *text)
{
    return gs_fnv_text(h, text) * GS_FNV_PRIME;
}

/* As eight bytes, the lowest first. */
static inline uint64_t gs_fnv_int(uint64_t h, int64_t value)
{
    for (int i = 0; i < 8; i++) {
        h = (h ^ ((uint64_t)value >> (8 * i) & 0xFF)) * GS_FNV_PRIME;
    }
    return h;
}

/* Not FNV-1a: its step over a whole word, an eighth of the work. The high bits are folded down, which multiplying alone never does. */
static inline uint64_t gs_hash_word(uint64_t h, int64_t value)
{
    h = (h ^ (uint64_t)value) * GS_FNV_PRIME;
    return h ^ (h >> 32);
}

#endif
