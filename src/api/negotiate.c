/* Reads what a client says it understands (Accept-Language, Accept) and what it sent (Content-Type). A malformed preference counts
 * as not sent: it is no reason to refuse. */
#include "negotiate.h"
#include <string.h>
#include <strings.h>

struct item {
    const char *value; /* the range, without parameters */
    size_t len;
    int quality; /* thousandths */
};

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* "0.375" → 375; what is no quality counts as 0. */
static int quality_of(const char *at)
{
    int value = 0, unit = 100;
    if (*at == '1') {
        return 1000;
    }
    if (*at != '0' || at[1] != '.') {
        return 0;
    }
    for (at += 2; *at >= '0' && *at <= '9' && unit > 0; at++, unit /= 10) {
        value += (*at - '0') * unit;
    }
    return value;
}

/* The next element of a list; false at its end. */
static bool next_item(const char **at, struct item *out)
{
    const char *p = *at + strspn(*at, " \t,");
    if (*p == '\0') {
        return false;
    }
    out->value = p;
    out->len = strcspn(p, ",; \t");
    out->quality = 1000;
    p = skip_blanks(p + out->len);
    while (*p == ';') {
        p = skip_blanks(p + 1);
        if ((p[0] == 'q' || p[0] == 'Q') && p[1] == '=') {
            out->quality = quality_of(p + 2);
        }
        p += strcspn(p, ",;");
    }
    *at = p + strcspn(p, ",");
    return true;
}

static bool is_text(const struct item *i, const char *text)
{
    return i->len == strlen(text) && strncasecmp(i->value, text, i->len) == 0;
}

static bool is_language(const struct item *i, const char *tag)
{
    return strncasecmp(i->value, tag, 2) == 0 && (i->len == 2 || (i->len > 2 && i->value[2] == '-'));
}

enum gs_lang gs_negotiate_lang(const char *accept_language)
{
    int zh = -1, en = -1, any = 0;
    bool en_first = false;
    struct item i;
    if (accept_language == NULL) {
        return GS_LANG_ZH;
    }
    while (next_item(&accept_language, &i)) {
        if (is_text(&i, "*")) {
            any = i.quality;
        } else if (is_language(&i, "zh") && i.quality > zh) {
            zh = i.quality;
        } else if (is_language(&i, "en") && i.quality > en) {
            en = i.quality;
            en_first = zh < 0;
        }
    }
    zh = zh < 0 ? any : zh;
    if (en < 0) {
        return any > zh ? GS_LANG_EN : GS_LANG_ZH;
    }
    return en > zh || (en == zh && en > 0 && en_first) ? GS_LANG_EN : GS_LANG_ZH;
}

/* The quality a list gives type/subtype: its most specific range decides; -1 = not accepted. */
static int media_quality(const char *accept, const char *whole, const char *group)
{
    int exact = -1, by_group = -1, any = -1;
    struct item i;
    while (next_item(&accept, &i)) {
        if (is_text(&i, whole)) {
            exact = i.quality;
        } else if (is_text(&i, group)) {
            by_group = i.quality;
        } else if (is_text(&i, "*/*")) {
            any = i.quality;
        }
    }
    return exact >= 0 ? exact : by_group >= 0 ? by_group : any;
}

bool gs_negotiate_csv(const char *accept)
{
    int csv = accept != NULL ? media_quality(accept, "text/csv", "text/*") : 0;
    return csv > 0 && csv > media_quality(accept, "application/json", "application/*");
}

/* Behind a list's element, whose quoted texts may hold commas. */
static const char *behind_element(const char *at)
{
    bool quoted = false;
    for (; *at != '\0' && (quoted || *at != ','); at++) {
        if (*at == '\\' && quoted && at[1] != '\0') {
            at++;
        } else if (*at == '"') {
            quoted = !quoted;
        }
    }
    return at;
}

bool gs_prefers(const char *prefer, const char *preference)
{
    const size_t wanted = strlen(preference);
    for (; prefer != NULL && *prefer != '\0'; prefer = behind_element(prefer)) {
        prefer += strspn(prefer, " \t,");
        const size_t len = strcspn(prefer, " \t,;=");
        const char *rest = skip_blanks(prefer + len);
        if (len == wanted && strncasecmp(prefer, preference, len) == 0 &&
            (*rest != '=' || strncmp(skip_blanks(rest + 1), "\"\"", 2) == 0)) { /* an empty value is none */
            return true;
        }
    }
    return false;
}

bool gs_negotiate_html(const char *accept)
{
    int html = accept != NULL ? media_quality(accept, "text/html", "text/*") : 0;
    return html > 0 && html > media_quality(accept, "application/json", "application/*");
}

bool gs_negotiate_gzip(const char *accept_encoding)
{
    int gzip = -1, any = 0;
    struct item i;
    while (accept_encoding != NULL && next_item(&accept_encoding, &i)) {
        if (is_text(&i, "gzip")) {
            gzip = i.quality;
        } else if (is_text(&i, "*")) {
            any = i.quality;
        }
    }
    return (gzip >= 0 ? gzip : any) > 0;
}

/* Of a parameter's value, which may be quoted. */
static bool is_utf8(const char *value)
{
    static const char name[] = "utf-8";
    bool quoted = *value == '"';
    value += quoted ? 1 : 0;
    if (strncasecmp(value, name, sizeof name - 1) != 0) {
        return false;
    }
    value += sizeof name - 1;
    return quoted ? *value == '"' : strchr("; \t", *value) != NULL;
}

/* That type, in UTF-8 if it names a charset. */
static bool media_is(const char *content_type, const char *type)
{
    static const char charset[] = "charset=";
    if (content_type == NULL || strncasecmp(content_type, type, strlen(type)) != 0) {
        return false;
    }
    const char *at = skip_blanks(content_type + strlen(type));
    while (*at == ';') {
        at = skip_blanks(at + 1);
        if (strncasecmp(at, charset, sizeof charset - 1) == 0 && !is_utf8(at + sizeof charset - 1)) {
            return false;
        }
        at += strcspn(at, ";");
    }
    return *at == '\0';
}

bool gs_media_is_json(const char *content_type)
{
    return media_is(content_type, "application/json");
}

bool gs_media_is_yaml(const char *content_type)
{
    static const char *const types[] = {"application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml"};
    bool is = false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        is = is || media_is(content_type, types[i]);
    }
    return is;
}

bool gs_coding_is_plain(const char *content_encoding)
{
    struct item i;
    while (content_encoding != NULL && next_item(&content_encoding, &i)) {
        if (!is_text(&i, "identity")) {
            return false;
        }
    }
    return true;
}

const char *gs_lang_tag(enum gs_lang lang)
{
    return lang == GS_LANG_EN ? "en" : "zh-CN";
}
