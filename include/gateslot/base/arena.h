/* A bump allocator for what lives and dies together (the records of one batch). */
#ifndef GATESLOT_BASE_ARENA_H
#define GATESLOT_BASE_ARENA_H

#include <stddef.h>

struct gs_arena_block;
struct gs_arena {
    struct gs_arena_block *first; /* owned */
};

void gs_arena_init(struct gs_arena *a);
/* Zeroed memory aligned for any type, valid until reset or finish; NULL without memory. */
void *gs_arena_alloc(struct gs_arena *a, size_t size);
void gs_arena_reset(struct gs_arena *a);  /* everything freed but one block */
void gs_arena_wipe(struct gs_arena *a);   /* the same, and nothing of what stood there is left in memory */
void gs_arena_finish(struct gs_arena *a); /* everything freed */

#endif
