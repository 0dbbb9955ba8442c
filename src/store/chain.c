/* Computes the hash of the next event. It stores nothing and knows no table. */
#include "chain.h"
#include "gateslot/base/limits.h"
#include <string.h>

static unsigned char *put_number(unsigned char *out, int64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        *out++ = (unsigned char)((uint64_t)value >> shift);
    }
    return out;
}

int gs_chain_next(const unsigned char before[GS_CHAIN_BYTES], const struct gs_chain_link *link,
                  unsigned char out[GS_CHAIN_BYTES])
{
    unsigned char head[GS_CHAIN_BYTES + 8 + 8 + GS_NAME_MAX + 1];
    size_t owner_len = strnlen(link->owner, GS_NAME_MAX + 1);
    if (owner_len > GS_NAME_MAX) {
        return GS_E_RANGE;
    }
    memcpy(head, before, GS_CHAIN_BYTES);
    unsigned char *end = put_number(put_number(head + GS_CHAIN_BYTES, link->booking_id), link->prev);
    memcpy(end, link->owner, owner_len + 1);
    end += owner_len + 1;
    const struct gs_piece pieces[] = {{head, (size_t)(end - head)}, {link->body, link->body_len}};
    gs_sha256(pieces, sizeof pieces / sizeof pieces[0], out);
    return GS_OK;
}
