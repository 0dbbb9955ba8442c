/* Events as the feed shows them (CONTRACT: Event). Written once, when the batch is stored, and then served as text: the
 * form is made here only. It decides nothing and adds nothing that the event does not carry. */
#include "gateslot/core/event.h"
#include "gateslot/base/json.h"
#include "gateslot/core/record.h"

static const struct {
    enum gs_changed bit;
    const char *name;
} changed_names[] = {
    {GS_CHANGED_PLATE, "plate"},           {GS_CHANGED_COLOUR, "plate_colour"},
    {GS_CHANGED_TRAILER, "trailer_plate"}, {GS_CHANGED_CONTAINERS, "containers"},
    {GS_CHANGED_DRIVER, "driver"},         {GS_CHANGED_DECLARATION, "declaration_no"},
    {GS_CHANGED_REFERENCE, "reference"},
};

static void write_time(struct gs_json *j, const char *key, int64_t at_ms, const struct gs_tz *tz)
{
    char text[GS_RFC3339_TEXT];
    gs_rfc3339_format(at_ms, tz, text);
    gs_json_str(j, key, text);
}

static void write_booking_id(struct gs_json *j, const char *key, int64_t id)
{
    char text[GS_BOOKING_ID_TEXT];
    gs_booking_id_format(id, text);
    gs_json_str(j, key, text);
}

static void write_date(struct gs_json *j, gs_date date)
{
    char text[GS_DATE_TEXT];
    gs_date_format(date, text);
    gs_json_str(j, "date", text);
}

static void write_place(struct gs_json *j, const char *key, const struct gs_place_ref *p, const struct gs_tz *tz)
{
    if (p->window[0] == '\0') {
        return;
    }
    gs_json_object(j, key);
    write_date(j, p->date);
    gs_json_str(j, "window", p->window);
    gs_json_object(j, "slot");
    write_time(j, "start", p->start_ms, tz);
    write_time(j, "end", p->end_ms, tz);
    gs_json_end_object(j);
    gs_json_end_object(j);
}

static void write_changed(struct gs_json *j, unsigned changed)
{
    if (changed == 0) {
        return;
    }
    gs_json_array(j, "changed");
    for (size_t i = 0; i < sizeof changed_names / sizeof changed_names[0]; i++) {
        if ((changed & changed_names[i].bit) != 0) {
            gs_json_str(j, NULL, changed_names[i].name);
        }
    }
    gs_json_end_array(j);
}

static void write_strike(struct gs_json *j, const struct gs_event *e, const struct gs_tz *tz)
{
    gs_json_int(j, "count", e->strikes);
    gs_json_int(j, "limit", e->strike_limit);
    if (e->until_ms != 0) {
        write_time(j, "suspended_until", e->until_ms, tz);
    } else {
        gs_json_null(j, "suspended_until");
    }
}

static void write_why(struct gs_json *j, const struct gs_event *e)
{
    if (e->why != GS_WHY_NONE) {
        gs_json_str(j, "why", gs_why_name(e->why));
    }
    if (e->why == GS_WHY_NEAREST) {
        char text[GS_HHMM_TEXT];
        gs_hhmm_format(e->preferred_min, text);
        gs_json_str(j, "preferred", text);
    }
    if (e->why == GS_WHY_MOVES) {
        gs_json_int(j, "moves", e->moves);
    }
    if (e->waitlist_position != 0) {
        gs_json_int(j, "waitlist_position", e->waitlist_position);
    }
}

static void write_exceptions(struct gs_json *j, unsigned exceptions)
{
    if (exceptions == 0) {
        return;
    }
    gs_json_array(j, "exceptions");
    for (unsigned bit = 1; bit <= GS_EXCEPTIONS_ALL; bit <<= 1) {
        if ((exceptions & bit) != 0) {
            gs_json_str(j, NULL, gs_exception_name((enum gs_exception)bit));
        }
    }
    gs_json_end_array(j);
}

static void write_reference(struct gs_json *j, const struct gs_event *e)
{
    if (e->reference[0] != '\0') {
        gs_json_str(j, "reference", e->reference);
    }
}

static void write_booking_data(struct gs_json *j, const struct gs_event *e, const struct gs_tz *tz)
{
    gs_json_str(j, "plate", e->plate);
    write_reference(j, e);
    if (e->version != 0) {
        gs_json_int(j, "version", e->version);
    }
    gs_json_str(j, "status", gs_status_name(e->status));
    if (e->prev != 0) { /* the first event of a booking has nothing before it */
        gs_json_str(j, "status_before", gs_status_name(e->status_before));
    }
    if (e->type == GS_EV_CORRECTED) {
        gs_json_str(j, "step", gs_step_name(e->step));
    }
    if (e->happened_ms != 0) {
        write_time(j, "happened_at", e->happened_ms, tz);
    }
    if (e->happened_before_ms != 0) {
        write_time(j, "happened_at_before", e->happened_before_ms, tz);
    }
    write_place(j, "from", &e->from, tz);
    write_place(j, e->type == GS_EV_REMINDER ? "place" : "to", &e->to, tz); /* nothing is taken by it */
    if (e->cause_id != 0) {
        write_booking_id(j, "cause", e->cause_id);
    }
    write_why(j, e);
    write_changed(j, e->changed);
    if (e->strike_limit != 0) {
        gs_json_object(j, "strike");
        write_strike(j, e, tz);
        gs_json_end_object(j);
    }
    write_exceptions(j, e->exceptions);
    if (e->minutes_before != 0) {
        gs_json_int(j, "minutes_before", e->minutes_before);
    }
    if (e->expires_ms != 0) {
        write_time(j, "expires_at", e->expires_ms, tz);
    }
    if (e->override) {
        gs_json_bool(j, "override", true);
    }
    if (e->late) {
        gs_json_bool(j, "late", true);
    }
}

static void write_capacity_data(struct gs_json *j, const struct gs_event *e)
{
    write_date(j, e->to.date);
    gs_json_str(j, "window", e->to.window);
    gs_json_int(j, "before", e->capacity_before);
    gs_json_int(j, "after", e->capacity_after);
    gs_json_bool(j, "closed", e->closed_after);
    if (e->at_risk > 0) {
        gs_json_int(j, "inside", e->inside);
        gs_json_int(j, "at_risk", e->at_risk);
    }
}

static void write_strike_data(struct gs_json *j, const struct gs_event *e, const struct gs_tz *tz)
{
    gs_json_str(j, "plate", e->plate);
    write_reference(j, e);
    if (e->version != 0) {
        gs_json_int(j, "version", e->version);
    }
    write_strike(j, e, tz);
    if (e->cause_id != 0) {
        write_booking_id(j, "cause", e->cause_id);
    }
}

static void write_clock_data(struct gs_json *j, const struct gs_event *e, const struct gs_tz *tz)
{
    write_time(j, "from", e->clock_from_ms, tz);
    write_time(j, "to", e->clock_to_ms, tz);
    gs_json_int(j, "leap_seconds", (e->clock_to_ms - e->clock_from_ms) / 1000);
}

static void write_check(struct gs_json *j, const struct gs_event *e)
{
    gs_json_str(j, "decision", gs_decision_name(e->decision));
    gs_json_str(j, "code", gs_gate_code_name(e->gate_code));
    gs_json_str(j, "plate", e->plate[0] != '\0' ? e->plate : NULL);
    if (e->cause_id != 0) {
        write_booking_id(j, "booking_id", e->cause_id);
    } else {
        gs_json_null(j, "booking_id");
    }
    write_reference(j, e);
}

static void write_head(struct gs_json *j, const char *key, int64_t seq, int64_t booking_id)
{
    gs_json_object(j, key);
    gs_json_int(j, "seq", seq);
    if (booking_id > 0) {
        write_booking_id(j, "booking_id", booking_id);
    } else {
        gs_json_null(j, "booking_id");
    }
    gs_json_end_object(j);
}

/* old: the last numbers of the store that was found; lost: the last ones known to have been given out; new: the first from now on. */
static void write_epoch(struct gs_json *j, const struct gs_epoch *e)
{
    if (e == NULL) {
        return;
    }
    gs_json_str(j, "cause", e->cause == GS_EPOCH_BACKUP ? "backup" : "loss");
    write_head(j, "old", e->last_seq, e->last_booking_id);
    if (e->lost_seq > 0) {
        write_head(j, "lost", e->lost_seq, e->lost_booking_id);
    } else {
        gs_json_null(j, "lost");
    }
    write_head(j, "new", e->first_seq, e->first_booking_id);
}

enum { RELOAD_TEXT_MAX = 8192 }; /* bytes of the options told; of further ones the number */

static void write_reload_data(struct gs_json *j, const struct gs_event *e)
{
    const struct gs_option_changes *options = e->options;
    const size_t total = options != NULL ? options->total : 0, begin = j->out->len;
    size_t told = 0;
    if (e->moved < 0) {
        return;
    }
    gs_json_array(j, "options");
    while (options != NULL && told < options->count && j->out->len - begin < RELOAD_TEXT_MAX) {
        gs_option_change_json(j, &options->at[told++]);
    }
    gs_json_end_array(j);
    if (told < total) {
        gs_json_int(j, "more_options", (int64_t)(total - told));
    }
    gs_json_int(j, "moved", e->moved);
    gs_json_int(j, "waitlisted", e->waitlisted);
    gs_json_int(j, "promoted", e->promoted);
}

/* Of a user or a session. Refused logins are told together, so the name stands there only where all were of one user. */
static void write_person(struct gs_json *j, const struct gs_event *e)
{
    static const struct {
        enum gs_user_changed bit;
        const char *name;
    } parts[] = {{GS_USER_CHANGED_ROLE, "role"},
                 {GS_USER_CHANGED_LANGUAGE, "language"},
                 {GS_USER_CHANGED_PASSWORD, "password"},
                 {GS_USER_CHANGED_PIN, "pin"}};
    if (e->subject[0] != '\0') {
        gs_json_str(j, "name", e->subject);
        gs_json_str(j, "role", gs_role_name(e->subject_role));
    }
    if (e->type == GS_EV_SESSION_REFUSED) {
        gs_json_int(j, "count", e->number);
    } else if (e->type == GS_EV_USER_CHANGED) {
        gs_json_array(j, "changed");
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            if (((unsigned)e->number & (unsigned)parts[i].bit) != 0) {
                gs_json_str(j, NULL, parts[i].name);
            }
        }
        gs_json_end_array(j);
    }
}

static void write_webhook(struct gs_json *j, const struct gs_event *e)
{
    static const struct {
        enum gs_webhook_changed bit;
        const char *name;
    } parts[] = {{GS_WEBHOOK_CHANGED_URL, "url"},
                 {GS_WEBHOOK_CHANGED_OWNER, "backend"},
                 {GS_WEBHOOK_CHANGED_TYPES, "types"},
                 {GS_WEBHOOK_CHANGED_SECRET, "secret"}};
    gs_json_str(j, "name", e->subject);
    if (e->type == GS_EV_WEBHOOK_DISABLED) {
        gs_json_str(j, "cause", gs_webhook_off_name((enum gs_webhook_off)e->number));
    } else if (e->type == GS_EV_WEBHOOK_CHANGED) {
        gs_json_array(j, "changed");
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            if (((unsigned)e->number & (unsigned)parts[i].bit) != 0) {
                gs_json_str(j, NULL, parts[i].name);
            }
        }
        gs_json_end_array(j);
    }
}

static void write_data(struct gs_json *j, const struct gs_event *e, const struct gs_tz *tz)
{
    switch (e->type) {
    case GS_EV_CAPACITY_CHANGED:
        write_capacity_data(j, e);
        break;
    case GS_EV_STRIKE_RECORDED:
    case GS_EV_STRIKE_EXCUSED:
        write_strike_data(j, e, tz);
        break;
    case GS_EV_TOKEN_CREATED:
    case GS_EV_TOKEN_REVOKED:
    case GS_EV_TOKEN_CONFIRMED:
        gs_json_str(j, "name", e->subject);
        gs_json_str(j, "role", gs_role_name(e->subject_role));
        break;
    case GS_EV_USER_CREATED:
    case GS_EV_USER_CHANGED:
    case GS_EV_USER_DISABLED:
    case GS_EV_USER_ENABLED:
    case GS_EV_USER_CONFIRMED:
    case GS_EV_USER_DELETED:
    case GS_EV_SESSION_OPENED:
    case GS_EV_SESSION_CLOSED:
    case GS_EV_SESSION_REFUSED:
    case GS_EV_SESSION_PAIRED:
    case GS_EV_SESSION_PERSON:
    case GS_EV_DEVICE_REVOKED:
        write_person(j, e);
        break;
    case GS_EV_WEBHOOK_CREATED:
    case GS_EV_WEBHOOK_CHANGED:
    case GS_EV_WEBHOOK_DISABLED:
    case GS_EV_WEBHOOK_ENABLED:
    case GS_EV_WEBHOOK_DELETED:
        write_webhook(j, e);
        break;
    case GS_EV_CLOCK_REFUSED:
    case GS_EV_CLOCK_ACCEPTED:
        write_clock_data(j, e, tz);
        break;
    case GS_EV_GATE_CHECKED:
        write_check(j, e);
        break;
    case GS_EV_STORE_RESTORED:
        write_epoch(j, e->epoch);
        break;
    case GS_EV_CONFIG_RELOADED:
        write_reload_data(j, e);
        break;
    case GS_EVENT_TYPES:
        break;
    default:
        write_booking_data(j, e, tz);
        break;
    }
}

void gs_event_json(const struct gs_event *e, const struct gs_tz *tz, struct gs_buf *out)
{
    struct gs_json j;
    gs_json_init(&j, out);
    gs_json_object(&j, NULL);
    gs_json_int(&j, "seq", e->seq);
    write_time(&j, "at", e->at_ms, tz);
    gs_json_str(&j, "type", gs_event_type_name(e->type));
    gs_json_object(&j, "actor");
    gs_json_str(&j, "role", gs_role_name(e->actor.role));
    gs_json_str(&j, "name", e->actor.name);
    if (e->actor.person[0] != '\0') {
        gs_json_str(&j, "person", e->actor.person);
    }
    gs_json_end_object(&j);
    if (e->booking_id != 0) {
        write_booking_id(&j, "booking_id", e->booking_id);
    } else {
        gs_json_null(&j, "booking_id");
    }
    const char *reason = gs_event_reason(e);
    gs_json_str(&j, "reason", reason[0] != '\0' ? reason : NULL);
    gs_json_object(&j, "data");
    write_data(&j, e, tz);
    gs_json_end_object(&j);
    gs_json_end_object(&j);
}
