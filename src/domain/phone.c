/* Mobile numbers of the mainland, Hong Kong and Macau. It answers for their form, not for whether the number is in use. */
#include "fold.h"
#include <string.h>

enum { MAINLAND_LEN = 11, REGION_LEN = 8 };

static const char examples[] = "13800138000, +85291234567, +85366123456";

static bool begins(const struct fold *f, const char *text)
{
    size_t len = strlen(text);
    if (f->count < len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (f->points[i] != text[i]) {
            return false;
        }
    }
    return true;
}

static struct gs_verdict check_characters(const struct fold *f)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!fold_digit(f->points[i]) && !(i == 0 && f->points[i] == '+')) {
            return verdict_point(GS_FAULT_ALPHABET, f->points[i], "0-9");
        }
    }
    return verdict_ok();
}

static struct gs_verdict refuse_form(const struct fold *f)
{
    char text[GS_FAULT_TEXT_MAX + 1];
    (void)fold_write(f, 0, text, sizeof text);
    return verdict_refuse(GS_FAULT_FORMAT, text, examples);
}

static struct gs_verdict check_mainland(const struct fold *f, size_t from)
{
    if (f->count == from || f->points[from] != '1') {
        return refuse_form(f);
    }
    if (f->count - from != MAINLAND_LEN) {
        return verdict_length(f->count - from, "11");
    }
    return f->points[from + 1] < '3' ? refuse_form(f) : verdict_ok();
}

struct gs_verdict gs_phone_check(const char *text, size_t len, char out[GS_PHONE_MAX + 1])
{
    struct fold f;
    struct gs_verdict v = verdict_of_fold(&f, text, len, FOLD_BLANKS);
    size_t from = 0;
    if (v.ok) {
        v = check_characters(&f);
    }
    if (!v.ok) {
        return v;
    }
    if (begins(&f, "+852") || begins(&f, "+853")) {
        size_t digits = f.count - strlen("+852");
        v = digits == REGION_LEN ? v : verdict_length(digits, "8");
    } else {
        from = begins(&f, "+86") ? strlen("+86") : begins(&f, "0086") ? strlen("0086") : 0;
        v = check_mainland(&f, from);
    }
    if (v.ok) {
        fold_ascii(&f, from, out);
    }
    return v;
}
