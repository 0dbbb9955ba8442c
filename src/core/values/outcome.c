/* Outcomes: what one says besides its code and numbers, as a text. */
#include "gateslot/core/command.h"
#include "values/names.h"

#include <string.h>

static const char *const switch_keys[GS_SWITCHES] = {
    [GS_SWITCH_NONE] = "",
    [GS_SWITCH_WALK_INS] = "yard.walk_ins",
    [GS_SWITCH_DELAY_REPORTS] = "booking.delay_reports",
    [GS_SWITCH_STRIKES] = "strikes.limit",
};

const char *gs_switch_key(enum gs_switch s)
{
    return gs_name_of(switch_keys, GS_SWITCHES, (unsigned)s);
}

const char *gs_outcome_text(const struct gs_outcome *o, char out[GS_OUTCOME_TEXT])
{
    static const char week[] = "week ";
    switch (o->limit_of) {
    case GS_LIMIT_OF_WINDOW:
        return o->window;
    case GS_LIMIT_OF_DAY:
        gs_date_format(o->date, out);
        return out;
    case GS_LIMIT_OF_WEEK:
        memcpy(out, week, sizeof week);
        gs_date_format(o->date, out + sizeof week - 1);
        return out;
    case GS_LIMIT_OF_NAME:
        return "name";
    case GS_LIMIT_OF_UNKNOWN_COMPANY:
        return "unknown company";
    case GS_LIMIT_OF_LATE_NAME:
    case GS_LIMIT_OF_LATE_COMPANY:
    case GS_LIMIT_OF_NONE:
        break;
    }
    return o->off != GS_SWITCH_NONE ? gs_switch_key(o->off) : o->reason;
}
