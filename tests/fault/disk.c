/* The disk: see the header. Each file has its pages twice, as read (now) and as a power loss leaves them (kept); a page is clean where both
 * are the same pointer. Zeros are NULL, so that a log laid out with ten megabytes of them costs nothing. */
#include "disk.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, SECTOR = 512, SECTORS = PAGE / SECTOR, NAMES_MAX = 32, CHANGES_MAX = 64, NAME_MAX_BYTES = 64 };

struct disk_file {
    struct disk_file *next;
    char name[NAME_MAX_BYTES]; /* its latest */
    int64_t size, kept_size;
    size_t page_count;
    unsigned char **now, **kept;
    unsigned char *given_up; /* bit per sector: a failed sync has marked it as written, though it was not */
    bool crashed;            /* while power is lost */
};

struct entry {
    char name[NAME_MAX_BYTES];
    struct disk_file *file;
};
struct names {
    struct entry entries[NAMES_MAX];
    size_t count;
};

enum change_kind { CHANGE_ADD, CHANGE_REMOVE, CHANGE_RENAME };
struct change { /* of the names, and not yet synced */
    enum change_kind kind;
    char name[NAME_MAX_BYTES], to[NAME_MAX_BYTES];
    struct disk_file *file;
};

struct disk {
    const struct disk_gate *gate;
    uint64_t random;
    struct disk_file *files; /* all that ever were */
    struct names now, kept;
    struct change changes[CHANGES_MAX];
    size_t change_count;
};

const char *disk_op_name(enum disk_op op)
{
    static const char *const names[DISK_OPS] = {"open", "read", "write", "sync", "truncate", "name", "look", "lock"};
    return names[op];
}

static void *must(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

struct disk *disk_create(uint64_t seed)
{
    struct disk *d = must(calloc(1, sizeof *d));
    d->random = seed;
    return d;
}

static void free_page(struct disk_file *f, size_t i, bool of_now)
{
    unsigned char *page = of_now ? f->now[i] : f->kept[i];
    if (page != (of_now ? f->kept[i] : f->now[i])) {
        free(page);
    }
}

static void free_file(struct disk_file *f)
{
    for (size_t i = 0; i < f->page_count; i++) {
        free_page(f, i, true);
        free(f->kept[i]);
    }
    free(f->now);
    free(f->kept);
    free(f->given_up);
    free(f);
}

void disk_destroy(struct disk *d)
{
    while (d != NULL && d->files != NULL) {
        struct disk_file *f = d->files;
        d->files = f->next;
        free_file(f);
    }
    free(d);
}

void disk_set_gate(struct disk *d, const struct disk_gate *gate)
{
    d->gate = gate;
}

struct disk_verdict disk_ask(struct disk *d, enum disk_op op, const char *name, bool grows)
{
    return d->gate != NULL ? d->gate->ask(d->gate->self, op, name, grows) : (struct disk_verdict){0};
}

/* ---- names ---- */

static struct entry *find(struct names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++) {
        if (strcmp(n->entries[i].name, name) == 0) {
            return &n->entries[i];
        }
    }
    return NULL;
}

static void put(struct names *n, const char *name, struct disk_file *file)
{
    struct entry *e = find(n, name);
    if (e == NULL) {
        assert(n->count < NAMES_MAX);
        e = &n->entries[n->count++];
        (void)snprintf(e->name, sizeof e->name, "%s", name);
    }
    e->file = file;
}

static void take(struct names *n, const char *name)
{
    struct entry *e = find(n, name);
    if (e != NULL) {
        *e = n->entries[--n->count];
    }
}

/* A rename is done whole or not at all, and not without what it renames. */
static void carry_out(struct names *n, const struct change *c)
{
    const struct entry *e = find(n, c->name);
    switch (c->kind) {
    case CHANGE_ADD:
        put(n, c->name, c->file);
        break;
    case CHANGE_REMOVE:
        take(n, c->name);
        break;
    case CHANGE_RENAME:
        if (e != NULL && e->file == c->file) {
            take(n, c->name);
            put(n, c->to, c->file);
        }
        break;
    }
}

static void change(struct disk *d, enum change_kind kind, const char *name, const char *to, struct disk_file *file)
{
    if (d->change_count == CHANGES_MAX) { /* the oldest is written out by itself */
        carry_out(&d->kept, &d->changes[0]);
        memmove(&d->changes[0], &d->changes[1], (CHANGES_MAX - 1) * sizeof d->changes[0]);
        d->change_count--;
    }
    struct change *c = &d->changes[d->change_count++];
    *c = (struct change){.kind = kind, .file = file};
    (void)snprintf(c->name, sizeof c->name, "%s", name);
    (void)snprintf(c->to, sizeof c->to, "%s", to);
    carry_out(&d->now, c);
}

bool disk_has(const struct disk *d, const char *name)
{
    return disk_file(d, name) != NULL;
}

struct disk_file *disk_file(const struct disk *d, const char *name)
{
    struct disk *open = (struct disk *)(uintptr_t)d;
    const struct entry *e = find(&open->now, name);
    return e != NULL ? e->file : NULL;
}

const char *disk_file_name(const struct disk_file *f)
{
    return f->name;
}

int64_t disk_size(const struct disk_file *f)
{
    return f->size;
}

int disk_open(struct disk *d, const char *name, bool create, bool exclusive, struct disk_file **out)
{
    const struct entry *e = find(&d->now, name);
    struct disk_verdict v = disk_ask(d, DISK_OPEN, name, e == NULL && create);
    if (v.error != 0) {
        return v.error;
    }
    e = find(&d->now, name);
    if (e != NULL) {
        *out = e->file;
        return create && exclusive ? EEXIST : 0;
    }
    if (!create) {
        return ENOENT;
    }
    struct disk_file *f = must(calloc(1, sizeof *f));
    (void)snprintf(f->name, sizeof f->name, "%s", name);
    f->next = d->files;
    d->files = f;
    change(d, CHANGE_ADD, name, "", f);
    *out = f;
    return 0;
}

int disk_unlink(struct disk *d, const char *name)
{
    struct disk_verdict v = disk_ask(d, DISK_NAME, name, false);
    if (v.error != 0) {
        return v.error;
    }
    struct entry *e = find(&d->now, name);
    if (e == NULL) {
        return ENOENT;
    }
    change(d, CHANGE_REMOVE, name, "", e->file);
    return 0;
}

int disk_rename(struct disk *d, const char *from, const char *to)
{
    struct disk_verdict v = disk_ask(d, DISK_NAME, from, true);
    struct entry *e = find(&d->now, from);
    if (v.error != 0 || e == NULL) {
        return v.error != 0 ? v.error : ENOENT;
    }
    (void)snprintf(e->file->name, sizeof e->file->name, "%s", to);
    change(d, CHANGE_RENAME, from, to, e->file);
    return 0;
}

int disk_link(struct disk *d, const char *from, const char *to)
{
    struct disk_verdict v = disk_ask(d, DISK_NAME, to, true);
    struct entry *e = find(&d->now, from);
    if (v.error != 0 || e == NULL) {
        return v.error != 0 ? v.error : ENOENT;
    }
    if (disk_has(d, to)) {
        return EEXIST;
    }
    change(d, CHANGE_ADD, to, "", e->file);
    return 0;
}

/* A failed sync writes something and then takes all for written: so no later one does. */
int disk_sync_names(struct disk *d)
{
    struct disk_verdict v = disk_ask(d, DISK_SYNC, DISK_ROOT, true);
    for (size_t i = 0; i < d->change_count; i++) {
        if (v.error == 0 || dice_below(&d->random, 2) == 0) {
            carry_out(&d->kept, &d->changes[i]);
        }
    }
    d->change_count = 0;
    return v.error;
}

/* ---- content ---- */

static void reach(struct disk_file *f, int64_t size)
{
    size_t need = (size_t)((size + PAGE - 1) / PAGE);
    if (need <= f->page_count) {
        return;
    }
    size_t room = need + need / 4 + 8;
    f->now = must(realloc(f->now, room * sizeof *f->now));
    f->kept = must(realloc(f->kept, room * sizeof *f->kept));
    f->given_up = must(realloc(f->given_up, room));
    memset(f->now + f->page_count, 0, (room - f->page_count) * sizeof *f->now);
    memset(f->kept + f->page_count, 0, (room - f->page_count) * sizeof *f->kept);
    memset(f->given_up + f->page_count, 0, room - f->page_count);
    f->page_count = room;
}

/* The page to be written to, no longer shared with what is kept. */
static unsigned char *own_page(struct disk_file *f, size_t i)
{
    if (f->now[i] == NULL || f->now[i] == f->kept[i]) {
        unsigned char *page = must(calloc(1, PAGE));
        if (f->now[i] != NULL) {
            memcpy(page, f->now[i], PAGE);
        }
        f->now[i] = page;
    }
    return f->now[i];
}

static bool all_zero(const unsigned char *bytes, size_t amount)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, amount - 1) == 0;
}

static void write_page(struct disk_file *f, size_t i, size_t begin, const unsigned char *bytes, size_t amount)
{
    for (size_t s = begin / SECTOR; s <= (begin + amount - 1) / SECTOR; s++) {
        f->given_up[i] &= (unsigned char)~(1u << s);
    }
    bool whole_zeros = amount == PAGE && all_zero(bytes, PAGE);
    if (whole_zeros || (f->now[i] == NULL && all_zero(bytes, amount))) {
        free_page(f, i, true);
        f->now[i] = NULL;
        return;
    }
    memcpy(own_page(f, i) + begin, bytes, amount);
}

/* One sector on its way to the platter. */
static void keep_sector(struct disk_file *f, size_t i, size_t sector)
{
    static const unsigned char zeros[SECTOR];
    if (f->kept[i] == NULL) {
        f->kept[i] = must(calloc(1, PAGE));
    }
    memcpy(f->kept[i] + sector * SECTOR, f->now[i] != NULL ? f->now[i] + sector * SECTOR : zeros, SECTOR);
}

static bool is_dirty(const struct disk_file *f, size_t i, size_t sector)
{
    return f->now[i] != f->kept[i] && (f->given_up[i] & (1u << sector)) == 0;
}

static void keep_some(struct disk_file *f, uint64_t *random)
{
    for (size_t i = 0; i < f->page_count; i++) {
        for (size_t s = 0; s < SECTORS && f->now[i] != f->kept[i]; s++) {
            if (is_dirty(f, i, s) && dice_below(random, 2) == 0) {
                keep_sector(f, i, s);
            }
        }
    }
}

int disk_write(struct disk *d, struct disk_file *f, const void *bytes, size_t amount, int64_t at)
{
    struct disk_verdict v = disk_ask(d, DISK_WRITE, f->name, at + (int64_t)amount > f->size);
    const unsigned char *from = bytes;
    if (v.error != 0) {
        amount = v.half ? amount / 2 : 0;
    }
    if (amount == 0) {
        return v.error;
    }
    reach(f, at + (int64_t)amount);
    for (size_t done = 0; done < amount;) {
        size_t begin = (size_t)((at + (int64_t)done) % PAGE);
        size_t part = PAGE - begin < amount - done ? PAGE - begin : amount - done;
        write_page(f, (size_t)((at + (int64_t)done) / PAGE), begin, from + done, part);
        done += part;
    }
    f->size = at + (int64_t)amount > f->size ? at + (int64_t)amount : f->size;
    if (dice_below(&d->random, 16) == 0) { /* the kernel writes out what it likes, when it likes */
        keep_some(f, &d->random);
    }
    return v.error;
}

int disk_read(struct disk *d, struct disk_file *f, void *out, size_t amount, int64_t at, size_t *out_got)
{
    struct disk_verdict v = disk_ask(d, DISK_READ, f->name, false);
    if (v.error != 0) {
        return v.error;
    }
    size_t got = at >= f->size ? 0 : (size_t)(f->size - at) < amount ? (size_t)(f->size - at) : amount;
    for (size_t done = 0; done < got;) {
        size_t i = (size_t)((at + (int64_t)done) / PAGE), begin = (size_t)((at + (int64_t)done) % PAGE);
        size_t part = PAGE - begin < got - done ? PAGE - begin : got - done;
        if (i < f->page_count && f->now[i] != NULL) {
            memcpy((unsigned char *)out + done, f->now[i] + begin, part);
        } else {
            memset((unsigned char *)out + done, 0, part);
        }
        done += part;
    }
    *out_got = got;
    return 0;
}

int disk_allocate(struct disk *d, struct disk_file *f, int64_t size)
{
    struct disk_verdict v = disk_ask(d, DISK_WRITE, f->name, true);
    if (v.error == 0 && size > f->size) {
        reach(f, size);
        f->size = size;
    }
    return v.error;
}

static void cut(struct disk_file *f, int64_t size)
{
    size_t first = (size_t)(size / PAGE);
    if (size % PAGE != 0 && first < f->page_count && f->now[first] != NULL) {
        memset(own_page(f, first) + size % PAGE, 0, (size_t)(PAGE - size % PAGE));
        first++;
    } else if (size % PAGE != 0) {
        first++;
    }
    for (size_t i = first; i < f->page_count; i++) {
        free_page(f, i, true);
        f->now[i] = NULL;
        f->given_up[i] = 0;
    }
}

int disk_truncate(struct disk *d, struct disk_file *f, int64_t size)
{
    struct disk_verdict v = disk_ask(d, DISK_TRUNCATE, f->name, size > f->size);
    if (v.error != 0) {
        return v.error;
    }
    if (size < f->size) {
        cut(f, size);
    } else {
        reach(f, size);
    }
    f->size = size;
    return 0;
}

static void keep_page(struct disk_file *f, size_t i)
{
    if (f->given_up[i] == 0) {
        free_page(f, i, false);
        f->kept[i] = f->now[i];
        return;
    }
    for (size_t s = 0; s < SECTORS; s++) {
        if (is_dirty(f, i, s)) {
            keep_sector(f, i, s);
        }
    }
}

/* What a failed sync did not write counts as written from then on: Linux marks the pages clean. */
static void give_up(struct disk_file *f, uint64_t *random)
{
    for (size_t i = 0; i < f->page_count; i++) {
        for (size_t s = 0; s < SECTORS && f->now[i] != f->kept[i]; s++) {
            if (is_dirty(f, i, s)) {
                if (dice_below(random, 2) == 0) {
                    keep_sector(f, i, s);
                } else {
                    f->given_up[i] |= (unsigned char)(1u << s);
                }
            }
        }
    }
}

int disk_sync(struct disk *d, struct disk_file *f)
{
    struct disk_verdict v = disk_ask(d, DISK_SYNC, f->name, false);
    if (v.error != 0) {
        give_up(f, &d->random);
        return v.error;
    }
    for (size_t i = 0; i < f->page_count; i++) {
        if (f->now[i] != f->kept[i]) {
            keep_page(f, i);
        }
    }
    f->kept_size = f->size;
    return 0;
}

/* ---- power ---- */

static int64_t surviving_size(const struct disk_file *f, uint64_t *random)
{
    int64_t low = f->size < f->kept_size ? f->size : f->kept_size;
    int64_t high = f->size < f->kept_size ? f->kept_size : f->size;
    switch (dice_below(random, 3)) {
    case 0:
        return f->kept_size;
    case 1:
        return f->size;
    default:
        return low == high ? low : low + dice_below(random, high - low) / SECTOR * SECTOR;
    }
}

/* A sector that was never written on a file that was lengthened can hold anything. */
static void fill_garbage(unsigned char *sector, uint64_t *random)
{
    for (size_t i = 0; i < SECTOR; i += sizeof(uint64_t)) {
        uint64_t bits = dice_next(random);
        memcpy(sector + i, &bits, sizeof bits);
    }
}

/* How the power goes for one file. */
struct loss {
    uint64_t *random;
    int64_t luck; /* of 64 sectors not synced so many are kept */
    bool garbage;
};

static void lose_page(struct disk_file *f, size_t i, const struct loss *loss)
{
    for (size_t s = 0; s < SECTORS; s++) {
        int64_t at = (int64_t)i * PAGE + (int64_t)s * SECTOR;
        if (at < f->size && is_dirty(f, i, s) && dice_below(loss->random, 64) < loss->luck) {
            keep_sector(f, i, s);
        } else if (loss->garbage && at >= f->kept_size && f->kept[i] != NULL) {
            fill_garbage(f->kept[i] + s * SECTOR, loss->random);
        }
    }
    free_page(f, i, true);
    f->now[i] = f->kept[i];
    f->given_up[i] = 0;
}

static void lose_file(struct disk_file *f, uint64_t *random)
{
    /* Nearly all and nearly nothing are the treacherous ones: a long stretch that looks whole, and one sector that is not. */
    static const int64_t lucks[] = {32, 32, 1, 4, 60, 63};
    if (f->crashed) {
        return;
    }
    f->crashed = true;
    int64_t size = surviving_size(f, random);
    const struct loss loss = {random, lucks[dice_below(random, 6)], dice_below(random, 4) == 0};
    for (size_t i = 0; i < f->page_count; i++) {
        if (f->now[i] != f->kept[i]) {
            lose_page(f, i, &loss);
        }
    }
    reach(f, size);
    cut(f, size);
    for (size_t i = 0; i < f->page_count; i++) { /* what was cut off is gone for good */
        if (f->now[i] != f->kept[i]) {
            free_page(f, i, false);
            f->kept[i] = f->now[i];
        }
    }
    f->size = f->kept_size = size;
}

void disk_lose_power(struct disk *d, uint64_t seed)
{
    uint64_t random = seed;
    bool in_order = dice_below(&random, 2) == 0;
    size_t prefix = (size_t)dice_below(&random, (int64_t)d->change_count + 1);
    for (size_t i = 0; i < d->change_count; i++) {
        if (in_order ? i < prefix : dice_below(&random, 2) == 0) {
            carry_out(&d->kept, &d->changes[i]);
        }
    }
    d->change_count = 0;
    d->now = d->kept;
    for (struct disk_file *f = d->files; f != NULL; f = f->next) {
        f->crashed = false;
    }
    for (size_t i = 0; i < d->now.count; i++) {
        lose_file(d->now.entries[i].file, &random);
    }
}
