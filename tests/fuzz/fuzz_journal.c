/* Fuzzing of the journal's rows: any bytes are entries or refused; what is erased from a row leaves the same entries without reasons; and
 * the commands of a row can be given to a book, whoever wrote them. */
#include "fuzz.h"
#include "gateslot/base/text.h"
#include "gateslot/conf/conf.h"
#include "gateslot/core/book.h"
#include "gateslot/core/journal.h"

#define ROW_MAX 65536
#define LIVE_MS INT64_C(40000000000) /* how far a book is taken through time: years of days would only take long */

static void check_command(const struct gs_journal_entry *e)
{
    const struct gs_command *c = &e->command;
    REQUIRE(c->kind < GS_CMD_KINDS && c->actor.role < GS_ROLES && e->code < GS_CODE_KINDS);
    REQUIRE(gs_utf8_valid(c->reason, strlen(c->reason)) && gs_utf8_valid(c->actor.name, strlen(c->actor.name)));
    if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        REQUIRE(c->u.book.truck.container_count >= 0 && c->u.book.truck.container_count <= GS_MAX_CONTAINERS);
        REQUIRE(c->u.book.truck.plate[0] != '\0' && c->u.book.wish.date <= GS_MAX_DATE);
    }
}

/* Of all its entries: how many, when the last was, a sum of what erasing leaves alone. */
struct sums {
    int64_t count, last_ms;
    uint64_t sum;
    int err;
};

static struct sums read_row(const char *row, size_t len, bool is_erased)
{
    struct sums s = {0};
    struct gs_journal_cursor cursor;
    static struct gs_journal_entry e;
    s.err = gs_journal_open(&cursor, row, len);
    while (s.err == GS_OK && (s.err = gs_journal_next(&cursor, s.count + 1, &e)) == GS_OK) {
        s.count++;
        s.last_ms = e.at_ms;
        s.sum = s.sum * 31 + (uint64_t)e.kind;
        if (e.kind == GS_JOURNAL_COMMAND) {
            check_command(&e);
            s.sum = s.sum * 31 + (uint64_t)e.command.kind * 7 + e.digest + (uint64_t)e.code;
            REQUIRE(!is_erased || e.command.reason[0] == '\0' || strcmp(e.command.reason, GS_ERASED_TEXT) == 0);
        }
    }
    return s;
}

static void check_erased(const char *row, size_t len, const struct sums *before)
{
    struct gs_buf once, twice;
    bool changed = false, again = true;
    int64_t last_ms = before->last_ms;
    gs_buf_init(&once, 2 * ROW_MAX);
    gs_buf_init(&twice, 2 * ROW_MAX);
    REQUIRE(gs_journal_erase(row, len, &once, &changed) == GS_OK);
    REQUIRE(changed || (once.len == len && memcmp(once.data, row, len) == 0));
    const struct sums after = read_row(once.data, once.len, true);
    REQUIRE(after.err == before->err && after.count == before->count && after.sum == before->sum);
    REQUIRE(gs_journal_last_ms(once.data, once.len, &last_ms) == GS_OK && last_ms == before->last_ms);
    REQUIRE(gs_journal_erase(once.data, once.len, &twice, &again) == GS_OK && !again);
    gs_buf_finish(&once);
    gs_buf_finish(&twice);
}

static struct gs_config *site(void)
{
    static struct gs_config *config;
    static struct gs_config_problems problems;
    if (config == NULL) {
        REQUIRE(gs_config_parse("", 0, &config, &problems) == GS_OK);
    }
    return config;
}

static void give_all(const char *row, size_t len)
{
    struct gs_journal_cursor cursor;
    static struct gs_journal_entry e;
    static struct gs_outcome outcome;
    struct gs_book *book = NULL;
    struct gs_batch batch;
    int64_t start_ms = -1, serial = 0;
    gs_batch_init(&batch);
    REQUIRE(gs_journal_open(&cursor, row, len) == GS_OK);
    while (gs_journal_next(&cursor, ++serial, &e) == GS_OK) {
        if (book == NULL) {
            start_ms = e.at_ms;
            REQUIRE(gs_book_create(&site()->rules, &book) == GS_OK);
            REQUIRE(gs_book_start(book, 0, 0, start_ms) == GS_OK);
        }
        if (e.at_ms - start_ms > LIVE_MS) {
            break;
        }
        gs_batch_clear(&batch);
        if (e.kind == GS_JOURNAL_COMMAND) {
            gs_journal_apply(book, &e.command, e.at_ms, &batch, NULL, &outcome);
            REQUIRE(!batch.failed && outcome.code < GS_CODE_KINDS);
        } else if (e.kind == GS_JOURNAL_DUE) {
            gs_journal_apply_due(book, e.at_ms, &batch);
        } else if (e.kind == GS_JOURNAL_EPOCH) {
            (void)gs_journal_epoch(book, &e.epoch, &batch);
        }
    }
    gs_book_destroy(book);
    gs_batch_finish(&batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > ROW_MAX) {
        return 0;
    }
    char *row = exact_copy(data, size);
    const struct sums sums = read_row(row, size, false);
    REQUIRE(sums.err == GS_E_NOTFOUND || sums.err == GS_E_CORRUPT);
    if (sums.err == GS_E_NOTFOUND) {
        check_erased(row, size, &sums);
    }
    if (sums.count > 0) {
        give_all(row, size);
    }
    free(row);
    return 0;
}
