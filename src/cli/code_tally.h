/* Counts of outcomes by their code. */
#ifndef GATESLOT_CLI_CODE_TALLY_H
#define GATESLOT_CLI_CODE_TALLY_H

#include "text_table.h"

#define GS_TALLY_MAX 40 /* different codes; further ones count as "other" */
#define GS_TALLY_CODE_MAX 39

struct gs_code_tally {
    size_t count;
    struct {
        char code[GS_TALLY_CODE_MAX + 1];
        int64_t times;
    } rows[GS_TALLY_MAX];
};

void gs_code_tally_add(struct gs_code_tally *t, const char *code);
int64_t gs_code_tally_sum(const struct gs_code_tally *t);
json_t *gs_code_tally_json(const struct gs_code_tally *t); /* {"full":4,…}, new reference */
/* A row "PREFIX: CODE" and its count for each. */
void gs_code_tally_rows(const struct gs_code_tally *t, enum gs_cli_lang lang, enum gs_word outcome,
                        struct gs_text_table *table);

#endif
