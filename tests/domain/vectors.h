/* Reads the vectors: lines of tab-separated fields, the first a heading. */
#ifndef GATESLOT_TESTS_DOMAIN_VECTORS_H
#define GATESLOT_TESTS_DOMAIN_VECTORS_H

#include "../base/check.h"
#include <stdbool.h>
#include <string.h>

#define VECTOR_FIELDS 4

struct vector {
    char line[256];
    const char *fields[VECTOR_FIELDS]; /* "" where the line has none */
};

struct vectors {
    FILE *stream;
    size_t count;
};

static inline struct vectors vectors_open(const char *folder, const char *name)
{
    struct vectors v = {.count = 0};
    char path[1024];
    char heading[256];
    (void)snprintf(path, sizeof path, "%s/%s.tsv", folder, name);
    v.stream = fopen(path, "r");
    assert_non_null(v.stream);
    assert_non_null(fgets(heading, sizeof heading, v.stream));
    return v;
}

static inline bool vectors_next(struct vectors *v, struct vector *out)
{
    char *at;
    if (fgets(out->line, sizeof out->line, v->stream) == NULL) {
        return false;
    }
    out->line[strcspn(out->line, "\n")] = '\0';
    at = out->line;
    for (size_t i = 0; i < VECTOR_FIELDS; i++) {
        char *tab = strchr(at, '\t');
        out->fields[i] = at;
        if (tab != NULL) {
            *tab = '\0';
            at = tab + 1;
        } else {
            at += strlen(at);
        }
    }
    v->count++;
    return true;
}

/* Ends the reading; all lines must have been seen. */
static inline void vectors_close(struct vectors *v, size_t expected)
{
    assert_int_equal(fclose(v->stream), 0);
    assert_int_equal(v->count, expected);
}

/* What the note says is expected, as in "check digit, expected 3"; "" if nothing. */
static inline const char *vector_expected(const char *note)
{
    const char *at = strstr(note, "expected ");
    return at != NULL ? at + strlen("expected ") : "";
}

#endif
