/* Compares the events that decisions make anew with those that are stored, each as it was told when it was stored. */
#include "gateslot/base/text.h"
#include "journal/replay_state.h"
#include <string.h>

struct gs_replay_difference *gs_replay_decision_differs(struct gs_replay *r, bool on_date, enum gs_replay_what what)
{
    if (r->decider != GS_DECIDER || r->report.earlier_differing > 0) {
        r->report.earlier_differing++;
        return NULL;
    }
    return gs_replay_differs(&r->report, on_date, what, &r->entry, r->row);
}

static void show_event(struct gs_replay_difference *d, const struct gs_event *e, const struct gs_event_text *stored,
                       const struct gs_buf *found)
{
    d->seq = e->seq;
    d->booking_id = e->booking_id;
    (void)gs_text_copyn(d->found, sizeof d->found, found->data, found->len);
    if (stored != NULL) {
        (void)gs_text_copyn(d->stored, sizeof d->stored, stored->json, stored->len);
    }
}

static bool same_text(const struct gs_event_text *a, const struct gs_buf *b)
{
    return a->len == b->len && memcmp(a->json, b->data, b->len) == 0;
}

/* Of a reason that was erased on one side, in the journal or in the event, only the rest can be compared. */
static bool same_but_erased(struct gs_replay *r, const struct gs_event_text *stored)
{
    struct gs_buf rest;
    bool same = false;
    gs_buf_init(&rest, GS_REPLAY_EVENT_TEXT);
    if (gs_event_is_erased(stored->json, stored->len) && gs_event_erase(r->text.data, r->text.len, &rest)) {
        same = same_text(stored, &rest);
    } else if (gs_event_is_erased(r->text.data, r->text.len) && gs_event_erase(stored->json, stored->len, &rest)) {
        same = same_text(&(struct gs_event_text){.json = rest.data, .len = rest.len}, &r->text);
    }
    gs_buf_finish(&rest);
    return same;
}

/* About a booking, yet not told of it as what became of it. */
static bool is_beside(enum gs_event_type type)
{
    return type == GS_EV_STRIKE_RECORDED || type == GS_EV_STRIKE_EXCUSED || type == GS_EV_GATE_CHECKED;
}

/* As it was told when it was stored. */
static void write_event(struct gs_replay *r, const struct gs_event *e)
{
    struct gs_event earlier;
    gs_buf_clear(&r->text);
    if (r->decider < GS_DECIDER) {
        earlier = *e;
        earlier.version = r->decider < GS_DECIDER_VERSIONS ? 0 : e->version;
        earlier.moved = r->decider < GS_DECIDER_RELOADS ? -1 : e->moved;
        if (r->decider < GS_DECIDER_REMINDERS && is_beside(e->type)) {
            earlier.reference[0] = '\0';
        }
        e = &earlier;
    }
    gs_event_json(e, r->rules->tz, &r->text);
}

void gs_replay_judge_event(struct gs_replay *r, const struct gs_event *e, const struct gs_event_text *stored)
{
    bool on_date = gs_replay_event_on(r->book, e, r->options.date);
    write_event(r, e);
    if (gs_buf_status(&r->text) != GS_OK) {
        r->state = GS_REPLAY_FAILED;
        return;
    }
    r->report.all_events++;
    r->report.decisions += on_date;
    if (stored == NULL || !(same_text(stored, &r->text) || same_but_erased(r, stored))) {
        enum gs_replay_what what = stored != NULL ? GS_REPLAY_EVENT : GS_REPLAY_NO_EVENT;
        struct gs_replay_difference *d = gs_replay_decision_differs(r, on_date, what);
        if (d != NULL) {
            show_event(d, e, stored, &r->text);
        }
    }
}
