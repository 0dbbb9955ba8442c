/* The core against its reference model: random sites, random commands, and after every command the same outcome, the same
 * state of every booking, the same places taken, the same next due instant. What the core would store goes to a mirror that
 * refuses what a database would; now and then, and at the end, the book is rebuilt from it and must be the same (I4).
 *
 * GS_SEED chooses the first world, GS_WORLDS and GS_COMMANDS how many. A failure names the world's own seed:
 * GS_SEED=<that> GS_WORLDS=1 GS_TRACE=1 plays it alone and prints every command. */
#include "../../base/dice.h"
#include "../leaf/cm.h"
#include "compare.h"
#include "mirror.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 20261125
#define WORLDS 500
#define COMMANDS 300

struct play {
    struct world world;
    struct model model;
    struct mirror mirror;
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_command command;
    struct gs_outcome outcome;
    uint64_t seed;
    int32_t at;     /* number of the command in its world */
    uint64_t codes; /* bits of the outcomes seen in all worlds */
    int64_t commands, accepted, moves, reminders;
    int64_t told, corrected, reinstated; /* what was accepted of what is told afterwards */
    bool trace;
};

static void show_command(const struct play *p, int64_t now, FILE *to)
{
    static const char *const kinds[] = {"book",   "walk-in", "change",       "cancel",         "reschedule",
                                        "delay",  "arrive",  "enter",        "clear",          "depart",
                                        "refuse", "revert",  "capacity-set", "capacity-reset", "note",
                                        "admit",  "excuse",  "gate-record",  "reinstate"};
    const struct gs_command *c = &p->command;
    char time[GS_RFC3339_TEXT];
    gs_rfc3339_format(now, p->world.rules.tz, time);
    fprintf(to, "# %d %s %s by %s, booking %lld", (int)p->at, time, kinds[c->kind], gs_role_name(c->actor.role),
            (long long)c->booking_id);
    if (c->at_ms != 0) {
        gs_rfc3339_format(c->at_ms, p->world.rules.tz, time);
        fprintf(to, ", at %s", time);
    }
    if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        fprintf(to, ", date %d windows '%s' slot %d waitlist %d urgent %d %s %s", (int)c->u.book.wish.date,
                c->u.book.wish.windows, (int)c->u.book.wish.slot_min, c->u.book.waitlist, c->u.book.urgent,
                c->u.book.truck.plate, c->u.book.truck.containers[0]);
    } else if (c->kind == GS_CMD_RESCHEDULE) {
        fprintf(to, ", date %d (%d) windows '%s' (%d) slot %d (%d)", (int)c->u.reschedule.wish.date,
                c->u.reschedule.has_date, c->u.reschedule.wish.windows, c->u.reschedule.has_windows,
                (int)c->u.reschedule.wish.slot_min, c->u.reschedule.has_slot);
    } else if (c->kind == GS_CMD_CAPACITY_SET || c->kind == GS_CMD_CAPACITY_RESET) {
        fprintf(to, ", date %d %s capacity %d (%d) slots %d closed %d excess %d", (int)c->u.capacity.to.date,
                c->u.capacity.to.window, (int)c->u.capacity.to.capacity, c->u.capacity.has_capacity,
                (int)c->u.capacity.to.slot_capacity, c->u.capacity.to.closed, (int)c->u.capacity.excess);
    }
    fprintf(to, "\n");
}

static void show_site(const struct world *w)
{
    const struct gs_rules *r = &w->rules;
    fprintf(stderr,
            "# %s, slots of %d min (capacity %d), horizon %d from %d, cutoff %d, promote %d, grace %d/%d, %d bays\n",
            r->timezone, (int)r->slot_min, (int)r->slot_capacity, (int)r->horizon_days, (int)r->opens_at_min,
            (int)r->cutoff_min, (int)r->promote_min, (int)r->early_grace_min, (int)r->late_grace_min, (int)r->bays);
    for (int32_t i = 0; i < r->window_count; i++) {
        fprintf(stderr, "# %s %d–%d capacity %d\n", r->windows[i].id, (int)r->windows[i].start_min,
                (int)r->windows[i].end_min, (int)r->windows[i].capacity);
    }
    for (int32_t i = 0; i < r->calendar_count; i++) {
        const struct gs_calendar_rule *c = &r->calendar[i];
        fprintf(stderr, "# exception %s %d closed %d: %s %d–%d capacity %d closed %d\n",
                c->by_date ? "date" : "weekday", (int)(c->by_date ? c->date : c->weekday), c->closed,
                c->change_count > 0 ? c->changes[0].id : "-", (int)c->changes[0].start_min, (int)c->changes[0].end_min,
                (int)c->changes[0].capacity, c->changes[0].closed);
    }
}

static void must_agree(const struct play *p, int64_t now, const char *difference)
{
    if (difference == NULL) {
        return;
    }
    show_site(&p->world);
    show_command(p, now, stderr);
    fail_msg("world GS_SEED=%llu, command %d: %s", (unsigned long long)p->seed, (int)p->at, difference);
}

/* The book as the store would give it back is the book; it is taken on from there. */
static void reload(struct play *p, int64_t now)
{
    struct gs_book *loaded = mirror_load(&p->mirror, &p->world.rules, p->model.now);
    must_agree(p, now, loaded == NULL ? "the store's rows are refused" : NULL);
    bool same = gs_book_digest(loaded) == gs_book_digest(p->book);
    gs_book_destroy(p->book);
    p->book = loaded;
    must_agree(p, now, same ? NULL : "the book rebuilt from the store is another");
}

static void count_afterwards(struct play *p)
{
    for (const struct gs_record *r = p->outcome.code == GS_CODE_OK ? p->batch.first : NULL; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT && r->u.event->booking_id == p->command.booking_id) {
            p->corrected += r->u.event->type == GS_EV_CORRECTED ? 1 : 0;
            p->reinstated += r->u.event->type == GS_EV_REINSTATED ? 1 : 0;
            p->told += r->u.event->happened_ms != 0 ? 1 : 0;
        }
    }
}

static void play_command(struct play *p)
{
    char text[DIFFERENCE_MAX];
    int64_t now = world_clock(&p->world, &p->model);
    world_command(&p->world, &p->model, &p->command);
    if (p->trace) {
        show_command(p, now, stdout);
    }
    gs_batch_clear(&p->batch);
    gs_apply(p->book, &p->command, now, &p->batch, &p->outcome);
    p->model.plans = p->outcome.plans;
    m_advise(&p->model, &p->batch);
    struct m_outcome want = m_apply(&p->model, &p->command, now);
    if (p->trace) {
        printf("#   %s\n", gs_code_name(p->outcome.code));
    }
    p->codes |= UINT64_C(1) << p->outcome.code;
    p->commands++;
    p->accepted += p->outcome.code == GS_CODE_OK ? 1 : 0;
    count_afterwards(p);
    must_agree(p, now, p->model.complaint[0] != '\0' ? p->model.complaint : NULL);
    must_agree(p, now, compare_outcome(&p->model, p->book, &p->command, &p->outcome, &want, text));
    must_agree(p, now, compare_bookings(&p->model, p->book, text));
    must_agree(p, now, compare_days(&p->model, p->book, text));
    mirror_commit(&p->mirror, &p->batch);
    must_agree(p, now, p->mirror.complaint[0] != '\0' ? p->mirror.complaint : NULL);
    if (world_roll(&p->world, 50) == 0) {
        reload(p, now);
    }
}

static void play_world(struct play *p, int32_t commands)
{
    world_make(&p->world, p->seed);
    m_init(&p->model, &p->world.rules, p->world.start_ms);
    mirror_init(&p->mirror);
    assert_int_equal(gs_book_create(&p->world.rules, &p->book), GS_OK);
    assert_int_equal(gs_book_start(p->book, 0, 0, p->world.start_ms), GS_OK);
    for (p->at = 0; p->at < commands; p->at++) {
        play_command(p);
    }
    reload(p, p->model.now);
    p->moves += p->model.moves_followed;
    p->reminders += p->model.reminders_told;
    gs_book_destroy(p->book);
    world_finish(&p->world);
}

static void core_and_model_agree_on_random_commands(void **state)
{
    struct play *p = *state;
    uint64_t seed = number_of("GS_SEED", SEED), worlds = number_of("GS_WORLDS", WORLDS);
    int32_t commands = (int32_t)number_of("GS_COMMANDS", COMMANDS);
    assert_in_range(commands, 1, M_BOOKINGS);
    p->trace = getenv("GS_TRACE") != NULL;
    printf("# GS_SEED=%llu GS_WORLDS=%llu GS_COMMANDS=%d\n", (unsigned long long)seed, (unsigned long long)worlds,
           (int)commands);
    for (uint64_t i = 0; i < worlds; i++) {
        p->seed = seed + i;
        play_world(p, commands);
    }
    printf("# %lld commands, %lld accepted, %lld moves, %lld reminders; %lld steps told afterwards, %lld put right, "
           "%lld reinstated\n",
           (long long)p->commands, (long long)p->accepted, (long long)p->moves, (long long)p->reminders,
           (long long)p->told, (long long)p->corrected, (long long)p->reinstated);
    if (worlds < WORLDS) {
        return;
    }
    /* What never came up was not tested. */
    static const enum gs_code needed[] = {GS_CODE_OK,
                                          GS_CODE_VALIDATION,
                                          GS_CODE_NOT_FOUND,
                                          GS_CODE_FORBIDDEN,
                                          GS_CODE_FULL,
                                          GS_CODE_DUPLICATE_PLATE,
                                          GS_CODE_DUPLICATE_CONTAINER,
                                          GS_CODE_WRONG_STATE,
                                          GS_CODE_EARLY,
                                          GS_CODE_YARD_FULL,
                                          GS_CODE_PAST_CUTOFF,
                                          GS_CODE_OUTSIDE_HORIZON,
                                          GS_CODE_CLOSED,
                                          GS_CODE_TOO_LATE,
                                          GS_CODE_COMPANY_QUOTA,
                                          GS_CODE_ALREADY_DELAYED,
                                          GS_CODE_DUPLICATE_REFERENCE,
                                          GS_CODE_SUSPENDED,
                                          GS_CODE_LIVE_QUOTA,
                                          GS_CODE_NO_STRIKE,
                                          GS_CODE_ALREADY_EXCUSED};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        assert_true((p->codes >> needed[i] & 1u) != 0);
    }
    assert_in_range(p->moves, 150, INT64_MAX);
    assert_in_range(p->reminders, 2000, INT64_MAX);
    assert_in_range(p->told, 400, INT64_MAX);
    assert_in_range(p->corrected, 40, INT64_MAX);
    assert_in_range(p->reinstated, 15, INT64_MAX);
    assert_in_range(p->accepted * 10, 3 * p->commands, 10 * p->commands);
}

static int make_play(void **state)
{
    struct play *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return -1;
    }
    gs_batch_init(&p->batch);
    *state = p;
    return 0;
}

static int drop_play(void **state)
{
    struct play *p = *state;
    gs_batch_finish(&p->batch);
    free(p);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(core_and_model_agree_on_random_commands, make_play, drop_play),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
