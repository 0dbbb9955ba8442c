/* Answers for what a leap of the wall clock means for the site: told once in the log and as an event, nothing decided by it, ended by
 * a supervisor's word or by the clock being right again; and for keeping what the next start needs to judge its own clock. */
#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

void gs_app_clock_start(struct gs_app *app)
{
    struct gs_clock_past past = {.last_ms = gs_book_now(app->book)};
    if (app->options.drill) {
        gs_clock_init_drill(&app->clock,
                            app->options.drill_start_ms > past.last_ms ? app->options.drill_start_ms : past.last_ms,
                            app->options.drill_speed);
        return;
    }
    char beside[GS_CONFIG_BESIDE];
    gs_config_beside(app->boot, beside);
    gs_clock_mark_open(&app->clock_mark, beside, &past);
    gs_clock_init(&app->clock, (int64_t)app->boot->max_leap_min * 60 * 1000, &past);
}

bool gs_app_clock_trusted(struct gs_app *app)
{
    (void)gs_clock_now(&app->clock);
    return !app->clock.refused;
}

/* An event at the last instant that was decided by: what falls due by a new time comes after it. */
static void tell(struct gs_app *app, enum gs_event_type type, const struct gs_actor *actor, int64_t from_ms,
                 int64_t to_ms)
{
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = *actor, .if_version = -1};
    struct gs_outcome out = {.code = GS_CODE_OK};
    command.u.note.type = type;
    command.u.note.from_ms = from_ms;
    command.u.note.to_ms = to_ms;
    gs_journal_apply(app->book, &command, gs_book_now(app->book), &app->batch, NULL, &out);
    gs_app_check_batch(app);
}

static void tell_refused(struct gs_app *app)
{
    static const struct gs_actor daemon = {.role = GS_ROLE_SYSTEM, .name = "gateslotd"};
    const struct gs_clock *c = &app->clock;
    gs_log(GS_LOG_ERROR, "clock_refused",
           "leap_s=%lld since_boot=%s note=\"the wall clock leapt and is not followed: nothing falls due and nothing "
           "is decided until it "
           "is right again or a supervisor says: gateslot clock accept\"",
           (long long)(c->leap_ms / 1000), c->unproven ? "unknown" : "certain");
    tell(app, GS_EV_CLOCK_REFUSED, &daemon, c->last_ms, c->last_ms + c->leap_ms);
}

void gs_app_clock_watch(struct gs_app *app)
{
    if (app->clock.refused == app->clock_told || app->book == NULL) {
        return;
    }
    app->clock_told = app->clock.refused;
    if (app->clock.refused) {
        tell_refused(app);
    } else {
        gs_log(GS_LOG_NOTICE, "clock_right", "note=\"the wall clock is right again, and followed\"");
    }
}

/* A site at which nothing happens stores its time all the same: tokens that have expired stay so. */
static bool is_to_be_stored(struct gs_app *app)
{
    if (app->storage_full || gs_writer_busy(app->writer) || app->clock.refused) {
        return false;
    }
    gs_app_apply_due(app);
    return gs_book_now(app->book) - app->submitted_now_ms >= GS_CLOCK_STORED_MS;
}

bool gs_app_clock_second(struct gs_app *app)
{
    if (app->clock.drill) {
        return false;
    }
    (void)gs_clock_now(&app->clock);
    gs_clock_mark_write(&app->clock_mark, &app->clock, app->durable_now_ms);
    return is_to_be_stored(app);
}

int gs_app_clock_accept(struct gs_app *app, const struct gs_actor *actor)
{
    const int64_t before_ms = app->clock.drill ? 0 : gs_clock_now(&app->clock);
    int err = app->clock.drill ? GS_E_INVALID : gs_clock_accept(&app->clock);
    if (err != GS_OK) {
        return err;
    }
    app->clock_told = false;
    gs_log(GS_LOG_NOTICE, "clock_accepted", "leap_s=%lld by=%s", (long long)(app->clock.leap_ms / 1000), actor->name);
    tell(app, GS_EV_CLOCK_ACCEPTED, actor, before_ms, before_ms + app->clock.leap_ms);
    gs_app_apply_due(app);
    return GS_OK;
}
