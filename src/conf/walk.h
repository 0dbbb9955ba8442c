/* Tree → typed config, by the table of options. */
#ifndef GATESLOT_CONF_WALK_H
#define GATESLOT_CONF_WALK_H

#include "tree.h"

/* Fills a zeroed config from the tree (root NULL: all defaults); arena: for the trees of defaults. Unknown keys and ill-typed values
 * are reported; their fields then hold the default, or -1 where there is none. Entry i of an array is child i of its node. Only GS_E_NOMEM
 * fails. What it allocated is config's. */
int gs_walk(struct gs_arena *arena, struct gs_node *root, struct gs_config *config,
            struct gs_config_problems *problems) GS_MUST_CHECK;

#endif
