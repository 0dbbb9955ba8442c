/* Fills answers: rows are read, verified and copied into the answer's arena, in lists that grow. */
#include "answer_rows.h"
#include "rows.h"
#include <string.h>

/* A list in an arena that grows by doubling; what it grew out of is freed with the arena. Returns the new element, NULL without memory. */
static void *grow(struct gs_arena *arena, void **list, size_t count, size_t size)
{
    bool is_full = (count & (count - 1)) == 0; /* at 0 and at every power of two */
    if (is_full) {
        void *wider = gs_arena_alloc(arena, (count == 0 ? 1 : 2 * count) * size);
        if (wider == NULL) {
            return NULL;
        }
        if (count > 0) {
            memcpy(wider, *list, count * size);
        }
        *list = wider;
    }
    return (char *)*list + count * size;
}

int gs_answer_add_booking(struct gs_answer *a, const struct gs_booking *b)
{
    void *list = a->bookings;
    struct gs_booking *room = grow(&a->arena, &list, a->booking_count, sizeof *room);
    if (room == NULL) {
        return GS_E_NOMEM;
    }
    *room = *b;
    a->bookings = list;
    a->booking_count++;
    return GS_OK;
}

int gs_answer_add_event(struct gs_answer *a, int64_t seq, const char *body, size_t len)
{
    void *list = a->events;
    struct gs_event_text *room = grow(&a->arena, &list, a->event_count, sizeof *room);
    char *copy = gs_arena_alloc(&a->arena, len + 1);
    if (room == NULL || copy == NULL) {
        return GS_E_NOMEM;
    }
    memcpy(copy, body, len);
    *room = (struct gs_event_text){.seq = seq, .len = len, .json = copy};
    a->events = list;
    a->event_count++;
    return GS_OK;
}

int gs_answer_add_capacity(struct gs_answer *a, const struct gs_capacity *c)
{
    void *list = a->capacities;
    struct gs_capacity *room = grow(&a->arena, &list, a->capacity_count, sizeof *room);
    if (room == NULL) {
        return GS_E_NOMEM;
    }
    *room = *c;
    a->capacities = list;
    a->capacity_count++;
    return GS_OK;
}

int gs_answer_add_row(struct gs_answer *a, int64_t no, const void *bytes, size_t len)
{
    void *list = a->rows;
    struct gs_journal_row *room = grow(&a->arena, &list, a->row_count, sizeof *room);
    void *copy = gs_arena_alloc(&a->arena, len + 1);
    if (room == NULL || copy == NULL) {
        return GS_E_NOMEM;
    }
    memcpy(copy, bytes, len);
    *room = (struct gs_journal_row){.no = no, .len = len, .bytes = copy};
    a->rows = list;
    a->row_count++;
    return GS_OK;
}

int gs_answer_damaged(struct gs_store *store, const char *what, int64_t number, bool is_live)
{
    store->damaged = store->damaged || is_live;
    gs_store_note(store, "%s: %s %lld is damaged, or was changed by another program", store->path, what,
                  (long long)number);
    return GS_E_CORRUPT;
}

int gs_answer_read_booking(struct gs_store *store, struct gs_statement *stmt, struct gs_booking *out)
{
    int err = gs_row_read_booking(stmt, out);
    bool is_live = (int32_t)gs_db_column_int(stmt, gs_db_column_count(stmt) - 1) == 0;
    return err == GS_OK ? err : gs_answer_damaged(store, "booking", gs_db_column_int(stmt, 0), is_live);
}
