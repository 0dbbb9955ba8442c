/* Answers for how the store is opened: where the configuration of the start says it is, under which name, and how many copies are promised. It uses
 * nothing that changes, so that a thread may do it while the loop runs. */
#include "app.h"
#include "gateslot/base/text.h"
#include <unistd.h>

/* Judged once the store has said what its last instant was: this one is only noted. */
static void begin_clock(const struct gs_app_options *options, struct gs_clock *clock)
{
    if (options->drill) {
        gs_clock_init_drill(clock, options->drill_start_ms, options->drill_speed);
    } else {
        gs_clock_init(clock, 0, &(struct gs_clock_past){.last_ms = 0});
    }
}

void gs_app_begin_clock(struct gs_app *app)
{
    begin_clock(&app->options, &app->clock);
}

/* PostgreSQL's disk is its administrator's. */
int32_t gs_app_reserve_wanted(const struct gs_app *app)
{
    return gs_config_in_postgresql(app->boot) ? 0 : GS_RESERVE_BYTES;
}

int gs_app_open_store(const struct gs_app *app, struct gs_store **out, char *message, size_t message_size)
{
    const struct gs_config *config = app->boot;
    struct gs_clock clock;
    char name[GS_STORE_NAME_MAX + 1] = "";
    begin_clock(&app->options, &clock);
    if (config->store_name[0] == '\0' && gethostname(name, sizeof name - 1) != 0) {
        (void)gs_text_copy(message, message_size, "the machine has no host name, and store_name is not given");
        return GS_E_INVALID;
    }
    const struct gs_store_options options = {.drill = app->options.drill,
                                             .tz = config->rules.tz,
                                             .ballast_bytes = gs_app_reserve_wanted(app),
                                             .accept_loss = app->options.accept_loss,
                                             .now_ms = gs_clock_now(&clock),
                                             .store_name = name[0] != '\0' ? name : config->store_name,
                                             .state_directory = config->state_directory,
                                             .copies_promised = config->copies_promised,
                                             .fewer_copies = config->fewer_copies};
    return gs_store_open(config->store, &options, out, message, message_size);
}
