/* The small site of site.h. It keeps its own account of the records, apart from the book's. */
#include "site.h"
#include "../../base/dice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void site_init(struct site *s)
{
    memset(s, 0, sizeof *s);
    struct gs_rules *r = &s->rules;
    strcpy(r->timezone, "UTC");
    if (gs_tz_load("UTC", &r->tz) != GS_OK) {
        abort();
    }
    r->bays = 40;
    r->slot_min = 30;
    r->slot_capacity = -1;
    r->horizon_days = 7;
    r->cutoff_min = r->early_grace_min = r->late_grace_min = 30;
    r->lock_min = 240;
    r->settle_at_min = 18 * 60;
    r->company_window_percent = 100;
    r->promote_min = 120;
    r->late_cancel = r->waitlist = r->walk_ins = r->delay_reports = true;
    s->ledger = true;
    gs_batch_init(&s->batch);
}

void site_window(struct site *s, const char *id, int32_t start_min, int32_t end_min, int32_t capacity)
{
    struct gs_window_rule *w = &s->rules.windows[s->rules.window_count++];
    *w = (struct gs_window_rule){.start_min = start_min, .end_min = end_min, .capacity = capacity};
    strcpy(w->id, id);
}

void site_open(struct site *s)
{
    s->now_ms = SITE_NOON_MS;
    s->date = gs_tz_date(s->rules.tz, s->now_ms) + 4;
    s->rows = calloc(SITE_BOOKINGS + 1, sizeof *s->rows);
    if (s->rows == NULL || gs_book_create(&s->rules, &s->book) != GS_OK ||
        gs_book_start(s->book, 0, 0, s->now_ms) != GS_OK) {
        abort();
    }
}

void site_overbook(struct site *s, struct gs_booking *past)
{
    s->rules.overbooking = site_roll(s, 3) == 0;
    s->rules.min_samples = 1;
    s->rules.overflow_percent = 1 + (int32_t)site_roll(s, 60);
    s->past = past;
    s->past_count = 0;
    for (int32_t w = 0; w < s->rules.window_count; w++) {
        for (int32_t left = 1 + (int32_t)site_roll(s, SITE_PAST_MAX); left > 0; left--) {
            struct gs_booking *b = &past[s->past_count++];
            *b = (struct gs_booking){.id = 1000 + s->past_count,
                                     .version = 1,
                                     .status = site_roll(s, 3) == 0 ? GS_NO_SHOW : GS_DEPARTED,
                                     .wish = {.date = s->date - 10, .slot_min = -1},
                                     .place = -1};
            b->place = b->status == GS_DEPARTED ? left : -1;
            b->arrived_ms = b->status == GS_DEPARTED ? 1 : 0;
            b->slot_end_ms = 1;
            snprintf(b->truck.plate, sizeof b->truck.plate, "PAST%d", (int)s->past_count);
            memcpy(b->window, s->rules.windows[w].id, sizeof b->window);
        }
    }
    site_load(s, NULL, 0, NULL, 0);
}

void site_load(struct site *s, const struct gs_booking *rows, int32_t count, const struct gs_capacity *capacities,
               int32_t capacity_count)
{
    gs_book_destroy(s->book);
    if (gs_book_create(&s->rules, &s->book) != GS_OK) {
        abort();
    }
    for (int32_t i = 0; i < capacity_count; i++) {
        if (gs_book_restore_capacity(s->book, &capacities[i]) != GS_OK) {
            abort();
        }
    }
    for (int32_t i = 0; i < count; i++) {
        const struct gs_booking *b = &rows[i];
        struct site_row *r = &s->rows[b->id];
        if (gs_book_restore_booking(s->book, b) != GS_OK) {
            abort();
        }
        r->status = b->status;
        memcpy(r->window, b->window, sizeof r->window);
        r->slot_start_ms = b->slot_start_ms;
        r->date = b->wish.date;
    }
    for (int32_t i = 0; i < s->past_count; i++) {
        if (gs_book_restore_past(s->book, &s->past[i]) != GS_OK) {
            abort();
        }
    }
    s->last_id = count;
    if (gs_book_start(s->book, count, count, s->now_ms) != GS_OK) {
        abort();
    }
}

void site_finish(struct site *s)
{
    gs_book_destroy(s->book);
    gs_batch_finish(&s->batch);
    gs_tz_destroy(s->rules.tz);
    free(s->rows);
}

int site_teardown(void **state)
{
    struct site *s = *state;
    if (s->complaint[0] != '\0') {
        fprintf(stderr, "%s\n", s->complaint);
        return -1;
    }
    site_finish(s);
    return 0;
}

int64_t site_roll(struct site *s, int64_t below)
{
    return dice_below(&s->random, below);
}

static void complain(struct site *s, const char *what, int64_t a, int64_t b)
{
    if (s->complaint[0] == '\0') {
        snprintf(s->complaint, sizeof s->complaint, "%s (%lld, %lld)", what, (long long)a, (long long)b);
    }
}

static bool holds(enum gs_status s)
{
    return s == GS_BOOKED || s == GS_ARRIVED || s == GS_ENTERED || s == GS_CLEARED || s == GS_DEPARTED;
}

/* After each single record: who is in that window and slot now, against what they offer. */
static void check_room(struct site *s, const struct site_row *at)
{
    struct gs_window_view view;
    int32_t window = 0, slot = 0;
    for (int64_t id = 1; id <= s->last_id; id++) {
        const struct site_row *r = &s->rows[id];
        if (holds(r->status) && r->date == at->date && strcmp(r->window, at->window) == 0) {
            window++;
            slot += r->slot_start_ms == at->slot_start_ms ? 1 : 0;
        }
    }
    for (int32_t i = 0; gs_book_window(s->book, at->date, i, &view); i++) {
        if (strcmp(view.id, at->window) != 0) {
            continue;
        }
        if (window > view.capacity + view.overbooking) {
            complain(s, "a window above its capacity", window, view.capacity);
        }
        for (int32_t k = 0; k < view.slot_count; k++) {
            int32_t room = view.slots[k].capacity + view.slots[k].overbooking;
            if (view.slots[k].start_ms == at->slot_start_ms && slot > room) {
                complain(s, "a slot above its capacity", slot, view.slots[k].capacity);
            }
        }
    }
}

static bool accepts(const char *windows, const char *id)
{
    char list[GS_WINDOWS_TEXT_MAX + 2], item[GS_WINDOW_ID_MAX + 3];
    snprintf(list, sizeof list, ",%.*s,", GS_WINDOWS_TEXT_MAX - 1, windows);
    snprintf(item, sizeof item, ",%s,", id);
    return windows[0] == '\0' || strstr(list, item) != NULL;
}

static void follow_booking(struct site *s, const struct gs_booking *b)
{
    struct site_row *r = &s->rows[b->id];
    if (b->id < 1 || b->id > SITE_BOOKINGS) {
        complain(s, "more bookings than the ledger holds", b->id, SITE_BOOKINGS);
        return;
    }
    s->last_id = b->id > s->last_id ? b->id : s->last_id;
    if (r->status == GS_BOOKED && b->status == GS_WAITLISTED && r->window[0] != '\0') {
        complain(s, "an admitted booking has lost its place", b->id, 0);
    }
    r->status = b->status;
    memcpy(r->window, b->window, sizeof r->window);
    r->slot_start_ms = b->slot_start_ms;
    r->date = b->wish.date;
    if (holds(b->status) && !b->walk_in && !b->delayed && !accepts(b->wish.windows, b->window)) {
        complain(s, "a booking in a window that it does not accept", b->id, 0);
    }
    if (holds(b->status)) {
        check_room(s, r);
    }
}

static void follow(struct site *s)
{
    for (const struct gs_record *r = s->batch.first; r != NULL && s->ledger; r = r->next) {
        if (r->kind == GS_REC_BOOKING) {
            follow_booking(s, r->u.booking);
        }
    }
}

enum gs_code site_apply(struct site *s, struct gs_command *c)
{
    if (c->actor.name[0] == '\0') {
        c->actor = (struct gs_actor){.role = GS_ROLE_SUPERVISOR, .name = "chief"};
    }
    gs_batch_clear(&s->batch);
    gs_apply(s->book, c, s->now_ms, &s->batch, &s->out);
    follow(s);
    return s->out.code;
}

void site_wait(struct site *s, int64_t now_ms)
{
    s->now_ms = now_ms;
    gs_batch_clear(&s->batch);
    gs_apply_due(s->book, now_ms, &s->batch);
    follow(s);
}

static void truck(struct site *s, int32_t number, struct gs_command *c)
{
    int32_t box = ++s->trucks;
    snprintf(c->u.book.truck.plate, sizeof c->u.book.truck.plate, "ZD%06d", (int)(number != 0 ? number : 100000 + box));
    c->u.book.truck.container_count = 1;
    snprintf(c->u.book.truck.containers[0], sizeof c->u.book.truck.containers[0], "CSQU%07d", (int)box);
    strcpy(c->u.book.uscc, "91350100M000100Y43");
    strcpy(c->u.book.company_name, "Company");
    c->random = (uint64_t)box * UINT64_C(0x9e3779b97f4a7c15);
}

enum gs_code site_book(struct site *s, struct site_ask ask)
{
    struct gs_command c = {.kind = GS_CMD_BOOK, .if_version = -1};
    truck(s, ask.truck, &c);
    c.u.book.wish.date = ask.date != 0 ? ask.date : s->date;
    c.u.book.wish.slot_min = ask.slot_min != 0 ? ask.slot_min : -1;
    snprintf(c.u.book.wish.windows, sizeof c.u.book.wish.windows, "%s", ask.windows != NULL ? ask.windows : "");
    c.u.book.flexible = !ask.firm;
    c.u.book.waitlist = ask.waitlist;
    c.u.book.urgent = ask.urgent;
    return site_apply(s, &c);
}

enum gs_code site_walk_in(struct site *s)
{
    struct gs_command c = {.kind = GS_CMD_WALK_IN, .if_version = -1};
    truck(s, 0, &c);
    return site_apply(s, &c);
}

enum gs_code site_step(struct site *s, enum gs_command_kind kind, int64_t id)
{
    struct gs_command c = {.kind = kind, .booking_id = id, .if_version = -1, .reason = "because"};
    return site_apply(s, &c);
}

enum gs_code site_reschedule(struct site *s, int64_t id, const char *windows)
{
    struct gs_command c = {.kind = GS_CMD_RESCHEDULE, .booking_id = id, .if_version = -1};
    c.u.reschedule.has_windows = true;
    snprintf(c.u.reschedule.wish.windows, sizeof c.u.reschedule.wish.windows, "%s", windows);
    return site_apply(s, &c);
}

static enum gs_code set_capacity(struct site *s, const char *window, const struct gs_capacity *to)
{
    struct gs_command c = {.kind = GS_CMD_CAPACITY_SET, .if_version = -1, .u.capacity.to = *to};
    snprintf(c.u.capacity.to.window, sizeof c.u.capacity.to.window, "%s", window);
    c.u.capacity.to.date = s->date;
    c.u.capacity.has_capacity = true;
    c.u.capacity.excess = GS_EXCESS_KEEP;
    return site_apply(s, &c);
}

enum gs_code site_capacity(struct site *s, const char *window, int32_t capacity, bool closed)
{
    return set_capacity(s, window, &(struct gs_capacity){.capacity = capacity, .slot_capacity = -1, .closed = closed});
}

enum gs_code site_cut(struct site *s, const char *window, int32_t capacity, int32_t slot_capacity)
{
    return set_capacity(s, window, &(struct gs_capacity){.capacity = capacity, .slot_capacity = slot_capacity});
}

const struct gs_booking *site_get(const struct site *s, int64_t id)
{
    return gs_book_get(s->book, id);
}

const struct gs_event *site_event(const struct site *s, enum gs_event_type type, int32_t n)
{
    for (const struct gs_record *r = s->batch.first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT && r->u.event->type == type && n-- == 0) {
            return r->u.event;
        }
    }
    return NULL;
}

int32_t site_events(const struct site *s, enum gs_event_type type)
{
    int32_t n = 0;
    while (site_event(s, type, n) != NULL) {
        n++;
    }
    return n;
}

int32_t site_booked(const struct site *s, const char *window)
{
    struct gs_window_view view;
    for (int32_t i = 0; gs_book_window(s->book, s->date, i, &view); i++) {
        if (strcmp(view.id, window) == 0) {
            return view.booked;
        }
    }
    return -1;
}

int32_t site_admitted(const struct site *s)
{
    struct gs_window_view view;
    int32_t admitted = 0;
    for (int32_t i = 0; gs_book_window(s->book, s->date, i, &view); i++) {
        admitted += view.booked;
    }
    return admitted;
}
