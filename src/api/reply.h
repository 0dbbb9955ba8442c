/* Answers: written into one buffer that all requests share, one after the other, then sent. */
#ifndef GATESLOT_API_REPLY_H
#define GATESLOT_API_REPLY_H

#include "call.h"
#include "gateslot/base/json.h"
#include "problem.h"

/* Empties the buffer and begins a text in it. */
struct gs_json gs_reply_begin(struct gs_exchange *x);
/* Adds a header; the texts must live until the reply is sent. */
void gs_reply_header(struct gs_reply *reply, const char *name, const char *value);
/* Sends reply with what stands in the buffer; content_type is taken from reply. x may be gone afterwards. */
void gs_reply_send(struct gs_exchange *x, struct gs_reply *reply);
/* The same with what stands in body, which gets the buffer's room instead: of an answer that was written in steps. */
void gs_reply_own(struct gs_exchange *x, struct gs_buf *body, struct gs_reply *reply);
void gs_reply_json(struct gs_exchange *x, int status); /* application/json without further headers */
/* 200 with a page kept. etag: of what may be kept by who asks, and asked for again by If-None-Match; NULL: it may not. */
void gs_reply_page(struct gs_exchange *x, const struct gs_page *page, const char *etag);
/* The headers of such an answer. */
void gs_reply_revalidated(struct gs_reply *reply, const char *etag);
/* True: the client has that already, and was answered 304. */
bool gs_reply_not_modified(struct gs_exchange *x, const char *etag);
/* As gs_exchange_stream; what stands in the buffer is not looked at. */
bool gs_reply_stream(struct gs_exchange *x, const struct gs_reply *head);
void gs_reply_empty(struct gs_exchange *x, int status);

/* Problems: written and sent. */
void gs_reply_problem(struct gs_exchange *x, const struct gs_problem *p);
void gs_reply_code(struct gs_exchange *x, enum gs_code code);
void gs_reply_not_found(struct gs_exchange *x); /* {what}: the path */
void gs_reply_faults(struct gs_exchange *x, const struct gs_faults *faults);
/* The headers a problem of that code carries, besides those that reply has already. */
void gs_reply_problem_headers(struct gs_reply *reply, enum gs_code code, enum gs_lang lang);

#define GS_ETAG_TEXT 24
void gs_etag_format(int64_t version, char out[GS_ETAG_TEXT]);
/* Does the list name that tag, which stands in quotes? Likewise. */
bool gs_etag_named(const char *list, const char *etag, bool weak_too);
/* Does the list of entity tags (If-Match, If-None-Match) name that version? "*" names all. weak_too: W/"…" counts. */
bool gs_etag_listed(const char *list, int64_t version, bool weak_too);

#endif
