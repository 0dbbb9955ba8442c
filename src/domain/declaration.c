/* Numbers of customs declarations: four digits of the customs office, the year, the flag of import (1) or export (0) and
 * nine of a serial. */
#include "fold.h"

enum { YEAR_AT = 4, YEAR_LEN = 4, FLAG_AT = 8 };

struct gs_verdict gs_declaration_check(const char *text, size_t len, char out[GS_DECLARATION_LEN + 1])
{
    struct fold f;
    struct gs_verdict v = verdict_of_fold(&f, text, len, FOLD_KEEP);
    char digits[GS_DECLARATION_LEN + 1];
    if (!v.ok) {
        return v;
    }
    for (size_t i = 0; i < f.count; i++) {
        if (!fold_digit(f.points[i])) {
            return verdict_point(GS_FAULT_ALPHABET, f.points[i], "0-9");
        }
    }
    if (f.count != GS_DECLARATION_LEN) {
        return verdict_length(f.count, "18");
    }
    fold_ascii(&f, 0, digits);
    if (digits[YEAR_AT] != '2' || digits[YEAR_AT + 1] != '0') {
        digits[YEAR_AT + YEAR_LEN] = '\0';
        return verdict_refuse(GS_FAULT_RANGE, digits + YEAR_AT, "2000..2099");
    }
    if (digits[FLAG_AT] != '0' && digits[FLAG_AT] != '1') {
        return verdict_point(GS_FAULT_CHOICE, digits[FLAG_AT], "0, 1");
    }
    fold_ascii(&f, 0, out);
    return v;
}
