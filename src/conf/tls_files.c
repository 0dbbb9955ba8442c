/* Certificate and key of the config: both or neither, and there where an address wants them. Where the files may be looked at, each of them is judged, and
 * what is wrong with it stands at the line that names it. */
#include "check.h"

#include "gateslot/tls/certificate.h"
#include <time.h>

static void want_both(const struct gs_check *check)
{
    const struct gs_config *c = check->config;
    const struct gs_node *list = gs_tree_get(check->root, "listen");
    struct gs_node *tls = gs_tree_get(check->root, "tls");
    const bool has_certificate = c->tls.certificate[0] != '\0', has_key = c->tls.key[0] != '\0';
    if (has_certificate != has_key && tls != NULL && !tls->bad) {
        gs_tree_problem(check->problems, gs_tree_get(tls, has_key ? "key" : "certificate"),
                        "given without %s, expected both certificate and key", has_key ? "tls.certificate" : "tls.key");
        return;
    }
    for (int32_t i = 0; i < c->listen_count && !has_key; i++) {
        struct gs_node *node = gs_tree_at(list, (size_t)i);
        if (c->listen[i].tls && node != NULL && tls == NULL) {
            gs_tree_problem(check->problems, node, "https needs a certificate, expected tls.certificate and tls.key");
        }
    }
}

int gs_check_tls(const struct gs_check *check)
{
    const struct gs_config *c = check->config;
    want_both(check);
    if (!check->reads_files || c->tls.certificate[0] == '\0' || c->tls.key[0] == '\0') {
        return GS_OK;
    }
    struct gs_certificate *pair = NULL;
    struct gs_certificate_faults faults;
    struct gs_node *tls = gs_tree_get(check->root, "tls");
    int err = gs_certificate_read(c->tls.certificate, c->tls.key, (int64_t)time(NULL), &pair, &faults);
    if (err == GS_E_NOMEM) {
        return err;
    }
    gs_certificate_destroy(pair);
    if (faults.chain[0] != '\0') {
        gs_tree_problem(check->problems, gs_tree_get(tls, "certificate"), "%s", faults.chain);
    }
    if (faults.key[0] != '\0') {
        gs_tree_problem(check->problems, gs_tree_get(tls, "key"), "%s", faults.key);
    }
    return GS_OK;
}
