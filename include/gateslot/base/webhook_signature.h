/* Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): secrets and signatures. */
#ifndef GATESLOT_BASE_WEBHOOK_SIGNATURE_H
#define GATESLOT_BASE_WEBHOOK_SIGNATURE_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include <stddef.h>
#include <stdint.h>

/* "whsec_" and 24 random bytes in base64. GS_E_IO: the system has no randomness. */
int gs_webhook_secret_make(char out[GS_WEBHOOK_SECRET_MAX + 1]) GS_MUST_CHECK;

#define GS_WEBHOOK_SIGNATURE_TEXT 48 /* "v1," and 32 bytes in base64, with its NUL */
/* The value of webhook-signature for one secret: "v1," and the base64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY". GS_E_INVALID: the secret is
 * none. */
int gs_webhook_sign(const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t body_len,
                    char out[GS_WEBHOOK_SIGNATURE_TEXT]) GS_MUST_CHECK;

#endif
