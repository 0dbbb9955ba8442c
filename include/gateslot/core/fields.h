/* The fields of the values that are stored, each named once: where it lies, of what kind it is, what it may hold. Whoever binds a row,
 * reads one, writes the SQL for it or digests a booking walks these lists, so a new field is one line here and one more step in
 * store/schema.c. tests/store holds the lists to the structs and to the tables. */
#ifndef GATESLOT_CORE_FIELDS_H
#define GATESLOT_CORE_FIELDS_H

#include <stddef.h>
#include <stdint.h>

enum gs_field_kind {
    GS_FIELD_INT64,
    GS_FIELD_INT32, /* enums too */
    GS_FIELD_UINT32,
    GS_FIELD_BOOL,
    GS_FIELD_TEXT, /* char[size], ended by a NUL */
    GS_FIELD_HASH  /* unsigned char[32] */
};

#define GS_FIELD_KEY 1U     /* names the row: an update leaves it as it is */
#define GS_FIELD_DERIVED 2U /* follows from other fields: not a column */
#define GS_FIELD_COUNTED 4U /* one of several that another field counts; "" where there are fewer */

struct gs_field {
    const char *name; /* of the column */
    enum gs_field_kind kind;
    unsigned flags;
    size_t at, size;
    int64_t min, max; /* of a number */
};

struct gs_field_list {
    const char *name; /* "booking" */
    const struct gs_field *at;
    size_t count;
};

extern const struct gs_field_list gs_booking_fields, gs_capacity_fields, gs_token_fields, gs_idem_fields,
    gs_turned_away_fields, gs_user_fields, gs_session_fields, gs_webhook_fields, gs_webhook_retry_fields;

int64_t gs_field_int(const struct gs_field *f, const void *of); /* of: the struct; any number or bool */
void gs_field_set_int(const struct gs_field *f, void *of, int64_t value);

#endif
