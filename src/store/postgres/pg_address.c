/* Reads an address by libpq's own reader and takes its hosts apart, since each is given its own time: libpq moves on to the next only in
 * calls that block. */
#include "pg_address.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0) {
            return options->val != NULL ? options->val : "";
        }
    }
    return "";
}

/* The part of a list at that number; the last one stands for those beyond it, as for ports. False: there is none, or it is too long. */
static bool part_of(const char *list, int at, bool stretches, char *out, size_t size)
{
    while (at > 0) {
        const char *comma = strchr(list, ',');
        if (comma == NULL) {
            break;
        }
        list = comma + 1;
        at--;
    }
    const size_t len = strcspn(list, ",");
    if ((at > 0 && !stretches) || len >= size) {
        return false;
    }
    memcpy(out, list, len);
    out[len] = '\0';
    return true;
}

/* Two servers on one machine are told apart by their ports, and services by their names. False: it is too long. */
static bool write_name(struct gs_pg_address *a)
{
    const char *service = value_of(a->options, "service");
    size_t len = (size_t)snprintf(a->name, sizeof a->name, "postgresql://");
    for (int i = 0; i < a->hosts && len < sizeof a->name; i++) {
        const bool colons = strchr(a->host[i], ':') != NULL;
        const char *port = strcmp(a->port[i], "5432") != 0 ? a->port[i] : "";
        len += (size_t)snprintf(a->name + len, sizeof a->name - len, "%s%s%s%s%s%s", i > 0 ? "," : "",
                                colons ? "[" : "", a->host[i], colons ? "]" : "", port[0] != '\0' ? ":" : "", port);
    }
    if (len < sizeof a->name) {
        len += (size_t)snprintf(a->name + len, sizeof a->name - len, "/%s%s%s", value_of(a->options, "dbname"),
                                service[0] != '\0' ? "?service=" : "", service);
    }
    return len < sizeof a->name;
}

static const char *take_hosts(struct gs_pg_address *a)
{
    const char *hosts = value_of(a->options, "host");
    const char *ports = value_of(a->options, "port");
    a->hosts = 1;
    for (const char *at = hosts; (at = strchr(at, ',')) != NULL; at++) {
        a->hosts++;
    }
    if (a->hosts > GS_PG_HOSTS_MAX) {
        return "names more than 8 hosts";
    }
    for (int i = 0; i < a->hosts; i++) {
        if (!part_of(hosts, i, false, a->host[i], sizeof a->host[i]) ||
            !part_of(ports, i, true, a->port[i], sizeof a->port[i])) {
            return "has a host or a port that is too long";
        }
    }
    return write_name(a) ? NULL : "is too long";
}

static const char *refusal(struct gs_pg_address *a)
{
    static const struct {
        const char *keyword, *why;
    } refused[] = {
        {"password", "has a password in it: that belongs into a passfile (passfile=…, mode 0600) or a service file"},
        {"sslpassword", "has a password in it: that belongs into a passfile or a service file"},
        {"replication", "asks for a replication connection"},
        {"hostaddr", "has hostaddr: the hosts themselves may be given by their numbers"},
        {"target_session_attrs", "has target_session_attrs: it is always the server that takes writes"},
        {"client_encoding", "has client_encoding: it is always UTF8"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (value_of(a->options, refused[i].keyword)[0] != '\0') {
            return refused[i].why;
        }
    }
    if (value_of(a->options, "dbname")[0] == '\0' && value_of(a->options, "service")[0] == '\0') {
        return "names no database: postgresql://host/database";
    }
    return take_hosts(a);
}

int gs_pg_address_parse(const char *text, struct gs_pg_address *out, char *message, size_t size)
{
    struct gs_pg_address a = {.options = NULL};
    char *said = NULL;
    const bool begins = strncmp(text, "postgresql://", strlen("postgresql://")) == 0;
    a.options = begins ? PQconninfoParse(text, &said) : NULL;
    PQfreemem(said); /* it repeats parts of the text */
    const char *why = a.options == NULL ? "is not of the form postgresql://host1,host2/database?…" : refusal(&a);
    if (why != NULL) {
        (void)snprintf(message, size, "the address of the store %s", why);
        PQconninfoFree(a.options);
        return GS_E_INVALID;
    }
    *out = a;
    return GS_OK;
}

void gs_pg_address_finish(struct gs_pg_address *a)
{
    PQconninfoFree(a->options);
    a->options = NULL;
}

void gs_pg_address_keywords(const struct gs_pg_address *a, int host, const char *names[GS_PG_KEYWORDS],
                            const char *values[GS_PG_KEYWORDS])
{
    /* Of the same keyword the last one holds. */
    const char *const ours[][2] = {
        {"host", a->host[host]},     {"port", a->port[host]},      {"target_session_attrs", "read-write"},
        {"client_encoding", "UTF8"}, {"keepalives_idle", "5"},     {"keepalives_interval", "2"},
        {"keepalives_count", "3"},   {"tcp_user_timeout", "2000"},
    };
    size_t count = 0;
    if (value_of(a->options, "application_name")[0] == '\0') {
        names[count] = "application_name";
        values[count++] = "gateslotd";
    }
    for (const PQconninfoOption *o = a->options; o->keyword != NULL && count < GS_PG_KEYWORDS - 16; o++) {
        if (o->val != NULL && strcmp(o->keyword, "host") != 0 && strcmp(o->keyword, "port") != 0) {
            names[count] = o->keyword;
            values[count++] = o->val;
        }
    }
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (ours[i][1][0] != '\0') {
            names[count] = ours[i][0];
            values[count++] = ours[i][1];
        }
    }
    names[count] = NULL;
    values[count] = NULL;
}
