/* Pure checks of what a booking carries: text in, verdict and normalised text out. No I/O, no state.
 * Normalising a plate or container: trim, full-width to ASCII, upper case, drop "·" "•" "." "-" and spaces. */
#ifndef GATESLOT_DOMAIN_CHECKS_H
#define GATESLOT_DOMAIN_CHECKS_H

#include "gateslot/base/fault.h"
#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Warnings that do not refuse; bits, stored with the booking. Names: gs_warning_code. */
enum gs_warning {
    GS_WARN_USCC_CHECK = 1,   /* check character of GB 32100 wrong: real licences fail it */
    GS_WARN_PLATE_ENERGY = 2, /* new-energy letter outside D and F */
};
const char *gs_warning_code(enum gs_warning w); /* "uscc_check_character", "plate_new_energy_letter" */

/* What is wrong with a text: kind as in fault.h, and what was expected ("" if nothing to say). */
struct gs_verdict {
    bool ok;
    enum gs_fault_kind kind; /* if not ok */
    unsigned warnings;       /* enum gs_warning bits */
    char found[GS_FAULT_TEXT_MAX + 1];
    char expected[GS_FAULT_TEXT_MAX + 1];
};

enum gs_plate_kind { GS_PLATE_TRACTOR, GS_PLATE_TRAILER };
enum gs_plate_colour { GS_PLATE_COLOUR_NONE, GS_PLATE_BLUE, GS_PLATE_YELLOW, GS_PLATE_GREEN, GS_PLATE_YELLOW_GREEN };
const char *gs_plate_colour_name(enum gs_plate_colour c); /* "blue", "yellow", "green", "yellow_green"; NONE: NULL */
bool gs_plate_colour_parse(const char *name, enum gs_plate_colour *out);

/* GA 36, and 粤Z…港/澳. Outputs are written only if ok. A tractor's plate may be any but …挂; a trailer's must be …挂. */
struct gs_verdict gs_plate_check(const char *text, size_t len, enum gs_plate_kind kind, char out[GS_PLATE_MAX + 1]);
/* Normalises without judging (search, gate look-up); false if it cannot be a plate (too long, control bytes). */
bool gs_plate_normalise(const char *text, size_t len, char out[GS_PLATE_MAX + 1]);
/* ISO 6346; a remainder of 10 counts as 0; category U, J or Z. */
struct gs_verdict gs_container_check(const char *text, size_t len, char out[GS_CONTAINER_LEN + 1]);
/* GB 32100-2015: hard on length and alphabet, a warning on the check character. Lower case is raised. */
struct gs_verdict gs_uscc_check(const char *text, size_t len, char out[GS_USCC_LEN + 1]);
/* 1[3-9]\d{9} with +86/0086 stripped, +852 and 8 digits, +853 and 8 digits; spaces and - ignored. */
struct gs_verdict gs_phone_check(const char *text, size_t len, char out[GS_PHONE_MAX + 1]);
struct gs_verdict gs_declaration_check(const char *text, size_t len, char out[GS_DECLARATION_LEN + 1]);

/* 138****8000: for lists, logs and events. The name: first character and ** . */
void gs_phone_mask(const char *phone, char out[GS_PHONE_MAX + 1]);
/* The first two characters, a dot for each that is not shown, and the last tail of them; one at least is not shown. */
void gs_plate_mask(const char *plate, size_t tail, char out[GS_PLATE_MASKED_MAX + 1]);
void gs_driver_mask(const char *name, char out[GS_DRIVER_NAME_MAX + 1]);
/* In what a person typed freely: mobile numbers, also in groups, as above; every other number of eleven digits or more, and identity cards in
 * groups, as **** and the last four. Never longer than before. */
void gs_numbers_mask(char *text);
/* A name that is known, of two characters or more, wherever it stands in the text (of GS_REASON_MAX at most, in size bytes). */
void gs_name_mask(char *text, size_t size, const char *name);

/* Crockford base32: seven characters of the 35 low bits of random and a check symbol (value mod 37); values
 * whose symbol is beyond the 32 letters are stepped over (value + 1), so the code is plain base32. */
void gs_pass_code_make(uint64_t random, char out[GS_PASS_CODE_LEN + 1]);
/* Any case, O for 0, I and L for 1, spaces and - ignored; false unless 8 characters with a right check symbol. */
bool gs_pass_code_normalise(const char *text, size_t len, char out[GS_PASS_CODE_LEN + 1]);
/* By which a device is paired: of the lowest 40 bits. */
void gs_pairing_code_make(uint64_t random, char out[GS_PAIRING_CODE_LEN + 1]);
/* As a pass code is taken, but for the check symbol, of which it has none. */
bool gs_pairing_code_normalise(const char *text, size_t len, char out[GS_PAIRING_CODE_LEN + 1]);

/* Two normalised plates one misread apart: exactly one character differs and the two are often confused
 * (8/B, 0/D/Q, 1/7, 2/Z, 5/S, 6/G, 4/A, M/N, V/Y, C/G, E/F, U/V, K/X, H/N, P/R): 1; any other single difference: 2; else 0. */
int gs_plate_misread(const char *a, const char *b);

#endif
