/* Reads server-sent events. A block counts only when its empty line has come: what a break cut off is nothing, and comes again. */
#include "event_blocks.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MAX (1U << 20)

void gs_event_blocks_init(struct gs_event_blocks *b, void (*take)(void *arg, const struct gs_event_block *block),
                          void *arg)
{
    *b = (struct gs_event_blocks){.take = take, .arg = arg, .block.id = -1};
    gs_buf_init(&b->block.data, BLOCK_MAX);
    gs_buf_init(&b->line, BLOCK_MAX);
}

void gs_event_blocks_finish(struct gs_event_blocks *b)
{
    gs_buf_finish(&b->block.data);
    gs_buf_finish(&b->line);
}

static void take_field(struct gs_event_block *block, const char *name, size_t name_len, const char *value)
{
    if (name_len == 2 && memcmp(name, "id", 2) == 0) {
        block->id = strtoll(value, NULL, 10);
    } else if (name_len == 5 && memcmp(name, "event", 5) == 0) {
        (void)snprintf(block->type, sizeof block->type, "%s", value);
    } else if (name_len == 4 && memcmp(name, "data", 4) == 0) {
        if (block->data.len > 0) {
            gs_buf_char(&block->data, '\n');
        }
        gs_buf_str(&block->data, value);
    }
}

static void end_line(struct gs_event_blocks *b)
{
    const char *line = b->line.len > 0 ? b->line.data : "";
    const size_t name_len = strcspn(line, ":");
    if (*line == '\0') {
        b->take(b->arg, &b->block);
        gs_buf_clear(&b->block.data);
        b->block.type[0] = '\0';
    } else if (name_len > 0) {
        const char *value = line + name_len + (line[name_len] == ':' ? 1 : 0);
        take_field(&b->block, line, name_len, value + (*value == ' ' ? 1 : 0));
    }
    gs_buf_clear(&b->line);
}

bool gs_event_blocks_add(struct gs_event_blocks *b, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        gs_buf_add(&b->line, bytes, (size_t)((newline != NULL ? newline : end) - bytes));
        if (newline == NULL) {
            break;
        }
        end_line(b);
        bytes = newline + 1;
    }
    return gs_buf_status(&b->line) == GS_OK && gs_buf_status(&b->block.data) == GS_OK;
}
