/* Writes events as server-sent events. A frame is whole or not there: a client takes none that no empty line has ended, so a break within
 * one costs nothing. */
#include "event_frames.h"
#include "gateslot/base/json.h"

static void line(struct gs_buf *out, const char *field, int64_t value)
{
    gs_buf_str(out, field);
    gs_buf_int(out, value);
    gs_buf_char(out, '\n');
}

void gs_frame_event(struct gs_buf *out, int64_t seq, const char *type, size_t type_len, const char *json, size_t len)
{
    line(out, "id: ", seq);
    gs_buf_str(out, "event: ");
    gs_buf_add(out, type, type_len);
    gs_buf_str(out, "\ndata: ");
    gs_buf_add(out, json, len);
    gs_buf_str(out, "\n\n");
}

void gs_frame_begin(struct gs_buf *out, int64_t position)
{
    line(out, "retry: ", GS_STREAM_RETRY_MS);
    line(out, "id: ", position);
    gs_buf_char(out, '\n');
}

void gs_frame_heartbeat(struct gs_buf *out, int64_t position, bool known)
{
    gs_buf_str(out, ": still here\n");
    if (!known) {
        line(out, "id: ", position);
    }
    gs_buf_char(out, '\n');
}

void gs_frame_reset(struct gs_buf *out, const struct gs_stream_reset *r)
{
    struct gs_json j;
    line(out, "id: ", r->after);
    gs_buf_str(out, "event: reset\ndata: ");
    gs_json_init(&j, out);
    gs_json_object(&j, NULL);
    gs_json_int(&j, "asked", r->asked);
    gs_json_int(&j, "oldest_seq", r->oldest_seq);
    gs_json_int(&j, "last_seq", r->last_seq);
    gs_json_int(&j, "after", r->after);
    gs_json_end_object(&j);
    gs_buf_str(out, "\n\n");
}
