/* Sentences of a move. */
#include "move_end.h"
#include <stdarg.h>
#include <stdio.h>

int gs_move_say(const struct gs_move_end *e, int err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(e->message, e->message_size, format, args);
    va_end(args);
    return err;
}
