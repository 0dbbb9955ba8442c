/* Where the store is: the path of a file, or an address in PostgreSQL. That one is read by the rules of libpq's addresses, but without libpq, so that a
 * configuration is judged alike wherever it is read; what would undo what the store promises is refused here as it is at the start. The text of
 * an address is kept as it stands: libpq takes it apart again. */
#include "address.h"

#include "gateslot/base/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SCHEME "postgresql://"
#define STORE_FORM "expected sqlite:/absolute/path or postgresql://HOST1,HOST2/DATABASE"
#define FORM "which is not of the form postgresql://HOST1,HOST2/DATABASE?…"

enum { KEYWORD_MAX = 64, HOST_MAX = 255 };

/* What an address says besides its hosts. */
struct postgres_address {
    const char *fault;
    bool has_database, has_hosts; /* of the parameters behind "?" */
};

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Every byte is one of a URI's, and each % begins the number of one that is not 0. */
static bool is_written_as_uri(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return false;
        }
        if (*c == '%' && (hex(c[1]) < 0 || hex(c[2]) < 0 || (c[1] == '0' && c[2] == '0'))) {
            return false;
        }
    }
    return true;
}

/* The len bytes at text without their %XX; "" where they do not fit. */
static void decode(const char *text, size_t len, char out[KEYWORD_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < len && used < KEYWORD_MAX - 1; i++) {
        const bool coded = text[i] == '%';
        out[used++] = coded ? (char)(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
        i += coded ? 2 : 0;
    }
    out[len < KEYWORD_MAX ? used : 0] = '\0';
}

/* The same words as those of the start (src/store/postgres). */
static const char *refusal_of(const char *keyword)
{
    static const struct {
        const char *keyword, *why;
    } refused[] = {
        {"password",
         "which has a password in it: that belongs into a passfile (passfile=…, mode 0600) or a service file"},
        {"sslpassword", "which has a password in it: that belongs into a passfile or a service file"},
        {"replication", "which asks for a replication connection"},
        {"hostaddr", "which has hostaddr: the hosts themselves may be given by their numbers"},
        {"target_session_attrs", "which has target_session_attrs: it is always the server that takes writes"},
        {"client_encoding", "which has client_encoding: it is always UTF8"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (strcmp(keyword, refused[i].keyword) == 0) {
            return refused[i].why;
        }
    }
    return NULL;
}

static const char *judge_hosts(const char *list, size_t len);

static void take_parameter(struct postgres_address *a, const char *text, size_t len)
{
    char keyword[KEYWORD_MAX];
    const char *equals = memchr(text, '=', len);
    if (equals == NULL || equals == text) {
        a->fault = FORM;
        return;
    }
    decode(text, (size_t)(equals - text), keyword);
    const size_t value_len = len - (size_t)(equals + 1 - text);
    if (value_len == 0) {
        return;
    }
    a->fault = refusal_of(keyword);
    a->has_database = a->has_database || strcmp(keyword, "dbname") == 0 || strcmp(keyword, "service") == 0;
    if (a->fault == NULL && strcmp(keyword, "host") == 0) {
        a->has_hosts = true;
        a->fault = judge_hosts(equals + 1, value_len);
    }
}

static void take_parameters(struct postgres_address *a, const char *text)
{
    while (*text != '\0' && a->fault == NULL) {
        const size_t len = strcspn(text, "&");
        take_parameter(a, text, len);
        text += len + (text[len] == '&' ? 1 : 0);
    }
}

/* HOST, HOST:PORT or [ADDRESS]:PORT; nothing is the machine's own. */
static const char *judge_host(const char *host, size_t len)
{
    const char *bracket = len > 0 && host[0] == '[' ? memchr(host, ']', len) : NULL;
    const size_t name = bracket != NULL ? (size_t)(bracket + 1 - host) : len;
    const char *colon =
        bracket != NULL ? (name < len && host[name] == ':' ? host + name : NULL) : memchr(host, ':', len);
    const size_t host_len = colon != NULL ? (size_t)(colon - host) : len;
    if ((len > 0 && host[0] == '[' && (bracket == NULL || name != host_len)) || memchr(host, '@', len) != NULL) {
        return FORM;
    }
    if (host_len > HOST_MAX) {
        return "which has a host or a port that is too long";
    }
    if (colon == NULL || colon + 1 == host + len) {
        return NULL;
    }
    char port[8] = "";
    const bool fits = gs_text_copyn(port, sizeof port, colon + 1, len - host_len - 1);
    const long number = fits && strspn(port, "0123456789") == strlen(port) ? strtol(port, NULL, 10) : 0;
    return number >= 1 && number <= 65535 ? NULL : "which has a port that is not a number from 1 to 65535";
}

static const char *judge_hosts(const char *list, size_t len)
{
    int count = 0;
    for (const char *at = list, *end = list + len; at <= end; count++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *fault = judge_host(at, (size_t)((comma != NULL ? comma : end) - at));
        if (fault != NULL) {
            return fault;
        }
        at = (comma != NULL ? comma : end) + 1;
    }
    return count > GS_PG_HOSTS_MAX ? "which names more than 8 hosts" : NULL;
}

/* NULL: it may be taken. */
static const char *judge_postgres(const char *text)
{
    struct postgres_address a = {.fault = NULL};
    const char *at = text + strlen(SCHEME), *user_end = at + strcspn(at, "@/?");
    const char *colon = *user_end == '@' ? memchr(at, ':', (size_t)(user_end - at)) : NULL;
    if (!is_written_as_uri(text)) {
        return FORM;
    }
    if (colon != NULL && colon + 1 < user_end) {
        return refusal_of("password");
    }
    at = *user_end == '@' ? user_end + 1 : at;
    const size_t hosts = strcspn(at, "/?");
    const char *path = at + hosts, *query = strchr(path, '?');
    const size_t path_len = query != NULL ? (size_t)(query - path) : strlen(path);
    a.has_database = path_len > 1;
    if (query != NULL) {
        take_parameters(&a, query + 1);
    }
    if (a.fault == NULL && !a.has_hosts) {
        a.fault = judge_hosts(at, hosts);
    }
    return a.fault != NULL || a.has_database ? a.fault : "which names no database, expected postgresql://HOST/DATABASE";
}

bool gs_address_take_store(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    const bool in_file = strncmp(text, "sqlite:", 7) == 0, in_postgres = strncmp(text, SCHEME, strlen(SCHEME)) == 0;
    const char *path = in_file ? text + 7 : text;
    const char *fault = in_postgres                                                   ? judge_postgres(text)
                        : !in_file || path[0] != '/' || path[strlen(path) - 1] == '/' ? STORE_FORM
                                                                                      : NULL;
    if (fault != NULL) {
        (void)gs_text_copy(reason, GS_OPTION_REASON, fault);
        return false;
    }
    return gs_text_copy(field, size, path); /* the table's length makes it fit */
}

bool gs_address_take_store_name(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (strspn(text, letters) != strlen(text) || strchr("._-", text[0]) != NULL) {
        (void)gs_text_copy(reason, GS_OPTION_REASON,
                           "expected letters, digits, \".\", \"_\" and \"-\", a letter or digit first");
        return false;
    }
    return gs_text_copy(field, size, text); /* likewise */
}

bool gs_config_in_postgresql(const struct gs_config *config)
{
    return strncmp(config->store, SCHEME, strlen(SCHEME)) == 0;
}

void gs_config_beside(const struct gs_config *config, char out[GS_CONFIG_BESIDE])
{
    if (gs_config_in_postgresql(config)) {
        (void)gs_text_copy(out, GS_CONFIG_BESIDE, config->state_directory);
        strcat(out, "/gateslot"); /* a state directory is so much shorter */
    } else {
        (void)gs_text_copy(out, GS_CONFIG_BESIDE, config->store);
    }
}
