/* Writes an option that changed, for the event of a reload and for its preview. */
#include "gateslot/base/option_change.h"

void gs_option_change_json(struct gs_json *j, const struct gs_option_change *o)
{
    gs_json_object(j, NULL);
    gs_json_str(j, "key", o->key);
    gs_json_str(j, "old", o->before);
    gs_json_str(j, "new", o->after);
    gs_json_bool(j, "restart", o->restart);
    gs_json_end_object(j);
}
