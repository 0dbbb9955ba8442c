/* The query of a request: strict. Unknown, repeated and malformed parameters are faults at "?name", and so are those
 * without a value: what was meant by "?dry_run" must not be guessed. */
#ifndef GATESLOT_API_PARAMS_H
#define GATESLOT_API_PARAMS_H

#include "gateslot/base/fault.h"
#include "gateslot/base/time.h"
#include <stdbool.h>
#include <stdint.h>

#define GS_PARAMS_MAX 8

struct gs_params {
    const char *const *names; /* allowed; borrowed; NULL ends them */
    const char *values[GS_PARAMS_MAX];
    struct gs_faults *faults;      /* borrowed */
    char text[GS_TARGET_MAX + 64]; /* decoded values, each with its NUL */
};

/* names: at most GS_PARAMS_MAX, NULL at the end. Faults go to faults. */
void gs_params_parse(struct gs_params *p, const char *query, const char *const *names, struct gs_faults *faults);
const char *gs_params_text(const struct gs_params *p, const char *name); /* NULL: not given */
/* True if given and good; a fault if given and not. out is left alone otherwise. */
bool gs_params_date(struct gs_params *p, const char *name, gs_date *out);
bool gs_params_int(struct gs_params *p, const char *name, int64_t min, int64_t max, int64_t *out);
bool gs_params_bool(struct gs_params *p, const char *name, bool *out); /* "true" or "false" */
/* A text of at most max characters, and of fewer than size bytes, copied to out. */
bool gs_params_copy(struct gs_params *p, const char *name, char *out, size_t size, size_t max);

/* "YYYY-MM-DD" or a fault at pointer that tells a malformed date from one that does not exist. */
bool gs_date_read(const char *text, size_t len, const char *pointer, struct gs_faults *faults, gs_date *out);
/* The name among names (NULL ends them) that was probably meant; NULL if none is near. */
const char *gs_did_you_mean(const char *const *names, const char *given);
/* NULL, or the first character that no text may have (gs_point_banned), as "U+0007". */
const char *gs_bad_character(const char *text, size_t len, char out[16]);

#endif
