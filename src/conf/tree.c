/* The tree a config file is read into: finding nodes, naming them by their dotted key, and reporting problems at their
 * place. It knows nothing of YAML (yaml.c) and nothing of options (walk.c). */
#include "tree.h"

#include "gateslot/base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATH_MAX_BYTES 512

void gs_tree_append(struct gs_node *parent, struct gs_node *child)
{
    child->parent = parent;
    child->index = parent->count++;
    if (parent->last == NULL) {
        parent->first = child;
    } else {
        parent->last->next = child;
    }
    parent->last = child;
}

struct gs_node *gs_tree_get(const struct gs_node *map, const char *key)
{
    if (map == NULL || map->kind != GS_NODE_MAP) {
        return NULL;
    }
    for (struct gs_node *child = map->first; child != NULL; child = child->next) {
        if (strcmp(child->key, key) == 0) {
            return child;
        }
    }
    return NULL;
}

struct gs_node *gs_tree_at(const struct gs_node *parent, size_t index)
{
    struct gs_node *child = parent == NULL ? NULL : parent->first;
    while (child != NULL && child->index != index) {
        child = child->next;
    }
    return child;
}

void gs_tree_path(const struct gs_node *node, char *out, size_t size)
{
    const struct gs_node *chain[GS_CONFIG_DEPTH_MAX + 2];
    size_t depth = 0;
    for (; node != NULL && node->parent != NULL && depth < GS_CONFIG_DEPTH_MAX + 2; node = node->parent) {
        chain[depth++] = node;
    }
    char path[PATH_MAX_BYTES] = "";
    size_t used = 0;
    while (depth-- > 0 && used < sizeof path) {
        const struct gs_node *part = chain[depth];
        char key[GS_SHOWN_MAX];
        int wrote = part->key == NULL ? snprintf(path + used, sizeof path - used, "[%zu]", part->index)
                                      : snprintf(path + used, sizeof path - used, "%s%s", used == 0 ? "" : ".",
                                                 gs_problem_shown(key, sizeof key, part->key));
        used += (size_t)wrote;
    }
    (void)gs_text_copy(out, size, path);
}

void gs_tree_path_below(const struct gs_node *map, const char *key, char *out, size_t size)
{
    char path[PATH_MAX_BYTES], shown[GS_SHOWN_MAX], full[PATH_MAX_BYTES + GS_SHOWN_MAX];
    gs_tree_path(map, path, sizeof path);
    (void)snprintf(full, sizeof full, "%s%s%s", path, path[0] == '\0' ? "" : ".",
                   gs_problem_shown(shown, sizeof shown, key));
    (void)gs_text_copy(out, size, full);
}

void gs_tree_problem(struct gs_config_problems *problems, struct gs_node *node, const char *format, ...)
{
    char message[1024], path[PATH_MAX_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    bool named = node->key_line > 0 && (node->kind == GS_NODE_LIST || node->kind == GS_NODE_MAP);
    gs_tree_path(node, path, sizeof path);
    gs_problem_put(problems, named ? node->key_line : node->line, named ? node->key_column : node->column, path,
                   message);
    node->bad = true;
}

void gs_tree_problem_below(struct gs_config_problems *problems, const struct gs_node *map, const char *key,
                           const char *message)
{
    char path[PATH_MAX_BYTES];
    gs_tree_path_below(map, key, path, sizeof path);
    bool named = map->key_line > 0;
    gs_problem_put(problems, named ? map->key_line : map->line, named ? map->key_column : map->column, path, message);
}

void gs_tree_problem_key(struct gs_config_problems *problems, struct gs_node *node, const char *message)
{
    char path[PATH_MAX_BYTES];
    gs_tree_path(node, path, sizeof path);
    gs_problem_put(problems, node->key_line, node->key_column, path, message);
    node->bad = true;
}
