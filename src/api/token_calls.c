/* The calls that make, list and revoke tokens. A token's text is told once, when it is made, and kept nowhere. */
#include "auth.h"
#include "booking_json.h"
#include "codec.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "reply.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const struct gs_words too_many = {{"令牌已达 1000 个，这是上限；请先吊销不用的。",
                                          "There are 1000 tokens, which is the most; revoke one that is not used."}};

static int by_name(const void *a, const void *b)
{
    const struct gs_token *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static void write_token(struct gs_json *j, const struct gs_token *t, const struct gs_tz *tz)
{
    gs_json_object(j, NULL);
    gs_json_str(j, "name", t->name);
    gs_json_str(j, "role", gs_role_name(t->role));
    gs_json_time(j, "created_at", t->created_ms, tz);
    gs_json_time_or_null(j, "expires_at", t->expires_ms, tz);
    gs_json_time_or_null(j, "last_used_at", t->used_ms, tz);
    gs_json_bool(j, "confirmed", !t->unconfirmed);
    gs_json_end_object(j);
}

void gs_handle_token_list(struct gs_call *c)
{
    const struct gs_tokens *tokens = &c->api->tokens;
    const struct gs_token **sorted = malloc((tokens->count + 1) * sizeof *sorted);
    struct gs_json j = gs_reply_begin(c->x);
    if (sorted == NULL) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    for (size_t i = 0; i < tokens->count; i++) {
        sorted[i] = &tokens->list[i];
    }
    qsort(sorted, tokens->count, sizeof *sorted, by_name);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; i < tokens->count; i++) {
        write_token(&j, sorted[i], c->service->rules(c->service->self)->tz);
    }
    gs_json_end_array(&j);
    gs_json_null(&j, "next_cursor");
    gs_json_end_object(&j);
    free(sorted);
    gs_reply_json(c->x, 200);
}

/* The event that tells of it, in the same batch as the token's record; false: refused and answered. */
static bool note(struct gs_call *c, enum gs_event_type type, const struct gs_token *t)
{
    struct gs_outcome *o = &c->api->outcome;
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = c->caller->actor, .if_version = -1};
    command.u.note.type = type;
    command.u.note.subject_role = t->role;
    (void)gs_text_copy(command.u.note.subject, sizeof command.u.note.subject, t->name);
    gs_rates_apply(c, &command, o);
    if (o->code != GS_CODE_OK) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = o->code, .outcome = o, .what = "", .command = -1});
        return false;
    }
    return true;
}

static void send_created(struct gs_call *c, const struct gs_token *t, const char *text)
{
    const struct gs_tz *tz = c->service->rules(c->service->self)->tz;
    struct gs_reply reply = {.status = 201, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "name", t->name);
    gs_json_str(&j, "role", gs_role_name(t->role));
    gs_json_str(&j, "token", text);
    gs_json_time(&j, "created_at", t->created_ms, tz);
    gs_json_time_or_null(&j, "expires_at", t->expires_ms, tz);
    gs_json_end_object(&j);
    gs_reply_header(&reply, "Cache-Control", "no-store");
    gs_reply_send(c->x, &reply);
    if (c->api->body.data != NULL) { /* the buffer outlives the answer */
        OPENSSL_cleanse(c->api->body.data, c->api->body.cap);
        gs_buf_clear(&c->api->body);
    }
}

static void create(struct gs_call *c, struct gs_token *t)
{
    char text[GS_TOKEN_TEXT];
    if (gs_token_make(text) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_INTERNAL);
        return;
    }
    gs_auth_digest(text, t->hash);
    if (gs_tokens_add(&c->api->tokens, t) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    } else if (!note(c, GS_EV_TOKEN_CREATED, t)) {
        (void)gs_tokens_remove(&c->api->tokens, t->name);
    } else {
        c->service->keep_token(c->service->self, t, false);
        send_created(c, t, text);
    }
    OPENSSL_cleanse(text, sizeof text);
}

void gs_handle_token_create(struct gs_call *c)
{
    struct gs_token t = {.created_ms = c->service->now_ms(c->service->self)};
    gs_codec_token(c->body, t.created_ms, &t, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else if (gs_auth_name_taken(c->api, t.name)) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_NAME_TAKEN, .what = t.name, .command = -1});
    } else if (c->api->tokens.count >= GS_MAX_TOKENS) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_FULL, .detail = &too_many, .command = -1});
    } else {
        create(c, &t);
    }
}

void gs_handle_token_revoke(struct gs_call *c)
{
    const struct gs_token *found = gs_tokens_named(&c->api->tokens, c->parts[0]);
    struct gs_token t;
    if (found == NULL) {
        gs_reply_not_found(c->x);
        return;
    }
    t = *found;
    if (!note(c, GS_EV_TOKEN_REVOKED, &t)) {
        return;
    }
    c->service->keep_token(c->service->self, &t, true);
    (void)gs_tokens_remove(&c->api->tokens, t.name);
    gs_feed_recheck(&c->api->feed);
    gs_reply_empty(c->x, 204);
}

/* Of one made before the store was put back; one that is confirmed already stays so. */
void gs_handle_token_confirm(struct gs_call *c)
{
    const struct gs_token *found = gs_tokens_named(&c->api->tokens, c->parts[0]);
    struct gs_token t;
    if (found == NULL) {
        gs_reply_not_found(c->x);
        return;
    }
    t = *found;
    if (t.unconfirmed) {
        if (!note(c, GS_EV_TOKEN_CONFIRMED, &t)) {
            return;
        }
        t.unconfirmed = false;
        c->service->keep_token(c->service->self, &t, false);
        if (gs_tokens_add(&c->api->tokens, &t) != GS_OK) { /* in place of the one that was there */
            gs_reply_code(c->x, GS_CODE_OVERLOADED);
            return;
        }
    }
    struct gs_json j = gs_reply_begin(c->x);
    write_token(&j, &t, c->service->rules(c->service->self)->tz);
    gs_reply_json(c->x, 200);
}
