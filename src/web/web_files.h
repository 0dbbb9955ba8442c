/* The table that src/web/embed.py writes. */
#ifndef GATESLOT_WEB_WEB_FILES_H
#define GATESLOT_WEB_WEB_FILES_H

#include "gateslot/web/web.h"

extern const struct gs_web_file gs_web_files[];
extern const size_t gs_web_file_count;

#endif
