/* Random days: small sites, crowded, at a random instant. */
#include "../../base/dice.h"
#include "day.h"

#include "../fixture_store.h"

#include "gateslot/base/text.h"
#include "state/overbook.h"
#include "state/state.h"

#include <stdio.h>

int32_t day_roll(struct day *d, int32_t below)
{
    return (int32_t)dice_below(&d->random, below);
}

static bool one_in(struct day *d, int32_t n)
{
    return day_roll(d, n) == 0;
}

static void choose_rules(struct day *d)
{
    static const int32_t leads[] = {0, 30, 60, 240};
    struct gs_rules *r = &d->f.rules;
    int32_t at = 480, windows = 1 + day_roll(d, DAY_WINDOWS);
    r->window_count = windows;
    for (int32_t i = 0; i < windows; i++) {
        struct gs_window_rule *w = &r->windows[i];
        snprintf(w->id, sizeof w->id, "w%d", (int)i);
        w->start_min = at;
        w->end_min = at + 30 * (1 + day_roll(d, 6));
        w->capacity = day_roll(d, 13);
        at = w->end_min + (one_in(d, 3) ? 60 : 0);
    }
    r->slot_capacity = one_in(d, 4) ? day_roll(d, 4) : -1;
    r->lock_min = leads[day_roll(d, 3)];
    r->promote_min = leads[day_roll(d, 4)];
    r->cutoff_min = leads[day_roll(d, 2)];
    r->bays = 4 + day_roll(d, 20);
    r->overbooking = one_in(d, 2);
    r->min_samples = 1;
    r->overflow_percent = 20 + day_roll(d, 70);
    for (int32_t i = 0; i < windows && r->overbooking; i++) {
        d->past_booked[i] = day_roll(d, 6);
        d->past_no_shows[i] = day_roll(d, d->past_booked[i] + 1);
    }
}

void day_remember(struct day *d)
{
    for (int32_t i = 0; i < d->f.rules.window_count; i++) {
        struct gs_booking b = {.wish.date = d->date - 5};
        snprintf(b.window, sizeof b.window, "w%d", (int)i);
        snprintf(b.truck.plate, sizeof b.truck.plate, "PAST");
        for (int32_t k = 0; k < d->past_booked[i]; k++) {
            enum gs_fact fact = k < d->past_no_shows[i] ? GS_FACT_NO_SHOW : GS_FACT_SHOW;
            assert_int_equal(gs_facts_add(&d->f.book->facts, &b, fact), GS_OK);
        }
    }
    gs_overbook_days(d->f.book);
    d->f.store.untold = d->f.store.untold || d->f.rules.overbooking; /* the journal does not tell of them */
}

static void apply(struct day *d, const struct gs_command *c)
{
    gs_apply(d->f.book, c, d->f.now, &d->f.batch, &d->f.out);
    fx_store_commit(&d->f.store, &d->f.batch);
    gs_batch_clear(&d->f.batch);
}

static void choose_windows(struct day *d, char out[GS_WINDOWS_TEXT_MAX])
{
    size_t len = 0;
    out[0] = '\0';
    for (int32_t i = 0; i < d->f.rules.window_count; i++) {
        if (!one_in(d, 3)) {
            len += (size_t)snprintf(out + len, GS_WINDOWS_TEXT_MAX - len, "%sw%d", len > 0 ? "," : "", (int)i);
        }
    }
}

static void book(struct day *d)
{
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    int64_t truck = one_in(d, 8) ? 1 + day_roll(d, 20) : ++d->f.trucks;
    c.random = (uint64_t)++d->f.trucks * UINT64_C(0x9e3779b97f4a7c15);
    c.u.book.wish.date = d->date;
    choose_windows(d, c.u.book.wish.windows);
    c.u.book.wish.slot_min = one_in(d, 2) ? 480 + 30 * day_roll(d, 16) : -1;
    c.u.book.flexible = !one_in(d, 6);
    c.u.book.waitlist = !one_in(d, 3);
    c.u.book.urgent = one_in(d, 6);
    snprintf(c.u.book.truck.plate, sizeof c.u.book.truck.plate, "ZD%05d", (int)truck);
    snprintf(c.u.book.truck.containers[0], sizeof c.u.book.truck.containers[0], "CSQU%07d", (int)d->f.trucks);
    c.u.book.truck.container_count = 1;
    apply(d, &c);
    d->count += d->f.out.code == GS_CODE_OK ? 1 : 0;
}

static void step(struct day *d)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ENTER, GS_CMD_CLEAR,
                                                 GS_CMD_DEPART, GS_CMD_CANCEL, GS_CMD_DELAY, GS_CMD_REFUSE};
    struct gs_command c = fx_command(kinds[day_roll(d, 8)], 1 + day_roll(d, d->count));
    apply(d, &c);
}

static void walk_in(struct day *d)
{
    struct gs_command c = fx_command(GS_CMD_WALK_IN, 0);
    int64_t truck = ++d->f.trucks;
    c.random = (uint64_t)truck * UINT64_C(0x9e3779b97f4a7c15);
    snprintf(c.u.book.truck.plate, sizeof c.u.book.truck.plate, "ZD%05d", (int)truck);
    snprintf(c.u.book.truck.containers[0], sizeof c.u.book.truck.containers[0], "CSQU%07d", (int)truck);
    c.u.book.truck.container_count = 1;
    apply(d, &c);
    d->count += d->f.out.code == GS_CODE_OK ? 1 : 0;
}

void day_change(struct day *d, struct gs_command *out)
{
    struct gs_capacity *to = &out->u.capacity.to;
    bool reset = one_in(d, 6);
    *out = fx_command(reset ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    to->date = d->date;
    snprintf(to->window, sizeof to->window, "w%d", (int)day_roll(d, d->f.rules.window_count));
    to->slot_capacity = -1;
    out->u.capacity.excess = one_in(d, 6) ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    if (one_in(d, 8)) {
        gs_text_copy(to->window, sizeof to->window, GS_ALL_WINDOWS);
        to->closed = one_in(d, 2);
    } else if (!reset) {
        out->u.capacity.has_capacity = !one_in(d, 5);
        to->capacity = day_roll(d, 14);
        to->slot_capacity = one_in(d, 4) ? day_roll(d, 4) : -1;
        to->closed = one_in(d, 6);
    }
}

/* Time goes on, trucks come, and now and then a capacity is changed and its bookings kept. */
static void live(struct day *d)
{
    d->f.now = gs_tz_instant(d->f.rules.tz, d->date, 420 + day_roll(d, 600));
    for (int32_t i = 0; i < 30 && d->count > 0; i++) {
        step(d);
        if (one_in(d, 8) && d->count < DAY_BOOKINGS) {
            walk_in(d);
        }
    }
}

void day_make(struct day *d, uint64_t seed)
{
    struct gs_command c;
    memset(d, 0, sizeof *d);
    d->random = seed;
    fx_init(&d->f);
    choose_rules(d);
    fx_open(&d->f);
    d->f.trucks = 100;
    d->date = fx_date(FX_DAY);
    day_remember(d);
    int32_t wanted = 5 + day_roll(d, 60);
    for (int32_t i = 0; i < wanted; i++) {
        d->f.now += day_roll(d, 3) * 1000;
        book(d);
        if (one_in(d, 30)) {
            day_change(d, &c);
            apply(d, &c);
        }
    }
    if (one_in(d, 2)) {
        live(d);
    }
}

void day_finish(struct day *d)
{
    fx_finish(&d->f);
}

void day_note(struct day *d)
{
    gs_apply_due(d->f.book, d->f.now, &d->f.batch);
    d->count = (int32_t)gs_book_count(d->f.book);
    for (int32_t i = 0; i < d->count; i++) {
        d->before[i] = *fx_get(&d->f, i + 1);
    }
    while (gs_book_window(d->f.book, d->date, d->window_count, &d->windows[d->window_count])) {
        if (++d->window_count == DAY_WINDOWS) {
            return;
        }
    }
}
