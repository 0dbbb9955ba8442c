/* Reads the requests of a batch from its body: that there are as many as may be, that each has a key of its own, and what of the text is each
 * one's. What a request asks for is not looked at: a fault there spoils one request, a fault here the batch, because without a good key a
 * request could not be sent again. */
#include "batch_items.h"
#include "idem.h"
#include "json_fields.h"
#include <assert.h>
#include <string.h>

/* ---- what each has ---- */

static bool take_key(struct gs_fields *f, size_t i, const struct gs_json_value *key, struct gs_batch_items *items)
{
    char name[GS_POINTER_MAX + 1];
    enum gs_fault_kind kind;
    (void)gs_fault_pointer(name, "bookings/%zu/idempotency_key", i);
    if (key == NULL || (key->kind == GS_JSON_STRING && key->len == 0)) {
        gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
        return false;
    }
    struct gs_piece_of_text text = gs_value_text(f, key, name, GS_BATCH_BODY_MAX);
    if (text.text == NULL) {
        return false;
    }
    const char *expected = gs_idem_key_fault(text.text, &kind);
    if (expected != NULL) {
        gs_fields_fault(f, kind, name, NULL, expected);
        return false;
    }
    items->at[i].key = text.text;
    for (size_t k = 0; k < i; k++) {
        if (items->at[k].key != NULL && strcmp(items->at[k].key, text.text) == 0) {
            gs_fields_fault(f, GS_FAULT_REPEATED, name, text.text, NULL);
            return false;
        }
    }
    return true;
}

static bool take_item(struct gs_fields *f, size_t i, const struct gs_json_value *value, struct gs_arena *arena,
                      struct gs_batch_items *items)
{
    struct gs_fields item;
    char base[GS_POINTER_MAX + 1];
    gs_fields_open(&item, value, gs_fault_pointer(base, "/bookings/%zu", i), NULL, f->faults);
    if (item.object == NULL) {
        return false;
    }
    const struct gs_json_value *key = gs_json_member(value, "idempotency_key");
    if (!take_key(f, i, key, items)) {
        return false;
    }
    items->at[i].request = gs_json_without(value, key, arena);
    return items->at[i].request != NULL;
}

/* ---- the text of each ---- */

/* Behind the value that begins at at: within valid JSON without blanks. */
static const char *behind_value(const char *at)
{
    int depth = 0;
    do {
        if (*at == '"') {
            for (at++; *at != '"'; at++) {
                at += *at == '\\' ? 1 : 0;
            }
        }
        depth += *at == '{' || *at == '[' ? 1 : *at == '}' || *at == ']' ? -1 : 0;
        at++;
    } while (depth > 0 || (*at != ',' && *at != '}' && *at != ']'));
    return at;
}

/* The members of an object, as they stand in the text, but for the one of the tree that is left out. */
static const char *copy_without(const char *at, const struct gs_json_value *object,
                                const struct gs_json_value *left_out, struct gs_buf *out)
{
    gs_buf_clear(out);
    gs_buf_char(out, '{');
    for (const struct gs_json_value *m = object->first; m != NULL; m = m->next) {
        const char *member = at + 1; /* behind the brace, or the comma */
        at = behind_value(member);   /* its name; the colon belongs to neither, so this goes on to the value's end */
        if (m != left_out) {
            if (out->len > 1) {
                gs_buf_char(out, ',');
            }
            gs_buf_add(out, member, (size_t)(at - member));
        }
    }
    gs_buf_char(out, '}');
    return at + 1;
}

static void take_fingerprints(const struct gs_call *c, const struct gs_json_value *list, struct gs_batch_items *items)
{
    struct gs_buf whole, one;
    gs_buf_init(&whole, GS_BATCH_BODY_MAX + 1);
    gs_buf_init(&one, GS_BATCH_BODY_MAX + 1);
    gs_idem_compact(c->x->request.body, c->x->request.body_len, &whole);
    const char *at =
        whole.data != NULL ? strchr(whole.data, '[') : NULL; /* the only member's: names of others are faults */
    for (size_t i = 0; i < items->count && at != NULL; i++) {
        const struct gs_json_value *value = gs_json_item(list, i);
        at = copy_without(at + 1, value, gs_json_member(value, "idempotency_key"), &one);
        gs_idem_fingerprint_booking(c->caller, &one, items->at[i].fingerprint);
    }
    gs_buf_finish(&one);
    gs_buf_finish(&whole);
}

struct gs_batch_items *gs_batch_items_read(struct gs_call *c)
{
    static const char *const names[] = {"bookings", NULL};
    struct gs_faults *faults = &c->api->faults;
    struct gs_fields f;
    gs_fields_open(&f, c->body, "", names, faults);
    const struct gs_json_value *list = gs_fields_array(&f, "bookings", GS_REQUIRED, GS_BATCH_MAX);
    gs_fields_close(&f);
    struct gs_batch_items *items = gs_arena_alloc(&c->api->json, sizeof *items);
    if (list == NULL || items == NULL) {
        return NULL;
    }
    memset(items, 0, sizeof *items);
    bool good = true;
    for (const struct gs_json_value *v = list->first; v != NULL; v = v->next) {
        good = take_item(&f, items->count++, v, &c->api->json, items) && good;
    }
    if (!good || faults->count > 0) {
        return NULL;
    }
    take_fingerprints(c, list, items);
    return items;
}
