/* What a plan must come to, by the words of gateslot/core/plan.h and a solver of its own. */
#include "day.h"

#include "solve/binomial.h"

#include <stdlib.h>

#define MOVED (1 << 20) /* more than all minutes together */

struct row { /* one who is not fixed */
    const struct gs_booking *b;
    int32_t window, slot; /* his own */
    uint32_t windows;     /* that he may be moved to */
};

struct net {
    const struct day *d;
    const struct gs_command *c;
    int64_t earliest_ms;
    int32_t count;
    struct row rows[DAY_BOOKINGS];
    int32_t window_left[DAY_WINDOWS], slot_left[DAY_WINDOWS][GS_MAX_SLOTS];
    bool slot_open[DAY_WINDOWS][GS_MAX_SLOTS], window_open[DAY_WINDOWS];
    bool slot_enterable[DAY_WINDOWS][GS_MAX_SLOTS]; /* whenever it starts */
};

bool day_fixed(const struct gs_booking *b)
{
    return b->status == GS_ARRIVED || b->status == GS_ENTERED || b->status == GS_CLEARED || b->status == GS_DEPARTED;
}

bool day_touched(const struct day *d, const struct gs_command *c, int32_t i)
{
    bool named =
        strcmp(c->u.capacity.to.window, GS_ALL_WINDOWS) == 0 || strcmp(c->u.capacity.to.window, d->windows[i].id) == 0;
    return named && d->windows[i].end_ms > d->f.now;
}

static const struct gs_window_rule *rule(const struct day *d, int32_t i)
{
    return &d->f.rules.windows[i]; /* no calendar here, and windows in order */
}

int32_t day_window_capacity(const struct day *d, const struct gs_command *c, int32_t i)
{
    if (c->kind == GS_CMD_CAPACITY_RESET) {
        return rule(d, i)->capacity;
    }
    if (c->u.capacity.to.closed) {
        return 0;
    }
    return c->u.capacity.has_capacity ? c->u.capacity.to.capacity : d->windows[i].capacity;
}

int32_t day_slot_capacity(const struct day *d, const struct gs_command *c, int32_t i, int32_t slot)
{
    bool all = strcmp(c->u.capacity.to.window, GS_ALL_WINDOWS) == 0;
    int32_t each = all ? d->windows[i].slot_capacity_rule : c->u.capacity.to.slot_capacity;
    if (c->kind == GS_CMD_CAPACITY_RESET) {
        each = d->f.rules.slot_capacity;
    } else if (c->u.capacity.to.closed) {
        return 0;
    }
    int32_t window = day_window_capacity(d, c, i), count = d->windows[i].slot_count;
    return each >= 0 ? each : window / count + (slot < window % count ? 1 : 0);
}

/* Beyond a capacity, by who came before. */
static int32_t extra_of(const struct day *d, int32_t i, int32_t capacity)
{
    if (d->past_booked[i] == 0 || capacity <= 0) {
        return 0;
    }
    return gs_binomial_limit(capacity, d->past_booked[i] - d->past_no_shows[i], d->past_booked[i],
                             d->f.rules.overflow_percent) -
           capacity;
}

static int32_t capacity_of(const struct day *d, const struct gs_command *c, int32_t i)
{
    bool touched = c != NULL && day_touched(d, c, i);
    return touched ? day_window_capacity(d, c, i) : d->windows[i].closed ? 0 : d->windows[i].capacity;
}

int32_t day_window_room(const struct day *d, const struct gs_command *c, int32_t i)
{
    int32_t capacity = capacity_of(d, c, i);
    return capacity + extra_of(d, i, capacity);
}

int32_t day_slot_room(const struct day *d, const struct gs_command *c, int32_t i, int32_t slot)
{
    const struct gs_window_view *w = &d->windows[i];
    bool touched = c != NULL && day_touched(d, c, i);
    int32_t capacity = touched ? day_slot_capacity(d, c, i, slot) : w->closed ? 0 : w->slots[slot].capacity;
    int32_t extra = extra_of(d, i, capacity_of(d, c, i));
    return capacity + (capacity > 0 ? extra / w->slot_count + (slot < extra % w->slot_count ? 1 : 0) : 0);
}

static void find(const struct day *d, const struct gs_booking *b, int32_t *window, int32_t *slot)
{
    for (int32_t i = 0; i < d->window_count; i++) {
        for (int32_t s = 0; s < d->windows[i].slot_count; s++) {
            if (strcmp(b->window, d->windows[i].id) == 0 && d->windows[i].slots[s].start_ms == b->slot_start_ms) {
                *window = i;
                *slot = s;
                return;
            }
        }
    }
    fail_msg("booking %lld has no slot", (long long)b->id);
}

static void lay_out(struct net *n)
{
    for (int32_t i = 0; i < n->d->window_count; i++) {
        const struct gs_window_view *w = &n->d->windows[i];
        bool touched = day_touched(n->d, n->c, i);
        int32_t room = day_window_room(n->d, n->c, i);
        bool shut =
            touched ? n->c->kind == GS_CMD_CAPACITY_SET && n->c->u.capacity.to.closed : w->closed || w->booked > room;
        n->window_open[i] = !shut;
        n->window_left[i] = shut && !touched ? w->booked : room;
        for (int32_t s = 0; s < w->slot_count; s++) {
            const struct gs_slot_view *slot = &w->slots[s];
            int32_t slot_room = day_slot_room(n->d, n->c, i, s);
            bool over = !touched && slot->booked > slot_room;
            n->slot_left[i][s] = !touched && (shut || over) ? slot->booked : slot_room;
            n->slot_enterable[i][s] = !shut && !over;
            n->slot_open[i][s] = !shut && !over && slot->start_ms > n->earliest_ms &&
                                 slot->start_ms >= n->d->f.now + n->d->f.rules.cutoff_min * GS_MINUTE_MS;
        }
    }
}

static bool holds(const struct gs_booking *b)
{
    return b->status == GS_BOOKED || day_fixed(b);
}

static int by_keeping(const void *a, const void *b)
{
    const struct gs_booking *x = ((const struct row *)a)->b, *y = ((const struct row *)b)->b;
    if (x->urgent != y->urgent) {
        return x->urgent ? -1 : 1;
    }
    if (x->created_ms != y->created_ms) {
        return x->created_ms < y->created_ms ? -1 : 1;
    }
    return x->id < y->id ? -1 : 1;
}

static bool accepts(const struct gs_booking *b, const char *id)
{
    return b->wish.windows[0] == '\0' || strstr(b->wish.windows, id) != NULL; /* ids w0 … w3 */
}

static bool may_move(const struct net *n, const struct row *r)
{
    return r->b->flexible && !r->b->walk_in && !r->b->delayed && r->b->slot_start_ms > n->earliest_ms;
}

static void choose_windows(struct net *n, int32_t at)
{
    struct row *r = &n->rows[at];
    for (int32_t i = 0; i < n->d->window_count && may_move(n, r); i++) {
        bool barred = !accepts(r->b, n->d->windows[i].id) || !n->window_open[i];
        for (int32_t k = 0; k < n->d->count; k++) {
            const struct gs_booking *o = &n->d->before[k];
            bool promise = holds(o) && o->status != GS_DEPARTED && o->id != r->b->id;
            barred = barred || (promise && strcmp(o->truck.plate, r->b->truck.plate) == 0 &&
                                strcmp(o->window, n->d->windows[i].id) == 0);
        }
        for (int32_t k = 0; k < at; k++) {
            bool sibling = strcmp(n->rows[k].b->truck.plate, r->b->truck.plate) == 0;
            barred = barred || (sibling && (n->rows[k].windows >> i & 1) != 0);
        }
        r->windows |= barred ? 0 : UINT32_C(1) << i;
    }
}

static void take_trucks(struct net *n)
{
    for (int32_t k = 0; k < n->d->count; k++) {
        const struct gs_booking *b = &n->d->before[k];
        struct row r = {.b = b};
        if (!holds(b)) {
            continue;
        }
        find(n->d, b, &r.window, &r.slot);
        if (day_fixed(b)) {
            n->window_left[r.window]--;
            n->slot_left[r.window][r.slot]--;
        } else {
            n->rows[n->count++] = r;
        }
    }
    if (n->count > 0) {
        qsort(n->rows, (size_t)n->count, sizeof n->rows[0], by_keeping);
    }
    for (int32_t i = 0; i < n->count; i++) {
        choose_windows(n, i);
    }
}

static int32_t above_zero(int32_t value)
{
    return value > 0 ? value : 0;
}

/* Slots and windows; returns the node of the first slot of each window. */
static void build(const struct net *n, struct solver *s, int32_t slots[DAY_WINDOWS])
{
    solver_init(s);
    for (int32_t i = 0; i < n->d->window_count; i++) {
        int32_t window = solver_node(s);
        solver_edge(s, window, 1, above_zero(n->window_left[i]), 0);
        slots[i] = s->nodes;
        for (int32_t k = 0; k < n->d->windows[i].slot_count; k++) {
            solver_edge(s, solver_node(s), window, above_zero(n->slot_left[i][k]), 0);
        }
    }
}

static int32_t add_truck(const struct net *n, struct solver *s, const int32_t slots[DAY_WINDOWS], const struct row *r)
{
    int32_t truck = solver_node(s), edge = solver_edge(s, 0, truck, 1, 0);
    solver_edge(s, truck, slots[r->window] + r->slot, 1, 0);
    for (int32_t i = 0; i < n->d->window_count; i++) {
        for (int32_t k = 0; (r->windows >> i & 1) != 0 && k < n->d->windows[i].slot_count; k++) {
            if (n->slot_open[i][k] && (i != r->window || k != r->slot)) {
                solver_edge(s, truck, slots[i] + k, 1, MOVED);
            }
        }
    }
    return edge;
}

/* ---- those who find no place otherwise ---- */

/* May r have its second choice in window i: accepted, open, and no other booking of its plate is or may come there? */
static bool second_window(const struct net *n, const struct row *r, int32_t i)
{
    bool barred = !accepts(r->b, n->d->windows[i].id) || !n->window_open[i];
    for (int32_t k = 0; k < n->d->count; k++) {
        const struct gs_booking *o = &n->d->before[k];
        bool promise = holds(o) && o->status != GS_DEPARTED && o->id != r->b->id;
        barred = barred || (promise && strcmp(o->truck.plate, r->b->truck.plate) == 0 &&
                            strcmp(o->window, n->d->windows[i].id) == 0);
    }
    for (int32_t k = 0; k < n->count; k++) {
        const struct row *o = &n->rows[k];
        barred = barred || (o != r && strcmp(o->b->truck.plate, r->b->truck.plate) == 0 && (o->windows >> i & 1) != 0);
    }
    return !barred;
}

/* It is not late there if it comes as promised, or it can be told in time. */
static bool in_time(const struct net *n, const struct row *r, int32_t i, int32_t k)
{
    const struct gs_rules *rules = &n->d->f.rules;
    const struct gs_window_view *w = &n->d->windows[i];
    int64_t now = n->d->f.now, until = w->slots[k].end_ms + rules->late_grace_min * GS_MINUTE_MS;
    int32_t lead = rules->promote_min > rules->cutoff_min ? rules->promote_min : rules->cutoff_min;
    until = until < w->end_ms ? until : w->end_ms;
    return (until >= r->b->arrive_until_ms && w->slots[k].end_ms > now) ||
           w->slots[k].start_ms >= now + lead * GS_MINUTE_MS || (may_move(n, r) && n->slot_open[i][k]);
}

static int32_t minutes_away(const struct row *r, const struct gs_slot_view *slot)
{
    int64_t away = slot->start_ms - r->b->slot_start_ms;
    bool covers = away <= 0 && r->b->slot_start_ms < slot->end_ms;
    return covers ? 0 : (int32_t)((away < 0 ? -away : away) / GS_MINUTE_MS);
}

static bool shift(struct net *n, struct solver *s, const int32_t slots[DAY_WINDOWS], struct row *r)
{
    int32_t truck = solver_node(s), edge = solver_edge(s, 0, truck, 1, 0);
    uint32_t windows = 0;
    for (int32_t i = 0; i < n->d->window_count; i++) {
        for (int32_t k = 0; second_window(n, r, i) && k < n->d->windows[i].slot_count; k++) {
            if (n->slot_enterable[i][k] && in_time(n, r, i, k)) {
                solver_edge(s, truck, slots[i] + k, 1, minutes_away(r, &n->d->windows[i].slots[k]));
                windows |= UINT32_C(1) << i;
            }
        }
    }
    r->windows = windows;
    if (!solver_augment(s)) {
        s->edge[edge].capacity = 0;
        return false;
    }
    return true;
}

void day_expect(const struct day *d, const struct gs_command *c, struct expected *out)
{
    static struct solver solver;
    int32_t slots[DAY_WINDOWS];
    struct net n = {.d = d, .c = c, .earliest_ms = d->f.now + d->f.rules.lock_min * GS_MINUTE_MS};
    memset(out, 0, sizeof *out);
    lay_out(&n);
    take_trucks(&n);
    /* the most: all at once */
    build(&n, &solver, slots);
    for (int32_t i = 0; i < n.count; i++) {
        (void)add_truck(&n, &solver, slots, &n.rows[i]);
    }
    out->kept = solver_all(&solver);
    /* who: one after the other */
    build(&n, &solver, slots);
    for (int32_t i = 0; i < n.count; i++) {
        int32_t edge = add_truck(&n, &solver, slots, &n.rows[i]);
        if (!solver_augment(&solver)) {
            solver.edge[edge].capacity = 0;
            out->displaced[n.rows[i].b->id - 1] = true;
        }
    }
    for (int32_t i = 0; i < n.count; i++) {
        if (out->displaced[n.rows[i].b->id - 1] && shift(&n, &solver, slots, &n.rows[i])) {
            out->displaced[n.rows[i].b->id - 1] = false;
            out->shifted++;
        }
        out->displaced_count += out->displaced[n.rows[i].b->id - 1] ? 1 : 0;
    }
    out->moves = solver_cost(&solver) / MOVED;
    out->minutes = solver_cost(&solver) % MOVED;
    int32_t at = 0;
    for (int32_t i = n.count; i > 0; i--) {
        if (out->displaced[n.rows[i - 1].b->id - 1]) {
            out->order[at++] = n.rows[i - 1].b->id;
        }
    }
}
