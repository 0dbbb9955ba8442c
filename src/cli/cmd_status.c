/* status: how the daemon is, on one screen; its exit status says whether anything impairs it. */
#include "commands.h"
#include "text_width.h"
#include <stdarg.h>
#include <string.h>

enum { LABEL = 16, TEXT = 1400 };

static void line(struct gs_cli *cli, enum gs_word label, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void line(struct gs_cli *cli, enum gs_word label, const char *format, ...)
{
    char text[TEXT];
    const char *word = gs_cli_word(cli, label);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int gap = LABEL - gs_text_columns(word);
    fprintf(cli->out, "%s%*s", word, gap > 1 ? gap : 1, "");
    gs_text_wrap(cli->out, text, LABEL, LABEL, cli->width);
}

/* "2026-11-25T08:30:00.123+08:00" as people read it. */
static const char *instant(const json_t *object, const char *member, char out[20])
{
    gs_date_time_of(gs_get_text(object, member), out);
    return out;
}

static void bytes_text(int64_t bytes, char out[32])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;
    double value = (double)bytes;
    for (; value >= 1000 && unit < 4; unit++) {
        value /= 1000;
    }
    (void)snprintf(out, 32, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static void print_health(struct gs_cli *cli, const json_t *s)
{
    bool healthy = strcmp(gs_get_text(s, "status"), "healthy") == 0;
    size_t i;
    const json_t *problem;
    char since[20];
    line(cli, W_HEALTH, "%s", gs_cli_word(cli, healthy ? W_HEALTHY : W_DEGRADED));
    json_array_foreach(json_object_get(s, "problems"), i, problem)
    {
        line(cli, W_NOTHING, "%s", gs_get_text(problem, "detail"));
    }
    line(cli, W_VERSION, "%s%s%s", gs_get_text(s, "version"), gs_get_bool(s, "drill") ? "  " : "",
         gs_get_bool(s, "drill") ? gs_cli_word(cli, W_A_DRILL) : "");
    line(cli, W_RUNS_SINCE, "%s", instant(s, "started_at", since));
}

static void print_clock(struct gs_cli *cli, const json_t *clock)
{
    char site[20], wall[20];
    line(cli, W_SITE_TIME, "%s", instant(clock, "site_time", site));
    line(cli, W_WALL_CLOCK, "%s%s%s", instant(clock, "wall_time", wall), gs_get_bool(clock, "trusted") ? "" : "  ",
         gs_get_bool(clock, "trusted") ? "" : gs_cli_word(cli, W_NOT_FOLLOWED));
}

static void print_config(struct gs_cli *cli, const json_t *config)
{
    const json_t *reload = json_object_get(config, "last_reload"), *faults = json_object_get(reload, "faults"), *fault;
    char at[20];
    size_t i;
    line(cli, W_CONFIGURATION, "%s", gs_get_text(config, "path"));
    line(cli, W_NOTHING, "%s %s  sha256 %.16s…", gs_cli_word(cli, W_READ_AT), instant(config, "loaded_at", at),
         gs_get_text(config, "sha256"));
    if (!json_is_object(reload)) {
        line(cli, W_LAST_RELOAD, "%s", gs_cli_word(cli, W_NONE_SINCE_START));
        return;
    }
    line(cli, W_LAST_RELOAD, "%s  %s", instant(reload, "at", at),
         gs_cli_word(cli, gs_get_bool(reload, "taken_over") ? W_TAKEN_OVER : W_OLD_CONFIG_STAYS));
    json_array_foreach(faults, i, fault)
    {
        line(cli, W_NOTHING, "%s", json_string_value(fault));
    }
    if (gs_get_int(reload, "fault_count", 0) > (int64_t)json_array_size(faults)) {
        line(cli, W_NOTHING, "…");
    }
}

static void print_certificate(struct gs_cli *cli, const json_t *certificate)
{
    char at[20], days[24], text[128];
    if (!json_is_object(certificate)) {
        return;
    }
    (void)snprintf(days, sizeof days, "%lld", (long long)gs_get_int(certificate, "days_left", 0));
    const char *const values[] = {instant(certificate, "expires_at", at), days, NULL};
    line(cli, W_CERTIFICATE, "%s", gs_word_fill(cli->lang, W_CERT_EXPIRES, values, text, sizeof text));
    line(cli, W_NOTHING, "sha256 %.23s…", gs_get_text(certificate, "sha256"));
}

/* Nothing of a file, which is one and never was to be more. */
static void print_copies(struct gs_cli *cli, const json_t *store)
{
    char held[24], promised[24], text[128];
    const int64_t count = gs_get_int(store, "copies_held", 1), wanted = gs_get_int(store, "copies_promised", 1);
    if (wanted <= 1) {
        return;
    }
    (void)snprintf(held, sizeof held, "%lld", (long long)count);
    (void)snprintf(promised, sizeof promised, "%lld", (long long)wanted);
    const char *const both[] = {held, promised, NULL}, *const of_one[] = {promised, NULL};
    line(cli, W_COPIES, "%s",
         count <= 1 ? gs_word_fill(cli->lang, W_ONE_COPY, of_one, text, sizeof text)
                    : gs_word_fill(cli->lang, W_COPIES_HELD, both, text, sizeof text));
}

static void print_store(struct gs_cli *cli, const json_t *s)
{
    const json_t *store = json_object_get(s, "store"), *backup = json_object_get(s, "last_backup");
    const char *comma = gs_cli_word(cli, W_COMMA);
    char size[32], log[32], at[20];
    bytes_text(gs_get_int(store, "bytes", 0), size);
    bytes_text(gs_get_int(store, "log_bytes", 0), log);
    line(cli, W_STORE, "%s", gs_get_text(store, "path"));
    line(cli, W_NOTHING, "%s%s%s %s%s%s %lld", size, comma, gs_cli_word(cli, W_LOG), log, comma,
         gs_cli_word(cli, W_EPOCH), (long long)gs_get_int(store, "epoch", 1));
    line(cli, W_ROWS, "%lld %s%s%lld %s%s%lld %s", (long long)gs_get_int(store, "bookings", 0),
         gs_cli_word(cli, W_LIVE_BOOKINGS), comma, (long long)gs_get_int(store, "archived_bookings", 0),
         gs_cli_word(cli, W_ARCHIVED), comma, (long long)gs_get_int(store, "events", 0), gs_cli_word(cli, W_EVENTS));
    bytes_text(gs_get_int(store, "reserve_bytes", 0), size);
    bytes_text(gs_get_int(store, "reserve_wanted_bytes", 0), log);
    if (gs_get_int(store, "reserve_wanted_bytes", 0) > 0) { /* a database keeps its own disk */
        line(cli, W_RESERVE, "%s / %s", size, log);
    }
    print_copies(cli, store);
    if (json_is_object(backup)) {
        bytes_text(gs_get_int(backup, "bytes", 0), size);
        line(cli, W_LAST_BACKUP, "%s  %s", instant(backup, "at", at), size);
        line(cli, W_NOTHING, "%s", gs_get_text(backup, "path"));
    } else {
        line(cli, W_LAST_BACKUP, "%s", gs_cli_word(cli, W_NONE_KNOWN));
    }
}

static void print_counts(struct gs_cli *cli, const json_t *s)
{
    const json_t *c = json_object_get(s, "counts");
    const char *comma = gs_cli_word(cli, W_COMMA);
    line(cli, W_YARD_NOW, "%s %lld / %lld%s%s %lld%s%s %lld", gs_cli_word(cli, W_INSIDE),
         (long long)gs_get_int(c, "inside", 0), (long long)gs_get_int(c, "bays", 0), comma,
         gs_cli_word(cli, W_HELD_NOW), (long long)gs_get_int(c, "held", 0), comma, gs_cli_word(cli, W_WAITLISTED),
         (long long)gs_get_int(c, "waiting", 0));
}

static void print_clients(struct gs_cli *cli, const json_t *s)
{
    const json_t *c = json_object_get(s, "clients"), *count;
    const char *comma = gs_cli_word(cli, W_COMMA), *reason;
    char held[32], most[32];
    int64_t dropped = 0;
    line(cli, W_CONNECTIONS, "%lld%s%lld %s%s%lld %s%s%lld %s%s", (long long)gs_get_int(s, "connections", 0),
         gs_cli_word(cli, W_OPENING), (long long)gs_get_int(c, "staff", 0), gs_cli_word(cli, W_OF_STAFF), comma,
         (long long)gs_get_int(c, "programs", 0), gs_cli_word(cli, W_OF_PROGRAMS), comma,
         (long long)gs_get_int(c, "unknown", 0), gs_cli_word(cli, W_OF_UNKNOWN), gs_cli_word(cli, W_CLOSING));
    bytes_text(gs_get_int(c, "memory_bytes", 0), held);
    bytes_text(gs_get_int(c, "memory_max_bytes", 0), most);
    json_object_foreach((json_t *)(uintptr_t)json_object_get(c, "dropped"), reason, count)
    {
        dropped += json_integer_value(count);
    }
    line(cli, W_NOTHING, "%s %s / %s%s%s %lld", gs_cli_word(cli, W_MEMORY_FOR_THEM), held, most, comma,
         gs_cli_word(cli, W_DROPPED), (long long)dropped);
}

enum gs_exit gs_cmd_status(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    (void)args;
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_get(cli, "/v1/status", &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        print_health(cli, r.json);
        print_clock(cli, json_object_get(r.json, "clock"));
        print_config(cli, json_object_get(r.json, "config"));
        print_certificate(cli, json_object_get(r.json, "certificate"));
        print_store(cli, r.json);
        print_counts(cli, r.json);
        print_clients(cli, r.json);
    }
    if (rc == GS_EXIT_OK && strcmp(gs_get_text(r.json, "status"), "healthy") != 0) {
        rc = GS_EXIT_OTHER;
    }
    gs_cli_answer_finish(&r);
    return rc;
}
