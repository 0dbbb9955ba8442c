/* yard and gate: who is inside and who waits; the gate's board, once, or on a terminal drawn anew whenever something happens. It follows
 * the feed of events: between two events nothing is asked but whether there is one. */
#include "commands.h"
#include "gate_board.h"
#include "screen.h"
#include "text_width.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Minutes that pass are seen after so long without an event. */
#define WAIT_S "15"
#define WAIT_TIMEOUT_MS 60000
#define SETTLE_MS 250 /* events that come together are drawn together */
#define AGAIN_MS 1000

const struct gs_cli_option gs_gate_options[] = {
    {"watch", NULL, false, {"stay, and draw it anew whenever something happens", "持续显示，有变化即刷新"}},
    {NULL, NULL, false, {NULL, NULL}}};

enum gs_exit gs_cmd_yard(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    struct gs_cli_answer r;
    (void)self;
    (void)args;
    enum gs_exit rc = gs_cli_get(cli, "/v1/yard", &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_yard_print(cli, r.json);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

struct gate_answers { /* what the board is made of */
    struct gs_cli_answer yard, list;
};

static void finish_answers(struct gate_answers *p)
{
    gs_cli_answer_finish(&p->yard);
    gs_cli_answer_finish(&p->list);
}

static enum gs_exit print_once(struct gs_cli *cli)
{
    struct gate_answers p;
    gs_response_init(&p.list.response);
    p.list.json = NULL;
    enum gs_exit rc = gs_cli_get(cli, "/v1/yard", &p.yard);
    if (rc == GS_EXIT_OK) {
        rc = gs_cli_get(cli, "/v1/gate/list", &p.list);
    }
    if (rc == GS_EXIT_OK && cli->json) {
        fprintf(cli->out, "{\"yard\":%s,\"list\":%s}\n", p.yard.response.body.data, p.list.response.body.data);
    } else if (rc == GS_EXIT_OK) {
        gs_gate_board_print(cli, p.yard.json, p.list.json, 0);
    }
    finish_answers(&p);
    return rc;
}

/* ---- in place ---- */

struct watch {
    struct gs_cli *cli;
    int64_t after;       /* the feed is followed from there on; < 0: not known */
    char trouble[256];   /* "" = none */
    int64_t again_ms;    /* so long after it */
    enum gs_exit result; /* once it is not OK, the watch ends by it */
    struct gs_cli_answer refusal;
};

/* Asks; true: a 200 came. What passes is noted as trouble, what does not ends the watch. */
static bool asked(struct watch *w, const char *path, struct gs_cli_answer *out)
{
    struct gs_transport *t = w->cli->transport;
    const struct gs_client_call call = {.method = "GET", .path = path, .timeout_ms = WAIT_TIMEOUT_MS};
    int err = t->send(t->self, &call, &out->response);
    int status = err == GS_OK ? out->response.status : 0;
    out->json = status != 0 ? gs_cli_json(w->cli, &out->response.body) : NULL;
    if (status == 200 && out->json != NULL) {
        return true;
    }
    if (status == 410) { /* the store was put back: the feed begins anew */
        w->after = -1;
    } else if (status == 0 || status == 429 || status >= 500) {
        snprintf(w->trouble, sizeof w->trouble, "%s %s", gs_cli_word(w->cli, W_CONNECTION_LOST), out->response.fault);
        w->after = -1;
        w->again_ms = out->response.retry_after_s * 1000 > AGAIN_MS ? out->response.retry_after_s * 1000 : AGAIN_MS;
    } else {
        w->result = GS_EXIT_OTHER;
        w->refusal = *out;
        gs_response_init(&out->response);
        out->json = NULL;
    }
    return false;
}

/* Where the feed stands: before what is drawn is asked for, so that nothing falls between. */
static bool find_end(struct watch *w)
{
    struct gs_cli_answer r;
    bool ok = asked(w, "/v1/events?last=1", &r);
    if (ok) {
        w->after = gs_get_int(r.json, "last_seq", 0);
    }
    gs_cli_answer_finish(&r);
    return ok;
}

static bool wait_for_event(struct watch *w)
{
    char path[96];
    struct gs_cli_answer r;
    snprintf(path, sizeof path, "/v1/events?after=%lld&limit=100&wait=" WAIT_S, (long long)w->after);
    bool ok = asked(w, path, &r);
    if (ok) {
        w->after = gs_get_int(r.json, "last_seq", w->after);
    }
    gs_cli_answer_finish(&r);
    return ok;
}

/* The board as text; NULL without memory. */
static char *lay_out(struct watch *w, const struct gate_answers *p)
{
    struct gs_cli *cli = w->cli;
    FILE *screen = cli->out;
    char *text = NULL;
    size_t size = 0;
    cli->width = gs_text_terminal_width(fileno(screen));
    int height = gs_screen_height(cli);
    FILE *page = open_memstream(&text, &size);
    if (page == NULL) {
        return NULL;
    }
    cli->out = page;
    gs_gate_board_print(cli, p->yard.json, p->list.json, height - 1);
    fprintf(page, "%s", gs_cli_word(cli, W_BOARD_END));
    cli->out = screen;
    return fclose(page) == 0 ? text : NULL;
}

static bool draw(struct watch *w)
{
    struct gate_answers p;
    gs_response_init(&p.list.response);
    p.list.json = NULL;
    bool ok = asked(w, "/v1/yard", &p.yard) && asked(w, "/v1/gate/list", &p.list);
    char *text = ok ? lay_out(w, &p) : NULL;
    if (text != NULL) {
        gs_screen_draw(w->cli, text);
    }
    free(text);
    finish_answers(&p);
    return ok;
}

/* What stood there stays, with the trouble in the first line. */
static void show_trouble(struct watch *w)
{
    char line[256];
    int width = gs_text_terminal_width(fileno(w->cli->out));
    gs_text_cut(w->trouble, width > 1 ? width - 1 : 79, line, sizeof line);
    fprintf(w->cli->out, "\033[H\033[7m%s\033[0m\033[K", line);
    fflush(w->cli->out);
}

static enum gs_exit follow(struct watch *w)
{
    struct gs_transport *t = w->cli->transport;
    while (w->result == GS_EXIT_OK && !t->pause(t->self, 0) && ferror(w->cli->out) == 0) {
        w->trouble[0] = '\0';
        w->again_ms = AGAIN_MS;
        bool ok = (w->after >= 0 || find_end(w)) && draw(w) && wait_for_event(w);
        if (!ok && w->trouble[0] != '\0' && !t->pause(t->self, 0)) {
            show_trouble(w);
        }
        if (w->result == GS_EXIT_OK && t->pause(t->self, ok ? SETTLE_MS : w->again_ms)) {
            break;
        }
    }
    return w->result;
}

static enum gs_exit watch(struct gs_cli *cli)
{
    struct watch w = {.cli = cli, .after = -1, .result = GS_EXIT_OK};
    if (cli->catch_interrupt != NULL) {
        cli->catch_interrupt(cli);
    }
    gs_screen_enter(cli);
    enum gs_exit rc = follow(&w);
    gs_screen_leave(cli);
    if (rc != GS_EXIT_OK) {
        rc = gs_cli_refused(cli, &w.refusal);
        gs_cli_answer_finish(&w.refusal);
    }
    return rc;
}

enum gs_exit gs_cmd_gate(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_args_has(args, "watch") && !cli->json && gs_screen_possible(cli) ? watch(cli) : print_once(cli);
}
