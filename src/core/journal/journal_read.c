/* Reads the journal, strictly: a row may have been written by anybody. What does not come out as a command that a client
 * could have given is refused; what comes out is within the bounds that the core relies on. */
#include "journal/journal.h"
#include "state/state.h"
#include "values/names.h"

#include "gateslot/base/text.h"

#include <string.h>

#define LAST_MS (((int64_t)GS_MAX_DATE + 1) * 86400000)

static const char *const kind_names[GS_JOURNAL_COMMANDS] = {
    [GS_CMD_BOOK] = "book",
    [GS_CMD_WALK_IN] = "walk_in",
    [GS_CMD_CHANGE] = "change",
    [GS_CMD_CANCEL] = "cancel",
    [GS_CMD_RESCHEDULE] = "reschedule",
    [GS_CMD_DELAY] = "delay",
    [GS_CMD_ARRIVE] = "arrive",
    [GS_CMD_ENTER] = "enter",
    [GS_CMD_CLEAR] = "clear",
    [GS_CMD_DEPART] = "depart",
    [GS_CMD_REFUSE] = "refuse",
    [GS_CMD_REVERT] = "revert",
    [GS_CMD_CAPACITY_SET] = "capacity_set",
    [GS_CMD_CAPACITY_RESET] = "capacity_reset",
    [GS_CMD_NOTE] = "note",
    [GS_CMD_ADMIT] = "admit",
    [GS_CMD_EXCUSE] = "excuse",
    [GS_CMD_GATE_RECORD] = "gate_record",
    [GS_CMD_REINSTATE] = "reinstate",
};

const char *gs_command_kind_name(enum gs_command_kind kind)
{
    return gs_name_of(kind_names, GS_JOURNAL_COMMANDS, (unsigned)kind);
}

unsigned gs_journal_tag_of(enum gs_command_kind kind)
{
    return (unsigned)kind < GS_JOURNAL_TAG_DUE ? (unsigned)kind : (unsigned)kind + GS_JOURNAL_TAGS;
}

/* The kind of command behind a tag, or GS_JOURNAL_COMMANDS: it is none. */
static unsigned kind_of(unsigned tag)
{
    for (unsigned kind = 0; kind < GS_JOURNAL_COMMANDS; kind++) {
        if (gs_journal_tag_of((enum gs_command_kind)kind) == (tag & GS_JOURNAL_KIND_MASK)) {
            return kind;
        }
    }
    return GS_JOURNAL_COMMANDS;
}

bool gs_journal_of_clock(enum gs_event_type type)
{
    return type == GS_EV_CLOCK_REFUSED || type == GS_EV_CLOCK_ACCEPTED;
}

bool gs_journal_of_number(enum gs_event_type type)
{
    return type == GS_EV_USER_CHANGED || type == GS_EV_SESSION_REFUSED || type == GS_EV_WEBHOOK_CHANGED ||
           type == GS_EV_WEBHOOK_DISABLED;
}

bool gs_journal_of_booking(enum gs_command_kind kind)
{
    return (kind >= GS_CMD_CHANGE && kind <= GS_CMD_REVERT) || kind == GS_CMD_ADMIT || kind == GS_CMD_EXCUSE ||
           kind == GS_CMD_REINSTATE;
}

struct reader {
    const unsigned char *at, *end;
    unsigned version; /* of the row */
    bool bad;         /* something read so far was not as it must be; it reads zeros from there on */
};

static uint64_t fail(struct reader *r)
{
    r->bad = true;
    r->at = r->end;
    return 0;
}

static unsigned get_byte(struct reader *r, unsigned max)
{
    unsigned value = r->at < r->end ? *r->at++ : (unsigned)fail(r);
    return value <= max ? value : (unsigned)fail(r);
}

static uint64_t get_size(struct reader *r)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        unsigned byte = get_byte(r, 0xFF);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) {
            return shift == 63 && byte > 1 ? fail(r) : value;
        }
    }
    return fail(r);
}

static int64_t get_int(struct reader *r, int64_t min, int64_t max)
{
    uint64_t folded = get_size(r);
    int64_t value = (int64_t)(folded >> 1 ^ ((folded & 1) != 0 ? UINT64_MAX : 0));
    if (value < min || value > max) {
        (void)fail(r);
        return min;
    }
    return value;
}

static uint64_t get_bits(struct reader *r)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value |= (uint64_t)get_byte(r, 0xFF) << (8 * i);
    }
    return value;
}

/* size: of out, with its NUL. */
static void get_bytes(struct reader *r, size_t len, char *out, size_t size)
{
    const char *text = (const char *)r->at;
    if (len >= size || len > (size_t)(r->end - r->at) || memchr(text, '\0', len) != NULL || !gs_utf8_valid(text, len)) {
        len = (size_t)fail(r);
    }
    memcpy(out, text, len);
    out[len] = '\0';
    r->at += len;
}

static void get_text(struct reader *r, char *out, size_t size)
{
    get_bytes(r, get_byte(r, (unsigned)size - 1), out, size);
}

static void get_reason(struct reader *r, bool is_long, char out[GS_REASON_MAX + 1], struct gs_journal_span *out_span)
{
    out_span->at = r->at;
    get_bytes(r, is_long ? (size_t)get_size(r) : get_byte(r, 0xFF), out, GS_REASON_MAX + 1);
    out_span->end = r->at;
}

static void get_plate(struct reader *r, struct gs_truck *out)
{
    get_text(r, out->plate, sizeof out->plate);
    if (out->plate[0] == '\0') {
        (void)fail(r);
    }
}

static void get_containers(struct reader *r, unsigned count, struct gs_truck *out)
{
    for (unsigned i = 0; i < count && i < GS_MAX_CONTAINERS; i++) {
        get_text(r, out->containers[i], sizeof out->containers[i]);
        out->container_count += out->containers[i][0] != '\0' ? 1 : 0;
    }
    if ((unsigned)out->container_count != count) {
        (void)fail(r);
    }
}

static gs_date get_date(struct reader *r)
{
    return (gs_date)get_int(r, 0, GS_MAX_DATE);
}

static void get_wish(struct reader *r, struct gs_wish *out)
{
    out->date = get_date(r);
    out->slot_min = (int32_t)get_int(r, -1, 1439);
    get_text(r, out->windows, sizeof out->windows);
}

static void get_book(struct reader *r, struct gs_command *c)
{
    struct gs_truck *t = &c->u.book.truck;
    unsigned flags = get_byte(r, 0xFF), colour = flags >> GS_JOURNAL_COLOUR_AT & 7U;
    c->u.book.flexible = (flags & GS_JOURNAL_FLEXIBLE) != 0;
    c->u.book.waitlist = (flags & GS_JOURNAL_WAITLIST) != 0;
    c->u.book.urgent = (flags & GS_JOURNAL_URGENT) != 0;
    t->plate_colour = (enum gs_plate_colour)(colour <= GS_PLATE_YELLOW_GREEN ? colour : fail(r));
    c->random = get_bits(r);
    get_plate(r, t);
    get_containers(r, flags >> GS_JOURNAL_CONTAINERS_AT, t);
    get_text(r, c->u.book.uscc, sizeof c->u.book.uscc);
    if (c->kind == GS_CMD_BOOK) {
        get_wish(r, &c->u.book.wish);
    }
}

/* Another text than any before: nobody knows what it was, but that it was another. */
static void make_up(char *out, int64_t serial)
{
    size_t len = 1;
    out[0] = '#';
    for (int64_t rest = serial; len == 1 || rest > 0; rest /= 16) {
        out[len++] = "0123456789abcdef"[rest % 16];
    }
    out[len] = '\0';
}

_Static_assert(GS_DECLARATION_LEN >= 17 && GS_DRIVER_NAME_MAX >= 17 && GS_PLATE_MAX >= 15,
               "a made up text is a mark and at most 16 digits; a plate's are at most 14");

static void get_change(struct reader *r, int64_t serial, struct gs_command *c)
{
    struct gs_truck *t = &c->u.change.truck;
    unsigned bits = get_byte(r, GS_CHANGED_ALL & ~(unsigned)GS_CHANGED_REFERENCE); /* that one is among the extras */
    c->if_version = get_int(r, -1, INT64_MAX);
    c->u.change.has_plate = (bits & GS_CHANGED_PLATE) != 0;
    c->u.change.has_colour = (bits & GS_CHANGED_COLOUR) != 0;
    c->u.change.has_containers = (bits & GS_CHANGED_CONTAINERS) != 0;
    c->u.change.has_driver_name = (bits & GS_CHANGED_DRIVER) != 0;
    c->u.change.has_trailer = (bits & GS_CHANGED_TRAILER) != 0;
    c->u.change.has_declaration = (bits & GS_CHANGED_DECLARATION) != 0;
    make_up(t->driver_name, serial);
    make_up(t->trailer, serial & INT64_C(0xFFFFFFFFFFFF));
    make_up(t->declaration_no, serial);
    if (c->u.change.has_plate) {
        get_plate(r, t);
    }
    if (c->u.change.has_colour) {
        t->plate_colour = (enum gs_plate_colour)get_byte(r, GS_PLATE_YELLOW_GREEN);
    }
    if (c->u.change.has_containers) {
        get_containers(r, get_byte(r, GS_MAX_CONTAINERS), t);
    }
}

static void get_capacity(struct reader *r, struct gs_command *c, struct gs_journal_span *out_reason)
{
    struct gs_capacity *to = &c->u.capacity.to;
    unsigned flags = get_byte(r, 2 * GS_JOURNAL_LONG_REASON - 1);
    to->closed = (flags & GS_JOURNAL_CLOSED) != 0;
    c->u.capacity.has_capacity = (flags & GS_JOURNAL_HAS_CAPACITY) != 0;
    c->u.capacity.excess = (flags & GS_JOURNAL_KEEP) != 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    c->u.capacity.dry_run = (flags & GS_JOURNAL_DRY_RUN) != 0;
    c->u.capacity.has_plan_id = (flags & GS_JOURNAL_HAS_PLAN) != 0;
    to->date = get_date(r);
    get_text(r, to->window, sizeof to->window);
    to->capacity = (int32_t)get_int(r, INT32_MIN, INT32_MAX);
    to->slot_capacity = (int32_t)get_int(r, INT32_MIN, INT32_MAX);
    get_reason(r, (flags & GS_JOURNAL_LONG_REASON) != 0, to->reason, out_reason);
    if (c->u.capacity.has_plan_id) {
        c->u.capacity.plan_id = get_bits(r);
    }
}

static void get_reschedule(struct reader *r, struct gs_command *c)
{
    unsigned flags = get_byte(r, 2 * GS_JOURNAL_HAS_SLOT - 1);
    c->u.reschedule.has_date = (flags & GS_JOURNAL_HAS_DATE) != 0;
    c->u.reschedule.has_windows = (flags & GS_JOURNAL_HAS_WINDOWS) != 0;
    c->u.reschedule.has_slot = (flags & GS_JOURNAL_HAS_SLOT) != 0;
    get_wish(r, &c->u.reschedule.wish);
}

static void get_note(struct reader *r, struct gs_command *c)
{
    c->u.note.type = (enum gs_event_type)get_byte(r, GS_EVENT_TYPES - 1);
    get_text(r, c->u.note.subject, sizeof c->u.note.subject);
    c->u.note.subject_role = (enum gs_role)get_byte(r, GS_ROLES - 1);
    if (gs_journal_of_clock(c->u.note.type)) {
        c->u.note.from_ms = get_int(r, INT64_MIN, INT64_MAX);
        c->u.note.to_ms = get_int(r, INT64_MIN, INT64_MAX);
    } else if (gs_journal_of_number(c->u.note.type)) {
        c->u.note.number = (int32_t)get_int(r, 0, INT32_MAX);
    }
}

static void get_check(struct reader *r, struct gs_command *c)
{
    c->booking_id = get_int(r, 0, INT64_MAX);
    c->u.check.is_plate = get_byte(r, 1) != 0;
    c->u.check.decision = (enum gs_decision)get_byte(r, GS_REJECT);
    c->u.check.code = (enum gs_gate_code)get_byte(r, GS_GATE_KINDS - 1);
    get_text(r, c->u.check.what, sizeof c->u.check.what);
    if (c->u.check.what[0] == '\0') {
        (void)fail(r);
    }
}

static void get_reference(struct reader *r, struct gs_command *c)
{
    const size_t len = (size_t)get_size(r);
    if (c->kind == GS_CMD_CHANGE) {
        c->u.change.has_reference = true;
        get_bytes(r, len, c->u.change.reference, sizeof c->u.change.reference);
    } else if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        get_bytes(r, len, c->u.book.reference, sizeof c->u.book.reference);
    } else {
        (void)fail(r);
    }
}

static void get_until(struct reader *r, struct gs_command *c)
{
    if (c->kind == GS_CMD_CAPACITY_SET || c->kind == GS_CMD_CAPACITY_RESET) {
        c->u.capacity.until = get_date(r);
    } else {
        (void)fail(r);
    }
}

static void get_extras(struct reader *r, struct gs_command *c)
{
    const unsigned has = r->version > GS_JOURNAL_OLDEST ? get_byte(r, GS_JOURNAL_EXTRAS_ALL) : 0;
    if ((has & GS_JOURNAL_HAS_AT) != 0) {
        c->at_ms = get_int(r, 0, LAST_MS);
    }
    if ((has & GS_JOURNAL_HAS_EXCEPTIONS) != 0) {
        c->exceptions = get_byte(r, GS_EXCEPTIONS_ALL);
    }
    if ((has & GS_JOURNAL_HAS_REFERENCE) != 0) {
        get_reference(r, c);
    }
    if ((has & GS_JOURNAL_HAS_UNTIL) != 0) {
        get_until(r, c);
    }
}

static void get_body(struct reader *r, int64_t serial, struct gs_journal_entry *out)
{
    struct gs_command *c = &out->command;
    out->capacity_reason = (struct gs_journal_span){0};
    c->if_version = -1;
    if (gs_journal_of_booking(c->kind)) {
        c->booking_id = get_int(r, INT64_MIN, INT64_MAX);
    }
    switch (c->kind) {
    case GS_CMD_BOOK:
    case GS_CMD_WALK_IN:
        get_book(r, c);
        break;
    case GS_CMD_CHANGE:
        get_change(r, serial, c);
        break;
    case GS_CMD_RESCHEDULE:
        get_reschedule(r, c);
        break;
    case GS_CMD_ENTER:
    case GS_CMD_ADMIT:
        c->u.enter.override = get_byte(r, 1) != 0;
        break;
    case GS_CMD_CAPACITY_SET:
    case GS_CMD_CAPACITY_RESET:
        get_capacity(r, c, &out->capacity_reason);
        break;
    case GS_CMD_NOTE:
        get_note(r, c);
        break;
    case GS_CMD_GATE_RECORD:
        get_check(r, c);
        break;
    default:
        break;
    }
}

static void get_actor(struct reader *r, size_t len, struct gs_actor *out)
{
    char text[GS_ACTOR_TEXT_MAX + 1];
    get_bytes(r, len, text, sizeof text);
    const size_t name_len = strcspn(text, "/");
    const bool has_person = text[name_len] == '/';
    const char *person = has_person ? text + name_len + 1 : "";
    if (name_len > GS_NAME_MAX || strlen(person) > GS_NAME_MAX || (has_person && !gs_name_valid(person))) {
        (void)fail(r);
        return;
    }
    memcpy(out->name, text, name_len);
    out->name[name_len] = '\0';
    memcpy(out->person, person, strlen(person) + 1);
}

static void get_command(struct reader *r, unsigned tag, int64_t serial, struct gs_journal_entry *out)
{
    struct gs_command *c = &out->command;
    unsigned role = tag >> GS_JOURNAL_ROLE_AT;
    memset(c, 0, sizeof *c);
    c->kind = (enum gs_command_kind)kind_of(tag);
    c->actor.role = (enum gs_role)(role < GS_ROLES ? role : fail(r));
    unsigned name_len = get_byte(r, GS_JOURNAL_NAME_LONG | GS_ACTOR_TEXT_MAX);
    get_actor(r, name_len & ~GS_JOURNAL_NAME_LONG, &c->actor);
    get_reason(r, (name_len & GS_JOURNAL_NAME_LONG) != 0, c->reason, &out->reason);
    get_extras(r, c);
    get_body(r, serial, out);
    out->code = (enum gs_code)get_byte(r, GS_CODE_KINDS - 1);
    out->digest = get_bits(r);
}

static void get_config(struct reader *r, struct gs_journal_entry *out)
{
    unsigned flags = get_byte(r, GS_JOURNAL_HAS_CONFIG | GS_JOURNAL_HAS_DECIDER);
    uint64_t decider = (flags & GS_JOURNAL_HAS_DECIDER) != 0 ? get_size(r) : 1;
    out->decider = (int32_t)(decider >= 1 && decider <= INT32_MAX ? decider : fail(r));
    if ((flags & GS_JOURNAL_HAS_CONFIG) != 0) {
        size_t len = (size_t)get_size(r);
        if (len > GS_CONFIG_FILE_MAX || len > (size_t)(r->end - r->at)) {
            len = (size_t)fail(r);
        }
        out->config = (const char *)r->at;
        out->config_len = len;
        r->at += len;
    }
}

static void get_epoch(struct reader *r, struct gs_epoch *out)
{
    out->at_ms = get_int(r, INT64_MIN, INT64_MAX);
    out->cause = (enum gs_epoch_cause)get_int(r, GS_EPOCH_BACKUP, GS_EPOCH_CAUSES - 1);
    int64_t *const numbers[] = {&out->last_seq,        &out->last_booking_id, &out->lost_seq,
                                &out->lost_booking_id, &out->first_seq,       &out->first_booking_id};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        *numbers[i] = get_int(r, 0, INT64_MAX);
    }
}

static void get_refusals(struct reader *r, int64_t at_ms, struct gs_refusal_sum *out)
{
    memset(out, 0, sizeof *out);
    out->actor.role = (enum gs_role)get_byte(r, GS_ROLES - 1);
    get_text(r, out->actor.name, sizeof out->actor.name);
    const unsigned kind = kind_of(get_byte(r, GS_JOURNAL_KIND_MASK));
    out->kind = (enum gs_command_kind)(kind < GS_JOURNAL_COMMANDS ? kind : fail(r));
    out->code = (enum gs_code)get_byte(r, GS_CODE_KINDS - 1);
    out->count = get_int(r, 1, INT64_MAX);
    out->last_ms = at_ms;
    out->first_ms = at_ms - get_int(r, 0, GS_MINUTE_MS - 1);
}

static void get_entry(struct reader *r, unsigned tag, int64_t serial, struct gs_journal_entry *out)
{
    out->config = NULL;
    out->config_len = 0;
    if (kind_of(tag) < GS_JOURNAL_COMMANDS) {
        out->kind = GS_JOURNAL_COMMAND;
        get_command(r, tag, serial, out);
    } else if (tag == GS_JOURNAL_TAG_DUE) {
        out->kind = GS_JOURNAL_DUE;
    } else if (tag == GS_JOURNAL_TAG_START || tag == GS_JOURNAL_TAG_RULES) {
        out->kind = tag == GS_JOURNAL_TAG_START ? GS_JOURNAL_START : GS_JOURNAL_RULES;
        get_config(r, out);
    } else if (tag == GS_JOURNAL_TAG_EPOCH) {
        out->kind = GS_JOURNAL_EPOCH;
        get_epoch(r, &out->epoch);
    } else if (tag == GS_JOURNAL_TAG_REFUSALS) {
        out->kind = GS_JOURNAL_REFUSALS;
        get_refusals(r, out->at_ms, &out->refused);
    } else if (tag == GS_JOURNAL_TAG_TOGETHER) {
        out->kind = GS_JOURNAL_TOGETHER;
    } else if (tag == GS_JOURNAL_TAG_STANDS || tag == GS_JOURNAL_TAG_UNDONE) {
        out->kind = tag == GS_JOURNAL_TAG_STANDS ? GS_JOURNAL_STANDS : GS_JOURNAL_UNDONE;
    } else {
        (void)fail(r);
    }
}

int gs_journal_open(struct gs_journal_cursor *c, const void *row, size_t len)
{
    const unsigned char *bytes = row;
    if (len < 2 || bytes[0] < GS_JOURNAL_OLDEST || bytes[0] > GS_JOURNAL_VERSION) {
        return GS_E_CORRUPT;
    }
    *c = (struct gs_journal_cursor){.at = bytes + 1, .end = bytes + len, .version = bytes[0]};
    return GS_OK;
}

int gs_journal_next(struct gs_journal_cursor *c, int64_t serial, struct gs_journal_entry *out)
{
    struct reader r = {.at = c->at, .end = c->end, .version = c->version};
    if (r.at == r.end) {
        return GS_E_NOTFOUND;
    }
    unsigned tag = get_byte(&r, 0xFF);
    out->at_ms = c->at_ms + get_int(&r, -c->at_ms, LAST_MS - c->at_ms);
    get_entry(&r, tag, serial, out);
    if (r.bad) {
        return GS_E_CORRUPT;
    }
    c->at = r.at;
    c->at_ms = out->at_ms;
    return GS_OK;
}
