/* The bump allocator: it answers for alignment, zeroes and for giving everything back at once. Single objects are never
 * freed. A request larger than a block gets a block of its own, behind the one being filled. */
#include "gateslot/base/arena.h"
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 - 64 }; /* below a round size: malloc's own header fits beside it */

struct gs_arena_block {
    struct gs_arena_block *next; /* owned */
    size_t size, used;           /* of bytes */
    alignas(max_align_t) unsigned char bytes[];
};

void gs_arena_init(struct gs_arena *a)
{
    a->first = NULL;
}

static struct gs_arena_block *block_create(size_t size)
{
    struct gs_arena_block *block;
    block = malloc(sizeof *block + size);
    if (block != NULL) {
        block->next = NULL;
        block->size = size;
        block->used = 0;
    }
    return block;
}

/* A block with room for size bytes, linked into a; NULL without memory. */
static struct gs_arena_block *block_for(struct gs_arena *a, size_t size)
{
    struct gs_arena_block *block = a->first;
    if (block != NULL && size <= block->size - block->used) {
        return block;
    }
    block = block_create(size > BLOCK_SIZE ? size : BLOCK_SIZE);
    if (block == NULL) {
        return NULL;
    }
    if (size > BLOCK_SIZE && a->first != NULL) {
        block->next = a->first->next;
        a->first->next = block;
    } else {
        block->next = a->first;
        a->first = block;
    }
    return block;
}

void *gs_arena_alloc(struct gs_arena *a, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct gs_arena_block *block;
    void *memory;
    if (size > PTRDIFF_MAX - sizeof *block - align) {
        return NULL;
    }
    size = size == 0 ? align : (size + align - 1) / align * align;
    block = block_for(a, size);
    if (block == NULL) {
        return NULL;
    }
    memory = block->bytes + block->used;
    block->used += size;
    return memset(memory, 0, size);
}

void gs_arena_reset(struct gs_arena *a)
{
    struct gs_arena_block *block = a->first, *kept = NULL;
    while (block != NULL) {
        struct gs_arena_block *next = block->next;
        if (kept == NULL && block->size == BLOCK_SIZE) {
            kept = block;
            kept->used = 0;
            kept->next = NULL;
        } else {
            free(block);
        }
        block = next;
    }
    a->first = kept;
}

void gs_arena_wipe(struct gs_arena *a)
{
    for (struct gs_arena_block *block = a->first; block != NULL; block = block->next) {
        explicit_bzero(block->bytes, block->used);
    }
    gs_arena_reset(a);
}

void gs_arena_finish(struct gs_arena *a)
{
    gs_arena_reset(a);
    free(a->first);
    a->first = NULL;
}
