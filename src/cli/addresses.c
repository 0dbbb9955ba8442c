/* Takes apart the text that says where the daemon may be. A comma parts two addresses only where another one begins behind it: the path of a
 * socket may have one in it. No name is resolved, nothing connected. */
#include "addresses.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool begins(const char *text)
{
    return strncmp(text, "unix:", 5) == 0 || strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

static size_t length_of_first(const char *text)
{
    const char *comma = strchr(text, ',');
    while (comma != NULL && !begins(comma + 1)) {
        comma = strchr(comma + 1, ',');
    }
    return comma != NULL ? (size_t)(comma - text) : strlen(text);
}

static bool may_be_asked(const char *url)
{
    for (const char *p = url; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~' || *p == ',') {
            return false;
        }
    }
    return url[0] != 'u';
}

static int fill(struct gs_cli_address *a)
{
    const bool of_socket = strncmp(a->text, "unix:/", 6) == 0;
    if (!begins(a->text) || (!of_socket && !may_be_asked(a->text))) {
        return GS_E_INVALID;
    }
    a->socket = of_socket ? strdup(a->text + strlen("unix:")) : NULL;
    a->base = strdup(of_socket ? "http://localhost" : a->text);
    if (a->base == NULL || (of_socket && a->socket == NULL)) {
        return GS_E_NOMEM;
    }
    for (size_t len = strlen(a->base); len > 0 && a->base[len - 1] == '/'; len--) {
        a->base[len - 1] = '\0';
    }
    return GS_OK;
}

int gs_cli_addresses_parse(const char *text, struct gs_cli_addresses *out)
{
    *out = (struct gs_cli_addresses){.count = 0};
    int err = GS_OK;
    for (bool more = true; more && err == GS_OK;) {
        if (out->count == GS_ADDRESSES_MAX) {
            err = GS_E_INVALID;
            break;
        }
        const size_t len = length_of_first(text);
        struct gs_cli_address *a = &out->at[out->count++];
        a->text = strndup(text, len);
        err = a->text != NULL ? fill(a) : GS_E_NOMEM;
        more = text[len] != '\0';
        text += len + (more ? 1 : 0);
    }
    if (err != GS_OK) {
        gs_cli_addresses_finish(out);
    }
    return err;
}

void gs_cli_addresses_finish(struct gs_cli_addresses *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->at[i].text);
        free(a->at[i].base);
        free(a->at[i].socket);
    }
    a->count = 0;
}
