/* Plans as values: how they are given back, and an id as text. Making and carrying them out is flow/capacity_plan.c's. */
#include "gateslot/core/plan.h"

#include <stdlib.h>
#include <string.h>

void gs_plan_finish(struct gs_plan *p)
{
    free(p->moved.at);
    free(p->waitlisted.at);
    free(p->promoted.at);
    *p = (struct gs_plan){0};
}

void gs_plans_finish(struct gs_plans *p)
{
    for (size_t i = 0; i < p->count; i++) {
        gs_plan_finish(&p->at[i]);
    }
    free(p->at);
    *p = (struct gs_plans){0};
}

void gs_plan_id_format(uint64_t id, char out[GS_PLAN_ID_TEXT])
{
    for (int i = 0; i < 16; i++) {
        out[i] = "0123456789abcdef"[id >> (60 - 4 * i) & 15];
    }
    out[16] = '\0';
}

bool gs_plan_id_parse(const char *text, size_t len, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t id = 0;
    if (len != 16) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;
        if (digit == NULL) {
            return false;
        }
        id = id << 4 | (uint64_t)(digit - digits);
    }
    *out = id;
    return true;
}
