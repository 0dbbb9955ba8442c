/* Facts that outlive the book's days: strikes by plate, and by company and by window how many promises of a date were kept. It counts;
 * what follows from the counts is for strikes.c, throttle.c and overbook.c to say. */
#include "state/facts.h"
#include "gateslot/base/hash.h"

#include <stdlib.h>
#include <string.h>

enum gs_fact gs_fact_of(const struct gs_booking *b)
{
    if (b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel)) {
        return b->excused ? GS_FACT_EXCUSED : GS_FACT_NO_SHOW;
    }
    if (b->arrived_ms == 0) {
        return gs_booking_given_up_late(b) ? GS_FACT_LATE : GS_FACT_NONE;
    }
    return b->walk_in ? GS_FACT_WALK_IN : GS_FACT_SHOW;
}

static void finish_tallies(struct gs_tallies *t)
{
    gs_table_finish(&t->names);
    free(t->at);
}

void gs_facts_finish(struct gs_facts *f)
{
    for (int32_t i = 0; i < f->strike_room; i++) {
        free(f->strikes[i].at);
    }
    free(f->strikes);
    gs_table_finish(&f->plates);
    finish_tallies(&f->companies);
    finish_tallies(&f->windows);
    finish_tallies(&f->owners);
    memset(f, 0, sizeof *f);
}

static int tallies_of(struct gs_tallies *t, const char *name, int32_t *out)
{
    int err = gs_table_put(&t->names, name, out);
    if (err != GS_OK || *out < t->room) {
        return err;
    }
    struct gs_tally(*at)[GS_FACT_RING] = realloc(t->at, (size_t)t->names.room * sizeof *at);
    if (at == NULL) {
        return GS_E_NOMEM;
    }
    memset(at + t->room, 0, (size_t)(t->names.room - t->room) * sizeof *at);
    t->at = at;
    t->room = t->names.room;
    return GS_OK;
}

static void count_tally(struct gs_tally *t, enum gs_fact fact, int32_t by)
{
    t->booked += fact != GS_FACT_WALK_IN && fact != GS_FACT_LATE ? by : 0;
    t->late += fact == GS_FACT_LATE ? by : 0;
    t->no_shows += fact == GS_FACT_NO_SHOW ? by : 0;
    t->used += fact == GS_FACT_SHOW || fact == GS_FACT_WALK_IN ? by : 0;
    t->excused += fact == GS_FACT_EXCUSED ? by : 0;
}

/* The rates behind overbooking ask who came, not why nobody did; and a place given up before its time is no promise broken. */
static enum gs_fact of_window(enum gs_fact fact)
{
    if (fact == GS_FACT_LATE) {
        return GS_FACT_NONE;
    }
    return fact == GS_FACT_EXCUSED ? GS_FACT_NO_SHOW : fact;
}

static bool is_strike(enum gs_fact fact)
{
    return fact == GS_FACT_NO_SHOW || fact == GS_FACT_EXCUSED;
}

static int add_tally(struct gs_tallies *t, const char *name, gs_date date, enum gs_fact fact)
{
    int32_t number;
    int err = fact != GS_FACT_NONE ? tallies_of(t, name, &number) : GS_OK;
    if (err != GS_OK || fact == GS_FACT_NONE) {
        return err;
    }
    struct gs_tally *tally = &t->at[number][(uint32_t)date % GS_FACT_RING];
    if (tally->date < date) { /* the place in the ring held a date too old to count */
        *tally = (struct gs_tally){.date = date};
    }
    if (tally->date == date) {
        count_tally(tally, fact, 1);
    }
    return GS_OK;
}

static void take_back_tally(struct gs_tallies *t, const char *name, gs_date date, enum gs_fact fact)
{
    int32_t number = gs_table_find(&t->names, name);
    struct gs_tally *tally = number >= 0 && number < t->room ? &t->at[number][(uint32_t)date % GS_FACT_RING] : NULL;
    if (fact != GS_FACT_NONE && tally != NULL && tally->date == date) {
        count_tally(tally, fact, -1);
    }
}

static int strikes_of(struct gs_facts *f, const char *plate, struct gs_strikes **out)
{
    int32_t number;
    int err = gs_table_put(&f->plates, plate, &number);
    if (err != GS_OK) {
        return err;
    }
    if (number >= f->strike_room) {
        struct gs_strikes *strikes = realloc(f->strikes, (size_t)f->plates.room * sizeof *strikes);
        if (strikes == NULL) {
            return GS_E_NOMEM;
        }
        memset(strikes + f->strike_room, 0, (size_t)(f->plates.room - f->strike_room) * sizeof *strikes);
        f->strikes = strikes;
        f->strike_room = f->plates.room;
    }
    *out = &f->strikes[number];
    return GS_OK;
}

static bool later(const struct gs_strike *s, const struct gs_booking *b)
{
    return s->at_ms > b->ended_ms || (s->at_ms == b->ended_ms && s->booking_id > b->id);
}

static int add_strike(struct gs_facts *f, const struct gs_booking *b)
{
    struct gs_strikes *s;
    int err = strikes_of(f, b->truck.plate, &s);
    if (err != GS_OK) {
        return err;
    }
    if (s->count == s->room) {
        int32_t room = s->room == 0 ? 4 : s->room * 2;
        struct gs_strike *at = realloc(s->at, (size_t)room * sizeof *at);
        if (at == NULL) {
            return GS_E_NOMEM;
        }
        s->at = at;
        s->room = room;
    }
    int32_t i = s->count++;
    for (; i > 0 && later(&s->at[i - 1], b); i--) {
        s->at[i] = s->at[i - 1];
    }
    s->at[i] = (struct gs_strike){.booking_id = b->id,
                                  .version = b->version,
                                  .last_event = b->last_event,
                                  .at_ms = b->ended_ms,
                                  .date = b->wish.date,
                                  .status = b->status,
                                  .excused = b->excused};
    memcpy(s->at[i].uscc, b->uscc, sizeof b->uscc);
    memcpy(s->at[i].owner, b->owner, sizeof b->owner);
    memcpy(s->at[i].reference, b->reference, sizeof b->reference);
    return GS_OK;
}

static void remove_strike(struct gs_facts *f, const struct gs_booking *b)
{
    int32_t number = gs_table_find(&f->plates, b->truck.plate);
    struct gs_strikes *s = number >= 0 && number < f->strike_room ? &f->strikes[number] : NULL;
    for (int32_t i = 0; s != NULL && i < s->count; i++) {
        if (s->at[i].booking_id == b->id) {
            memmove(&s->at[i], &s->at[i + 1], (size_t)(s->count - i - 1) * sizeof *s->at);
            s->count--;
            return;
        }
    }
}

int gs_facts_add(struct gs_facts *f, const struct gs_booking *b, enum gs_fact fact)
{
    if (fact == GS_FACT_NONE) {
        return GS_OK;
    }
    int err = add_tally(&f->companies, b->uscc, b->wish.date, fact);
    err = err != GS_OK ? err : add_tally(&f->windows, b->window, b->wish.date, of_window(fact));
    err = err != GS_OK ? err : add_tally(&f->owners, b->owner, b->wish.date, fact);
    return err == GS_OK && is_strike(fact) ? add_strike(f, b) : err;
}

void gs_facts_take_back(struct gs_facts *f, const struct gs_booking *b, enum gs_fact fact)
{
    if (fact == GS_FACT_NONE) {
        return;
    }
    take_back_tally(&f->companies, b->uscc, b->wish.date, fact);
    take_back_tally(&f->windows, b->window, b->wish.date, of_window(fact));
    take_back_tally(&f->owners, b->owner, b->wish.date, fact);
    if (is_strike(fact)) {
        remove_strike(f, b);
    }
}

const struct gs_strikes *gs_facts_strikes(const struct gs_facts *f, const char *plate)
{
    int32_t number = gs_table_find(&f->plates, plate);
    return number >= 0 && number < f->strike_room ? &f->strikes[number] : NULL;
}

struct gs_strike *gs_facts_strike_of(const struct gs_facts *f, int64_t booking_id, const char **out_plate)
{
    for (int32_t i = 0; i < f->plates.count && i < f->strike_room; i++) {
        for (int32_t k = 0; k < f->strikes[i].count; k++) {
            if (f->strikes[i].at[k].booking_id == booking_id) {
                *out_plate = f->plates.keys[i];
                return &f->strikes[i].at[k];
            }
        }
    }
    return NULL;
}

static void excuse_tally(struct gs_tallies *t, const char *name, gs_date date)
{
    int32_t number = gs_table_find(&t->names, name);
    struct gs_tally *of_date = number >= 0 && number < t->room ? &t->at[number][(uint32_t)date % GS_FACT_RING] : NULL;
    if (of_date != NULL && of_date->date == date) {
        of_date->no_shows--;
        of_date->excused++;
    }
}

void gs_facts_excuse(struct gs_facts *f, struct gs_strike *strike)
{
    strike->excused = true;
    excuse_tally(&f->companies, strike->uscc, strike->date);
    excuse_tally(&f->owners, strike->owner, strike->date);
}

struct gs_tally gs_facts_sum(const struct gs_tallies *t, const char *name, gs_date first, gs_date last)
{
    struct gs_tally sum = {0};
    int32_t number = gs_table_find(&t->names, name);
    for (gs_date date = first; number >= 0 && number < t->room && date <= last; date++) {
        const struct gs_tally *tally = &t->at[number][(uint32_t)date % GS_FACT_RING];
        if (tally->date == date) {
            sum.booked += tally->booked;
            sum.no_shows += tally->no_shows;
            sum.used += tally->used;
            sum.excused += tally->excused;
            sum.late += tally->late;
        }
    }
    return sum;
}

static int copy_table(const struct gs_table *from, struct gs_table *out)
{
    int32_t number;
    int err = GS_OK;
    for (int32_t i = 0; i < from->count && err == GS_OK; i++) {
        err = gs_table_put(out, from->keys[i], &number);
    }
    return err;
}

static int copy_tallies(const struct gs_tallies *from, struct gs_tallies *out)
{
    int32_t number;
    int err = GS_OK;
    for (int32_t i = 0; i < from->names.count && i < from->room && err == GS_OK; i++) {
        err = tallies_of(out, from->names.keys[i], &number);
        if (err == GS_OK) {
            memcpy(out->at[number], from->at[i], sizeof from->at[i]);
        }
    }
    return err;
}

static int copy_strikes(const struct gs_strikes *from, struct gs_strikes *out)
{
    if (from->count == 0) {
        return GS_OK;
    }
    out->at = malloc((size_t)from->count * sizeof *out->at);
    if (out->at == NULL) {
        return GS_E_NOMEM;
    }
    memcpy(out->at, from->at, (size_t)from->count * sizeof *out->at);
    out->count = out->room = from->count;
    return GS_OK;
}

int gs_facts_copy(const struct gs_facts *from, struct gs_facts *out)
{
    struct gs_strikes *strikes = NULL;
    int err = copy_tallies(&from->companies, &out->companies);
    err = err != GS_OK ? err : copy_tallies(&from->windows, &out->windows);
    err = err != GS_OK ? err : copy_tallies(&from->owners, &out->owners);
    err = err != GS_OK ? err : copy_table(&from->plates, &out->plates);
    for (int32_t i = 0; i < from->plates.count && i < from->strike_room && err == GS_OK; i++) {
        err = strikes_of(out, from->plates.keys[i], &strikes);
        err = err != GS_OK ? err : copy_strikes(&from->strikes[i], strikes);
    }
    return err;
}

static uint64_t hash_of(uint64_t kind, const char *name, const int64_t *values, size_t count)
{
    uint64_t h = gs_fnv_text(GS_FNV_START ^ kind, name);
    for (size_t i = 0; i < count; i++) {
        h = gs_fnv_int(h, values[i]);
    }
    return h;
}

static uint64_t digest_tallies(const struct gs_tallies *t, uint64_t kind, gs_date first)
{
    uint64_t sum = 0;
    for (int32_t i = 0; i < t->names.count && i < t->room; i++) {
        for (int32_t k = 0; k < GS_FACT_RING; k++) {
            const struct gs_tally *d = &t->at[i][k];
            const int64_t values[] = {d->date, d->booked, d->no_shows, d->used, d->excused, d->late};
            bool says = d->date >= first && (d->booked != 0 || d->used != 0 || d->late != 0);
            sum += says ? hash_of(kind, t->names.keys[i], values, sizeof values / sizeof values[0]) : 0;
        }
    }
    return sum;
}

uint64_t gs_facts_digest(const struct gs_facts *f, gs_date first, gs_date first_strike)
{
    uint64_t sum = digest_tallies(&f->companies, 1, first) + digest_tallies(&f->windows, 2, first) +
                   digest_tallies(&f->owners, 4, first);
    for (int32_t i = 0; i < f->plates.count && i < f->strike_room; i++) {
        for (int32_t k = 0; k < f->strikes[i].count; k++) {
            const struct gs_strike *s = &f->strikes[i].at[k];
            const int64_t values[] = {s->date, s->at_ms, s->booking_id, s->version, s->last_event, s->excused};
            sum +=
                s->date >= first_strike ? hash_of(3, f->plates.keys[i], values, sizeof values / sizeof values[0]) : 0;
        }
    }
    return sum;
}
