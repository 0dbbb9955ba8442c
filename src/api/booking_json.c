/* Writes a booking as JSON, in the form that openapi.json describes, and masks personal data where it is shown in a list or on a
 * display. Whether the caller may see the booking at all was decided before. */
#include "booking_json.h"
#include <string.h>

void gs_json_time(struct gs_json *j, const char *key, int64_t at_ms, const struct gs_tz *tz)
{
    char text[GS_RFC3339_TEXT];
    gs_rfc3339_format(at_ms, tz, text);
    gs_json_str(j, key, text);
}

void gs_json_time_or_null(struct gs_json *j, const char *key, int64_t at_ms, const struct gs_tz *tz)
{
    if (at_ms == 0) {
        gs_json_null(j, key);
    } else {
        gs_json_time(j, key, at_ms, tz);
    }
}

void gs_json_date(struct gs_json *j, const char *key, gs_date date)
{
    char text[GS_DATE_TEXT];
    gs_date_format(date, text);
    gs_json_str(j, key, text);
}

void gs_json_hhmm(struct gs_json *j, const char *key, int32_t min)
{
    char text[GS_HHMM_TEXT];
    gs_hhmm_format(min, text);
    gs_json_str(j, key, text);
}

void gs_json_span(struct gs_json *j, const char *key, int64_t start_ms, int64_t end_ms, const struct gs_tz *tz)
{
    gs_json_object(j, key);
    gs_json_time(j, "start", start_ms, tz);
    gs_json_time(j, "end", end_ms, tz);
    gs_json_end_object(j);
}

void gs_json_booking_id(struct gs_json *j, const char *key, int64_t id)
{
    char text[GS_BOOKING_ID_TEXT];
    gs_booking_id_format(id, text);
    gs_json_str(j, key, text);
}

static void text_or_null(struct gs_json *j, const char *key, const char *text)
{
    gs_json_str(j, key, text[0] != '\0' ? text : NULL);
}

static void write_wish(struct gs_json *j, const struct gs_booking *b)
{
    const char *at = b->wish.windows;
    gs_json_date(j, "date", b->wish.date);
    gs_json_array(j, "windows");
    while (*at != '\0') {
        size_t len = strcspn(at, ",");
        gs_json_strn(j, NULL, at, len);
        at += len + (at[len] == ',' ? 1 : 0);
    }
    gs_json_end_array(j);
    if (b->wish.slot_min >= 0) {
        gs_json_hhmm(j, "wished_slot", b->wish.slot_min);
    } else {
        gs_json_null(j, "wished_slot");
    }
    gs_json_bool(j, "flexible", b->flexible);
    gs_json_bool(j, "waitlist", b->waitlist);
    gs_json_str(j, "priority", b->urgent ? "urgent" : "normal");
}

static void write_driver(struct gs_json *j, const struct gs_truck *t, enum gs_disclosure show)
{
    char name[GS_DRIVER_NAME_MAX + 1], phone[GS_PHONE_MAX + 1];
    gs_json_object(j, "driver");
    if (show == GS_SHOW_WHOLE) {
        text_or_null(j, "name", t->driver_name);
        text_or_null(j, "phone", t->driver_phone);
    } else {
        gs_driver_mask(t->driver_name, name);
        gs_phone_mask(t->driver_phone, phone);
        text_or_null(j, "name", name);
        text_or_null(j, "phone", phone);
    }
    gs_json_end_object(j);
}

static void write_truck(struct gs_json *j, const struct gs_booking *b, enum gs_disclosure show)
{
    const struct gs_truck *t = &b->truck;
    text_or_null(j, "plate", t->plate);
    text_or_null(j, "plate_given", t->plate_given);
    gs_json_str(j, "plate_colour", gs_plate_colour_name(t->plate_colour));
    text_or_null(j, "trailer_plate", t->trailer);
    gs_json_array(j, "containers");
    for (int32_t i = 0; i < t->container_count; i++) {
        gs_json_str(j, NULL, t->containers[i]);
    }
    gs_json_end_array(j);
    gs_json_object(j, "company");
    gs_json_str(j, "uscc", b->uscc);
    gs_json_str(j, "name", b->company_name);
    gs_json_end_object(j);
    write_driver(j, t, show);
    text_or_null(j, "declaration_no", t->declaration_no);
    text_or_null(j, "reference", b->reference);
}

/* A waiting booking promises nothing, even if it once had a place. */
static void write_promise(struct gs_json *j, const struct gs_booking *b, const struct gs_tz *tz)
{
    bool promised = b->window[0] != '\0' && b->status != GS_WAITLISTED;
    if (promised) {
        gs_json_str(j, "window", b->window);
        gs_json_span(j, "slot", b->slot_start_ms, b->slot_end_ms, tz);
        gs_json_time(j, "arrive_from", b->arrive_from_ms, tz);
        gs_json_time(j, "arrive_until", b->arrive_until_ms, tz);
        return;
    }
    gs_json_null(j, "window");
    gs_json_null(j, "slot");
    gs_json_null(j, "arrive_from");
    gs_json_null(j, "arrive_until");
}

/* All that a display is told: enough for a driver to know his truck and his time, and nothing that leads further. */
static void write_public(struct gs_json *j, const struct gs_booking *b, const struct gs_tz *tz, enum gs_disclosure show)
{
    char masked[GS_PLATE_MASKED_MAX + 1];
    gs_plate_mask(b->truck.plate, show == GS_SHOW_PUBLIC_LONGER ? 4 : 3, masked);
    gs_json_str(j, "plate", masked);
    gs_json_str(j, "status", gs_status_name(b->status));
    gs_json_date(j, "date", b->wish.date);
    write_promise(j, b, tz);
}

static void write_steps(struct gs_json *j, const struct gs_booking *b, const struct gs_tz *tz)
{
    gs_json_time_or_null(j, "arrived_at", b->arrived_ms, tz);
    gs_json_time_or_null(j, "held_at", b->held_ms, tz);
    gs_json_time_or_null(j, "entered_at", b->entered_ms, tz);
    gs_json_time_or_null(j, "cleared_at", b->cleared_ms, tz);
    gs_json_time_or_null(j, "departed_at", b->departed_ms, tz);
    gs_json_time_or_null(j, "ended_at", b->ended_ms, tz);
    gs_json_bool(j, "delayed", b->delayed);
    gs_json_bool(j, "displaced", b->displaced);
    gs_json_bool(j, "walk_in", b->walk_in);
}

static void write_exceptions(struct gs_json *j, unsigned exceptions)
{
    gs_json_array(j, "exceptions");
    for (unsigned bit = 1; bit <= GS_EXCEPTIONS_ALL; bit <<= 1) {
        if ((exceptions & bit) != 0) {
            gs_json_str(j, NULL, gs_exception_name((enum gs_exception)bit));
        }
    }
    gs_json_end_array(j);
}

static void write_warnings(struct gs_json *j, unsigned warnings)
{
    gs_json_array(j, "warnings");
    for (unsigned bit = 1; bit <= warnings; bit <<= 1) {
        if (warnings & bit) {
            gs_json_str(j, NULL, gs_warning_code((enum gs_warning)bit));
        }
    }
    gs_json_end_array(j);
}

void gs_json_live_booking(struct gs_json *j, const char *key, const struct gs_booking *b, const struct gs_book *book,
                          enum gs_disclosure show)
{
    int32_t position = b->status == GS_WAITLISTED ? gs_book_waitlist_position(book, b) : 0;
    gs_json_booking(j, key, b, position, gs_book_rules(book)->tz, show);
}

void gs_json_booking(struct gs_json *j, const char *key, const struct gs_booking *b, int32_t waitlist_position,
                     const struct gs_tz *tz, enum gs_disclosure show)
{
    gs_json_booking_open(j, key, b, waitlist_position, tz, show);
    gs_json_end_object(j);
}

void gs_json_booking_open(struct gs_json *j, const char *key, const struct gs_booking *b, int32_t waitlist_position,
                          const struct gs_tz *tz, enum gs_disclosure show)
{
    gs_json_object(j, key);
    if (show >= GS_SHOW_PUBLIC) {
        write_public(j, b, tz, show);
        return;
    }
    gs_json_booking_id(j, "id", b->id);
    gs_json_str(j, "status", gs_status_name(b->status));
    write_wish(j, b);
    write_truck(j, b, show);
    write_promise(j, b, tz);
    gs_json_str(j, "pass_code", b->pass_code);
    if (waitlist_position > 0) {
        gs_json_int(j, "waitlist_position", waitlist_position);
    } else {
        gs_json_null(j, "waitlist_position");
    }
    gs_json_int(j, "version", b->version);
    write_steps(j, b, tz);
    gs_json_bool(j, "excused", b->excused);
    write_exceptions(j, b->exceptions);
    write_warnings(j, b->truck.warnings);
    gs_json_str(j, "submitted_by", b->owner);
    gs_json_time(j, "created_at", b->created_ms, tz);
    gs_json_time(j, "updated_at", b->updated_ms, tz);
}
