/* The lists of fields, and how a number in one is got at. The bounds here are those of a field by itself; what must agree between
 * fields is for whoever reads them to check. */
#include "gateslot/core/fields.h"

#include "gateslot/core/record.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

_Static_assert(sizeof(enum gs_status) == sizeof(int32_t) && sizeof(enum gs_role) == sizeof(int32_t) &&
                   sizeof(enum gs_plate_colour) == sizeof(int32_t) && sizeof(enum gs_lang) == sizeof(int32_t) &&
                   sizeof(enum gs_session_kind) == sizeof(int32_t) && sizeof(enum gs_webhook_off) == sizeof(int32_t) &&
                   sizeof(enum gs_webhook_result) == sizeof(int32_t) && sizeof(unsigned) == sizeof(uint32_t),
               "an enum is stored and fetched as an int32_t");

#define IN(type, member) offsetof(struct type, member), sizeof(((struct type *)NULL)->member)
#define INSTANT INT64_MIN, INT64_MAX
#define ANY_DATE INT32_MIN, INT32_MAX
#define NO_NUMBER 0, 0

/* In the order in which the book's digest takes them; the columns of a table may stand in another. */
static const struct gs_field booking[] = {
    {"id", GS_FIELD_INT64, GS_FIELD_KEY, IN(gs_booking, id), 1, INT64_MAX},
    {"version", GS_FIELD_INT64, 0, IN(gs_booking, version), 1, INT64_MAX},
    {"status", GS_FIELD_INT32, 0, IN(gs_booking, status), 0, GS_STATUSES - 1},
    {"date", GS_FIELD_INT32, 0, IN(gs_booking, wish.date), ANY_DATE},
    {"windows", GS_FIELD_TEXT, 0, IN(gs_booking, wish.windows), NO_NUMBER},
    {"slot_min", GS_FIELD_INT32, 0, IN(gs_booking, wish.slot_min), -1, 1439},
    {"flexible", GS_FIELD_BOOL, 0, IN(gs_booking, flexible), 0, 1},
    {"waitlist", GS_FIELD_BOOL, 0, IN(gs_booking, waitlist), 0, 1},
    {"urgent", GS_FIELD_BOOL, 0, IN(gs_booking, urgent), 0, 1},
    {"walk_in", GS_FIELD_BOOL, 0, IN(gs_booking, walk_in), 0, 1},
    {"delayed", GS_FIELD_BOOL, 0, IN(gs_booking, delayed), 0, 1},
    {"displaced", GS_FIELD_BOOL, 0, IN(gs_booking, displaced), 0, 1},
    {"moved", GS_FIELD_BOOL, 0, IN(gs_booking, moved), 0, 1},
    {"late_cancel", GS_FIELD_BOOL, 0, IN(gs_booking, late_cancel), 0, 1},
    {"plate", GS_FIELD_TEXT, 0, IN(gs_booking, truck.plate), NO_NUMBER},
    {"plate_given", GS_FIELD_TEXT, 0, IN(gs_booking, truck.plate_given), NO_NUMBER},
    {"plate_colour", GS_FIELD_INT32, 0, IN(gs_booking, truck.plate_colour), 0, GS_PLATE_YELLOW_GREEN},
    {"trailer", GS_FIELD_TEXT, 0, IN(gs_booking, truck.trailer), NO_NUMBER},
    {"trailer_given", GS_FIELD_TEXT, 0, IN(gs_booking, truck.trailer_given), NO_NUMBER},
    {"container_count", GS_FIELD_INT32, GS_FIELD_DERIVED, IN(gs_booking, truck.container_count), 0, GS_MAX_CONTAINERS},
    {"container_1", GS_FIELD_TEXT, GS_FIELD_COUNTED, IN(gs_booking, truck.containers[0]), NO_NUMBER},
    {"container_2", GS_FIELD_TEXT, GS_FIELD_COUNTED, IN(gs_booking, truck.containers[1]), NO_NUMBER},
    {"driver_name", GS_FIELD_TEXT, 0, IN(gs_booking, truck.driver_name), NO_NUMBER},
    {"driver_phone", GS_FIELD_TEXT, 0, IN(gs_booking, truck.driver_phone), NO_NUMBER},
    {"declaration_no", GS_FIELD_TEXT, 0, IN(gs_booking, truck.declaration_no), NO_NUMBER},
    {"warnings", GS_FIELD_UINT32, 0, IN(gs_booking, truck.warnings), 0, UINT32_MAX},
    {"uscc", GS_FIELD_TEXT, 0, IN(gs_booking, uscc), NO_NUMBER},
    {"company_name", GS_FIELD_TEXT, 0, IN(gs_booking, company_name), NO_NUMBER},
    {"owner", GS_FIELD_TEXT, 0, IN(gs_booking, owner), NO_NUMBER},
    {"pass_code", GS_FIELD_TEXT, 0, IN(gs_booking, pass_code), NO_NUMBER},
    {"window", GS_FIELD_TEXT, 0, IN(gs_booking, window), NO_NUMBER},
    {"slot_start_ms", GS_FIELD_INT64, 0, IN(gs_booking, slot_start_ms), INSTANT},
    {"slot_end_ms", GS_FIELD_INT64, 0, IN(gs_booking, slot_end_ms), INSTANT},
    {"arrive_from_ms", GS_FIELD_INT64, 0, IN(gs_booking, arrive_from_ms), INSTANT},
    {"arrive_until_ms", GS_FIELD_INT64, 0, IN(gs_booking, arrive_until_ms), INSTANT},
    {"place", GS_FIELD_INT32, 0, IN(gs_booking, place), -1, GS_MAX_CAPACITY - 1},
    {"before_refused", GS_FIELD_INT32, 0, IN(gs_booking, before_refused), 0, GS_STATUSES - 1},
    {"created_ms", GS_FIELD_INT64, 0, IN(gs_booking, created_ms), INSTANT},
    {"updated_ms", GS_FIELD_INT64, 0, IN(gs_booking, updated_ms), INSTANT},
    {"waiting_since_ms", GS_FIELD_INT64, 0, IN(gs_booking, waiting_since_ms), INSTANT},
    {"arrived_ms", GS_FIELD_INT64, 0, IN(gs_booking, arrived_ms), INSTANT},
    {"entered_ms", GS_FIELD_INT64, 0, IN(gs_booking, entered_ms), INSTANT},
    {"cleared_ms", GS_FIELD_INT64, 0, IN(gs_booking, cleared_ms), INSTANT},
    {"departed_ms", GS_FIELD_INT64, 0, IN(gs_booking, departed_ms), INSTANT},
    {"held_ms", GS_FIELD_INT64, 0, IN(gs_booking, held_ms), INSTANT},
    {"ended_ms", GS_FIELD_INT64, 0, IN(gs_booking, ended_ms), INSTANT},
    {"last_event", GS_FIELD_INT64, 0, IN(gs_booking, last_event), 0, INT64_MAX},
    {"reference", GS_FIELD_TEXT, 0, IN(gs_booking, reference), NO_NUMBER},
    {"excused", GS_FIELD_BOOL, 0, IN(gs_booking, excused), 0, 1},
    {"exceptions", GS_FIELD_UINT32, 0, IN(gs_booking, exceptions), 0, GS_EXCEPTIONS_ALL},
    {"corrections", GS_FIELD_INT32, 0, IN(gs_booking, corrections), 0, INT32_MAX},
};

static const struct gs_field capacity[] = {
    {"date", GS_FIELD_INT32, GS_FIELD_KEY, IN(gs_capacity, date), ANY_DATE},
    {"window", GS_FIELD_TEXT, GS_FIELD_KEY, IN(gs_capacity, window), NO_NUMBER},
    {"capacity", GS_FIELD_INT32, 0, IN(gs_capacity, capacity), 0, GS_MAX_CAPACITY},
    {"slot_capacity", GS_FIELD_INT32, 0, IN(gs_capacity, slot_capacity), -1, GS_MAX_CAPACITY},
    {"closed", GS_FIELD_BOOL, 0, IN(gs_capacity, closed), 0, 1},
    {"reason", GS_FIELD_TEXT, 0, IN(gs_capacity, reason), NO_NUMBER},
};

static const struct gs_field turned_away[] = {
    {"date", GS_FIELD_INT32, GS_FIELD_KEY, IN(gs_turned_away, date), ANY_DATE},
    {"truck", GS_FIELD_TEXT, GS_FIELD_KEY, IN(gs_turned_away, truck), NO_NUMBER},
};

static const struct gs_field token[] = {
    {"name", GS_FIELD_TEXT, GS_FIELD_KEY, IN(gs_token, name), NO_NUMBER},
    {"role", GS_FIELD_INT32, 0, IN(gs_token, role), GS_ROLE_BACKEND, GS_ROLES - 1},
    {"hash", GS_FIELD_HASH, 0, IN(gs_token, hash), NO_NUMBER},
    {"created_ms", GS_FIELD_INT64, 0, IN(gs_token, created_ms), INSTANT},
    {"expires_ms", GS_FIELD_INT64, 0, IN(gs_token, expires_ms), INSTANT},
    {"unconfirmed", GS_FIELD_BOOL, 0, IN(gs_token, unconfirmed), 0, 1},
    {"used_ms", GS_FIELD_INT64, 0, IN(gs_token, used_ms), INSTANT},
};

static const struct gs_field user[] = {
    {"name", GS_FIELD_TEXT, GS_FIELD_KEY, IN(gs_user, name), NO_NUMBER},
    {"role", GS_FIELD_INT32, 0, IN(gs_user, role), GS_ROLE_BACKEND, GS_ROLES - 1},
    {"lang", GS_FIELD_INT32, 0, IN(gs_user, lang), GS_LANG_NONE, GS_LANG_EN},
    {"disabled", GS_FIELD_BOOL, 0, IN(gs_user, disabled), 0, 1},
    {"unconfirmed", GS_FIELD_BOOL, 0, IN(gs_user, unconfirmed), 0, 1},
    {"created_ms", GS_FIELD_INT64, 0, IN(gs_user, created_ms), INSTANT},
    {"used_ms", GS_FIELD_INT64, 0, IN(gs_user, used_ms), INSTANT},
    {"password", GS_FIELD_TEXT, 0, IN(gs_user, password), NO_NUMBER},
    {"pin", GS_FIELD_TEXT, 0, IN(gs_user, pin), NO_NUMBER},
};

static const struct gs_field session[] = {
    {"hash", GS_FIELD_HASH, GS_FIELD_KEY, IN(gs_session, hash), NO_NUMBER},
    {"kind", GS_FIELD_INT32, 0, IN(gs_session, kind), 0, GS_SESSION_KINDS - 1},
    {"name", GS_FIELD_TEXT, 0, IN(gs_session, name), NO_NUMBER},
    {"role", GS_FIELD_INT32, 0, IN(gs_session, role), GS_ROLE_BACKEND, GS_ROLES - 1},
    {"created_ms", GS_FIELD_INT64, 0, IN(gs_session, created_ms), INSTANT},
    {"expires_ms", GS_FIELD_INT64, 0, IN(gs_session, expires_ms), INSTANT},
    {"used_ms", GS_FIELD_INT64, 0, IN(gs_session, used_ms), INSTANT},
};

static const struct gs_field webhook[] = {
    {"name", GS_FIELD_TEXT, GS_FIELD_KEY, IN(gs_webhook, name), NO_NUMBER},
    {"id", GS_FIELD_INT64, 0, IN(gs_webhook, id), 1, INT64_MAX},
    {"url", GS_FIELD_TEXT, 0, IN(gs_webhook, url), NO_NUMBER},
    {"owner", GS_FIELD_TEXT, 0, IN(gs_webhook, owner), NO_NUMBER},
    {"types", GS_FIELD_TEXT, 0, IN(gs_webhook, types), NO_NUMBER},
    {"secret", GS_FIELD_TEXT, 0, IN(gs_webhook, secret), NO_NUMBER},
    {"old_secret", GS_FIELD_TEXT, 0, IN(gs_webhook, old_secret), NO_NUMBER},
    {"old_until_ms", GS_FIELD_INT64, 0, IN(gs_webhook, old_until_ms), INSTANT},
    {"off", GS_FIELD_INT32, 0, IN(gs_webhook, off), 0, GS_WEBHOOK_OFFS - 1},
    {"created_ms", GS_FIELD_INT64, 0, IN(gs_webhook, created_ms), INSTANT},
    {"cursor", GS_FIELD_INT64, 0, IN(gs_webhook, cursor), 0, INT64_MAX},
    {"delivered_ms", GS_FIELD_INT64, 0, IN(gs_webhook, delivered_ms), INSTANT},
    {"attempt_ms", GS_FIELD_INT64, 0, IN(gs_webhook, attempt_ms), INSTANT},
    {"result", GS_FIELD_INT32, 0, IN(gs_webhook, result), 0, GS_WEBHOOK_RESULTS - 1},
    {"status", GS_FIELD_INT32, 0, IN(gs_webhook, status), 0, 999},
    {"failing_ms", GS_FIELD_INT64, 0, IN(gs_webhook, failing_ms), INSTANT},
    {"failures", GS_FIELD_INT32, 0, IN(gs_webhook, failures), 0, INT32_MAX},
    {"lost_ms", GS_FIELD_INT64, 0, IN(gs_webhook, lost_ms), INSTANT},
};

static const struct gs_field webhook_retry[] = {
    {"webhook", GS_FIELD_INT64, GS_FIELD_KEY, IN(gs_webhook_retry, webhook), 1, INT64_MAX},
    {"seq", GS_FIELD_INT64, GS_FIELD_KEY, IN(gs_webhook_retry, seq), 1, INT64_MAX},
    {"booking_id", GS_FIELD_INT64, 0, IN(gs_webhook_retry, booking_id), 0, INT64_MAX},
    {"attempts", GS_FIELD_INT32, 0, IN(gs_webhook_retry, attempts), 0, INT32_MAX},
    {"first_ms", GS_FIELD_INT64, 0, IN(gs_webhook_retry, first_ms), INSTANT},
    {"next_ms", GS_FIELD_INT64, 0, IN(gs_webhook_retry, next_ms), INSTANT},
};

/* Its row number, which the store gives, and its body, which has no size of its own, are beside these. */
static const struct gs_field idem[] = {
    {"key", GS_FIELD_TEXT, 0, IN(gs_idem, key), NO_NUMBER},
    {"owner", GS_FIELD_TEXT, 0, IN(gs_idem, owner), NO_NUMBER},
    {"fingerprint", GS_FIELD_HASH, 0, IN(gs_idem, fingerprint), NO_NUMBER},
    {"at_ms", GS_FIELD_INT64, 0, IN(gs_idem, at_ms), INSTANT},
    {"status", GS_FIELD_INT32, 0, IN(gs_idem, status), 100, 599},
    {"etag", GS_FIELD_INT64, 0, IN(gs_idem, etag), 0, INT64_MAX},
    {"lang", GS_FIELD_INT32, 0, IN(gs_idem, lang), GS_LANG_NONE, GS_LANG_EN},
    {"location", GS_FIELD_TEXT, 0, IN(gs_idem, location), NO_NUMBER},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
const struct gs_field_list gs_booking_fields = {"booking", booking, COUNT(booking)};
const struct gs_field_list gs_capacity_fields = {"capacity", capacity, COUNT(capacity)};
const struct gs_field_list gs_turned_away_fields = {"turned_away", turned_away, COUNT(turned_away)};
const struct gs_field_list gs_token_fields = {"token", token, COUNT(token)};
const struct gs_field_list gs_user_fields = {"user", user, COUNT(user)};
const struct gs_field_list gs_session_fields = {"session", session, COUNT(session)};
const struct gs_field_list gs_webhook_fields = {"webhook", webhook, COUNT(webhook)};
const struct gs_field_list gs_webhook_retry_fields = {"webhook_retry", webhook_retry, COUNT(webhook_retry)};
const struct gs_field_list gs_idem_fields = {"idem", idem, COUNT(idem)};

int64_t gs_field_int(const struct gs_field *f, const void *of)
{
    const char *at = (const char *)of + f->at;
    int32_t small;
    uint32_t unsigned_small;
    int64_t large;
    switch (f->kind) {
    case GS_FIELD_INT64:
        memcpy(&large, at, sizeof large);
        return large;
    case GS_FIELD_INT32:
        memcpy(&small, at, sizeof small);
        return small;
    case GS_FIELD_UINT32:
        memcpy(&unsigned_small, at, sizeof unsigned_small);
        return unsigned_small;
    case GS_FIELD_BOOL:
        return *(const bool *)at;
    case GS_FIELD_TEXT:
    case GS_FIELD_HASH:
        break;
    }
    assert(false);
    return 0;
}

void gs_field_set_int(const struct gs_field *f, void *of, int64_t value)
{
    char *at = (char *)of + f->at;
    const int32_t small = (int32_t)value;
    const uint32_t unsigned_small = (uint32_t)value;
    switch (f->kind) {
    case GS_FIELD_INT64:
        memcpy(at, &value, sizeof value);
        return;
    case GS_FIELD_INT32:
        memcpy(at, &small, sizeof small);
        return;
    case GS_FIELD_UINT32:
        memcpy(at, &unsigned_small, sizeof unsigned_small);
        return;
    case GS_FIELD_BOOL:
        *(bool *)at = value != 0;
        return;
    case GS_FIELD_TEXT:
    case GS_FIELD_HASH:
        break;
    }
    assert(false);
}
