/* The journal: what is written is read again, what is damaged is refused, and what is replayed comes out the same; what was
 * changed behind its back does not. GS_SEED, GS_COMMANDS and GS_LIVES widen the search. */
#include "../base/dice.h"
#include "fixture.h"
#include "fixture_replay.h"
#include "fixture_store.h"

#include "gateslot/base/text.h"
#include "journal/journal.h"
#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 20261126
#define COMMANDS 6000
#define LIVES 20

static uint64_t seeded(void)
{
    uint64_t d = number_of("GS_SEED", SEED);
    printf("# GS_SEED=%llu\n", (unsigned long long)d);
    return d;
}

/* ---- round trip ---- */

static void some_text(uint64_t *d, char *out, size_t size)
{
    static const char *const parts[] = {"a", "9", "浙", "-", "é", "𠮷", ",", " "};
    size_t len = 0, wanted = (size_t)dice_roll(d, dice_roll(d, 3) == 0 ? (int)size : 6);
    memset(out, 0, size); /* as a request is: nothing stands behind a text */
    for (const char *part = parts[dice_roll(d, 8)]; len + strlen(part) <= wanted && len + strlen(part) < size;
         part = parts[dice_roll(d, 8)]) {
        memcpy(out + len, part, strlen(part));
        len += strlen(part);
    }
}
#define TEXT(d, field) some_text(d, field, sizeof(field))

static void some_truck(uint64_t *d, struct gs_truck *t)
{
    some_text(d, t->plate + 1, sizeof t->plate - 1);
    t->plate[0] = 'P';
    t->plate_colour = (enum gs_plate_colour)dice_roll(d, GS_PLATE_YELLOW_GREEN + 1);
    t->container_count = dice_roll(d, GS_MAX_CONTAINERS + 1);
    for (int32_t i = 0; i < t->container_count; i++) {
        some_text(d, t->containers[i] + 1, sizeof t->containers[i] - 1);
        t->containers[i][0] = 'C';
    }
}

static void some_wish(uint64_t *d, struct gs_wish *w)
{
    w->date = dice_roll(d, 3) == 0 ? dice_roll(d, GS_MAX_DATE) : 20000 + dice_roll(d, 2000);
    w->slot_min = dice_roll(d, 1441) - 1;
    TEXT(d, w->windows);
}

static void some_capacity(uint64_t *d, struct gs_command *c)
{
    struct gs_capacity *to = &c->u.capacity.to;
    to->date = dice_roll(d, GS_MAX_DATE);
    TEXT(d, to->window);
    to->capacity = dice_roll(d, 20000) - 5000;
    to->slot_capacity = dice_roll(d, 200) - 100;
    to->closed = dice_roll(d, 2) == 0;
    TEXT(d, to->reason);
    c->u.capacity.has_capacity = dice_roll(d, 2) == 0;
    c->u.capacity.excess = dice_roll(d, 2) == 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    c->u.capacity.dry_run = dice_roll(d, 2) == 0;
    c->u.capacity.has_plan_id = dice_roll(d, 2) == 0;
    c->u.capacity.plan_id = c->u.capacity.has_plan_id ? *d : 0;
}

static void some_change(uint64_t *d, struct gs_command *c)
{
    struct gs_truck truck = {0}, *t = &c->u.change.truck;
    some_truck(d, &truck);
    c->if_version = dice_roll(d, 3) - 1;
    c->u.change.has_plate = dice_roll(d, 2) == 0;
    c->u.change.has_colour = dice_roll(d, 2) == 0;
    c->u.change.has_containers = dice_roll(d, 2) == 0;
    if (c->u.change.has_plate) {
        memcpy(t->plate, truck.plate, sizeof t->plate);
    }
    t->plate_colour = c->u.change.has_colour ? truck.plate_colour : GS_PLATE_COLOUR_NONE;
    if (c->u.change.has_containers) {
        t->container_count = truck.container_count;
        memcpy(t->containers, truck.containers, sizeof t->containers);
    }
}

static const enum gs_event_type note_types[] = {
    GS_EV_TOKEN_CREATED,   GS_EV_TOKEN_REVOKED,  GS_EV_TOKEN_CONFIRMED, GS_EV_CLOCK_REFUSED,   GS_EV_CLOCK_ACCEPTED,
    GS_EV_USER_CREATED,    GS_EV_USER_CHANGED,   GS_EV_USER_DISABLED,   GS_EV_USER_ENABLED,    GS_EV_USER_CONFIRMED,
    GS_EV_USER_DELETED,    GS_EV_SESSION_OPENED, GS_EV_SESSION_CLOSED,  GS_EV_SESSION_REFUSED, GS_EV_SESSION_PAIRED,
    GS_EV_SESSION_PERSON,  GS_EV_DEVICE_REVOKED, GS_EV_WEBHOOK_CREATED, GS_EV_WEBHOOK_CHANGED, GS_EV_WEBHOOK_DISABLED,
    GS_EV_WEBHOOK_ENABLED, GS_EV_WEBHOOK_DELETED};
enum { NOTE_TYPES = sizeof note_types / sizeof note_types[0] };

static bool of_clock(enum gs_event_type type)
{
    return type == GS_EV_CLOCK_REFUSED || type == GS_EV_CLOCK_ACCEPTED;
}

static void some_body(uint64_t *d, struct gs_command *c)
{
    switch (c->kind) {
    case GS_CMD_BOOK:
    case GS_CMD_WALK_IN:
        c->random = *d * 3;
        some_truck(d, &c->u.book.truck);
        TEXT(d, c->u.book.uscc);
        c->u.book.flexible = dice_roll(d, 2) == 0;
        c->u.book.waitlist = dice_roll(d, 2) == 0;
        c->u.book.urgent = dice_roll(d, 2) == 0;
        if (c->kind == GS_CMD_BOOK) {
            some_wish(d, &c->u.book.wish);
        }
        break;
    case GS_CMD_CHANGE:
        some_change(d, c);
        break;
    case GS_CMD_RESCHEDULE:
        some_wish(d, &c->u.reschedule.wish);
        c->u.reschedule.has_date = dice_roll(d, 2) == 0;
        c->u.reschedule.has_windows = dice_roll(d, 2) == 0;
        c->u.reschedule.has_slot = dice_roll(d, 2) == 0;
        break;
    case GS_CMD_ENTER:
    case GS_CMD_ADMIT:
        c->u.enter.override = dice_roll(d, 2) == 0;
        break;
    case GS_CMD_CAPACITY_SET:
    case GS_CMD_CAPACITY_RESET:
        some_capacity(d, c);
        break;
    case GS_CMD_GATE_RECORD:
        c->booking_id = dice_roll(d, 3);
        c->u.check.is_plate = dice_roll(d, 2) == 0;
        c->u.check.decision = (enum gs_decision)dice_roll(d, 3);
        c->u.check.code = (enum gs_gate_code)dice_roll(d, GS_GATE_KINDS);
        snprintf(c->u.check.what, sizeof c->u.check.what, "浙D%05d", dice_roll(d, 100));
        break;
    case GS_CMD_NOTE:
        c->u.note.type = note_types[dice_roll(d, NOTE_TYPES)];
        if (gs_journal_of_number(c->u.note.type)) {
            c->u.note.number = dice_roll(d, INT32_MAX);
        }
        if (of_clock(c->u.note.type)) {
            c->u.note.from_ms = (int64_t)dice_roll(d, INT32_MAX) * 1000;
            c->u.note.to_ms = (int64_t)dice_roll(d, INT32_MAX) * 100000;
        }
        TEXT(d, c->u.note.subject);
        c->u.note.subject_role = (enum gs_role)dice_roll(d, GS_ROLES);
        break;
    default:
        break;
    }
}

/* What few commands have: each is left out, least, or most now and then. */
static void some_extras(uint64_t *d, struct gs_command *c)
{
    c->at_ms = dice_roll(d, 2) * (int64_t)dice_roll(d, INT32_MAX) * 1000;
    c->exceptions = (unsigned)(dice_roll(d, 2) * dice_roll(d, GS_EXCEPTIONS_ALL + 1));
    if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        TEXT(d, c->u.book.reference);
    } else if (c->kind == GS_CMD_CHANGE && dice_roll(d, 2) == 0) {
        c->u.change.has_reference = true;
        TEXT(d, c->u.change.reference);
    } else if (c->kind == GS_CMD_CAPACITY_SET || c->kind == GS_CMD_CAPACITY_RESET) {
        c->u.capacity.until = dice_roll(d, 2) * dice_roll(d, GS_MAX_DATE);
    }
}

static struct gs_command some_command(uint64_t *d)
{
    struct gs_command c;
    memset(&c, 0, sizeof c);
    c.kind = (enum gs_command_kind)dice_roll(d, GS_JOURNAL_COMMANDS);
    c.actor.role = (enum gs_role)dice_roll(d, GS_ROLES);
    TEXT(d, c.actor.name);
    if (dice_roll(d, 4) == 0) {
        memset(c.actor.person, 'a' + (int)dice_roll(d, 26), 1 + (size_t)dice_roll(d, GS_NAME_MAX));
    }
    TEXT(d, c.reason);
    c.if_version = -1;
    c.booking_id = gs_journal_of_booking(c.kind) ? (int64_t)(*d >> dice_roll(d, 64)) : 0;
    some_body(d, &c);
    some_extras(d, &c);
    return c;
}

/* What nobody reads is made up all the same. */
static void forget_made_up(struct gs_command *c)
{
    struct gs_truck *t = &c->u.change.truck;
    if (c->kind == GS_CMD_CHANGE) {
        memset(t->driver_name, 0, sizeof t->driver_name);
        memset(t->trailer, 0, sizeof t->trailer);
        memset(t->declaration_no, 0, sizeof t->declaration_no);
    }
}

enum { ROUND = 40 };

static void what_is_written_is_read_again(void **state)
{
    struct fixture *f = *state;
    uint64_t d = seeded();
    f->store.untold = true; /* commands of no sense */
    for (int round = 0; round < 200; round++) {
        static struct gs_command given[ROUND];
        struct gs_outcome outs[2];
        enum gs_code codes[ROUND];
        uint64_t digests[ROUND];
        int64_t instants[ROUND];
        for (int i = 0; i < ROUND; i++) {
            given[i] = some_command(&d);
            f->now += dice_roll(&d, 3) * dice_roll(&d, 100000);
            gs_journal_apply(f->book, &given[i], f->now, &f->batch, NULL, &outs[0]);
            codes[i] = outs[0].code;
            digests[i] = gs_journal_digest(&outs[0]);
            instants[i] = gs_book_now(f->book);
        }
        struct gs_journal_cursor c;
        static struct gs_journal_entry e;
        assert_int_equal(gs_journal_open(&c, f->batch.journal.data, f->batch.journal.len), GS_OK);
        for (int i = 0; i < ROUND; i++) {
            assert_int_equal(gs_journal_next(&c, 1 + i, &e), GS_OK);
            assert_int_equal(e.kind, GS_JOURNAL_COMMAND);
            assert_true(e.at_ms == instants[i] && e.code == codes[i] && e.digest == digests[i]);
            forget_made_up(&e.command);
            assert_memory_equal(&e.command, &given[i], sizeof given[i]);
        }
        assert_int_equal(gs_journal_next(&c, 1, &e), GS_E_NOTFOUND);
        gs_batch_clear(&f->batch);
    }
}

static void the_books_own_life_is_read_again(void **state)
{
    struct fixture *f = *state;
    struct gs_journal_cursor c;
    static struct gs_journal_entry e;
    static const char config[] = "site: {name: x}\n";
    gs_journal_start(&f->batch, 1000, config, sizeof config - 1);
    gs_journal_rules(&f->batch, 500, NULL, 0);
    gs_journal_rules(&f->batch, 2000, "", 0);
    gs_journal_apply_due(f->book, f->now, &f->batch);
    gs_journal_apply_due(f->book, f->now, &f->batch); /* changes nothing: no entry */
    assert_int_equal(gs_journal_open(&c, f->batch.journal.data, f->batch.journal.len), GS_OK);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
    assert_true(e.kind == GS_JOURNAL_START && e.at_ms == 1000 && e.config_len == sizeof config - 1);
    assert_int_equal(e.decider, GS_DECIDER);
    assert_memory_equal(e.config, config, sizeof config - 1);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
    assert_true(e.kind == GS_JOURNAL_RULES && e.at_ms == 500 && e.config == NULL);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
    assert_true(e.kind == GS_JOURNAL_RULES && e.at_ms == 2000 && e.config != NULL && e.config_len == 0);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
    assert_true(e.kind == GS_JOURNAL_DUE && e.at_ms == f->now);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_E_NOTFOUND);
    f->store.untold = true;
    gs_batch_clear(&f->batch);
}

/* What stands in a row follows from it. */
static void commands_of_a_booking_are_those_that_name_one(void **state)
{
    (void)state;
    static const bool of_booking[GS_JOURNAL_COMMANDS] = {
        [GS_CMD_CHANGE] = true,   [GS_CMD_CANCEL] = true, [GS_CMD_RESCHEDULE] = true, [GS_CMD_DELAY] = true,
        [GS_CMD_ARRIVE] = true,   [GS_CMD_ENTER] = true,  [GS_CMD_CLEAR] = true,      [GS_CMD_DEPART] = true,
        [GS_CMD_REFUSE] = true,   [GS_CMD_REVERT] = true, [GS_CMD_ADMIT] = true,      [GS_CMD_EXCUSE] = true,
        [GS_CMD_REINSTATE] = true};
    for (int kind = 0; kind < GS_JOURNAL_COMMANDS; kind++) {
        assert_int_equal(gs_journal_of_booking((enum gs_command_kind)kind), of_booking[kind]);
    }
}

/* A name has no slash: what stands behind one is a person's, and must be a name. */
static void whoever_stands_at_a_device_must_have_a_name(void **state)
{
    struct fixture *f = *state;
    struct gs_journal_cursor c;
    struct gs_outcome out;
    static struct gs_journal_entry e;
    static const char *const good[] = {"tablet-1/wang"}, *const bad[] = {"tablet-1/Wang", "tablet-1/", "tablet-1//a",
                                                                         "tablet-1/a/b"};
    f->store.untold = true;
    for (size_t i = 0; i < 5; i++) {
        struct gs_command cancel = fx_command(GS_CMD_CANCEL, 1);
        const char *name = i == 0 ? good[0] : bad[i - 1];
        strcpy(cancel.actor.name, name); /* written as it is */
        gs_batch_clear(&f->batch);
        gs_journal_apply(f->book, &cancel, f->now, &f->batch, NULL, &out);
        assert_int_equal(gs_journal_open(&c, f->batch.journal.data, f->batch.journal.len), GS_OK);
        assert_int_equal(gs_journal_next(&c, 1, &e), i == 0 ? GS_OK : GS_E_CORRUPT);
        if (i == 0) {
            assert_string_equal(e.command.actor.name, "tablet-1");
            assert_string_equal(e.command.actor.person, "wang");
        }
    }
    gs_batch_clear(&f->batch);
}

/* The longest name there is can be read; with one character more, and its length to match, it is damage. */
static void a_text_one_byte_too_long_is_refused(void **state)
{
    struct fixture *f = *state;
    struct gs_journal_cursor c;
    struct gs_outcome out;
    static struct gs_journal_entry e;
    static unsigned char longer[4096];
    struct gs_command cancel = fx_command(GS_CMD_CANCEL, 1);
    size_t most = sizeof cancel.actor.name - 1;
    f->store.untold = true;
    memset(cancel.actor.name, 'n', most);
    gs_journal_apply(f->book, &cancel, f->now, &f->batch, NULL, &out);
    const unsigned char *bytes = (const unsigned char *)f->batch.journal.data;
    size_t len = f->batch.journal.len, at = 0;
    while (bytes[at] != most || bytes[at + 1] != 'n' || bytes[at + most] != 'n') {
        at++;
        assert_true(at + most < len);
    }
    assert_int_equal(gs_journal_open(&c, bytes, len), GS_OK);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
    assert_string_equal(e.command.actor.name, cancel.actor.name);
    memcpy(longer, bytes, at + 1);
    longer[at]++;
    longer[at + 1] = 'n';
    memcpy(longer + at + 2, bytes + at + 1, len - at - 1);
    assert_int_equal(gs_journal_open(&c, longer, len + 1), GS_OK);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_E_CORRUPT);
    gs_batch_clear(&f->batch);
}

/* The day's turn sets what may be overbooked by what is known then: it must be replayed where it was. */
static void a_look_that_only_turns_the_day_is_told(void **state)
{
    struct fixture *f = *state;
    struct gs_journal_cursor c;
    static struct gs_journal_entry e;
    fx_due(f, "2026-11-23 18:00");
    size_t rows = f->store.row_count;
    fx_due(f, "2026-11-23 23:59");
    assert_int_equal(f->store.row_count, rows);
    fx_due(f, "2026-11-24 00:01");
    assert_int_equal(f->store.row_count, rows + 1);
    assert_int_equal(gs_journal_open(&c, f->store.rows[rows].bytes, f->store.rows[rows].len), GS_OK);
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
    assert_true(e.kind == GS_JOURNAL_DUE && e.at_ms == f->now);
}

/* ---- a site to replay ---- */

static const char *const windows[] = {"", "morning", "midday", "evening", "morning,midday", "midday,evening"};

static void change_driver(struct fixture *f, uint64_t *d, int64_t id)
{
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    struct gs_truck *t = &c.u.change.truck;
    c.u.change.has_driver_name = dice_roll(d, 2) == 0;
    c.u.change.has_driver_phone = dice_roll(d, 2) == 0;
    c.u.change.has_trailer = dice_roll(d, 2) == 0;
    c.u.change.has_declaration = dice_roll(d, 2) == 0;
    c.u.change.has_colour = dice_roll(d, 2) == 0;
    c.u.change.has_containers = dice_roll(d, 4) == 0;
    c.if_version = dice_roll(d, 3) == 0 ? 1 + dice_roll(d, 3) : -1;
    snprintf(t->driver_name, sizeof t->driver_name, "王师傅%d", dice_roll(d, 2));
    snprintf(t->driver_phone, sizeof t->driver_phone, "1380013800%d", dice_roll(d, 2));
    snprintf(t->trailer, sizeof t->trailer, "浙D123%d挂", dice_roll(d, 2));
    snprintf(t->declaration_no, sizeof t->declaration_no, "29062026012345678%d", dice_roll(d, 2));
    t->plate_colour = (enum gs_plate_colour)dice_roll(d, 3);
    snprintf(t->containers[0], sizeof t->containers[0], "BOX%d", dice_roll(d, 20));
    t->container_count = 1;
    fx_apply(f, &c);
}

static void set_capacity(struct fixture *f, uint64_t *d)
{
    struct gs_command c = fx_command(dice_roll(d, 3) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = gs_book_today(f->book) + dice_roll(d, 4);
    strcpy(c.u.capacity.to.window, dice_roll(d, 5) == 0 ? "all" : windows[1 + dice_roll(d, 3)]);
    c.u.capacity.to.capacity = dice_roll(d, 12);
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.to.closed = dice_roll(d, 5) == 0;
    c.u.capacity.has_capacity = c.u.capacity.to.window[0] != 'a';
    c.u.capacity.excess = dice_roll(d, 8) == 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    /* whoever has arrived, or comes soon, keeps his place in what is cut today */
    f->cut = f->cut || c.u.capacity.excess == GS_EXCESS_KEEP || c.u.capacity.to.date == gs_book_today(f->book);
    c.u.capacity.dry_run = dice_roll(d, 3) == 0;
    if (fx_apply(f, &c) == GS_CODE_OK && c.u.capacity.dry_run) {
        c.u.capacity.dry_run = false;
        c.u.capacity.has_plan_id = true;
        c.u.capacity.plan_id = f->out.plans->at[0].id + (dice_roll(d, 3) == 0 ? 1 : 0);
        fx_apply(f, &c);
    }
}

static void change_rules(struct fixture *f, uint64_t *d)
{
    struct gs_rules *r = &f->rules;
    r->windows[dice_roll(d, 3)].capacity = 6 + dice_roll(d, 8);
    r->bays = 5 + dice_roll(d, 4);
    r->late_grace_min = 30 * dice_roll(d, 2);
    r->overbooking = dice_roll(d, 2) == 0;
    r->company_day = 8 + dice_roll(d, 3);
    f->cut = true;
    if (dice_roll(d, 2) == 0) {
        fx_reload(f, NULL, NULL);
    } else {
        fx_reopen(f);
    }
}

/* Each type in its turn: a life must have all of them. */
static void note(struct fixture *f, uint64_t *d)
{
    struct gs_command c = fx_command(GS_CMD_NOTE, 0);
    c.u.note.type = note_types[f->notes++ % NOTE_TYPES];
    if (of_clock(c.u.note.type)) {
        c.u.note.from_ms = f->now;
        c.u.note.to_ms = f->now + ((int64_t)dice_roll(d, 2000000) - 1000000) * 1000;
        fx_apply(f, &c);
        return;
    }
    strcpy(c.u.note.subject, "gate-3");
    c.u.note.subject_role = GS_ROLE_GATE;
    fx_apply(f, &c);
}

static void request(struct fixture *f, uint64_t *d)
{
    char plate[16], uscc[GS_USCC_LEN + 1], date[GS_DATE_TEXT];
    snprintf(plate, sizeof plate, "浙DR%d", dice_roll(d, 30));
    snprintf(uscc, sizeof uscc, "91350100M000100Y4%c", (char)('0' + dice_roll(d, 3)));
    gs_date_format(gs_book_today(f->book) + dice_roll(d, 3), date);
    BOOK(f, .date = date, .windows = windows[dice_roll(d, 6)], .slot = dice_roll(d, 3) == 0 ? "09:30" : NULL,
         .plate = dice_roll(d, 3) == 0 ? plate : NULL, .uscc = uscc, .wait = dice_roll(d, 2) == 0,
         .exceptions = dice_roll(d, 4) == 0 ? (unsigned)dice_roll(d, GS_EXCEPTIONS_ALL + 1) : 0,
         .urgent = dice_roll(d, 8) == 0, .rigid = dice_roll(d, 3) == 0, .walk_in = dice_roll(d, 6) == 0);
}

/* What comes next for a truck that is there. */
static void go_on(struct fixture *f, uint64_t *d)
{
    static const enum gs_command_kind next[GS_STATUSES] = {[GS_BOOKED] = GS_CMD_ARRIVE,
                                                           [GS_ARRIVED] = GS_CMD_ENTER,
                                                           [GS_ENTERED] = GS_CMD_CLEAR,
                                                           [GS_CLEARED] = GS_CMD_DEPART};
    size_t count = f->store.booking_count, from = count > 0 ? (size_t)dice_roll(d, (int)count) : 0;
    for (size_t i = 0; i < count && i < 200; i++) {
        const struct gs_booking *b = &f->store.bookings[(from + i) % count];
        if (next[b->status] != GS_CMD_BOOK && (b->status != GS_BOOKED || b->arrive_from_ms <= f->now)) {
            if (fx_step(f, next[b->status], b->id) == GS_CODE_OK && dice_roll(d, 8) == 0) {
                fx_step(f, GS_CMD_REVERT, b->id);
            }
            return;
        }
    }
}

static void step(struct fixture *f, uint64_t *d)
{
    static const enum gs_command_kind kinds[] = {
        GS_CMD_CANCEL, GS_CMD_DELAY,  GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ENTER,  GS_CMD_ENTER, GS_CMD_CLEAR,
        GS_CMD_CLEAR,  GS_CMD_DEPART, GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_REVERT, GS_CMD_ADMIT, GS_CMD_ADMIT};
    int64_t latest = (int64_t)f->store.booking_count, id = latest > 0 ? latest - dice_roll(d, (int)latest) % 30 : 1;
    int kind = dice_roll(d, 100);
    if (kind < 4 && f->store.turned_away_count < 200) {
        struct gs_command c = fx_command(GS_CMD_GATE_RECORD, kind < 2 ? id : 0);
        snprintf(c.u.check.what, sizeof c.u.check.what, "浙D%05d", dice_roll(d, 20));
        c.u.check.decision = (enum gs_decision)dice_roll(d, 3);
        fx_apply(f, &c);
    } else if (kind < 12) {
        fx_afterwards(f, d, id);
    } else if (kind < 80) {
        fx_step(f, kinds[dice_roll(d, 14)], id);
    } else if (kind < 90) {
        fx_reschedule(f, id, NULL, dice_roll(d, 2) == 0 ? windows[dice_roll(d, 6)] : NULL,
                      dice_roll(d, 2) == 0 ? "14:00" : NULL);
    } else {
        change_driver(f, d, id);
    }
}

static void look_around(struct fixture *f, uint64_t *d)
{
    f->now += dice_roll(d, 3) == 0 ? dice_roll(d, 20) * GS_MINUTE_MS : 0;
    f->now += dice_roll(d, 150) == 0 ? dice_roll(d, 30) * 60 * GS_MINUTE_MS : 0;
    if (dice_roll(d, 3) == 0) { /* as a reader makes it: mostly nothing is due, and then nothing is told */
        gs_journal_apply_due(f->book, f->now - dice_roll(d, 2) * 100, &f->batch);
        fx_store_commit(&f->store, &f->batch);
        gs_batch_clear(&f->batch);
        f->today = 0;
    }
}

/* Of any date: most have left the book. */
static void excuse(struct fixture *f, uint64_t *d)
{
    size_t count = f->store.booking_count, from = count > 0 ? (size_t)dice_roll(d, (int)count) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = &f->store.bookings[(from + i) % count];
        if ((b->status == GS_NO_SHOW || b->late_cancel) && (!b->excused || dice_roll(d, 8) == 0)) {
            fx_step(f, GS_CMD_EXCUSE, b->id);
            return;
        }
    }
}

/* Of today, until one can be taken back. */
static void reinstate(struct fixture *f, uint64_t *d)
{
    size_t count = f->store.booking_count, from = count > 0 ? (size_t)dice_roll(d, (int)count) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = &f->store.bookings[(from + i) % count];
        if (b->status == GS_NO_SHOW && b->wish.date == gs_book_today(f->book) &&
            fx_step(f, GS_CMD_REINSTATE, b->id) == GS_CODE_OK) {
            return;
        }
    }
}

static void live(struct fixture *f, uint64_t *d, uint64_t commands)
{
    for (uint64_t i = 0; i < commands; i++) {
        int kind = dice_roll(d, 1000);
        look_around(f, d);
        if (kind < 350) {
            request(f, d);
        } else if (kind < 650) {
            go_on(f, d);
        } else if (kind < 930) {
            step(f, d);
        } else if (kind < 935) {
            reinstate(f, d);
        } else if (kind < 950) {
            excuse(f, d);
        } else if (kind < 975) {
            set_capacity(f, d);
        } else if (kind < 985) {
            change_rules(f, d);
        } else if (kind < 990) {
            if (dice_roll(d, 2) == 0) {
                fx_reopen(f);
            } else {
                fx_put_back(f);
            }
        } else {
            note(f, d);
        }
    }
}

static void make_site(struct fixture *f)
{
    fx_init(f);
    for (int i = 0; i < 3; i++) {
        f->rules.windows[i].capacity = 8 + 2 * i;
    }
    f->rules.horizon_days = 3;
    f->rules.bays = 6;
    f->rules.company_window_percent = 60;
    f->rules.company_day = 10;
    f->rules.lifted_min = 120;
    f->rules.name_live = 30;
    f->rules.unknown_company_live = 12;
    f->rules.late_percent = 70;
    f->rules.reminder_count = 2;
    f->rules.reminder_min[0] = 1440;
    f->rules.reminder_min[1] = 90;
    f->rules.expiring_min = 60;
    f->rules.late_days = 20;
    f->rules.late_live = 8;
    f->rules.strike_limit = 3;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    f->rules.overbooking = true;
    f->rules.overflow_percent = 5;
    f->rules.min_samples = 30;
    fx_open(f);
}

static void a_random_life_replays_with_restarts_and_new_rules(void **state)
{
    (void)state;
    struct fixture f;
    uint64_t d = seeded();
    uint64_t commands = number_of("GS_COMMANDS", COMMANDS);
    size_t bytes = 0;
    make_site(&f);
    live(&f, &d, commands);
    fx_replay(&f);
    for (size_t i = 0; i < f.store.row_count; i++) {
        bytes += f.store.rows[i].len;
    }
    int done[GS_EVENT_TYPES] = {0};
    for (int64_t seq = 1; seq <= f.store.last_seq; seq++) {
        done[f.store.types[seq - 1]]++;
    }
    for (int type = 0; type < GS_EVENT_TYPES; type++) {
        if (done[type] == 0 && commands >= COMMANDS) { /* what never came up was not tested */
            fail_msg("no %s", gs_event_type_name((enum gs_event_type)type));
        }
    }
    printf("# %d commands, %lld events, %zu bytes in %zu rows\n", f.commands, (long long)f.store.last_seq, bytes,
           f.store.row_count);
    fx_finish(&f);
}

/* ---- refusals that are only counted ---- */

static void counted_refusals_are_read_again(void **state)
{
    struct fixture *f = *state;
    struct gs_refusal_sum sums[60];
    static struct gs_journal_entry e;
    struct gs_journal_cursor c;
    uint64_t d = seeded();
    memset(sums, 0, sizeof sums);
    for (int i = 0; i < 60; i++) {
        struct gs_refusal_sum *s = &sums[i];
        TEXT(&d, s->actor.name);
        s->actor.role = (enum gs_role)dice_roll(&d, GS_ROLES);
        s->kind = (enum gs_command_kind)(i % GS_JOURNAL_COMMANDS);
        s->code = (enum gs_code)(i % GS_CODE_KINDS);
        s->count = dice_roll(&d, 2) == 0 ? 1 + dice_roll(&d, 9) : INT64_MAX - dice_roll(&d, 9);
        s->last_ms = f->now + dice_roll(&d, 3 * GS_MINUTE_MS);
        s->first_ms = s->last_ms - dice_roll(&d, GS_MINUTE_MS);
        gs_journal_refusals(&f->batch, s);
    }
    assert_int_equal(gs_journal_open(&c, f->batch.journal.data, f->batch.journal.len), GS_OK);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(gs_journal_next(&c, 1, &e), GS_OK);
        assert_int_equal(e.kind, GS_JOURNAL_REFUSALS);
        assert_memory_equal(&e.refused, &sums[i], sizeof sums[i]);
    }
    assert_int_equal(gs_journal_next(&c, 1, &e), GS_E_NOTFOUND);
    f->store.untold = true;
    gs_batch_clear(&f->batch);
}

/* The allowance, recounted: none of the last day's is lost, and none is more than its share of the day back. */
static void a_name_has_its_allowance_at_once_and_again_within_a_day(void **state)
{
    struct fixture *f = *state;
    struct gs_refusals r;
    struct gs_command c = fx_command(GS_CMD_CANCEL, 1);
    const int64_t day_ms = 1440 * (int64_t)GS_MINUTE_MS;
    gs_refusals_init(&r, 96); /* one a quarter of an hour */
    int kept = 0;
    for (int i = 0; i < 1000; i++) {
        kept += gs_refusals_sum(&r, &c, GS_CODE_NOT_FOUND, f->now + i) ? 0 : 1;
    }
    assert_int_equal(kept, 96);
    strcpy(c.actor.name, "other");
    assert_false(gs_refusals_sum(&r, &c, GS_CODE_NOT_FOUND, f->now));
    strcpy(c.actor.name, "chief");
    for (int64_t ms = f->now + 1000; ms < f->now + day_ms; ms += GS_MINUTE_MS) {
        kept += gs_refusals_sum(&r, &c, GS_CODE_NOT_FOUND, ms) ? 0 : 1;
    }
    assert_int_equal(kept, 2 * 96 - 1);
    for (int i = 0; i < 1000; i++) {
        kept += gs_refusals_sum(&r, &c, GS_CODE_FULL, f->now + 3 * day_ms) ? 0 : 1;
    }
    assert_int_equal(kept, 3 * 96 - 1);
    r.allowance = 0;
    assert_true(gs_refusals_sum(&r, &c, GS_CODE_FULL, f->now + 9 * day_ms));
    struct gs_refusal_sum sum;
    int64_t summed = 0;
    while (gs_refusals_take(&r, 0, true, &sum)) {
        assert_true(sum.first_ms / GS_MINUTE_MS == sum.last_ms / GS_MINUTE_MS);
        summed += sum.count;
    }
    assert_int_equal(summed, r.summed);
    assert_int_equal(summed, 1000 + 1440 + 1000 + 1 - (3 * 96 - 1));
    gs_refusals_finish(&r);
}

static void a_minute_is_told_when_it_is_over(void **state)
{
    (void)state;
    struct gs_refusals r;
    struct gs_refusal_sum sum;
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    gs_refusals_init(&r, 0);
    const int64_t minute = 30000000 * (int64_t)GS_MINUTE_MS;
    assert_true(gs_refusals_sum(&r, &c, GS_CODE_FULL, minute));
    assert_true(gs_refusals_sum(&r, &c, GS_CODE_CLOSED, minute + 5));
    assert_true(gs_refusals_sum(&r, &c, GS_CODE_FULL, minute + GS_MINUTE_MS - 1));
    assert_false(gs_refusals_take(&r, minute + GS_MINUTE_MS - 1, false, &sum));
    assert_true(gs_refusals_sum(&r, &c, GS_CODE_FULL, minute + GS_MINUTE_MS));
    assert_true(gs_refusals_take(&r, minute + GS_MINUTE_MS, false, &sum));
    assert_true(sum.code == GS_CODE_FULL && sum.count == 2 && sum.last_ms - sum.first_ms == GS_MINUTE_MS - 1);
    assert_true(gs_refusals_take(&r, minute + GS_MINUTE_MS, false, &sum));
    assert_true(sum.code == GS_CODE_CLOSED && sum.count == 1);
    assert_false(gs_refusals_take(&r, minute + GS_MINUTE_MS, false, &sum));
    assert_true(gs_refusals_take(&r, minute + GS_MINUTE_MS, true, &sum) && sum.count == 1);
    gs_refusals_finish(&r);
}

struct replayed {
    int64_t commands, counted;
    uint64_t digest;
    size_t bytes;
    int64_t seq;
};

static void note_life(void *arg, const struct gs_replay *r, enum gs_replay_state state)
{
    struct replayed *l = arg;
    const struct gs_replay_report *report = gs_replay_report(r);
    assert_int_equal(state, GS_REPLAY_DONE);
    assert_int_equal(report->differing + report->elsewhere, 0);
    l->commands = report->all_commands;
    l->counted = report->all_summed;
    l->digest = fx_replay_digest(gs_replay_book(r));
    l->seq = gs_book_seq(gs_replay_book(r));
}

/* One life, by one seed; fx_finish compares the replayed book with the one that was lived with. */
static struct replayed lived(uint64_t d, uint64_t commands, struct gs_refusals *refusals)
{
    struct fixture f;
    struct replayed l = {0};
    struct gs_refusal_sum sum;
    make_site(&f);
    f.refusals = refusals;
    live(&f, &d, commands);
    while (refusals != NULL && gs_refusals_take(refusals, f.now, true, &sum)) {
        gs_journal_refusals(&f.batch, &sum);
    }
    fx_due(&f,
           "2028-01-01 00:00"); /* the instant of what is only counted is told by nobody: both end at the same one */
    assert_int_equal(fx_replay_run(&f, gs_book_today(f.book), note_life, &l), GS_REPLAY_DONE);
    for (size_t i = 0; i < f.store.row_count; i++) {
        l.bytes += f.store.rows[i].len;
    }
    fx_finish(&f);
    return l;
}

/* The same life twice, with every refusal in the journal and with those beyond the allowance only counted. */
static void must_leave_the_same_book(uint64_t seed, uint64_t commands, int32_t allowance)
{
    struct gs_refusals refusals;
    gs_refusals_init(&refusals, allowance);
    printf("# GS_SEED=%llu, allowance %d\n", (unsigned long long)seed, (int)allowance);
    const struct replayed whole = lived(seed, commands, NULL), less = lived(seed, commands, &refusals);
    printf("# %lld counted of %lld, %zu of %zu bytes\n", (long long)less.counted, (long long)whole.commands, less.bytes,
           whole.bytes);
    assert_int_equal(whole.counted, 0);
    assert_true(less.digest == whole.digest && less.seq == whole.seq);
    assert_int_equal(less.commands + less.counted, whole.commands);
    assert_int_equal(less.counted, refusals.summed);
    assert_true(less.counted > 0 && less.bytes < whole.bytes);
    gs_refusals_finish(&refusals);
}

static void refusals_that_are_only_counted_leave_the_same_book(void **state)
{
    (void)state;
    static const int32_t allowances[] = {0, 5, 20};
    const uint64_t seed = seeded(), commands = number_of("GS_COMMANDS", COMMANDS) / 10;
    for (uint64_t i = 0; i < number_of("GS_LIVES", LIVES); i++) {
        must_leave_the_same_book(seed + i, commands, allowances[(seed + i) % 3]);
    }
}

/* ---- damage ---- */

static struct gs_replay_report found;

static void keep_report(void *arg, const struct gs_replay *r, enum gs_replay_state state)
{
    (void)arg;
    assert_int_equal(state, GS_REPLAY_DONE);
    found = *gs_replay_report(r);
}

static void replay_of(const struct fixture *f, const char *date)
{
    (void)fx_replay_run(f, fx_date(date), keep_report, NULL);
}

/* Two bookings of two dates, one of them cancelled, and a refusal. */
static void short_life(struct fixture *f)
{
    int64_t first = BOOK(f, .slot = "08:00");
    int64_t other = BOOK(f, .date = "2026-11-26", .slot = "09:00");
    fx_step(f, GS_CMD_ARRIVE, other + 7);
    fx_step(f, GS_CMD_CANCEL, first);
}

static void a_date_is_told_with_its_own_numbers(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    replay_of(f, "2026-11-26");
    assert_true(found.commands == 1 && found.decisions == 1 && found.all_commands == 4 && found.all_events == 3);
    assert_int_equal(found.outcomes[GS_CMD_BOOK][GS_CODE_OK], 1);
    replay_of(f, FX_DAY);
    assert_true(found.commands == 2 && found.decisions == 2);
    assert_int_equal(found.outcomes[GS_CMD_CANCEL][GS_CODE_OK], 1);
    replay_of(f, "2026-11-23"); /* today: a command about nobody is of the day on which it was given */
    assert_true(found.commands == 1 && found.decisions == 1 && found.differing == 0 && found.elsewhere == 0);
    assert_int_equal(found.outcomes[GS_CMD_ARRIVE][GS_CODE_NOT_FOUND], 1);
}

static void counted_refusals_are_of_the_day_on_which_they_were_made(void **state)
{
    struct fixture *f = *state;
    struct gs_refusals refusals;
    struct gs_refusal_sum sum;
    gs_refusals_init(&refusals, 0);
    f->refusals = &refusals;
    short_life(f);
    while (gs_refusals_take(&refusals, f->now, true, &sum)) {
        gs_journal_refusals(&f->batch, &sum);
    }
    BOOK(f, .slot = "09:00");
    replay_of(f, FX_DAY);
    assert_true(found.commands == 3 && found.summed == 0 && found.all_summed == 1 && found.all_commands == 4);
    replay_of(f, "2026-11-23");
    assert_true(found.commands == 0 && found.decisions == 0 && found.summed == 1 && found.differing == 0);
    gs_refusals_finish(&refusals);
    f->refusals = NULL;
}

static void a_capacity_is_of_the_date_that_it_is_for(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_RESET, 0);
    assert_int_equal(fx_capacity(f, "morning", 30, GS_EXCESS_REBOOK), GS_CODE_OK);
    c.u.capacity.to.date = fx_date(FX_DAY);
    strcpy(c.u.capacity.to.window, "morning");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    replay_of(f, FX_DAY);
    assert_true(found.commands == 2 && found.decisions == 2 && found.all_commands == 2);
    assert_int_equal(found.outcomes[GS_CMD_CAPACITY_SET][GS_CODE_OK], 1);
    assert_int_equal(found.outcomes[GS_CMD_CAPACITY_RESET][GS_CODE_OK], 1);
    replay_of(f, "2026-11-23"); /* the day on which it was set */
    assert_true(found.commands == 0 && found.decisions == 0 && found.all_commands == 2);
}

static void an_event_changed_behind_its_back_is_told(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    f->store.events[1].to.start_ms += 30 * GS_MINUTE_MS;
    replay_of(f, "2026-11-26");
    assert_true(found.differing == 1 && found.elsewhere == 0 && found.differences[0].what == GS_REPLAY_EVENT);
    assert_non_null(strstr(found.differences[0].stored, "09:30"));
    assert_non_null(strstr(found.differences[0].found, "\"start\":\"2026-11-26T09:00:00+08:00\""));
    assert_true(found.differences[0].seq == 2 && found.differences[0].booking_id == 2);
    replay_of(f, FX_DAY);
    assert_true(found.differing == 0 && found.elsewhere == 1);
    f->store.untold = true; /* it does not replay */
}

static void another_outcome_is_told(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    struct fx_row *row = &f->store.rows[1]; /* behind the start; code and digest stand at its end */
    row->bytes[row->len - 9] = GS_CODE_FULL;
    row = &f->store.rows[2];
    row->bytes[row->len - 1] ^= 1;
    replay_of(f, FX_DAY);
    assert_true(found.differing == 1 && found.elsewhere == 1 && found.differences[0].what == GS_REPLAY_OUTCOME);
    assert_string_equal(found.differences[0].stored, "full");
    assert_string_equal(found.differences[0].found, "ok");
    replay_of(f, "2026-11-26");
    assert_true(found.differences[0].what == GS_REPLAY_NUMBERS && found.differences[0].row == 3);
    f->store.untold = true;
}

/* As a start was written before the version of the rules stood in it. */
static void make_earlier(struct fixture *f)
{
    struct fx_row *row = &f->store.rows[0];
    for (int64_t i = 0; i < f->store.last_seq; i++) {
        f->store.events[i].version = 0; /* nor did events say it then */
    }
    size_t at = 2; /* behind the row's version and the tag: the instant */
    while ((row->bytes[at++] & 0x80) != 0) {
    }
    assert_true(row->bytes[at] == 3 && row->bytes[at + 1] == GS_DECIDER);
    row->bytes[at] = 1;
    memmove(row->bytes + at + 1, row->bytes + at + 2, row->len - at - 2);
    row->len--;
}

static void what_earlier_rules_decided_is_never_a_fault(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    make_earlier(f);
    replay_of(f, FX_DAY);
    assert_true(found.earlier_commands == 4 && found.earlier_differing == 0 && found.differing == 0);
    f->store.rows[1].bytes[f->store.rows[1].len - 9] = GS_CODE_FULL;
    replay_of(f, FX_DAY);
    assert_true(found.earlier_commands == 4 && found.earlier_differing == 1);
    assert_true(found.differing == 0 && found.elsewhere == 0 && found.commands == 2);
    f->store.untold = true;
}

/* As long as all of it comes out the same, what the present rules decide afterwards is held to every letter. */
static void after_earlier_rules_every_difference_counts(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    make_earlier(f);
    fx_reopen(f);
    BOOK(f, .slot = "10:00");
    f->store.events[f->store.last_seq - 1].to.start_ms += 30 * GS_MINUTE_MS;
    replay_of(f, FX_DAY);
    assert_true(found.earlier_commands == 4 && found.earlier_differing == 0);
    assert_true(found.differing == 1 && found.differences[0].what == GS_REPLAY_EVENT);
    f->store.rows[1].bytes[0] = 99; /* damage is damage, whoever decided */
    replay_of(f, FX_DAY);
    assert_true(found.differing == 1 && found.differences[0].what == GS_REPLAY_DAMAGED);
    f->store.untold = true;
}

static void a_row_that_is_gone_is_told(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    f->store.row_count--; /* the last: its event is there and nothing leads to it */
    replay_of(f, FX_DAY);
    assert_true(found.differing == 1 && found.differences[0].what == GS_REPLAY_UNEXPLAINED);
    f->store.row_count++;
    f->store.rows[1].bytes[0] = 99;
    replay_of(f, FX_DAY);
    assert_true(found.differing == 1 && found.differences[0].what == GS_REPLAY_DAMAGED);
    f->store.untold = true;
}

static void an_event_that_is_gone_is_told(void **state)
{
    struct fixture *f = *state;
    short_life(f);
    f->store.last_seq--;
    replay_of(f, FX_DAY);
    assert_true(found.differing == 1 && found.differences[0].what == GS_REPLAY_NO_EVENT);
    f->store.last_seq++;
}

static void a_journal_without_a_beginning_is_told(void **state)
{
    struct fixture *f = *state;
    size_t rows = f->store.row_count;
    f->store.row_count = 0;
    replay_of(f, FX_DAY);
    assert_true(found.differing == 1 && found.differences[0].what == GS_REPLAY_DAMAGED);
    f->store.row_count = rows;
}

static bool holds(const struct fx_row *row, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at + len <= row->len; at++) {
        if (memcmp(row->bytes + at, text, len) == 0) {
            return true;
        }
    }
    return false;
}

static void what_decides_nothing_of_the_driver_is_not_kept(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    struct gs_truck *t = &c.u.book.truck;
    static const char *const secrets[] = {"QQNAME", "QQ138", "QQCOMPANY", "QQGIVEN", "QQTRAILER", "QQPAPER"};
    c.u.book.wish.date = fx_date(FX_DAY);
    c.u.book.wish.slot_min = -1;
    strcpy(t->plate, "浙D00001");
    strcpy(t->plate_given, "QQGIVEN");
    strcpy(t->driver_name, "QQNAME");
    strcpy(t->driver_phone, "QQ138");
    strcpy(t->trailer, "QQTRAILER");
    strcpy(t->declaration_no, "QQPAPER");
    strcpy(c.u.book.company_name, "QQCOMPANY");
    strcpy(c.u.book.uscc, "91350100M000100Y43");
    strcpy(t->containers[0], "CSQU3054383");
    t->container_count = 1;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    c = fx_command(GS_CMD_CHANGE, f->out.booking->id);
    c.u.change.has_driver_name = c.u.change.has_driver_phone = c.u.change.has_trailer = true;
    strcpy(c.u.change.truck.driver_name, "QQNAME2");
    strcpy(c.u.change.truck.driver_phone, "QQ138");
    strcpy(c.u.change.truck.trailer, "QQTRAILER");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->store.last.changed, GS_CHANGED_DRIVER);
    for (size_t i = 1; i < f->store.row_count; i++) {
        for (size_t s = 0; s < sizeof secrets / sizeof secrets[0]; s++) {
            assert_false(holds(&f->store.rows[i], secrets[s]));
        }
    }
}

static void damage(uint64_t *d, struct fx_row *row)
{
    for (int i = dice_roll(d, 3); i >= 0; i--) {
        size_t at = (size_t)dice_roll(d, (int)row->len);
        if (dice_roll(d, 4) == 0) {
            row->len = at > 1 ? at : 2;
        } else if (dice_roll(d, 2) == 0) {
            row->bytes[at] = (unsigned char)dice_roll(d, 256);
        } else {
            row->bytes[at] ^= (unsigned char)(1U << dice_roll(d, 8));
        }
    }
}

static void must_be_within(const struct gs_command *c)
{
    assert_true(c->kind < GS_JOURNAL_COMMANDS && c->actor.role < GS_ROLES);
    assert_true(strnlen(c->reason, sizeof c->reason) < sizeof c->reason && gs_utf8_valid(c->reason, strlen(c->reason)));
    if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        const struct gs_truck *t = &c->u.book.truck;
        assert_true(t->container_count >= 0 && t->container_count <= GS_MAX_CONTAINERS && t->plate[0] != '\0');
        assert_true(t->plate_colour <= GS_PLATE_YELLOW_GREEN);
        assert_true(c->u.book.wish.date >= 0 && c->u.book.wish.date <= GS_MAX_DATE);
        assert_true(c->u.book.wish.slot_min >= -1 && c->u.book.wish.slot_min < 1440);
    }
}

static void read_row(const struct fx_row *row, int *counts)
{
    struct gs_journal_cursor c;
    static struct gs_journal_entry e;
    int err = gs_journal_open(&c, row->bytes, row->len);
    while (err == GS_OK && (err = gs_journal_next(&c, 1, &e)) == GS_OK) {
        assert_true(e.at_ms >= 0);
        if (e.kind == GS_JOURNAL_COMMAND) {
            must_be_within(&e.command);
        }
    }
    counts[err == GS_E_NOTFOUND ? 0 : 1]++;
}

static void ignore_report(void *arg, const struct gs_replay *r, enum gs_replay_state state)
{
    (void)r;
    assert_true(state == GS_REPLAY_DONE || state == GS_REPLAY_FAILED);
    *(int *)arg += 1;
}

/* Whatever stands there: it is read within bounds or refused, and the replay ends. */
static void damaged_rows_do_no_harm(void **state)
{
    (void)state;
    struct fixture f;
    uint64_t d = seeded();
    int counts[2] = {0}, ended = 0;
    make_site(&f);
    live(&f, &d, 300);
    for (int round = 0; round < 300; round++) {
        struct fx_row *row = &f.store.rows[dice_roll(&d, (int)f.store.row_count)], kept = *row;
        if (row->len > sizeof(struct gs_rules)) { /* rules: what stands for their config here is no text */
            continue;
        }
        row->bytes = malloc(row->len);
        memcpy(row->bytes, kept.bytes, row->len);
        damage(&d, row);
        read_row(row, counts);
        (void)fx_replay_run(&f, gs_book_today(f.book), ignore_report, &ended);
        free(row->bytes);
        *row = kept;
    }
    printf("# %d rows were read, %d refused\n", counts[0], counts[1]);
    assert_true(counts[0] > 20 && counts[1] > 20 && ended == counts[0] + counts[1]);
    fx_finish(&f);
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, fx_setup, fx_teardown)
    const struct CMUnitTest tests[] = {
        RULE(what_is_written_is_read_again),
        RULE(the_books_own_life_is_read_again),
        cmocka_unit_test(commands_of_a_booking_are_those_that_name_one),
        RULE(whoever_stands_at_a_device_must_have_a_name),
        RULE(a_text_one_byte_too_long_is_refused),
        RULE(a_look_that_only_turns_the_day_is_told),
        cmocka_unit_test(a_random_life_replays_with_restarts_and_new_rules),
        RULE(counted_refusals_are_read_again),
        RULE(a_name_has_its_allowance_at_once_and_again_within_a_day),
        cmocka_unit_test(a_minute_is_told_when_it_is_over),
        cmocka_unit_test(refusals_that_are_only_counted_leave_the_same_book),
        RULE(counted_refusals_are_of_the_day_on_which_they_were_made),
        RULE(a_date_is_told_with_its_own_numbers),
        RULE(a_capacity_is_of_the_date_that_it_is_for),
        RULE(an_event_changed_behind_its_back_is_told),
        RULE(another_outcome_is_told),
        RULE(what_earlier_rules_decided_is_never_a_fault),
        RULE(after_earlier_rules_every_difference_counts),
        RULE(a_row_that_is_gone_is_told),
        RULE(an_event_that_is_gone_is_told),
        RULE(a_journal_without_a_beginning_is_told),
        RULE(what_decides_nothing_of_the_driver_is_not_kept),
        cmocka_unit_test(damaged_rows_do_no_harm),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
