/* Writes JSON text (RFC 8259) into a gs_buf: commas and escaping are its business, structure the caller's.
 * key is NULL inside an array and at the top; keys are written as they stand, so they hold nothing to escape. Malformed
 * UTF-8 in a value becomes U+FFFD. Reading is json_read.h's. */
#ifndef GATESLOT_BASE_JSON_H
#define GATESLOT_BASE_JSON_H

#include "gateslot/base/buf.h"
#include <stdbool.h>
#include <stdint.h>

struct gs_json {
    struct gs_buf *out; /* borrowed */
    bool comma;         /* a value was written at this level */
};

void gs_json_init(struct gs_json *j, struct gs_buf *out);
void gs_json_object(struct gs_json *j, const char *key); /* { */
void gs_json_end_object(struct gs_json *j);
void gs_json_array(struct gs_json *j, const char *key);
void gs_json_end_array(struct gs_json *j);
void gs_json_str(struct gs_json *j, const char *key, const char *value); /* NULL value: null */
void gs_json_strn(struct gs_json *j, const char *key, const char *value, size_t len);
void gs_json_int(struct gs_json *j, const char *key, int64_t value);
void gs_json_tenths(struct gs_json *j, const char *key, int64_t tenths); /* 123 → 12.3 */
void gs_json_bool(struct gs_json *j, const char *key, bool value);
void gs_json_null(struct gs_json *j, const char *key);
void gs_json_raw(struct gs_json *j, const char *key, const char *json, size_t len); /* a value already written */

#endif
