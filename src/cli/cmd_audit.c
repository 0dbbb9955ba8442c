/* audit verify: has the chain of events verified slice by slice, then the whole database. */
#include "commands.h"

static enum gs_exit broken(struct gs_cli *cli, const json_t *slice)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)gs_get_int(slice, "broken_seq", 0));
    return gs_cli_fail(cli, GS_EXIT_OTHER, W_CHAIN_BROKEN, number);
}

/* Verifies from slice to slice; *out_count events were in order, *out_hash is the last one's. */
static enum gs_exit verify_chain(struct gs_cli *cli, int64_t *out_count, char out_hash[80])
{
    int64_t from = 0;
    do {
        char path[64];
        struct gs_cli_answer r;
        snprintf(path, sizeof path, "/v1/audit?from=%lld", (long long)from);
        enum gs_exit rc = gs_cli_get(cli, path, &r);
        int64_t next = 0;
        if (rc == GS_EXIT_OK) {
            *out_count += gs_get_int(r.json, "checked", 0);
            snprintf(out_hash, 80, "%s", gs_get_text(r.json, "last_hash"));
            next = gs_get_int(r.json, "next", 0);
            if (gs_get_int(r.json, "broken_seq", 0) > 0) {
                rc = broken(cli, r.json);
            } else if (next != 0 && next <= from) {
                rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_BAD_ANSWER, path);
            }
        }
        gs_cli_answer_finish(&r);
        if (rc != GS_EXIT_OK) {
            return rc;
        }
        from = next;
    } while (from != 0);
    return GS_EXIT_OK;
}

#define INTEGRITY_TIMEOUT_MS (30 * 60 * 1000)

/* The whole file; a daemon that says what is wrong has it printed. */
static enum gs_exit verify_file(struct gs_cli *cli)
{
    struct gs_cli_answer r;
    const struct gs_client_call call = {
        .method = "GET", .path = "/v1/audit/integrity", .timeout_ms = INTEGRITY_TIMEOUT_MS};
    enum gs_exit rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && !gs_get_bool(r.json, "ok")) {
        fprintf(cli->err, "gateslot: %s%s%s\n", gs_cli_word(cli, W_DATABASE), gs_cli_word(cli, W_COLON),
                gs_get_text(r.json, "message"));
        rc = GS_EXIT_OTHER;
    }
    gs_cli_answer_finish(&r);
    return rc;
}

enum gs_exit gs_cmd_audit_verify(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    (void)args;
    int64_t count = 0;
    char hash[80] = "";
    enum gs_exit rc = verify_chain(cli, &count, hash);
    if (rc == GS_EXIT_OK) {
        rc = verify_file(cli);
    }
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (cli->json) {
        fprintf(cli->out, "{\"events\":%lld,\"unbroken\":true,\"last_hash\":\"%s\"}\n", (long long)count, hash);
    } else {
        fprintf(cli->out, "%lld %s %s\n", (long long)count, gs_cli_word(cli, W_CHAIN_UNBROKEN), hash);
    }
    return GS_EXIT_OK;
}
