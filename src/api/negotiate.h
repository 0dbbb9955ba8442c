/* What a client says it understands, and what it sent: Accept-Language, Accept, Content-Type (RFC 9110, 12.5 and 8.3). */
#ifndef GATESLOT_API_NEGOTIATE_H
#define GATESLOT_API_NEGOTIATE_H

#include "gateslot/base/lang.h"
#include <stdbool.h>

/* Each takes the header's value, NULL if there is none. */
enum gs_lang gs_negotiate_lang(const char *accept_language); /* zh unless en is preferred */
bool gs_negotiate_csv(const char *accept);                   /* text/csv preferred to application/json */
bool gs_prefers(const char *prefer, const char *preference); /* RFC 7240: without a value */
bool gs_negotiate_html(const char *accept);                  /* text/html preferred to application/json */
bool gs_negotiate_gzip(const char *accept_encoding);         /* gzip may be sent */
bool gs_media_is_yaml(
    const char *content_type); /* likewise: application/yaml (RFC 9512), text/yaml, and either with x- */
bool gs_media_is_json(const char *content_type);       /* and in UTF-8, if it says so (RFC 8259, 8.1) */
bool gs_coding_is_plain(const char *content_encoding); /* none, or only "identity" */
const char *gs_lang_tag(enum gs_lang lang);            /* "zh-CN", "en" */

#endif
