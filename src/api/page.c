/* Keeps one answer as it was written, for those who ask for the same again. It is never given out for another book, version, date
 * or window; what stands in it is the handler's. */
#include "page.h"
#include "gateslot/base/text.h"
#include <string.h>

enum { PAGE_MAX = 1 << 20 };

void gs_page_init(struct gs_page *p)
{
    *p = (struct gs_page){0};
    gs_buf_init(&p->body, PAGE_MAX);
}

void gs_page_finish(struct gs_page *p)
{
    gs_buf_finish(&p->body);
}

void gs_page_drop(struct gs_page *p)
{
    gs_buf_clear(&p->body);
}

bool gs_page_holds(const struct gs_page *p, const struct gs_book *book, uint64_t version, gs_date date,
                   const char *window)
{
    return p->body.len > 0 && p->book == book && p->version == version && p->date == date &&
           strcmp(p->window, window) == 0;
}

void gs_page_keep(struct gs_page *p, const struct gs_book *book, uint64_t version, gs_date date, const char *window,
                  const struct gs_buf *body)
{
    gs_buf_clear(&p->body);
    gs_buf_add(&p->body, body->data, body->len);
    if (gs_buf_status(&p->body) != GS_OK) {
        gs_buf_clear(&p->body);
        return;
    }
    p->book = book;
    p->version = version;
    p->date = date;
    (void)gs_text_copy(p->window, sizeof p->window, window);
}
