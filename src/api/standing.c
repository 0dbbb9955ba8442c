/* Who is taken to stand at a paired device when something is asked for there, and for how long. How he shows it is others' business. */
#include "device_calls.h"
#include "gateslot/base/text.h"

static int64_t person_idle_ms(const struct gs_api *api)
{
    int64_t lasts_ms, person_ms;
    api->service.device_limits(api->service.self, &lasts_ms, &person_ms);
    return person_ms;
}

const struct gs_user *gs_person_user(const struct gs_api *api, const char *name)
{
    const struct gs_user *user = gs_users_named(&api->users, name);
    const bool may = user != NULL && !user->disabled && !user->unconfirmed && user->pin[0] != '\0' &&
                     (user->role == GS_ROLE_GATE || user->role == GS_ROLE_SUPERVISOR);
    return may ? user : NULL;
}

void gs_person_note(struct gs_api *api, struct gs_exchange *x)
{
    const enum gs_method method = x->request.method;
    const int64_t now_ms = api->service.now_ms(api->service.self);
    struct gs_person *person = gs_persons_at(&api->persons, gs_caller(x)->hash, now_ms, person_idle_ms(api));
    if (person == NULL) {
        return;
    }
    if (gs_person_user(api, person->name) == NULL) {
        gs_persons_remove(&api->persons, gs_caller(x)->hash);
        return;
    }
    if (method != GS_GET && method != GS_HEAD) { /* a tablet looks by itself, again and again */
        person->active_ms = now_ms;
    }
    struct gs_actor *actor = &gs_caller(x)->actor;
    (void)gs_text_copy(actor->person, sizeof actor->person, person->name);
}

void gs_person_forget(struct gs_api *api, const char *name)
{
    gs_persons_remove_named(&api->persons, name);
}
