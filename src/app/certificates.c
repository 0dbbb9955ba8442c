/* Answers for the certificate that the daemon shows: taken from the config at the start, exchanged at a reload while connections go on, and
 * spoken of in the log in the three weeks before it expires. Its time is the real one, in a drill too: that is what clients judge it by. */
#include <string.h>
#include <sys/socket.h>

#include "app.h"
#include "gateslot/base/log.h"

enum { DAY_S = 86400, WARNED_DAYS = 21 };

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* Clients may be told to come by TLS only where nobody but the machine itself is offered anything else. */
static bool is_strict(const struct gs_config *config)
{
    for (int32_t i = 0; i < config->listen_count; i++) {
        const struct gs_listen *l = &config->listen[i];
        if (l->kind == GS_LISTEN_TCP && !l->tls && !is_loopback(l->address)) {
            return false;
        }
    }
    return true;
}

static int64_t mono_ms(void *self)
{
    (void)self;
    return gs_monotonic_ms();
}

static void told(const struct gs_app *app, const char *path)
{
    gs_log(GS_LOG_NOTICE, "certificate", "path=%s sha256=%s expires_s=%lld", path, gs_tls_server_fingerprint(app->tls),
           (long long)gs_tls_server_expiry_s(app->tls));
}

int gs_app_certificate_read(const struct gs_config *config, struct gs_certificate **out,
                            struct gs_certificate_faults *faults)
{
    *out = NULL;
    if (config->tls.certificate[0] == '\0') {
        return GS_OK;
    }
    return gs_certificate_read(config->tls.certificate, config->tls.key, gs_wall_ms() / 1000, out, faults);
}

int gs_app_certificate_use(struct gs_app *app, const struct gs_config *config, const struct gs_certificate *pair)
{
    int err = GS_OK;
    if (pair == NULL) {
        return GS_OK;
    }
    if (app->tls != NULL) {
        err = gs_tls_server_use(app->tls, pair);
    } else {
        err = gs_tls_server_create(pair, mono_ms, NULL, &app->tls);
        err = err == GS_OK ? gs_http_use_tls(app->http, app->tls, is_strict(config)) : err;
    }
    if (err == GS_OK) {
        app->certificate_warned_s = 0;
        told(app, config->tls.certificate);
    } else {
        gs_log(GS_LOG_ERROR, "certificate", "path=%s error=\"OpenSSL does not take it: %s\"", config->tls.certificate,
               gs_strerror(err));
    }
    return err;
}

int gs_app_certificate_start(struct gs_app *app)
{
    struct gs_certificate *pair = NULL;
    struct gs_certificate_faults faults;
    int err = gs_app_certificate_read(app->config, &pair, &faults);
    err = err == GS_OK ? gs_app_certificate_use(app, app->config, pair) : err;
    gs_certificate_destroy(pair);
    return err;
}

void gs_app_certificate_watch(struct gs_app *app)
{
    if (app->tls == NULL) {
        return;
    }
    int64_t now_s = gs_wall_ms() / 1000, left_s = gs_tls_server_expiry_s(app->tls) - now_s;
    bool told_today = app->certificate_warned_s != 0 && now_s >= app->certificate_warned_s &&
                      now_s - app->certificate_warned_s < DAY_S;
    if (left_s >= (int64_t)WARNED_DAYS * DAY_S || told_today) {
        return;
    }
    app->certificate_warned_s = now_s;
    if (left_s < 0) {
        gs_log(GS_LOG_ERROR, "certificate", "path=%s error=\"has expired: clients turn away\"",
               app->config->tls.certificate);
    } else {
        gs_log(GS_LOG_WARNING, "certificate", "path=%s days_left=%lld note=\"put a new one in its place and reload\"",
               app->config->tls.certificate, (long long)(left_s / DAY_S));
    }
}
