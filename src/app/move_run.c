/* Answers for gateslotd --migrate: gives the work to the store, has all decisions of what was copied made again, and logs what came of it.
 * It needs no configuration: the rules are in the journal. Run by root, it works as the user whose directory the new store is in. */
#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/store/move.h"
#include "replay_rules.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a replay says of a store. */
struct decided {
    int64_t commands, events, differing, earlier_differing;
};

struct move_run {
    int64_t now_ms;
    struct decided verdict;
};

static void give_answer(struct gs_replay *r, struct gs_store *store)
{
    struct gs_query query;
    struct gs_answer answer;
    gs_replay_question(r, &query);
    gs_store_query(store, &query, &answer);
    gs_replay_take(r, &answer);
    gs_answer_finish(&answer);
}

static int replay(struct gs_store *store, int64_t now_ms, struct decided *out)
{
    struct gs_replay_rules rules;
    struct gs_replay *r = NULL;
    enum gs_replay_state state = GS_REPLAY_FAILED;
    const struct gs_replay_options options = {.date = (gs_date)(now_ms / 86400000),
                                              .rules = gs_replay_rules_take,
                                              .changes = gs_replay_rules_changes,
                                              .self = &rules};
    gs_replay_rules_init(&rules);
    int err = gs_replay_create(&options, &r);
    while (err == GS_OK && ((state = gs_replay_step(r)) == GS_REPLAY_GOES_ON || state == GS_REPLAY_ASKS)) {
        if (state == GS_REPLAY_ASKS) {
            give_answer(r, store);
        }
    }
    if (err == GS_OK && state == GS_REPLAY_DONE) {
        const struct gs_replay_report *report = gs_replay_report(r);
        *out = (struct decided){.commands = report->all_commands,
                                .events = report->all_events,
                                .differing = report->differing + report->elsewhere,
                                .earlier_differing = report->earlier_differing};
    }
    err = err == GS_OK && state != GS_REPLAY_DONE ? GS_E_IO : err;
    gs_replay_destroy(r);
    gs_replay_rules_finish(&rules);
    return err;
}

/* The rows are equal; so must be what is decided by them. Where all comes out as it was stored, only one store has to be asked. */
static int judge(void *self, struct gs_store *from, struct gs_store *to, char *message, size_t message_size)
{
    struct move_run *run = self;
    struct decided before;
    int err = replay(to, run->now_ms, &run->verdict);
    before = run->verdict;
    if (err == GS_OK && run->verdict.differing + run->verdict.earlier_differing > 0) {
        err = replay(from, run->now_ms, &before);
    }
    if (err == GS_OK &&
        (before.commands != run->verdict.commands || before.events != run->verdict.events ||
         before.differing != run->verdict.differing || before.earlier_differing != run->verdict.earlier_differing)) {
        (void)snprintf(message, message_size,
                       "the decisions come out otherwise by what was copied than by what was there");
        return GS_E_CORRUPT;
    }
    if (err != GS_OK) {
        (void)snprintf(message, message_size, "the decisions could not be made again: %s", gs_strerror(err));
    }
    return err;
}

static void log_moved(const struct gs_moved *m, const struct move_run *run)
{
    if (m->before) {
        gs_log(GS_LOG_NOTICE, "moved", "from=%s to=%s note=\"it was moved there before: nothing was done\"", m->from,
               m->to);
        return;
    }
    gs_log(GS_LOG_NOTICE, "moved",
           "from=%s to=%s rows=%" PRId64 " digest=%016" PRIx64 " last_event=%" PRId64 " last_booking=%" PRId64
           " decisions=%" PRId64 " differing=%" PRId64 " note=\"%s\"",
           m->from, m->to, m->rows, m->digest, m->last_seq, m->last_booking_id, run->verdict.commands,
           run->verdict.differing,
           m->backup
               ? "from a backup, which stays as it is: the first start opens a new epoch; then confirm tokens and users"
               : "name the new address in the configuration and start the daemon; the old store stays as it was, and "
                 "no daemon starts on it");
}

int gs_app_move(const struct gs_app_options *options)
{
    static const char file[] = "sqlite:";
    struct gs_clock clock;
    struct move_run run = {0};
    struct gs_moved moved;
    char message[1024] = "";
    gs_clock_init(&clock, 0, &(struct gs_clock_past){.last_ms = 0});
    run.now_ms = gs_clock_now(&clock);
    const char *place = strncmp(options->move_to, file, sizeof file - 1) == 0     ? options->move_to
                        : strncmp(options->move_from, file, sizeof file - 1) == 0 ? options->move_from
                                                                                  : NULL;
    const struct gs_move_options move = {.now_ms = run.now_ms, .judge = judge, .self = &run};
    int err = place != NULL ? gs_app_become_owner(place + sizeof file - 1) : GS_OK;
    if (err == GS_OK) {
        err = gs_store_move(options->move_from, options->move_to, &move, &moved, message, sizeof message);
        if (err == GS_OK) {
            log_moved(&moved, &run);
        } else {
            gs_log(GS_LOG_ERROR, "migrate", "error=\"%s\"", message);
        }
    }
    gs_log_flush();
    return err == GS_OK ? 0 : 1;
}
