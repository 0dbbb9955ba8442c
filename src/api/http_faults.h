/* What is wrong with a request that is no HTTP, for people. */
#ifndef GATESLOT_API_HTTP_FAULTS_H
#define GATESLOT_API_HTTP_FAULTS_H

#include "phrase.h"

/* The same fault in that language; what is not known here stays as it is. */
const char *gs_http_fault(const char *what, enum gs_lang lang);
/* A detail in both languages, of {what} in Chinese and {other} in English: where the one that is wanted was not read. */
const struct gs_words *gs_http_fault_in_both(void);

#endif
