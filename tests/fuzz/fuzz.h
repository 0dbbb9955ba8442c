/* What the fuzz targets share. A target takes any bytes as its input, and ends the program by require where a promise does not
 * hold. Linked with libFuzzer it is led by the branches that inputs reach (./dev fuzz); linked with replay.c it is a test. */
#ifndef GATESLOT_TESTS_FUZZ_H
#define GATESLOT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "violated: %s\n", what);
        abort();
    }
}

/* What is required says itself what it is. */
#define REQUIRE(condition) require(condition, #condition)

/* The bytes in a block of exactly their size, so that a sanitizer sees who looks further; to be freed. */
static inline char *exact_copy(const void *data, size_t size)
{
    char *copy = calloc(1, size > 0 ? size : 1);
    require(copy != NULL, "memory");
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

/* The same with a NUL behind them, and cut at the first that is among them. */
static inline char *text_copy(const void *data, size_t size)
{
    char *copy = malloc(size + 1);
    require(copy != NULL, "memory");
    if (size > 0) {
        memcpy(copy, data, size);
    }
    copy[size] = '\0';
    return copy;
}

#endif
