/* Fills sentences from templates, and keeps the words that occur in more than one sentence. The sentences themselves stand in
 * tables beside what they speak of. */
#include "phrase.h"
#include <assert.h>
#include <string.h>

static const struct gs_words status_words[GS_STATUSES] = {
    [GS_WAITLISTED] = {{"候补", "waitlisted"}}, [GS_BOOKED] = {{"已预约", "booked"}},
    [GS_ARRIVED] = {{"已到闸口", "arrived"}},   [GS_ENTERED] = {{"已入场", "entered"}},
    [GS_CLEARED] = {{"已放行", "cleared"}},     [GS_DEPARTED] = {{"已离场", "departed"}},
    [GS_CANCELLED] = {{"已取消", "cancelled"}}, [GS_EXPIRED] = {{"候补已过期", "expired"}},
    [GS_NO_SHOW] = {{"爽约", "no-show"}},       [GS_REFUSED] = {{"已拒绝入场", "refused"}},
};

static const struct gs_words role_words[GS_ROLES] = {
    [GS_ROLE_SYSTEM] = {{"系统", "system"}},     [GS_ROLE_BACKEND] = {{"预约后台", "backend"}},
    [GS_ROLE_GATE] = {{"闸口", "gate"}},         [GS_ROLE_SUPERVISOR] = {{"主管", "supervisor"}},
    [GS_ROLE_DISPLAY] = {{"显示屏", "display"}}, [GS_ROLE_METRICS] = {{"监控", "metrics"}},
};

static const struct gs_words step_words[] = {
    [GS_CMD_CHANGE] = {{"修改", "changed"}},
    [GS_CMD_CANCEL] = {{"取消", "cancelled"}},
    [GS_CMD_RESCHEDULE] = {{"改期", "rescheduled"}},
    [GS_CMD_DELAY] = {{"报延误", "delayed"}},
    [GS_CMD_ARRIVE] = {{"登记到达", "recorded as arrived"}},
    [GS_CMD_ENTER] = {{"入场", "let in"}},
    [GS_CMD_CLEAR] = {{"登记放行", "recorded as released"}},
    [GS_CMD_DEPART] = {{"登记离场", "recorded as departed"}},
    [GS_CMD_REFUSE] = {{"拒绝入场", "refused"}},
    [GS_CMD_REVERT] = {{"撤销上一步", "set back a step"}},
    [GS_CMD_ADMIT] = {{"放入场内", "let in"}},
    [GS_CMD_EXCUSE] = {{"免计爽约", "excused"}},
    [GS_CMD_REINSTATE] = {{"撤销爽约", "reinstated"}},
};

static const struct {
    const char *type;
    struct gs_words words;
} type_words[] = {
    {"string", {{"文本", "a text"}}},
    {"integer", {{"整数", "a whole number"}}},
    {"number", {{"数字", "a number"}}},
    {"boolean", {{"true 或 false", "true or false"}}},
    {"object", {{"对象 {…}", "an object {…}"}}},
    {"array", {{"列表 […]", "a list […]"}}},
    {"null", {{"空值 null", "null"}}},
};

static void fill_one(struct gs_buf *out, const char *name, size_t len, const struct gs_phrase_arg *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(args[i].name) == len && memcmp(args[i].name, name, len) == 0) {
            gs_buf_str(out, args[i].value != NULL ? args[i].value : "");
            return;
        }
    }
    gs_buf_add(out, name - 1, len + 2);
}

void gs_phrase(struct gs_buf *out, const char *template, const struct gs_phrase_arg *args, size_t count)
{
    while (*template != '\0') {
        size_t plain = strcspn(template, "{"), len;
        gs_buf_add(out, template, plain);
        template += plain;
        if (*template == '\0') {
            return;
        }
        len = strcspn(template + 1, "}");
        assert(template[1 + len] == '}'); /* templates are ours */
        fill_one(out, template + 1, len, args, count);
        template += len + 2;
    }
}

const char *gs_status_words(enum gs_status s, enum gs_lang lang)
{
    assert((int)s >= 0 && s < GS_STATUSES);
    return status_words[s].text[lang];
}

const char *gs_role_words(enum gs_role r, enum gs_lang lang)
{
    assert((int)r >= 0 && r < GS_ROLES);
    return role_words[r].text[lang];
}

const char *gs_step_words(int command, enum gs_lang lang)
{
    static const struct gs_words other = {{"改动", "changed"}};
    bool has = command >= 0 && (size_t)command < sizeof step_words / sizeof step_words[0] &&
               step_words[command].text[lang] != NULL;
    return has ? step_words[command].text[lang] : other.text[lang];
}

const char *gs_type_words(const char *type, enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof type_words / sizeof type_words[0]; i++) {
        if (strcmp(type_words[i].type, type) == 0) {
            return type_words[i].words.text[lang];
        }
    }
    return type;
}

void gs_when_format(int64_t at_ms, const struct gs_tz *tz, char out[GS_WHEN_TEXT])
{
    gs_date_format(gs_tz_date(tz, at_ms), out);
    out[GS_DATE_TEXT - 1] = ' ';
    gs_hhmm_format(gs_tz_minute(tz, at_ms), out + GS_DATE_TEXT);
}

void gs_span_format(int64_t start_ms, int64_t end_ms, const struct gs_tz *tz, char out[GS_WHEN_TEXT])
{
    static const char dash[] = "–";
    char *end = out + GS_DATE_TEXT + GS_HHMM_TEXT - 1;
    gs_when_format(start_ms, tz, out);
    memcpy(end, dash, sizeof dash - 1);
    gs_hhmm_format(gs_tz_minute(tz, end_ms), end + sizeof dash - 1);
}
