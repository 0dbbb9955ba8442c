/* Fuzzing of what is typed of a truck: plate, container, company, phone, declaration, pass code, and what is typed freely. What is accepted is a form that is
 * accepted again and stays as it is; what is refused says why in a text that can be shown; what is masked shows no more than it may. */
#include "fuzz.h"
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"

static void check_refusal(const struct gs_verdict *v)
{
    REQUIRE(v->kind < GS_FAULT_KINDS);
    REQUIRE(gs_utf8_valid(v->found, strlen(v->found)) && gs_utf8_valid(v->expected, strlen(v->expected)));
}

typedef struct gs_verdict (*check)(const char *text, size_t len, char *out);

static struct gs_verdict tractor(const char *text, size_t len, char *out)
{
    return gs_plate_check(text, len, GS_PLATE_TRACTOR, out);
}

static struct gs_verdict trailer(const char *text, size_t len, char *out)
{
    return gs_plate_check(text, len, GS_PLATE_TRAILER, out);
}

static struct gs_verdict pass_code(const char *text, size_t len, char *out)
{
    struct gs_verdict v = {.ok = gs_pass_code_normalise(text, len, out)};
    return v;
}

/* Is it accepted? Then out has it in its one form. */
static bool accepts(check judge, size_t room, const char *text, size_t len, char *out)
{
    char *first = calloc(1, room), *again = calloc(1, room); /* of their very size */
    REQUIRE(first != NULL && again != NULL);
    const struct gs_verdict v = judge(text, len, first);
    if (v.ok) {
        REQUIRE(strlen(first) < room && first[0] != '\0' && gs_utf8_valid(first, strlen(first)));
        const struct gs_verdict second = judge(first, strlen(first), again);
        require(second.ok && strcmp(first, again) == 0, "the form of a form is that form");
        REQUIRE(second.warnings == v.warnings);
        for (unsigned bit = 1; bit != 0 && bit <= v.warnings; bit <<= 1) {
            REQUIRE((v.warnings & bit) == 0 || gs_warning_code((enum gs_warning)bit) != NULL);
        }
        memcpy(out, first, strlen(first) + 1);
    } else {
        check_refusal(&v);
    }
    free(first);
    free(again);
    return v.ok;
}

static void check_plate(const char *text, size_t len)
{
    char plate[GS_PLATE_MAX + 1], other[GS_PLATE_MAX + 1], masked[GS_PLATE_MASKED_MAX + 1];
    bool is_tractor = accepts(tractor, GS_PLATE_MAX + 1, text, len, plate);
    require(!(accepts(trailer, GS_PLATE_MAX + 1, text, len, other) && is_tractor),
            "a plate is a tractor's or a trailer's");
    if (is_tractor) {
        REQUIRE(gs_plate_normalise(text, len, other) && strcmp(plate, other) == 0);
        REQUIRE(gs_plate_misread(plate, plate) == 0);
        for (size_t tail = 0; tail < 9; tail++) {
            gs_plate_mask(plate, tail, masked);
            REQUIRE(gs_utf8_valid(masked, strlen(masked)) && strcmp(masked, plate) != 0);
        }
    }
}

static void check_person(const char *text, size_t len)
{
    char phone[GS_PHONE_MAX + 1], masked[GS_PHONE_MAX + 1], name[GS_DRIVER_NAME_MAX + 1];
    if (accepts(gs_phone_check, GS_PHONE_MAX + 1, text, len, phone)) {
        gs_phone_mask(phone, masked);
        REQUIRE(strchr(masked, '*') != NULL && strlen(masked) <= strlen(phone));
    }
    if (len <= GS_DRIVER_NAME_MAX && gs_utf8_valid(text, len) && memchr(text, '\0', len) == NULL) {
        char given[GS_DRIVER_NAME_MAX + 1];
        memcpy(given, text, len);
        given[len] = '\0';
        gs_driver_mask(given, name);
        REQUIRE(gs_utf8_valid(name, strlen(name)));
    }
}

static void check_codes(const char *text, size_t len, const uint8_t *data)
{
    char out[64], made[GS_PASS_CODE_LEN + 1];
    uint64_t random = 0;
    if (accepts(gs_container_check, GS_CONTAINER_LEN + 1, text, len, out)) {
        REQUIRE(strlen(out) == GS_CONTAINER_LEN);
    }
    if (accepts(gs_uscc_check, GS_USCC_LEN + 1, text, len, out)) {
        REQUIRE(strlen(out) == GS_USCC_LEN);
    }
    if (accepts(gs_declaration_check, GS_DECLARATION_LEN + 1, text, len, out)) {
        REQUIRE(strlen(out) == GS_DECLARATION_LEN);
    }
    if (accepts(pass_code, GS_PASS_CODE_LEN + 1, text, len, out)) {
        REQUIRE(strlen(out) == GS_PASS_CODE_LEN);
    }
    if (gs_pairing_code_normalise(text, len, out)) {
        REQUIRE(strlen(out) == GS_PAIRING_CODE_LEN);
    }
    memcpy(&random, data, len < sizeof random ? len : sizeof random);
    gs_pairing_code_make(random, made);
    require(gs_pairing_code_normalise(made, strlen(made), out) && strcmp(made, out) == 0, "a pairing code is one");
    gs_pass_code_make(random, made);
    require(gs_pass_code_normalise(made, strlen(made), out) && strcmp(made, out) == 0, "a code made is a code");
    made[random % GS_PASS_CODE_LEN] = made[random % GS_PASS_CODE_LEN] == '7' ? '8' : '7';
    require(!gs_pass_code_normalise(made, strlen(made), out), "one wrong character is noticed");
}

/* Two plates, one a line. */
static void check_misread(const char *text, size_t len)
{
    char first[GS_PLATE_MAX + 1], second[GS_PLATE_MAX + 1];
    const char *end = len > 0 ? memchr(text, '\n', len) : NULL;
    const size_t first_len = end != NULL ? (size_t)(end - text) : len;
    if (end == NULL || !gs_plate_normalise(text, first_len, first) ||
        !gs_plate_normalise(end + 1, len - first_len - 1, second)) {
        return;
    }
    const int nearness = gs_plate_misread(first, second);
    REQUIRE(nearness >= 0 && nearness <= 2 && nearness == gs_plate_misread(second, first));
    REQUIRE(nearness == 0 || strcmp(first, second) != 0);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What a person typed: no long number is left whole. */
static void check_numbers(const char *text, size_t len)
{
    char *typed = text_copy(text, len);
    const size_t before = strlen(typed);
    const bool valid = gs_utf8_valid(typed, before);
    gs_numbers_mask(typed);
    REQUIRE(strlen(typed) <= before && (!valid || gs_utf8_valid(typed, strlen(typed))));
    for (const char *at = typed; *at != '\0';) {
        const size_t digits = strspn(at, "0123456789");
        REQUIRE(digits < 11);
        at += digits > 0 ? digits : 1;
    }
    free(typed);
}

/* A name on the first line, what was typed behind it: the name is not left in it, but as a part of a word in Latin letters. */
static void check_named(const char *text, size_t len)
{
    char name[GS_DRIVER_NAME_MAX + 1] = "", typed[GS_REASON_MAX + 1] = "";
    const char *end = len > 0 ? memchr(text, '\n', len) : NULL;
    const size_t name_len = end != NULL ? (size_t)(end - text) : 0, rest = len - name_len - 1;
    if (end == NULL || memchr(text, '\0', len) != NULL || !gs_utf8_valid(text, len) || name_len > GS_DRIVER_NAME_MAX ||
        rest > GS_REASON_MAX || gs_utf8_count(end + 1, rest) > GS_REASON_CHARS) {
        return;
    }
    memcpy(name, text, name_len);
    memcpy(typed, end + 1, rest);
    gs_name_mask(typed, sizeof typed, name);
    REQUIRE(gs_utf8_valid(typed, strlen(typed)));
    const bool words = name_len > 0 && (is_letter(name[0]) || is_letter(name[name_len - 1]));
    REQUIRE(words || gs_utf8_count(name, name_len) < 2 || strchr(name, '*') != NULL || strstr(typed, name) == NULL);
}

static void check_colour(const char *text, size_t len)
{
    enum gs_plate_colour colour = GS_PLATE_COLOUR_NONE;
    char *name = text_copy(text, len);
    REQUIRE(!gs_plate_colour_parse(name, &colour) || strcmp(gs_plate_colour_name(colour), name) == 0);
    free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = exact_copy(data, size);
    check_misread(text, size);
    check_colour(text, size);
    check_numbers(text, size);
    check_named(text, size);
    check_plate(text, size);
    check_person(text, size);
    check_codes(text, size, (const uint8_t *)text);
    free(text);
    return 0;
}
