/* From JSON bodies to commands. Each adds all its faults to faults; with a fault the command must not be applied. body: NULL if
 * none was sent. */
#ifndef GATESLOT_API_CODEC_H
#define GATESLOT_API_CODEC_H

#include "gateslot/base/rules.h"
#include "gateslot/core/book.h"
#include "gateslot/core/command.h"
#include "json_fields.h"

void gs_codec_booking(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);
void gs_codec_walk_in(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);
void gs_codec_change(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);
void gs_codec_reschedule(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);
void gs_codec_step(const struct gs_json_value *body, struct gs_command *out,
                   struct gs_faults *faults); /* by out->kind */
void gs_codec_capacity(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);
void gs_codec_capacity_reset(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);
/* The member reason of what a person did: numbers that may be somebody's are masked in it before anybody else sees it. */
void gs_codec_reason(struct gs_fields *f, enum gs_need need, char out[GS_REASON_MAX + 1]);
/* A plan's id as a client sends it back, into the command; a fault at pointer if it is none. */
void gs_codec_plan_id(const char *text, const char *pointer, struct gs_command *out, struct gs_faults *faults);

struct gs_gate_question { /* exactly one is not NULL; texts live in the body */
    const char *plate, *pass_code, *container;
    bool record; /* besides: an event is to be made of it */
};
void gs_codec_gate(const struct gs_json_value *body, struct gs_gate_question *out, struct gs_faults *faults);
/* The name of a new token, user or device, as it was given in "name"; a fault if it is none. */
void gs_codec_new_name(const struct gs_fields *f, struct gs_piece_of_text name, char out[GS_NAME_MAX + 1]);
void gs_codec_token(const struct gs_json_value *body, int64_t now_ms, struct gs_token *out, struct gs_faults *faults);
void gs_codec_clock(const struct gs_json_value *body, int64_t *out_now_ms, struct gs_faults *faults);
/* An absolute path, "" where none is given: then of the site's own backups the keep latest may stay, 0: all. body may be NULL. */
void gs_codec_backup(const struct gs_json_value *body, char *out_path, size_t size, int32_t *out_keep,
                     struct gs_faults *faults);

/* codec_truck.c: what of a truck is asked for. */
struct gs_truck_given {
    bool plate, colour, trailer, containers, driver_name, driver_phone, declaration;
};
/* need: of plate, containers, driver, and what is in it. given tells what was there (null counts for what can be removed). */
void gs_codec_truck(struct gs_fields *f, enum gs_need need, struct gs_truck *out, struct gs_truck_given *given);

#endif
