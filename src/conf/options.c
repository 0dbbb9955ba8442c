/* The one table of options. A new option is one row here and one field of a struct; the sample and gateslotd.yaml(5) must
 * name it (a test holds them to it). What is checked of one value is said here; what is checked between values is in check.c. */
#include "options.h"

#include "address.h"
#include "peer_names.h"
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define PLACE(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define SECTION .offset = 0, .size = 0 /* its options are kept side by side with it */
#define CONF(member) PLACE(struct gs_config, member)
#define RULE(member) CONF(rules.member)
#define WINDOW(member) PLACE(struct gs_window_rule, member)
#define CALENDAR(member) PLACE(struct gs_calendar_rule, member)
#define CHANGE(member) PLACE(struct gs_window_change, member)
#define PEER(member) PLACE(struct gs_peer_rule, member)
#define ENTRIES(entry, type, counter) .entry_size = sizeof(struct entry), .count_offset = offsetof(type, counter)

#define DAY_MIN 1440
#define WEEK_MIN 10080

/* clang-format off */
const struct gs_option gs_options[] = {
    {"site", GS_OPTION_MAP, 0, 0, "", false, "The site this daemon serves.", SECTION},
    {"site.name", GS_OPTION_TEXT, 1, GS_SITE_NAME_MAX, "柯桥中国轻纺城市场采购监管中心", false,
     "Name of the site, as shown to people.", RULE(site_name)},
    {"site.timezone", GS_OPTION_TEXT, 1, GS_TIMEZONE_MAX, "Asia/Shanghai", true,
     "IANA name of the time zone of all the site's dates and times of day.", RULE(timezone)},

    {"listen", GS_OPTION_LIST, 1, GS_MAX_LISTEN, "[\"unix:/run/gateslot/gateslot.sock\", \"http://127.0.0.1:8480\"]", true,
     "Where the daemon listens.", CONF(listen), ENTRIES(gs_listen, struct gs_config, listen_count)},
    {"listen[]", GS_OPTION_TEXT, 1, 255, NULL, true,
     "unix:/absolute/path, or http://HOST:PORT or https://HOST:PORT with a numeric host (IPv6 in brackets) or localhost.",
     .offset = 0, .size = sizeof(struct gs_listen), .take = gs_address_take_listen},
    {"store", GS_OPTION_TEXT, 1, 4095, "sqlite:/var/lib/gateslot/gateslot.db", true,
     "Where bookings are kept: sqlite:/absolute/path, or postgresql://HOST1,HOST2/DATABASE.", CONF(store),
     .take = gs_address_take_store},
    {"store_copies", GS_OPTION_MAP, 0, 0, "", true, "On how many servers a store in PostgreSQL is.", SECTION},
    {"store_copies.promised", GS_OPTION_INT, 1, GS_STORE_COPIES_MAX, "", true,
     "So many have what was acknowledged; the servers must be set up so.", CONF(copies_promised)},
    {"store_copies.go_on_with_fewer", GS_OPTION_BOOL, 0, 1, "false", true,
     "Whether the daemon goes on, and says so, where fewer have it than were promised.", CONF(fewer_copies)},
    {"store_name", GS_OPTION_TEXT, 1, GS_STORE_NAME_MAX, "", true,
     "What a store in PostgreSQL and other daemons on it call this one; without it, the machine's name.", CONF(store_name),
     .take = gs_address_take_store_name},
    {"state_directory", GS_OPTION_TEXT, 1, 1000, "/var/lib/gateslot", true,
     "Directory for what the daemon keeps on this machine while its store is in PostgreSQL: the clock's last moments, backups.",
     CONF(state_directory), .take = gs_address_take_directory},

    {"tls", GS_OPTION_MAP, 0, 0, "", false, "What is spoken on https:// addresses; both files or none.", SECTION},
    {"tls.certificate", GS_OPTION_TEXT, 1, 1023, "", false,
     "File with the server's certificate and those that lead from it to a known signer, in this order, in PEM.",
     CONF(tls.certificate), .take = gs_address_take_file},
    {"tls.key", GS_OPTION_TEXT, 1, 1023, "", false, "File with its private key, in PEM, not encrypted, of mode 0600 or 0640.",
     CONF(tls.key), .take = gs_address_take_file},

    {"peers", GS_OPTION_MAP, 0, 0, "", false,
     "Who needs no token over a Unix socket, by the kernel's word of who it is. Root and the daemon's own user are supervisors in any case.", SECTION},
    {"peers.users", GS_OPTION_MAP, 0, GS_MAX_PEERS, "", false, "Roles of users of this machine, by name; they go before those of groups.",
     CONF(peer_users), ENTRIES(gs_peer_rule, struct gs_config, peer_user_count)},
    {"peers.users.*", GS_OPTION_TEXT, 1, 15, NULL, false, "One user's role: backend, gate, supervisor, display or metrics.",
     PEER(role), .take = gs_peer_take_role, .take_name = gs_peer_take_user, .name_offset = offsetof(struct gs_peer_rule, name),
     .name_size = sizeof(((struct gs_peer_rule *)0)->name)},
    {"peers.groups", GS_OPTION_MAP, 0, GS_MAX_PEERS, "", false,
     "Roles of groups, supplementary ones too; of several the one that may most counts: supervisor, gate, backend, display, metrics.",
     CONF(peer_groups), ENTRIES(gs_peer_rule, struct gs_config, peer_group_count)},
    {"peers.groups.*", GS_OPTION_TEXT, 1, 15, NULL, false, "The role of one group's members.",
     PEER(role), .take = gs_peer_take_role, .take_name = gs_peer_take_group, .name_offset = offsetof(struct gs_peer_rule, name),
     .name_size = sizeof(((struct gs_peer_rule *)0)->name)},

    {"clock", GS_OPTION_MAP, 0, 0, "", false, "The wall clock.", SECTION},
    {"clock.max_leap_minutes", GS_OPTION_INT, 1, DAY_MIN, "10", false,
     "A leap of the wall clock beyond it is refused: nothing falls due until it is accepted or over.", CONF(max_leap_min)},

    {"trusted_proxies", GS_OPTION_LIST, 0, GS_MAX_PROXIES, "", false,
     "Proxies in front of the daemon that are believed where they say whose requests they pass on (X-Forwarded-For, X-Forwarded-Proto).",
     CONF(proxies), ENTRIES(gs_ip_network, struct gs_config, proxy_count)},
    {"trusted_proxies[]", GS_OPTION_TEXT, 1, 64, NULL, false, "An address, or a network as ADDRESS/BITS, of IPv4 or IPv6.",
     .offset = 0, .size = sizeof(struct gs_ip_network), .take = gs_address_take_network},
    {"proxy_protocol", GS_OPTION_BOOL, 0, 1, "false", false,
     "Whether each connection of a trusted proxy begins with a header of the PROXY protocol, version 2; one without is closed.",
     CONF(proxy_protocol)},

    {"webhooks", GS_OPTION_MAP, 0, 0, "", false, "Where webhooks may lead.", SECTION},
    {"webhooks.allow", GS_OPTION_LIST, 0, GS_MAX_OUTBOUND, "", false,
     "Receivers that the daemon may connect to for webhooks; what is not named is refused.", CONF(webhooks.allow),
     ENTRIES(gs_outbound_entry, struct gs_config, webhooks.count)},
    {"webhooks.allow[]", GS_OPTION_TEXT, 1, GS_OUTBOUND_TEXT, NULL, false,
     "HOST, HOST:PORT, ADDRESS, ADDRESS:PORT or ADDRESS/BITS; by https alone, unless http:// stands before it.", .offset = 0,
     .size = sizeof(struct gs_outbound_entry), .take = gs_address_take_outbound},
    {"webhooks.ca_file", GS_OPTION_TEXT, 1, 1023, "", false,
     "File with the authorities whose certificates receivers may have, in PEM, in place of the system's.", CONF(webhooks.ca_file),
     .take = gs_address_take_file},

    {"devices", GS_OPTION_MAP, 0, 0, "", false, "Paired tablets and displays.", SECTION},
    {"devices.days", GS_OPTION_INT, 0, 3650, "365", false,
     "A device that was paired so long ago is paired anew; 0: never. Of those paired from then on.", CONF(device_days)},
    {"devices.person_minutes", GS_OPTION_INT, 1, DAY_MIN, "30", false,
     "Who has shown by a PIN to be at a device is no longer taken to be there once nothing was done there for so long.", CONF(person_min)},

    {"sessions", GS_OPTION_MAP, 0, 0, "", false, "How long people stay logged in.", SECTION},
    {"sessions.idle_minutes", GS_OPTION_INT, 1, WEEK_MIN, "60", false,
     "A session that was not used for so long is over.", CONF(session_idle_min)},
    {"sessions.absolute_hours", GS_OPTION_INT, 1, 24 * 31, "12", false,
     "A session is over so long after the login, used or not.", CONF(session_absolute_hours)},

    {"limits", GS_OPTION_MAP, 0, 0, "", false, "How much one client may ask of the daemon.", SECTION},
    {"limits.requests_per_second", GS_OPTION_INT, 0, GS_RATE_MAX, "3000", false,
     "Requests a second of one token, user or device; 0: no limit.", CONF(rates.requests.per_second)},
    {"limits.requests_burst", GS_OPTION_INT, 1, GS_RATE_MAX, "6000", false,
     "So many of them at once, after a pause.", CONF(rates.requests.burst)},
    {"limits.refusals_per_second", GS_OPTION_INT, 0, GS_RATE_MAX, "50", false,
     "Refused commands a second of one token, user or device, beyond which it can change nothing; 0: no limit.",
     CONF(rates.refusals.per_second)},
    {"limits.refusals_burst", GS_OPTION_INT, 1, GS_RATE_MAX, "5000", false,
     "So many of them at once, after a pause.", CONF(rates.refusals.burst)},
    {"limits.address_requests_per_second", GS_OPTION_INT, 0, GS_RATE_MAX, "6000", false,
     "Requests a second of one address, those of gate and supervisors apart; 0: no limit.",
     CONF(rates.address_requests.per_second)},
    {"limits.address_requests_burst", GS_OPTION_INT, 1, GS_RATE_MAX, "12000", false,
     "So many of them at once, after a pause; the last half is not for who has no valid token.",
     CONF(rates.address_requests.burst)},
    {"limits.address_refusals_per_second", GS_OPTION_INT, 0, GS_RATE_MAX, "10", false,
     "Missing or wrong credentials a second from one address; 0: no limit.", CONF(rates.address_refusals.per_second)},
    {"limits.address_refusals_burst", GS_OPTION_INT, 1, GS_RATE_MAX, "200", false,
     "So many of them at once, after a pause.", CONF(rates.address_refusals.burst)},
    {"limits.refusals_kept", GS_OPTION_INT, 0, 1000000, "10000", false,
     "Refusals of one name that the journal keeps one by one; used up, it only counts them, and has as many again within a day.",
     CONF(refusals_kept)},
    {"limits.keys_per_name", GS_OPTION_INT, 1, 10000000, "50000", false,
     "Answers to changes of one name that are kept, for seven days, for retries under the same Idempotency-Key; beyond them new keys are refused.",
     CONF(keys_per_name)},
    {"limits.keys_total", GS_OPTION_INT, 1, 10000000, "200000", false,
     "The same of all names together; who has less than a hundredth of it is not refused for it.", CONF(keys_total)},
    {"limits.client_memory_mb", GS_OPTION_INT, 8, 65536, "64", false,
     "What all clients together make the daemon hold in memory; beyond it those that hold most are disconnected, unknown ones first.",
     CONF(client_memory_mb)},
    {"limits.connections_per_address", GS_OPTION_INT, 1, GS_MAX_CONNECTIONS, "2000", false,
     "Connections over TCP from one address, or from one network of 64 bits of IPv6.", CONF(connections_per_address)},
    {"limits.reserved_connections", GS_OPTION_INT, 0, 1000, "100", false,
     "Of 12000 connections, those kept for the Unix socket; as many more are kept from programs, for gate and supervisors.",
     CONF(reserved_connections)},

    {"yard", GS_OPTION_MAP, 0, 0, "", false, "The yard.", SECTION},
    {"yard.bays", GS_OPTION_INT, 1, 10000, "40", false,
     "Handling places: trucks enter only while fewer are inside.", RULE(bays)},
    {"yard.walk_ins", GS_OPTION_BOOL, 0, 1, "true", false,
     "Whether trucks without a place are admitted at the gate, those standing by too.", RULE(walk_ins)},

    {"windows", GS_OPTION_MAP, 1, GS_MAX_WINDOWS,
     "{morning: {start: \"08:00\", end: \"12:00\", capacity: 40}, midday: {start: \"12:00\", end: \"16:00\", capacity: 40}, "
     "evening: {start: \"16:00\", end: \"20:00\", capacity: 40}}", false,
     "Turnover windows of an ordinary day by name; they never overlap. If given, it replaces all three defaults.",
     RULE(windows), ENTRIES(gs_window_rule, struct gs_config, rules.window_count)},
    {"windows.*", GS_OPTION_MAP, 1, GS_WINDOW_ID_MAX, NULL, false, "One window; its name is [a-z][a-z0-9_]*.", WINDOW(id)},
    {"windows.*.name", GS_OPTION_TEXT, 1, GS_WINDOW_NAME_MAX, "", false,
     "What people are shown instead of that name.", WINDOW(name)},
    {"windows.*.start", GS_OPTION_TIME, 0, DAY_MIN - 1, NULL, false, "When it begins.", WINDOW(start_min)},
    {"windows.*.end", GS_OPTION_TIME, 0, DAY_MIN, NULL, false,
     "When it ends; before start: on the next day. A whole number of slots after start.", WINDOW(end_min)},
    {"windows.*.capacity", GS_OPTION_INT, 0, GS_MAX_CAPACITY, NULL, false, "Trucks it takes.", WINDOW(capacity)},

    {"slots", GS_OPTION_MAP, 0, 0, "", false, "The slots inside every window.", SECTION},
    {"slots.minutes", GS_OPTION_INT, 1, DAY_MIN, "30", false,
     "Length of a slot; every window is a multiple of it, at most 192 slots long.", RULE(slot_min)},
    {"slots.capacity", GS_OPTION_INT, 0, GS_MAX_CAPACITY, "", false,
     "Trucks of every slot; without it a window's capacity is spread evenly.", RULE(slot_capacity)},

    {"booking", GS_OPTION_MAP, 0, 0, "", false, "When a place can be booked, kept and lost.", SECTION},
    {"booking.horizon_days", GS_OPTION_INT, 0, GS_MAX_HORIZON_DAYS, "7", false,
     "Days ahead of today that can be booked; 0: only today.", RULE(horizon_days)},
    {"booking.opens_at", GS_OPTION_TIME, 0, DAY_MIN - 1, "08:00", false,
     "When the horizon's last day opens for booking.", RULE(opens_at_min)},
    {"booking.cutoff_minutes", GS_OPTION_INT, 0, DAY_MIN, "30", false,
     "A slot can be booked until so long before it starts.", RULE(cutoff_min)},
    {"booking.lock_minutes", GS_OPTION_INT, 0, WEEK_MIN, "240", false,
     "A flexible booking is moved only while its old and its new slot start later than that.", RULE(lock_min)},
    {"booking.settle_at", GS_OPTION_TIME, 0, DAY_MIN - 1, "18:00", false,
     "When, on the evening before, flexible bookings are spread evenly once.", RULE(settle_at_min)},
    {"booking.early_grace_minutes", GS_OPTION_INT, 0, DAY_MIN, "30", false,
     "How long before its slot a truck may be let in.", RULE(early_grace_min)},
    {"booking.late_grace_minutes", GS_OPTION_INT, 0, DAY_MIN, "30", false,
     "How long after its slot a truck may arrive, never past its window's end; then it is a no-show.", RULE(late_grace_min)},
    {"booking.delay_reports", GS_OPTION_BOOL, 0, 1, "true", false,
     "Whether a truck may report, once, that it will be late.", RULE(delay_reports)},
    {"booking.retention_days", GS_OPTION_INT, 7, 36500, "365", false,
     "Days after which drivers' names and telephone numbers are erased.", RULE(retention_days)},

    {"quota", GS_OPTION_MAP, 0, 0, "", false, "How much one company may hold.", SECTION},
    {"quota.company_window_percent", GS_OPTION_INT, 0, 100, "25", false,
     "Share of a window's capacity one company may hold; 0 and 100 switch the rule off.", RULE(company_window_percent)},
    {"quota.company_day", GS_OPTION_INT, 0, GS_MAX_CAPACITY, "20", false,
     "Places of a day one company may hold; 0 switches the rule off.", RULE(company_day)},
    {"quota.lifted_minutes", GS_OPTION_INT, 0, WEEK_MIN, "120", false,
     "Both quotas are lifted for places still free so long before their slot.", RULE(lifted_min)},
    {"quota.name_live", GS_OPTION_INT, 0, 1000000, "0", false,
     "Live bookings, waiting ones too, that one name may hold; 0 switches the rule off.", RULE(name_live)},
    {"quota.unknown_company_live", GS_OPTION_INT, 0, 1000000, "0", false,
     "Live bookings a company may hold of which no truck came today or in the 48 days before; 0 switches the rule off.",
     RULE(unknown_company_live)},
    {"quota.late_percent", GS_OPTION_INT, 0, 100, "0", false,
     "Share of bookings cancelled less than four hours ahead, or missed, from which a name or company is held to late_live; 0: off.",
     RULE(late_percent)},
    {"quota.late_days", GS_OPTION_INT, 1, 48, "30", false, "Days in which these are counted, today the last.", RULE(late_days)},
    {"quota.late_live", GS_OPTION_INT, 1, 1000000, "5", false, "Live bookings such a name or company may hold.", RULE(late_live)},

    {"strikes", GS_OPTION_MAP, 0, 0, "", false, "What follows from no-shows.", SECTION},
    {"strikes.limit", GS_OPTION_INT, 0, 100, "3", false,
     "No-shows of a plate that suspend it; 0 switches the rule off.", RULE(strike_limit)},
    {"strikes.days", GS_OPTION_INT, 1, 366, "30", false, "Days in which they are counted.", RULE(strike_days)},
    {"strikes.suspend_days", GS_OPTION_INT, 1, 366, "7", false, "Days a plate is suspended.", RULE(suspend_days)},
    {"strikes.late_cancel", GS_OPTION_BOOL, 0, 1, "true", false,
     "Whether a booking cancelled after its slot began counts as a no-show.", RULE(late_cancel)},
    {"strikes.company_percent", GS_OPTION_INT, 0, 100, "35", false,
     "Share of no-shows in a week from which a company may hold less in the next; 0 switches the rule off.",
     RULE(company_percent)},

    {"waitlist", GS_OPTION_MAP, 0, 0, "", false, "The waitlist.", SECTION},
    {"waitlist.enabled", GS_OPTION_BOOL, 0, 1, "true", false,
     "Whether requests may wait; who loses a place by a cut waits in any case.", RULE(waitlist)},
    {"waitlist.promote_minutes", GS_OPTION_INT, 0, WEEK_MIN, "120", false,
     "A waiting request is given a place only while its slot starts at least so far ahead.", RULE(promote_min)},

    {"reminders", GS_OPTION_MAP, 0, 0, "", false, "When drivers are reminded, by events that their client follows.", SECTION},
    {"reminders.before_minutes", GS_OPTION_LIST, 0, GS_MAX_REMINDERS, "[120]", false,
     "So long before its slot a booking is reminded, once for each; a lone number will do, and 0 or an empty list is none.",
     RULE(reminder_min), .entry_size = sizeof(int32_t), .count_offset = offsetof(struct gs_config, rules.reminder_count),
     .lone = true},
    {"reminders.before_minutes[]", GS_OPTION_INT, 1, GS_MAX_HORIZON_DAYS * DAY_MIN, NULL, false, "One of them.",
     .offset = 0, .size = sizeof(int32_t)},
    {"reminders.expiring_minutes", GS_OPTION_INT, 0, GS_MAX_HORIZON_DAYS * DAY_MIN, "120", false,
     "So long before a waiting request expires that is told, once; 0: it is not.", RULE(expiring_min)},

    {"overbooking", GS_OPTION_MAP, 0, 0, "", false, "Booking more than fit, by the measured no-show rate.", SECTION},
    {"overbooking.enabled", GS_OPTION_BOOL, 0, 1, "false", false, "Whether windows are overbooked.", RULE(overbooking)},
    {"overbooking.overflow_percent", GS_OPTION_INT, 1, 100, "1", false,
     "Accepted probability that more trucks come than fit.", RULE(overflow_percent)},
    {"overbooking.min_samples", GS_OPTION_INT, 1, 1000000, "200", false,
     "Bookings the no-show rate must be measured on; with fewer nothing is overbooked.", RULE(min_samples)},

    {"calendar", GS_OPTION_LIST, 0, GS_MAX_CALENDAR, "", false,
     "Days unlike the ordinary one. On a date its weekday's entry applies first, then that of a range of dates, then its own; the last "
     "of them decides whether it is closed.",
     RULE(calendar), ENTRIES(gs_calendar_rule, struct gs_config, rules.calendar_count), .on_heap = true},
    {"calendar[]", GS_OPTION_MAP, 0, 0, NULL, false, "One exception: date, weekday, or from and to.",
     .offset = 0, .size = sizeof(struct gs_calendar_rule)},
    {"calendar[].date", GS_OPTION_DATE, 0, 0, "", false, "The date it is for.", CALENDAR(date)},
    {"calendar[].from", GS_OPTION_DATE, 0, 0, "", false, "The first date of a range it is for.", CALENDAR(from)},
    {"calendar[].to", GS_OPTION_DATE, 0, 0, "", false, "The last date of that range, which has at most 400 days.", CALENDAR(to)},
    {"calendar[].weekday", GS_OPTION_WEEKDAY, 0, 0, "", false,
     "The day of every week it is for; beside from and to only of the weeks between them.", CALENDAR(weekday)},
    {"calendar[].closed", GS_OPTION_BOOL, 0, 1, "false", false, "Whether the whole day is closed.", CALENDAR(closed)},
    {"calendar[].reason", GS_OPTION_TEXT, 1, GS_CALENDAR_REASON_MAX, "", false, "Why, as told to who asks for that day.", CALENDAR(reason)},
    {"calendar[].windows", GS_OPTION_MAP, 1, GS_MAX_WINDOWS, "", false,
     "What is different, by window. A window the ordinary day has not needs start, end and capacity.",
     CALENDAR(changes), ENTRIES(gs_window_change, struct gs_calendar_rule, change_count)},
    {"calendar[].windows.*", GS_OPTION_MAP, 1, GS_WINDOW_ID_MAX, NULL, false, "One window's changes.", CHANGE(id)},
    {"calendar[].windows.*.name", GS_OPTION_TEXT, 1, GS_WINDOW_NAME_MAX, "", false, "What people are shown instead of its name.",
     CHANGE(name)},
    {"calendar[].windows.*.start", GS_OPTION_TIME, 0, DAY_MIN - 1, "", false, "Its other start.", CHANGE(start_min)},
    {"calendar[].windows.*.end", GS_OPTION_TIME, 0, DAY_MIN, "", false, "Its other end.", CHANGE(end_min)},
    {"calendar[].windows.*.capacity", GS_OPTION_INT, 0, GS_MAX_CAPACITY, "", false, "Its other capacity.", CHANGE(capacity)},
    {"calendar[].windows.*.closed", GS_OPTION_BOOL, 0, 1, "false", false, "Whether it is closed.", CHANGE(closed)},
};
/* clang-format on */

const size_t gs_option_count = sizeof gs_options / sizeof gs_options[0];

const char *gs_option_name(const struct gs_option *option)
{
    const char *dot = strrchr(option->key, '.'), *entry = strrchr(option->key, '[');
    if (entry != NULL && (dot == NULL || entry > dot)) {
        return entry;
    }
    return dot == NULL ? option->key : dot + 1;
}

static bool is_below(const struct gs_option *option, const char *pattern, size_t len)
{
    const char *name = gs_option_name(option);
    size_t above = (size_t)(name - option->key);
    if (above > 0 && name[0] != '[') {
        above--; /* the dot */
    }
    return above == len && strncmp(option->key, pattern, len) == 0;
}

const struct gs_option *gs_option_below(const char *pattern, const struct gs_option *previous)
{
    size_t len = strlen(pattern);
    for (const struct gs_option *o = previous == NULL ? gs_options : previous + 1; o < gs_options + gs_option_count;
         o++) {
        if (is_below(o, pattern, len)) {
            return o;
        }
    }
    return NULL;
}

const struct gs_option *gs_option_entries(const struct gs_option *option)
{
    return option->entry_size == 0 ? NULL : gs_option_below(option->key, NULL);
}

void gs_option_expected(const struct gs_option *option, char *out, size_t size)
{
    switch (option->type) {
    case GS_OPTION_INT:
        (void)snprintf(out, size, "an integer from %" PRId64 " to %" PRId64, option->min, option->max);
        break;
    case GS_OPTION_BOOL:
        (void)snprintf(out, size, "true or false");
        break;
    case GS_OPTION_TEXT:
        (void)snprintf(out, size, "a text of %" PRId64 " to %" PRId64 " bytes", option->min, option->max);
        break;
    case GS_OPTION_TIME:
        (void)snprintf(out, size, "a time HH:MM from 00:00 to %s", option->max < DAY_MIN ? "23:59" : "24:00");
        break;
    case GS_OPTION_DATE:
        (void)snprintf(out, size, "a date YYYY-MM-DD that exists");
        break;
    case GS_OPTION_WEEKDAY:
        (void)snprintf(out, size, "mon, tue, wed, thu, fri, sat or sun");
        break;
    case GS_OPTION_LIST:
        (void)snprintf(out, size, "a list");
        break;
    case GS_OPTION_MAP:
        (void)snprintf(out, size, "a mapping");
        break;
    }
}
