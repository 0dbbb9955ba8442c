/* Telling an event in a sentence. It answers for one sentence per type, built from what the stored event carries; it adds nothing
 * that is not there. */
#include "event_text.h"
#include "gateslot/core/event.h"
#include "phrase.h"
#include <jansson.h>
#include <string.h>

enum { ARGS_MAX = 12, PLACE_TEXT = 64 };

static const struct {
    enum gs_event_type type;
    struct gs_words words;
} sentences[] = {
    {GS_EV_BOOKED, {{"已预约 {to}。", "Booked for {to}."}}},
    {GS_EV_WAITLISTED, {{"列入候补。", "Put on the waitlist."}}},
    {GS_EV_PROMOTED, {{"候补成功，排到 {to}。", "Moved up from the waitlist to {to}."}}},
    {GS_EV_MOVED, {{"由系统从 {from} 调到 {to}。", "Moved by the scheduler from {from} to {to}."}}},
    {GS_EV_CHANGED, {{"预约内容已修改。", "Details were changed."}}},
    {GS_EV_RESCHEDULED, {{"由 {from} 改期到 {to}。", "Rescheduled from {from} to {to}."}}},
    {GS_EV_DELAYED, {{"报延误，由 {from} 改到 {to}。", "A delay was reported: from {from} to {to}."}}},
    {GS_EV_CANCELLED, {{"已取消。", "Cancelled."}}},
    {GS_EV_EXPIRED, {{"候补到期，没有排上。", "Expired on the waitlist without a place."}}},
    {GS_EV_NO_SHOW,
     {{"到时未到，按爽约处理，名额已释放。", "Did not come in time: a no-show, and its place is free again."}}},
    {GS_EV_ARRIVED, {{"已到闸口。", "Arrived at the gate."}}},
    {GS_EV_ENTERED, {{"已入场。", "Entered the yard."}}},
    {GS_EV_CLEARED, {{"海关已放行。", "Released by customs."}}},
    {GS_EV_DEPARTED, {{"已离场。", "Departed."}}},
    {GS_EV_REFUSED, {{"闸口拒绝入场。", "Refused at the gate."}}},
    {GS_EV_REVERTED,
     {{"撤销上一步：由“{before}”退回“{status}”。", "The last step was taken back: from {before} to {status}."}}},
    {GS_EV_CAPACITY_CHANGED,
     {{"{date} {window} 的名额由 {number_before} 改为 {number_after}。",
       "Capacity of {window} on {date} changed from {number_before} to {number_after}."}}},
    {GS_EV_CONFIG_RELOADED, {{"配置已重新载入。", "The configuration was reloaded."}}},
    {GS_EV_STRIKE_RECORDED, {{"记爽约一次。", "A missed appointment was counted."}}},
    {GS_EV_TOKEN_CREATED, {{"令牌 {name} 已创建。", "Token {name} was created."}}},
    {GS_EV_TOKEN_REVOKED, {{"令牌 {name} 已吊销。", "Token {name} was revoked."}}},
};

static const struct gs_words no_place = {{"候补", "the waitlist"}};
static const struct gs_words late_cancel = {
    {"时段开始之后才取消，按爽约计。", "It was after the slot had started, so it counts as a no-show."}};
static const struct gs_words overridden = {{"由主管破例放入。", "A supervisor made an exception."}};
static const struct gs_words closed = {{"该时段关闭。", "The window is closed."}};
static const struct gs_words because = {{"原因：{reason}。", "Reason: {reason}."}};

struct story {
    enum gs_lang lang;
    size_t count;
    struct gs_phrase_arg args[ARGS_MAX];
    char from[PLACE_TEXT], to[PLACE_TEXT], before[24], after[24];
};

static void add(struct story *s, const char *name, const char *value)
{
    if (value && s->count < ARGS_MAX) {
        s->args[s->count++] = (struct gs_phrase_arg){name, value};
    }
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* "2026-11-25T08:30:00+08:00" and its end → "2026-11-25 08:30–09:00": local already, so its letters are taken as they stand. */
static void place_words(struct story *s, const json_t *data, const char *name, char out[PLACE_TEXT])
{
    const json_t *slot = json_object_get(json_object_get(data, name), "slot");
    const char *start = text_of(slot, "start"), *end = text_of(slot, "end");
    struct gs_buf text;

    if (!start || !end || strlen(start) < 16 || strlen(end) < 16) {
        add(s, name, no_place.text[s->lang]);
        return;
    }
    gs_buf_init(&text, PLACE_TEXT);
    gs_buf_add(&text, start, 10);
    gs_buf_char(&text, ' ');
    gs_buf_add(&text, start + 11, 5);
    gs_buf_str(&text, "–");
    gs_buf_add(&text, end + 11, 5);
    memcpy(out, text.data ? text.data : "", text.data ? text.len + 1 : 1);
    gs_buf_finish(&text);
    add(s, name, out);
}

static void number_words(struct story *s, const json_t *data, const char *member, const char *name, char room[24])
{
    struct gs_buf text;

    gs_buf_init(&text, 23);
    gs_buf_int(&text, json_integer_value(json_object_get(data, member)));
    memcpy(room, text.data ? text.data : "", text.data ? text.len + 1 : 1);
    gs_buf_finish(&text);
    add(s, name, room);
}

static void status_words(struct story *s, const json_t *data, const char *member, const char *name)
{
    const char *text = text_of(data, member);
    enum gs_status status;

    if (text && gs_status_parse(text, &status)) {
        add(s, name, gs_status_words(status, s->lang));
    }
}

static void tell(struct story *s, const json_t *event, const char *template, struct gs_buf *out)
{
    const json_t *data = json_object_get(event, "data");
    const char *gap = s->lang == GS_LANG_EN ? " " : "";

    gs_phrase(out, template, s->args, s->count);
    if (json_is_true(json_object_get(data, "late"))) {
        gs_buf_str(out, gap);
        gs_buf_str(out, late_cancel.text[s->lang]);
    }
    if (json_is_true(json_object_get(data, "override"))) {
        gs_buf_str(out, gap);
        gs_buf_str(out, overridden.text[s->lang]);
    }
    if (json_is_true(json_object_get(data, "closed"))) {
        gs_buf_str(out, gap);
        gs_buf_str(out, closed.text[s->lang]);
    }
    if (text_of(event, "reason")) {
        gs_buf_str(out, gap);
        gs_phrase(out, because.text[s->lang], s->args, s->count);
    }
}

const char *gs_event_template(const char *type, enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if (strcmp(gs_event_type_name(sentences[i].type), type) == 0) {
            return sentences[i].words.text[lang];
        }
    }
    return NULL;
}

void gs_event_text(const char *json, size_t len, enum gs_lang lang, struct gs_buf *out)
{
    json_t *event = json_loadb(json, len, 0, NULL);
    const json_t *data = json_object_get(event, "data");
    const char *type = text_of(event, "type"), *template = type ? gs_event_template(type, lang) : NULL;
    struct story s = {.lang = lang};

    if (template) {
        add(&s, "name", text_of(data, "name"));
        add(&s, "date", text_of(data, "date"));
        add(&s, "window", text_of(data, "window"));
        add(&s, "reason", text_of(event, "reason"));
        place_words(&s, data, "from", s.from);
        place_words(&s, data, "to", s.to);
        number_words(&s, data, "before", "number_before", s.before);
        number_words(&s, data, "after", "number_after", s.after);
        status_words(&s, data, "status", "status");
        status_words(&s, data, "status_before", "before");
        tell(&s, event, template, out);
    }
    json_decref(event);
}
