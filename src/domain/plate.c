/* Plates of motor vehicles after GA 36 and the cross-border plates 粤Z…港 and 粤Z…澳: it answers for their forms. It does
 * not know who drives with them; embassy and temporary plates are not among its forms. How many letters a serial has is
 * not judged: provinces issue more forms than the standard lists, and a refusal here stops a truck. */
#include "fold.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <string.h>

enum { ORDINARY_LEN = 7, ENERGY_LEN = 8, TRAILER_MARK = 0x6302 /* 挂 */, GUANGDONG = 0x7CA4 /* 粤 */ };

static const char provinces[] = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
static const char cross_border_marks[] = "港澳";
static const char marks[] = "挂学警领港澳";
static const char alphabet[] = "A-H, J-N, P-Z, 0-9";
static const char tractor_examples[] = "浙D12345, 浙DD12345, 浙D12345D";
static const char trailer_example[] = "浙D1234挂";
static const char cross_border_examples[] = "粤Z1234港, 粤Z1234澳";

static const char *const colours[] = {
    [GS_PLATE_COLOUR_NONE] = NULL,
    [GS_PLATE_BLUE] = "blue",
    [GS_PLATE_YELLOW] = "yellow",
    [GS_PLATE_GREEN] = "green",
    [GS_PLATE_YELLOW_GREEN] = "yellow_green",
};

const char *gs_plate_colour_name(enum gs_plate_colour c)
{
    assert((int)c >= GS_PLATE_COLOUR_NONE && c <= GS_PLATE_YELLOW_GREEN);
    return colours[c];
}

bool gs_plate_colour_parse(const char *name, enum gs_plate_colour *out)
{
    for (int c = GS_PLATE_BLUE; c <= GS_PLATE_YELLOW_GREEN; c++) {
        if (strcmp(name, colours[c]) == 0) {
            *out = (enum gs_plate_colour)c;
            return true;
        }
    }
    return false;
}

/* In UTF-8 no character's bytes are found within another's, nor across two. */
static bool among(int32_t point, const char *characters)
{
    char bytes[5];
    if (point <= 0) {
        return false;
    }
    if (point < 0x80) {
        return strchr(characters, (char)point) != NULL;
    }
    bytes[fold_encode(point, bytes)] = '\0';
    return strstr(characters, bytes) != NULL;
}

static bool plate_letter(int32_t point)
{
    return fold_letter(point) && point != 'I' && point != 'O';
}

static bool serial(const struct fold *f, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        if (!fold_digit(f->points[i]) && !plate_letter(f->points[i])) {
            return false;
        }
    }
    return true;
}

static bool digits(const struct fold *f, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        if (!fold_digit(f->points[i])) {
            return false;
        }
    }
    return true;
}

/* Which letters new-energy plates carry, small ones in front of the serial, large ones behind it; else 0. */
static int32_t energy_letter(const struct fold *f)
{
    static const char letters[] = "DFABCEGHJK";
    if (among(f->points[2], letters) && serial(f, 3, 4) && digits(f, 4, ENERGY_LEN)) {
        return f->points[2];
    }
    if (digits(f, 2, ENERGY_LEN - 1) && among(f->points[ENERGY_LEN - 1], letters)) {
        return f->points[ENERGY_LEN - 1];
    }
    return 0;
}

static struct gs_verdict refuse_form(const struct fold *f, const char *expected)
{
    char text[GS_FAULT_TEXT_MAX + 1];
    (void)fold_write(f, 0, text, sizeof text);
    return verdict_refuse(GS_FAULT_FORMAT, text, expected);
}

static struct gs_verdict check_characters(const struct fold *f)
{
    for (size_t i = 0; i < f->count; i++) {
        int32_t point = f->points[i];
        if (fold_digit(point) || plate_letter(point) || among(point, provinces)) {
            continue;
        }
        if (i == 0 && point > 0x7F) {
            return verdict_point(GS_FAULT_ALPHABET, point, provinces);
        }
        if (!among(point, marks)) {
            return verdict_point(GS_FAULT_ALPHABET, point, alphabet);
        }
    }
    return verdict_ok();
}

static struct gs_verdict check_energy(const struct fold *f, const char *examples)
{
    int32_t letter = energy_letter(f);
    struct gs_verdict v = verdict_ok();
    if (among(f->points[ENERGY_LEN - 1], marks) || digits(f, 2, ENERGY_LEN)) {
        return verdict_length(f->count, "7");
    }
    if (letter == 0) {
        return refuse_form(f, examples);
    }
    if (letter != 'D' && letter != 'F') {
        v = verdict_point(GS_FAULT_FORMAT, letter, "D, F");
        v.ok = true;
        v.warnings = GS_WARN_PLATE_ENERGY;
    }
    return v;
}

static struct gs_verdict check_ordinary(const struct fold *f, const char *examples)
{
    int32_t last = f->points[ORDINARY_LEN - 1];
    if (!serial(f, 2, ORDINARY_LEN - 1) || !(fold_digit(last) || plate_letter(last) || among(last, marks))) {
        return refuse_form(f, examples);
    }
    if (among(last, cross_border_marks) && (f->points[0] != GUANGDONG || f->points[1] != 'Z')) {
        return refuse_form(f, cross_border_examples);
    }
    return verdict_ok();
}

static struct gs_verdict check_form(const struct fold *f, enum gs_plate_kind kind)
{
    const char *examples = kind == GS_PLATE_TRAILER ? trailer_example : tractor_examples;
    bool trailer = f->points[f->count - 1] == TRAILER_MARK;
    if (!among(f->points[0], provinces)) {
        return refuse_form(f, examples);
    }
    if (f->count != ORDINARY_LEN && f->count != ENERGY_LEN) {
        return verdict_length(f->count, trailer || kind == GS_PLATE_TRAILER ? "7" : "7, 8");
    }
    if (!plate_letter(f->points[1])) {
        return refuse_form(f, examples);
    }
    if (trailer != (kind == GS_PLATE_TRAILER)) {
        return refuse_form(f, examples);
    }
    return f->count == ORDINARY_LEN ? check_ordinary(f, examples) : check_energy(f, examples);
}

struct gs_verdict gs_plate_check(const char *text, size_t len, enum gs_plate_kind kind, char out[GS_PLATE_MAX + 1])
{
    struct fold f;
    struct gs_verdict v = verdict_of_fold(&f, text, len, FOLD_SEPARATORS);
    bool fits;
    if (v.ok && gs_utf8_count(text, len) > GS_PLATE_GIVEN_CHARS) {
        v = verdict_too_long(GS_PLATE_GIVEN_CHARS);
    }
    if (v.ok) {
        v = check_characters(&f);
    }
    if (v.ok) {
        v = check_form(&f, kind);
    }
    if (v.ok) {
        fits = fold_write(&f, 0, out, GS_PLATE_MAX + 1);
        assert(fits);
    }
    return v;
}

bool gs_plate_normalise(const char *text, size_t len, char out[GS_PLATE_MAX + 1])
{
    char whole[GS_PLATE_MAX + 1];
    struct fold f;
    if (fold_text(&f, text, len, FOLD_SEPARATORS) != FOLD_OK || f.count == 0) {
        return false;
    }
    for (size_t i = 0; i < f.count; i++) {
        if (fold_control(f.points[i])) {
            return false;
        }
    }
    if (!fold_write(&f, 0, whole, sizeof whole)) {
        return false;
    }
    memcpy(out, whole, sizeof whole);
    return true;
}
