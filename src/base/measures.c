/* The table of a report's measures: what each is called, how the parts of a range come to one number, and the words that people read.
 * What is counted, core/views/report.c says. */
#include "gateslot/base/measures.h"
#include <string.h>

#define AT(member) offsetof(struct gs_report_sum, member)

/* In the order in which they are shown. */
const struct gs_measure gs_measures[] = {
    {"capacity", AT(capacity), GS_MEASURE_ADDS, GS_MEASURE_OF_WINDOWS, "capacity", "容量", "capacity", "容量", 9},
    {"booked", AT(booked), GS_MEASURE_ADDS, 0, "booked in all", "预约合计", "booked", "预约", 0},
    {"due", AT(due), GS_MEASURE_ADDS, 0, "due", "未到", "due", "未到", 12},
    {"arrived", AT(arrived), GS_MEASURE_ADDS, 0, "arrived", "已到达", "at gate", "到达", 13},
    {"entered", AT(entered), GS_MEASURE_ADDS, 0, "entered", "已入场", "entered", "入场", 14},
    {"cleared", AT(cleared), GS_MEASURE_ADDS, 0, "cleared", "已放行", "cleared", "放行", 15},
    {"departed", AT(departed), GS_MEASURE_ADDS, 0, "departed", "已离场", "departed", "离场", 0},
    {"no_show", AT(no_show), GS_MEASURE_ADDS, 0, "no-show", "爽约", "no-show", "爽约", 0},
    {"cancelled", AT(cancelled), GS_MEASURE_ADDS, 0, "cancelled", "已取消", "cancelled", "取消", 3},
    {"cancelled_late", AT(cancelled_late), GS_MEASURE_ADDS, 0, "cancelled late", "临近取消", "late", "临消", 23},
    {"refused", AT(refused), GS_MEASURE_ADDS, 0, "refused", "已拒绝", "refused", "拒绝", 5},
    {"walk_ins", AT(walk_ins), GS_MEASURE_ADDS, 0, "walk-ins", "现场登记", "walk-ins", "现场", 6},
    {"waitlisted", AT(waitlisted), GS_MEASURE_ADDS, 0, "waitlisted", "候补", "waiting", "候补", 11},
    {"never_placed", AT(never_placed), GS_MEASURE_ADDS, 0, "never placed", "未排上", "unplaced", "未排上", 7},
    {"turned_away", AT(turned_away), GS_MEASURE_ADDS, GS_MEASURE_OF_WINDOWS, "turned away", "闸口劝返", "away", "劝返",
     18},
    {"still_inside", AT(still_inside), GS_MEASURE_ADDS, 0, "still inside", "仍在场内", "inside", "在场", 8},
    {"overstay", AT(inside), GS_MEASURE_LARGEST, GS_MEASURE_OF_WINDOWS, "overstay", "超时滞留", "overstay", "滞留", 21},
    {"at_risk", AT(at_risk), GS_MEASURE_LARGEST, GS_MEASURE_OF_WINDOWS, "at risk", "受影响", "at risk", "受影响", 22},
    {"held", AT(held), GS_MEASURE_ADDS, 0, "held, no bay free", "无车位等候", "held", "等位", 10},
    {"exceptions", AT(exceptions), GS_MEASURE_ADDS, 0, "exceptions", "破例", "exceptions", "破例", 17},
    {"corrections", AT(corrections), GS_MEASURE_ADDS, 0, "corrections", "更正补记", "put right", "更正", 19},
    {"overbooking", AT(overbooking), GS_MEASURE_ADDS, GS_MEASURE_OF_WINDOWS | GS_MEASURE_QUIET, "overbooking",
     "超额预约", "overbooked", "超额", 20},
    {"mean_entry_min", AT(mean_entry_tenths), GS_MEASURE_TENTHS, 0, "gate to entry, mean min", "到达至入场 平均（分）",
     "entry min", "入场分钟", 2},
    {"p95_entry_min", AT(p95_entry_tenths), GS_MEASURE_TENTHS, 0, "gate to entry, p95 min", "到达至入场 P95（分）",
     "entry p95", "入场P95", 4},
    {"mean_stay_min", AT(mean_stay_tenths), GS_MEASURE_TENTHS, 0, "entry to departure, mean min",
     "入场至离场 平均（分）", "stay min", "在场分钟", 1},
    {"p95_stay_min", AT(p95_stay_tenths), GS_MEASURE_TENTHS, 0, "entry to departure, p95 min", "入场至离场 P95（分）",
     "stay p95", "在场P95", 16},
};
const size_t gs_measure_count = sizeof gs_measures / sizeof gs_measures[0];

int32_t gs_measure_value(const struct gs_measure *m, const struct gs_report_sum *s)
{
    int32_t value;
    memcpy(&value, (const char *)s + m->offset, sizeof value);
    return value;
}

void gs_measures_add(struct gs_report_sum *s, const struct gs_report_sum *part)
{
    for (size_t i = 0; i < gs_measure_count; i++) {
        const struct gs_measure *m = &gs_measures[i];
        int32_t value = gs_measure_value(m, s), more = gs_measure_value(m, part);
        if (m->kind == GS_MEASURE_ADDS) {
            value += more;
        } else if (m->kind == GS_MEASURE_LARGEST && more > value) {
            value = more;
        }
        memcpy((char *)s + m->offset, &value, sizeof value);
    }
}

const struct gs_measure *gs_measure_named(const char *name)
{
    for (size_t i = 0; i < gs_measure_count; i++) {
        if (strcmp(gs_measures[i].name, name) == 0) {
            return &gs_measures[i];
        }
    }
    return NULL;
}
