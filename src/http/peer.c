/* Who is at the other end of a connection, as far as the kernel knows: the address of a TCP client, the user of a local one. What they
 * may is the API's. */
#define _GNU_SOURCE /* struct ucred */
#include "http.h"
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Root and the daemon's own user, known by the kernel's word, need no token. */
static void ask_user(struct gs_conn *c)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);
    if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0) {
        return;
    }
    c->peer_trusted = peer.uid == 0 || peer.uid == c->http->daemon_uid;
    c->peer_uid = peer.uid;
    c->class = c->peer_trusted ? GS_CLIENT_STAFF : GS_CLIENT_ANONYMOUS;
}

static void ask_address(struct gs_conn *c)
{
    struct sockaddr_storage from = {0};
    socklen_t len = sizeof(from);
    if (getpeername(c->fd, (struct sockaddr *)&from, &len) != 0) {
        return;
    }
    if (from.ss_family == AF_INET6) {
        memcpy(c->peer.address, &((struct sockaddr_in6 *)&from)->sin6_addr, sizeof(c->peer.address));
    } else if (from.ss_family == AF_INET) {
        memset(c->peer.address + 10, 0xff, 2);
        memcpy(c->peer.address + 12, &((struct sockaddr_in *)&from)->sin_addr, 4);
    }
    c->peer.known = from.ss_family == AF_INET6 || from.ss_family == AF_INET;
}

void gs_peer_ask(struct gs_conn *c)
{
    c->peer_uid = (uid_t)-1;
    if (c->is_unix) {
        ask_user(c);
    } else {
        ask_address(c);
    }
}
