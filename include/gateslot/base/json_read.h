/* Reads JSON text (RFC 8259) strictly: no duplicate names, no malformed UTF-8, no NUL in a text, no integer beyond 64 bits, nothing
 * behind the value. What is refused is named with its line and column. */
#ifndef GATESLOT_BASE_JSON_READ_H
#define GATESLOT_BASE_JSON_READ_H

#include "gateslot/base/arena.h"
#include <stddef.h>
#include <stdint.h>

enum gs_json_kind {
    GS_JSON_NULL,
    GS_JSON_FALSE,
    GS_JSON_TRUE,
    GS_JSON_INTEGER,
    GS_JSON_REAL, /* its grammar is checked, its value is not kept */
    GS_JSON_STRING,
    GS_JSON_ARRAY,
    GS_JSON_OBJECT
};

struct gs_json_value { /* lives in the arena it was read into */
    enum gs_json_kind kind;
    uint32_t count;   /* of an array's items or an object's members */
    const char *name; /* of a member; NUL-terminated, without NULs inside; NULL: no member */
    size_t name_len;
    const char *text; /* of a string, the same */
    size_t len;
    int64_t number;                           /* of an integer */
    const struct gs_json_value *first, *next; /* of what is in it; beside it, in the order of the text */
};

struct gs_json_error {
    int line, column;   /* where reading stopped, from 1, in characters */
    const char *reason; /* a static text */
};

/* A value of any kind; NULL with *error, where the text is none, nests deeper than GS_JSON_DEPTH_MAX, has an object with more than
 * GS_JSON_MEMBERS_MAX members, or there is no memory. The texts are copies: text need not stay. */
const struct gs_json_value *gs_json_read(const char *text, size_t len, struct gs_arena *arena,
                                         struct gs_json_error *error);
/* By name; NULL: there is none, or value is NULL or no object. */
const struct gs_json_value *gs_json_member(const struct gs_json_value *value, const char *name);
/* The object without that member of it: copied into the arena, but for what its members hold. NULL without memory. */
const struct gs_json_value *gs_json_without(const struct gs_json_value *object, const struct gs_json_value *member,
                                            struct gs_arena *arena);
/* The index-th of an array or object; NULL beyond the last. */
const struct gs_json_value *gs_json_item(const struct gs_json_value *value, size_t index);

#endif
