/* The tokens known, as digests. Looking one up takes the same time however near a guess was; a name is used once, and there are at
 * most GS_MAX_TOKENS. Storing them is the app's business. */
#include "tokens.h"
#include "gateslot/base/grow.h"
#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOKEN_BYTES = 32, PREFIX_BYTES = 8 };

void gs_tokens_finish(struct gs_tokens *t)
{
    free(t->list);
    *t = (struct gs_tokens){0};
}

/* The first place whose hash is not before hash's first bytes. */
static size_t lower_bound(const struct gs_tokens *t, const unsigned char hash[GS_SHA256_BYTES])
{
    size_t from = 0, to = t->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (memcmp(t->list[middle].hash, hash, PREFIX_BYTES) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

int gs_tokens_add(struct gs_tokens *t, const struct gs_token *token)
{
    (void)gs_tokens_remove(t, token->name);
    if (t->count == GS_MAX_TOKENS) {
        return GS_E_BUSY;
    }
    struct gs_token *list = gs_grown(t->list, t->count, &t->room, sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    t->list = list;
    size_t at = lower_bound(t, token->hash);
    memmove(list + at + 1, list + at, (t->count - at) * sizeof *list);
    list[at] = *token;
    t->count++;
    return GS_OK;
}

const struct gs_token *gs_tokens_named(const struct gs_tokens *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->list[i].name, name) == 0) {
            return &t->list[i];
        }
    }
    return NULL;
}

bool gs_tokens_remove(struct gs_tokens *t, const char *name)
{
    const struct gs_token *found = gs_tokens_named(t, name);
    size_t at;
    if (found == NULL) {
        return false;
    }
    at = (size_t)(found - t->list);
    t->count--;
    memmove(t->list + at, t->list + at + 1, (t->count - at) * sizeof *t->list);
    return true;
}

const struct gs_token *gs_tokens_find(const struct gs_tokens *t, const unsigned char hash[GS_SHA256_BYTES],
                                      int64_t now_ms)
{
    for (size_t i = lower_bound(t, hash); i < t->count; i++) {
        const struct gs_token *token = &t->list[i];
        if (memcmp(token->hash, hash, PREFIX_BYTES) != 0) {
            return NULL;
        }
        if (CRYPTO_memcmp(token->hash, hash, GS_SHA256_BYTES) == 0) {
            return token->expires_ms == 0 || token->expires_ms > now_ms ? token : NULL;
        }
    }
    return NULL;
}

void gs_tokens_use(struct gs_tokens *t, const struct gs_token *token, int64_t now_ms)
{
    static const int64_t minute_ms = 60000;
    if (token->used_ms == 0 || now_ms - token->used_ms >= minute_ms) {
        t->list[token - t->list].used_ms = now_ms;
        t->used = true;
    }
}

void gs_tokens_store_uses(struct gs_tokens *t, void (*keep)(void *self, const struct gs_token *token, bool revoke),
                          void *self)
{
    int64_t latest_ms = t->used_to_ms;
    for (size_t i = 0; t->used && i < t->count; i++) {
        if (t->list[i].used_ms > 0 && t->list[i].used_ms >= t->used_to_ms) {
            latest_ms = t->list[i].used_ms > latest_ms ? t->list[i].used_ms : latest_ms;
            keep(self, &t->list[i], false);
        }
    }
    t->used_to_ms = latest_ms;
    t->used = false;
}

int gs_token_make(char out[GS_TOKEN_TEXT])
{
    unsigned char bytes[TOKEN_BYTES];
    unsigned char text[4 * ((TOKEN_BYTES + 2) / 3) + 1]; /* base64 with its padding */
    if (getentropy(bytes, sizeof bytes) != 0) {
        return GS_E_IO;
    }
    (void)EVP_EncodeBlock(text, bytes, sizeof bytes);
    memcpy(out, "gs_", 3);
    for (size_t i = 0; i < GS_TOKEN_TEXT - 4; i++) {
        out[3 + i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    }
    out[GS_TOKEN_TEXT - 1] = '\0';
    OPENSSL_cleanse(bytes, sizeof bytes);
    OPENSSL_cleanse(text, sizeof text);
    return GS_OK;
}
