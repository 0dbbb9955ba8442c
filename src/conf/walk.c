/* Tree → typed config, by the table of options alone: it knows types, defaults, unknown keys and arrays, but no option by
 * name. What must hold between values is check.c's. */
#include "walk.h"

#include "options.h"
#include "scalar.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option_walk {
    struct gs_arena *arena;
    struct gs_config_problems *problems;
    int err;
};

static void read_option(struct option_walk *w, const struct gs_option *o, struct gs_node *node,
                        const struct gs_node *parent, unsigned char *base);

static bool has_kind(struct option_walk *w, const struct gs_option *o, struct gs_node *node)
{
    static const char *const found[] = {[GS_NODE_LIST] = "a list", [GS_NODE_MAP] = "a mapping"};
    bool is_list = o->type == GS_OPTION_LIST, is_map = o->type == GS_OPTION_MAP;
    enum gs_node_kind wanted = is_list ? GS_NODE_LIST : (is_map ? GS_NODE_MAP : GS_NODE_SCALAR);
    char expected[96], shown[GS_SHOWN_MAX];
    if (node->kind == wanted || node->kind == GS_NODE_REFUSED) {
        return node->kind == wanted;
    }
    gs_option_expected(o, expected, sizeof expected);
    if (node->kind != GS_NODE_SCALAR) {
        gs_tree_problem(w->problems, node, "found %s, expected %s", found[node->kind], expected);
    } else if (gs_scalar_is_null(node->text, node->plain)) {
        gs_tree_problem(w->problems, node, "has no value, expected %s", expected);
    } else {
        gs_tree_problem(w->problems, node, "found the text \"%s\", expected %s",
                        gs_problem_shown(shown, sizeof shown, node->text), expected);
    }
    return false;
}

/* Where else an option of that name is, for a key that was put into the wrong section. */
static const char *known_elsewhere(const char *name)
{
    for (size_t i = 0; i < gs_option_count; i++) {
        const char *key = gs_options[i].key;
        if (strpbrk(key, "*[") == NULL && strcmp(gs_option_name(&gs_options[i]), name) == 0) {
            return key;
        }
    }
    return NULL;
}

static void unknown_key(struct option_walk *w, const char *pattern, struct gs_node *node)
{
    const char *best = NULL;
    char message[320], expected[288] = "";
    for (const struct gs_option *o = gs_option_below(pattern, NULL); o != NULL; o = gs_option_below(pattern, o)) {
        gs_problem_suggest(node->key, gs_option_name(o), &best);
        size_t used = strlen(expected);
        (void)snprintf(expected + used, sizeof expected - used, "%s%s", used == 0 ? "" : ", ", gs_option_name(o));
    }
    best = best == NULL ? known_elsewhere(node->key) : best;
    if (best != NULL) {
        (void)snprintf(message, sizeof message, "unknown key, did you mean %s?", best);
    } else {
        (void)snprintf(message, sizeof message, "unknown key, expected one of %s", expected);
    }
    gs_tree_problem_key(w->problems, node, message);
}

/* A mapping of named options: a section, or one entry. node NULL: all defaults. */
static void read_section(struct option_walk *w, const char *pattern, const struct gs_node *node, unsigned char *base)
{
    for (const struct gs_option *o = gs_option_below(pattern, NULL); o != NULL; o = gs_option_below(pattern, o)) {
        read_option(w, o, gs_tree_get(node, gs_option_name(o)), node, base);
    }
    for (struct gs_node *child = node == NULL ? NULL : node->first; child != NULL; child = child->next) {
        const struct gs_option *o = gs_option_below(pattern, NULL);
        while (o != NULL && strcmp(gs_option_name(o), child->key) != 0) {
            o = gs_option_below(pattern, o);
        }
        if (o == NULL) {
            unknown_key(w, pattern, child);
        }
    }
}

static bool read_scalar(struct option_walk *w, const struct gs_option *o, struct gs_node *node, unsigned char *field)
{
    char message[GS_SCALAR_MESSAGE];
    if (!has_kind(w, o, node)) {
        return false;
    }
    if (!gs_scalar_take(o, node->text, node->plain, field, message)) {
        gs_tree_problem(w->problems, node, "%s", message);
        return false;
    }
    return true;
}

/* As the option takes names. */
static void read_own_name(struct option_walk *w, const struct gs_option *o, struct gs_node *node, unsigned char *base)
{
    char reason[GS_OPTION_REASON];
    if (!o->take_name(node->key, base + o->name_offset, o->name_size, reason)) {
        gs_tree_problem_key(w->problems, node, reason);
    }
}

/* [a-z][a-z0-9_]* */
static void read_name(struct option_walk *w, const struct gs_option *o, struct gs_node *node, unsigned char *field)
{
    static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    char message[128];
    size_t len = strlen(node->key);
    if (len <= (size_t)o->max && node->key[0] >= 'a' && node->key[0] <= 'z' && strspn(node->key, rest) == len) {
        assert(len < o->size);
        memcpy(field, node->key, len + 1);
        return;
    }
    (void)snprintf(message, sizeof message, "not a name, expected [a-z][a-z0-9_]* of at most %d characters",
                   (int)o->max);
    gs_tree_problem_key(w->problems, node, message);
}

static void read_entry(struct option_walk *w, const struct gs_option *entry, struct gs_node *node, unsigned char *base)
{
    if (entry->take_name != NULL) {
        read_own_name(w, entry, node, base);
    } else if (strcmp(gs_option_name(entry), "*") == 0) {
        read_name(w, entry, node, base + entry->offset);
    }
    if (entry->type != GS_OPTION_MAP) {
        (void)read_scalar(w, entry, node, base + entry->offset);
    } else if (has_kind(w, entry, node)) {
        read_section(w, entry->key, node, base);
    } else {
        read_section(w, entry->key, NULL, base);
    }
}

/* The array of o with room for count entries; NULL without memory. */
static unsigned char *entries_of(const struct gs_option *o, unsigned char *base, size_t count)
{
    if (!o->on_heap) {
        return base + o->offset;
    }
    void *array = calloc(count == 0 ? 1 : count, o->entry_size);
    if (array != NULL) {
        memcpy(base + o->offset, &array, sizeof array);
    }
    return array;
}

static void read_entries(struct option_walk *w, const struct gs_option *o, struct gs_node *node, unsigned char *base)
{
    const struct gs_option *entry = gs_option_entries(o);
    size_t count = node->count;
    if ((int64_t)count < o->min || (int64_t)count > o->max) {
        gs_tree_problem(w->problems, node, "found %zu entries, expected %d to %d", count, (int)o->min, (int)o->max);
        count = count > (size_t)o->max ? (size_t)o->max : count;
    }
    unsigned char *array = entries_of(o, base, count);
    if (array == NULL) {
        w->err = GS_E_NOMEM;
        return;
    }
    int32_t stored = (int32_t)count;
    memcpy(base + o->count_offset, &stored, sizeof stored);
    struct gs_node *child = node->first;
    for (size_t i = 0; i < count && w->err == GS_OK; i++, child = child->next) {
        read_entry(w, entry, child, array + i * o->entry_size);
    }
}

/* A number where a list of them may stand: a list of that one, 0 an empty one. False: it is none. */
static bool read_lone(struct option_walk *w, const struct gs_option *o, struct gs_node *node, unsigned char *base)
{
    struct gs_option number = *gs_option_entries(o);
    int32_t value;
    number.min = 0;
    if (!read_scalar(w, &number, node, (unsigned char *)&value)) {
        return false;
    }
    const int32_t count = value > 0 ? 1 : 0;
    memcpy(base + o->count_offset, &count, sizeof count);
    memcpy(base + o->offset, &value, sizeof value);
    return true;
}

/* The default goes the same way as what a file says. */
static void read_default(struct option_walk *w, const struct gs_option *o, unsigned char *base)
{
    char message[GS_SCALAR_MESSAGE];
    if (o->fallback == NULL || o->fallback[0] == '\0') {
        gs_scalar_clear(o, base + o->offset);
    } else if (o->entry_size == 0) {
        bool taken = gs_scalar_take(o, o->fallback, o->type != GS_OPTION_TEXT, base + o->offset, message);
        assert(taken);
    } else {
        struct gs_node *root = NULL;
        bool refused = false;
        w->err = gs_tree_read(w->arena, o->fallback, strlen(o->fallback), w->problems, &root, &refused);
        if (w->err == GS_OK) {
            assert(!refused && root != NULL);
            read_entries(w, o, root, base);
        }
    }
}

static void read_option(struct option_walk *w, const struct gs_option *o, struct gs_node *node,
                        const struct gs_node *parent, unsigned char *base)
{
    if (w->err != GS_OK) {
        return;
    }
    bool section = o->type == GS_OPTION_MAP && o->entry_size == 0;
    if (section) {
        read_section(w, o->key, node != NULL && has_kind(w, o, node) ? node : NULL, base);
    } else if (node == NULL) {
        read_default(w, o, base);
        if (o->fallback == NULL && parent != NULL) {
            char expected[96], message[128];
            gs_option_expected(o, expected, sizeof expected);
            (void)snprintf(message, sizeof message, "missing, expected %s", expected);
            gs_tree_problem_below(w->problems, parent, gs_option_name(o), message);
        }
    } else if (o->lone && node->kind == GS_NODE_SCALAR) {
        if (!read_lone(w, o, node, base)) {
            read_default(w, o, base);
        }
    } else if (o->entry_size > 0 && has_kind(w, o, node)) {
        read_entries(w, o, node, base);
    } else if (o->entry_size > 0 || !read_scalar(w, o, node, base + o->offset)) {
        read_default(w, o, base);
    }
}

int gs_walk(struct gs_arena *arena, struct gs_node *root, struct gs_config *config, struct gs_config_problems *problems)
{
    static const struct gs_option top = {.key = "", .type = GS_OPTION_MAP};
    struct option_walk w = {.arena = arena, .problems = problems};
    bool empty = root == NULL || (root->kind == GS_NODE_SCALAR && root->plain && root->text[0] == '\0');
    bool readable = !empty && has_kind(&w, &top, root);
    read_section(&w, "", readable ? root : NULL, (unsigned char *)config);
    return w.err;
}
