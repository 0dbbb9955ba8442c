/* Repeats a call while the daemon is away or busy. It decides by status and time only; whether a call may be repeated at all is the
 * caller's knowledge. */
#include "patience.h"

#define FIRST_PAUSE_MS 50
#define LONGEST_PAUSE_MS 1000

static bool passing(int err, int status)
{
    return err == GS_E_IO || (err == GS_OK && (status == 429 || (status >= 502 && status <= 504)));
}

/* Never before the daemon said that it makes sense. */
static int64_t pause_for(int retries, int64_t retry_after_s)
{
    int64_t ms = retries < 5 ? (int64_t)FIRST_PAUSE_MS << retries : LONGEST_PAUSE_MS;
    if (retry_after_s > GS_PATIENCE_MS / 1000) {
        return INT64_MAX;
    }
    return retry_after_s * 1000 > ms ? retry_after_s * 1000 : ms;
}

static int send_again(const struct gs_transport *t, const struct gs_client_call *call,
                      const struct gs_patience *patience, struct gs_response *out)
{
    if (patience->put_right != NULL && !patience->put_right(patience->arg)) {
        gs_response_init(out);
        snprintf(out->fault, sizeof out->fault, "%s", gs_strerror(GS_E_IO));
        return GS_E_IO;
    }
    return t->send(t->self, call, out);
}

enum gs_exit gs_patient_try(struct gs_cli *cli, const struct gs_client_call *call, struct gs_patience *patience,
                            struct gs_cli_answer *out)
{
    struct gs_transport *t = cli->transport;
    int64_t deadline = 0;
    patience->retries = 0;
    out->json = NULL;
    int err = t->send(t->self, call, &out->response);
    for (;;) {
        int64_t now = t->monotonic_ms(t->self);
        deadline = patience->retries == 0 ? now + GS_PATIENCE_MS : deadline;
        int64_t wait = pause_for(patience->retries, out->response.retry_after_s);
        bool in_vain = now >= deadline || (out->response.retry_after_s > 0 && wait > deadline - now);
        if (!passing(err, out->response.status) || in_vain) {
            return gs_cli_read(cli, err, out);
        }
        patience->retries++;
        gs_response_finish(&out->response);
        gs_response_init(&out->response);
        if (t->pause(t->self, wait)) {
            return GS_EXIT_INTERRUPTED;
        }
        err = send_again(t, call, patience, &out->response);
    }
}
