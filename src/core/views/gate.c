/* The gate's questions: which booking is this truck's, may it come in now, who else could it be. Only answers; the
 * step itself is a command. Where several bookings fit, the one that matters most now is taken, by a total order. */
#include "views/gate.h"
#include "rules/entrance.h"
#include "rules/strikes.h"
#include "rules/times.h"

#include "gateslot/base/text.h"

#include <string.h>

static bool on_the_way(enum gs_status s)
{
    return gs_status_holds_place(s) && !gs_status_terminal(s);
}

/* Who stands at the gate before others under way, these before who waits, these before what ended. */
static int rank(const struct gs_booking *b)
{
    if (b->status == GS_ARRIVED) {
        return 0;
    }
    if (on_the_way(b->status)) {
        return 1;
    }
    return b->status == GS_WAITLISTED ? 2 : 3;
}

static int64_t distance(const struct gs_booking *b, int64_t now_ms)
{
    if (now_ms < b->slot_start_ms) {
        return b->slot_start_ms - now_ms;
    }
    return now_ms < b->slot_end_ms ? 0 : now_ms - b->slot_end_ms;
}

static bool matters_more(const struct gs_booking *a, const struct gs_booking *b, int64_t now_ms)
{
    if (b == NULL || rank(a) != rank(b)) {
        return b == NULL || rank(a) < rank(b);
    }
    int64_t to_a = distance(a, now_ms), to_b = distance(b, now_ms);
    return to_a != to_b ? to_a < to_b : a->id > b->id;
}

/* Was it of this day: by its date, by the night that its window runs in, or because it ended on this day? */
static bool ended_now(const struct gs_book *book, const struct gs_entry *e)
{
    int32_t window = gs_day_window_index(e->day, e->b.window);
    return e->b.wish.date == book->today ||
           (window >= 0 && e->day->windows[window].start_ms <= book->now_ms &&
            e->day->windows[window].end_ms > book->now_ms) ||
           gs_tz_date(book->rules->tz, gs_booking_ended_ms(&e->b)) == book->today;
}

bool gs_gate_concerns(const struct gs_book *book, const struct gs_entry *e)
{
    switch (e->b.status) {
    case GS_ARRIVED:
    case GS_ENTERED:
    case GS_CLEARED:
        return true;
    case GS_BOOKED:
        return book->now_ms >= gs_arrival_opens_ms(book->rules, &e->b);
    case GS_WAITLISTED:
        return e->b.wish.date <= book->today;
    default:
        return ended_now(book, e);
    }
}

struct found {
    const struct gs_booking *now;   /* the one that matters of those of now, */
    const struct gs_booking *other; /* and of those of other times that are under way or wait */
};

static void consider(const struct gs_book *book, const struct gs_entry *e, struct found *f)
{
    if (gs_gate_concerns(book, e)) {
        f->now = matters_more(&e->b, f->now, book->now_ms) ? &e->b : f->now;
    } else if (!gs_status_terminal(e->b.status)) {
        f->other = matters_more(&e->b, f->other, book->now_ms) ? &e->b : f->other;
    }
}

static void find_plate(const struct gs_book *book, const char *plate, struct found *f)
{
    const struct gs_by_text *const both[] = {&book->live, &book->ended};
    for (size_t i = 0; i < 2; i++) {
        for (struct gs_link *l = gs_index_first(&both[i]->plates, plate); l != NULL; l = gs_index_next(l)) {
            if (strcmp(l->entry->b.truck.plate, plate) == 0) {
                consider(book, l->entry, f);
            }
        }
    }
}

static void find_container(const struct gs_book *book, const char *container, struct found *f)
{
    const struct gs_by_text *const both[] = {&book->live, &book->ended};
    for (size_t i = 0; i < 2; i++) {
        for (struct gs_link *l = gs_index_first(&both[i]->containers, container); l != NULL; l = gs_index_next(l)) {
            if (gs_truck_has_container(&l->entry->b.truck, container)) {
                consider(book, l->entry, f);
            }
        }
    }
}

static struct gs_entry *by_pass_code(const struct gs_book *book, const char *code)
{
    for (struct gs_link *l = gs_index_first(&book->pass_codes, code); l != NULL; l = gs_index_next(l)) {
        if (strcmp(l->entry->b.pass_code, code) == 0) {
            return l->entry;
        }
    }
    return NULL;
}

static void judge(const struct gs_book *book, const struct gs_booking *b, struct gs_gate_verdict *out)
{
    static const enum gs_gate_code codes[GS_STATUSES] = {
        [GS_WAITLISTED] = GS_GATE_NOT_BOOKED,  [GS_ENTERED] = GS_GATE_ALREADY_INSIDE,
        [GS_CLEARED] = GS_GATE_ALREADY_INSIDE, [GS_DEPARTED] = GS_GATE_DEPARTED,
        [GS_CANCELLED] = GS_GATE_CANCELLED,    [GS_EXPIRED] = GS_GATE_NOT_BOOKED,
        [GS_NO_SHOW] = GS_GATE_NO_SHOW,        [GS_REFUSED] = GS_GATE_REFUSED,
    };
    out->booking = b;
    if (b->status == GS_BOOKED || b->status == GS_ARRIVED) {
        gs_entrance_judge(book, b, &out->decision, &out->code);
    } else {
        out->code = codes[b->status];
    }
}

static void judge_found(const struct gs_book *book, const struct found *f, struct gs_gate_verdict *out)
{
    if (f->now != NULL) {
        judge(book, f->now, out);
    } else if (f->other != NULL) {
        judge(book, f->other, out);
        out->decision = GS_REJECT;
        out->code = f->other->status == GS_BOOKED ? GS_GATE_WRONG_DAY : out->code;
    }
}

/* ---- candidates: who else could it be ---- */

/* How a booking is like what was said at the gate; the likeliest first. */
enum likeness {
    UNLIKE,
    HAS_IT,         /* what was said, but not as that which it was said to be, or only a part of it */
    EASILY_MISREAD, /* the plate, but for one character that is often taken for that one */
    ALMOST,         /* a check digit, or the order of two characters */
    ONE_OFF,        /* any one character of the plate: only where nothing is liker */
};

/* Of one question. */
struct alike {
    struct gs_search search; /* chars 0: too little was said */
    const char *plate;       /* normalised; NULL: what was said is none */
    enum likeness of[GS_MAX_CANDIDATES];
};

/* All but the first character: a keyboard at the gate may have no Chinese. */
static const char *without_province(const char *plate)
{
    size_t pos = 0;
    (void)gs_utf8_next(plate, strlen(plate), &pos);
    return plate + pos;
}

static enum likeness likeness_of(const struct alike *a, const struct gs_booking *b)
{
    static const enum likeness by_match[] = {
        [GS_MATCH_NO] = UNLIKE, [GS_MATCH_EXACT] = HAS_IT, [GS_MATCH_PART] = HAS_IT, [GS_MATCH_NEAR] = ALMOST};
    enum likeness like = a->search.chars > 0 ? by_match[gs_search_match(&a->search, b)] : UNLIKE;
    if (like != HAS_IT && (a->plate != NULL || a->search.chars > 0)) {
        const char *said = a->plate != NULL ? a->plate : a->search.text;
        const bool ascii = (unsigned char)said[0] < 0x80;
        const int misread = gs_plate_misread(said, ascii ? without_province(b->truck.plate) : b->truck.plate);
        like = misread == 1 ? EASILY_MISREAD : misread == 2 && like == UNLIKE ? ONE_OFF : like;
    }
    return like;
}

static bool nearer(const struct gs_booking *a, const struct gs_booking *b, int64_t now_ms)
{
    int64_t to_a = distance(a, now_ms), to_b = distance(b, now_ms);
    if (to_a != to_b) {
        return to_a < to_b;
    }
    int order = strcmp(a->truck.plate, b->truck.plate);
    return order != 0 ? order < 0 : a->id < b->id;
}

static void insert_candidate(const struct gs_book *book, const struct gs_booking *b, enum likeness like,
                             struct alike *alike, struct gs_gate_verdict *out)
{
    int32_t at = out->candidate_count;
    while (at > 0 && (like < alike->of[at - 1] ||
                      (like == alike->of[at - 1] && nearer(b, out->candidates[at - 1], book->now_ms)))) {
        at--;
    }
    if (at == GS_MAX_CANDIDATES) {
        return;
    }
    int32_t last = out->candidate_count < GS_MAX_CANDIDATES ? out->candidate_count++ : GS_MAX_CANDIDATES - 1;
    for (int32_t i = last; i > at; i--) {
        out->candidates[i] = out->candidates[i - 1];
        alike->of[i] = alike->of[i - 1];
    }
    out->candidates[at] = b;
    alike->of[at] = like;
}

static void find_candidates(const struct gs_book *book, const char *said, const char *plate,
                            struct gs_gate_verdict *out)
{
    struct alike alike = {.plate = plate};
    if (gs_search_read(said, strlen(said), &alike.search) != GS_OK) {
        alike.search.chars = 0;
    }
    /* A slot shortly after midnight is of tomorrow; who arrived or is inside may be of any date. */
    for (size_t d = 0; d < book->day_count && book->days[d]->date <= book->today + 1; d++) {
        const struct gs_day *day = book->days[d];
        for (size_t i = 0; i < day->bookings.count; i++) {
            const struct gs_entry *e = day->bookings.at[i];
            if (!on_the_way(e->b.status) || !gs_gate_concerns(book, e)) {
                continue;
            }
            const enum likeness like = likeness_of(&alike, &e->b);
            if (like != UNLIKE) {
                insert_candidate(book, &e->b, like, &alike, out);
            }
        }
    }
    while (out->candidate_count > 0 && alike.of[0] != ONE_OFF && alike.of[out->candidate_count - 1] == ONE_OFF) {
        out->candidate_count--;
    }
}

void gs_book_gate_check(const struct gs_book *book, const char *plate, const char *pass_code, const char *container,
                        struct gs_gate_verdict *out)
{
    struct found f = {0};
    char text[GS_PLATE_MAX + 1], code[GS_PASS_CODE_LEN + 1], box[GS_CONTAINER_LEN + 1];
    *out = (struct gs_gate_verdict){.decision = GS_REJECT, .code = GS_GATE_NOT_BOOKED};
    if (pass_code != NULL && gs_pass_code_normalise(pass_code, strlen(pass_code), code)) {
        const struct gs_entry *e = by_pass_code(book, code);
        if (e != NULL) {
            consider(book, e, &f);
        }
    }
    if (container != NULL && gs_container_check(container, strlen(container), box).ok) {
        find_container(book, box, &f);
    }
    bool is_plate = plate != NULL && gs_plate_normalise(plate, strlen(plate), text);
    if (is_plate) {
        find_plate(book, text, &f);
    }
    judge_found(book, &f, out);
    if (out->booking == NULL) {
        const char *said = plate != NULL ? plate : pass_code != NULL ? pass_code : container != NULL ? container : "";
        out->code = is_plate && gs_strikes_until(book, text) != 0 ? GS_GATE_SUSPENDED : out->code;
        find_candidates(book, said, is_plate ? text : NULL, out);
    }
}
