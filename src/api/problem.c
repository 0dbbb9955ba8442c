/* Writes a problem document (RFC 9457). Its detail says all that the outcome knows (times, numbers, the other booking), but nothing
 * of a booking that the caller may not see. The sentences stand in problem_text.c and fault_text.c. */
#include "problem.h"
#include "booking_json.h"
#include "call.h"
#include "fault_text.h"
#include "gateslot/base/json.h"
#include "plan_json.h"
#include <stdio.h>
#include <string.h>

enum { ARGS_MAX = 16, SENTENCE_MAX = 1024 + GS_TARGET_MAX /* one may name the target */ };

/* What stands for the words in braces; the texts live as long as the struct. */
struct words {
    size_t count;
    struct gs_phrase_arg args[ARGS_MAX];
    char at[GS_WHEN_TEXT], used[24], limit[24], version[24], total[24], when[GS_WHEN_TEXT], span[GS_WHEN_TEXT],
        id[GS_BOOKING_ID_TEXT];
    char number[24], reason[GS_OUTCOME_TEXT];
    struct gs_buf first; /* the first fault's sentence */
};

static const struct gs_words horizon_past = {{"这一天已经过去。", "That day is over."}};
static const struct gs_words closed_reason = {
    {"所选时间不开放：{reason}。", "The site is closed at that time: {reason}."}};
static const struct gs_words full_alternatives = {
    {"可接受的时间都已约满（{limit} 个名额已占 {used} 个），也无法靠调整他人腾出。另有 {total} 个时间可选（见 "
     "alternatives），第一个是 {span}。",
     "All the times this request accepts are full ({used} of {limit} places are taken), and no moving of others would "
     "make room. {total} other times are free (see alternatives), the first at {span}."}};
static const struct gs_words full_for_now = {
    {"可接受的时段都已约满。另有 {total} 个空位可选（见 alternatives），第一个是 {span}。",
     "All the times this request accepts are full. {total} other places are free (see alternatives), the first at "
     "{span}."}};
static const struct gs_words full_everywhere = {
    {"可接受的时间都已约满（{limit} 个名额已占 {used} 个），预约期内也没有其他空位。",
     "All the times this request accepts are full ({used} of {limit} places are taken), and so is every other day that "
     "can be booked."}};
static const struct gs_words throttled = {
    {"该企业因上一周爽约过多，{reason} 起的这一周限制预约：已占 {used} 个名额，限额为 {limit} 个。",
     "The company is throttled in the week from {reason} because of its missed appointments in the week before: it "
     "holds {used} places of the {limit} it may hold."}};
static const struct gs_words live[] = {
    [GS_LIMIT_OF_NAME] = {{"本账号已有 {used} 个车未到场的预约（含候补），上限为 {limit} "
                           "个；有车到场、预约取消或过期后才能再预约。",
                           "This name holds {used} bookings whose trucks have not come yet, waiting ones too, of the "
                           "{limit} it may hold. It can book again when a truck has come or a booking has ended."}},
    [GS_LIMIT_OF_UNKNOWN_COMPANY] = {{"该企业近 48 天没有车辆到场，只能同时持有 {limit} "
                                      "个预约（含候补，现有 {used} 个）；有一辆车到场后不再受此限。",
                                      "No truck of this company has come within 48 days, so it may hold {limit} "
                                      "bookings, waiting ones too, and holds {used}. Once a truck has come, this limit "
                                      "does not apply."}},
    [GS_LIMIT_OF_LATE_NAME] = {{"本账号近期的预约（{reason}）临近取消或爽约过多，只能同时持有 {limit} "
                                "个预约（含候补，现有 {used} 个）；此前的预约有车到场或结束后才能再预约。",
                                "Of this name's bookings lately too many were cancelled less than four hours ahead or "
                                "missed ({reason}), so it may hold {limit}, waiting ones too, and holds {used}. It can "
                                "book again when a truck has come or a booking has ended."}},
    [GS_LIMIT_OF_LATE_COMPANY] = {{"该企业近期的预约（{reason}）临近取消或爽约过多，只能同时持有 {limit} "
                                   "个预约（含候补，现有 {used} 个）；此前的预约有车到场或结束后才能再预约。",
                                   "Of this company's bookings lately too many were cancelled less than four hours "
                                   "ahead or missed ({reason}), so it may hold {limit}, waiting ones too, and holds "
                                   "{used}. It can book again when a truck has come or a booking has ended."}},
};
static const struct gs_words plate_fixed = {{"预约时间已于 {at} 开始，车牌不能再更改；换了车请到闸口由工作人员登记。",
                                             "Its time began at {at}, so its plate cannot be changed any more: at the "
                                             "gate the staff put down the truck that came."}};
static const struct gs_words one_fault = {{"{pointer}：{first}", "{pointer}: {first}"}};
static const struct gs_words one_fault_whole = {{"{first}", "{first}"}};
static const struct gs_words supervisors_only = {{"只有主管可以这样做。", "Only a supervisor may do this."}};

static const struct gs_words day_over = {
    {"该预约的日子已过，记录已归档，不能再改动。",
     "The day of this booking is over and it has been put away: nothing of it can be changed any more."}};
static const struct gs_words revert_over = {
    {"{at} 之前可以撤销；此后只能由主管写明理由后撤销。",
     "This was possible until {at}; now only a supervisor can take the step back, and has to say why."}};
static const struct gs_words told_too_late = {
    {"闸口只能补记 15 分钟以内的事，此事最迟应于 {at} 登记；现在只能由主管补记。",
     "The gate can tell what happened up to 15 minutes ago, this until {at}; now only a supervisor can tell it."}};
static const struct gs_words missed = {
    {"该预约已按爽约处理，不能{step}；车若已在闸口，请改用撤销爽约（reinstate）。",
     "The booking is a no-show and cannot be {step} now; if its truck is at the gate, reinstate it."}};

static void word(struct words *w, const char *name, const char *value)
{
    if (value != NULL && w->count < ARGS_MAX) {
        w->args[w->count++] = (struct gs_phrase_arg){name, value};
    }
}

static void number_word(struct words *w, const char *name, int64_t value, char room[24])
{
    (void)snprintf(room, 24, "%lld", (long long)value);
    word(w, name, room);
}

/* The booking that stands in the way, if the asker may see it. */
static const struct gs_booking *other_booking(const struct gs_exchange *x, const struct gs_outcome *o)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_booking *b =
        o != NULL && o->other_id != 0 ? gs_book_get(service->book(service->self), o->other_id) : NULL;
    return b != NULL && gs_actor_sees(&gs_caller(x)->actor, b->owner) ? b : NULL;
}

static void other_words(struct words *w, const struct gs_exchange *x, const struct gs_booking *b,
                        const struct gs_tz *tz)
{
    gs_booking_id_format(b->id, w->id);
    word(w, "id", w->id);
    word(w, "plate", b->truck.plate);
    word(w, "status", gs_status_words(b->status, gs_caller(x)->lang));
    if (b->window[0] != '\0') {
        gs_span_format(b->slot_start_ms, b->slot_end_ms, tz, w->when);
    } else {
        gs_date_format(b->wish.date, w->when);
    }
    word(w, "when", w->when);
}

static void outcome_words(struct words *w, const struct gs_exchange *x, const struct gs_problem *p,
                          const struct gs_booking *other, const struct gs_tz *tz)
{
    const struct gs_outcome *o = p->outcome;
    gs_when_format(o->at_ms, tz, w->at);
    word(w, "at", w->at);
    number_word(w, "used", o->used, w->used);
    number_word(w, "limit", o->limit, w->limit);
    number_word(w, "total", o->alternative_count, w->total);
    number_word(w, "version", o->booking != NULL ? o->booking->version : 0, w->version);
    if (o->limit_of == GS_LIMIT_OF_WEEK) { /* the sentence says that it is one */
        gs_date_format(o->date, w->reason);
        word(w, "reason", w->reason);
    } else {
        word(w, "reason", gs_outcome_text(o, w->reason));
    }
    word(w, "step", gs_step_words(p->command, gs_caller(x)->lang));
    if (o->alternative_count > 0) {
        gs_span_format(o->alternatives[0].start_ms, o->alternatives[0].end_ms, tz, w->span);
        word(w, "span", w->span);
    }
    if (other != NULL) {
        other_words(w, x, other, tz);
    } else {
        word(w, "status", gs_status_words(o->status, gs_caller(x)->lang));
    }
}

static void fault_words(struct words *w, const struct gs_exchange *x, const struct gs_faults *faults)
{
    number_word(w, "count", (int64_t)faults->count, w->number);
    if (faults->count > 0) {
        gs_fault_text(&faults->list[0], gs_caller(x)->lang, &w->first);
        word(w, "pointer", faults->list[0].pointer);
        word(w, "first", w->first.data);
    }
}

static const struct gs_words *too_late(const struct gs_problem *p)
{
    if (p->outcome == NULL || p->outcome->at_ms == 0) {
        return &day_over;
    }
    switch (p->command) {
    case GS_CMD_REVERT:
        return &revert_over;
    case GS_CMD_ARRIVE:
    case GS_CMD_ENTER:
    case GS_CMD_CLEAR:
    case GS_CMD_DEPART:
    case GS_CMD_REFUSE:
    case GS_CMD_ADMIT:
        return &told_too_late;
    default:
        return NULL;
    }
}

static bool comes_too_late(const struct gs_problem *p)
{
    return p->outcome != NULL && p->outcome->status == GS_NO_SHOW &&
           (p->command == GS_CMD_ARRIVE || p->command == GS_CMD_ENTER);
}

static const char *particular(const struct gs_problem *p, const struct gs_exchange *x, const struct gs_booking *other,
                              const struct gs_faults *faults)
{
    const struct gs_outcome *o = p->outcome;
    const struct gs_words *words = NULL;
    if (p->detail != NULL) {
        words = p->detail;
    } else if (p->code == GS_CODE_VALIDATION && faults != NULL && faults->count == 1) {
        words = faults->list[0].pointer[0] != '\0' ? &one_fault : &one_fault_whole;
    } else if (p->code == GS_CODE_OUTSIDE_HORIZON && o != NULL && o->at_ms == 0) {
        words = &horizon_past;
    } else if (p->code == GS_CODE_TOO_LATE) {
        words = too_late(p);
    } else if (p->code == GS_CODE_WRONG_STATE && comes_too_late(p)) {
        words = &missed;
    } else if (p->code == GS_CODE_PAST_CUTOFF && p->command == GS_CMD_CHANGE) {
        words = &plate_fixed;
    } else if (p->code == GS_CODE_CLOSED && o != NULL && o->reason[0] != '\0') {
        words = &closed_reason;
    } else if (p->code == GS_CODE_FULL && o != NULL && o->alternative_count > 0) {
        words = o->limit > 0 ? &full_alternatives : &full_for_now;
    } else if (p->code == GS_CODE_FULL && o != NULL && o->limit > 0) {
        words = &full_everywhere;
    } else if (p->code == GS_CODE_COMPANY_QUOTA && o != NULL && o->limit_of == GS_LIMIT_OF_WEEK) {
        words = &throttled;
    } else if (p->code == GS_CODE_LIVE_QUOTA && o != NULL && o->limit_of >= GS_LIMIT_OF_NAME) {
        words = &live[o->limit_of];
    } else if (other != NULL && gs_code_about_other(p->code) != NULL) {
        words = gs_code_about_other(p->code);
    } else if (p->code == GS_CODE_FORBIDDEN && o != NULL) {
        words = &supervisors_only;
    }
    return words != NULL ? words->text[gs_caller(x)->lang] : gs_code_detail(p->code, gs_caller(x)->lang);
}

static void write_detail(struct gs_json *j, const struct gs_exchange *x, const struct gs_problem *p,
                         const struct gs_booking *other, const struct gs_faults *faults)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    struct words w = {0};
    struct gs_buf sentence;
    gs_buf_init(&sentence, SENTENCE_MAX);
    gs_buf_init(&w.first, SENTENCE_MAX);
    word(&w, "what", p->what);
    word(&w, "other", p->other);
    if (p->outcome != NULL) {
        outcome_words(&w, x, p, other, service->rules(service->self)->tz);
    }
    if (faults != NULL) {
        fault_words(&w, x, faults);
    }
    gs_phrase(&sentence, particular(p, x, other, faults), w.args, w.count);
    gs_json_str(j, "detail", sentence.data != NULL ? sentence.data : "");
    gs_buf_finish(&w.first);
    gs_buf_finish(&sentence);
}

static void write_errors(struct gs_json *j, const struct gs_faults *faults, enum gs_lang lang)
{
    struct gs_buf sentence;
    gs_buf_init(&sentence, SENTENCE_MAX);
    gs_json_array(j, "errors");
    for (size_t i = 0; faults != NULL && i < faults->count; i++) {
        gs_buf_clear(&sentence);
        gs_fault_text(&faults->list[i], lang, &sentence);
        gs_json_object(j, NULL);
        gs_json_str(j, "pointer", faults->list[i].pointer);
        gs_json_str(j, "code", gs_fault_code(faults->list[i].kind));
        gs_json_str(j, "detail", sentence.data != NULL ? sentence.data : "");
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
    gs_buf_finish(&sentence);
}

/* What is wrong with a configuration, as the check of its file says it: in English, as it stands in logs. */
static void write_config_errors(struct gs_json *j, const struct gs_preview *config)
{
    gs_json_array(j, "errors");
    for (size_t i = 0; i < config->fault_count; i++) {
        const struct gs_preview_fault *f = &config->faults[i];
        gs_json_object(j, NULL);
        gs_json_str(j, "pointer", f->key);
        gs_json_str(j, "code", gs_fault_code(GS_FAULT_CONFIG));
        gs_json_str(j, "detail", f->message);
        gs_json_int(j, "line", f->line);
        gs_json_int(j, "column", f->column);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void write_alternatives(struct gs_json *j, const struct gs_outcome *o, const struct gs_tz *tz)
{
    gs_json_array(j, "alternatives");
    for (int32_t i = 0; o != NULL && i < o->alternative_count; i++) {
        const struct gs_alternative *a = &o->alternatives[i];
        gs_json_object(j, NULL);
        gs_json_date(j, "date", a->date);
        gs_json_str(j, "window", a->window);
        gs_json_span(j, "slot", a->start_ms, a->end_ms, tz);
        gs_json_int(j, "free", a->free);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static bool counts(enum gs_code code)
{
    return code == GS_CODE_COMPANY_QUOTA || code == GS_CODE_LIVE_QUOTA || code == GS_CODE_FULL ||
           code == GS_CODE_YARD_FULL || code == GS_CODE_SUSPENDED;
}

/* The members that only some codes have. */
static void write_particulars(struct gs_json *j, const struct gs_exchange *x, const struct gs_problem *p,
                              const struct gs_booking *other)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_tz *tz = service->rules(service->self)->tz;
    if (counts(p->code) && p->outcome != NULL && p->outcome->limit > 0) {
        gs_json_int(j, "used", p->outcome->used);
        gs_json_int(j, "limit", p->outcome->limit);
    }
    if (p->code == GS_CODE_FULL || p->code == GS_CODE_COMPANY_QUOTA) {
        write_alternatives(j, p->outcome, tz);
    } else if (gs_code_about_other(p->code) != NULL) {
        if (other != NULL) {
            gs_json_booking_id(j, "booking_id", other->id);
        } else {
            gs_json_null(j, "booking_id");
        }
    } else if (p->code == GS_CODE_PLAN_OUTDATED && p->outcome != NULL && p->outcome->plans != NULL) {
        gs_json_plans(j, "plan", p->outcome->plans, p->what, tz);
    } else if (p->code == GS_CODE_SUSPENDED && p->outcome != NULL) {
        gs_json_time(j, "until", p->outcome->at_ms, tz);
    } else if (p->items != NULL) {
        gs_json_raw(j, "items", p->items->data, p->items->len);
    } else if (p->code == GS_CODE_RESET && p->outcome != NULL) {
        gs_json_int(j, "last_seq", p->outcome->used);
        gs_json_int(j, "after", p->outcome->limit);
    }
}

void gs_problem_write(struct gs_buf *out, const struct gs_exchange *x, const struct gs_problem *p)
{
    const struct gs_booking *other = other_booking(x, p->outcome);
    const struct gs_faults *faults = p->faults;
    char type[64];
    struct gs_json j;
    if (faults == NULL && p->code == GS_CODE_VALIDATION && p->outcome != NULL) {
        faults = &p->outcome->faults;
    }
    (void)snprintf(type, sizeof type, "urn:gateslot:problem:%s", gs_code_name(p->code));
    gs_json_init(&j, out);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "type", type);
    gs_json_str(&j, "title", gs_code_title(p->code, gs_caller(x)->lang));
    gs_json_int(&j, "status", p->status != 0 ? p->status : gs_code_status(p->code));
    write_detail(&j, x, p, other, faults);
    gs_json_str(&j, "code", gs_code_name(p->code));
    if (p->config != NULL) {
        write_config_errors(&j, p->config);
    } else {
        write_errors(&j, faults, gs_caller(x)->lang);
    }
    write_particulars(&j, x, p, other);
    gs_json_end_object(&j);
}
