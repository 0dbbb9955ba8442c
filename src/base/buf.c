/* The growable byte buffer: it answers for its bound, for geometric growth and for the terminating NUL. It does not
 * know what the bytes mean. Failure is sticky, so writers need not look after every append. */
#include "gateslot/base/buf.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256, INT64_DIGITS = 20 };

void gs_buf_init(struct gs_buf *b, size_t max)
{
    assert(max < SIZE_MAX / 4);
    *b = (struct gs_buf){.max = max};
}

void gs_buf_finish(struct gs_buf *b)
{
    free(b->data);
    *b = (struct gs_buf){.max = b->max};
}

void gs_buf_clear(struct gs_buf *b)
{
    b->len = 0;
    b->failed = false;
    b->no_memory = false;
    if (b->data != NULL) {
        b->data[0] = '\0';
    }
}

static bool fail(struct gs_buf *b, bool no_memory)
{
    b->failed = true;
    b->no_memory = no_memory;
    return false;
}

static bool grow(struct gs_buf *b, size_t needed)
{
    size_t cap = b->cap < FIRST_CAPACITY ? FIRST_CAPACITY : b->cap * 2;
    char *data;
    if (cap < needed) {
        cap = needed;
    }
    data = realloc(b->data, cap);
    if (data == NULL) {
        return fail(b, true);
    }
    b->data = data;
    b->cap = cap;
    return true;
}

bool gs_buf_reserve(struct gs_buf *b, size_t len)
{
    if (b->failed) {
        return false;
    }
    if (len > b->max - b->len) {
        return fail(b, false);
    }
    return b->len + len < b->cap || grow(b, b->len + len + 1);
}

void gs_buf_add(struct gs_buf *b, const void *bytes, size_t len)
{
    if (!gs_buf_reserve(b, len)) {
        return;
    }
    if (len > 0) {
        memcpy(b->data + b->len, bytes, len);
        b->len += len;
    }
    b->data[b->len] = '\0';
}

void gs_buf_str(struct gs_buf *b, const char *text)
{
    gs_buf_add(b, text, strlen(text));
}

void gs_buf_char(struct gs_buf *b, char c)
{
    gs_buf_add(b, &c, 1);
}

void gs_buf_int(struct gs_buf *b, int64_t value)
{
    char text[INT64_DIGITS];
    size_t at = sizeof text;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        text[--at] = '-';
    }
    gs_buf_add(b, text + at, sizeof text - at);
}

void gs_buf_printf(struct gs_buf *b, const char *format, ...)
{
    va_list args;
    int len;
    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    if (!gs_buf_reserve(b, (size_t)len)) {
        return;
    }
    va_start(args, format);
    (void)vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
    va_end(args);
    b->len += (size_t)len;
}

int gs_buf_status(const struct gs_buf *b)
{
    if (!b->failed) {
        return GS_OK;
    }
    return b->no_memory ? GS_E_NOMEM : GS_E_RANGE;
}
