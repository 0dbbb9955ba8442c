/* YAML text → tree, by libyaml's events; the only file that knows libyaml. It refuses what a config has no use for and what
 * could blow up or mislead: anchors, aliases, tags, merge keys, duplicate keys, second documents, depth, size, NUL. What does not
 * hinder reading on is reported and read on from, so that all problems of a file come at once. It knows no option. */
#include "tree.h"

#include "gateslot/base/text.h"
#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct yaml_reader {
    yaml_parser_t parser;
    const char *text; /* borrowed */
    size_t len;
    struct gs_arena *arena;
    struct gs_config_problems *problems;
    size_t nodes;
    bool stopped; /* a problem after which the rest cannot be read */
    int err;
};

static void stop(struct yaml_reader *r, int line, int column, const char *key, const char *message)
{
    gs_problem_put(r->problems, line, column, key, message);
    r->stopped = true;
}

static void stop_at(struct yaml_reader *r, const yaml_mark_t *mark, const char *message)
{
    stop(r, (int)mark->line + 1, (int)mark->column + 1, GS_PROBLEM_YAML, message);
}

/* Line and column, from 1, of a byte of the text. */
static void place_of(const char *text, size_t len, size_t offset, int *out_line, int *out_column)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < offset && i < len; i++) {
        bool line_end = text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'));
        if (line_end) {
            line++;
            column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            column++;
        }
    }
    *out_line = line;
    *out_column = column;
}

static void stop_at_offset(struct yaml_reader *r, size_t offset, const char *message)
{
    int line, column;
    place_of(r->text, r->len, offset, &line, &column);
    stop(r, line, column, GS_PROBLEM_YAML, message);
}

static void syntax_problem(struct yaml_reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem == NULL ? "not YAML" : p->problem;
    char message[256];
    if (p->error == YAML_MEMORY_ERROR) {
        r->err = GS_E_NOMEM;
        r->stopped = true;
    } else if (p->error == YAML_READER_ERROR) {
        (void)snprintf(message, sizeof message, "%s (0x%x)", problem, (unsigned)p->problem_value);
        stop_at_offset(r, p->problem_offset, message);
    } else if (p->context != NULL && p->context_mark.line < p->problem_mark.line) {
        (void)snprintf(message, sizeof message, "%s, %s from line %zu", problem, p->context, p->context_mark.line + 1);
        stop_at(r, &p->problem_mark, message);
    } else {
        (void)snprintf(message, sizeof message, "%s%s%s", problem, p->context == NULL ? "" : ", ",
                       p->context == NULL ? "" : p->context);
        stop_at(r, &p->problem_mark, message);
    }
}

static bool next_event(struct yaml_reader *r, yaml_event_t *event)
{
    if (r->stopped) {
        return false;
    }
    if (!yaml_parser_parse(&r->parser, event)) {
        syntax_problem(r);
        return false;
    }
    return true;
}

static void *take_memory(struct yaml_reader *r, size_t size)
{
    void *memory = gs_arena_alloc(r->arena, size);
    if (memory == NULL) {
        r->err = GS_E_NOMEM;
        r->stopped = true;
    }
    return memory;
}

static const char *copy_text(struct yaml_reader *r, const char *text, size_t len)
{
    char *copy = take_memory(r, len + 1);
    if (copy != NULL && len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

/* A key's scalar: where it stands and what it says. The value of a refused key is read, but gets no place in the tree. */
struct key {
    const char *text;
    yaml_mark_t mark;
    bool refused;
};

static struct gs_node *new_node(struct yaml_reader *r, struct gs_node *parent, const struct key *key,
                                const yaml_mark_t *mark)
{
    if (++r->nodes > GS_TREE_NODES_MAX) {
        stop_at(r, mark, "too many values, at most 65536 are read");
        return NULL;
    }
    struct gs_node *node = take_memory(r, sizeof *node);
    if (node == NULL) {
        return NULL;
    }
    node->line = (int)mark->line + 1;
    node->column = (int)mark->column + 1;
    node->text = "";
    if (key != NULL) {
        node->key = key->text;
        node->key_line = (int)key->mark.line + 1;
        node->key_column = (int)key->mark.column + 1;
    }
    node->parent = parent;
    if (parent != NULL && (key == NULL || !key->refused)) {
        gs_tree_append(parent, node);
    }
    return node;
}

static void refuse(struct yaml_reader *r, struct gs_node *node, const char *what, const yaml_char_t *found)
{
    char path[128], message[192], shown[GS_SHOWN_MAX];
    gs_tree_path(node, path, sizeof path);
    (void)snprintf(message, sizeof message, "%s%s", what, gs_problem_shown(shown, sizeof shown, (const char *)found));
    gs_problem_put(r->problems, node->line, node->column, path[0] == '\0' ? GS_PROBLEM_YAML : path, message);
    node->bad = true;
}

static void refuse_extras(struct yaml_reader *r, struct gs_node *node, const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    if (anchor != NULL) {
        refuse(r, node, "anchors are refused, found &", anchor);
    }
    if (tag != NULL) {
        refuse(r, node, "tags are refused, found ", tag);
    }
}

static void fill_scalar(struct yaml_reader *r, struct gs_node *node, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    if (memchr(text, '\0', len) != NULL) {
        node->kind = GS_NODE_REFUSED;
        gs_tree_problem(r->problems, node, "NUL characters are refused");
        return;
    }
    node->kind = GS_NODE_SCALAR;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = copy_text(r, text, len);
}

static struct gs_node *read_value(struct yaml_reader *r, const yaml_event_t *event, struct gs_node *parent,
                                  const struct key *key, int depth);

static void read_list(struct yaml_reader *r, struct gs_node *list, int depth)
{
    yaml_event_t event;
    while (next_event(r, &event)) {
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        if (!end) {
            (void)read_value(r, &event, list, NULL, depth);
        }
        yaml_event_delete(&event);
        if (end) {
            return;
        }
    }
}

static void check_key(struct yaml_reader *r, const struct gs_node *map, const yaml_event_t *event, struct key *key)
{
    char path[128], message[256] = "";
    const struct gs_node *twin = gs_tree_get(map, key->text);
    if (event->data.scalar.anchor != NULL) {
        (void)gs_text_copy(message, sizeof message, "anchors are refused");
    } else if (event->data.scalar.tag != NULL) {
        (void)gs_text_copy(message, sizeof message, "tags are refused");
    } else if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(key->text, "<<") == 0) {
        (void)gs_text_copy(message, sizeof message, "merge keys are refused");
    } else if (twin != NULL) {
        (void)snprintf(message, sizeof message, "given twice, first in line %d", twin->key_line);
    }
    key->refused = message[0] != '\0';
    if (key->refused) {
        gs_tree_path_below(map, key->text, path, sizeof path);
        gs_problem_put(r->problems, (int)key->mark.line + 1, (int)key->mark.column + 1, path, message);
    }
}

/* The key of the next entry; false at the mapping's end and when reading stopped. */
static bool read_key(struct yaml_reader *r, const struct gs_node *map, struct key *out)
{
    yaml_event_t event;
    if (!next_event(r, &event)) {
        return false;
    }
    bool found = false;
    if (event.type == YAML_SCALAR_EVENT) {
        const char *text = (const char *)event.data.scalar.value;
        size_t len = event.data.scalar.length;
        out->mark = event.start_mark;
        if (memchr(text, '\0', len) != NULL) {
            stop_at(r, &event.start_mark, "NUL characters are refused");
        } else {
            out->text = copy_text(r, text, len);
            found = out->text != NULL;
        }
        if (found) {
            check_key(r, map, &event, out);
        }
    } else if (event.type == YAML_ALIAS_EVENT) {
        stop_at(r, &event.start_mark, "aliases are refused");
    } else if (event.type != YAML_MAPPING_END_EVENT) {
        stop_at(r, &event.start_mark, "found a list or mapping as a key, expected a text");
    }
    yaml_event_delete(&event);
    return found;
}

static void read_map(struct yaml_reader *r, struct gs_node *map, int depth)
{
    struct key key;
    while (read_key(r, map, &key)) {
        if (map->count == GS_TREE_KEYS_MAX) {
            stop_at(r, &key.mark, "too many keys, at most 256 are read in one mapping");
            return;
        }
        yaml_event_t event;
        if (!next_event(r, &event)) {
            return;
        }
        (void)read_value(r, &event, map, &key, depth);
        yaml_event_delete(&event);
    }
}

/* Reads what event begins. The event stays the caller's. */
static struct gs_node *read_value(struct yaml_reader *r, const yaml_event_t *event, struct gs_node *parent,
                                  const struct key *key, int depth)
{
    struct gs_node *node = new_node(r, parent, key, &event->start_mark);
    if (node == NULL) {
        return NULL;
    }
    bool nests = event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT;
    if (nests && depth == GS_CONFIG_DEPTH_MAX) {
        stop_at(r, &event->start_mark, "nested too deep, at most 16 levels are read");
    } else if (event->type == YAML_SCALAR_EVENT) {
        fill_scalar(r, node, event);
        refuse_extras(r, node, event->data.scalar.anchor, event->data.scalar.tag);
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        node->kind = GS_NODE_LIST;
        refuse_extras(r, node, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        read_list(r, node, depth + 1);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        node->kind = GS_NODE_MAP;
        refuse_extras(r, node, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        read_map(r, node, depth + 1);
    } else {
        node->kind = GS_NODE_REFUSED;
        refuse(r, node, "aliases are refused, found *", event->data.alias.anchor);
    }
    return node;
}

/* One document, or none; whatever follows it is a problem. */
static struct gs_node *read_stream(struct yaml_reader *r)
{
    struct gs_node *root = NULL;
    bool in_document = false, ended = false;
    int documents = 0;
    yaml_event_t event;
    while (!ended && next_event(r, &event)) {
        if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
            stop_at(r, &event.start_mark, "a second document is refused, expected the end of the file");
        } else if (event.type == YAML_DOCUMENT_START_EVENT) {
            in_document = true;
            if (event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end) {
                stop_at(r, &event.start_mark, "tags are refused, found a %TAG directive");
            }
        } else if (event.type == YAML_DOCUMENT_END_EVENT) {
            in_document = false;
        } else if (in_document) {
            root = read_value(r, &event, NULL, NULL, 0);
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    return root;
}

/* What libyaml would name without its place, or not at all. */
static void check_bytes(struct yaml_reader *r)
{
    if (r->len > GS_CONFIG_FILE_MAX) {
        stop(r, 0, 0, GS_PROBLEM_FILE, "larger than 1 MB (1048576 bytes)");
        return;
    }
    for (size_t at = 0; at < r->len;) {
        size_t start = at;
        int32_t c = gs_utf8_next(r->text, r->len, &at);
        if (c < 0) {
            stop_at_offset(r, start, "not UTF-8");
            return;
        }
        if (c == 0) {
            stop_at_offset(r, start, "NUL characters are refused");
            return;
        }
    }
}

int gs_tree_read(struct gs_arena *arena, const char *text, size_t len, struct gs_config_problems *problems,
                 struct gs_node **out_root, bool *out_refused)
{
    const size_t mark =
        len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* of UTF-8, as some editors begin a file */
    struct yaml_reader r = {.text = text + mark, .len = len - mark, .arena = arena, .problems = problems};
    struct gs_node *root = NULL;
    check_bytes(&r);
    if (!r.stopped) {
        if (!yaml_parser_initialize(&r.parser)) {
            return GS_E_NOMEM;
        }
        yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&r.parser, (const unsigned char *)r.text, r.len);
        root = read_stream(&r);
        yaml_parser_delete(&r.parser);
    }
    if (r.err != GS_OK) {
        return r.err;
    }
    *out_root = r.stopped ? NULL : root;
    *out_refused = r.stopped;
    return GS_OK;
}
