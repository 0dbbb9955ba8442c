/* What the client changes of a booking besides its time: the truck and driver, or the whole of it by cancelling. */
#include "flow/change.h"
#include "flow/command_handlers.h"
#include "rules/duplicates.h"
#include "rules/exceptions.h"

#include <string.h>

static void merge_vehicle(const struct gs_command *c, struct gs_truck *out)
{
    const struct gs_truck *in = &c->u.change.truck;
    if (c->u.change.has_plate) {
        unsigned of_plate = GS_WARN_PLATE_ENERGY;
        memcpy(out->plate, in->plate, sizeof out->plate);
        memcpy(out->plate_given, in->plate_given, sizeof out->plate_given);
        out->warnings = (out->warnings & ~of_plate) | (in->warnings & of_plate);
    }
    if (c->u.change.has_colour) {
        out->plate_colour = in->plate_colour;
    }
    if (c->u.change.has_trailer) {
        memcpy(out->trailer, in->trailer, sizeof out->trailer);
        memcpy(out->trailer_given, in->trailer_given, sizeof out->trailer_given);
    }
    if (c->u.change.has_containers) {
        out->container_count = in->container_count;
        memcpy(out->containers, in->containers, sizeof out->containers);
    }
}

static void merge_papers(const struct gs_command *c, struct gs_truck *out)
{
    const struct gs_truck *in = &c->u.change.truck;
    if (c->u.change.has_driver_name) {
        memcpy(out->driver_name, in->driver_name, sizeof out->driver_name);
    }
    if (c->u.change.has_driver_phone) {
        memcpy(out->driver_phone, in->driver_phone, sizeof out->driver_phone);
    }
    if (c->u.change.has_declaration) {
        memcpy(out->declaration_no, in->declaration_no, sizeof out->declaration_no);
    }
}

static bool other_containers(const struct gs_truck *a, const struct gs_truck *b)
{
    bool differs = a->container_count != b->container_count;
    for (int32_t i = 0; i < a->container_count && !differs; i++) {
        differs = strcmp(a->containers[i], b->containers[i]) != 0;
    }
    return differs;
}

static unsigned changed(const struct gs_truck *a, const struct gs_truck *b)
{
    bool driver = strcmp(a->driver_name, b->driver_name) != 0 || strcmp(a->driver_phone, b->driver_phone) != 0;
    return (strcmp(a->plate, b->plate) != 0 ? GS_CHANGED_PLATE : 0u) |
           (a->plate_colour != b->plate_colour ? GS_CHANGED_COLOUR : 0u) |
           (strcmp(a->trailer, b->trailer) != 0 ? GS_CHANGED_TRAILER : 0u) |
           (other_containers(a, b) ? GS_CHANGED_CONTAINERS : 0u) | (driver ? GS_CHANGED_DRIVER : 0u) |
           (strcmp(a->declaration_no, b->declaration_no) != 0 ? GS_CHANGED_DECLARATION : 0u);
}

/* Would the booking as it stands, with that truck, be one too many? */
static enum gs_code one_too_many(const struct gs_book *book, const struct gs_entry *e, const struct gs_truck *truck,
                                 int64_t *out_other_id)
{
    uint32_t windows = e->accepted;
    if (e->b.status != GS_WAITLISTED) {
        windows = UINT32_C(1) << gs_day_window_index(e->day, e->b.window);
    } else if ((e->accepted & ~gs_duplicates_claimed(book, truck, e->day, e)) != 0) {
        return GS_CODE_OK; /* there is still a window that it can wait for */
    }
    return gs_duplicates_refusal(book, truck, e->day, e, windows, out_other_id);
}

enum gs_code gs_amend_change(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    struct gs_truck truck = e->b.truck;
    if (c->if_version != -1 && c->if_version != e->b.version) {
        return GS_CODE_VERSION_MISMATCH;
    }
    enum gs_code may = gs_exceptions_may(c, out);
    if (may != GS_CODE_OK) {
        return may;
    }
    if (e->b.status != GS_WAITLISTED && e->b.status != GS_BOOKED && e->b.status != GS_ARRIVED) {
        return GS_CODE_WRONG_STATE;
    }
    merge_vehicle(c, &truck);
    merge_papers(c, &truck);
    if (e->b.wish.date < gs_tz_date(act->book->rules->tz, act->now_ms) - act->book->rules->retention_days) {
        memset(truck.driver_name, 0, sizeof truck.driver_name); /* it is not to be known any more */
        memset(truck.driver_phone, 0, sizeof truck.driver_phone);
    }
    out->other_id = c->u.change.has_containers ? gs_duplicates_container(act->book, &truck, e) : 0;
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_CONTAINER;
    }
    const bool new_reference = c->u.change.has_reference && strcmp(c->u.change.reference, e->b.reference) != 0;
    out->other_id = new_reference ? gs_duplicates_reference(act->book, e->b.owner, c->u.change.reference, e) : 0;
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_REFERENCE;
    }
    if (!gs_duplicates_unchanged(act->book, &e->b.truck, &truck)) {
        enum gs_code code = one_too_many(act->book, e, &truck, &out->other_id);
        if (code != GS_CODE_OK) {
            return code;
        }
    }
    bool new_plate = strcmp(truck.plate, e->b.truck.plate) != 0;
    unsigned used = 0;
    if (new_plate && gs_exceptions_suspended(act->book, c, truck.plate, out, &used)) {
        return GS_CODE_SUSPENDED;
    }
    /* From its slot's start on the plate that was promised answers for it; the gate may put down the truck that came instead. */
    if (new_plate && e->b.status == GS_BOOKED && act->now_ms >= e->b.slot_start_ms &&
        act->actor->role == GS_ROLE_BACKEND) {
        out->at_ms = e->b.slot_start_ms;
        return GS_CODE_PAST_CUTOFF;
    }
    unsigned differs = changed(&e->b.truck, &truck) | (new_reference ? GS_CHANGED_REFERENCE : 0u);
    if (differs == 0) { /* the same again: an event would say nothing, and others' versions would be outdated by it */
        return GS_CODE_OK;
    }
    gs_change_begin(&change, act, e, GS_EV_CHANGED);
    change.event.changed = differs;
    change.event.exceptions = used;
    e->b.exceptions = used | (new_plate ? e->b.exceptions & ~(unsigned)GS_EXCEPTION_SUSPENDED : e->b.exceptions);
    if (differs != GS_CHANGED_REFERENCE) {
        gs_change_truck(&change, &truck);
    }
    if (new_reference) {
        gs_change_reference(&change, c->u.change.reference);
    }
    gs_change_commit(&change);
    return GS_CODE_OK;
}

enum gs_code gs_amend_cancel(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    (void)c;
    (void)out;
    if (gs_booking_next(&e->b, GS_STEP_CANCEL) < 0) {
        return GS_CODE_WRONG_STATE;
    }
    bool held = e->b.place >= 0;
    gs_change_begin(&change, act, e, GS_EV_CANCELLED);
    if (held) {
        gs_change_give_back(&change);
    }
    e->b.late_cancel = held && act->book->rules->late_cancel && (e->b.late_cancel || act->now_ms >= e->b.slot_start_ms);
    change.event.late = e->b.late_cancel;
    gs_change_status(&change, GS_STEP_CANCEL);
    e->b.ended_ms = act->now_ms;
    gs_change_commit(&change);
    gs_change_tell_strike(act, e);
    return GS_CODE_OK;
}
