/* Answers for the users and groups that the configuration lets in over Unix sockets: their names are looked up when it is read, so that who
 * asks is found by numbers alone. Only a group's member who comes for the first time has its name looked up then. */
#include "local_users.h"

#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_user[] = {"本机没有这个用户，不会放行任何人",
                                      "this machine has no such user: nobody is let in by it"};
static const char *const no_group[] = {"本机没有这个组，不会放行任何人",
                                       "this machine has no such group: nobody is let in by it"};
static const char *const hidden[] = {
    "本进程所在的用户命名空间看不到它（单元中的 PrivateUsers=yes），不会放行任何人",
    "not seen from this process's user namespace (PrivateUsers=yes in its unit): nobody is let in by it"};

/* Does this process's user namespace, by its map, have the number? The usual one has them all. */
static bool is_mapped(const char *map, uint32_t id)
{
    char line[80], *at;
    bool found = false, any = false;
    FILE *f = fopen(map, "re");
    while (f != NULL && !found &&
           fgets(line, sizeof line, f) != NULL) { /* inside, outside, count: user_namespaces(7) */
        const unsigned long inside = strtoul(line, &at, 10);
        (void)strtoul(at, &at, 10);
        const unsigned long count = strtoul(at, &at, 10);
        any = true;
        found = id >= inside && id - inside < count;
    }
    if (f != NULL) {
        (void)fclose(f);
    }
    return found || !any;
}

static const char *find_user(struct gs_peers *peers, const char *name, enum gs_lang lang, uid_t *out)
{
    struct passwd entry, *found = NULL;
    (void)getpwnam_r(name, &entry, peers->room, sizeof peers->room, &found);
    if (found == NULL) {
        return no_user[lang];
    }
    *out = found->pw_uid;
    return is_mapped("/proc/self/uid_map", found->pw_uid) ? NULL : hidden[lang];
}

static const char *find_group(struct gs_peers *peers, const char *name, enum gs_lang lang, gid_t *out)
{
    struct group entry, *found = NULL;
    (void)getgrnam_r(name, &entry, peers->room, sizeof peers->room, &found);
    if (found == NULL) {
        return no_group[lang];
    }
    *out = found->gr_gid;
    return is_mapped("/proc/self/gid_map", found->gr_gid) ? NULL : hidden[lang];
}

static enum gs_role role_of(const struct gs_peer_rule *rule)
{
    enum gs_role role = GS_ROLE_METRICS;
    bool known = gs_role_parse(rule->role, &role);
    assert(known);
    (void)known;
    return role;
}

struct look_up {
    enum gs_lang lang;
    void (*warn)(void *arg, const char *key, const char *reason);
    void *arg;
};

static void warn_of(const struct look_up *l, const char *kind, const struct gs_peer_rule *rule, const char *reason)
{
    char key[GS_GROUP_NAME_MAX + 16];
    (void)snprintf(key, sizeof key, "peers.%s.%s", kind, rule->name);
    l->warn(l->arg, key, reason);
}

static void add_user(struct gs_peers *peers, const struct gs_peer_rule *rule, const struct look_up *l)
{
    const size_t at = peers->user_count;
    const char *reason = find_user(peers, rule->name, l->lang, &peers->users[at].uid);
    if (reason != NULL) {
        warn_of(l, "users", rule, reason);
        return;
    }
    peers->users[at].role = role_of(rule);
    (void)gs_text_copy(peers->users[at].name, sizeof peers->users[at].name, rule->name);
    peers->user_count++;
}

static void add_group(struct gs_peers *peers, const struct gs_peer_rule *rule, const struct look_up *l)
{
    const size_t at = peers->group_count;
    const char *reason = find_group(peers, rule->name, l->lang, &peers->groups[at].gid);
    if (reason != NULL) {
        warn_of(l, "groups", rule, reason);
        return;
    }
    peers->groups[at].role = role_of(rule);
    peers->group_count++;
}

void gs_peers_look_up(struct gs_peers *peers, const struct gs_config *config, enum gs_lang lang,
                      void (*warn)(void *arg, const char *key, const char *reason), void *arg)
{
    const struct look_up l = {lang, warn, arg};
    memset(peers, 0, sizeof *peers);
    for (int32_t i = 0; i < config->peer_user_count; i++) {
        add_user(peers, &config->peer_users[i], &l);
    }
    for (int32_t i = 0; i < config->peer_group_count; i++) {
        add_group(peers, &config->peer_groups[i], &l);
    }
}

/* The name of a group's member. */
static const char *name_of(struct gs_peers *peers, uid_t uid)
{
    struct passwd entry, *found = NULL;
    for (size_t i = 0; i < peers->remembered_count; i++) {
        if (peers->remembered[i].uid == uid) {
            return peers->remembered[i].name;
        }
    }
    size_t at = peers->remembered_next;
    peers->remembered_next = (at + 1) % GS_PEERS_REMEMBERED;
    peers->remembered_count += peers->remembered_count < GS_PEERS_REMEMBERED ? 1 : 0;
    peers->remembered[at].uid = uid;
    peers->remembered[at].name[0] = '\0';
    (void)getpwuid_r(uid, &entry, peers->room, sizeof peers->room, &found);
    if (found != NULL && gs_name_valid(found->pw_name)) {
        (void)gs_text_copy(peers->remembered[at].name, sizeof peers->remembered[at].name, found->pw_name);
    }
    return peers->remembered[at].name;
}

static int power_of(enum gs_role role)
{
    static const int power[GS_ROLES] = {[GS_ROLE_SUPERVISOR] = 5,
                                        [GS_ROLE_GATE] = 4,
                                        [GS_ROLE_BACKEND] = 3,
                                        [GS_ROLE_DISPLAY] = 2,
                                        [GS_ROLE_METRICS] = 1};
    return power[role];
}

static bool find_by_group(const struct gs_peers *peers, const gid_t *groups, size_t count, enum gs_role *out)
{
    bool found = false;
    for (size_t i = 0; i < peers->group_count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (peers->groups[i].gid == groups[k] && (!found || power_of(peers->groups[i].role) > power_of(*out))) {
                found = true;
                *out = peers->groups[i].role;
            }
        }
    }
    return found;
}

bool gs_peers_find(struct gs_peers *peers, uid_t uid, const gid_t *groups, size_t count, struct gs_actor *out)
{
    enum gs_role role = GS_ROLE_METRICS;
    for (size_t i = 0; i < peers->user_count; i++) {
        if (peers->users[i].uid == uid) {
            out->role = peers->users[i].role;
            return gs_text_copy(out->name, sizeof out->name, peers->users[i].name);
        }
    }
    if (!find_by_group(peers, groups, count, &role)) {
        return false;
    }
    out->role = role;
    return gs_text_copy(out->name, sizeof out->name, name_of(peers, uid));
}

static void tell(void *arg, const char *key, const char *reason)
{
    (void)arg;
    gs_log(GS_LOG_WARNING, "peers", "key=%s note=\"%s\"", key, reason);
}

void gs_app_peers_look_up(struct gs_app *app)
{
    gs_peers_look_up(&app->peers, app->config, GS_LANG_EN, tell, NULL);
}
