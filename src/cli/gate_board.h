/* The gate at a glance: who is due, late, held and too long inside. */
#ifndef GATESLOT_CLI_GATE_BOARD_H
#define GATESLOT_CLI_GATE_BOARD_H

#include "cli.h"

/* Lays out the yard alone, or the gate's board of yard and list (of GET /v1/yard and GET /v1/gate/list) in at most height lines (0: no
 * bound), on cli->out; of what finds no room it says how many. */
void gs_yard_print(struct gs_cli *cli, const json_t *yard);
void gs_gate_board_print(struct gs_cli *cli, const json_t *yard, const json_t *list, int height);

#endif
