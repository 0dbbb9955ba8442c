/* The bodies of ops. Everything that an op changes bears its number, as the driver's name ("dr17") or the reason ("op17"; a driver's name would be
 * masked there), so that an effect is known by whose it is. */
#include "sim.h"
#include <stdio.h>
#include <string.h>

static void write_container(int32_t n, char out[16])
{
    static const char values[] = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ";
    int sum = 0;
    snprintf(out, 16, "CSQU%06d", (int)n % 1000000);
    for (int i = 0; i < 10; i++) {
        sum += (int)(strchr(values, out[i]) - values) << i;
    }
    out[10] = (char)('0' + sum % 11 % 10);
    out[11] = '\0';
}

static void write_truck(struct gs_buf *b, int32_t number)
{
    char box[16];
    int32_t truck = sim_roll(sim->plates);
    gs_buf_printf(b, "\"plate\":\"浙D%05d\",\"containers\":[", (int)truck);
    write_container(sim_roll(20 * sim->plates), box);
    gs_buf_printf(b, "\"%s\"", box);
    if (sim_one_in(3)) {
        write_container(sim_roll(20 * sim->plates), box);
        gs_buf_printf(b, ",\"%s\"", box);
    }
    int32_t company = sim_roll(sim->companies);
    gs_buf_printf(b, "],\"company\":{\"uscc\":\"91350100M000100Y4%d\",\"name\":\"C%d\"},", (int)company, (int)company);
    gs_buf_printf(b, "\"driver\":{\"name\":\"dr%d\",\"phone\":\"13800138000\"}", (int)number);
}

static void write_wish(struct gs_buf *b, bool dated)
{
    char date[GS_DATE_TEXT], time[GS_HHMM_TEXT];
    const struct gs_window_rule *w = &sim->rules.windows[sim_roll(sim->rules.window_count)];
    gs_buf_str(b, "\"windows\":[");
    if (!sim_one_in(3)) {
        gs_buf_printf(b, "\"%s\"", sim_one_in(40) ? "nowhere" : w->id);
    }
    gs_buf_str(b, "]");
    if (dated) {
        gs_date_format(sim_date_chosen(), date);
        gs_buf_printf(b, ",\"date\":\"%s\"", date);
    }
    if (sim_one_in(2)) {
        int32_t slots = (w->end_min - w->start_min) / sim->rules.slot_min;
        gs_hhmm_format(w->start_min + sim->rules.slot_min * sim_roll(slots > 0 ? slots : 1), time);
        gs_buf_printf(b, ",\"slot\":\"%s\"", time);
    }
}

static void write_book(struct gs_buf *b, const struct sim_op *op)
{
    gs_buf_str(b, "{");
    if (op->kind == SIM_BOOK) {
        write_wish(b, true);
        gs_buf_str(b, sim_one_in(3) ? ",\"flexible\":false" : ",\"flexible\":true");
        gs_buf_str(b, sim_one_in(3) ? "" : ",\"waitlist\":true");
        if (op->actor == 3 && sim_one_in(2)) {
            gs_buf_str(b, ",\"priority\":\"urgent\"");
        }
        gs_buf_str(b, ",");
    }
    write_truck(b, op->number);
    if (op->actor == 3 && sim_one_in(2)) {
        static const char *const rules[] = {"\"cutoff\"", "\"quota\"", "\"suspended\",\"cutoff\"",
                                            "\"quota\",\"suspended\",\"cutoff\""};
        gs_buf_printf(b, ",\"exception\":{\"rules\":[%s],\"reason\":\"op%d\"}", rules[sim_roll(4)], (int)op->number);
    }
    if (sim_one_in(3)) {
        gs_buf_printf(b, ",\"reference\":\"PO-%d\"", (int)sim_roll(2 * sim->plates));
    }
    gs_buf_str(b, "}");
}

static void write_capacity(struct gs_buf *b, const struct sim_op *op)
{
    gs_buf_printf(b, "{\"reason\":\"op%d\"", (int)op->number);
    if (!sim_one_in(4)) {
        gs_buf_printf(b, ",\"capacity\":%d", (int)sim_roll(10));
    }
    if (sim_one_in(4)) {
        gs_buf_printf(b, ",\"slot_capacity\":%d", (int)sim_roll(4));
    }
    gs_buf_str(b, sim_one_in(5) ? ",\"closed\":true" : "");
    gs_buf_str(b, sim_one_in(3) ? ",\"excess\":\"keep\"}" : ",\"excess\":\"rebook\"}");
}

static void write_check(struct gs_buf *b)
{
    char box[16];
    write_container(sim_roll(4 * sim->plates), box);
    if (sim_one_in(3)) {
        gs_buf_printf(b, "{\"container\":\"%s\"}", box);
    } else {
        gs_buf_printf(b, "{\"plate\":\"浙D%05d\"",
                      (int)sim_roll(sim->plates)); /* one roll a call: which comes first is said */
        gs_buf_str(b, sim_one_in(3) ? ",\"record\":true}" : "}");
    }
}

static void write_clock(struct gs_buf *b)
{
    char now[GS_RFC3339_TEXT];
    int64_t ahead = sim_one_in(6) ? (int64_t)sim_roll(600) * GS_MINUTE_MS : sim_roll(20 * 60) * 1000;
    gs_rfc3339_format(sim_site_now() + (sim_one_in(8) ? -ahead : ahead), sim->rules.tz, now);
    gs_buf_printf(b, "{\"now\":\"%s\"}", now);
}

/* The gate tells some steps afterwards, of some minutes ago, or of too many. Only the gate: a supervisor would put times right. */
static void write_reason(struct gs_buf *b, const struct sim_op *op)
{
    char at[GS_RFC3339_TEXT];
    bool timed =
        (op->kind >= SIM_ARRIVE && op->kind <= SIM_REFUSE) || op->kind == SIM_ADMIT || op->kind == SIM_REINSTATE;
    gs_buf_printf(b, "{\"reason\":\"op%d\"", (int)op->number);
    if (timed && sim_actors[op->actor].role == GS_ROLE_GATE && sim_one_in(4)) {
        gs_rfc3339_format(sim_site_now() - sim_roll(18 * 60 * 1000), sim->rules.tz, at);
        gs_buf_printf(b, ",\"at\":\"%s\"", at);
    }
    bool overrides = (op->kind == SIM_ENTER || op->kind == SIM_ADMIT) && sim_one_in(6);
    gs_buf_str(b, overrides ? ",\"override\":true}" : "}");
}

void sim_op_body(struct gs_buf *b, struct sim_op *op)
{
    switch (op->kind) {
    case SIM_BOOK:
    case SIM_WALK_IN:
        write_book(b, op);
        break;
    case SIM_CHANGE:
        gs_buf_printf(b, "{\"driver\":{\"name\":\"dr%d\",\"phone\":\"13800138000\"}}", (int)op->number);
        break;
    case SIM_RESCHEDULE:
        gs_buf_str(b, "{");
        write_wish(b, sim_one_in(2));
        gs_buf_str(b, "}");
        break;
    case SIM_CAPACITY_SET:
        write_capacity(b, op);
        break;
    case SIM_TOKEN_CREATE:
        gs_buf_printf(b, "{\"name\":\"t%d\",\"role\":\"gate\"}", (int)sim_roll(6));
        break;
    case SIM_CLOCK:
        write_clock(b);
        break;
    case SIM_BATCH:
        sim_batch_make(op, b);
        break;
    case SIM_CHECK:
        write_check(b);
        break;
    default:
        if (op->kind < SIM_CAPACITY_SET) {
            write_reason(b, op);
        }
        break;
    }
}
