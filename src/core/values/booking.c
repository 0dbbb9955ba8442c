/* The life of a booking: the names of its states and of the roles, its id as text, what its truck carries, and the one table of
 * allowed moves. Whoever moves a booking asks gs_booking_next first. Nothing here changes a booking, and nothing here knows
 * times, places or roles: those conditions belong to the commands. */
#include "gateslot/core/booking.h"
#include "values/names.h"
#include <string.h>

static const char *const status_names[GS_STATUSES] = {
    [GS_WAITLISTED] = "waitlisted", [GS_BOOKED] = "booked",     [GS_ARRIVED] = "arrived",     [GS_ENTERED] = "entered",
    [GS_CLEARED] = "cleared",       [GS_DEPARTED] = "departed", [GS_CANCELLED] = "cancelled", [GS_EXPIRED] = "expired",
    [GS_NO_SHOW] = "no_show",       [GS_REFUSED] = "refused",
};

static const char *const role_names[GS_ROLES] = {
    [GS_ROLE_SYSTEM] = "system",         [GS_ROLE_BACKEND] = "backend", [GS_ROLE_GATE] = "gate",
    [GS_ROLE_SUPERVISOR] = "supervisor", [GS_ROLE_DISPLAY] = "display", [GS_ROLE_METRICS] = "metrics",
};

struct move {
    enum gs_status from;
    enum gs_step step;
    enum gs_status to;
};

/* DOMAIN: life of a booking. What is not listed is not allowed. */
static const struct move moves[] = {
    {GS_WAITLISTED, GS_STEP_PROMOTE, GS_BOOKED},
    {GS_WAITLISTED, GS_STEP_CANCEL, GS_CANCELLED},
    {GS_WAITLISTED, GS_STEP_EXPIRE, GS_EXPIRED},
    {GS_BOOKED, GS_STEP_DISPLACE, GS_WAITLISTED},
    {GS_BOOKED, GS_STEP_CANCEL, GS_CANCELLED},
    {GS_BOOKED, GS_STEP_NO_SHOW, GS_NO_SHOW},
    {GS_BOOKED, GS_STEP_ARRIVE, GS_ARRIVED},
    {GS_BOOKED, GS_STEP_REFUSE, GS_REFUSED},
    {GS_ARRIVED, GS_STEP_ENTER, GS_ENTERED},
    {GS_ARRIVED, GS_STEP_REFUSE, GS_REFUSED},
    {GS_ARRIVED, GS_STEP_REVERT, GS_BOOKED},
    {GS_ENTERED, GS_STEP_CLEAR, GS_CLEARED},
    {GS_ENTERED, GS_STEP_REVERT, GS_ARRIVED},
    {GS_CLEARED, GS_STEP_DEPART, GS_DEPARTED},
    {GS_CLEARED, GS_STEP_REVERT, GS_ENTERED},
    {GS_DEPARTED, GS_STEP_REVERT, GS_CLEARED},
    {GS_NO_SHOW, GS_STEP_REINSTATE, GS_ARRIVED},
    {GS_REFUSED, GS_STEP_REVERT, GS_REFUSED}, /* stands for before_refused, see gs_booking_next */
};

const char *gs_status_name(enum gs_status s)
{
    return gs_name_of(status_names, GS_STATUSES, (unsigned)s);
}

bool gs_status_parse(const char *name, enum gs_status *out)
{
    int found = gs_name_index(status_names, GS_STATUSES, name);
    if (found < 0) {
        return false;
    }
    *out = (enum gs_status)found;
    return true;
}

bool gs_status_terminal(enum gs_status s)
{
    return s >= GS_DEPARTED && s < GS_STATUSES;
}

bool gs_status_holds_place(enum gs_status s)
{
    return s >= GS_BOOKED && s <= GS_DEPARTED;
}

bool gs_status_inside(enum gs_status s)
{
    return s == GS_ENTERED || s == GS_CLEARED;
}

static const struct {
    enum gs_exception bit;
    const char *name;
} exceptions[] = {
    {GS_EXCEPTION_CUTOFF, "cutoff"},
    {GS_EXCEPTION_QUOTA, "quota"},
    {GS_EXCEPTION_SUSPENDED, "suspended"},
};

const char *gs_exception_name(enum gs_exception e)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (exceptions[i].bit == e) {
            return exceptions[i].name;
        }
    }
    return "";
}

bool gs_exception_parse(const char *name, enum gs_exception *out)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (strcmp(exceptions[i].name, name) == 0) {
            *out = exceptions[i].bit;
            return true;
        }
    }
    return false;
}

static const char *const step_names[GS_STEPS] = {
    [GS_STEP_PROMOTE] = "promote", [GS_STEP_DISPLACE] = "displace", [GS_STEP_CANCEL] = "cancel",
    [GS_STEP_EXPIRE] = "expire",   [GS_STEP_NO_SHOW] = "no_show",   [GS_STEP_ARRIVE] = "arrive",
    [GS_STEP_ENTER] = "enter",     [GS_STEP_CLEAR] = "clear",       [GS_STEP_DEPART] = "depart",
    [GS_STEP_REFUSE] = "refuse",   [GS_STEP_REVERT] = "revert",     [GS_STEP_REINSTATE] = "reinstate",
};

const char *gs_step_name(enum gs_step s)
{
    return gs_name_of(step_names, GS_STEPS, (unsigned)s);
}

bool gs_step_parse(const char *name, enum gs_step *out)
{
    int found = gs_name_index(step_names, GS_STEPS, name);
    if (found < 0) {
        return false;
    }
    *out = (enum gs_step)found;
    return true;
}

const char *gs_role_name(enum gs_role r)
{
    return gs_name_of(role_names, GS_ROLES, (unsigned)r);
}

bool gs_role_parse(const char *name, enum gs_role *out)
{
    int found = gs_name_index(role_names, GS_ROLES, name);
    if (found < 0) {
        return false;
    }
    *out = (enum gs_role)found;
    return true;
}

static int revert_of_refused(const struct gs_booking *b)
{
    return b->before_refused == GS_BOOKED || b->before_refused == GS_ARRIVED ? (int)b->before_refused : -1;
}

int gs_booking_next(const struct gs_booking *b, enum gs_step step)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].from == b->status && moves[i].step == step) {
            return b->status == GS_REFUSED ? revert_of_refused(b) : (int)moves[i].to;
        }
    }
    return -1;
}

int64_t gs_booking_ended_ms(const struct gs_booking *b)
{
    if (!gs_status_terminal(b->status)) {
        return 0;
    }
    return b->status == GS_DEPARTED ? b->departed_ms : b->ended_ms;
}

bool gs_booking_given_up_late(const struct gs_booking *b)
{
    return b->status == GS_CANCELLED && b->window[0] != '\0' && !b->displaced &&
           b->ended_ms > b->slot_start_ms - GS_SHORT_NOTICE_MS;
}

int64_t gs_booking_closed_ms(const struct gs_booking *b)
{
    return b->status == GS_DEPARTED || b->status == GS_REFUSED ? b->updated_ms : gs_booking_ended_ms(b);
}

bool gs_booking_archivable(const struct gs_booking *b, gs_date first_date)
{
    static const int64_t day_ms = INT64_C(24) * 60 * GS_MINUTE_MS;
    return gs_status_terminal(b->status) && b->wish.date < first_date &&
           gs_booking_closed_ms(b) < (first_date - 1) * day_ms;
}

void gs_booking_id_format(int64_t id, char out[GS_BOOKING_ID_TEXT])
{
    char digits[20];
    size_t count = 0, len = 3;
    uint64_t rest = id > 0 ? (uint64_t)id : 0;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    memcpy(out, "bk_", 3);
    while (count > 0) {
        out[len++] = digits[--count];
    }
    out[len] = '\0';
}

bool gs_booking_id_parse(const char *text, size_t len, int64_t *out)
{
    if (len < 4 || len >= GS_BOOKING_ID_TEXT || memcmp(text, "bk_", 3) != 0 || text[3] == '0') {
        return false;
    }
    int64_t id = 0;
    for (size_t i = 3; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        int64_t digit = text[i] - '0';
        if (id > (INT64_MAX - digit) / 10) {
            return false;
        }
        id = id * 10 + digit;
    }
    *out = id;
    return true;
}

bool gs_truck_has_container(const struct gs_truck *t, const char *container)
{
    for (int32_t i = 0; i < t->container_count; i++) {
        if (strcmp(t->containers[i], container) == 0) {
            return true;
        }
    }
    return false;
}
