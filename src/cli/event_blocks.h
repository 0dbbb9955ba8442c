/* Server-sent events as they come: bytes in, blocks out (HTML, 9.2). */
#ifndef GATESLOT_CLI_EVENT_BLOCKS_H
#define GATESLOT_CLI_EVENT_BLOCKS_H

#include "gateslot/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_event_block {
    int64_t id;    /* the last that was given; -1: none was */
    char type[64]; /* "" = none was given */
    struct gs_buf data;
};

struct gs_event_blocks {
    struct gs_event_block block;                                 /* what has come of it */
    struct gs_buf line;                                          /* likewise */
    void (*take)(void *arg, const struct gs_event_block *block); /* a whole one; its data may be empty */
    void *arg;
};

void gs_event_blocks_init(struct gs_event_blocks *b, void (*take)(void *arg, const struct gs_event_block *block),
                          void *arg);
void gs_event_blocks_finish(struct gs_event_blocks *b);
/* False: a line or a block is longer than any that the daemon writes. */
bool gs_event_blocks_add(struct gs_event_blocks *b, const char *bytes, size_t len);

#endif
