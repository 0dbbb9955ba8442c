/* Finds one of the files of the pages by its name. What stands in them, src/web/embed.py has written out as C at build. */
#include "web_files.h"
#include <string.h>

const struct gs_web_file *gs_web_find(const char *name)
{
    for (size_t i = 0; i < gs_web_file_count; i++) {
        if (strcmp(gs_web_files[i].name, name) == 0) {
            return &gs_web_files[i];
        }
    }
    return NULL;
}
