/* Makes the messages of webhooks, and hands them to the thread that sends, which it begins with the first. */
#include "webhooks.h"

#include <stdio.h>
#include <string.h>

#include "gateslot/base/json.h"
#include "gateslot/base/text.h"

/* The member's text in what gs_event_json wrote: the first of that name, because what people type comes behind, and quotes in it are
 * escaped. */
bool gs_hook_event_member(const char *event, const char *name, char *out, size_t size)
{
    char key[32];
    (void)snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *at = strstr(event, key);
    if (at == NULL) {
        return false;
    }
    at += strlen(key);
    return gs_text_copyn(out, size, at, strcspn(at, "\""));
}

int64_t gs_hook_event_booking(const char *event)
{
    char text[GS_BOOKING_ID_TEXT];
    int64_t id = 0;
    const char *null = strstr(event, "\"booking_id\":null"), *any = strstr(event, "\"booking_id\":");
    if (null == any || !gs_hook_event_member(event, "booking_id", text, sizeof text) ||
        !gs_booking_id_parse(text, strlen(text), &id)) {
        return 0;
    }
    return id;
}

void gs_hook_write_body(struct gs_buf *out, const char *type, const char *at, const char *data, size_t len)
{
    struct gs_json j;
    gs_json_init(&j, out);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "type", type);
    gs_json_str(&j, "timestamp", at);
    gs_json_raw(&j, "data", data, len);
    gs_json_end_object(&j);
}

static void on_sent(evutil_socket_t fd, short what, void *arg)
{
    struct gs_app_webhooks *w = arg;
    (void)fd;
    (void)what;
    gs_sender_poll(w->sender);
}

/* The thread begins with the first message. */
static int begin_sending(struct gs_app_webhooks *w)
{
    int fd;
    if (w->sent != NULL) {
        return GS_OK;
    }
    int err = gs_sender_start(w->sender, &fd);
    if (err != GS_OK) {
        return err;
    }
    w->sent = event_new(w->app->base, fd, EV_READ | EV_PERSIST, on_sent, w);
    if (w->sent != NULL && event_add(w->sent, NULL) != 0) {
        event_free(w->sent);
        w->sent = NULL;
    }
    return w->sent != NULL ? GS_OK : GS_E_NOMEM;
}

int gs_hook_send(struct gs_app_webhooks *w, const struct gs_webhook *row, const char *id, const struct gs_buf *body,
                 gs_sent_done done, void *arg)
{
    const bool both = row->old_until_ms > gs_app_now(w->app);
    const struct gs_sending m = {.url = row->url,
                                 .id = id,
                                 .body = body->data,
                                 .body_len = body->len,
                                 .secret = row->secret,
                                 .old_secret = both ? row->old_secret : ""};
    int err = gs_buf_status(body) == GS_OK ? begin_sending(w) : GS_E_NOMEM;
    return err != GS_OK ? err : gs_sender_send(w->sender, &m, done, arg);
}
