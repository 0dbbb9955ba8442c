/* One fault in what a caller sent: where (JSON pointer), which kind, what was found, what is expected. Codecs and
 * core add to the same list; the sentences, Chinese and English, are made once, in api/fault_text.c. */
#ifndef GATESLOT_BASE_FAULT_H
#define GATESLOT_BASE_FAULT_H

#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stddef.h>

enum gs_fault_kind {
    GS_FAULT_REQUIRED, /* missing or empty */
    GS_FAULT_UNKNOWN_FIELD,
    GS_FAULT_TYPE,     /* expected: "string", "integer", … */
    GS_FAULT_TOO_LONG, /* expected: the limit */
    GS_FAULT_TOO_MANY,
    GS_FAULT_FORMAT,      /* expected: the form in words of the standard */
    GS_FAULT_LENGTH,      /* expected: the length */
    GS_FAULT_ALPHABET,    /* found: the offending character */
    GS_FAULT_CHECK_DIGIT, /* expected: the digit */
    GS_FAULT_RANGE,       /* expected: "1..10000" */
    GS_FAULT_CHOICE,      /* expected: the choices, comma-separated */
    GS_FAULT_REPEATED,    /* the same value twice */
    GS_FAULT_NO_SUCH_DATE,
    GS_FAULT_NO_SUCH_WINDOW, /* expected: the windows of that day */
    GS_FAULT_NO_SUCH_SLOT,   /* expected: e.g. "08:00, 08:30 … 19:30" */
    GS_FAULT_NOT_ALLOWED,    /* the role may not set this, or (expected) not for that */
    GS_FAULT_EMPTY,          /* named, but without a value */
    GS_FAULT_TOO_SHORT,      /* expected: how many characters at least */
    GS_FAULT_NOT_BEFORE,     /* a time; expected: what it cannot be before, */
    GS_FAULT_NOT_AFTER,      /* or after */
    GS_FAULT_CONFIG,         /* of a configuration: in the words of its check */
    GS_FAULT_SAME_AS,        /* it must not be what another member is: expected */
    GS_FAULT_NOT_LISTED,     /* the configuration does not name it: expected is the option */
    GS_FAULT_NO_SUCH_NAME,   /* of a token, user or device */
    GS_FAULT_KINDS
};

#define GS_POINTER_MAX 63
#define GS_FAULT_TEXT_MAX 95

struct gs_fault {
    enum gs_fault_kind kind;
    char pointer[GS_POINTER_MAX + 1];  /* RFC 6901, "" for the whole body; "?name" for a query parameter */
    char found[GS_FAULT_TEXT_MAX + 1]; /* cut at a character's edge; "" where there is nothing to show */
    char expected[GS_FAULT_TEXT_MAX + 1];
};

struct gs_faults {
    size_t count; /* at most GS_MAX_FAULTS are kept */
    struct gs_fault list[GS_MAX_FAULTS];
};

/* Stable code of a kind, e.g. "check_digit". */
const char *gs_fault_code(enum gs_fault_kind kind);
/* found and expected may be NULL. Of what may be a person's number (11 digits or more on end: phones, identity cards) only
 * the first three and last four digits are kept: faults are shown and logged by clients. */
void gs_fault_add(struct gs_faults *faults, enum gs_fault_kind kind, const char *pointer, const char *found,
                  const char *expected);
/* The rest of a pointer, printf-like, for members of arrays. */
const char *gs_fault_pointer(char out[GS_POINTER_MAX + 1], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
