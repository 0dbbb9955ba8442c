/* Writes the journal: a command, what became of it, and the book's own life, as few bytes as is easily done. Integers are
 * of 7 bits a byte, the lowest first, signed ones folded (LEB128, zigzag); texts have their length in a byte before
 * them; instants are told from the entry before. journal_read.c reads it. It decides nothing. */
#include "journal/journal.h"
#include "gateslot/base/hash.h"
#include "state/state.h"

#include <assert.h>
#include <string.h>

#define ENTRY_MAX 4096 /* bytes of an entry, its config apart: two reasons, and several times the rest */

_Static_assert(GS_WINDOWS_TEXT_MAX <= 256 && GS_ACTOR_TEXT_MAX < GS_JOURNAL_NAME_LONG, "lengths are one byte");

struct pen {
    unsigned char *at;
};

static void put_byte(struct pen *p, unsigned value)
{
    *p->at++ = (unsigned char)value;
}

static void put_size(struct pen *p, uint64_t value)
{
    while (value >= 0x80) {
        put_byte(p, (unsigned)(value & 0x7F) | 0x80U);
        value >>= 7;
    }
    put_byte(p, (unsigned)value);
}

static void put_int(struct pen *p, int64_t value)
{
    put_size(p, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static void put_bits(struct pen *p, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        put_byte(p, (unsigned)(value >> (8 * i) & 0xFF));
    }
}

static void put_bytes(struct pen *p, const char *text, size_t len)
{
    memcpy(p->at, text, len);
    p->at += len;
}

static void put_text(struct pen *p, const char *text)
{
    size_t len = strlen(text);
    put_byte(p, (unsigned)len);
    put_bytes(p, text, len);
}

/* A reason has up to 1020 bytes. One of up to 255 has its length in a byte, as it had before reasons could be longer; of a longer one
 * a flag elsewhere in the entry says so. */
static bool long_reason(const char *reason)
{
    return strlen(reason) > 255;
}

static void put_reason(struct pen *p, const char *reason)
{
    if (long_reason(reason)) {
        put_size(p, strlen(reason));
        put_bytes(p, reason, strlen(reason));
    } else {
        put_text(p, reason);
    }
}

static void put_containers(struct pen *p, const struct gs_truck *t)
{
    for (int32_t i = 0; i < t->container_count; i++) {
        put_text(p, t->containers[i]);
    }
}

static void put_wish(struct pen *p, const struct gs_wish *w)
{
    put_int(p, w->date);
    put_int(p, w->slot_min);
    put_text(p, w->windows);
}

static void put_book(struct pen *p, const struct gs_command *c)
{
    const struct gs_truck *t = &c->u.book.truck;
    put_byte(p, (c->u.book.flexible ? GS_JOURNAL_FLEXIBLE : 0U) | (c->u.book.waitlist ? GS_JOURNAL_WAITLIST : 0U) |
                    (c->u.book.urgent ? GS_JOURNAL_URGENT : 0U) | (unsigned)t->plate_colour << GS_JOURNAL_COLOUR_AT |
                    (unsigned)t->container_count << GS_JOURNAL_CONTAINERS_AT);
    put_bits(p, c->random);
    put_text(p, t->plate);
    put_containers(p, t);
    put_text(p, c->u.book.uscc);
    if (c->kind == GS_CMD_BOOK) {
        put_wish(p, &c->u.book.wish);
    }
}

static void put_change(struct pen *p, const struct gs_command *c, unsigned differs)
{
    const struct gs_truck *t = &c->u.change.truck;
    bool boxes = c->u.change.has_containers;
    put_byte(p, differs | (c->u.change.has_plate ? GS_CHANGED_PLATE : 0U) |
                    (c->u.change.has_colour ? GS_CHANGED_COLOUR : 0U) | (boxes ? GS_CHANGED_CONTAINERS : 0U));
    put_int(p, c->if_version);
    if (c->u.change.has_plate) {
        put_text(p, t->plate);
    }
    if (c->u.change.has_colour) {
        put_byte(p, (unsigned)t->plate_colour);
    }
    if (boxes) {
        put_byte(p, (unsigned)t->container_count);
        put_containers(p, t);
    }
}

static void put_capacity(struct pen *p, const struct gs_command *c)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    put_byte(p, (long_reason(to->reason) ? GS_JOURNAL_LONG_REASON : 0U) | (to->closed ? GS_JOURNAL_CLOSED : 0U) |
                    (c->u.capacity.has_capacity ? GS_JOURNAL_HAS_CAPACITY : 0U) |
                    (c->u.capacity.excess == GS_EXCESS_KEEP ? GS_JOURNAL_KEEP : 0U) |
                    (c->u.capacity.dry_run ? GS_JOURNAL_DRY_RUN : 0U) |
                    (c->u.capacity.has_plan_id ? GS_JOURNAL_HAS_PLAN : 0U));
    put_int(p, to->date);
    put_text(p, to->window);
    put_int(p, to->capacity);
    put_int(p, to->slot_capacity);
    put_reason(p, to->reason);
    if (c->u.capacity.has_plan_id) {
        put_bits(p, c->u.capacity.plan_id);
    }
}

static void put_reschedule(struct pen *p, const struct gs_command *c)
{
    put_byte(p, (c->u.reschedule.has_date ? GS_JOURNAL_HAS_DATE : 0U) |
                    (c->u.reschedule.has_windows ? GS_JOURNAL_HAS_WINDOWS : 0U) |
                    (c->u.reschedule.has_slot ? GS_JOURNAL_HAS_SLOT : 0U));
    put_wish(p, &c->u.reschedule.wish);
}

static void put_command(struct pen *p, const struct gs_command *c, unsigned differs)
{
    if (gs_journal_of_booking(c->kind)) {
        put_int(p, c->booking_id);
    }
    switch (c->kind) {
    case GS_CMD_BOOK:
    case GS_CMD_WALK_IN:
        put_book(p, c);
        break;
    case GS_CMD_CHANGE:
        put_change(p, c, differs);
        break;
    case GS_CMD_RESCHEDULE:
        put_reschedule(p, c);
        break;
    case GS_CMD_ENTER:
    case GS_CMD_ADMIT:
        put_byte(p, c->u.enter.override);
        break;
    case GS_CMD_CAPACITY_SET:
    case GS_CMD_CAPACITY_RESET:
        put_capacity(p, c);
        break;
    case GS_CMD_GATE_RECORD:
        put_int(p, c->booking_id);
        put_byte(p, c->u.check.is_plate);
        put_byte(p, (unsigned)c->u.check.decision);
        put_byte(p, (unsigned)c->u.check.code);
        put_text(p, c->u.check.what);
        break;
    case GS_CMD_NOTE:
        put_byte(p, (unsigned)c->u.note.type);
        put_text(p, c->u.note.subject);
        put_byte(p, (unsigned)c->u.note.subject_role);
        if (gs_journal_of_clock(c->u.note.type)) {
            put_int(p, c->u.note.from_ms);
            put_int(p, c->u.note.to_ms);
        } else if (gs_journal_of_number(c->u.note.type)) {
            put_int(p, c->u.note.number);
        }
        break;
    default:
        break;
    }
}

/* Of a change: a reference that is taken away is an empty one. */
static const char *reference_of(const struct gs_command *c)
{
    if (c->kind == GS_CMD_CHANGE) {
        return c->u.change.has_reference ? c->u.change.reference : NULL;
    }
    return (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) && c->u.book.reference[0] != '\0' ? c->u.book.reference
                                                                                                   : NULL;
}

static gs_date until_of(const struct gs_command *c)
{
    return c->kind == GS_CMD_CAPACITY_SET || c->kind == GS_CMD_CAPACITY_RESET ? c->u.capacity.until : 0;
}

static void put_extras(struct pen *p, const struct gs_command *c)
{
    const char *reference = reference_of(c);
    const gs_date until = until_of(c);
    put_byte(p, (c->at_ms != 0 ? GS_JOURNAL_HAS_AT : 0U) | (c->exceptions != 0 ? GS_JOURNAL_HAS_EXCEPTIONS : 0U) |
                    (reference != NULL ? GS_JOURNAL_HAS_REFERENCE : 0U) | (until != 0 ? GS_JOURNAL_HAS_UNTIL : 0U));
    if (c->at_ms != 0) {
        put_int(p, c->at_ms);
    }
    if (c->exceptions != 0) {
        put_byte(p, c->exceptions);
    }
    if (reference != NULL) {
        put_size(p, strlen(reference));
        put_bytes(p, reference, strlen(reference));
    }
    if (until != 0) {
        put_int(p, until);
    }
}

/* Room for an entry, begun with its tag and instant; NULL and the batch failed without memory. */
static bool begin(struct gs_batch *batch, unsigned tag, int64_t at_ms, size_t more, struct pen *out)
{
    struct gs_buf *b = &batch->journal;
    if (batch->failed || !gs_buf_reserve(b, ENTRY_MAX + more)) {
        batch->failed = true;
        return false;
    }
    out->at = (unsigned char *)b->data + b->len;
    if (b->len == 0) {
        batch->journal_at_ms = 0;
        put_byte(out, GS_JOURNAL_VERSION);
    }
    put_byte(out, tag);
    put_int(out, at_ms - batch->journal_at_ms);
    batch->journal_at_ms = at_ms;
    return true;
}

static void end(struct gs_batch *batch, const struct pen *p)
{
    struct gs_buf *b = &batch->journal;
    size_t len = (size_t)(p->at - (unsigned char *)b->data);
    assert(len <= b->cap);
    b->len = len;
    b->data[len] = '\0';
}

/* What of the driver and the papers the command makes another. */
static unsigned differing(const struct gs_book *book, const struct gs_command *c)
{
    const struct gs_booking *b = c->kind == GS_CMD_CHANGE ? gs_book_get(book, c->booking_id) : NULL;
    if (b == NULL) {
        return 0;
    }
    const struct gs_truck *is = &b->truck, *to = &c->u.change.truck;
    bool name = c->u.change.has_driver_name && strcmp(is->driver_name, to->driver_name) != 0;
    bool phone = c->u.change.has_driver_phone && strcmp(is->driver_phone, to->driver_phone) != 0;
    bool trailer = c->u.change.has_trailer && strcmp(is->trailer, to->trailer) != 0;
    bool papers = c->u.change.has_declaration && strcmp(is->declaration_no, to->declaration_no) != 0;
    return (name || phone ? GS_CHANGED_DRIVER : 0U) | (trailer ? GS_CHANGED_TRAILER : 0U) |
           (papers ? GS_CHANGED_DECLARATION : 0U);
}

/* Its name, "device/person" where somebody has shown who stands at the device: no name has a slash. */
static void put_actor(struct pen *p, const struct gs_actor *actor, bool is_long)
{
    const size_t name_len = strlen(actor->name), person_len = strlen(actor->person);
    const size_t len = name_len + (person_len > 0 ? 1 + person_len : 0);
    put_byte(p, (unsigned)len | (is_long ? GS_JOURNAL_NAME_LONG : 0U));
    put_bytes(p, actor->name, name_len);
    if (person_len > 0) {
        put_bytes(p, "/", 1);
        put_bytes(p, actor->person, person_len);
    }
}

static void put_entry(const struct gs_command *command, unsigned differs, int64_t at_ms, struct gs_batch *batch,
                      const struct gs_outcome *out)
{
    struct pen p;
    unsigned tag = gs_journal_tag_of(command->kind) | (unsigned)command->actor.role << GS_JOURNAL_ROLE_AT;
    if (begin(batch, tag, at_ms, 0, &p)) {
        put_actor(&p, &command->actor, long_reason(command->reason));
        put_reason(&p, command->reason);
        put_extras(&p, command);
        put_command(&p, command, differs);
        put_byte(&p, (unsigned)out->code);
        put_bits(&p, gs_journal_digest(out));
        end(batch, &p);
    }
}

void gs_journal_apply(struct gs_book *book, const struct gs_command *command, int64_t now_ms, struct gs_batch *batch,
                      struct gs_refusals *refusals, struct gs_outcome *out)
{
    const unsigned differs = differing(book, command);
    const bool nothing = !gs_apply(book, command, now_ms, batch, out) && out->code != GS_CODE_OK && !batch->failed;
    if (!(nothing && refusals != NULL && gs_refusals_sum(refusals, command, out->code, book->now_ms))) {
        put_entry(command, differs, book->now_ms, batch, out);
    }
}

static void put_tag(struct gs_batch *batch, unsigned tag, int64_t at_ms)
{
    struct pen p;
    if (begin(batch, tag, at_ms, 0, &p)) {
        end(batch, &p);
    }
}

int gs_journal_together_begin(struct gs_book *book, int64_t now_ms, struct gs_batch *batch, struct gs_journal_mark *out)
{
    gs_journal_apply_due(book, now_ms, batch);
    *out = (struct gs_journal_mark){.len = batch->journal.len, .at_ms = batch->journal_at_ms};
    int err = gs_together_begin(book, batch);
    if (err == GS_OK) {
        put_tag(batch, GS_JOURNAL_TAG_TOGETHER, book->now_ms);
    }
    return err;
}

void gs_journal_together_end(struct gs_book *book, struct gs_batch *batch, bool stands,
                             const struct gs_journal_mark *mark, struct gs_refusals *refusals,
                             const struct gs_refused_together *refused)
{
    gs_together_end(book, batch, stands);
    const bool untold = !stands && (refused->command == NULL ||
                                    (refusals != NULL && gs_refusals_sum_many(refusals, refused->command, refused->code,
                                                                              refused->count, book->now_ms)));
    if (untold && !batch->failed) {
        batch->journal.len = mark->len;
        batch->journal_at_ms = mark->at_ms;
        return;
    }
    put_tag(batch, stands ? GS_JOURNAL_TAG_STANDS : GS_JOURNAL_TAG_UNDONE, book->now_ms);
}

void gs_journal_refusals(struct gs_batch *batch, const struct gs_refusal_sum *sum)
{
    struct pen p;
    if (begin(batch, GS_JOURNAL_TAG_REFUSALS, sum->last_ms, 0, &p)) {
        put_byte(&p, (unsigned)sum->actor.role);
        put_text(&p, sum->actor.name);
        put_byte(&p, gs_journal_tag_of(sum->kind));
        put_byte(&p, (unsigned)sum->code);
        put_int(&p, sum->count);
        put_int(&p, sum->last_ms - sum->first_ms);
        end(batch, &p);
    }
}

void gs_journal_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch)
{
    if (gs_apply_due(book, now_ms, batch)) {
        put_tag(batch, GS_JOURNAL_TAG_DUE, book->now_ms);
    }
}

bool gs_journal_epoch(struct gs_book *book, const struct gs_epoch *e, struct gs_batch *batch)
{
    struct pen p;
    if (!gs_apply_epoch(book, e, batch)) {
        return false;
    }
    if (begin(batch, GS_JOURNAL_TAG_EPOCH, book->now_ms, 0, &p)) {
        const int64_t values[] = {e->at_ms,    e->cause,           e->last_seq,  e->last_booking_id,
                                  e->lost_seq, e->lost_booking_id, e->first_seq, e->first_booking_id};
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            put_int(&p, values[i]);
        }
        end(batch, &p);
    }
    return true;
}

static void put_config(struct gs_batch *batch, unsigned tag, int64_t now_ms, const char *config, size_t len)
{
    struct pen p;
    if (begin(batch, tag, now_ms, len, &p)) {
        put_byte(&p, (config != NULL ? GS_JOURNAL_HAS_CONFIG : 0U) | GS_JOURNAL_HAS_DECIDER);
        put_size(&p, GS_DECIDER);
        if (config != NULL) {
            put_size(&p, len);
            memcpy(p.at, config, len);
            p.at += len;
        }
        end(batch, &p);
    }
}

void gs_journal_start(struct gs_batch *batch, int64_t now_ms, const char *config, size_t len)
{
    put_config(batch, GS_JOURNAL_TAG_START, now_ms, config, len);
}

void gs_journal_rules(struct gs_batch *batch, int64_t now_ms, const char *config, size_t len)
{
    put_config(batch, GS_JOURNAL_TAG_RULES, now_ms, config, len);
}

/* ---- digest ---- */

static uint64_t add_booking(uint64_t h, const struct gs_booking *b)
{
    h = gs_hash_word(h, b->id);
    h = gs_hash_word(h, b->version);
    h = gs_hash_word(h, b->status);
    h = gs_fnv_text_nul(h, b->window);
    h = gs_hash_word(h, b->slot_start_ms);
    h = gs_hash_word(h, b->place);
    return gs_fnv_text_nul(h, b->pass_code);
}

static uint64_t add_offered(uint64_t h, const struct gs_outcome *out)
{
    for (int32_t i = 0; i < out->alternative_count; i++) {
        const struct gs_alternative *a = &out->alternatives[i];
        h = gs_hash_word(h, a->date);
        h = gs_fnv_text_nul(h, a->window);
        h = gs_hash_word(h, a->start_ms);
        h = gs_hash_word(h, a->free);
    }
    for (size_t i = 0; i < out->faults.count; i++) {
        const struct gs_fault *f = &out->faults.list[i];
        h = gs_hash_word(h, f->kind);
        h = gs_fnv_text_nul(h, f->pointer);
        h = gs_fnv_text_nul(h, f->found);
        h = gs_fnv_text_nul(h, f->expected);
    }
    return h;
}

uint64_t gs_journal_digest(const struct gs_outcome *out)
{
    uint64_t h = GS_FNV_START;
    char text[GS_OUTCOME_TEXT];
    const int64_t numbers[] = {out->code, out->waitlist_position, out->other_id, out->status, out->at_ms, out->used,
                               out->limit};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        h = gs_hash_word(h, numbers[i]);
    }
    h = gs_fnv_text_nul(h, gs_outcome_text(out, text));
    if (out->booking != NULL) {
        h = add_booking(h, out->booking);
    }
    if (out->plans != NULL) {
        h = gs_hash_word(h, (int64_t)out->plans->id);
    }
    if (out->decision != GS_REJECT) { /* only what the gate was told of a truck, which no outcome said before */
        h = gs_hash_word(gs_hash_word(h, out->decision), out->gate_code);
    }
    return add_offered(h, out);
}
