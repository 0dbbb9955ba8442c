/* One rendered answer kept for those who ask the same again: valid while the book stands at the same version. */
#ifndef GATESLOT_API_PAGE_H
#define GATESLOT_API_PAGE_H

#include "gateslot/base/buf.h"
#include "gateslot/core/book.h"

struct gs_page {
    struct gs_buf body; /* empty: nothing is kept */
    const struct gs_book *book;
    uint64_t version;
    gs_date date;
    char window[GS_WINDOW_ID_MAX + 1]; /* "" = all */
};

void gs_page_init(struct gs_page *p);
void gs_page_finish(struct gs_page *p);
void gs_page_drop(struct gs_page *p);
/* window: an id, or "" for all of the date. */
bool gs_page_holds(const struct gs_page *p, const struct gs_book *book, uint64_t version, gs_date date,
                   const char *window);
/* Keeps a copy of body; one that does not fit is not kept. */
void gs_page_keep(struct gs_page *p, const struct gs_book *book, uint64_t version, gs_date date, const char *window,
                  const struct gs_buf *body);

#endif
