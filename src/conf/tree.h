/* A YAML document as a tree with positions. Nodes and texts live in the arena they were read into. */
#ifndef GATESLOT_CONF_TREE_H
#define GATESLOT_CONF_TREE_H

#include "gateslot/base/arena.h"
#include "gateslot/base/limits.h"
#include "problem_list.h"

enum gs_node_kind {
    GS_NODE_SCALAR,
    GS_NODE_LIST,
    GS_NODE_MAP,
    GS_NODE_REFUSED /* stands for what is never read: an alias, a text with NUL */
};

struct gs_node {
    enum gs_node_kind kind;
    int line, column;         /* of the value, from 1 */
    int key_line, key_column; /* of its key in a mapping, else 0 */
    bool bad;                 /* a problem was reported here: nothing more is concluded from its value */
    bool plain;               /* a scalar written without quotes */
    const char *key;          /* in a mapping, else NULL */
    const char *text;         /* of a scalar, NUL-terminated, without NUL inside */
    size_t index;             /* among its siblings */
    size_t count;             /* of its children */
    struct gs_node *parent, *first, *last, *next;
};

/* YAML text → tree (yaml.c). *out_root is NULL where nothing is in the file. *out_refused: reading stopped at a problem, and there
 * is no tree. Other problems leave one in which refused keys are missing and refused values bad. Fails with GS_E_NOMEM only. */
int gs_tree_read(struct gs_arena *arena, const char *text, size_t len, struct gs_config_problems *problems,
                 struct gs_node **out_root, bool *out_refused) GS_MUST_CHECK;

void gs_tree_append(struct gs_node *parent, struct gs_node *child);
struct gs_node *gs_tree_get(const struct gs_node *map, const char *key); /* NULL: no such key, or not a mapping */
struct gs_node *gs_tree_at(const struct gs_node *parent, size_t index);  /* NULL: beyond the last */
/* "calendar[1].windows.morning"; "" for the root. Cut if it does not fit. */
void gs_tree_path(const struct gs_node *node, char *out, size_t size);

void gs_tree_path_below(const struct gs_node *map, const char *key, char *out,
                        size_t size); /* of a key it may not have */

/* A problem with a node: where a scalar stands; where a list or mapping is named. Marks the node bad. */
void gs_tree_problem(struct gs_config_problems *problems, struct gs_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A problem with what the mapping should have under key. Does not mark it. */
void gs_tree_problem_below(struct gs_config_problems *problems, const struct gs_node *map, const char *key,
                           const char *message);
/* A problem with the node's key itself. Marks the node bad. */
void gs_tree_problem_key(struct gs_config_problems *problems, struct gs_node *node, const char *message);

#endif
