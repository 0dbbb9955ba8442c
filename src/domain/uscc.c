/* Unified social credit codes after GB 32100-2015: it answers for length, alphabet and check character. The check
 * character only warns, because real licences fail it. */
#include "fold.h"
#include <string.h>

enum { MODULUS = 31, BASE_WEIGHT = 3, CHECKED_LEN = 17 };

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* without I, O, S, V, Z; the index is the value */

/* Position i weighs 3^i modulo 31; the check character brings the sum to a multiple of 31. */
static char check_character(const char code[GS_USCC_LEN + 1])
{
    long sum = 0, weight = 1;
    for (int i = 0; i < CHECKED_LEN; i++) {
        sum += (strchr(alphabet, code[i]) - alphabet) * weight;
        weight = weight * BASE_WEIGHT % MODULUS;
    }
    return alphabet[(MODULUS - sum % MODULUS) % MODULUS];
}

static bool in_alphabet(int32_t point)
{
    return point > 0 && point < 0x80 && strchr(alphabet, (char)point) != NULL;
}

struct gs_verdict gs_uscc_check(const char *text, size_t len, char out[GS_USCC_LEN + 1])
{
    struct fold f;
    struct gs_verdict v = verdict_of_fold(&f, text, len, FOLD_KEEP);
    char expected[2] = "";
    if (!v.ok) {
        return v;
    }
    for (size_t i = 0; i < f.count; i++) {
        if (!in_alphabet(f.points[i])) {
            return verdict_point(GS_FAULT_ALPHABET, f.points[i], "0-9, A-H, J-N, P-R, T, U, W-Y");
        }
    }
    if (f.count != GS_USCC_LEN) {
        return verdict_length(f.count, "18");
    }
    fold_ascii(&f, 0, out);
    expected[0] = check_character(out);
    if (out[CHECKED_LEN] != expected[0]) {
        v = verdict_point(GS_FAULT_CHECK_DIGIT, f.points[CHECKED_LEN], expected);
        v.ok = true;
        v.warnings = GS_WARN_USCC_CHECK;
    }
    return v;
}
