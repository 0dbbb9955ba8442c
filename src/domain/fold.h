/* What all checks of the domain share: bringing what people type into one form, and saying what is wrong with it. */
#ifndef GATESLOT_SRC_DOMAIN_FOLD_H
#define GATESLOT_SRC_DOMAIN_FOLD_H

#include "gateslot/domain/checks.h"

/* Longest text that is looked at, in characters; every form checked here is far shorter. */
#define FOLD_MAX 64

/* A text as code points: trimmed, full-width as ASCII, upper case. */
struct fold {
    size_t count; /* of characters */
    int32_t points[FOLD_MAX];
};

enum fold_drop {
    FOLD_KEEP,       /* nothing inside the text */
    FOLD_BLANKS,     /* spaces and "-" */
    FOLD_SEPARATORS, /* those, "·", "•" and "." */
};

enum fold_result { FOLD_OK, FOLD_NOT_UTF8, FOLD_TOO_LONG };

enum fold_result fold_text(struct fold *out, const char *text, size_t len, enum fold_drop drop);
/* Writes one code point in UTF-8, up to 4 bytes; returns how many. */
size_t fold_encode(int32_t point, char out[4]);
/* Back to UTF-8, from the from-th character on, cut at a character's edge; whether all of it fitted. */
bool fold_write(const struct fold *fold, size_t from, char *out, size_t size);
/* Characters that are known to be ASCII, all from the from-th on, into room enough for them. */
void fold_ascii(const struct fold *fold, size_t from, char *out);

bool fold_digit(int32_t point);
bool fold_letter(int32_t point); /* A–Z */
bool fold_control(int32_t point);

struct gs_verdict verdict_ok(void);
struct gs_verdict verdict_refuse(enum gs_fault_kind kind, const char *found, const char *expected);
/* For GS_FAULT_ALPHABET and such: found is the character, as U+200B where it cannot be seen. */
struct gs_verdict verdict_point(enum gs_fault_kind kind, int32_t point, const char *expected);
/* GS_FAULT_LENGTH: found is the number of characters. */
struct gs_verdict verdict_length(size_t count, const char *expected);
struct gs_verdict verdict_too_long(size_t limit);
/* Folds text and refuses what no form can be: nothing, too much, bad UTF-8. */
struct gs_verdict verdict_of_fold(struct fold *out, const char *text, size_t len, enum fold_drop drop);

#endif
