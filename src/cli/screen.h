/* A screen that is drawn again and again in place, and given back as it was. */
#ifndef GATESLOT_CLI_SCREEN_H
#define GATESLOT_CLI_SCREEN_H

#include "cli.h"

/* Is out a terminal? Only then may the functions below be called. */
bool gs_screen_possible(const struct gs_cli *cli);
/* Takes the terminal over: another page of it, without a cursor. It is given back by gs_screen_leave, and when the program is ended by
 * a signal; SIGINT stays the caller's (gs_cli.catch_interrupt). */
void gs_screen_enter(struct gs_cli *cli);
void gs_screen_leave(struct gs_cli *cli);
/* Lines of the terminal; 24 if it does not say. */
int gs_screen_height(const struct gs_cli *cli);
/* Shows text, as many lines of it as there are. */
void gs_screen_draw(struct gs_cli *cli, const char *text);

#endif
