/* What may not be twice: a container on two active bookings, a reference on two of one client, a truck on two that may come to one window of a date. When two trucks are the
 * same in that sense (of one plate) is said in duplicates.c alone: whoever gives out places asks the functions below. */
#ifndef GATESLOT_CORE_DUPLICATES_H
#define GATESLOT_CORE_DUPLICATES_H

#include "state/state.h"

/* The active booking (the oldest) that has one of the truck's containers, but for self; 0 = none. */
int64_t gs_duplicates_container(const struct gs_book *book, const struct gs_truck *truck, const struct gs_entry *self);
/* The active booking (the oldest) of that owner with that reference, but for self; 0 = none, or the reference is "". */
int64_t gs_duplicates_reference(const struct gs_book *book, const char *owner, const char *reference,
                                const struct gs_entry *self);
/* The refusal of a booking that would live again because another one has come for its container or its reference meanwhile, and that one;
 * GS_CODE_OK and 0: none has. */
enum gs_code gs_duplicates_meanwhile(const struct gs_book *book, const struct gs_entry *e, int64_t *out_other_id);
/* May these two not come to one window? */
bool gs_duplicates_clash(const struct gs_book *book, const struct gs_truck *a, const struct gs_truck *b);
/* Has a booking's change from one to the other nothing new that could clash? */
bool gs_duplicates_unchanged(const struct gs_book *book, const struct gs_truck *before, const struct gs_truck *after);
/* Windows of the day in which another booking that clashes with the truck, but for self, holds a promise; and these with those that one
 * waits for. */
uint32_t gs_duplicates_promised(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                                const struct gs_entry *self);
uint32_t gs_duplicates_claimed(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                               const struct gs_entry *self);
/* The refusal of one of these windows to the truck because another booking has a claim to it, and that booking, the oldest; GS_CODE_OK and
 * 0: there is none. */
enum gs_code gs_duplicates_refusal(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                                   const struct gs_entry *self, uint32_t windows, int64_t *out_other_id);

#endif
