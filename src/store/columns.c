/* Writes the columns into statements: a statement stays one static text beside the function that runs it and says {booking} where the
 * columns of a booking go. Done once for each statement, when it is prepared. */
#include "columns.h"
#include "gateslot/core/fields.h"
#include <assert.h>
#include <string.h>

static const struct gs_field_list *list_named(const char *name, size_t len)
{
    static const struct gs_field_list *const lists[] = {
        &gs_booking_fields, &gs_capacity_fields, &gs_token_fields,   &gs_idem_fields,         &gs_turned_away_fields,
        &gs_user_fields,    &gs_session_fields,  &gs_webhook_fields, &gs_webhook_retry_fields};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strlen(lists[i]->name) == len && memcmp(lists[i]->name, name, len) == 0) {
            return lists[i];
        }
    }
    return NULL;
}

static void add_list(const struct gs_field_list *list, char form, struct gs_buf *out)
{
    const char *comma = "";
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_field *f = &list->at[i];
        if ((f->flags & GS_FIELD_DERIVED) != 0 || (form == '=' && (f->flags & GS_FIELD_KEY) != 0)) {
            continue;
        }
        gs_buf_str(out, comma);
        comma = ",";
        if (form == '?') {
            gs_buf_char(out, '?');
        } else if (form == '=') {
            gs_buf_printf(out, "\"%s\"=excluded.\"%s\"", f->name, f->name);
        } else {
            gs_buf_printf(out, "\"%s\"", f->name);
        }
    }
    if (form != '*') {
        gs_buf_str(out, form == '?' ? ",?" : form == '=' ? ",checksum=excluded.checksum" : ",checksum");
    }
}

void gs_columns_expand(const char *sql, struct gs_buf *out)
{
    for (const char *open; (open = strchr(sql, '{')) != NULL;) {
        gs_buf_add(out, sql, (size_t)(open - sql));
        const size_t len = strcspn(open + 1, "?=*}");
        const char *after = open + 1 + len;
        const struct gs_field_list *list = list_named(open + 1, len);
        assert(list != NULL);
        add_list(list, *after, out);
        sql = after + (*after == '}' ? 1 : 2);
    }
    gs_buf_str(out, sql);
}
