/* What another configuration has otherwise: both are written as the file would write them, option by option, and compared as texts. Windows
 * are told apart by their names, entries of the calendar by their days; what only one of the two has is told whole. */
#include "gateslot/base/buf.h"
#include "gateslot/base/text.h"
#include "options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { KEY_MAX = 128, ENTRY_TEXT_MAX = 65536, CHANGES_MAX = 400 };

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct comparison {
    struct gs_arena *arena;
    size_t value_max;
    struct gs_option_change *at; /* in the arena */
    size_t count, total;
    bool failed;
    struct gs_buf before, after;
};

/* ---- values as texts ---- */

/* A whole number that is not negative, in the form of its type; false: not given. */
static bool write_number(const struct gs_option *o, const void *field, struct gs_buf *out)
{
    int32_t value;
    char text[GS_DATE_TEXT];
    memcpy(&value, field, sizeof value);
    if (value < 0) {
        return false;
    }
    switch (o->type) {
    case GS_OPTION_TIME:
        gs_hhmm_format(value, text);
        gs_buf_str(out, value == 1440 ? "24:00" : text);
        return true;
    case GS_OPTION_DATE:
        gs_date_format(value, text);
        gs_buf_str(out, text);
        return true;
    case GS_OPTION_WEEKDAY:
        gs_buf_str(out, weekdays[value % 7]);
        return true;
    default:
        gs_buf_int(out, value);
        return true;
    }
}

static void write_listen(const struct gs_listen *l, struct gs_buf *out)
{
    if (l->kind == GS_LISTEN_UNIX) {
        gs_buf_printf(out, "unix:%s", l->address);
    } else {
        bool v6 = strchr(l->address, ':') != NULL;
        gs_buf_printf(out, "http%s://%s%s%s:%u", l->tls ? "s" : "", v6 ? "[" : "", l->address, v6 ? "]" : "",
                      (unsigned)l->port);
    }
}

/* False: not given. */
static bool write_scalar(const struct gs_option *o, const void *field, struct gs_buf *out)
{
    bool yes;
    const char *text = field;
    switch (o->type) {
    case GS_OPTION_BOOL:
        memcpy(&yes, field, sizeof yes);
        gs_buf_str(out, yes ? "true" : "false");
        return true;
    case GS_OPTION_TEXT:
        gs_buf_str(out, strcmp(o->key, "store") == 0 && text[0] == '/' ? "sqlite:" : "");
        gs_buf_str(out, text);
        return text[0] != '\0';
    default:
        return write_number(o, field, out);
    }
}

static bool says_which_day(const struct gs_option *o)
{
    static const char *const keys[] = {"calendar[].date", "calendar[].from", "calendar[].to", "calendar[].weekday"};
    bool found = false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        found = found || strcmp(o->key, keys[i]) == 0;
    }
    return found;
}

static void write_entry(const struct gs_option *entry, const unsigned char *base, struct gs_buf *out);

static const unsigned char *entries_of(const struct gs_option *o, const unsigned char *base, int32_t *out_count)
{
    const unsigned char *array = base + o->offset;
    memcpy(out_count, base + o->count_offset, sizeof *out_count);
    if (o->on_heap) {
        memcpy(&array, base + o->offset, sizeof array);
    }
    return array;
}

/* A mapping of named entries inside of an entry: windows of the calendar. */
static void write_map(const struct gs_option *o, const unsigned char *base, struct gs_buf *out)
{
    const struct gs_option *entry = gs_option_entries(o);
    int32_t count;
    const unsigned char *array = entries_of(o, base, &count);
    gs_buf_char(out, '{');
    for (int32_t i = 0; i < count; i++) {
        const unsigned char *at = array + (size_t)i * o->entry_size;
        gs_buf_printf(out, "%s%s: ", i > 0 ? ", " : "", (const char *)(at + entry->offset));
        write_entry(entry, at, out);
    }
    gs_buf_char(out, '}');
}

static bool is_default(const struct gs_option *o, const struct gs_buf *value)
{
    return o->type == GS_OPTION_BOOL && strcmp(o->fallback, value->data) == 0;
}

/* "{start: 08:00, end: 12:00, capacity: 40}", without what is not given. */
static void write_entry(const struct gs_option *entry, const unsigned char *base, struct gs_buf *out)
{
    const char *between = "";
    gs_buf_char(out, '{');
    for (const struct gs_option *o = gs_option_below(entry->key, NULL); o != NULL; o = gs_option_below(entry->key, o)) {
        struct gs_buf value;
        int32_t count = 1;
        gs_buf_init(&value, ENTRY_TEXT_MAX);
        gs_buf_str(&value, "");
        bool given = !says_which_day(o);
        if (given && o->entry_size > 0) {
            (void)entries_of(o, base, &count);
            write_map(o, base, &value);
        } else if (given) {
            given = write_scalar(o, base + o->offset, &value) && value.data != NULL && !is_default(o, &value);
        }
        if (given && count > 0 && value.data != NULL) {
            gs_buf_printf(out, "%s%s: %s", between, gs_option_name(o), value.data);
            between = ", ";
        }
        gs_buf_finish(&value);
    }
    gs_buf_char(out, '}');
}

/* ---- comparing ---- */

/* A copy of at most max bytes, cut at a character's edge. */
static const char *keep(struct comparison *c, const char *text, size_t max)
{
    static const char cut[] = "…";
    size_t len = strlen(text), room = (len < max ? len : max) + sizeof cut;
    char *copy = gs_arena_alloc(c->arena, room);
    if (copy == NULL) {
        c->failed = true;
        return NULL;
    }
    if (len <= max) {
        memcpy(copy, text, len + 1);
    } else {
        (void)gs_text_copyn(copy, max - sizeof cut + 2, text, len);
        memcpy(copy + strlen(copy), cut, sizeof cut);
    }
    return copy;
}

static void add(struct comparison *c, const struct gs_option *o, const char *key, const char *before, const char *after)
{
    if (before == NULL && after == NULL) {
        return;
    }
    if (before != NULL && after != NULL && strcmp(before, after) == 0) {
        return;
    }
    if (c->total++ < CHANGES_MAX) {
        c->at[c->count++] = (struct gs_option_change){.key = keep(c, key, KEY_MAX),
                                                      .before = before != NULL ? keep(c, before, c->value_max) : NULL,
                                                      .after = after != NULL ? keep(c, after, c->value_max) : NULL,
                                                      .restart = o->restart};
    }
}

static const char *written(struct comparison *c, struct gs_buf *buf, bool given)
{
    c->failed = c->failed || gs_buf_status(buf) != GS_OK;
    return given && !c->failed ? buf->data : NULL;
}

static void compare_scalar(struct comparison *c, const struct gs_option *o, const char *key, const void *before,
                           const void *after)
{
    gs_buf_clear(&c->before);
    gs_buf_clear(&c->after);
    bool had = write_scalar(o, before, &c->before), has = write_scalar(o, after, &c->after);
    add(c, o, key, written(c, &c->before, had), written(c, &c->after, has));
}

static void write_networks(const struct gs_config *config, struct gs_buf *out)
{
    char text[GS_IP_TEXT];
    for (int32_t i = 0; i < config->proxy_count; i++) {
        gs_ip_network_format(&config->proxies[i], text);
        gs_buf_printf(out, "%s%s", i > 0 ? ", " : "", text);
    }
}

static void write_receivers(const struct gs_config *config, struct gs_buf *out)
{
    char text[GS_OUTBOUND_TEXT];
    for (int32_t i = 0; i < config->webhooks.count; i++) {
        gs_outbound_entry_format(&config->webhooks.allow[i], text);
        gs_buf_printf(out, "%s%s", i > 0 ? ", " : "", text);
    }
}

/* As one text: their order says nothing, and there are few. */
static void compare_as_text(struct comparison *c, const struct gs_option *o, const struct gs_config *before,
                            const struct gs_config *after,
                            void (*write)(const struct gs_config *config, struct gs_buf *out))
{
    gs_buf_clear(&c->before);
    gs_buf_clear(&c->after);
    gs_buf_str(&c->before, "");
    gs_buf_str(&c->after, "");
    write(before, &c->before);
    write(after, &c->after);
    add(c, o, o->key, written(c, &c->before, c->before.len > 0), written(c, &c->after, c->after.len > 0));
}

/* As the file may have it: 0, one number, or a list. */
static void write_reminders(const struct gs_config *config, struct gs_buf *out)
{
    const struct gs_rules *r = &config->rules;
    gs_buf_str(out, r->reminder_count > 1 ? "[" : "");
    for (int32_t i = 0; i < r->reminder_count; i++) {
        gs_buf_str(out, i > 0 ? ", " : "");
        gs_buf_int(out, r->reminder_min[i]);
    }
    gs_buf_str(out, r->reminder_count > 1 ? "]" : r->reminder_count == 0 ? "0" : "");
}

static void compare_listen(struct comparison *c, const struct gs_option *o, const struct gs_config *before,
                           const struct gs_config *after)
{
    gs_buf_clear(&c->before);
    gs_buf_clear(&c->after);
    for (int32_t i = 0; i < before->listen_count; i++) {
        gs_buf_str(&c->before, i > 0 ? ", " : "");
        write_listen(&before->listen[i], &c->before);
    }
    for (int32_t i = 0; i < after->listen_count; i++) {
        gs_buf_str(&c->after, i > 0 ? ", " : "");
        write_listen(&after->listen[i], &c->after);
    }
    add(c, o, o->key, written(c, &c->before, true), written(c, &c->after, true));
}

/* How an entry is named in a key. */
typedef void name_entry(const unsigned char *entry, char out[KEY_MAX]);

static void name_window(const unsigned char *entry, char out[KEY_MAX])
{
    const struct gs_window_rule *w = (const void *)entry;
    (void)snprintf(out, KEY_MAX, "windows.%s", w->id);
}

static void name_days(const unsigned char *entry, char out[KEY_MAX])
{
    const struct gs_calendar_rule *r = (const void *)entry;
    char from[GS_DATE_TEXT], to[GS_DATE_TEXT];
    if (r->by_date) {
        gs_date_format(r->date, from);
        (void)snprintf(out, KEY_MAX, "calendar[%s]", from);
    } else if (r->by_range) {
        gs_date_format(r->from, from);
        gs_date_format(r->to, to);
        (void)snprintf(out, KEY_MAX, "calendar[%s..%s%s%s]", from, to, r->weekday >= 0 ? " " : "",
                       r->weekday >= 0 ? weekdays[r->weekday % 7] : "");
    } else {
        (void)snprintf(out, KEY_MAX, "calendar[%s]", weekdays[r->weekday % 7]);
    }
}

static void name_peer_user(const unsigned char *entry, char out[KEY_MAX])
{
    const struct gs_peer_rule *r = (const void *)entry;
    (void)snprintf(out, KEY_MAX, "peers.users.%s", r->name);
}

static void name_peer_group(const unsigned char *entry, char out[KEY_MAX])
{
    const struct gs_peer_rule *r = (const void *)entry;
    (void)snprintf(out, KEY_MAX, "peers.groups.%s", r->name);
}

struct entries {
    const unsigned char *array;
    int32_t count;
    size_t size;
};

static const unsigned char *twin_of(const struct entries *among, name_entry *name, const char *key)
{
    char other[KEY_MAX];
    for (int32_t i = 0; i < among->count; i++) {
        name(among->array + (size_t)i * among->size, other);
        if (strcmp(other, key) == 0) {
            return among->array + (size_t)i * among->size;
        }
    }
    return NULL;
}

static void write_whole(const struct gs_option *entry, const unsigned char *base, struct gs_buf *out)
{
    if (entry->type == GS_OPTION_MAP) {
        write_entry(entry, base, out);
    } else {
        (void)write_scalar(entry, base + entry->offset, out);
    }
}

static void compare_whole(struct comparison *c, const struct gs_option *entry, const char *key,
                          const unsigned char *before, const unsigned char *after)
{
    gs_buf_clear(&c->before);
    gs_buf_clear(&c->after);
    if (before != NULL) {
        write_whole(entry, before, &c->before);
    }
    if (after != NULL) {
        write_whole(entry, after, &c->after);
    }
    add(c, entry, key, written(c, &c->before, before != NULL), written(c, &c->after, after != NULL));
}

/* Of a window that both have, each member by itself. */
static void compare_members(struct comparison *c, const struct gs_option *entry, const char *key,
                            const unsigned char *before, const unsigned char *after)
{
    for (const struct gs_option *o = gs_option_below(entry->key, NULL); o != NULL; o = gs_option_below(entry->key, o)) {
        char member[KEY_MAX];
        (void)snprintf(member, sizeof member, "%.64s.%.32s", key, gs_option_name(o));
        compare_scalar(c, o, member, before + o->offset, after + o->offset);
    }
}

static void compare_entries(struct comparison *c, const struct gs_option *o, name_entry *name, const void *before,
                            const void *after)
{
    const struct gs_option *entry = gs_option_entries(o);
    const bool by_member = name == name_window;
    struct entries old = {.size = o->entry_size}, next = {.size = o->entry_size};
    char key[KEY_MAX];
    old.array = entries_of(o, before, &old.count);
    next.array = entries_of(o, after, &next.count);
    for (int32_t i = 0; i < old.count; i++) {
        const unsigned char *at = old.array + (size_t)i * old.size;
        name(at, key);
        const unsigned char *twin = twin_of(&next, name, key);
        if (by_member && twin != NULL) {
            compare_members(c, entry, key, at, twin);
        } else {
            compare_whole(c, entry, key, at, twin);
        }
    }
    for (int32_t i = 0; i < next.count; i++) {
        const unsigned char *at = next.array + (size_t)i * next.size;
        name(at, key);
        if (twin_of(&old, name, key) == NULL) {
            compare_whole(c, entry, key, NULL, at);
        }
    }
}

/* How the entries of an option are told apart. */
static name_entry *names_of(const struct gs_option *o)
{
    static const struct {
        const char *key;
        name_entry *name;
    } all[] = {{"windows", name_window}, {"peers.users", name_peer_user}, {"peers.groups", name_peer_group}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].key, o->key) == 0) {
            return all[i].name;
        }
    }
    return name_days;
}

static void compare_option(struct comparison *c, const struct gs_option *o, const struct gs_config *before,
                           const struct gs_config *after)
{
    const bool section = o->type == GS_OPTION_MAP && o->entry_size == 0;
    if (strpbrk(o->key, "*[") != NULL || section) {
        return;
    }
    if (strcmp(o->key, "listen") == 0) {
        compare_listen(c, o, before, after);
    } else if (strcmp(o->key, "trusted_proxies") == 0) {
        compare_as_text(c, o, before, after, write_networks);
    } else if (strcmp(o->key, "webhooks.allow") == 0) {
        compare_as_text(c, o, before, after, write_receivers);
    } else if (strcmp(o->key, "reminders.before_minutes") == 0) {
        compare_as_text(c, o, before, after, write_reminders);
    } else if (o->entry_size > 0) {
        compare_entries(c, o, names_of(o), before, after);
    } else {
        compare_scalar(c, o, o->key, (const char *)before + o->offset, (const char *)after + o->offset);
    }
}

int gs_config_changes(const struct gs_config *boot, const struct gs_config *old, const struct gs_config *next,
                      size_t value_max, struct gs_arena *arena, struct gs_option_changes *out)
{
    struct comparison c = {.arena = arena, .value_max = value_max};
    c.at = gs_arena_alloc(arena, CHANGES_MAX * sizeof *c.at);
    if (c.at == NULL) {
        return GS_E_NOMEM;
    }
    gs_buf_init(&c.before, ENTRY_TEXT_MAX);
    gs_buf_init(&c.after, ENTRY_TEXT_MAX);
    for (size_t i = 0; i < gs_option_count && !c.failed; i++) {
        compare_option(&c, &gs_options[i], gs_options[i].restart ? boot : old, next);
    }
    gs_buf_finish(&c.before);
    gs_buf_finish(&c.after);
    if (c.failed) {
        return GS_E_NOMEM;
    }
    *out = (struct gs_option_changes){.count = c.count, .at = c.at, .total = c.total};
    return GS_OK;
}
