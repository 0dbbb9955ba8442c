/* What the tests of conf share: parse a text, compare all of its problems. */
#ifndef GATESLOT_TESTS_CONF_SUPPORT_H
#define GATESLOT_TESTS_CONF_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateslot/conf/conf.h"

struct conf_case {
    const char *text;
    const char *problems; /* "LINE:COL: KEY: message\n", all of them; "" = the text is a valid config */
};

/* Fails the test unless the text has exactly these problems. */
void conf_expect(const char *text, const char *problems);
void conf_expect_bytes(const char *text, size_t len, const char *problems);
void conf_expect_all(const struct conf_case *cases, size_t count);
/* The config of a valid text; fails the test otherwise. Free with gs_config_destroy. */
struct gs_config *conf_of(const char *text);
/* The whole file, NUL-terminated; to be freed. Fails the test if it cannot be read. */
char *conf_slurp(const char *path, size_t *out_len);

#define CONF_EXPECT_ALL(cases) conf_expect_all(cases, sizeof(cases) / sizeof((cases)[0]))

#endif
