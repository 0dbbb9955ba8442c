/* Events that have become durable, with the texts that were stored, on their way from the writer to those who wait for them: so that a text is
 * made once, whoever reads it. */
#include "gateslot/core/record.h"
#include <stdlib.h>
#include <string.h>

int gs_durable_events_add(struct gs_durable_events *list, const struct gs_event *e, const char *json, size_t len)
{
    struct gs_durable_event *one = malloc(sizeof *one + len);
    if (one == NULL) {
        return GS_E_NOMEM;
    }
    *one = (struct gs_durable_event){.seq = e->seq, .type = e->type, .len = len};
    memcpy(one->owner, e->owner, sizeof one->owner);
    memcpy(one->json, json, len);
    struct gs_durable_events last = {one, one};
    gs_durable_events_append(list, &last);
    return GS_OK;
}

void gs_durable_events_append(struct gs_durable_events *list, struct gs_durable_events *more)
{
    if (more->first == NULL) {
        return;
    }
    if (list->last != NULL) {
        list->last->next = more->first;
    } else {
        list->first = more->first;
    }
    list->last = more->last;
    *more = (struct gs_durable_events){0};
}

void gs_durable_events_finish(struct gs_durable_events *list)
{
    while (list->first != NULL) {
        struct gs_durable_event *next = list->first->next;
        free(list->first);
        list->first = next;
    }
    list->last = NULL;
}
