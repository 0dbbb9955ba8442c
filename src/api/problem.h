/* Problems (RFC 9457): for each code its HTTP status, and a title and a detail in both languages, filled with what the outcome
 * knows. */
#ifndef GATESLOT_API_PROBLEM_H
#define GATESLOT_API_PROBLEM_H

#include "gateslot/base/fault.h"
#include "gateslot/core/command.h"
#include "gateslot/http/exchange.h"
#include "phrase.h"

struct gs_problem {
    enum gs_code code;
    int status;                       /* 0: the code's own */
    const struct gs_outcome *outcome; /* what the core said; NULL: nothing */
    const struct gs_faults *faults;   /* listed in errors; NULL: none */
    const struct gs_preview *config;  /* likewise its faults; NULL: no configuration */
    const struct gs_buf *items;       /* BATCH_REFUSED: what became of each, as a JSON array; else NULL */
    const struct gs_words
        *detail;       /* in place of the code's; NULL: the code's. May use {what} and the outcome's words */
    const char *what;  /* {what} of the detail */
    const char *other; /* {other} of the detail */
    int64_t retry_s;   /* Retry-After, where the code has one; 0: GS_RETRY_AFTER_S */
    int command;       /* enum gs_command_kind, for the words of what was tried; -1: none */
};

#define GS_RETRY_AFTER_S "2"

int gs_code_status(enum gs_code code);
/* Appends the whole body. x gives language, asker and site. */
void gs_problem_write(struct gs_buf *out, const struct gs_exchange *x, const struct gs_problem *p);
const char *gs_code_title(enum gs_code code, enum gs_lang lang);
/* The template of the detail where nothing particular is known; for the test that reads them all. */
const char *gs_code_detail(enum gs_code code, enum gs_lang lang);
/* Of a code that says that another booking stands in the way: the detail that names it, for those who may see it; NULL: any other code. */
const struct gs_words *gs_code_about_other(enum gs_code code);

#endif
