/* One sentence for each of the gate's decisions, in both languages. The decision itself is the core's. */
#include "gate_text.h"
#include "phrase.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct gs_words sentences[GS_GATE_KINDS] = {
    [GS_GATE_ON_TIME] = {{"准时，可以入场（预约 {slot}）。", "On time for {slot}: let it in."}},
    [GS_GATE_EARLY] = {{"来早了，{from} 起才能入场（预约 {slot}），请先等候。",
                        "Early for {slot}: it may enter from {from} on; let it wait."}},
    [GS_GATE_LATE] = {{"迟到，但还在时限内（预约 {slot}，最晚 {until}），可以入场。",
                       "Late for {slot}, but within its time until {until}: let it in."}},
    [GS_GATE_DELAY_REPORTED] = {{"已报过延误，可以入场（改到 {slot}）。",
                                 "It reported a delay, to {slot}: let it in."}},
    [GS_GATE_YARD_FULL] = {{"场内已满（{inside} 辆，共 {bays} 个车位），请等有车离场。",
                            "The yard is full ({inside} trucks, {bays} bays): let it wait until one leaves."}},
    [GS_GATE_NOT_BOOKED] = {{"没有预约。", "There is no booking."}},
    [GS_GATE_WRONG_DAY] = {{"预约的日期是 {date}，不是今天。", "Its booking is for {date}, not for today."}},
    [GS_GATE_ALREADY_INSIDE] = {{"该车已在场内（{entered} 入场）。", "It is inside already (since {entered})."}},
    [GS_GATE_DEPARTED] = {{"该车已于 {departed} 离场，预约已用完。",
                           "It departed at {departed}; its booking is used up."}},
    [GS_GATE_CANCELLED] = {{"预约已取消（原为 {slot}）。", "Its booking for {slot} was cancelled."}},
    [GS_GATE_NO_SHOW] = {{"来得太晚：最晚 {until} 到，预约已按爽约处理，名额已释放。",
                          "Too late: it was expected until {until}; its booking lapsed and the place was given up."}},
    [GS_GATE_SUSPENDED] = {{"该车因多次爽约暂停预约。", "It is suspended because of missed appointments."}},
    [GS_GATE_REFUSED] = {{"该车已在闸口被拒绝入场。", "It was refused at the gate before."}},
};
static const struct gs_words look_alikes = {
    {"没有预约；车牌会不会看错了？今天有相近的预约，见 candidates。",
     "There is no booking. Was the plate read right? Bookings of today with a similar one are under candidates."}};
static const struct gs_words waiting = {{"还在候补，没有排上时段。", "It is on the waitlist and has no place yet."}};
static const struct gs_words expired = {
    {"候补已到期，没有排上时段。", "It was on the waitlist and never got a place."}};

static const struct gs_words cancelled_waiting = {{"候补时已取消。", "It was cancelled while on the waitlist."}};

/* Of a truck that was let in by the same call. */
static const struct gs_words admitted[GS_GATE_KINDS] = {
    [GS_GATE_ON_TIME] = {{"准时，已放入场内（预约 {slot}）。", "On time for {slot}: it is inside now."}},
    [GS_GATE_LATE] = {{"迟到，但还在时限内（预约 {slot}，最晚 {until}），已放入场内。",
                       "Late for {slot}, but within its time until {until}: it is inside now."}},
    [GS_GATE_DELAY_REPORTED] = {{"已报过延误（改到 {slot}），已放入场内。",
                                 "It reported a delay, to {slot}: it is inside now."}},
};
static const struct gs_words arrived = {{"已登记到达。", "It is recorded as arrived."}};
static const struct gs_words past_a_hold = {
    {"场内已满，破例放入（现有 {inside} 辆，共 {bays} 个车位）。",
     "The yard was full; an exception was made ({inside} trucks, {bays} bays)."}};
static const struct gs_words queue = {{"闸口有 {ahead} 辆车排在它前面，应先放 {first}（预约 {slot}）。",
                                       "Waiting at the gate before it: {ahead}; first in line is {first} ({slot})."}};

static const struct gs_words decisions[] = {
    [GS_ADMIT] = {{"准入", "let in"}}, [GS_HOLD] = {{"等候", "held"}}, [GS_REJECT] = {{"不予入场", "turned away"}}};
static const struct gs_words codes[GS_GATE_KINDS] = {
    [GS_GATE_ON_TIME] = {{"准时", "on time"}},
    [GS_GATE_EARLY] = {{"早到", "early"}},
    [GS_GATE_LATE] = {{"迟到", "late"}},
    [GS_GATE_DELAY_REPORTED] = {{"已报延误", "after a reported delay"}},
    [GS_GATE_YARD_FULL] = {{"场内已满", "the yard is full"}},
    [GS_GATE_NOT_BOOKED] = {{"没有预约", "not booked"}},
    [GS_GATE_WRONG_DAY] = {{"预约的不是今天", "booked for another day"}},
    [GS_GATE_ALREADY_INSIDE] = {{"已在场内", "inside already"}},
    [GS_GATE_DEPARTED] = {{"已离场", "departed before"}},
    [GS_GATE_CANCELLED] = {{"预约已取消", "its booking was cancelled"}},
    [GS_GATE_NO_SHOW] = {{"来得太晚", "too late"}},
    [GS_GATE_SUSPENDED] = {{"暂停预约", "suspended"}},
    [GS_GATE_REFUSED] = {{"已被拒绝入场", "refused before"}},
};

const char *gs_decision_words(const char *name, enum gs_lang lang)
{
    for (int i = GS_ADMIT; name != NULL && i <= GS_REJECT; i++) {
        if (strcmp(gs_decision_name((enum gs_decision)i), name) == 0) {
            return decisions[i].text[lang];
        }
    }
    return NULL;
}

const char *gs_gate_code_words(const char *name, enum gs_lang lang)
{
    for (int i = 0; name != NULL && i < GS_GATE_KINDS; i++) {
        if (strcmp(gs_gate_code_name((enum gs_gate_code)i), name) == 0) {
            return codes[i].text[lang];
        }
    }
    return NULL;
}

const char *gs_gate_template(enum gs_gate_code code, enum gs_lang lang)
{
    assert((int)code >= 0 && code < GS_GATE_KINDS);
    return sentences[code].text[lang];
}

static const char *choose(const struct gs_gate_verdict *v, enum gs_lang lang)
{
    if (v->code == GS_GATE_NOT_BOOKED && v->booking != NULL) {
        return (v->booking->status == GS_WAITLISTED ? waiting : expired).text[lang];
    }
    if (v->code == GS_GATE_CANCELLED && v->booking != NULL && v->booking->window[0] == '\0') {
        return cancelled_waiting.text[lang];
    }
    if (v->code == GS_GATE_NOT_BOOKED && v->candidate_count > 0) {
        return look_alikes.text[lang];
    }
    return gs_gate_template(v->code, lang);
}

/* Who waits at the gate and comes before this one; "" = nobody. */
static void tell_who_is_first(const struct gs_book *book, const struct gs_booking *b, enum gs_lang lang,
                              struct gs_buf *out)
{
    int32_t ahead;
    const struct gs_booking *first = gs_book_first_held(book, b, &ahead);
    char slot[GS_WHEN_TEXT], count[16];
    if (first == NULL) {
        return;
    }
    const struct gs_phrase_arg args[] = {{"first", first->truck.plate}, {"slot", slot}, {"ahead", count}};
    gs_span_format(first->slot_start_ms, first->slot_end_ms, gs_book_rules(book)->tz, slot);
    (void)snprintf(count, sizeof count, "%d", (int)ahead);
    gs_buf_str(out, lang == GS_LANG_EN ? " " : "");
    gs_phrase(out, queue.text[lang], args, sizeof args / sizeof args[0]);
}

static void tell(const struct gs_book *book, const struct gs_booking *b, const char *template, struct gs_buf *out)
{
    const struct gs_tz *tz = gs_book_rules(book)->tz;
    char slot[GS_WHEN_TEXT], from[GS_WHEN_TEXT], until[GS_WHEN_TEXT], entered[GS_WHEN_TEXT], departed[GS_WHEN_TEXT];
    char date[GS_DATE_TEXT], inside[16], bays[16];
    const struct gs_phrase_arg args[] = {{"slot", slot},       {"from", from},         {"until", until},
                                         {"entered", entered}, {"departed", departed}, {"date", date},
                                         {"inside", inside},   {"bays", bays}};
    gs_span_format(b->slot_start_ms, b->slot_end_ms, tz, slot);
    gs_when_format(b->arrive_from_ms, tz, from);
    gs_when_format(b->arrive_until_ms, tz, until);
    gs_when_format(b->entered_ms, tz, entered);
    gs_when_format(b->departed_ms, tz, departed);
    gs_date_format(b->wish.date, date);
    (void)snprintf(inside, sizeof inside, "%d", (int)gs_book_inside(book));
    (void)snprintf(bays, sizeof bays, "%d", (int)gs_book_rules(book)->bays);
    gs_phrase(out, template, args, sizeof args / sizeof args[0]);
}

void gs_gate_text(const struct gs_book *book, const struct gs_gate_verdict *v, enum gs_lang lang, struct gs_buf *out)
{
    static const struct gs_booking none = {.status = GS_EXPIRED};
    tell(book, v->booking != NULL ? v->booking : &none, choose(v, lang), out);
    if (v->booking != NULL && (v->decision == GS_ADMIT || v->code == GS_GATE_YARD_FULL)) {
        tell_who_is_first(book, v->booking, lang, out);
    }
}

void gs_admitted_text(const struct gs_book *book, const struct gs_outcome *o, enum gs_lang lang, struct gs_buf *out)
{
    const char *space = lang == GS_LANG_EN ? " " : "";
    if (o->decision == GS_ADMIT) {
        tell(book, o->booking, admitted[o->gate_code].text[lang], out);
    } else {
        tell(book, o->booking, arrived.text[lang], out);
        gs_buf_str(out, space);
        tell(book, o->booking, gs_gate_template(o->gate_code, lang), out);
    }
    if (o->decision == GS_ADMIT && o->limit > 0) {
        gs_buf_str(out, space);
        tell(book, o->booking, past_a_hold.text[lang], out);
    }
    if (o->decision == GS_ADMIT || o->gate_code == GS_GATE_YARD_FULL) {
        tell_who_is_first(book, o->booking, lang, out);
    }
}
