/* Connects to that server of an address which takes writes. The hosts are tried in their order. One that refuses is followed by the next at once, one that
 * is silent, as a machine that died is, by the next beside it after a moment: so it costs that moment, and not all the time that it
 * could take to answer. Which was good last is not remembered: after a failover that is the one that is dead. */
#include "gateslot/base/histogram.h"
#include "pg_address.h"
#include "pg_link.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>

struct attempt {
    PGconn *conn; /* NULL: it is over, or has not begun */
    PostgresPollingStatusType next;
    int64_t until_us;
};

struct server_search {
    struct gs_pg_link *link;
    const struct gs_pg_address *address;
    struct attempt attempts[GS_PG_HOSTS_MAX];
    int begun;       /* of the hosts, in order */
    int told;        /* whose failure the message of the link is; of several that of the last host stays */
    int64_t next_us; /* when the next host is tried beside those that are silent */
};

static bool is_alive(const struct server_search *s)
{
    for (int i = 0; i < s->begun; i++) {
        if (s->attempts[i].conn != NULL) {
            return true;
        }
    }
    return false;
}

static void give_up(struct server_search *s, int host, const char *words)
{
    struct attempt *a = &s->attempts[host];
    if (host >= s->told) {
        s->told = host;
        gs_pg_note_words(s->link, "cannot be connected to", words != NULL ? words : PQerrorMessage(a->conn));
    }
    PQfinish(a->conn);
    a->conn = NULL;
}

static int begin_next(struct server_search *s)
{
    const char *names[GS_PG_KEYWORDS], *values[GS_PG_KEYWORDS];
    const int host = s->begun++;
    struct attempt *a = &s->attempts[host];
    gs_pg_address_keywords(s->address, host, names, values);
    a->conn = PQconnectStartParams(names, values, 0);
    if (a->conn == NULL) {
        return GS_E_NOMEM;
    }
    const int64_t now_us = gs_monotonic_us(); /* the resolver may have taken its time */
    a->next = PGRES_POLLING_WRITING;
    a->until_us = now_us + GS_PG_CONNECT_US;
    s->next_us = now_us + GS_PG_NEXT_HOST_US;
    (void)PQsetNoticeReceiver(a->conn, gs_pg_hear, s->link);
    if (PQstatus(a->conn) == CONNECTION_BAD) {
        give_up(s, host, NULL);
    }
    return GS_OK;
}

/* True: it is connected. */
static bool move_on(struct server_search *s, int host)
{
    struct attempt *a = &s->attempts[host];
    a->next = PQconnectPoll(a->conn);
    if (a->next == PGRES_POLLING_OK && PQsetnonblocking(a->conn, 1) == 0) {
        return true;
    }
    if (a->next == PGRES_POLLING_OK || a->next == PGRES_POLLING_FAILED) {
        give_up(s, host, NULL);
    }
    return false;
}

/* Until one of the sockets has something, or one of the times is over. Which host is of which entry stands in hosts. */
static int wait_for_any(const struct server_search *s, struct pollfd polled[GS_PG_HOSTS_MAX],
                        int hosts[GS_PG_HOSTS_MAX])
{
    int count = 0;
    int64_t until_us = s->begun < s->address->hosts ? s->next_us : INT64_MAX;
    for (int i = 0; i < s->begun; i++) {
        const struct attempt *a = &s->attempts[i];
        if (a->conn != NULL) {
            polled[count] =
                (struct pollfd){.fd = PQsocket(a->conn), .events = a->next == PGRES_POLLING_READING ? POLLIN : POLLOUT};
            hosts[count++] = i;
            until_us = a->until_us < until_us ? a->until_us : until_us;
        }
    }
    const int64_t left_us = until_us - gs_monotonic_us();
    const int got = poll(polled, (nfds_t)count, left_us > 0 ? (int)(left_us / 1000) + 1 : 0);
    for (int i = 0; i < count && got <= 0; i++) {
        polled[i].revents = 0;
    }
    return count;
}

/* The number of the host that is connected; -1: none yet. */
static int look_at_all(struct server_search *s)
{
    struct pollfd polled[GS_PG_HOSTS_MAX];
    int hosts[GS_PG_HOSTS_MAX];
    const int count = wait_for_any(s, polled, hosts);
    for (int i = 0; i < count; i++) {
        if (polled[i].revents != 0 && move_on(s, hosts[i])) {
            return hosts[i];
        }
    }
    const int64_t now_us = gs_monotonic_us();
    for (int i = 0; i < s->begun; i++) {
        if (s->attempts[i].conn != NULL && now_us >= s->attempts[i].until_us) {
            give_up(s, i, "it does not answer");
        }
    }
    return -1;
}

static int find(struct server_search *s, int *out_host)
{
    int host = -1, err = GS_OK;
    while (host < 0 && err == GS_OK) {
        const bool alive = is_alive(s);
        if (s->begun < s->address->hosts && (!alive || gs_monotonic_us() >= s->next_us)) {
            err = begin_next(s);
        } else if (!alive) {
            return GS_E_IO;
        } else {
            host = look_at_all(s);
        }
    }
    *out_host = host;
    return err;
}

int gs_pg_connect(struct gs_pg_link *link, const char *text)
{
    struct gs_pg_address address;
    *link = (struct gs_pg_link){.reply_us = GS_PG_REPLY_US, .generation = 1};
    int err = gs_pg_address_parse(text, &address, link->message, sizeof link->message);
    if (err != GS_OK) {
        return err;
    }
    (void)snprintf(link->name, sizeof link->name, "%s", address.name);
    struct server_search s = {.link = link, .address = &address};
    err = find(&s, &link->host);
    for (int i = 0; i < s.begun; i++) {
        if (err == GS_OK && i == link->host) {
            link->conn = s.attempts[i].conn;
        } else {
            PQfinish(s.attempts[i].conn);
        }
    }
    link->noticed = false;
    gs_pg_address_finish(&address);
    return err;
}
