/* Counts outcomes by the API's stable codes, for summaries. */
#include "code_tally.h"
#include <string.h>

void gs_code_tally_add(struct gs_code_tally *t, const char *code)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->rows[i].code, code) == 0) {
            t->rows[i].times++;
            return;
        }
    }
    if (t->count == GS_TALLY_MAX - 1) {
        code = "other";
    } else if (t->count == GS_TALLY_MAX) {
        t->rows[GS_TALLY_MAX - 1].times++;
        return;
    }
    snprintf(t->rows[t->count].code, sizeof t->rows[t->count].code, "%s", code);
    t->rows[t->count++].times = 1;
}

int64_t gs_code_tally_sum(const struct gs_code_tally *t)
{
    int64_t sum = 0;
    for (size_t i = 0; i < t->count; i++) {
        sum += t->rows[i].times;
    }
    return sum;
}

json_t *gs_code_tally_json(const struct gs_code_tally *t)
{
    json_t *object = json_object();
    for (size_t i = 0; i < t->count; i++) {
        json_object_set_new(object, t->rows[i].code, json_integer(t->rows[i].times));
    }
    return object;
}

void gs_code_tally_rows(const struct gs_code_tally *t, enum gs_cli_lang lang, enum gs_word outcome,
                        struct gs_text_table *table)
{
    for (size_t i = 0; i < t->count; i++) {
        char text[GS_TALLY_CODE_MAX + 64];
        snprintf(text, sizeof text, "%s%s%s", gs_word(lang, outcome), gs_word(lang, W_COLON), t->rows[i].code);
        gs_text_table_row(table);
        gs_text_table_text(table, text);
        gs_text_table_int(table, t->rows[i].times);
    }
}
