/* Fuzzing of CSV: cells of any text, read again by a reader that knows RFC 4180 alone, are the same texts, and none is a formula. The input:
 * cells, parted by the byte 1; a byte 2 ends the line. */
#include "fuzz.h"
#include "gateslot/base/csv.h"

#define OUT_MAX (1 << 20)

/* Takes a cell off the CSV, into out without its quotes. */
static const char *take_cell(const char *at, const char *end, char *out, size_t *out_len)
{
    size_t len = 0;
    if (at < end && *at == '"') {
        for (at++; at < end && (*at != '"' || (at + 1 < end && at[1] == '"')); at++) {
            at += *at == '"' ? 1 : 0;
            out[len++] = *at;
        }
        REQUIRE(at < end);
        at++;
    } else {
        for (; at < end && *at != ',' && *at != '\r'; at++) {
            REQUIRE(*at != '"' && *at != '\n');
            out[len++] = *at;
        }
    }
    *out_len = len;
    return at;
}

static const char *check_cell(const char *at, const char *end, const char *text)
{
    char *read = malloc((size_t)(end - at) + 1);
    size_t len = 0;
    REQUIRE(read != NULL);
    at = take_cell(at, end, read, &len);
    const bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    REQUIRE(!formula || read[0] == '\'');
    REQUIRE(len == strlen(text) + (formula ? 1 : 0));
    REQUIRE(memcmp(read + (formula ? 1 : 0), text, strlen(text)) == 0);
    free(read);
    return at;
}

/* The cells of text as CSV into c, or compared with the CSV from at to end; moves along both alike. */
static const char *each_cell(char *text, size_t size, struct gs_csv *c, const char *at, const char *end)
{
    size_t from = 0;
    for (size_t i = 0; i <= size; i++) {
        const char kept = text[i];
        if (i < size && kept != 1 && kept != 2) {
            continue;
        }
        text[i] = '\0';
        if (c != NULL) {
            gs_csv_text(c, text + from);
            if (kept != 1) {
                gs_csv_end(c);
            }
        } else {
            at = check_cell(at, end, text + from);
            REQUIRE(kept == 1 ? at < end && *at == ',' : at + 1 < end && at[0] == '\r' && at[1] == '\n');
            at += kept == 1 ? 1 : 2;
        }
        text[i] = kept;
        from = i + 1;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gs_buf out;
    struct gs_csv csv = {.out = &out};
    char *text = text_copy(data, size);
    const size_t len = memchr(text, '\0', size + 1) != NULL ? strlen(text) : size;
    gs_buf_init(&out, OUT_MAX);
    (void)each_cell(text, len, &csv, NULL, NULL);
    const char *end = out.data + out.len;
    REQUIRE(each_cell(text, len, NULL, out.data, end) == end);
    free(text);
    gs_buf_finish(&out);
    return 0;
}
