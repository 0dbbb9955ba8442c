/* Who may come over a Unix socket without a token: users and groups of the configuration, as this machine numbers them. */
#ifndef GATESLOT_APP_LOCAL_USERS_H
#define GATESLOT_APP_LOCAL_USERS_H

#include "gateslot/base/lang.h"
#include "gateslot/conf/conf.h"
#include "gateslot/core/booking.h"
#include <sys/types.h>

#define GS_PEERS_REMEMBERED 64

struct gs_peers {
    struct {
        uid_t uid;
        enum gs_role role;
        char name[GS_NAME_MAX + 1];
    } users[GS_MAX_PEERS];
    struct {
        gid_t gid;
        enum gs_role role;
    } groups[GS_MAX_PEERS];
    size_t user_count, group_count;
    struct {
        uid_t uid;
        char name[GS_NAME_MAX + 1]; /* "": none that can stand in the record */
    } remembered[GS_PEERS_REMEMBERED];
    char room[1 << 16];                       /* for an entry of the machine's; a group's members may be many */
    size_t remembered_count, remembered_next; /* members of groups that have come; the oldest gives way */
};

/* warn: for each name that lets nobody in, with the reason in that language. */
void gs_peers_look_up(struct gs_peers *peers, const struct gs_config *config, enum gs_lang lang,
                      void (*warn)(void *arg, const char *key, const char *reason), void *arg);
/* By the user's own entry, else by that of its groups which may most. */
bool gs_peers_find(struct gs_peers *peers, uid_t uid, const gid_t *groups, size_t count, struct gs_actor *out);

#endif
