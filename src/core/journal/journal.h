/* The form of the journal's bytes, for its writer and its reader. What a version has once written is never written
 * otherwise: another form is another version. */
#ifndef GATESLOT_SRC_CORE_JOURNAL_H
#define GATESLOT_SRC_CORE_JOURNAL_H

#include "gateslot/core/journal.h"

#define GS_JOURNAL_VERSION 2 /* the first byte of a row; entries follow to its end */
#define GS_JOURNAL_OLDEST 1  /* the first version that is still read: its commands have no byte of extras */

/* Flags of a start, or of new rules. */
#define GS_JOURNAL_HAS_CONFIG 1U
#define GS_JOURNAL_HAS_DECIDER                                                                                         \
    2U /* the version of the rules by which decisions are made from there on; else it is the first */

/* The first byte of an entry: a command's kind and its giver's role, or one of the tags. A kind from the first tag on is written as many
 * numbers higher as there are tags. */
#define GS_JOURNAL_KIND_MASK 0x1FU
#define GS_JOURNAL_ROLE_AT 5
#define GS_JOURNAL_TAG_DUE 16U
#define GS_JOURNAL_TAG_START 17U
#define GS_JOURNAL_TAG_RULES 18U
#define GS_JOURNAL_TAG_EPOCH 19U
#define GS_JOURNAL_TAGS 4U
/* Further tags differ from these where a command's role would stand. */
#define GS_JOURNAL_TAG_REFUSALS (GS_JOURNAL_TAG_DUE | 1U << GS_JOURNAL_ROLE_AT)
#define GS_JOURNAL_TAG_TOGETHER (GS_JOURNAL_TAG_DUE | 2U << GS_JOURNAL_ROLE_AT)
#define GS_JOURNAL_TAG_STANDS (GS_JOURNAL_TAG_DUE | 3U << GS_JOURNAL_ROLE_AT)
#define GS_JOURNAL_TAG_UNDONE (GS_JOURNAL_TAG_DUE | 4U << GS_JOURNAL_ROLE_AT)

/* The stored numbers; a new one goes to the end. */
_Static_assert(GS_CMD_BOOK == 0 && GS_CMD_WALK_IN == 1 && GS_CMD_CHANGE == 2 && GS_CMD_CANCEL == 3 &&
                   GS_CMD_RESCHEDULE == 4 && GS_CMD_DELAY == 5 && GS_CMD_ARRIVE == 6 && GS_CMD_ENTER == 7 &&
                   GS_CMD_CLEAR == 8 && GS_CMD_DEPART == 9 && GS_CMD_REFUSE == 10 && GS_CMD_REVERT == 11 &&
                   GS_CMD_CAPACITY_SET == 12 && GS_CMD_CAPACITY_RESET == 13 && GS_CMD_NOTE == 14 &&
                   GS_CMD_ADMIT == 15 && GS_CMD_EXCUSE == 16 && GS_CMD_GATE_RECORD == 17 && GS_CMD_REINSTATE == 18,
               "stored numbers of commands");
_Static_assert(GS_CODE_OK == 0 && GS_CODE_FULL == 4 && GS_CODE_PLAN_OUTDATED == 15 && GS_CODE_NAME_TAKEN == 19 &&
                   GS_CODE_SWITCHED_OFF == 20,
               "stored numbers of codes");
_Static_assert(GS_EV_TOKEN_CREATED == 19 && GS_EV_TOKEN_REVOKED == 20 && GS_EV_STORE_RESTORED == 21 &&
                   GS_EV_TOKEN_CONFIRMED == 22 && GS_EV_CLOCK_REFUSED == 23 && GS_EV_CLOCK_ACCEPTED == 24 &&
                   GS_EV_USER_CREATED == 29 && GS_EV_USER_CHANGED == 30 && GS_EV_USER_DISABLED == 31 &&
                   GS_EV_USER_ENABLED == 32 && GS_EV_USER_CONFIRMED == 33 && GS_EV_USER_DELETED == 34 &&
                   GS_EV_SESSION_OPENED == 35 && GS_EV_SESSION_CLOSED == 36 && GS_EV_SESSION_REFUSED == 37 &&
                   GS_EV_SESSION_PAIRED == 38 && GS_EV_SESSION_PERSON == 39 && GS_EV_DEVICE_REVOKED == 40 &&
                   GS_EV_WEBHOOK_CREATED == 43 && GS_EV_WEBHOOK_CHANGED == 44 && GS_EV_WEBHOOK_DISABLED == 45 &&
                   GS_EV_WEBHOOK_ENABLED == 46 && GS_EV_WEBHOOK_DELETED == 47,
               "stored numbers of notes");

/* The extras of a command, in this order behind its reason: what most commands do not have. */
#define GS_JOURNAL_HAS_AT 1U
#define GS_JOURNAL_HAS_EXCEPTIONS 2U
#define GS_JOURNAL_HAS_REFERENCE 4U
#define GS_JOURNAL_HAS_UNTIL 8U
#define GS_JOURNAL_EXTRAS_ALL 15U

/* Flags of a booking. */
#define GS_JOURNAL_FLEXIBLE 1U
#define GS_JOURNAL_WAITLIST 2U
#define GS_JOURNAL_URGENT 4U
#define GS_JOURNAL_COLOUR_AT 3
#define GS_JOURNAL_CONTAINERS_AT 6
/* Of a capacity. */
#define GS_JOURNAL_CLOSED 1U
#define GS_JOURNAL_HAS_CAPACITY 2U
#define GS_JOURNAL_KEEP 4U
#define GS_JOURNAL_DRY_RUN 8U
#define GS_JOURNAL_HAS_PLAN 16U
#define GS_JOURNAL_LONG_REASON 32U /* of more than 255 bytes: its length is an integer of 7 bits a byte */
/* In the length of the actor's name: the command's reason is such a one. */
#define GS_JOURNAL_NAME_LONG 0x80U
/* Of a reschedule. */
#define GS_JOURNAL_HAS_DATE 1U
#define GS_JOURNAL_HAS_WINDOWS 2U
#define GS_JOURNAL_HAS_SLOT 4U

unsigned gs_journal_tag_of(enum gs_command_kind kind); /* without the role */
bool gs_journal_of_clock(enum gs_event_type type);     /* a note of that type has two instants, the others none */
bool gs_journal_of_number(enum gs_event_type type);    /* likewise a number */
bool gs_journal_of_booking(enum gs_command_kind kind); /* it names the booking that it is about */

#endif
