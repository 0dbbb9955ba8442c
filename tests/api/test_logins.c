/* What stands behind logins, by itself: how long guesses are made to wait, against what is promised of any mixture of people and guessers; and
 * the tables of users and sessions against plain lists. Seeds: GATESLOT_SEED. */
#include "../base/dice.h"
#include "world.h"

#include "cookie.h"
#include <stdio.h>

#define LONGEST_MS 60000

/* An address of number n: of IPv4, or of a network of IPv6. */
static struct gs_peer address(int n)
{
    struct gs_peer p = {.known = true};
    if (n % 2 == 0) {
        memset(p.address + 10, 0xff, 2);
        p.address[12] = 10;
        p.address[14] = (unsigned char)(n / 256);
        p.address[15] = (unsigned char)n;
    } else {
        p.address[0] = 0x20;
        p.address[6] = (unsigned char)(n / 256);
        p.address[7] = (unsigned char)n;
    }
    return p;
}

struct
try {
    int64_t at_ms;
    int account, from;
    bool heard;
};

/* A guesser never knows; a person does, but types wrongly now and then. Guessers have addresses of their own, and ask all the time. */
static void a_person_waits_only_for_failures_of_his_own_address(void **state)
{
    enum { ADDRESSES = 6, OWN = 41, ROUNDS = 4000 };
    (void)state;
    uint64_t d = dice_seed("login throttle");
    struct gs_login_throttle *t = malloc(sizeof *t);
    assert_non_null(t);
    assert_int_equal(gs_login_throttle_init(t), GS_OK);
    const struct gs_peer own = address(OWN);
    int64_t now_ms = 1000000, failed_ms = -1;
    int failures = 0, guesses = 0, heard = 0, logins = 0;
    for (int round = 0; round < ROUNDS; round++) {
        now_ms += dice_roll(&d, 3000);
        const struct gs_peer from = address(dice_roll(&d, ADDRESSES));
        guesses++;
        if (gs_login_throttle_wait(t, "li", &from, now_ms) == 0) {
            gs_login_throttle_begin(t, "li", &from, now_ms);
            heard++;
        }
        if (dice_roll(&d, 20) != 0) {
            continue;
        }
        const int64_t wait_ms = gs_login_throttle_wait(t, "li", &own, now_ms);
        assert_true(wait_ms <= LONGEST_MS);
        assert_true(failed_ms >= 0 || wait_ms == 0); /* whatever the others do */
        assert_true(failed_ms < 0 || wait_ms <= failed_ms + LONGEST_MS - now_ms || wait_ms == 0);
        if (wait_ms > 0) {
            continue;
        }
        gs_login_throttle_begin(t, "li", &own, now_ms);
        if (dice_roll(&d, 3) == 0) {
            failed_ms = now_ms;
            failures++;
        } else {
            gs_login_throttle_passed(t, "li", &own, now_ms);
            failed_ms = -1;
            logins++;
        }
    }
    print_message("# %d of %d guesses heard; %d logins, %d typed wrongly\n", heard, guesses, logins, failures);
    assert_true(heard < guesses / 2);
    assert_true(logins > 50);
    free(t);
}

/* Of one address, whatever names it tries: so many at once, and then at most as often as the waits allow. */
static void one_address_is_heard_ever_less_often(void **state)
{
    (void)state;
    uint64_t d = dice_seed("login address");
    struct gs_login_throttle *t = malloc(sizeof *t);
    assert_non_null(t);
    assert_int_equal(gs_login_throttle_init(t), GS_OK);
    const struct gs_peer from = address(2);
    const int64_t hour_ms = 3600000, begin_ms = 5000;
    int heard = 0;
    for (int64_t now_ms = begin_ms; now_ms < begin_ms + hour_ms; now_ms += 1 + dice_roll(&d, 200)) {
        char name[32];
        snprintf(name, sizeof name, "name-%d", dice_roll(&d, 500));
        if (gs_login_throttle_wait(t, name, &from, now_ms) == 0) {
            gs_login_throttle_begin(t, name, &from, now_ms);
            heard++;
        }
    }
    print_message("# %d heard in an hour\n", heard);
    assert_in_range(heard, 20, 20 + 6 + 60); /* without a wait, while it grows, then one a minute */
    /* The next hour of the same network of IPv6, or another account at once, is no fresh start. */
    const struct gs_peer one = address(3);
    struct gs_peer neighbour = one;
    neighbour.address[15] = 9;
    for (int i = 0; i < 5; i++) {
        gs_login_throttle_begin(t, "li", &one, begin_ms + i);
    }
    assert_true(gs_login_throttle_wait(t, "li", &neighbour, begin_ms + 6) > 0);
    assert_int_equal(gs_login_throttle_wait(t, "li", &one, begin_ms + 6 + 900000), 0); /* forgotten */
    free(t);
}

static void a_cancelled_attempt_was_none(void **state)
{
    (void)state;
    struct gs_login_throttle *t = malloc(sizeof *t);
    assert_non_null(t);
    assert_int_equal(gs_login_throttle_init(t), GS_OK);
    const struct gs_peer from = address(2);
    for (int i = 0; i < 100; i++) {
        gs_login_throttle_begin(t, "li", &from, 1000);
        gs_login_throttle_cancel(t, "li", &from);
    }
    assert_int_equal(gs_login_throttle_wait(t, "li", &from, 1000), 0);
    free(t);
}

/* ---- tables ---- */

enum { NAMES = 60, MOVES = 20000 };

static struct gs_session some_session(int n)
{
    struct gs_session s = {.kind = n % 5 == 0 ? GS_SESSION_DEVICE : GS_SESSION_USER, .role = GS_ROLE_GATE};
    memset(s.hash, n % 4, 9); /* many with the same first bytes */
    s.hash[31] = (unsigned char)n;
    snprintf(s.name, sizeof s.name, "u%d", n % 7);
    return s;
}

static void sessions_are_those_of_a_plain_list(void **state)
{
    (void)state;
    uint64_t d = dice_seed("sessions");
    struct gs_sessions sessions = {.count = 0};
    int64_t used[NAMES] = {0}; /* 0: it is not there */
    size_t there = 0;
    for (int64_t move = 1; move <= MOVES; move++) {
        const int n = dice_roll(&d, NAMES);
        struct gs_session s = some_session(n);
        if (dice_roll(&d, 2) == 0) {
            s.used_ms = move;
            assert_int_equal(gs_sessions_put(&sessions, &s), GS_OK);
            there += used[n] == 0 ? 1 : 0;
            used[n] = move;
        } else {
            assert_int_equal(gs_sessions_remove(&sessions, s.hash), used[n] != 0);
            there -= used[n] != 0 ? 1 : 0;
            used[n] = 0;
        }
        assert_int_equal(sessions.count, there);
        const int asked = dice_roll(&d, NAMES);
        const struct gs_session *found = gs_sessions_find(&sessions, some_session(asked).hash);
        assert_int_equal(found != NULL ? found->used_ms : 0, used[asked]);
        if (move % 50 == 0) {
            size_t of_u3 = 0, listed = 0;
            for (int i = 0; i < NAMES; i++) {
                of_u3 += used[i] != 0 && i % 7 == 3 && i % 5 != 0 ? 1 : 0;
            }
            for (size_t at = 0; gs_sessions_next(&sessions, GS_SESSION_USER, "u3", &at) != NULL;) {
                listed++;
            }
            assert_int_equal(listed, of_u3);
        }
    }
    gs_sessions_finish(&sessions);
    assert_int_equal(sessions.count, 0);
}

static void users_are_those_of_a_plain_list(void **state)
{
    (void)state;
    uint64_t d = dice_seed("users");
    struct gs_users users = {.count = 0};
    int64_t used[NAMES] = {0};
    size_t there = 0;
    for (int64_t move = 1; move <= MOVES; move++) {
        const int n = dice_roll(&d, NAMES);
        struct gs_user u = {.role = GS_ROLE_GATE, .used_ms = move};
        snprintf(u.name, sizeof u.name, "u%d", n * 37 % NAMES);
        if (dice_roll(&d, 2) == 0) {
            assert_int_equal(gs_users_put(&users, &u), GS_OK);
            there += used[n] == 0 ? 1 : 0;
            used[n] = move;
        } else {
            assert_int_equal(gs_users_remove(&users, u.name), used[n] != 0);
            there -= used[n] != 0 ? 1 : 0;
            used[n] = 0;
        }
        assert_int_equal(users.count, there);
        const struct gs_user *found = gs_users_named(&users, u.name);
        assert_int_equal(found != NULL ? found->used_ms : 0, used[n]);
        for (size_t i = 1; i < users.count; i++) {
            assert_true(strcmp(users.list[i - 1].name, users.list[i].name) < 0);
        }
    }
    gs_users_finish(&users);
}

static void the_tables_are_bounded(void **state)
{
    (void)state;
    struct gs_users users = {.count = 0};
    struct gs_sessions sessions = {.count = 0};
    struct gs_user u = {.role = GS_ROLE_GATE};
    struct gs_session s = {.role = GS_ROLE_GATE};
    for (int i = 0; i <= GS_MAX_USERS; i++) {
        snprintf(u.name, sizeof u.name, "u%d", i);
        assert_int_equal(gs_users_put(&users, &u), i < GS_MAX_USERS ? GS_OK : GS_E_BUSY);
    }
    for (int i = 0; i <= GS_MAX_SESSIONS; i++) {
        memcpy(s.hash, &i, sizeof i);
        assert_int_equal(gs_sessions_put(&sessions, &s), i < GS_MAX_SESSIONS ? GS_OK : GS_E_BUSY);
    }
    s.hash[0] = 1;
    s.hash[1] = 0;
    assert_int_equal(gs_sessions_put(&sessions, &s), GS_OK); /* in place of itself */
    gs_users_finish(&users);
    gs_sessions_finish(&sessions);
}

/* A page's proof follows from its own session's secret, and from no other. */
static void each_session_has_a_csrf_of_its_own(void **state)
{
    (void)state;
    char a[GS_TOKEN_TEXT], b[GS_TOKEN_TEXT], of_a[GS_CSRF_TEXT], of_b[GS_CSRF_TEXT];
    for (int i = 0; i < 100; i++) {
        assert_int_equal(gs_token_make(a), GS_OK);
        assert_int_equal(gs_token_make(b), GS_OK);
        gs_csrf_of(a, of_a);
        gs_csrf_of(b, of_b);
        const struct gs_header shown = {"x-csrf-token", of_a};
        const struct gs_request r = {.header_count = 1, .headers = &shown};
        assert_true(gs_csrf_shown(&r, a));
        assert_false(gs_csrf_shown(&r, b));
        assert_string_not_equal(of_a, of_b);
        assert_null(strstr(of_a, a + 3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_waits_only_for_failures_of_his_own_address),
        cmocka_unit_test(one_address_is_heard_ever_less_often),
        cmocka_unit_test(a_cancelled_attempt_was_none),
        cmocka_unit_test(sessions_are_those_of_a_plain_list),
        cmocka_unit_test(users_are_those_of_a_plain_list),
        cmocka_unit_test(the_tables_are_bounded),
        cmocka_unit_test(each_session_has_a_csrf_of_its_own),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
