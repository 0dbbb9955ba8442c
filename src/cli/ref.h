/* REF: a booking by its id, its pass code, its client's reference, or its truck's plate, trailer or container. */
#ifndef GATESLOT_CLI_REF_H
#define GATESLOT_CLI_REF_H

#include "cli.h"

#define GS_REF_ID_MAX 64
#define GS_REF_TEXT_MAX 260 /* the longest that is looked for: 64 characters */

enum gs_ref_pick {
    GS_REF_NEAREST, /* of several, the active one nearest in time: the truck in front of the gate */
    GS_REF_LOOK, /* the same; and where nothing is it exactly, the only one that is like it: it is only to be shown */
    GS_REF_ONLY  /* of several active ones none is guessed: a cancellation must not hit the wrong one */
};

enum gs_ref_kind { GS_REF_IS_ID, GS_REF_IS_CODE, GS_REF_IS_CONTAINER, GS_REF_IS_PLATE };
/* What text looks like; it need not exist. */
enum gs_ref_kind gs_ref_kind(const char *text);

/* Trim, full-width to ASCII, upper case, without "·" "•" "." "-" and blanks: what two spellings of a plate or code share. */
void gs_ref_normalise(const char *text, char out[GS_REF_TEXT_MAX]);

/* The member of items (bookings) that REF means exactly: 0 found, *out_index says which; GS_E_NOTFOUND; GS_E_BUSY: several. */
int gs_ref_choose(const json_t *items, const char *ref, enum gs_ref_pick pick, int64_t now_ms, size_t *out_index);

/* REF to an id ("bk_42"). Anything but OK is said already: not found 3 (what is like it is listed), several 4 (listed). */
enum gs_exit gs_ref_resolve(struct gs_cli *cli, const char *ref, enum gs_ref_pick pick,
                            char out_id[GS_REF_ID_MAX]) GS_MUST_CHECK;

#define GS_REF_PATH_MAX 96
/* The paths of the booking nearest in time that REF means, and of its history. */
enum gs_exit gs_ref_paths(struct gs_cli *cli, const char *ref, char out_booking[GS_REF_PATH_MAX],
                          char out_history[GS_REF_PATH_MAX]) GS_MUST_CHECK;

#endif
