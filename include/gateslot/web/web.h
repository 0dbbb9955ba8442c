/* The files of the pages (HTML, CSS, ES modules, SVG), built in: each as it is and compressed. */
#ifndef GATESLOT_WEB_WEB_H
#define GATESLOT_WEB_WEB_H

#include <stddef.h>

struct gs_web_file {
    const char *name; /* "main.js" */
    const char *type; /* Content-Type */
    const char *data, *gzip;
    size_t len, gzip_len;
};

/* The digest of all files together, in hexadecimal digits: with any change of any of them it is another. It stands in the path of each, so
 * that browsers may keep them for good. */
extern const char gs_web_version[];
/* NULL: there is none of that name. */
const struct gs_web_file *gs_web_find(const char *name);

#endif
