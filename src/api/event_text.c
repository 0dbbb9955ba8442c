/* Tells an event in one sentence, from the event's JSON as it is stored: nothing is added that does not stand there. The words are
 * in event_words.c. */
#include "event_text.h"
#include "event_words.h"
#include "gate_text.h"
#include "gateslot/base/text.h"
#include "gateslot/core/event.h"
#include <jansson.h>
#include <string.h>

enum { ARGS_MAX = 48, OPTIONS_TOLD = 4, OPTION_SHOWN = 64, MINUTE_TEXT = 16, CLAUSE_MAX = 512, POOL_MAX = 2048 };

static const struct gs_words no_place = {{"候补", "the waitlist"}};
static const struct gs_words not_known = {{"—", "—"}}; /* stored before this was told */
static const struct gs_words late_cancel = {
    {"时段开始之后才取消，按爽约计。", "It was after the slot had started, so it counts as a no-show."}};
static const struct gs_words overridden = {
    {"场内已满，由 {actor} 破例放入。", "The yard was full; {actor} made an exception."}};
static const struct gs_words excepted = {
    {"{actor} 破例，不受{exceptions}限制。", "{actor} made an exception and set aside {exceptions}."}};
static const struct gs_words closed_alone = {{"{date} {window} 关闭。", "{window} on {date} was closed."}};
static const struct gs_words closed = {{"该时段关闭。", "The window is closed."}};
static const struct gs_words struck = {
    {"这是该车第 {count} 次爽约（上限 {limit} 次）。", "It is strike {count} of {limit} for this plate."}};
static const struct gs_words suspended = {{"该车暂停预约至 {until}。", "The plate is suspended until {until}."}};
static const struct gs_words afterwards = {
    {"{told} 补记，实际发生于 {happened}。", "Recorded at {told} as having happened at {happened}."}};
static const struct gs_words because = {{"原因：{reason}。", "Reason: {reason}."}};

struct story {
    enum gs_lang lang;
    const struct gs_rules *rules; /* NULL: windows go by their ids */
    const json_t *event, *data;
    size_t count;
    struct gs_phrase_arg args[ARGS_MAX];
    size_t used;
    char pool[POOL_MAX]; /* the values made here, one after the other */
};

static void add(struct story *s, const char *name, const char *value)
{
    if (s->count < ARGS_MAX) {
        s->args[s->count++] = (struct gs_phrase_arg){name, value != NULL ? value : not_known.text[s->lang]};
    }
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* A value made here; what finds no room, or was cut within a character of a text that is no time, is not told. */
static void add_made(struct story *s, const char *name, const struct gs_buf *text)
{
    char *room = s->pool + s->used;
    if (text->data == NULL || text->failed || text->len >= POOL_MAX - s->used ||
        !gs_utf8_valid(text->data, text->len)) {
        add(s, name, NULL);
        return;
    }
    memcpy(room, text->data, text->len + 1);
    s->used += text->len + 1;
    add(s, name, room);
}

static bool has(const void *self, const char *member)
{
    const json_t *value = json_object_get(((const struct story *)self)->data, member);
    return value != NULL && !json_is_null(value);
}

/* "2026-11-25T08:30:00+08:00" → "2026-11-25 08:30": local already, so its letters are taken as they stand. */
static bool put_when(struct gs_buf *out, const char *rfc3339)
{
    if (rfc3339 == NULL || strlen(rfc3339) < MINUTE_TEXT) {
        return false;
    }
    gs_buf_add(out, rfc3339, 10);
    gs_buf_char(out, ' ');
    gs_buf_add(out, rfc3339 + 11, 5);
    return true;
}

static void add_when(struct story *s, const char *name, const char *rfc3339)
{
    struct gs_buf text;
    gs_buf_init(&text, CLAUSE_MAX);
    (void)put_when(&text, rfc3339);
    add_made(s, name, &text);
    gs_buf_finish(&text);
}

/* In Chinese the name the site gives the window, if it still has it; commands are written in English, and know ids. */
static const char *window_word(const struct story *s, const char *id)
{
    for (int32_t i = 0; id != NULL && s->rules != NULL && s->lang == GS_LANG_ZH && i < s->rules->window_count; i++) {
        if (strcmp(s->rules->windows[i].id, id) == 0 && s->rules->windows[i].name[0] != '\0') {
            return s->rules->windows[i].name;
        }
    }
    return id;
}

/* "2026-11-25 08:30–09:00 (morning)". */
static void add_place(struct story *s, const char *name)
{
    const json_t *place = json_object_get(s->data, name), *slot = json_object_get(place, "slot");
    const char *end = text_of(slot, "end"), *window = window_word(s, text_of(place, "window"));
    struct gs_buf text;
    gs_buf_init(&text, CLAUSE_MAX);
    if (end == NULL || strlen(end) < MINUTE_TEXT || !put_when(&text, text_of(slot, "start"))) {
        add(s, name, no_place.text[s->lang]);
    } else {
        gs_buf_str(&text, "–");
        gs_buf_add(&text, end + 11, 5);
        if (window != NULL) {
            gs_buf_printf(&text, s->lang == GS_LANG_ZH ? "（%s）" : " (%s)", window);
        }
        add_made(s, name, &text);
    }
    gs_buf_finish(&text);
}

static void add_number(struct story *s, const json_t *object, const char *member, const char *name)
{
    const json_t *value = json_object_get(object, member);
    struct gs_buf text;
    gs_buf_init(&text, 24);
    if (json_is_integer(value)) {
        gs_buf_int(&text, json_integer_value(value));
    }
    add_made(s, name, &text);
    gs_buf_finish(&text);
}

static void add_status(struct story *s, const char *member, const char *name)
{
    const char *text = text_of(s->data, member);
    enum gs_status status;
    if (text != NULL && gs_status_parse(text, &status)) {
        add(s, name, gs_status_words(status, s->lang));
    }
}

/* "10:05" of the day on which it was told, else with its day too. */
static void add_clock(struct story *s, const char *name, const char *rfc3339)
{
    const char *told = text_of(s->event, "at");
    bool same_day =
        told != NULL && rfc3339 != NULL && strlen(rfc3339) >= MINUTE_TEXT && strncmp(told, rfc3339, 10) == 0;
    if (!same_day) {
        add_when(s, name, rfc3339);
        return;
    }
    struct gs_buf text;
    gs_buf_init(&text, 8);
    gs_buf_add(&text, rfc3339 + 11, 5);
    add_made(s, name, &text);
    gs_buf_finish(&text);
}

/* What was told afterwards: when that was, and when it happened. */
static void add_afterwards(struct story *s)
{
    add_clock(s, "told", text_of(s->event, "at"));
    add_clock(s, "happened", text_of(s->data, "happened_at"));
    add_clock(s, "happened_before", text_of(s->data, "happened_at_before"));
}

static void add_step(struct story *s)
{
    const char *step = text_of(s->data, "step");
    if (step != NULL) {
        add(s, "step", gs_event_step(step, s->lang));
    }
}

static void add_list(struct story *s, const char *list, const char *(*words_of)(const char *name, enum gs_lang lang))
{
    struct gs_buf text;
    size_t i;
    const json_t *member;
    gs_buf_init(&text, CLAUSE_MAX);
    json_array_foreach(json_object_get(s->data, list), i, member)
    {
        const char *name = json_string_value(member);

        gs_buf_str(&text, i == 0 ? "" : s->lang == GS_LANG_ZH ? "、" : ", ");
        gs_buf_str(&text, name != NULL ? words_of(name, s->lang) : "");
    }
    add_made(s, list, &text);
    gs_buf_finish(&text);
}

/* "booking.cutoff_minutes 30 → 45, yard.bays 40 → 30", and how many more there are. */
static void add_options(struct story *s)
{
    const json_t *options = json_object_get(s->data, "options"), *one;
    const json_int_t more = json_integer_value(json_object_get(s->data, "more_options"));
    const size_t count = json_array_size(options) + (more > 0 ? (size_t)more : 0);
    const bool zh = s->lang == GS_LANG_ZH;
    struct gs_buf text;
    size_t i;
    gs_buf_init(&text, POOL_MAX);
    gs_buf_str(&text, count > 0 ? "" : zh ? "没有改动的项" : "no option has changed");
    json_array_foreach(options, i, one)
    {
        const char *key = text_of(one, "key"), *old = text_of(one, "old"), *new = text_of(one, "new");
        char from[OPTION_SHOWN], to[OPTION_SHOWN];
        if (i < OPTIONS_TOLD) {
            (void)gs_text_copy(from, sizeof from, old != NULL ? old : "–");
            (void)gs_text_copy(to, sizeof to, new != NULL ? new : "–");
            gs_buf_printf(&text, "%s%s %s → %s", i == 0 ? "" : zh ? "，" : ", ", key != NULL ? key : "", from, to);
        }
    }
    if (count > OPTIONS_TOLD) {
        gs_buf_printf(&text, zh ? "，等 %zu 项" : ", %zu in all", count);
    }
    add_made(s, "options", &text);
    gs_buf_finish(&text);
}

/* Last: the clause is filled from the other values. */
static void add_why(struct story *s)
{
    const char *why = text_of(s->data, "why");
    struct gs_buf text;
    gs_buf_init(&text, CLAUSE_MAX);
    gs_phrase(&text, why != NULL ? gs_event_why(why, s->lang) : "", s->args, s->count);
    if (text.len > 0) {
        add_made(s, "why", &text);
    } else {
        add(s, "why", "");
    }
    gs_buf_finish(&text);
}

/* "tablet-1/wang": who stood at it, where that is known. */
static void add_actor(struct story *s)
{
    const json_t *actor = json_object_get(s->event, "actor");
    const char *name = text_of(actor, "name"), *person = text_of(actor, "person");
    if (person == NULL || name == NULL) {
        add(s, "actor", name);
        return;
    }
    struct gs_buf text;
    gs_buf_init(&text, POOL_MAX);
    gs_buf_printf(&text, "%s/%s", name, person);
    add_made(s, "actor", &text);
    gs_buf_finish(&text);
}

static void add_values(struct story *s)
{
    const json_t *strike = json_object_get(s->data, "strike");
    add(s, "name", text_of(s->data, "name"));
    add(s, "plate", text_of(s->data, "plate"));
    add(s, "date", text_of(s->data, "date"));
    add(s, "window", window_word(s, text_of(s->data, "window")));
    add(s, "decision", gs_decision_words(text_of(s->data, "decision"), s->lang));
    add(s, "checked", gs_gate_code_words(text_of(s->data, "code"), s->lang));
    add(s, "cause", text_of(s->data, "cause"));
    add(s, "off", gs_event_webhook_off(text_of(s->data, "cause"), s->lang));
    add(s, "preferred", text_of(s->data, "preferred"));
    add(s, "reason", text_of(s->event, "reason"));
    add_actor(s);
    add_when(s, "at", text_of(s->event, "at"));
    add_when(s, "until", text_of(strike != NULL ? strike : s->data, "suspended_until"));
    add_when(s, "clock_from", text_of(s->data, "from"));
    add_when(s, "clock_to", text_of(s->data, "to"));
    add_afterwards(s);
    add_step(s);
    add_place(s, "from");
    add_place(s, "to");
    add_place(s, "place");
    add_number(s, s->data, "before", "number_before");
    add_number(s, s->data, "after", "number_after");
    add_number(s, s->data, "moves", "moves");
    add_number(s, s->data, "waitlist_position", "position");
    add_number(s, s->data, "inside", "inside");
    add_number(s, s->data, "at_risk", "at_risk");
    add_number(s, strike != NULL ? strike : s->data, "count", "count");
    add_number(s, strike != NULL ? strike : s->data, "limit", "limit");
    add_status(s, "status", "status");
    add_status(s, "status_before", "before");
    add_list(s, "changed", gs_event_member);
    add_list(s, "exceptions", gs_event_exception);
    add_number(s, s->data, "minutes_before", "minutes");
    add_when(s, "expires", text_of(s->data, "expires_at"));
    add_number(s, s->data, "moved", "moved");
    add_number(s, s->data, "waitlisted", "waitlisted");
    add_number(s, s->data, "promoted", "promoted");
    add_options(s);
    add_why(s);
}

static void tell_more(const struct story *s, bool fact, const struct gs_words *words, struct gs_buf *out)
{
    if (fact) {
        gs_buf_str(out, s->lang == GS_LANG_EN ? " " : "");
        gs_phrase(out, words->text[s->lang], s->args, s->count);
    }
}

static void tell(const struct story *s, const char *template, struct gs_buf *out)
{
    const json_t *strike = json_object_get(s->data, "strike");
    const char *role = text_of(json_object_get(s->event, "actor"), "role");
    bool by_system = role != NULL && strcmp(role, gs_role_name(GS_ROLE_SYSTEM)) == 0;
    /* the system's reasons are codes, and have their words already */
    bool said = by_system && (has(s, "why") || has(s, "at_risk"));
    bool closes = json_is_true(json_object_get(s->data, "closed"));
    bool alone = closes && !has(s, "at_risk") &&
                 json_equal(json_object_get(s->data, "before"), json_object_get(s->data, "after"));
    gs_phrase(out, alone ? closed_alone.text[s->lang] : template, s->args, s->count);
    tell_more(s, has(s, "happened_at") && !has(s, "happened_at_before"), &afterwards, out);
    tell_more(s, json_is_true(json_object_get(s->data, "late")), &late_cancel, out);
    tell_more(s, strike != NULL, &struck, out);
    tell_more(s, text_of(strike != NULL ? strike : s->data, "suspended_until") != NULL, &suspended, out);
    tell_more(s, json_is_true(json_object_get(s->data, "override")), &overridden, out);
    tell_more(s, has(s, "exceptions"), &excepted, out);
    tell_more(s, closes && !alone, &closed, out);
    tell_more(s, text_of(s->event, "reason") != NULL && !said, &because, out);
}

void gs_event_text(const char *json, size_t len, enum gs_lang lang, const struct gs_rules *rules, struct gs_buf *out)
{
    json_t *event = json_loadb(json, len, 0, NULL);
    struct story s = {.lang = lang, .rules = rules, .event = event, .data = json_object_get(event, "data")};
    const char *type = text_of(event, "type"), *template = type != NULL ? gs_event_template(type, has, &s, lang) : NULL;
    if (template != NULL) {
        add_values(&s);
        tell(&s, template, out);
    }
    json_decref(event);
}

void gs_event_told(struct gs_json *j, const struct gs_event_text *e, enum gs_lang lang, const struct gs_rules *rules,
                   struct gs_buf *sentence)
{
    if (e->len < 2) {
        return;
    }
    gs_buf_clear(sentence);
    gs_event_text(e->json, e->len, lang, rules, sentence);
    gs_json_raw(j, NULL, e->json, e->len - 1);
    gs_json_str(j, "text", sentence->data != NULL ? sentence->data : "");
    gs_json_end_object(j);
}
