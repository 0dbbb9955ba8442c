/* Container numbers after ISO 6346: four letters, of which the last is the category, six digits of a serial and a check
 * digit. It answers for form and check digit, not for whether such a container or owner exists. */
#include "fold.h"
#include <assert.h>

enum { OWNER_LEN = 3, PREFIX_LEN = 4, CHECKED_LEN = 10 };

/* Annex A: letters count from 10, leaving out the multiples of 11; position i weighs 2^i; modulo 11, 10 counts as 0. */
static int check_digit(const struct fold *f)
{
    int sum = 0;
    for (int i = 0; i < CHECKED_LEN; i++) {
        int32_t point = f->points[i];
        int value = point - '0';
        if (fold_letter(point)) {
            value = point - 'A' + 10;
            value += value >= 31 ? 3 : value >= 21 ? 2 : value >= 11 ? 1 : 0;
        }
        sum += value << i;
    }
    return sum % 11 % 10;
}

static struct gs_verdict check_characters(const struct fold *f)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!fold_letter(f->points[i]) && !fold_digit(f->points[i])) {
            return verdict_point(GS_FAULT_ALPHABET, f->points[i], "A-Z, 0-9");
        }
    }
    return verdict_ok();
}

static struct gs_verdict check_form(const struct fold *f)
{
    int32_t category = f->points[OWNER_LEN];
    for (size_t i = 0; i < GS_CONTAINER_LEN; i++) {
        if (i < PREFIX_LEN && !fold_letter(f->points[i])) {
            return verdict_point(GS_FAULT_ALPHABET, f->points[i], "A-Z");
        }
        if (i >= PREFIX_LEN && !fold_digit(f->points[i])) {
            return verdict_point(GS_FAULT_ALPHABET, f->points[i], "0-9");
        }
    }
    if (category != 'U' && category != 'J' && category != 'Z') {
        return verdict_point(GS_FAULT_CHOICE, category, "U, J, Z");
    }
    return verdict_ok();
}

struct gs_verdict gs_container_check(const char *text, size_t len, char out[GS_CONTAINER_LEN + 1])
{
    struct fold f;
    struct gs_verdict v = verdict_of_fold(&f, text, len, FOLD_SEPARATORS);
    char expected[2] = "";
    if (v.ok) {
        v = check_characters(&f);
    }
    if (v.ok && f.count != GS_CONTAINER_LEN) {
        v = verdict_length(f.count, "11");
    }
    if (v.ok) {
        v = check_form(&f);
    }
    if (!v.ok) {
        return v;
    }
    expected[0] = (char)('0' + check_digit(&f));
    if (f.points[CHECKED_LEN] != expected[0]) {
        return verdict_point(GS_FAULT_CHECK_DIGIT, f.points[CHECKED_LEN], expected);
    }
    fold_ascii(&f, 0, out);
    return v;
}
