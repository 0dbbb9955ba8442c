/* What has come in on a connection and is not yet taken. While a connection's requests are being taken they lie in room that all share;
 * only what is left over afterwards, a request that is not whole or one that waits for its turn, gets memory of its own. So an idle
 * connection has none. It does not look at the bytes. */
#include "http.h"
#include <stdlib.h>
#include <string.h>

/* Room behind what is kept, of which there may be max bytes; NULL without memory. */
static char *own_room(struct gs_input *in, size_t max, size_t *out_len)
{
    if (in->own_size < max && in->own_size - in->len < GS_READ_MAX) {
        size_t size = in->len + GS_READ_MAX > 2 * in->own_size ? in->len + GS_READ_MAX : 2 * in->own_size;
        size = size < max ? size : max;
        char *own = realloc(in->own, size);
        if (own == NULL) {
            return NULL;
        }
        in->bytes = in->own = own;
        in->own_size = size;
    }
    *out_len = in->own_size - in->len;
    return in->own + in->len;
}

size_t gs_input_max(const struct gs_conn *c)
{
    return c->class == GS_CLIENT_ANONYMOUS ? GS_STRANGER_INPUT_MAX : GS_INPUT_MAX + c->parser.body_max - GS_BODY_MAX;
}

ssize_t gs_input_read(struct gs_conn *c)
{
    struct gs_input *in = &c->in;
    char *room = c->http->room;
    size_t len = GS_READ_MAX;
    if (in->len > 0) {
        room = own_room(in, gs_input_max(c), &len);
    }
    if (room == NULL) {
        return GS_WIRE_BROKEN;
    }
    if (len == 0) {
        return GS_WIRE_LATER;
    }
    ssize_t got = gs_wire_read(c, room, len < GS_READ_MAX ? len : GS_READ_MAX);
    if (got < 0) {
        return got;
    }
    if (in->len == 0) {
        in->bytes = room;
    }
    in->len += (size_t)got;
    return got;
}

void gs_input_drain(struct gs_conn *c, size_t len)
{
    c->in.bytes += len;
    c->in.len -= len;
}

void gs_input_wipe(struct gs_conn *c)
{
    struct gs_input *in = &c->in;
    char *first = in->own != NULL ? in->own : c->http->room;
    if (in->bytes >= first) {
        explicit_bzero(first, (size_t)(in->bytes - first));
    }
}

void gs_input_discard(struct gs_conn *c)
{
    free(c->in.own);
    c->in = (struct gs_input){0};
}

bool gs_input_keep(struct gs_conn *c)
{
    struct gs_input *in = &c->in;
    if (in->len == 0) {
        gs_input_discard(c);
        return true;
    }
    if (in->own == NULL) {
        in->own = malloc(in->len);
        if (in->own == NULL) {
            return false;
        }
        in->own_size = in->len;
    }
    if (in->bytes != in->own) {
        memmove(in->own, in->bytes, in->len);
    }
    in->bytes = in->own;
    return true;
}
