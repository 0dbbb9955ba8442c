/* Events in the form of server-sent events (HTML, 9.2), appended to a buffer. */
#ifndef GATESLOT_API_EVENT_FRAMES_H
#define GATESLOT_API_EVENT_FRAMES_H

#include "gateslot/base/buf.h"
#include <stddef.h>
#include <stdint.h>

#define GS_STREAM_RETRY_MS 2000 /* after a break a client comes back so soon */

/* id: its number, event: its type, data: the event as the list has it. */
void gs_frame_event(struct gs_buf *out, int64_t seq, const char *type, size_t type_len, const char *json, size_t len);
/* How soon to come back, and from where on. */
void gs_frame_begin(struct gs_buf *out, int64_t position);
/* A comment; with a position, if the client does not know it yet. */
void gs_frame_heartbeat(struct gs_buf *out, int64_t position, bool known);
/* The number asked for is none that still stands: what there is, and from where on the stream goes on. */
struct gs_stream_reset {
    int64_t asked, oldest_seq, last_seq, after;
};
void gs_frame_reset(struct gs_buf *out, const struct gs_stream_reset *r);

#endif
