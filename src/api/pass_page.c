/* A driver's pass, as a page that needs no script: his slot, the code as a QR code, how he stands and what he does now. Whoever has the code sees
 * it; so nothing personal is on it, and every code that is none counts as a refusal of the address that asked. */
#include "gateslot/domain/checks.h"
#include "gateslot/web/web.h"
#include "handlers.h"
#include "pass_qr.h"
#include "pass_text.h"
#include "reply.h"
#include <stdio.h>
#include <string.h>

#define DATE_MAX 64

enum { PART_MAX = 8192 };

/* The pieces of the page, each made by itself, then put into the frame (src/web/static/pass.html). */
struct pass {
    struct gs_call *c;
    const struct gs_book *book;
    const struct gs_booking *booking; /* NULL: there is none */
    enum gs_pass_state state;
    const struct gs_pass_text *text;
    enum gs_lang lang;
    const struct gs_tz *tz;
    char from[GS_HHMM_TEXT], until[GS_HHMM_TEXT], left[24];
};

static const struct gs_words pass_word = {{"入场通行证", "Entry pass"}};
static const struct gs_words show_word = {{"到闸口出示", "show this at the gate"}};
static const struct gs_words qr_word = {{"通行码的二维码", "The code of this pass, as a QR code"}};
static const struct gs_words masked_word = {{"中间几位不显示", "the middle is not shown"}};
static const struct gs_words drill_word = {{"演练", "DRILL"}};
static const struct gs_words again_word = {{"每分钟自动更新", "read again each minute"}};
static const struct gs_words updated_word = {{"{now} 更新", "as of {now}"}};

static const char *const weekdays[2][7] = {{"周一", "周二", "周三", "周四", "周五", "周六", "周日"},
                                           {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Text that is not ours stands in the page as text. */
static void put_text(struct gs_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            gs_buf_str(out, "&amp;");
            break;
        case '<':
            gs_buf_str(out, "&lt;");
            break;
        case '>':
            gs_buf_str(out, "&gt;");
            break;
        case '"':
            gs_buf_str(out, "&quot;");
            break;
        case '\'':
            gs_buf_str(out, "&#39;");
            break;
        default:
            gs_buf_char(out, *text);
        }
    }
}

/* "11月25日 周三", "Wed 25 Nov". */
static void format_date(gs_date date, enum gs_lang lang, char out[DATE_MAX])
{
    int year, month, day;
    const char *weekday = weekdays[lang][gs_date_weekday(date)];
    gs_date_to_civil(date, &year, &month, &day);
    if (lang == GS_LANG_EN) {
        (void)snprintf(out, DATE_MAX, "%s %d %s", weekday, day, months[month - 1]);
    } else {
        (void)snprintf(out, DATE_MAX, "%d月%d日 %s", month, day, weekday);
    }
}

static void put_times(struct gs_buf *out, const struct pass *p, const char *template)
{
    const struct gs_phrase_arg args[] = {{"from", p->from}, {"until", p->until}, {"left", p->left}};
    gs_phrase(out, template, args, sizeof args / sizeof args[0]);
}

/* ---- the parts ---- */

static void write_slot(struct gs_buf *out, const struct pass *p)
{
    const struct gs_booking *b = p->booking;
    const char *window = p->text->window.text[p->lang];
    gs_buf_str(out, "<section class=\"p-slot\"><p class=\"p-date\">");
    if (b != NULL) {
        char date[DATE_MAX];
        const bool placed = window != NULL && b->window[0] != '\0';
        format_date(placed ? gs_tz_date(p->tz, b->slot_start_ms) : b->wish.date, p->lang, date);
        gs_buf_str(out, date);
    }
    gs_buf_printf(out,
                  "</p><span class=\"tag st--%s\"><svg class=\"mark\" aria-hidden=\"true\"><use "
                  "href=\"#s-%s\"/></svg>%s</span>",
                  p->text->state, p->text->shape, p->text->word.text[p->lang]);
    if (b != NULL && window != NULL && b->window[0] != '\0') {
        char start[GS_HHMM_TEXT], end[GS_HHMM_TEXT];
        gs_hhmm_format(gs_tz_minute(p->tz, b->slot_start_ms), start);
        gs_hhmm_format(gs_tz_minute(p->tz, b->slot_end_ms), end);
        gs_buf_printf(out, "<p class=\"p-time\">%s–%s</p>", start, end);
        if (p->text->comes) {
            gs_buf_str(out, "<p class=\"p-win\">");
            put_times(out, p, window);
            gs_buf_str(out, "</p>");
        }
    }
    gs_buf_str(out, "</section>");
}

/* 浙D··827: the dots are drawn. */
static void write_plate(struct gs_buf *out, const struct pass *p)
{
    char masked[GS_PLATE_MASKED_MAX + 1];
    gs_plate_mask(p->booking->truck.plate, 3, masked);
    const char *dots = strstr(masked, "·");
    gs_buf_str(out, "<span class=\"plate\">");
    if (dots != NULL) {
        gs_buf_add(out, masked, (size_t)(dots - masked));
        gs_buf_printf(out, "<span class=\"dots\" role=\"img\" aria-label=\"%s\">", masked_word.text[p->lang]);
        for (; strncmp(dots, "·", strlen("·")) == 0; dots += strlen("·")) {
            gs_buf_str(out, "<i></i>");
        }
        gs_buf_str(out, "</span>");
        put_text(out, dots);
    } else {
        put_text(out, masked);
    }
    gs_buf_str(out, "</span>");
}

static void write_qr(struct gs_buf *out, const struct pass *p)
{
    if (p->booking == NULL || !p->text->comes) {
        return;
    }
    const char *code = p->booking->pass_code;
    gs_buf_str(out, "<section class=\"p-qr\">");
    gs_pass_qr(out, code, qr_word.text[p->lang]);
    gs_buf_printf(out, "<p class=\"code p-code\">%.4s-%s</p><p class=\"p-truck\">", code, code + 4);
    write_plate(out, p);
    gs_buf_printf(out, " %s</p></section>", show_word.text[p->lang]);
}

/* Each line a paragraph. */
static void write_help(struct gs_buf *out, const struct pass *p)
{
    const char *heading = p->text->heading.text[p->lang], *help = p->text->help.text[p->lang];
    struct gs_buf filled;
    if (p->state == GS_PASS_BOOKED || p->state == GS_PASS_LATE) {
        help = gs_pass_late_help(p->book, p->booking)->text[p->lang];
    }
    if (help[0] == '\0') {
        return;
    }
    gs_buf_init(&filled, PART_MAX);
    put_times(&filled, p, help);
    gs_buf_str(out, "<section class=\"p-late\">");
    if (heading[0] != '\0') {
        gs_buf_printf(out, "<h2>%s</h2>", heading);
    }
    for (const char *at = filled.data != NULL ? filled.data : ""; *at != '\0';) {
        const size_t len = strcspn(at, "\n");
        gs_buf_str(out, "<p>");
        gs_buf_add(out, at, len);
        gs_buf_str(out, "</p>");
        at += len + (at[len] == '\n' ? 1 : 0);
    }
    gs_buf_str(out, "</section>");
    gs_buf_finish(&filled);
}

/* ---- the page ---- */

static void write_frame(struct gs_buf *out, const struct pass *p, struct gs_buf parts[3])
{
    const struct gs_book *book = p->book;
    const enum gs_lang other = p->lang == GS_LANG_EN ? GS_LANG_ZH : GS_LANG_EN;
    char now[GS_HHMM_TEXT];
    struct gs_buf site, updated;
    gs_buf_init(&site, PART_MAX);
    gs_buf_init(&updated, PART_MAX);
    put_text(&site, gs_book_rules(book)->site_name);
    if (p->c->service->drill(p->c->service->self)) {
        gs_buf_printf(&site, " · %s", drill_word.text[p->lang]);
    }
    gs_hhmm_format(gs_tz_minute(p->tz, gs_book_now(book)), now);
    gs_phrase(&updated, updated_word.text[p->lang], &(struct gs_phrase_arg){"now", now}, 1);
    const struct gs_phrase_arg args[] = {{"lang", gs_lang_tag(p->lang)},
                                         {"pass", pass_word.text[p->lang]},
                                         {"site", site.data},
                                         {"other_lang", other == GS_LANG_EN ? "en" : "zh"},
                                         {"other_tag", gs_lang_tag(other)},
                                         {"other_name", other == GS_LANG_EN ? "EN" : "中文"},
                                         {"slot", parts[0].data},
                                         {"qr", parts[1].data},
                                         {"help", parts[2].data},
                                         {"updated", updated.data},
                                         {"again", p->booking != NULL ? again_word.text[p->lang] : ""}};
    gs_phrase(out, gs_web_find("pass.html")->data, args, sizeof args / sizeof args[0]);
    gs_buf_finish(&site);
    gs_buf_finish(&updated);
}

static void send_pass(const struct pass *p)
{
    struct gs_exchange *x = p->c->x;
    struct gs_buf parts[3];
    struct gs_reply reply = {.status = p->booking != NULL ? 200 : 404, .content_type = "text/html; charset=utf-8"};
    for (size_t i = 0; i < 3; i++) {
        gs_buf_init(&parts[i], PART_MAX);
    }
    write_slot(&parts[0], p);
    write_qr(&parts[1], p);
    write_help(&parts[2], p);
    struct gs_json j = gs_reply_begin(x);
    write_frame(j.out, p, parts);
    gs_web_page_headers(&reply);
    gs_reply_header(&reply, "Cache-Control", "no-store");
    gs_reply_header(&reply, "Vary", "Accept-Language");
    gs_reply_header(&reply, "Content-Language", gs_lang_tag(p->lang));
    gs_reply_header(&reply, "X-Robots-Tag", "noindex");
    if (p->booking != NULL) {
        gs_reply_header(&reply, "Refresh", "60");
    }
    gs_reply_send(x, &reply);
    for (size_t i = 0; i < 3; i++) {
        gs_buf_finish(&parts[i]);
    }
}

/* NULL: the code is none, or of nobody whom the book still holds. */
static const struct gs_booking *find(const struct gs_book *book, const char *text)
{
    char code[GS_PASS_CODE_LEN + 1];
    struct gs_gate_verdict v;
    if (!gs_pass_code_normalise(text, strlen(text), code)) {
        return NULL;
    }
    gs_book_gate_check(book, NULL, code, NULL, &v);
    return v.booking != NULL && strcmp(v.booking->pass_code, code) == 0 ? v.booking : NULL;
}

/* The phone's language, unless the page was asked for in one. */
static enum gs_lang lang_of(const struct gs_call *c)
{
    const char *query = c->x->request.query;
    if (strcmp(query, "lang=en") == 0) {
        return GS_LANG_EN;
    }
    return strcmp(query, "lang=zh") == 0 ? GS_LANG_ZH : c->caller->lang;
}

void gs_handle_pass(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    struct pass p = {.c = c, .book = book, .lang = lang_of(c), .tz = c->service->rules(c->service->self)->tz};
    p.booking = find(book, c->parts[0]);
    p.state = p.booking != NULL ? gs_pass_state_of(book, p.booking) : GS_PASS_NONE;
    p.text = gs_pass_text(p.state);
    if (p.booking == NULL) {
        gs_rates_unauthorized(c->api, c->x);
    } else {
        gs_hhmm_format(gs_tz_minute(p.tz, p.booking->arrive_from_ms), p.from);
        gs_hhmm_format(gs_tz_minute(p.tz, p.booking->arrive_until_ms), p.until);
        const int64_t left_ms = p.booking->arrive_until_ms - gs_book_now(book);
        (void)snprintf(p.left, sizeof p.left, "%lld", (long long)(left_ms > 0 ? left_ms / GS_MINUTE_MS : 0));
    }
    send_pass(&p);
}
