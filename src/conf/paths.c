/* Says which of a config's paths collide: a socket under the name of the store or of a file that the store keeps beside it, two
 * sockets under one name, a socket where something else stands. At the start the one would be put in the other's place, or could not
 * be made; here it is named with its line. The file system is only looked at. */
#include "check.h"
#include "place.h"

#include "gateslot/base/store_files.h"
#include <stdlib.h>
#include <string.h>

static const char *const beside[] = GS_BESIDE_FILES;
enum { BESIDE = sizeof beside / sizeof beside[0] };

struct places {
    char beside[GS_CONFIG_BESIDE];
    struct gs_place store, files[BESIDE], sockets[GS_MAX_LISTEN];
};

/* Where the file says it, else where it says what it collides with. */
static struct gs_node *node_of(const struct gs_check *check, int32_t i)
{
    const struct gs_node *list = gs_tree_get(check->root, "listen");
    return list != NULL ? gs_tree_at(list, (size_t)i) : gs_tree_get(check->root, "store");
}

static const char *what_it_is(mode_t mode)
{
    return S_ISREG(mode) ? "a file" : S_ISDIR(mode) ? "a directory" : S_ISFIFO(mode) ? "a named pipe" : "a device";
}

static void check_store(const struct gs_check *check, const struct places *p, int32_t i, struct gs_node *node)
{
    const struct gs_place *socket = &p->sockets[i];
    if (gs_place_same(socket, &p->store) && !gs_config_in_postgresql(check->config)) {
        gs_tree_problem(check->problems, node, "unix:%s leads to the store, sqlite:%s",
                        check->config->listen[i].address, check->config->store);
        return;
    }
    for (size_t k = 0; k < BESIDE; k++) {
        if (gs_place_same(socket, &p->files[k])) {
            gs_tree_problem(check->problems, node, "unix:%s leads to a file that the store keeps beside it, %s%s",
                            check->config->listen[i].address, p->beside, beside[k]);
            return;
        }
    }
}

/* Two spellings alike are told by the check of addresses. */
static void check_others(const struct gs_check *check, const struct places *p, int32_t i, struct gs_node *node)
{
    const struct gs_config *c = check->config;
    for (int32_t k = 0; k < i; k++) {
        bool spelt_alike = strcmp(c->listen[k].address, c->listen[i].address) == 0;
        if (c->listen[k].kind == GS_LISTEN_UNIX && !spelt_alike && gs_place_same(&p->sockets[k], &p->sockets[i])) {
            gs_tree_problem(check->problems, node, "unix:%s leads to the same place as listen[%d], unix:%s",
                            c->listen[i].address, (int)k, c->listen[k].address);
            return;
        }
    }
}

static void check_place(const struct gs_check *check, const struct gs_place *socket, int32_t i, struct gs_node *node)
{
    const char *address = check->config->listen[i].address;
    if (socket->is_link) {
        gs_tree_problem(check->problems, node, "%s is a link, expected a socket or nothing there", address);
    } else if (socket->there && !S_ISSOCK(socket->at.st_mode)) {
        gs_tree_problem(check->problems, node, "%s is %s, expected a socket or nothing there", address,
                        what_it_is(socket->at.st_mode));
    }
}

static void check_socket(const struct gs_check *check, struct places *p, int32_t i)
{
    struct gs_node *node = node_of(check, i);
    if (check->config->listen[i].kind != GS_LISTEN_UNIX || check->config->listen[i].address[0] != '/' || node == NULL) {
        return;
    }
    gs_place_find(check->config->listen[i].address, &p->sockets[i]);
    check_store(check, p, i, node);
    if (!node->bad) {
        check_others(check, p, i, node);
    }
    if (!node->bad) {
        check_place(check, &p->sockets[i], i, node);
    }
}

int gs_check_paths(const struct gs_check *check)
{
    struct places *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return GS_E_NOMEM;
    }
    gs_config_beside(check->config, p->beside);
    if (p->beside[0] == '/') {
        gs_place_find(p->beside, &p->store);
        for (size_t k = 0; k < BESIDE; k++) {
            gs_place_beside(&p->store, beside[k], &p->files[k]);
        }
        for (int32_t i = 0; i < check->config->listen_count; i++) {
            check_socket(check, p, i);
        }
    }
    free(p);
    return GS_OK;
}
