/* The store's tests' common ground; see the header. It opens stores through the public interface only. */
#include "fixture.h"
#include "cmocka_all.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t random_next(struct random *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t random_below(struct random *r, int64_t bound)
{
    return (int64_t)(random_next(r) % (uint64_t)bound);
}

struct random random_seeded(void)
{
    const char *given = getenv("GATESLOT_SEED");
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    struct random r = {given != NULL ? strtoull(given, NULL, 10)
                                     : (uint64_t)now.tv_sec * 1000003u + (uint64_t)now.tv_nsec};
    printf("# GATESLOT_SEED=%llu\n", (unsigned long long)r.state);
    return r;
}

/* ---- pictures ---- */

static void *grown(void *list, size_t count, size_t size)
{
    list = realloc(list, (count + 1) * size);
    assert_non_null(list);
    return list;
}

static int take_booking(void *self, const struct gs_booking *b)
{
    struct picture *p = self;
    p->bookings = grown(p->bookings, p->booking_count, sizeof *b);
    p->bookings[p->booking_count++] = *b;
    return GS_OK;
}

static int take_capacity(void *self, const struct gs_capacity *c)
{
    struct picture *p = self;
    p->capacities = grown(p->capacities, p->capacity_count, sizeof *c);
    p->capacities[p->capacity_count++] = *c;
    return GS_OK;
}

static int take_token(void *self, const struct gs_token *t)
{
    struct picture *p = self;
    p->tokens = grown(p->tokens, p->token_count, sizeof *t);
    p->tokens[p->token_count++] = *t;
    return GS_OK;
}

static int take_idem(void *self, int64_t row, const struct gs_idem *i)
{
    struct picture *p = self;
    p->idems = grown(p->idems, p->idem_count, sizeof *i);
    p->idem_rows = grown(p->idem_rows, p->idem_count, sizeof row);
    p->idem_rows[p->idem_count] = row;
    p->idems[p->idem_count++] = *i;
    return GS_OK;
}

struct gs_store_sink picture_sink(struct picture *p)
{
    return (struct gs_store_sink){
        .self = p, .booking = take_booking, .capacity = take_capacity, .token = take_token, .idem = take_idem};
}

void picture_load(struct picture *p, struct gs_store *store)
{
    *p = (struct picture){0};
    struct gs_store_sink sink = picture_sink(p);
    int err = gs_store_load(store, &sink, &p->marks);
    if (err != GS_OK) {
        fail_msg("load: %s: %s", gs_strerror(err), gs_store_message(store));
    }
}

void picture_finish(struct picture *p)
{
    free(p->bookings);
    free(p->capacities);
    free(p->tokens);
    free(p->idems);
    free(p->idem_rows);
}

const struct gs_booking *picture_booking(const struct picture *p, int64_t id)
{
    for (size_t i = 0; i < p->booking_count; i++) {
        if (p->bookings[i].id == id) {
            return &p->bookings[i];
        }
    }
    return NULL;
}

/* ---- fixtures ---- */

void fixture_init(struct fixture *f)
{
    const char *tmp = getenv("TMPDIR");
    *f = (struct fixture){.random = random_seeded()};
    (void)snprintf(f->directory, sizeof f->directory, "%.32s/gateslot-store-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->directory));
    (void)snprintf(f->path, sizeof f->path, "%s/site.db", f->directory);
}

int fixture_try_open(struct fixture *f, const struct gs_store_options *options)
{
    static const struct gs_store_options live = {0};
    f->message[0] = '\0';
    return gs_store_open(f->path, options != NULL ? options : &live, &f->store, f->message, sizeof f->message);
}

void fixture_open(struct fixture *f)
{
    int err = fixture_try_open(f, NULL);
    if (err != GS_OK) {
        fail_msg("open: %s", f->message);
    }
}

void fixture_close(struct fixture *f)
{
    gs_store_close(f->store);
    f->store = NULL;
}

void fixture_reopen(struct fixture *f)
{
    fixture_close(f);
    fixture_open(f);
}

void fixture_name(const struct fixture *f, const char *suffix, char out[128])
{
    (void)snprintf(out, 128, "%s%s", f->path, suffix);
}

static void remove_tree(const char *directory)
{
    DIR *d = opendir(directory);
    const struct dirent *entry;
    while (d != NULL && (entry = readdir(d)) != NULL) {
        char name[512];
        (void)snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && unlink(name) != 0) {
            (void)rmdir(name);
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    (void)rmdir(directory);
}

void fixture_finish(struct fixture *f)
{
    fixture_close(f);
    remove_tree(f->directory);
}

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fixture_init(f);
    fixture_open(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    fixture_finish(f);
    free(f);
    return 0;
}

/* ---- values ---- */

struct gs_booking a_booking(int64_t id)
{
    struct gs_booking b = {.id = id,
                           .version = 1,
                           .status = GS_BOOKED,
                           .wish = {.date = DAY, .windows = "morning,midday", .slot_min = -1},
                           .flexible = true,
                           .truck = {.plate_colour = GS_PLATE_YELLOW,
                                     .trailer = "浙D1234挂",
                                     .trailer_given = "浙D·1234挂",
                                     .container_count = 1,
                                     .containers = {"CSQU3054383"},
                                     .driver_name = "张三",
                                     .declaration_no = "290620260123456789"},
                           .uscc = "91350100M000100Y43",
                           .company_name = "柯桥轻纺进出口有限公司",
                           .owner = "mini",
                           .pass_code = "7K3MQ9XD",
                           .window = "morning",
                           .slot_start_ms = DAY * INT64_C(86400000) + id * 1800000,
                           .created_ms = 1000 + id,
                           .updated_ms = 1000 + id,
                           .waiting_since_ms = 1000 + id,
                           .last_event = 0};
    (void)snprintf(b.truck.plate, sizeof b.truck.plate, "浙D%05d", (int)(id % 100000));
    (void)snprintf(b.truck.plate_given, sizeof b.truck.plate_given, "浙D·%05d", (int)(id % 100000));
    (void)snprintf(b.truck.driver_phone, sizeof b.truck.driver_phone, "138%08d", (int)(id % 100000000));
    b.slot_end_ms = b.slot_start_ms + 1800000;
    b.arrive_from_ms = b.slot_start_ms - 1800000;
    b.arrive_until_ms = b.slot_end_ms + 1800000;
    return b;
}

/* Up to size - 1 bytes of whole characters. */
static void random_text(struct random *r, char *out, size_t size)
{
    static const char *const characters[] = {"A", "9", "浙", "é", "'", "\"", "\\", "%", " ", "\n", "港", "𠮷", ";"};
    size_t len = (size_t)random_below(r, (int64_t)size), used = 0;
    out[0] = '\0';
    while (used < len) {
        const char *c = characters[random_below(r, (int64_t)(sizeof characters / sizeof characters[0]))];
        if (used + strlen(c) >= size) {
            break;
        }
        memcpy(out + used, c, strlen(c) + 1);
        used += strlen(c);
    }
}

static int64_t random_ms(struct random *r)
{
    static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1) << 32, 253402300799999};
    return random_below(r, 4) == 0 ? edges[random_below(r, 7)] : random_below(r, INT64_C(4102444800000));
}

static void random_truck(struct random *r, struct gs_truck *t)
{
    random_text(r, t->plate, sizeof t->plate);
    t->plate[0] = t->plate[0] == '\0' ? 'A' : t->plate[0];
    random_text(r, t->plate_given, sizeof t->plate_given);
    t->plate_colour = (enum gs_plate_colour)random_below(r, GS_PLATE_YELLOW_GREEN + 1);
    random_text(r, t->trailer, sizeof t->trailer);
    random_text(r, t->trailer_given, sizeof t->trailer_given);
    t->container_count = (int32_t)random_below(r, GS_MAX_CONTAINERS + 1);
    for (int i = 0; i < t->container_count; i++) {
        (void)snprintf(t->containers[i], sizeof t->containers[i], "CSQU%07d", (int)random_below(r, 10000000));
    }
    random_text(r, t->driver_name, sizeof t->driver_name);
    random_text(r, t->driver_phone, sizeof t->driver_phone);
    random_text(r, t->declaration_no, sizeof t->declaration_no);
    t->warnings = (unsigned)random_next(r);
}

struct gs_booking random_booking(struct random *r, int64_t id)
{
    struct gs_booking b = {.id = id, .version = 1 + random_below(r, INT64_C(1) << 40)};
    b.status = (enum gs_status)random_below(r, GS_STATUSES);
    b.wish.date = (gs_date)random_next(r);
    random_text(r, b.wish.windows, sizeof b.wish.windows);
    b.wish.slot_min = (int32_t)random_below(r, 1441) - 1;
    b.flexible = random_below(r, 2) != 0;
    b.waitlist = random_below(r, 2) != 0;
    b.urgent = random_below(r, 2) != 0;
    b.walk_in = random_below(r, 2) != 0;
    random_truck(r, &b.truck);
    random_text(r, b.uscc, sizeof b.uscc);
    random_text(r, b.company_name, sizeof b.company_name);
    random_text(r, b.owner, sizeof b.owner);
    random_text(r, b.pass_code, sizeof b.pass_code);
    random_text(r, b.window, sizeof b.window);
    b.slot_start_ms = random_below(r, INT64_MAX);
    b.slot_end_ms = b.slot_start_ms + random_below(r, 2) * (INT64_MAX - b.slot_start_ms);
    b.arrive_from_ms = random_ms(r);
    b.arrive_until_ms = random_ms(r);
    b.place = gs_status_holds_place(b.status) ? (int32_t)random_below(r, GS_MAX_CAPACITY) : -1;
    if (b.place >= 0 && b.window[0] == '\0') {
        b.window[0] = 'w';
    }
    b.delayed = random_below(r, 2) != 0;
    b.displaced = random_below(r, 2) != 0;
    b.moved = random_below(r, 2) != 0;
    b.late_cancel = random_below(r, 2) != 0;
    b.before_refused = (enum gs_status)random_below(r, GS_STATUSES);
    int64_t *const times[] = {&b.created_ms, &b.updated_ms, &b.waiting_since_ms, &b.arrived_ms,
                              &b.entered_ms, &b.cleared_ms, &b.departed_ms,      &b.ended_ms};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        *times[i] = random_ms(r);
    }
    b.last_event = random_below(r, INT64_MAX);
    return b;
}

struct gs_event an_event(int64_t seq, const struct gs_booking *b)
{
    struct gs_event e = {
        .seq = seq,
        .at_ms = b->updated_ms,
        .type = GS_EV_BOOKED,
        .actor = {.role = GS_ROLE_BACKEND, .name = "mini"},
        .booking_id = b->id,
        .prev = b->last_event < seq ? b->last_event : 0,
        .status = b->status,
        .status_before = b->status,
        .to = {.date = b->wish.date, .start_ms = b->slot_start_ms, .end_ms = b->slot_end_ms, .place = b->place}};
    memcpy(e.owner, b->owner, sizeof e.owner);
    memcpy(e.plate, b->truck.plate, sizeof e.plate);
    memcpy(e.to.window, b->window, sizeof e.to.window);
    return e;
}

struct gs_idem an_idem(const char *key, const char *body)
{
    struct gs_idem i = {
        .owner = "mini", .at_ms = 1000, .status = 201, .etag = 1, .body_len = strlen(body), .body = body};
    (void)snprintf(i.key, sizeof i.key, "%s", key);
    memset(i.fingerprint, 0x5a, sizeof i.fingerprint);
    return i;
}

/* Field by field: what stands behind a text's end is not part of it. */
static bool same_truck(const struct gs_truck *a, const struct gs_truck *b)
{
    bool same = strcmp(a->plate, b->plate) == 0 && strcmp(a->plate_given, b->plate_given) == 0 &&
                a->plate_colour == b->plate_colour && strcmp(a->trailer, b->trailer) == 0 &&
                strcmp(a->trailer_given, b->trailer_given) == 0 && a->container_count == b->container_count &&
                strcmp(a->driver_name, b->driver_name) == 0 && strcmp(a->driver_phone, b->driver_phone) == 0 &&
                strcmp(a->declaration_no, b->declaration_no) == 0 && a->warnings == b->warnings;
    for (int i = 0; i < a->container_count && same; i++) {
        same = strcmp(a->containers[i], b->containers[i]) == 0;
    }
    return same;
}

bool same_booking(const struct gs_booking *a, const struct gs_booking *b)
{
    return a->id == b->id && a->version == b->version && a->status == b->status && a->wish.date == b->wish.date &&
           strcmp(a->wish.windows, b->wish.windows) == 0 && a->wish.slot_min == b->wish.slot_min &&
           a->flexible == b->flexible && a->waitlist == b->waitlist && a->urgent == b->urgent &&
           a->walk_in == b->walk_in && same_truck(&a->truck, &b->truck) && strcmp(a->uscc, b->uscc) == 0 &&
           strcmp(a->company_name, b->company_name) == 0 && strcmp(a->owner, b->owner) == 0 &&
           strcmp(a->pass_code, b->pass_code) == 0 && strcmp(a->window, b->window) == 0 &&
           a->slot_start_ms == b->slot_start_ms && a->slot_end_ms == b->slot_end_ms &&
           a->arrive_from_ms == b->arrive_from_ms && a->arrive_until_ms == b->arrive_until_ms && a->place == b->place &&
           a->delayed == b->delayed && a->displaced == b->displaced && a->moved == b->moved &&
           a->late_cancel == b->late_cancel && a->before_refused == b->before_refused &&
           a->created_ms == b->created_ms && a->updated_ms == b->updated_ms &&
           a->waiting_since_ms == b->waiting_since_ms && a->arrived_ms == b->arrived_ms &&
           a->entered_ms == b->entered_ms && a->cleared_ms == b->cleared_ms && a->departed_ms == b->departed_ms &&
           a->ended_ms == b->ended_ms && a->last_event == b->last_event;
}

/* ---- commits and questions ---- */

static void commit(struct gs_store *store, const struct gs_batch *batch)
{
    int err = gs_store_commit(store, batch);
    if (err != GS_OK) {
        fail_msg("commit: %s: %s", gs_strerror(err), gs_store_message(store));
    }
}

void commit_booking(struct gs_store *store, const struct gs_booking *b)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_booking(&batch, b);
    commit(store, &batch);
    gs_batch_finish(&batch);
}

int64_t commit_day(struct gs_store *store, int64_t first, int64_t last, int64_t seq, gs_date date,
                   enum gs_status status)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t id = first; id <= last; id++) {
        struct gs_booking b = a_booking(id);
        b.wish.date = date;
        b.status = status;
        b.place = gs_status_holds_place(status) ? 0 : -1;
        struct gs_event e = an_event(++seq, &b);
        b.last_event = seq;
        char key[32];
        (void)snprintf(key, sizeof key, "key-%lld", (long long)id);
        struct gs_idem idem = an_idem(key, "{\"id\":\"bk\"}");
        gs_batch_booking(&batch, &b);
        gs_batch_event(&batch, &e);
        gs_batch_idem(&batch, &idem);
        if (batch.count >= 3000) {
            commit(store, &batch);
            gs_batch_clear(&batch);
        }
    }
    commit(store, &batch);
    gs_batch_finish(&batch);
    return seq;
}

struct gs_answer ask(struct gs_store *store, const struct gs_query *q)
{
    struct gs_answer a;
    gs_store_query(store, q, &a);
    return a;
}

struct gs_answer ask_id(struct gs_store *store, enum gs_query_kind kind, int64_t id)
{
    struct gs_query q = {.kind = kind};
    q.u.id = id;
    return ask(store, &q);
}

/* ---- files ---- */

static char *map_file(const char *name, size_t *out_size)
{
    struct stat st;
    int fd = open(name, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    char *bytes = st.st_size > 0 ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    assert_true(bytes != MAP_FAILED);
    *out_size = (size_t)st.st_size;
    (void)close(fd);
    return bytes;
}

typedef void (*file_visitor)(void *self, const char *name, const char *bytes, size_t size);

static void visit_files(const char *directory, file_visitor visit, void *self)
{
    DIR *d = opendir(directory);
    const struct dirent *entry;
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        char name[512];
        struct stat st;
        (void)snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
        assert_int_equal(lstat(name, &st), 0);
        if (S_ISREG(st.st_mode)) {
            size_t size;
            char *bytes = map_file(name, &size);
            visit(self, entry->d_name, bytes, size);
            if (bytes != NULL) {
                (void)munmap(bytes, size);
            }
        }
    }
    (void)closedir(d);
}

static uint64_t fnv(uint64_t hash, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    }
    return hash;
}

static void digest_file(void *self, const char *name, const char *bytes, size_t size)
{
    uint64_t *sum = self;
    *sum += fnv(fnv(14695981039346656037u, name, strlen(name) + 1), bytes, size); /* in no order */
}

uint64_t directory_digest(const char *directory)
{
    uint64_t sum = 0;
    visit_files(directory, digest_file, &sum);
    return sum;
}

struct search {
    const char *text;
    bool found;
};

static void search_file(void *self, const char *name, const char *bytes, size_t size)
{
    struct search *s = self;
    (void)name;
    s->found = s->found || (bytes != NULL && memmem(bytes, size, s->text, strlen(s->text)) != NULL);
}

bool files_contain(const char *directory, const char *text)
{
    struct search s = {.text = text};
    visit_files(directory, search_file, &s);
    return s.found;
}
