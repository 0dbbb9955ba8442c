/* Fuzzing of the core against its reference model: the input throws the dice of a world, its site first, then command after command, and
 * both must come to the same. The first eight bytes are the seed of the site; the rest are throws, two bytes each. */
#include "../core/model/compare.h"
#include "../core/model/mirror.h"
#include "../core/model/world.h"
#include "fuzz.h"

#define COMMANDS 200

struct play {
    struct world world;
    struct model model;
    struct mirror mirror;
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_command command;
    struct gs_outcome outcome;
};

static void agree(const char *difference)
{
    require(difference == NULL, difference);
}

static void play_command(struct play *p)
{
    char text[DIFFERENCE_MAX];
    const int64_t now = world_clock(&p->world, &p->model);
    world_command(&p->world, &p->model, &p->command);
    gs_batch_clear(&p->batch);
    gs_apply(p->book, &p->command, now, &p->batch, &p->outcome);
    p->model.plans = p->outcome.plans;
    m_advise(&p->model, &p->batch);
    const struct m_outcome want = m_apply(&p->model, &p->command, now);
    agree(p->model.complaint[0] != '\0' ? p->model.complaint : NULL);
    agree(compare_outcome(&p->model, p->book, &p->command, &p->outcome, &want, text));
    agree(compare_bookings(&p->model, p->book, text));
    agree(compare_days(&p->model, p->book, text));
    mirror_commit(&p->mirror, &p->batch);
    agree(p->mirror.complaint[0] != '\0' ? p->mirror.complaint : NULL);
}

/* What the store would give back is the same book. */
static void check_reload(struct play *p)
{
    struct gs_book *loaded = mirror_load(&p->mirror, &p->world.rules, p->model.now);
    require(loaded != NULL, "the store's rows are a book");
    require(gs_book_digest(loaded) == gs_book_digest(p->book), "the book rebuilt from the store is the same");
    gs_book_destroy(loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t seed = 0;
    if (size <= sizeof seed) {
        return 0;
    }
    struct play *p = calloc(1, sizeof *p);
    REQUIRE(p != NULL);
    memcpy(&seed, data, sizeof seed);
    world_make(&p->world, seed);
    p->world.throws = data + sizeof seed;
    p->world.throws_end = data + size;
    gs_batch_init(&p->batch);
    m_init(&p->model, &p->world.rules, p->world.start_ms);
    mirror_init(&p->mirror);
    REQUIRE(gs_book_create(&p->world.rules, &p->book) == GS_OK);
    REQUIRE(gs_book_start(p->book, 0, 0, p->world.start_ms) == GS_OK);
    for (int i = 0; i < COMMANDS && p->world.throws < p->world.throws_end; i++) {
        play_command(p);
    }
    check_reload(p);
    gs_book_destroy(p->book);
    gs_batch_finish(&p->batch);
    world_finish(&p->world);
    free(p);
    return 0;
}
