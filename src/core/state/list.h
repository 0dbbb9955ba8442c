/* A growable array of entries, kept in whatever order its user keeps it. */
#ifndef GATESLOT_CORE_LIST_H
#define GATESLOT_CORE_LIST_H

#include "gateslot/base/error.h"
#include <stddef.h>
#include <stdint.h>

struct gs_entry;

struct gs_list {
    struct gs_entry **at; /* owned array of borrowed entries */
    size_t count, room;
};

void gs_list_finish(struct gs_list *l);
int gs_list_insert(struct gs_list *l, size_t index, struct gs_entry *e) GS_MUST_CHECK;
void gs_list_remove(struct gs_list *l, size_t index);
/* In a list ordered by booking id: the first index whose id is not below id. Constant time where ids are dense. */
size_t gs_list_lower_bound(const struct gs_list *l, int64_t id);
struct gs_entry *gs_list_find(const struct gs_list *l, int64_t id); /* NULL */

#endif
