/* Where a truck may go: the windows that it accepts, of these the open ones, of these the ones that neither the truck's other
 * bookings, nor its company's quota, nor trucks that overstay close to it; and the slots of them that start late enough. Which of
 * these rules count differs by purpose: the table says it. A new rule of this kind is a column of the table and a few lines
 * here. Who has which place of those allowed is not decided here. */
#include "rules/allowed.h"

#include "rules/duplicates.h"
#include "rules/overstay.h"
#include "rules/quota.h"
#include "rules/strikes.h"
#include "rules/times.h"

enum quota_rule {
    QUOTA_OFF,     /* it keeps a place that it has already, or stands at the gate */
    QUOTA_LIFTED,  /* the windows stay open for slots that start soon */
    QUOTA_STRICT,  /* the windows are closed to it */
    QUOTA_OF_DAY,  /* windows are counted by whoever plans: only the limits of the day and the week are asked here */
    QUOTA_TOGETHER /* strict, and all trucks of the company may come to the window at once */
};

static const struct purpose {
    bool any_window; /* not only those that its wish accepts */
    bool claims;     /* a window that another request of the truck waits for is taken too, not only a promised one */
    bool newcomer;   /* trucks that overstay take places from it */
    bool suspends;   /* a suspended plate gets none */
    enum quota_rule quota;
} purposes[] = {
    [GS_FOR_BOOKING] = {.claims = true, .quota = QUOTA_LIFTED},
    [GS_FOR_OTHER_TIME] = {.any_window = true, .claims = true, .quota = QUOTA_LIFTED},
    [GS_FOR_PROMOTION] = {.newcomer = true, .suspends = true, .quota = QUOTA_STRICT},
    [GS_FOR_MOVE] = {.quota = QUOTA_STRICT},
    [GS_FOR_SETTLING] = {.quota = QUOTA_TOGETHER},
    [GS_FOR_PLAN] = {.quota = QUOTA_OF_DAY},
    [GS_FOR_SHIFT] = {.any_window = true, .quota = QUOTA_OFF},
    [GS_FOR_DELAY] = {.any_window = true, .quota = QUOTA_OFF},
    [GS_FOR_WALK_IN] = {.any_window = true, .claims = true, .newcomer = true, .quota = QUOTA_OFF},
    [GS_FOR_REINSTATEMENT] = {.any_window = true, .newcomer = true, .quota = QUOTA_OFF},
};

static uint32_t accepted_of(const struct gs_day *day, const struct gs_asker *asker)
{
    const struct gs_entry *e = asker->self;
    bool known = e != NULL && e->day == day && asker->wish == &e->b.wish;
    return known ? e->accepted : gs_day_accepted(day, asker->wish->windows);
}

static int64_t earliest_of(const struct gs_book *book, const struct gs_asker *asker, enum gs_purpose purpose)
{
    switch (purpose) {
    case GS_FOR_BOOKING:
    case GS_FOR_OTHER_TIME:
        return gs_times_bookable_ms(book);
    case GS_FOR_PROMOTION:
        return gs_times_promotable_ms(book->rules, book->now_ms);
    case GS_FOR_DELAY:
        return asker->self->b.slot_start_ms + 1;
    case GS_FOR_WALK_IN:
    case GS_FOR_REINSTATEMENT:
        return INT64_MIN;
    default:
        return gs_times_movable_ms(book);
    }
}

static uint32_t own_window(const struct gs_asker *asker)
{
    return UINT32_C(1) << gs_entry_spot(asker->self).window;
}

/* Windows whose limit the company keeps even if every place that it holds on the day were in it: however the others of its trucks
 * are moved at the same time, the limit stands. */
static uint32_t room_for_all(const struct gs_book *book, const struct gs_day *day, const char *uscc)
{
    uint32_t windows = 0;
    int32_t held = gs_holdings_of(day, uscc).day;
    for (int32_t i = 0; i < day->window_count; i++) {
        windows |= held <= gs_quota_window_limit(book->rules, &day->windows[i]) ? UINT32_C(1) << i : 0;
    }
    return windows;
}

static void apply_quota(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                        enum quota_rule rule, struct gs_allowed *a)
{
    uint32_t capped = gs_quota_capped(book, day, asker->uscc, asker->self);
    switch (rule) {
    case QUOTA_OFF:
        break;
    case QUOTA_LIFTED:
        a->capped = capped;
        a->lifted_ms = gs_times_quota_lifted_ms(book);
        break;
    case QUOTA_STRICT:
        a->windows &= ~capped;
        break;
    case QUOTA_OF_DAY:
        a->windows &= capped == UINT32_MAX ? own_window(asker) : UINT32_MAX;
        break;
    case QUOTA_TOGETHER:
        a->windows &= ~capped & (room_for_all(book, day, asker->uscc) | own_window(asker));
        break;
    }
}

/* Was that rule set aside for this booking? Who got a place in spite of it, and lost it to a cut, gets one again in spite of it. */
static bool granted(const struct gs_asker *asker, enum gs_exception rule)
{
    return asker->self != NULL && (asker->self->b.exceptions & rule) != 0;
}

struct gs_allowed gs_allowed_if_open(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                                     enum gs_purpose purpose, uint32_t open)
{
    const struct purpose *p = &purposes[purpose];
    struct gs_allowed a = {.accepted = accepted_of(day, asker), .earliest_ms = earliest_of(book, asker, purpose)};
    a.earliest_ms = asker->after_ms >= a.earliest_ms ? asker->after_ms + 1 : a.earliest_ms;
    a.ends_after_ms = purpose == GS_FOR_DELAY ? book->now_ms : 0;
    a.windows = a.open = p->any_window ? open : open & a.accepted;
    a.suspended_ms = p->suspends && !granted(asker, GS_EXCEPTION_SUSPENDED) && a.windows != 0
                         ? gs_strikes_until(book, asker->truck->plate)
                         : 0;
    if (a.suspended_ms != 0) {
        a.windows = 0;
    }
    if (p->newcomer && a.windows != 0) {
        a.windows &= ~gs_overstay_shut(book, day);
    }
    if (a.open != 0) {
        a.taken = p->claims ? gs_duplicates_claimed(book, asker->truck, day, asker->self)
                            : gs_duplicates_promised(book, asker->truck, day, asker->self);
        a.windows &= ~a.taken;
    }
    if (purpose == GS_FOR_SETTLING && a.taken != 0) {
        a.windows &= own_window(asker); /* two bookings of the truck, both moved, must not meet in a third window */
    }
    bool beyond = purpose == GS_FOR_PROMOTION && granted(asker, GS_EXCEPTION_QUOTA);
    if (a.windows != 0 && p->quota != QUOTA_OFF && !beyond) {
        apply_quota(book, day, asker, p->quota, &a);
    }
    return a;
}

struct gs_allowed gs_allowed_for(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                                 enum gs_purpose purpose)
{
    return gs_allowed_if_open(book, day, asker, purpose, gs_day_open(day));
}

bool gs_allowed_slot(const struct gs_day *day, const struct gs_allowed *allowed, struct gs_spot spot)
{
    const struct gs_slot *slot = gs_day_slot(day, spot);
    bool capped = (allowed->capped >> spot.window & 1) != 0;
    return (allowed->windows >> spot.window & 1) != 0 && slot->start_ms >= allowed->earliest_ms &&
           slot->end_ms > allowed->ends_after_ms && (!capped || slot->start_ms <= allowed->lifted_ms) &&
           gs_day_has_room(day, spot);
}
