/* What people type to find a truck whose day they do not know, read once and held against any number of bookings: in the book, at the
 * gate and in the store by one rule. docs/openapi.json (GET /v1/bookings, q) says the rule in words. */
#ifndef GATESLOT_CORE_SEARCH_H
#define GATESLOT_CORE_SEARCH_H

#include "gateslot/core/booking.h"

#define GS_SEARCH_SWAPS_MAX                                                                                            \
    (GS_CONTAINER_LEN - 1) /* neighbours in the longest text that may have them the other way round */

struct gs_search {
    int32_t chars;                                 /* that count; 0: nothing is looked for */
    int64_t id;                                    /* that it may name; 0 = none */
    bool only_id;                                  /* it was written as an id, "bk_42": nothing else is meant */
    char text[GS_UTF8_BYTES(GS_SEARCH_CHARS) + 1]; /* normalised */
    char code[GS_PASS_CODE_LEN + 1];               /* as a pass code or the beginning of one; "" = it cannot be */
    char but_check[GS_CONTAINER_LEN]; /* all but a container's check digit, which may be wrong; "" = no such text */
    int32_t swap_count;
    char swaps[GS_SEARCH_SWAPS_MAX][GS_UTF8_BYTES(GS_CONTAINER_LEN) + 1]; /* with two unequal neighbours exchanged */
};

/* GS_E_INVALID: fewer than GS_SEARCH_CHARS_MIN characters count; GS_E_RANGE: more than GS_SEARCH_CHARS. text is valid UTF-8
 * without NULs. */
int gs_search_read(const char *text, size_t len, struct gs_search *out) GS_MUST_CHECK;
/* Nothing of it counts: blanks, dots and hyphens, which every text would have in it. */
bool gs_search_says_nothing(const char *text, size_t len);

/* The better first. */
enum gs_match {
    GS_MATCH_NO,
    GS_MATCH_EXACT, /* id, or the whole of plate, trailer, container, pass code or reference */
    GS_MATCH_PART,  /* of plate, trailer, container, reference or company name; the beginning of a pass code */
    GS_MATCH_NEAR   /* a container but for its check digit; two neighbouring characters exchanged */
};
enum gs_match gs_search_match(const struct gs_search *s, const struct gs_booking *b);

/* For an index of bookings: three neighbouring characters as a number below 2^24; the owner, and how the pass code begins, as one too. */
#define GS_SEARCH_GRAMS_MAX 320
size_t gs_search_grams(const struct gs_booking *b, uint32_t out[GS_SEARCH_GRAMS_MAX]); /* ascending, each once */
uint32_t gs_search_owner(const char *owner);

/* Each way in which a booking can match but for its id: it matches only if it has all grams of one way. */
#define GS_SEARCH_WAYS_MAX (GS_SEARCH_SWAPS_MAX + 3)
#define GS_SEARCH_WAY_GRAMS 12
struct gs_search_way {
    size_t count;
    uint32_t grams[GS_SEARCH_WAY_GRAMS];
};
size_t gs_search_ways(const struct gs_search *s, struct gs_search_way out[GS_SEARCH_WAYS_MAX]);

#endif
