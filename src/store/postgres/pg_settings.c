/* Reads back what the server, the database and the role were set to. Whoever may change it can do so under us, so what decides on durability is
 * asked again behind every commit: see pg_batch.c. */
#include "pg_settings.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* synchronous_standby_names: '' · [FIRST] n (names) · ANY n (names) · names, which is FIRST 1. */
static int standbys(const char *names)
{
    static const char blank[] = " \t\n";
    const char *at = names + strspn(names, blank);
    if (*at == '\0') {
        return 0;
    }
    const bool listed = strchr(at, '(') != NULL;
    if (!listed) {
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        static const char *const words[] = {"FIRST", "ANY"};
        const size_t len = strlen(words[i]);
        if (strncasecmp(at, words[i], len) == 0) {
            at += len;
            at += strspn(at, blank);
            break;
        }
    }
    char *end;
    const long count = strtol(at, &end, 10);
    return end != at && count > 0 && count < 100 ? (int)count : -1;
}

int gs_pg_copies(const char *synchronous_commit, const char *synchronous_standby_names)
{
    const bool waits = strcmp(synchronous_commit, "on") == 0 || strcmp(synchronous_commit, "remote_apply") == 0;
    /* Without a standby remote_write is as good as on; with one, what the standby has is not on its disk. */
    const bool local = strcmp(synchronous_commit, "local") == 0 || strcmp(synchronous_commit, "remote_write") == 0;
    return waits ? 1 + standbys(synchronous_standby_names) : local ? 1 : 0;
}

int gs_pg_settings_judge(struct gs_pg_link *link, const PGresult *result, int *out_copies)
{
    const char *commit = PQgetvalue(result, 0, 2);
    const char *names = PQgetvalue(result, 0, 3);
    const int copies = gs_pg_copies(commit, names);
    if (strcmp(PQgetvalue(result, 0, 4), "f") != 0) {
        gs_pg_note(link, "%s: is a standby, which takes no writes", link->name);
    } else if (strcmp(PQgetvalue(result, 0, 0), "on") != 0) {
        gs_pg_note(link, "%s: fsync is off: what is committed is not on the disk", link->name);
    } else if (strcmp(PQgetvalue(result, 0, 1), "on") != 0) {
        gs_pg_note(link, "%s: full_page_writes is off: a power loss may damage the database", link->name);
    } else if (copies == 0) {
        gs_pg_note(link, "%s: with synchronous_commit = %s and synchronous_standby_names = '%s' a commit may be lost",
                   link->name, commit, names);
    } else {
        *out_copies = copies;
        return GS_OK;
    }
    return GS_E_DENIED;
}

/* The session's own, over what the role or the database says. A statement is never ended by the server while it waits for the standby: that would be
 * success with a warning. A lock of somebody else's session is given up before our own time is over, so that nothing is unknown then. */
static const char ours[] = "SET search_path = gateslot;"
                           "SET statement_timeout = 0;"
                           "SET idle_in_transaction_session_timeout = 0;"
                           "SET idle_session_timeout = 0;"
                           "SET lock_timeout = 1500;"
                           "SET default_transaction_isolation = 'read committed';"
                           "SET default_transaction_deferrable = off;"
                           "SET synchronous_commit = on;"
                           "SET client_min_messages = warning;"
                           "SET jit = off";

int gs_pg_settings_take(struct gs_pg_link *link, int *out_copies)
{
    static const char sql[] = "SELECT " GS_PG_SETTINGS_COLUMNS ", pg_backend_pid(), current_setting('server_encoding'),"
                              " current_setting('server_version')";
    PGresult *found = NULL;
    if (PQserverVersion(link->conn) < GS_PG_VERSION_MIN) {
        gs_pg_note(link, "%s: is PostgreSQL %d; 14 or newer is needed", link->name,
                   PQserverVersion(link->conn) / 10000);
        return GS_E_DENIED;
    }
    int err = gs_pg_script(link, ours);
    err = err != GS_OK ? err : gs_pg_ask(link, sql, NULL, 0, &found);
    if (err != GS_OK) {
        return err;
    }
    /* A pooler answers with a number of its own, or with that of the server it had lent out then. */
    if (strtol(PQgetvalue(found, 0, 5), NULL, 10) != PQbackendPID(link->conn)) {
        gs_pg_note(link, "%s: is behind a pooler, such as pgbouncer: the address must be that of the server itself",
                   link->name);
        err = GS_E_DENIED;
    } else if (strcmp(PQgetvalue(found, 0, 6), "UTF8") != 0) {
        gs_pg_note(link, "%s: has the encoding %s; it must be UTF8", link->name, PQgetvalue(found, 0, 6));
        err = GS_E_DENIED;
    } else {
        err = gs_pg_settings_judge(link, found, out_copies);
    }
    PQclear(found);
    return err;
}
