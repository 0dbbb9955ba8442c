/* The idempotency keys against a plain list of them, in random worlds with little room: what is known, what is kept, who may use another
 * key and from when on, before and after a restart. GS_SEED picks the worlds. */
#include "../base/dice.h"
#include "../core/leaf/cm.h"

#include "idempotency_keys.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEEK_MS (INT64_C(7) * 24 * 3600 * 1000)

enum { OWNERS = 5, KEYS = 400, ROWS = 2000, STEPS = 4000, WORLDS = 8 };

struct world {
    struct gs_idem_keys keys;
    struct gs_idem rows[ROWS]; /* stored; the body is not of interest */
    int64_t row_count;
    int64_t now_ms;
};

static void make(struct gs_idem *i, uint64_t *d, int64_t now_ms)
{
    memset(i, 0, sizeof *i);
    snprintf(i->owner, sizeof i->owner, "name-%d", dice_roll(d, dice_roll(d, 2) == 0 ? 1 : OWNERS));
    snprintf(i->key, sizeof i->key, "%d", dice_roll(d, KEYS));
    for (size_t k = 0; k < sizeof i->fingerprint; k++) {
        i->fingerprint[k] = (unsigned char)dice_roll(d, 256);
    }
    i->at_ms = now_ms;
    i->status = dice_roll(d, 3) == 0 ? 409 : 201;
}

/* The latest of that owner's key that is not forgotten; 0: there is none. */
static int64_t row_of(const struct world *w, const char *owner, const char *key)
{
    for (int64_t row = w->row_count; row > 0; row--) {
        const struct gs_idem *i = &w->rows[row - 1];
        if (i->at_ms >= w->now_ms - WEEK_MS && strcmp(i->owner, owner) == 0 && strcmp(i->key, key) == 0) {
            return row;
        }
    }
    return 0;
}

/* How many of a name (NULL: of all) are kept, refusals or not, and since when the oldest is. */
static int count(const struct world *w, const char *owner, bool refused, int64_t *oldest_ms)
{
    static int64_t latest[OWNERS + 1][KEYS]; /* a key used again counts as it was used last */
    int n = 0;
    *oldest_ms = INT64_MAX;
    memset(latest, 0, sizeof latest);
    for (int64_t row = 1; row <= w->row_count; row++) {
        const struct gs_idem *i = &w->rows[row - 1];
        latest[i->owner[5] - '0'][atoi(i->key)] = i->at_ms >= w->now_ms - WEEK_MS ? row : 0;
    }
    for (int64_t row = 1; row <= w->row_count; row++) {
        const struct gs_idem *i = &w->rows[row - 1];
        if ((i->status >= 400) == refused && (owner == NULL || strcmp(i->owner, owner) == 0) &&
            latest[i->owner[5] - '0'][atoi(i->key)] == row) {
            *oldest_ms = n++ == 0 ? i->at_ms : *oldest_ms;
        }
    }
    return n;
}

static void check_room(const struct world *w, const struct gs_idem_keys *keys, const char *owner)
{
    struct gs_key_room room = {0};
    int64_t own_ms, all_ms;
    int own = count(w, owner, false, &own_ms), all = count(w, NULL, false, &all_ms);
    bool full = own >= keys->per_name, crowded = all >= keys->in_total && own >= keys->in_total / 100;
    assert_int_equal(gs_idem_keys_room(keys, owner, &room), !full && !crowded);
    if (full || crowded) {
        assert_true(room.of_all == !full && room.limit == (full ? keys->per_name : keys->in_total));
        assert_true(room.again_ms == (full ? own_ms : all_ms) + WEEK_MS);
    }
}

static void check_known(const struct world *w, const struct gs_idem_keys *keys, const char *owner, const char *key)
{
    unsigned char fingerprint[GS_FINGERPRINT_KEPT];
    int64_t row = 0, expected = row_of(w, owner, key);
    assert_int_equal(gs_idem_keys_find(keys, owner, key, fingerprint, &row), expected != 0);
    assert_int_equal(row, expected);
    if (row != 0) {
        assert_memory_equal(fingerprint, w->rows[row - 1].fingerprint, sizeof fingerprint);
    }
}

static void use(struct world *w, uint64_t *d)
{
    struct gs_idem i;
    struct gs_key_room room;
    int64_t ms;
    make(&i, d, w->now_ms);
    check_room(w, &w->keys, i.owner);
    if (i.status < 400 && row_of(w, i.owner, i.key) == 0 && !gs_idem_keys_room(&w->keys, i.owner, &room)) {
        return; /* it would have been refused before anything was done */
    }
    int expected = GS_OK;
    if (row_of(w, i.owner, i.key) != 0) {
        expected = GS_E_BUSY;
    } else if (i.status >= 400 && (count(w, i.owner, true, &ms) >= w->keys.per_name / 4 ||
                                   count(w, NULL, true, &ms) >= w->keys.in_total / 4)) {
        expected = GS_E_FULL;
    }
    assert_int_equal(gs_idem_keys_keep(&w->keys, &i), expected);
    if (expected == GS_OK) {
        w->rows[w->row_count++] = i;
    }
    check_known(w, &w->keys, i.owner, i.key);
}

static void restart(struct world *w, uint64_t *d)
{
    struct gs_idem_keys next;
    gs_idem_keys_init(&next, w->keys.per_name, w->keys.in_total);
    for (int64_t row = 1; row <= w->row_count; row++) {
        if (w->rows[row - 1].at_ms >= w->now_ms - WEEK_MS) {
            assert_int_equal(gs_idem_keys_restore(&next, row, &w->rows[row - 1]), GS_OK);
        }
    }
    next.last_row = w->row_count;
    assert_int_equal(gs_idem_keys_count(&next), gs_idem_keys_count(&w->keys));
    gs_idem_keys_finish(&w->keys);
    w->keys = next;
    if (dice_roll(d, 3) == 0) { /* under another configuration */
        w->keys.per_name = 1 + dice_roll(d, 200);
        w->keys.in_total = 1 + dice_roll(d, 400);
    }
}

static void they_are_what_a_plain_list_of_them_says(void **state)
{
    (void)state;
    static struct world w;
    uint64_t d = number_of("GS_SEED", 20261128);
    printf("# GS_SEED=%llu\n", (unsigned long long)d);
    for (int world = 0; world < WORLDS; world++) {
        memset(&w, 0, sizeof w);
        gs_idem_keys_init(&w.keys, 1 + dice_roll(&d, 120), 1 + dice_roll(&d, 300));
        w.now_ms = INT64_C(1800000000000);
        for (int step = 0; step < STEPS && w.row_count < ROWS; step++) {
            char owner[GS_NAME_MAX + 1], key[8];
            w.now_ms += dice_roll(&d, 30 * 60 * 1000);
            w.now_ms += dice_roll(&d, 500) == 0 ? dice_roll(&d, (int)(WEEK_MS / 1000)) * INT64_C(1000) : 0;
            gs_idem_keys_forget(&w.keys, w.now_ms - WEEK_MS);
            use(&w, &d);
            snprintf(owner, sizeof owner, "name-%d", dice_roll(&d, OWNERS + 1));
            snprintf(key, sizeof key, "%d", dice_roll(&d, KEYS));
            check_known(&w, &w.keys, owner, key);
            if (dice_roll(&d, 200) == 0) {
                restart(&w, &d);
            }
        }
        gs_idem_keys_finish(&w.keys);
    }
}

/* A name that fills the limit of all shuts out itself, and not one that has few. */
static void who_fills_the_limit_of_all_shuts_out_himself(void **state)
{
    (void)state;
    struct gs_idem_keys keys;
    struct gs_key_room room;
    struct gs_idem i = {.owner = "flood", .status = 201, .at_ms = 1000};
    gs_idem_keys_init(&keys, 1000, 300);
    for (int n = 0; n < 300; n++) {
        snprintf(i.key, sizeof i.key, "k%d", n);
        assert_true(gs_idem_keys_room(&keys, "flood", &room));
        assert_int_equal(gs_idem_keys_keep(&keys, &i), GS_OK);
    }
    assert_false(gs_idem_keys_room(&keys, "flood", &room));
    assert_true(room.of_all && room.limit == 300 && room.again_ms == 1000 + WEEK_MS);
    strcpy(i.owner, "gate-1");
    for (int n = 0; n < 3; n++) {
        snprintf(i.key, sizeof i.key, "k%d", n);
        assert_true(gs_idem_keys_room(&keys, "gate-1", &room));
        assert_int_equal(gs_idem_keys_keep(&keys, &i), GS_OK);
    }
    assert_false(gs_idem_keys_room(&keys, "gate-1", &room)); /* a hundredth */
    gs_idem_keys_finish(&keys);
}

static void a_key_takes_so_much_memory(void **state)
{
    (void)state;
    struct gs_idem_keys keys;
    struct gs_idem i = {.owner = "mini-program", .status = 201, .at_ms = 1000};
    enum { MANY = 50000 };
    gs_idem_keys_init(&keys, MANY, MANY);
    size_t before = mallinfo2().uordblks;
    for (int n = 0; n < MANY; n++) {
        snprintf(i.key, sizeof i.key, "b1f3c2de-7a64-4c0e-9a51-%012d", n);
        assert_int_equal(gs_idem_keys_keep(&keys, &i), GS_OK);
    }
    size_t each = (mallinfo2().uordblks - before) / MANY;
    printf("# %zu bytes for a key of 36 characters\n", each);
    assert_true(each <= 144);
    gs_idem_keys_finish(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_what_a_plain_list_of_them_says),
        cmocka_unit_test(who_fills_the_limit_of_all_shuts_out_himself),
        cmocka_unit_test(a_key_takes_so_much_memory),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
