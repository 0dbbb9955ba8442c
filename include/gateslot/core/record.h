/* What the book tells the store: the records of one batch, in the order in which they must be written (who frees a
 * place comes before who takes it). A batch owns its records; they are copies, so it can cross to the writer thread. */
#ifndef GATESLOT_CORE_RECORD_H
#define GATESLOT_CORE_RECORD_H

#include "gateslot/base/arena.h"
#include "gateslot/base/buf.h"
#include "gateslot/base/lang.h"
#include "gateslot/core/booking.h"
#include "gateslot/core/event.h"

/* A supervisor's capacity of one window of one date; stands until reset. */
struct gs_capacity {
    gs_date date;
    char window[GS_WINDOW_ID_MAX + 1];
    int32_t capacity;
    int32_t slot_capacity; /* -1: even spread of capacity */
    bool closed;
    char reason[GS_REASON_MAX + 1];
};

/* What a retry must find again. */
struct gs_idem {
    char key[GS_IDEMPOTENCY_KEY_MAX + 1];
    unsigned char fingerprint[32]; /* SHA-256 of token name, method, target and body */
    char owner[GS_NAME_MAX + 1];   /* the token's name: keys of different tokens are different */
    int64_t at_ms;
    int32_t status;                     /* HTTP */
    int64_t etag;                       /* booking version, 0 = none */
    enum gs_lang lang;                  /* of the sentences in body */
    char location[GS_LOCATION_MAX + 1]; /* path of what was made, "" = nothing was */
    size_t body_len;
    const char *body; /* in the batch's arena, or owned by a query's result */
};

struct gs_token {
    char name[GS_NAME_MAX + 1];
    enum gs_role role;
    unsigned char hash[32];         /* SHA-256 of the token */
    int64_t created_ms, expires_ms; /* 0 = never */
    bool unconfirmed; /* made before the store was put back: opens nothing until a supervisor confirms it */
    int64_t used_ms;  /* last, to the minute; 0 = never */
};

/* A person who logs in with a name and a password. */
struct gs_user {
    char name[GS_NAME_MAX + 1];
    enum gs_role role;
    enum gs_lang lang;                     /* in which pages and texts are shown; NONE: as the browser says */
    bool disabled;                         /* does not log in, and has no session */
    bool unconfirmed;                      /* as a token's */
    int64_t created_ms, used_ms;           /* last login; 0 = never */
    char password[GS_SECRET_HASH_MAX + 1]; /* as crypt(5) writes it */
    char pin[GS_SECRET_HASH_MAX + 1];      /* likewise; "" = none */
};

/* What a cookie opens, until it is closed or runs out. */
enum gs_session_kind {
    GS_SESSION_USER,   /* a user who has logged in */
    GS_SESSION_DEVICE, /* a device that was paired */
    GS_SESSION_KINDS
};
struct gs_session {
    unsigned char hash[32]; /* SHA-256 of the cookie's secret; names the session */
    enum gs_session_kind kind;
    char name[GS_NAME_MAX + 1];     /* the user's, or the device's own */
    enum gs_role role;              /* as it was when the session was opened: a user whose role changes loses it */
    int64_t created_ms, expires_ms; /* 0 = not by itself */
    int64_t used_ms;                /* last, to the minute */
};

/* Why a webhook gets nothing. The numbers are in the files. */
enum gs_webhook_off {
    GS_WEBHOOK_ON,
    GS_WEBHOOK_OFF_BY_HAND,
    GS_WEBHOOK_OFF_GONE,     /* it answered 410 */
    GS_WEBHOOK_OFF_FAILING,  /* a message could not be delivered for days */
    GS_WEBHOOK_OFF_RESTORED, /* the store was put back: it may have been removed since */
    GS_WEBHOOK_OFFS
};
const char *gs_webhook_off_name(enum gs_webhook_off off); /* "by_hand", "gone", …; "" for ON */
/* What became of an attempt to deliver. The numbers are in the files. */
enum gs_webhook_result {
    GS_WEBHOOK_DELIVERED,
    GS_WEBHOOK_REFUSED,     /* by an HTTP status that is not 2xx */
    GS_WEBHOOK_NOT_ALLOWED, /* its address is not one that the configuration lets it have */
    GS_WEBHOOK_NOT_FOUND,   /* its name leads to no address */
    GS_WEBHOOK_NO_CONNECTION,
    GS_WEBHOOK_TIMEOUT,
    GS_WEBHOOK_TLS,         /* TLS could not be agreed on */
    GS_WEBHOOK_BROKEN,      /* the connection ended, or what came was no HTTP */
    GS_WEBHOOK_UNTRUSTED,   /* no authority that is trusted answers for its certificate */
    GS_WEBHOOK_OUT_OF_DATE, /* its certificate has expired, or is not valid yet */
    GS_WEBHOOK_OTHER_HOST,  /* its certificate is another host's */
    GS_WEBHOOK_CA_FILE,     /* the file with the authorities cannot be read */
    GS_WEBHOOK_RESULTS
};
const char *gs_webhook_result_name(enum gs_webhook_result result); /* "delivered", "refused", … */
/* Where events are sent to, and how far that has come: what is up to cursor has been delivered, is not for it, or has a
 * struct gs_webhook_retry. */
struct gs_webhook {
    char name[GS_NAME_MAX + 1];
    int64_t id; /* drawn when it was made: names its messages, so that another one of the same name is another */
    char url[GS_WEBHOOK_URL_MAX + 1];
    char owner[GS_NAME_MAX + 1];          /* it gets events of this backend's bookings; "" = all events */
    char types[GS_WEBHOOK_TYPES_MAX + 1]; /* words with commas, as gs_event_types_named takes them; "" = any */
    char secret[GS_WEBHOOK_SECRET_MAX + 1], old_secret[GS_WEBHOOK_SECRET_MAX + 1];
    int64_t old_until_ms; /* until then the old secret signs too */
    enum gs_webhook_off off;
    int64_t created_ms;
    int64_t cursor;                /* number of an event */
    int64_t delivered_ms;          /* the latest success; 0 = none */
    int64_t attempt_ms;            /* the latest attempt that failed; 0 = none */
    enum gs_webhook_result result; /* of that */
    int32_t status;                /* likewise: HTTP; 0 = there was no answer */
    int64_t failing_ms;            /* since when no attempt has succeeded; 0 = the latest did */
    int32_t failures;              /* attempts since then */
    int64_t lost_ms;               /* when events behind the cursor were found to be there no longer; 0 = never */
};
/* An event that could not be delivered yet, or waits for such a one of the same booking. */
struct gs_webhook_retry {
    int64_t webhook; /* its id */
    int64_t seq, booking_id;
    int32_t attempts;
    int64_t first_ms, next_ms; /* of the first attempt, and when it is tried again; 0 = not tried yet */
};

/* A store that was put back goes on in a new epoch: its numbers go on beyond every one that can have been given out since. */
enum gs_epoch_cause {
    GS_EPOCH_NONE,
    GS_EPOCH_BACKUP, /* a backup was put in the store's place */
    GS_EPOCH_LOSS,   /* batches or rows were missing or damaged, and that was accepted */
    GS_EPOCH_CAUSES
};
struct gs_epoch {
    int64_t at_ms;
    enum gs_epoch_cause cause;
    int64_t last_seq, last_booking_id;   /* of the store that was found */
    int64_t lost_seq, lost_booking_id;   /* the last ones known to have been given out; 0: not known */
    int64_t first_seq, first_booking_id; /* of the new epoch */
};

/* The strike of a booking that the book does not hold any more was excused: its row, archived or about to be, is changed. */
struct gs_excused {
    int64_t booking_id, version, updated_ms, last_event;
};

/* A truck for which a check recorded at the gate on that date said reject. */
struct gs_turned_away {
    gs_date date;
    char truck[GS_PLATE_MAX +
               1]; /* its plate; of one without a booking that was asked for otherwise, what was asked for */
};

/* An event that has become durable, as it is stored; one of a list. */
struct gs_durable_event {
    struct gs_durable_event *next;
    int64_t seq;
    enum gs_event_type type;
    char owner[GS_NAME_MAX + 1];
    size_t len;
    char json[]; /* as gs_event_json wrote it; no NUL */
};
struct gs_durable_events { /* in order; all zero: none */
    struct gs_durable_event *first, *last;
};
/* Behind the others; GS_E_NOMEM: as they were. */
int gs_durable_events_add(struct gs_durable_events *list, const struct gs_event *e, const char *json,
                          size_t len) GS_MUST_CHECK;
/* All of more, which is empty then, behind the others. */
void gs_durable_events_append(struct gs_durable_events *list, struct gs_durable_events *more);
void gs_durable_events_finish(struct gs_durable_events *list);

enum gs_record_kind {
    GS_REC_BOOKING, /* whole row, new or changed */
    GS_REC_EVENT,
    GS_REC_CAPACITY,
    GS_REC_CAPACITY_RESET,
    GS_REC_IDEM,
    GS_REC_TOKEN,
    GS_REC_TOKEN_REVOKE,
    GS_REC_EPOCH, /* comes before the event that tells of it */
    GS_REC_EXCUSED,
    GS_REC_TURNED_AWAY,
    GS_REC_USER, /* whole row, new or changed; a session's too */
    GS_REC_USER_DELETE,
    GS_REC_SESSION,
    GS_REC_SESSION_CLOSE,
    GS_REC_WEBHOOK,        /* whole row, new or changed; of a retry too */
    GS_REC_WEBHOOK_DELETE, /* with all its retries */
    GS_REC_WEBHOOK_RETRY,
    GS_REC_WEBHOOK_RETRIED /* it is over */
};

struct gs_record {
    enum gs_record_kind kind;
    struct gs_record *next;
    union {
        const struct gs_booking *booking;
        const struct gs_event *event;
        const struct gs_capacity *capacity;
        const struct gs_idem *idem;
        const struct gs_token *token;
        const struct gs_epoch *epoch;
        const struct gs_excused *excused;
        const struct gs_turned_away *turned_away;
        const struct gs_user *user;
        const struct gs_session *session;
        const struct gs_webhook *webhook;
        const struct gs_webhook_retry *retry;
    } u;
};

struct gs_batch {
    struct gs_arena arena;
    struct gs_record *first, *last;
    size_t count;
    bool failed;           /* out of memory: the batch must not be committed, the book is to be rebuilt */
    int64_t now_ms;        /* the latest instant applied; stored, so that a drill can go on from it */
    struct gs_buf journal; /* journal.h: what the book was told, refusals too; stored together with the records */
    int64_t journal_at_ms; /* the instant of its last entry */
};

void gs_batch_init(struct gs_batch *b);
void gs_batch_finish(struct gs_batch *b);
void gs_batch_clear(struct gs_batch *b);
/* Where its records end. Back to it: what was appended since is not in the batch any more; its memory goes with the batch. The journal stays. */
struct gs_batch_mark {
    struct gs_record *last;
    size_t count;
};
struct gs_batch_mark gs_batch_mark(const struct gs_batch *b);
void gs_batch_rewind(struct gs_batch *b, const struct gs_batch_mark *mark);
/* Each copies its argument (idem: body too). */
void gs_batch_booking(struct gs_batch *b, const struct gs_booking *booking);
void gs_batch_event(struct gs_batch *b, const struct gs_event *event);
void gs_batch_capacity(struct gs_batch *b, const struct gs_capacity *capacity, bool reset);
void gs_batch_turned_away(struct gs_batch *b, const struct gs_turned_away *t);
void gs_batch_idem(struct gs_batch *b, const struct gs_idem *idem);
void gs_batch_excused(struct gs_batch *b, const struct gs_excused *excused);
void gs_batch_token(struct gs_batch *b, const struct gs_token *token, bool revoke); /* new or changed, or revoked */
void gs_batch_user(struct gs_batch *b, const struct gs_user *user, bool remove);
void gs_batch_session(struct gs_batch *b, const struct gs_session *session, bool close);
void gs_batch_webhook(struct gs_batch *b, const struct gs_webhook *webhook, bool remove);
void gs_batch_webhook_retry(struct gs_batch *b, const struct gs_webhook_retry *retry, bool over);
/* No record: what an event of the batch refers to. NULL without memory, or of none. */
const struct gs_option_changes *gs_batch_options(struct gs_batch *b, const struct gs_option_changes *options);
const struct gs_epoch *gs_batch_epoch(struct gs_batch *b,
                                      const struct gs_epoch *epoch); /* the copy; NULL without memory */

#endif
