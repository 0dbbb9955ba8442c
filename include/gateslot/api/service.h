/* What the API asks of the app behind it: the book, commands, questions to the store, the clock. The app fills this table in; the
 * tests of the routes fill in one of their own. All on the loop's thread. */
#ifndef GATESLOT_API_SERVICE_H
#define GATESLOT_API_SERVICE_H

#include "gateslot/core/book.h"
#include "gateslot/core/journal.h"
#include "gateslot/core/query.h"
#include "gateslot/core/replay.h"
#include "gateslot/http/server.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Who waits for a replay. */
struct gs_replay_waiter {
    void *arg;
    bool (*gone)(void *arg); /* is the answer of no use any more? It comes all the same, soon */
    /* Once; err not GS_OK: there is no report (NULL) */
    void (*done)(void *arg, int err, const struct gs_replay_report *report);
};

/* How the daemon is. */
struct gs_health {
    bool stopping, storage_full;
    int copies_promised,
        copies_held;    /* of what is acknowledged; fewer than promised: the configuration lets it go on */
    bool clock_refused; /* the wall clock leapt by leap_ms and is not followed: nothing is decided */
    int64_t leap_ms;
    int64_t reserve_bytes, reserve_wanted; /* for a full disk; less than wanted where there is too little space */
};

/* The latest backup that was written and found whole. */
struct gs_last_backup {
    int64_t at_ms; /* the site's time; 0: none is known */
    char path[4096];
};

/* What became of the last reload. */
#define GS_RELOAD_FAULTS 8
struct gs_reload_note {
    int64_t at_ms; /* the site's time; 0: none was asked for since the start */
    bool ok;
    size_t faults, shown;                  /* why not: how many, and of how many there is a sentence */
    char sentences[GS_RELOAD_FAULTS][512]; /* FILE:LINE:COL: KEY: message; cut */
};
/* What the daemon says of itself, besides its health. */
struct gs_daemon_state {
    int64_t started_ms, loaded_ms; /* the site's time of the start, and when the configuration in force was read */
    int64_t wall_ms;               /* what the wall clock says */
    const char *config_path;       /* absolute, if it can be said */
    char config_sha256[65];        /* of its text */
    const struct gs_reload_note *reload;
    int32_t connections;
    int64_t certificate_expiry_ms;       /* 0: there is no certificate */
    const char *certificate_fingerprint; /* "" then */
    struct gs_http_state clients;
};

/* What another configuration would do, or all that is wrong with it. */
struct gs_preview_fault {
    int line, column; /* from 1; 0: of no place */
    const char *key, *message;
};
struct gs_preview {
    size_t fault_count; /* then nothing else is there */
    const struct gs_preview_fault *faults;
    const struct gs_option_changes *options;
    const struct gs_plans *plans;
};

struct gs_preview_task;

/* A password or PIN to be hashed, or to be checked against a hash. */
struct gs_hash_question {
    const char *secret;  /* copied, and the copy wiped; at most GS_SECRET_MAX bytes */
    bool checks;         /* else a hash is made of it */
    const char *against; /* NULL: nobody's, which takes as long and matches nothing */
    bool spare;          /* may use the places that are kept for this machine's own */
};
struct gs_hash_result {
    int err;                           /* GS_E_IO: it could not be done */
    bool matches;                      /* checked: it is that one */
    char hash[GS_SECRET_HASH_MAX + 1]; /* made */
};
typedef void (*gs_hash_done)(void *arg, const struct gs_hash_result *result);

/* A webhook as it stands. */
struct gs_webhook_view {
    const struct gs_webhook *row; /* until the next change */
    size_t pending;               /* events that were looked at, are for it, and are not delivered */
    int64_t unread;               /* events that were not looked at yet */
    int64_t oldest_ms;            /* of those pending: when the oldest happened, or was tried first; 0: none */
};
struct gs_webhook_tested {
    enum gs_webhook_result result;
    int32_t status; /* HTTP; 0: there was no answer */
    int64_t duration_ms;
    const char *id; /* of the message */
};
typedef void (*gs_webhook_test_done)(void *arg, const struct gs_webhook_tested *t);

struct gs_key_room {
    int32_t limit;    /* what it has met */
    bool of_all;      /* the limit of all names together, else its own */
    int64_t again_ms; /* when the oldest answer is forgotten */
};

struct gs_service {
    void *self;
    /* Is the store surely this daemon's now? Nothing else here is asked while it is not, but health, and nothing shown or done. NULL: always. */
    bool (*serves)(void *self);
    /* Applies what is due up to now and adds its records to the open batch; then the book. An answer about what is begins with it. What an
     * outcome had borrowed from the book is void. */
    const struct gs_book *(*apply_due)(void *self);
    /* The book as the last command, or apply_due, left it; changes nothing. An answer about an outcome is written from it. */
    const struct gs_book *(*book)(void *self);
    int64_t (*now_ms)(void *self); /* the site's clock (drill or real) */
    bool (*drill)(void *self);
    /* Sets a drill's clock forward (GS_E_RANGE: backwards; GS_E_INVALID: not a drill) and applies what falls due on the way. */
    int (*set_clock)(void *self, int64_t now_ms);
    /* Follows a leap of the wall clock that was refused (GS_E_INVALID: there is none), and tells of it in that one's name. */
    int (*accept_clock)(void *self, const struct gs_actor *actor);
    /* Before time is spent on answers that were put off: what has been decided goes to the disk meanwhile. NULL: nothing does. */
    void (*before_slice)(void *self);
    /* Applies a command and adds its records to the open batch; random bits are filled in by the service. Refuses with
     * GS_CODE_OVERLOADED, GS_CODE_STORAGE_FULL or GS_CODE_CLOCK_UNTRUSTED in out->code when it must. */
    void (*apply)(void *self, struct gs_command *command, struct gs_outcome *out);
    /* Requests for bookings that stand or fall together: what apply is asked for in between stands, and is stored at once, or was never there.
     * GS_CODE_OK, or why all of them are refused: then nothing begins. Nothing but apply and book is asked in between. refused: the first
     * that was, if they do not stand (journal.h). */
    enum gs_code (*together_begin)(void *self);
    void (*together_end)(void *self, bool stands, const struct gs_refused_together *refused);
    /* From true to false what apply adds stays in one batch with the answers that are kept: nothing of it is handed to the disk before. */
    void (*gather)(void *self, bool on);
    /* Adds to the open batch: it commits together with what apply added since the call before that kept one, or since gather. */
    void (*keep_answer)(void *self, const struct gs_idem *idem);
    void (*keep_token)(void *self, const struct gs_token *token, bool revoke); /* new or changed, or revoked */
    void (*keep_user)(void *self, const struct gs_user *user, bool remove);
    void (*keep_session)(void *self, const struct gs_session *session, bool close);
    /* The nth webhook in order of name; false past the last. */
    bool (*webhook)(void *self, size_t nth, struct gs_webhook_view *out);
    /* New, changed by a person, or removed: what it has still to deliver follows. */
    void (*keep_webhook)(void *self, const struct gs_webhook *webhook, bool remove);
    bool (*webhook_may)(void *self, const char *url); /* does the configuration let one lead there? */
    /* Sends it a message that says nothing; done on the loop's thread. GS_E_BUSY: too much is being sent. */
    int (*test_webhook)(void *self, const struct gs_webhook *webhook, gs_webhook_test_done done, void *arg);
    /* On a thread of its own; done on the loop's. GS_E_BUSY: too many wait. */
    int (*hash)(void *self, const struct gs_hash_question *q, gs_hash_done done, void *arg);
    /* How long a session lasts unused, and in all. */
    void (*session_limits)(void *self, int64_t *out_idle_ms, int64_t *out_absolute_ms);
    /* How long a device stays paired (0: no end), and who stands at it while nothing is done there. */
    void (*device_limits)(void *self, int64_t *out_lasts_ms, int64_t *out_person_ms);
    /* Whom the configuration gives a role by its user or groups: true, and out is who it is; its name is "" where the machine has none for that
     * user that can stand in the record. */
    bool (*peer)(void *self, uid_t uid, const gid_t *groups, size_t count, struct gs_actor *out);
    bool (*peer_named)(void *self, const char *name); /* does the configuration give a user of that name a role? */
    /* Idempotency keys known (loaded or given in this life): true and where the answer is; row 0: its effect is in the open or flying batch,
     * then row is assigned: always usable with GS_QUERY_IDEM, which is queued behind that batch. */
    bool (*find_answer)(void *self, const char *owner, const char *key,
                        unsigned char out_fingerprint[GS_FINGERPRINT_KEPT], int64_t *out_row);
    /* May the name use another key, or are as many answers kept as may be? A change that is made under a key it had room for is kept. */
    bool (*key_room)(void *self, const char *owner, struct gs_key_room *out);
    /* Asynchronous question to the store; done on the loop's thread. GS_E_BUSY: overloaded. */
    int (*query)(void *self, const struct gs_query *query, void (*done)(void *arg, struct gs_answer *answer),
                 void *arg);
    /* Somebody waits for events: those that become durable are wanted with their texts (gs_api_durable), or no longer. */
    void (*follow)(void *self, bool wanted);
    /* A name for a new backup in the site's own place, which is made if it is missing; on failure a sentence about it instead. */
    int (*backup_name)(void *self, char *out, size_t size);
    /* One was made. Of those in the site's own place all but the keep latest go (0: none goes); returns how many went. */
    int (*backup_made)(void *self, const char *path, int32_t keep);
    /* Makes all decisions again, beside the live service, and reports about those of a date. GS_E_BUSY: another is under way. */
    int (*replay)(void *self, gs_date date, const struct gs_replay_waiter *waiter);
    /* The number of the batch whose durability the state read or written now depends on; 0: nothing outstanding. */
    uint64_t (*stamp)(void *self);
    /* The site's rules, and what metrics know. */
    const struct gs_rules *(*rules)(void *self);
    /* The nth of these rules that are one value each, by its key of the configuration; false past the last. Rules of one section follow
     * each other. */
    bool (*rule)(void *self, size_t nth, struct gs_rule_value *out);
    /* What a reload of that configuration would do, found out step by step as of one instant between the first and the last; nothing is changed.
     * *out_ready: the task's own, NULL before the last step. A task is ended before there is another book or configuration. GS_E_NOMEM. */
    int (*preview)(void *self, const char *text, size_t len, struct gs_preview_task **out);
    int (*preview_step)(void *self, struct gs_preview_task *task, const struct gs_preview **out_ready);
    void (*preview_end)(struct gs_preview_task *task);
    void (*health)(void *self, struct gs_health *out);
    void (*state)(void *self, struct gs_daemon_state *out);
    void (*metrics)(void *self, struct gs_buf *out); /* Prometheus text of the app's own counters */
};

#endif
