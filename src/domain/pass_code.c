/* Pass codes: 35 bits as seven characters of Crockford's base32 and his check symbol (the value modulo 37). One wrong
 * character is always noticed, and so are two neighbours exchanged among the seven. Where the randomness comes from is the
 * caller's business. Pairing codes are eight such characters without a check symbol: they live for minutes. */
#include "gateslot/domain/checks.h"
#include <string.h>

enum { BITS = 35, DIGIT_BITS = 5, LETTERS = 32, CHECK_MODULUS = 37, DATA_LEN = GS_PASS_CODE_LEN - 1 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void gs_pass_code_make(uint64_t random, char out[GS_PASS_CODE_LEN + 1])
{
    const uint64_t mask = (UINT64_C(1) << BITS) - 1;
    uint64_t value = random & mask;
    while (value % CHECK_MODULUS >= LETTERS) {
        value = (value + 1) & mask;
    }
    out[DATA_LEN] = alphabet[value % CHECK_MODULUS];
    for (int i = DATA_LEN - 1; i >= 0; i--) {
        out[i] = alphabet[value % LETTERS];
        value >>= DIGIT_BITS;
    }
    out[GS_PASS_CODE_LEN] = '\0';
}

/* As written in the alphabet; 0 for what is not in it. */
static char canonical(char c)
{
    if (c >= 'a' && c <= 'z') {
        c = (char)(c - 'a' + 'A');
    }
    if (c == 'O') {
        return '0';
    }
    if (c == 'I' || c == 'L') {
        return '1';
    }
    return c != '\0' && strchr(alphabet, c) != NULL ? c : '\0';
}

void gs_pairing_code_make(uint64_t random, char out[GS_PAIRING_CODE_LEN + 1])
{
    for (int i = 0; i < GS_PAIRING_CODE_LEN; i++) {
        out[i] = alphabet[random % LETTERS];
        random >>= DIGIT_BITS;
    }
    out[GS_PAIRING_CODE_LEN] = '\0';
}

bool gs_pairing_code_normalise(const char *text, size_t len, char out[GS_PAIRING_CODE_LEN + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ' || text[i] == '-') {
            continue;
        }
        if (count == GS_PAIRING_CODE_LEN || canonical(text[i]) == '\0') {
            return false;
        }
        out[count++] = canonical(text[i]);
    }
    out[count] = '\0';
    return count == GS_PAIRING_CODE_LEN;
}

bool gs_pass_code_normalise(const char *text, size_t len, char out[GS_PASS_CODE_LEN + 1])
{
    char code[GS_PASS_CODE_LEN + 1] = "";
    uint64_t value = 0;
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ' || text[i] == '-') {
            continue;
        }
        if (count == GS_PASS_CODE_LEN || canonical(text[i]) == '\0') {
            return false;
        }
        code[count++] = canonical(text[i]);
    }
    if (count != GS_PASS_CODE_LEN) {
        return false;
    }
    for (int i = 0; i < DATA_LEN; i++) {
        value = value * LETTERS + (uint64_t)(strchr(alphabet, code[i]) - alphabet);
    }
    if (alphabet[value % CHECK_MODULUS % LETTERS] != code[DATA_LEN] || value % CHECK_MODULUS >= LETTERS) {
        return false;
    }
    memcpy(out, code, sizeof code);
    return true;
}
