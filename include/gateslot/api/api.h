/* The API over HTTP: from a request to a command or a question, and from its outcome to an answer. It decides nothing: it asks the
 * app (struct gs_service) and translates. It stands on the HTTP server, which knows it by the functions of gs_api_functions only. */
#ifndef GATESLOT_API_API_H
#define GATESLOT_API_API_H

#include "gateslot/api/service.h"
#include "gateslot/base/error.h"
#include "gateslot/base/rate.h"
#include "gateslot/core/record.h"
#include "gateslot/http/server.h"

struct gs_api;

/* base: for the timers of clients that wait for events. service is copied; version is shown to clients. */
int gs_api_create(struct event_base *base, const struct gs_service *service, const char *version,
                  struct gs_api **out) GS_MUST_CHECK;
/* After the server that serves it, whose exchanges may still wait here. NULL is fine. */
void gs_api_destroy(struct gs_api *api);
/* What a server needs to serve it. */
struct gs_http_api gs_api_functions(struct gs_api *api);
/* Who may come in, from the store, at load. */
int gs_api_restore_token(struct gs_api *api, const struct gs_token *token) GS_MUST_CHECK;
int gs_api_restore_user(struct gs_api *api, const struct gs_user *user) GS_MUST_CHECK;
int gs_api_restore_session(struct gs_api *api, const struct gs_session *session) GS_MUST_CHECK;
/* The number of the last event stored, at load. */
void gs_api_restore_seq(struct gs_api *api, int64_t seq);
/* Events that have become durable, before gs_http_durable tells of them; taken over. Only if they were wanted (struct gs_service, follow). */
void gs_api_durable(struct gs_api *api, struct gs_durable_events *events);
/* Once a second, while there is room to store: when tokens were used last joins the open batch. */
void gs_api_second(struct gs_api *api);
/* How often who may ask, from now on; until then as often as they like. */
void gs_api_limit(struct gs_api *api, const struct gs_rate_limits *limits);
/* Before a load, which brings all of these again: forgets them and the answers kept of the book as it was. */
void gs_api_forget(struct gs_api *api);
/* The book has other rules from now on: answers that are being made are begun anew. */
void gs_api_renew(struct gs_api *api);

#endif
