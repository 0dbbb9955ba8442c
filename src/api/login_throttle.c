/* Slows down those who guess passwords. Counted are failures of an account at an address, of an address, and of an account; from a number
 * of them on each further attempt has to wait twice as long, up to a minute. Every wait is measured from an attempt of the same address, so
 * nobody elsewhere can keep an account locked; and who has logged in from an address before is not made to wait there for what others do. */
#include "login_throttle.h"
#include "gateslot/base/sha256.h"
#include <string.h>
#include <unistd.h>

enum counted { ACCOUNT_AT_ADDRESS, ADDRESS, ACCOUNT };

enum { FREE_HERE = 5, FREE_OF_ADDRESS = 20, FREE_OF_ACCOUNT = 50 }; /* failures without a wait */
#define LONGEST_MS INT64_C(60000)
#define FORGOTTEN_MS INT64_C(900000) /* after the last failure */

int gs_login_throttle_init(struct gs_login_throttle *t)
{
    memset(t, 0, sizeof *t);
    return getentropy(t->secret, sizeof t->secret) == 0 ? GS_OK : GS_E_IO;
}

/* A network of IPv6 is one site's: its first half counts. */
static size_t address_len(const struct gs_peer *peer)
{
    static const unsigned char v4[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return !peer->known ? 0 : memcmp(peer->address, v4, sizeof v4) == 0 ? sizeof peer->address : 8;
}

static uint64_t key_of(const struct gs_login_throttle *t, enum counted of, const char *name, const struct gs_peer *peer)
{
    const unsigned char tag = (unsigned char)of;
    const struct gs_piece pieces[] = {
        {(const char *)t->secret, sizeof t->secret},
        {(const char *)&tag, 1},
        {(const char *)peer->address, of != ACCOUNT ? address_len(peer) : 0},
        {name, of != ADDRESS ? strlen(name) : 0},
    };
    unsigned char hash[GS_SHA256_BYTES];
    uint64_t key;
    gs_sha256(pieces, sizeof pieces / sizeof pieces[0], hash);
    memcpy(&key, hash, sizeof key);
    return key != 0 ? key : 1;
}

static const struct gs_throttle_entry *find(const struct gs_login_throttle *t, uint64_t key)
{
    const struct gs_throttle_entry *set = t->entries[key % GS_THROTTLE_SETS];
    for (int i = 0; i < GS_THROTTLE_WAYS; i++) {
        if (set[i].key == key) {
            return &set[i];
        }
    }
    return NULL;
}

/* The entry, made where there is none: in place of the one that matters least, which is one of the longest ago, and rather of an
 * address from which nobody has logged in. */
static struct gs_throttle_entry *entry_of(struct gs_login_throttle *t, uint64_t key)
{
    struct gs_throttle_entry *set = t->entries[key % GS_THROTTLE_SETS], *least = &set[0];
    for (int i = 0; i < GS_THROTTLE_WAYS; i++) {
        struct gs_throttle_entry *e = &set[i];
        if (e->key == key) {
            return e;
        }
        if (e->good != least->good ? !e->good : e->last_ms < least->last_ms) {
            least = e;
        }
    }
    *least = (struct gs_throttle_entry){.key = key};
    return least;
}

static int32_t failures_of(const struct gs_throttle_entry *e, int64_t now_ms)
{
    return e != NULL && now_ms - e->last_ms < FORGOTTEN_MS ? e->failures : 0;
}

static int64_t wait_after(int32_t failures, int32_t free, int64_t since_ms, int64_t now_ms)
{
    if (failures < free) {
        return 0;
    }
    int64_t wait_ms = LONGEST_MS;
    if (failures - free < 6) {
        wait_ms = INT64_C(1000) << (failures - free);
    }
    return since_ms + wait_ms > now_ms ? since_ms + wait_ms - now_ms : 0;
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t gs_login_throttle_wait(const struct gs_login_throttle *t, const char *name, const struct gs_peer *peer,
                               int64_t now_ms)
{
    const struct gs_throttle_entry *here = find(t, key_of(t, ACCOUNT_AT_ADDRESS, name, peer));
    const struct gs_throttle_entry *address = find(t, key_of(t, ADDRESS, name, peer));
    const struct gs_throttle_entry *account = find(t, key_of(t, ACCOUNT, name, peer));
    const int32_t failed_here = failures_of(here, now_ms);
    int64_t wait_ms = here != NULL && failed_here > 0 ? wait_after(failed_here, FREE_HERE, here->last_ms, now_ms) : 0;
    if (here != NULL && here->good) {
        return wait_ms;
    }
    if (address != NULL) {
        wait_ms = longer(wait_ms, wait_after(failures_of(address, now_ms), FREE_OF_ADDRESS, address->last_ms, now_ms));
    }
    if (failed_here > 0) {
        wait_ms = longer(wait_ms, wait_after(failures_of(account, now_ms), FREE_OF_ACCOUNT, here->last_ms, now_ms));
    }
    return wait_ms;
}

void gs_login_throttle_begin(struct gs_login_throttle *t, const char *name, const struct gs_peer *peer, int64_t now_ms)
{
    for (int of = ACCOUNT_AT_ADDRESS; of <= ACCOUNT; of++) {
        struct gs_throttle_entry *e = entry_of(t, key_of(t, (enum counted)of, name, peer));
        e->failures = failures_of(e, now_ms);
        e->failures += e->failures < INT32_MAX ? 1 : 0;
        e->last_ms = now_ms;
    }
}

void gs_login_throttle_cancel(struct gs_login_throttle *t, const char *name, const struct gs_peer *peer)
{
    for (int of = ACCOUNT_AT_ADDRESS; of <= ACCOUNT; of++) {
        struct gs_throttle_entry *e = entry_of(t, key_of(t, (enum counted)of, name, peer));
        e->failures -= e->failures > 0 ? 1 : 0;
    }
}

void gs_login_throttle_passed(struct gs_login_throttle *t, const char *name, const struct gs_peer *peer, int64_t now_ms)
{
    gs_login_throttle_cancel(t, name, peer);
    struct gs_throttle_entry *here = entry_of(t, key_of(t, ACCOUNT_AT_ADDRESS, name, peer));
    here->failures = 0;
    here->last_ms = now_ms;
    here->good = true;
}
