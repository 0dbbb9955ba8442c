/* The tokens that open the API, kept as digests only. At most GS_MAX_TOKENS. */
#ifndef GATESLOT_API_TOKENS_H
#define GATESLOT_API_TOKENS_H

#include "gateslot/base/sha256.h"
#include "gateslot/core/record.h"

/* "gs_" and 32 random bytes in base64url, and NUL. */
#define GS_TOKEN_TEXT 47

struct gs_tokens {
    struct gs_token *list; /* owned; in order of hash */
    size_t count, room;
    bool used;          /* since uses were stored */
    int64_t used_to_ms; /* all uses before it are stored; at it, maybe */
};

void gs_tokens_finish(struct gs_tokens *t); /* empty again */
/* Replaces one of the same name. GS_E_BUSY at GS_MAX_TOKENS. */
int gs_tokens_add(struct gs_tokens *t, const struct gs_token *token) GS_MUST_CHECK;
bool gs_tokens_remove(struct gs_tokens *t, const char *name);                        /* false: no such name */
const struct gs_token *gs_tokens_named(const struct gs_tokens *t, const char *name); /* NULL */
/* By the token's digest, found by its first bytes and then compared in constant time; NULL if unknown or expired. */
const struct gs_token *gs_tokens_find(const struct gs_tokens *t, const unsigned char hash[GS_SHA256_BYTES],
                                      int64_t now_ms);
/* One of the list's was used now: noted once a minute. */
void gs_tokens_use(struct gs_tokens *t, const struct gs_token *token, int64_t now_ms);
/* Those whose use was noted since the last time: each is given to keep. */
void gs_tokens_store_uses(struct gs_tokens *t, void (*keep)(void *self, const struct gs_token *token, bool revoke),
                          void *self);
/* A new token's text; GS_E_IO without randomness. */
int gs_token_make(char out[GS_TOKEN_TEXT]) GS_MUST_CHECK;

#endif
