/* The words on a driver's pass: how his booking stands and what he does now, in both languages. Nothing personal. */
#include "pass_text.h"

#define WHEN_TO_COME                                                                                                   \
    {                                                                                                                  \
        {                                                                                                              \
            "<b>{from}</b> 起可到，最晚 <b>{until}</b>", "come from <b>{from}</b>, <b>{until}</b> at the latest"       \
        }                                                                                                              \
    }
#define WHAT_NOW                                                                                                       \
    {                                                                                                                  \
        {                                                                                                              \
            "现在怎么办", "What to do now"                                                                             \
        }                                                                                                              \
    }
#define NO_WORDS                                                                                                       \
    {                                                                                                                  \
        {                                                                                                              \
            "", ""                                                                                                     \
        }                                                                                                              \
    }

static const struct gs_pass_text texts[GS_PASS_STATES] = {
    [GS_PASS_NONE] = {"cancelled",
                      "cancelled",
                      {{"没有这张通行证", "No such pass"}},
                      {{NULL, NULL}},
                      NO_WORDS,
                      {{"通行码不对，或通行证早已过期。请核对小程序里的通行证。",
                        "The code is not right, or the pass ended long ago. See the pass in the mini program."}},
                      false},
    [GS_PASS_WAITLISTED] = {"waitlisted",
                            "waitlisted",
                            {{"候补", "waitlist"}},
                            {{NULL, NULL}},
                            WHAT_NOW,
                            {{"还没有名额，请先不要来。有了名额这里会变，小程序也会通知。",
                              "There is no place yet: do not come. Once there is one this page changes, and the mini "
                              "program tells you."}},
                            false},
    [GS_PASS_BOOKED] = {"due", "due", {{"已预约", "booked"}}, WHEN_TO_COME, {{"要迟到？", "Late?"}}, NO_WORDS, true},
    [GS_PASS_LATE] = {"late",
                      "late",
                      {{"迟到", "late"}},
                      {{"<b>{until}</b> 前到还能入场，还有 <b>{left} 分</b>",
                        "you may still come until <b>{until}</b>: <b>{left} min</b> left"}},
                      WHAT_NOW,
                      NO_WORDS,
                      true},
    [GS_PASS_EARLY] = {"held",
                       "held",
                       {{"等候", "hold"}},
                       WHEN_TO_COME,
                       WHAT_NOW,
                       {{"来早了，{from} 起可入场。请在闸口外等候。",
                         "You are early: entry is from {from} on. Wait outside the gate."}},
                       true},
    [GS_PASS_FULL] = {"held",
                      "held",
                      {{"等候", "hold"}},
                      WHEN_TO_COME,
                      WHAT_NOW,
                      {{"场内暂时没有空位，有空位就按顺序放行入场。等候不算迟到。",
                        "No bay is free just now. You are let in in turn; waiting does not count as late."}},
                      true},
    [GS_PASS_ARRIVED] = {"arrived",
                         "arrived",
                         {{"已到", "here"}},
                         WHEN_TO_COME,
                         WHAT_NOW,
                         {{"已登记到达，请按闸口人员的安排入场。",
                           "Your arrival is recorded: enter when the gate tells you."}},
                         true},
    [GS_PASS_ENTERED] = {"inside",
                         "inside",
                         {{"已入场", "inside"}},
                         WHEN_TO_COME,
                         WHAT_NOW,
                         {{"海关放行后即可离场。", "You may leave once customs has cleared you."}},
                         false},
    [GS_PASS_CLEARED] = {"cleared",
                         "cleared",
                         {{"已放行", "cleared"}},
                         WHEN_TO_COME,
                         WHAT_NOW,
                         {{"已放行，请离场。", "You are cleared: please leave."}},
                         false},
    [GS_PASS_DEPARTED] = {"departed", "departed", {{"已离场", "out"}}, WHEN_TO_COME, NO_WORDS, NO_WORDS, false},
    [GS_PASS_NO_SHOW] =
        {"noshow",
         "noshow",
         {{"爽约", "no-show"}},
         WHEN_TO_COME,
         WHAT_NOW,
         {{"{until} 前没有到，名额已让给别人。\n已在闸口：请告诉闸口人员。还没来：请在小程序重新预约。",
           "You were not here by {until}, and the place went to another.\nIf you are at the gate, tell the "
           "staff. If not, book again in the mini program."}},
         false},
    [GS_PASS_REFUSED] = {"refused",
                         "refused",
                         {{"已拒绝", "refused"}},
                         WHEN_TO_COME,
                         WHAT_NOW,
                         {{"没有准许入场，原因请问闸口人员。", "Entry was refused: ask the staff at the gate why."}},
                         false},
    [GS_PASS_CANCELLED] = {"cancelled",
                           "cancelled",
                           {{"已取消", "cancelled"}},
                           {{NULL, NULL}},
                           WHAT_NOW,
                           {{"预约已取消。要入场，请在小程序重新预约。",
                             "The booking was cancelled. To come in, book again in the mini program."}},
                           false},
    [GS_PASS_EXPIRED] = {"expired",
                         "cancelled",
                         {{"已过期", "expired"}},
                         {{NULL, NULL}},
                         WHAT_NOW,
                         {{"候补期间没有等到名额。请在小程序另约时间。",
                           "No place came free. Book another time in the mini program."}},
                         false},
};

static const struct gs_words lost = {{"过了 {until} 没到，名额让给别人，记一次爽约。",
                                      "Not here by {until}: the place goes to another, and it counts as a no-show."}};
static const struct gs_words report = {
    {"{until} 前在小程序点“报延误”，改到下一个有空的时间，不计爽约。只能报一次。\n过了 {until} "
     "没到，名额让给别人，记一次爽约。",
     "Report the delay in the mini program before {until}: you get the next free time, and it is no no-show. Only "
     "once.\nNot here by {until}: the place goes to another, and it counts as a no-show."}};
static const struct gs_words late = {
    {"直接来，{until} 前到闸口。\n过了 {until} 没到，名额让给别人，记一次爽约。",
     "Come now, be at the gate before {until}.\nNot here by {until}: the place goes to "
     "another, and it counts as a no-show."}};
static const struct gs_words late_report = {
    {"<b>赶得上：</b>直接来，{until} 前到闸口。\n<b>赶不上：</b>{until} "
     "前在小程序点“报延误”，改到下一个有空的时间，不计爽约。只能报一次。",
     "<b>If you can make it:</b> come now, be at the gate before {until}.\n<b>If not:</b> report the delay in the mini "
     "program before {until}: you get the next free time, and it is no no-show. Only once."}};

const struct gs_pass_text *gs_pass_text(enum gs_pass_state state)
{
    return &texts[state];
}

const struct gs_words *gs_pass_late_help(const struct gs_book *book, const struct gs_booking *b)
{
    const bool may_report = gs_book_rules(book)->delay_reports && !b->delayed;
    if (b->slot_end_ms <= gs_book_now(book)) {
        return may_report ? &late_report : &late;
    }
    return may_report ? &report : &lost;
}

static enum gs_pass_state at_the_gate(const struct gs_book *book, const struct gs_booking *b)
{
    enum gs_decision decision;
    enum gs_gate_code code;
    gs_book_entrance(book, b, &decision, &code);
    if (decision != GS_HOLD) {
        return GS_PASS_ARRIVED;
    }
    return code == GS_GATE_YARD_FULL ? GS_PASS_FULL : GS_PASS_EARLY;
}

enum gs_pass_state gs_pass_state_of(const struct gs_book *book, const struct gs_booking *b)
{
    static const enum gs_pass_state by_status[GS_STATUSES] = {
        [GS_WAITLISTED] = GS_PASS_WAITLISTED, [GS_BOOKED] = GS_PASS_BOOKED,   [GS_ARRIVED] = GS_PASS_ARRIVED,
        [GS_ENTERED] = GS_PASS_ENTERED,       [GS_CLEARED] = GS_PASS_CLEARED, [GS_DEPARTED] = GS_PASS_DEPARTED,
        [GS_CANCELLED] = GS_PASS_CANCELLED,   [GS_EXPIRED] = GS_PASS_EXPIRED, [GS_NO_SHOW] = GS_PASS_NO_SHOW,
        [GS_REFUSED] = GS_PASS_REFUSED,
    };
    if (b->status == GS_ARRIVED) {
        return at_the_gate(book, b);
    }
    return b->status == GS_BOOKED && b->slot_end_ms <= gs_book_now(book) ? GS_PASS_LATE : by_status[b->status];
}
