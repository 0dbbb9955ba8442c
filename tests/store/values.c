/* Values for the store's tests; see the header. */
#include "values.h"
#include <stdio.h>
#include <string.h>

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
static void random_text(uint64_t *r, char *out, size_t size)
{
    static const char *const characters[] = {"A", "9", "浙", "é", "'", "\"", "\\", "%", " ", "\n", "港", "𠮷", ";"};
    size_t len = (size_t)dice_below(r, (int64_t)size), used = 0;
    out[0] = '\0';
    while (used < len) {
        const char *c = characters[dice_below(r, (int64_t)(sizeof characters / sizeof characters[0]))];
        if (used + strlen(c) >= size) {
            break;
        }
        memcpy(out + used, c, strlen(c) + 1);
        used += strlen(c);
    }
}

static int64_t random_ms(uint64_t *r)
{
    static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1) << 32, 253402300799999};
    return dice_below(r, 4) == 0 ? edges[dice_below(r, 7)] : dice_below(r, INT64_C(4102444800000));
}

static void random_truck(uint64_t *r, struct gs_truck *t)
{
    random_text(r, t->plate, sizeof t->plate);
    t->plate[0] = t->plate[0] == '\0' ? 'A' : t->plate[0];
    random_text(r, t->plate_given, sizeof t->plate_given);
    t->plate_colour = (enum gs_plate_colour)dice_below(r, GS_PLATE_YELLOW_GREEN + 1);
    random_text(r, t->trailer, sizeof t->trailer);
    random_text(r, t->trailer_given, sizeof t->trailer_given);
    t->container_count = (int32_t)dice_below(r, GS_MAX_CONTAINERS + 1);
    for (int i = 0; i < t->container_count; i++) {
        (void)snprintf(t->containers[i], sizeof t->containers[i], "CSQU%07d", (int)dice_below(r, 10000000));
    }
    random_text(r, t->driver_name, sizeof t->driver_name);
    random_text(r, t->driver_phone, sizeof t->driver_phone);
    random_text(r, t->declaration_no, sizeof t->declaration_no);
    t->warnings = (unsigned)dice_next(r);
}

struct gs_booking random_booking(uint64_t *r, int64_t id)
{
    struct gs_booking b = {.id = id, .version = 1 + dice_below(r, INT64_C(1) << 40)};
    b.status = (enum gs_status)dice_below(r, GS_STATUSES);
    b.wish.date = (gs_date)dice_next(r);
    random_text(r, b.wish.windows, sizeof b.wish.windows);
    b.wish.slot_min = (int32_t)dice_below(r, 1441) - 1;
    b.flexible = dice_below(r, 2) != 0;
    b.waitlist = dice_below(r, 2) != 0;
    b.urgent = dice_below(r, 2) != 0;
    b.walk_in = dice_below(r, 2) != 0;
    random_truck(r, &b.truck);
    random_text(r, b.uscc, sizeof b.uscc);
    random_text(r, b.company_name, sizeof b.company_name);
    random_text(r, b.owner, sizeof b.owner);
    random_text(r, b.pass_code, sizeof b.pass_code);
    random_text(r, b.reference, sizeof b.reference);
    random_text(r, b.window, sizeof b.window);
    b.slot_start_ms = dice_below(r, INT64_MAX);
    b.slot_end_ms = b.slot_start_ms + dice_below(r, 2) * (INT64_MAX - b.slot_start_ms);
    b.arrive_from_ms = random_ms(r);
    b.arrive_until_ms = random_ms(r);
    b.place = gs_status_holds_place(b.status) ? (int32_t)dice_below(r, GS_MAX_CAPACITY) : -1;
    if (b.place >= 0 && b.window[0] == '\0') {
        b.window[0] = 'w';
    }
    b.delayed = dice_below(r, 2) != 0;
    b.displaced = dice_below(r, 2) != 0;
    b.moved = dice_below(r, 2) != 0;
    b.late_cancel = dice_below(r, 2) != 0;
    b.excused = dice_below(r, 2) != 0;
    b.exceptions = (unsigned)dice_below(r, GS_EXCEPTIONS_ALL + 1);
    b.corrections = (int32_t)dice_below(r, INT32_MAX);
    b.before_refused = (enum gs_status)dice_below(r, GS_STATUSES);
    int64_t *const times[] = {&b.created_ms, &b.updated_ms,  &b.waiting_since_ms, &b.arrived_ms, &b.entered_ms,
                              &b.cleared_ms, &b.departed_ms, &b.ended_ms,         &b.held_ms};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        *times[i] = random_ms(r);
    }
    b.last_event = dice_below(r, INT64_MAX);
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
           a->ended_ms == b->ended_ms && a->held_ms == b->held_ms && a->last_event == b->last_event &&
           strcmp(a->reference, b->reference) == 0 && a->excused == b->excused && a->exceptions == b->exceptions &&
           a->corrections == b->corrections;
}
