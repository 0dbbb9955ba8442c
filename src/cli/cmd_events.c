/* events: the feed, the last ones, from a number or time on, or followed: by the daemon's stream, or by asking again and again where it has
 * none. Lines are printed as they come, so that any length takes the same memory. */
#include "commands.h"
#include "event_blocks.h"
#include "event_view.h"
#include "suggest.h"
#include "typed.h"
#include <stdlib.h>
#include <string.h>

#define WAIT 30
#define FOLLOW_TIMEOUT_MS 60000
#define AGAIN_MS 1000
#define LAST_USUAL 20
#define LAST_MAX 500
#define TOLD_MAX 100 /* of events with their sentences in one answer */

const struct gs_cli_option gs_events_options[] = {
    {"last",
     "N",
     false,
     {"the last N (-n N); on a terminal 20 unless told otherwise", "最后几条（-n 数）；终端上默认 20 条"}},
    {"since", "TIME|DATE", false, {"from a time of today (08:30) or a day on", "自今日某时刻（08:30）或某日起"}},
    {"after", "N", false, {"only those after number N", "仅此编号之后"}},
    {"type",
     "TYPE,…",
     false,
     {"only these: capacity, no_show, booking.moved …", "仅这些类型：capacity、no_show、booking.moved …"}},
    {"by", "NAME|ROLE", false, {"only what this one, or this role, did", "仅此人或此角色所为"}},
    {"follow", NULL, false, {"wait for more and print them as they come (-f)", "持续等待新事件（-f）"}},
    {NULL, NULL, false, {NULL, NULL}}};

struct events_ask {
    int64_t after, last; /* last 0: from after on */
    char since[GS_RFC3339_TEXT], types[GS_TYPED_MAX];
    const char *by;
};

static void print_event(struct gs_cli *cli, const json_t *event, bool lines)
{
    if (lines) {
        json_dumpf(event, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
    } else {
        gs_event_line(cli, event);
    }
}

/* Prints what came and moves *after behind it. */
static void print_page(struct gs_cli *cli, const json_t *answer, bool lines, int64_t *after)
{
    size_t i;
    const json_t *event;
    json_array_foreach(json_object_get(answer, "items"), i, event)
    {
        print_event(cli, event, lines);
        *after = gs_get_int(event, "seq", *after);
    }
    *after = gs_get_int(answer, "last_seq", *after);
    fflush(cli->out);
}

static void query_number(struct gs_buf *path, const char *name, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    gs_path_query(path, name, text);
}

static int make_path(struct gs_cli *cli, const struct events_ask *ask, bool last, bool wait, struct gs_buf *path)
{
    gs_buf_init(path, 4096);
    gs_buf_str(path, "/v1/events");
    if (last) {
        query_number(path, "last", ask->last);
    } else {
        query_number(path, "after", ask->after);
        query_number(path, "limit", cli->json ? LAST_MAX : TOLD_MAX);
    }
    gs_path_query(path, "since", ask->since[0] != '\0' ? ask->since : NULL);
    gs_path_query(path, "type", ask->types[0] != '\0' ? ask->types : NULL);
    gs_path_query(path, "by", ask->by);
    gs_path_query(path, "text", cli->json ? NULL : "true");
    if (wait) {
        query_number(path, "wait", WAIT);
    }
    return gs_buf_status(path);
}

static int make_stream_path(const struct gs_cli *cli, const struct events_ask *ask, struct gs_buf *path)
{
    gs_buf_init(path, 4096);
    gs_buf_str(path, "/v1/events/stream");
    query_number(path, "after", ask->after);
    gs_path_query(path, "type", ask->types[0] != '\0' ? ask->types : NULL);
    gs_path_query(path, "by", ask->by);
    gs_path_query(path, "text", cli->json ? NULL : "true");
    return gs_buf_status(path);
}

/* One page; *out_more: another follows at once. */
static enum gs_exit print_once(struct gs_cli *cli, struct events_ask *ask, bool last, bool lines, bool *out_more)
{
    struct gs_buf path;
    struct gs_cli_answer r;
    *out_more = false;
    if (make_path(cli, ask, last, false, &path) != GS_OK) {
        gs_buf_finish(&path);
        return gs_cli_fail(cli, GS_EXIT_USAGE, W_TOO_LONG, "--by");
    }
    enum gs_exit rc = gs_cli_get(cli, path.data, &r);
    if (rc == GS_EXIT_OK && cli->json && !lines) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        print_page(cli, r.json, lines, &ask->after);
        *out_more = gs_get_text(r.json, "next_cursor")[0] != '\0';
    }
    gs_cli_answer_finish(&r);
    gs_buf_finish(&path);
    return rc;
}

static enum gs_exit print_all(struct gs_cli *cli, struct events_ask *ask)
{
    bool more = true;
    enum gs_exit rc = GS_EXIT_OK;
    while (rc == GS_EXIT_OK && more && ferror(cli->out) == 0) {
        rc = print_once(cli, ask, false, false, &more);
    }
    return rc;
}

/* Worth asking again: no answer at all, or a daemon that has too much to do or is ending. */
static bool passing(enum gs_exit rc, int status)
{
    return rc == GS_EXIT_UNREACHABLE || status == 429 || status >= 500;
}

static int64_t wait_ms(const struct gs_response *r)
{
    return r->retry_after_s * 1000 > AGAIN_MS ? r->retry_after_s * 1000 : AGAIN_MS;
}

/* One question that waits for the next event; *out_again_ms: after so long it may be asked again; 0: no more. */
static enum gs_exit await(struct gs_cli *cli, struct events_ask *ask, bool *told, int64_t *out_again_ms)
{
    struct gs_buf path;
    struct gs_cli_answer r = {0};
    gs_response_init(&r.response);
    int err = make_path(cli, ask, false, true, &path);
    const struct gs_client_call call = {.method = "GET", .path = path.data, .timeout_ms = FOLLOW_TIMEOUT_MS};
    err = err == GS_OK ? cli->transport->send(cli->transport->self, &call, &r.response) : err;
    int status = err == GS_OK ? r.response.status : 0;
    r.json = status != 0 ? gs_cli_json(cli, &r.response.body) : NULL;
    enum gs_exit rc = err != GS_OK ? GS_EXIT_UNREACHABLE : status == 200 ? GS_EXIT_OK : GS_EXIT_OTHER;
    *out_again_ms = 0;
    if (passing(rc, status)) {
        *out_again_ms = wait_ms(&r.response);
    }
    if (rc == GS_EXIT_OK) {
        print_page(cli, r.json, cli->json, &ask->after);
        *told = false;
    } else if (*out_again_ms == 0) {
        rc = gs_cli_refused(cli, &r);
    } else if (!*told) {
        (void)gs_cli_fail(cli, rc, W_CONNECTION_LOST, r.response.fault);
        *told = true;
    }
    gs_cli_answer_finish(&r);
    gs_buf_finish(&path);
    return rc;
}

/* ---- by a stream ---- */

struct following {
    struct gs_cli *cli;
    struct events_ask *ask;
    struct gs_event_blocks blocks;
};

/* The store was put back: what was printed after its last number is gone from it. */
static void tell_reset(struct gs_cli *cli, const json_t *reset)
{
    char last[24];
    (void)snprintf(last, sizeof last, "%lld", (long long)gs_get_int(reset, "last_seq", 0));
    (void)gs_cli_fail(cli, GS_EXIT_OTHER, W_FEED_RESET, last);
}

static void take_block(void *arg, const struct gs_event_block *block)
{
    struct following *f = arg;
    struct gs_cli *cli = f->cli;
    if (block->id >= 0) {
        f->ask->after = block->id;
    }
    json_t *event = block->data.len > 0 ? gs_cli_json(cli, &block->data) : NULL;
    if (event != NULL && strcmp(block->type, "reset") == 0) {
        tell_reset(cli, event);
    } else if (event != NULL) {
        print_event(cli, event, cli->json);
        fflush(cli->out);
    }
    json_decref(event);
}

static bool take_bytes(void *arg, const char *bytes, size_t len)
{
    struct following *f = arg;
    return gs_event_blocks_add(&f->blocks, bytes, len) && ferror(f->cli->out) == 0;
}

/* As await, but for as long as the daemon goes on. *out_none: it has no streams. */
static enum gs_exit stream(struct gs_cli *cli, struct events_ask *ask, bool *told, int64_t *out_again_ms,
                           bool *out_none)
{
    struct following f = {.cli = cli, .ask = ask};
    struct gs_buf path;
    struct gs_cli_answer r = {0};
    const int64_t began = ask->after;
    gs_response_init(&r.response);
    gs_event_blocks_init(&f.blocks, take_block, &f);
    int err = make_stream_path(cli, ask, &path);
    const struct gs_client_call call = {.method = "GET", .path = path.data, .accept = "text/event-stream"};
    err = err == GS_OK ? cli->transport->stream(cli->transport->self, &call, take_bytes, &f, &r.response) : err;
    const int status = err == GS_OK ? r.response.status : 0;
    r.json = status != 0 && status != 200 ? gs_cli_json(cli, &r.response.body) : NULL;
    enum gs_exit rc = err != GS_OK ? GS_EXIT_UNREACHABLE : status == 200 ? GS_EXIT_OK : GS_EXIT_OTHER;
    *out_none = status == 404;
    *out_again_ms = rc == GS_EXIT_OK || passing(rc, status) ? wait_ms(&r.response) : 0;
    if (rc == GS_EXIT_OK || ask->after != began) {
        *told = false;
    }
    if (rc != GS_EXIT_OK && *out_again_ms == 0 && !*out_none) {
        rc = gs_cli_refused(cli, &r);
    } else if (rc != GS_EXIT_OK && !*out_none && !*told) {
        (void)gs_cli_fail(cli, rc, W_CONNECTION_LOST, r.response.fault);
        *told = true;
    }
    gs_event_blocks_finish(&f.blocks);
    gs_cli_answer_finish(&r);
    gs_buf_finish(&path);
    return rc;
}

static enum gs_exit follow(struct gs_cli *cli, struct events_ask *ask)
{
    bool told = false, streams = cli->transport->stream != NULL;
    for (;;) {
        int64_t again_ms = 0;
        bool none = false;
        enum gs_exit rc = streams ? stream(cli, ask, &told, &again_ms, &none) : await(cli, ask, &told, &again_ms);
        if (none) { /* an older daemon: it is polled */
            streams = false;
            continue;
        }
        if ((rc != GS_EXIT_OK && again_ms == 0) || ferror(cli->out) != 0) {
            return rc;
        }
        if (again_ms > 0 && cli->transport->pause(cli->transport->self, again_ms)) {
            return GS_EXIT_INTERRUPTED;
        }
    }
}

/* A time of today, an instant as the API writes it, or the beginning of a day. */
static enum gs_exit take_since(struct gs_cli *cli, const char *given, char out[GS_RFC3339_TEXT])
{
    char day[GS_DATE_TEXT];
    gs_date date = 0;
    int32_t min = 0;
    int64_t at_ms = 0;
    if (gs_rfc3339_parse(given, strlen(given), &at_ms) == GS_OK && strlen(given) < GS_RFC3339_TEXT) {
        snprintf(out, GS_RFC3339_TEXT, "%s", given);
        return GS_EXIT_OK;
    }
    bool of_today = gs_typed_time(given, &min) == GS_OK;
    enum gs_exit rc = gs_cli_date(cli, of_today ? NULL : given, day);
    rc = rc == GS_EXIT_OK ? gs_cli_site(cli) : rc;
    if (rc == GS_EXIT_OK && gs_date_parse(day, strlen(day), &date) == GS_OK) {
        gs_rfc3339_format(gs_tz_instant(cli->site.tz, date, min), cli->site.tz, out);
    }
    return rc;
}

/* "no_show， capacity" as the API takes it: no_show,capacity. */
static enum gs_exit take_types(struct gs_cli *cli, const char *given, char out[GS_TYPED_MAX])
{
    char plain[GS_TYPED_MAX];
    const char *at = plain, *word;
    size_t len = 0, used = 0;
    if (gs_typed_plain(given, plain, sizeof plain) != GS_OK) {
        return gs_cli_fail(cli, GS_EXIT_USAGE, W_TOO_LONG, "--type");
    }
    while ((word = gs_typed_next(&at, &len)) != NULL) {
        int added = snprintf(out + used, GS_TYPED_MAX - used, "%s%.*s", used > 0 ? "," : "", (int)len, word);
        used += added > 0 ? (size_t)added : 0;
    }
    return used > 0 ? GS_EXIT_OK : gs_cli_wrong(cli, W_NOTHING_NAMED, "--type", given);
}

static enum gs_exit take_ask(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args,
                             struct events_ask *out)
{
    const char *after = gs_args_get(args, "after"), *last = gs_args_get(args, "last");
    const char *since = gs_args_get(args, "since"), *types = gs_args_get(args, "type");
    bool from_somewhere = after != NULL || since != NULL;
    *out =
        (struct events_ask){.by = gs_args_get(args, "by"), .last = cli->terminal && !from_somewhere ? LAST_USUAL : 0};
    if (after != NULL && gs_typed_number(after, 0, INT64_MAX, &out->after) != GS_OK) {
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, "--after", after);
    }
    if (last != NULL && gs_typed_number(last, 1, cli->json ? LAST_MAX : TOLD_MAX, &out->last) != GS_OK) {
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, "--last", last);
    }
    if (last != NULL && after != NULL) {
        return gs_cli_usage(cli, self, W_NOT_TOGETHER, "--last", "--after");
    }
    enum gs_exit rc = types != NULL ? take_types(cli, types, out->types) : GS_EXIT_OK;
    return rc == GS_EXIT_OK && since != NULL ? take_since(cli, since, out->since) : rc;
}

enum gs_exit gs_cmd_events(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    struct events_ask ask;
    bool more = false, follows = gs_args_has(args, "follow");
    enum gs_exit rc = take_ask(cli, self, args, &ask);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (ask.last > 0) {
        rc = print_once(cli, &ask, true, cli->json && follows, &more);
    } else if (!follows) {
        return cli->json ? print_once(cli, &ask, false, false, &more) : print_all(cli, &ask);
    }
    for (more = ask.since[0] != '\0'; rc == GS_EXIT_OK && follows && more;) { /* what there is of that time on */
        rc = print_once(cli, &ask, false, cli->json, &more);
    }
    return rc == GS_EXIT_OK && follows ? follow(cli, &ask) : rc;
}
