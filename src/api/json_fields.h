/* The members of one JSON object, taken one by one; every fault goes to a list, with its pointer, so that a client learns of
 * all at once. null counts as not given. */
#ifndef GATESLOT_API_JSON_FIELDS_H
#define GATESLOT_API_JSON_FIELDS_H

#include "gateslot/base/fault.h"
#include "gateslot/base/json_read.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_fields {
    const struct gs_json_value *object; /* borrowed; NULL: no object, all members are missing */
    const char *base;                   /* its pointer, "" at the top */
    const char *const *names;
    struct gs_faults *faults;
    size_t taken; /* members present and asked for */
};

enum gs_need {
    GS_OPTIONAL, /* may be left out */
    GS_NULLABLE, /* may be left out, or null: not to have it */
    GS_REQUIRED  /* must be there; null is as missing as an empty text */
};

struct gs_piece_of_text {
    const char *text; /* within the JSON value, NUL-terminated; NULL: not given, or at fault */
    size_t len;
};

/* value: a fault if it is no object. names: all members that may be asked for, NULL at the end. */
void gs_fields_open(struct gs_fields *f, const struct gs_json_value *value, const char *base, const char *const *names,
                    struct gs_faults *faults);
/* After the last member was taken: those that nobody took are faults. */
void gs_fields_close(const struct gs_fields *f);
/* NULL if missing (a fault if required), or null where that may be. */
const struct gs_json_value *gs_fields_take(struct gs_fields *f, const char *name, enum gs_need need);
bool gs_fields_has(const struct gs_fields *f, const char *name); /* also if null */
/* A text of 1 to max characters of which something is seen, without those no text may have (gs_point_banned). */
struct gs_piece_of_text gs_fields_text(struct gs_fields *f, const char *name, enum gs_need need, size_t max);
/* The same for a member of an array: name is "containers/0". */
struct gs_piece_of_text gs_value_text(const struct gs_fields *f, const struct gs_json_value *value, const char *name,
                                      size_t max);
/* True if given and good. */
bool gs_fields_bool(struct gs_fields *f, const char *name, bool *out);
/* null is as not given. */
bool gs_fields_int(struct gs_fields *f, const char *name, int64_t min, int64_t max, int32_t *out);
/* An array of at most max; NULL if not given, null where that may be, or at fault. */
const struct gs_json_value *gs_fields_array(struct gs_fields *f, const char *name, enum gs_need need, size_t max);
void gs_fields_fault(const struct gs_fields *f, enum gs_fault_kind kind, const char *name, const char *found,
                     const char *expected);

#endif
