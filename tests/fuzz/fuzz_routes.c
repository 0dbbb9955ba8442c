/* Fuzzing of the API behind the connections: any sequence of requests by any role is answered, each by one valid answer that blames no
 * fault on the daemon. The input: requests, parted by the byte 30; each "ROLE METHOD TARGET", then on the next line its body. */
#include "../api/world.h"
#include "fuzz.h"

#define REQUESTS_MAX 16
#define TURNS 64

/* What the world of these tests does not play: it asserts what its own tests ask. */
static bool is_played(const char *target)
{
    return strncmp(target, "/v1/backup", 10) != 0 && strncmp(target, "/v1/clock/accept", 16) != 0;
}

static char *next_word(char **at)
{
    char *word = *at;
    *at += strcspn(*at, " ");
    if (**at == ' ') {
        *(*at)++ = '\0';
    }
    return word;
}

static void check_answer(const struct caught *c)
{
    REQUIRE(c->status >= 200 && c->status < 600 && c->status != 500);
    if (c->status >= 400 && c->status != 405) {
        REQUIRE(c->json != NULL && json_is_string(json_object_get(c->json, "code")));
        REQUIRE(json_is_string(json_object_get(c->json, "detail")) ||
                json_is_string(json_object_get(c->json, "title")));
    }
}

static void ask(struct gs_http *w, char *request)
{
    char *body = strchr(request, '\n'), *at = request;
    if (body != NULL) {
        *body++ = '\0';
    }
    const char *role = next_word(&at), *method = next_word(&at);
    if (at[0] != '/' || !is_played(at)) {
        return;
    }
    w->now += 60000;
    world_begin(w, method, at, role, body);
    for (int i = 0; i < TURNS && w->caught.status == 0; i++) {
        world_turn(w);
    }
    if (w->caught.status != 0) {
        check_answer(&w->caught);
    } else { /* it waits for an event: the client leaves */
        REQUIRE(strstr(w->exchange->request.query, "wait=") != NULL);
    }
    world_end(w);
    world_turn(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *state = NULL;
    char *text = text_copy(data, size), *at = text;
    require(world_setup(&state) == 0, "a world");
    srand(1); /* pass codes */
    for (int i = 0; i < REQUESTS_MAX && *at != '\0'; i++) {
        char *request = at;
        at += strcspn(at, "\x1e");
        if (*at != '\0') {
            *at++ = '\0';
        }
        ask(state, request);
    }
    (void)world_teardown(&state);
    free(text);
    return 0;
}
