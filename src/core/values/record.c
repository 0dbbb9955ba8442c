/* Batches: what the book tells the store, copied into one arena and linked in the order of writing. A batch that ran
 * out of memory is marked failed and takes nothing more, so that whoever fills it asks once, at the end. */
#include "gateslot/core/record.h"
#include <string.h>

#define JOURNAL_KEPT (256U << 10) /* bytes of room that an emptied batch keeps */

void gs_batch_init(struct gs_batch *b)
{
    *b = (struct gs_batch){0};
    gs_arena_init(&b->arena);
    gs_buf_init(&b->journal, GS_JOURNAL_BATCH_MAX + (4U << 20));
}

void gs_batch_finish(struct gs_batch *b)
{
    gs_arena_finish(&b->arena);
    gs_buf_finish(&b->journal);
    gs_batch_init(b);
}

void gs_batch_clear(struct gs_batch *b)
{
    gs_arena_reset(&b->arena);
    if (b->journal.cap > JOURNAL_KEPT) {
        gs_buf_finish(&b->journal);
    }
    gs_buf_clear(&b->journal);
    b->first = b->last = NULL;
    b->count = 0;
    b->failed = false;
    b->now_ms = 0;
}

struct gs_batch_mark gs_batch_mark(const struct gs_batch *b)
{
    return (struct gs_batch_mark){.last = b->last, .count = b->count};
}

void gs_batch_rewind(struct gs_batch *b, const struct gs_batch_mark *mark)
{
    *(mark->last != NULL ? &mark->last->next : &b->first) = NULL;
    b->last = mark->last;
    b->count = mark->count;
}

static void *copy_of(struct gs_batch *b, const void *value, size_t size)
{
    void *copy = b->failed ? NULL : gs_arena_alloc(&b->arena, size);
    if (copy == NULL) {
        b->failed = true;
        return NULL;
    }
    memcpy(copy, value, size);
    return copy;
}

/* A record behind the others, or NULL and the batch failed; the caller sets what it points to, already copied. */
static struct gs_record *append(struct gs_batch *b, enum gs_record_kind kind)
{
    struct gs_record *record = b->failed ? NULL : gs_arena_alloc(&b->arena, sizeof *record);
    if (record == NULL) {
        b->failed = true;
        return NULL;
    }
    record->kind = kind;
    if (b->last != NULL) {
        b->last->next = record;
    } else {
        b->first = record;
    }
    b->last = record;
    b->count++;
    return record;
}

void gs_batch_booking(struct gs_batch *b, const struct gs_booking *booking)
{
    const struct gs_booking *copy = copy_of(b, booking, sizeof *booking);
    struct gs_record *record = append(b, GS_REC_BOOKING);
    if (record != NULL) {
        record->u.booking = copy;
    }
}

void gs_batch_event(struct gs_batch *b, const struct gs_event *event)
{
    const struct gs_event *copy = copy_of(b, event, sizeof *event);
    struct gs_record *record = append(b, GS_REC_EVENT);
    if (record != NULL) {
        record->u.event = copy;
    }
}

void gs_batch_capacity(struct gs_batch *b, const struct gs_capacity *capacity, bool reset)
{
    const struct gs_capacity *copy = copy_of(b, capacity, sizeof *capacity);
    struct gs_record *record = append(b, reset ? GS_REC_CAPACITY_RESET : GS_REC_CAPACITY);
    if (record != NULL) {
        record->u.capacity = copy;
    }
}

void gs_batch_excused(struct gs_batch *b, const struct gs_excused *excused)
{
    const struct gs_excused *copy = copy_of(b, excused, sizeof *excused);
    struct gs_record *record = append(b, GS_REC_EXCUSED);
    if (record != NULL) {
        record->u.excused = copy;
    }
}

void gs_batch_turned_away(struct gs_batch *b, const struct gs_turned_away *t)
{
    const struct gs_turned_away *copy = copy_of(b, t, sizeof *t);
    struct gs_record *record = append(b, GS_REC_TURNED_AWAY);
    if (record != NULL) {
        record->u.turned_away = copy;
    }
}

void gs_batch_idem(struct gs_batch *b, const struct gs_idem *idem)
{
    struct gs_idem *copy = copy_of(b, idem, sizeof *idem);
    char *body = b->failed ? NULL : gs_arena_alloc(&b->arena, idem->body_len + 1);
    if (body == NULL) {
        b->failed = true;
        return;
    }
    if (idem->body_len > 0) {
        memcpy(body, idem->body, idem->body_len);
    }
    copy->body = body;
    struct gs_record *record = append(b, GS_REC_IDEM);
    if (record != NULL) {
        record->u.idem = copy;
    }
}

void gs_batch_token(struct gs_batch *b, const struct gs_token *token, bool revoke)
{
    const struct gs_token *copy = copy_of(b, token, sizeof *token);
    struct gs_record *record = append(b, revoke ? GS_REC_TOKEN_REVOKE : GS_REC_TOKEN);
    if (record != NULL) {
        record->u.token = copy;
    }
}

void gs_batch_user(struct gs_batch *b, const struct gs_user *user, bool remove)
{
    const struct gs_user *copy = copy_of(b, user, sizeof *user);
    struct gs_record *record = append(b, remove ? GS_REC_USER_DELETE : GS_REC_USER);
    if (record != NULL) {
        record->u.user = copy;
    }
}

void gs_batch_session(struct gs_batch *b, const struct gs_session *session, bool close)
{
    const struct gs_session *copy = copy_of(b, session, sizeof *session);
    struct gs_record *record = append(b, close ? GS_REC_SESSION_CLOSE : GS_REC_SESSION);
    if (record != NULL) {
        record->u.session = copy;
    }
}

void gs_batch_webhook(struct gs_batch *b, const struct gs_webhook *webhook, bool remove)
{
    const struct gs_webhook *copy = copy_of(b, webhook, sizeof *webhook);
    struct gs_record *record = append(b, remove ? GS_REC_WEBHOOK_DELETE : GS_REC_WEBHOOK);
    if (record != NULL) {
        record->u.webhook = copy;
    }
}

void gs_batch_webhook_retry(struct gs_batch *b, const struct gs_webhook_retry *retry, bool over)
{
    const struct gs_webhook_retry *copy = copy_of(b, retry, sizeof *retry);
    struct gs_record *record = append(b, over ? GS_REC_WEBHOOK_RETRIED : GS_REC_WEBHOOK_RETRY);
    if (record != NULL) {
        record->u.retry = copy;
    }
}

static const char *text_of(struct gs_batch *b, const char *text)
{
    return text != NULL ? copy_of(b, text, strlen(text) + 1) : NULL;
}

const struct gs_option_changes *gs_batch_options(struct gs_batch *b, const struct gs_option_changes *options)
{
    if (options == NULL || options->count == 0) {
        return NULL;
    }
    struct gs_option_change *at = copy_of(b, options->at, options->count * sizeof *at);
    for (size_t i = 0; i < options->count && at != NULL; i++) {
        at[i].key = text_of(b, options->at[i].key);
        at[i].before = text_of(b, options->at[i].before);
        at[i].after = text_of(b, options->at[i].after);
    }
    const struct gs_option_changes copy = {.count = at != NULL ? options->count : 0, .at = at, .total = options->total};
    return copy_of(b, &copy, sizeof copy);
}

const struct gs_epoch *gs_batch_epoch(struct gs_batch *b, const struct gs_epoch *epoch)
{
    const struct gs_epoch *copy = copy_of(b, epoch, sizeof *epoch);
    struct gs_record *record = append(b, GS_REC_EPOCH);
    if (record == NULL) {
        return NULL;
    }
    record->u.epoch = copy;
    return copy;
}
