/* Reads what is asked of the feed, and names every fault by its parameter or header. A page and a stream choose events in the same way;
 * where a stream begins is said by the header Last-Event-ID before the parameter after: whoever comes back after a break comes to the
 * address that he was first given, and has got further since. */
#include "event_params.h"
#include "gateslot/base/text.h"
#include <string.h>

/* A list of types with commas. */
static void take_types(struct gs_call *c, struct gs_event_filter *f)
{
    const char *text = gs_params_text(&c->params, "type");
    while (text != NULL && *text != '\0') {
        const size_t len = strcspn(text, ",");
        const uint64_t types = gs_event_types_named(text, len);
        if (types == 0) {
            char word[GS_FAULT_TEXT_MAX + 1];
            (void)gs_text_copyn(word, sizeof word, text, len);
            gs_fault_add(&c->api->faults, GS_FAULT_CHOICE, "?type", word,
                         "booking, booking.no_show, no_show, capacity, …");
            return;
        }
        f->types |= types;
        text += len + (text[len] == ',' ? 1 : 0);
    }
}

static void take_filter(struct gs_call *c, struct gs_event_filter *f)
{
    take_types(c, f);
    (void)gs_params_copy(&c->params, "by", f->by, sizeof f->by, GS_NAME_MAX);
}

static void take_since(struct gs_call *c, struct gs_event_filter *f)
{
    const char *text = gs_params_text(&c->params, "since");
    if (text != NULL && gs_rfc3339_parse(text, strlen(text), &f->since_ms) != GS_OK) {
        gs_fault_add(&c->api->faults, GS_FAULT_FORMAT, "?since", text, "2026-11-25T08:30:00+08:00");
    }
}

/* The last ones are what there is: they are not waited for, and begin nowhere. */
static void take_last(struct gs_call *c, int64_t most, struct gs_events_asked *out)
{
    static const char *const others[] = {"after", "limit", "wait"};
    out->last = gs_params_int(&c->params, "last", 1, most, &out->limit);
    for (size_t i = 0; out->last && i < sizeof others / sizeof others[0]; i++) {
        if (gs_params_text(&c->params, others[i]) != NULL) {
            char pointer[GS_POINTER_MAX + 1];
            gs_fault_add(&c->api->faults, GS_FAULT_UNKNOWN_FIELD, gs_fault_pointer(pointer, "?%s", others[i]),
                         others[i], "last");
        }
    }
}

bool gs_events_take_list(struct gs_call *c, struct gs_events_asked *out)
{
    *out = (struct gs_events_asked){.limit = GS_PAGE_DEFAULT};
    (void)gs_params_bool(&c->params, "text", &out->told);
    const int64_t most = out->told ? GS_EVENTS_TOLD_MAX : GS_PAGE_MAX;
    (void)gs_params_int(&c->params, "after", 0, INT64_MAX, &out->after);
    (void)gs_params_int(&c->params, "limit", 1, most, &out->limit);
    (void)gs_params_int(&c->params, "wait", 0, GS_EVENT_WAIT_MAX_S, &out->wait_s);
    take_last(c, most, out);
    take_filter(c, &out->filter);
    take_since(c, &out->filter);
    return c->api->faults.count == 0;
}

/* Digits alone, as they were sent: "id: 17". An empty one is none (HTML, 9.2.4: after an empty id none is sent). */
static bool take_last_event_id(struct gs_call *c, int64_t *out)
{
    static const char name[] = "Last-Event-ID";
    const char *text = gs_request_header(&c->x->request, "last-event-id");
    if (text == NULL || *text == '\0') {
        return false;
    }
    const size_t len = strlen(text);
    int64_t seq = 0;
    bool good = len <= 18 && strspn(text, "0123456789") == len;
    for (size_t i = 0; good && i < len; i++) {
        seq = seq * 10 + (text[i] - '0');
    }
    if (!good || gs_request_repeats(&c->x->request, "last-event-id")) {
        gs_fault_add(&c->api->faults, GS_FAULT_FORMAT, name, text, "17");
        return false;
    }
    *out = seq;
    return true;
}

bool gs_events_take_stream(struct gs_call *c, struct gs_events_asked *out)
{
    int64_t after = 0, last_id = 0;
    *out = (struct gs_events_asked){0};
    (void)gs_params_bool(&c->params, "text", &out->told);
    const bool has_after = gs_params_int(&c->params, "after", 0, INT64_MAX, &after);
    const bool has_last_id = take_last_event_id(c, &last_id);
    out->after = has_last_id ? last_id : after;
    out->from_now = !has_after && !has_last_id;
    take_filter(c, &out->filter);
    return c->api->faults.count == 0;
}
