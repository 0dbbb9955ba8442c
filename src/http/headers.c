/* Reading the headers of a request: which lines a name stands on, and what they say together. What they mean is the API's. */
#include "gateslot/http/exchange.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *gs_request_header(const struct gs_request *r, const char *lower_name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (strcmp(r->headers[i].name, lower_name) == 0) {
            return r->headers[i].value;
        }
    }
    return NULL;
}

const char *gs_request_list(const struct gs_request *r, const char *lower_name, char room[GS_HEAD_MAX])
{
    const char *only = NULL;
    size_t len = 0;
    for (size_t i = 0; i < r->header_count; i++) {
        const char *value = r->headers[i].value;
        if (strcmp(r->headers[i].name, lower_name) != 0) {
            continue;
        }
        if (only == NULL) {
            only = value;
            continue;
        }
        if (len == 0) {
            len = (size_t)snprintf(room, GS_HEAD_MAX, "%s", only);
        }
        /* A head is shorter than the room, and so are its values with a comma for each name. */
        len += (size_t)snprintf(room + len, GS_HEAD_MAX - len, ",%s", value);
        assert(len < GS_HEAD_MAX);
    }
    return len > 0 ? room : only;
}

bool gs_request_repeats(const struct gs_request *r, const char *lower_name)
{
    int count = 0;
    for (size_t i = 0; i < r->header_count; i++) {
        count += strcmp(r->headers[i].name, lower_name) == 0 ? 1 : 0;
    }
    return count > 1;
}
