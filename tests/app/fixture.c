/* The app under test, and the requests made to it. */
#include "outside.h"
#include <stdio.h>
#include <unistd.h>

static const char site[] = "site: {name: test, timezone: Asia/Shanghai}\n";

int64_t instant(const char *rfc3339)
{
    int64_t at_ms = 0;
    assert_int_equal(gs_rfc3339_parse(rfc3339, strlen(rfc3339), &at_ms), GS_OK);
    return at_ms;
}

void fixture_config(struct fixture *f, const char *text)
{
    FILE *file = fopen(f->config_path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void fixture_directory(struct fixture *f)
{
    strcpy(f->directory, "/tmp/gateslot-app-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->config_path, sizeof f->config_path, "%s/site.yaml", f->directory);
    fixture_config(f, site);
}

void fixture_remove(struct fixture *f)
{
    (void)unlink(f->config_path);
    (void)rmdir(f->directory);
}

/* As start() of run.c, without listeners and signals. */
static void start_app(struct fixture *f)
{
    struct gs_app *app = f->app = &f->own;
    struct gs_config_problems problems;
    app->options = (struct gs_app_options){.config_path = f->config_path, .drill_speed = 1};
    gs_batch_init(&app->batch);
    gs_idem_keys_init(&app->idem_keys, 0, 0);
    gs_refusals_init(&app->refusals, 0);
    assert_int_equal(gs_config_load(f->config_path, &app->boot, &problems), GS_OK);
    app->config = app->boot;
    assert_int_equal(gs_store_open("", NULL, &app->store, NULL, 0), GS_OK);
    gs_app_service_init(app);
    assert_int_equal(gs_app_webhooks_start(app), GS_OK);
    assert_int_equal(gs_api_create(NULL, &app->service, NULL, &app->api), GS_OK);
    const struct gs_http_api functions = gs_api_functions(app->api);
    assert_int_equal(gs_http_create(NULL, &functions, 0, &app->http), GS_OK);
    assert_int_equal(gs_app_load(app), GS_OK);
    app->clock_mark.fd = -1;
    gs_clock_init(&app->clock, (int64_t)app->boot->max_leap_min * 60 * 1000,
                  &(struct gs_clock_past){.last_ms = gs_book_now(app->book)});
    int wake_fd = -1;
    assert_int_equal(gs_writer_start(app->store, &app->writer, &wake_fd), GS_OK);
    assert_int_equal(gs_app_turn_init(app, wake_fd), GS_OK);
}

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    outside_clear();
    fixture_directory(f);
    start_app(f);
    *state = f;
    return 0;
}

int fixture_setup_quiet(void **state)
{
    int failed = fixture_setup(state);
    struct fixture *f = *state;
    fire(f->app->second);
    disk_syncs(f->app);
    return failed;
}

static void stop_app(struct fixture *f)
{
    struct gs_app *app = f->app;
    gs_writer_stop(app->writer);
    gs_app_turn_finish(app);
    gs_app_webhooks_finish(app);
    gs_http_destroy(app->http);
    gs_api_destroy(app->api);
    gs_store_close(app->store);
    gs_book_destroy(app->book);
    gs_idem_keys_finish(&app->idem_keys);
    gs_refusals_finish(&app->refusals);
    gs_batch_finish(&app->batch);
    if (app->config != app->boot) {
        gs_config_destroy(app->config);
    }
    gs_config_destroy(app->boot);
}

void fixture_restart(struct fixture *f)
{
    stop_app(f);
    memset(f->app, 0, sizeof *f->app);
    outside.durable = 0; /* batches are numbered anew */
    start_app(f);
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    stop_app(f);
    fixture_remove(f);
    assert_null(outside.events);
    free(f);
    return 0;
}

/* ---- requests ---- */

static struct reply *apply(struct fixture *f, struct gs_command *c, const char *key)
{
    struct gs_service *s = &f->app->service;
    s->apply(s->self, c, &f->out);
    if (f->out.code == GS_CODE_OK && key != NULL) {
        struct gs_idem idem = {.at_ms = s->now_ms(s->self), .status = 201, .body = "{}", .body_len = 2};
        strcpy(idem.key, key);
        strcpy(idem.owner, c->actor.name);
        s->keep_answer(s->self, &idem);
    }
    return reply_now(f->app);
}

static struct gs_command *new_command(enum gs_command_kind kind, enum gs_role role)
{
    struct gs_command *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->kind = kind;
    c->if_version = -1;
    c->actor.role = role;
    strcpy(c->actor.name, gs_role_name(role));
    return c;
}

struct reply *book_at(struct fixture *f, int32_t slot_min)
{
    struct gs_command *c = new_command(GS_CMD_BOOK, GS_ROLE_BACKEND);
    struct gs_truck *t = &c->u.book.truck;
    char key[32];
    f->trucks++;
    c->u.book.wish = (struct gs_wish){.date = gs_book_today(f->app->service.apply_due(f->app)), .slot_min = slot_min};
    snprintf(t->plate, sizeof t->plate, "浙D%05d", (int)f->trucks);
    strcpy(t->plate_given, t->plate);
    t->container_count = 1;
    snprintf(t->containers[0], sizeof t->containers[0], "CSQU%07d", (int)f->trucks);
    strcpy(t->driver_name, "王");
    strcpy(t->driver_phone, "13800138000");
    snprintf(c->u.book.uscc, sizeof c->u.book.uscc, "91350100M%06d43", (int)f->trucks);
    strcpy(c->u.book.company_name, "test");
    snprintf(key, sizeof key, "key-%d", (int)f->trucks);
    struct reply *r = apply(f, c, key);
    free(c);
    return r;
}

struct reply *book(struct fixture *f)
{
    struct reply *r = book_at(f, 12 * 60);
    assert_int_equal(f->out.code, GS_CODE_OK);
    return r;
}

static struct reply *step(struct fixture *f, enum gs_command_kind kind, int64_t id)
{
    struct gs_command *c = new_command(kind, GS_ROLE_GATE);
    c->booking_id = id;
    struct reply *r = apply(f, c, NULL);
    free(c);
    return r;
}

struct reply *arrive(struct fixture *f, int64_t id)
{
    return step(f, GS_CMD_ARRIVE, id);
}

struct reply *refused(struct fixture *f)
{
    struct reply *r = step(f, GS_CMD_CLEAR, 1 << 20);
    assert_int_equal(f->out.code, GS_CODE_NOT_FOUND);
    return r;
}

struct reply *read_list(struct fixture *f)
{
    (void)f->app->service.apply_due(f->app);
    return reply_now(f->app);
}
