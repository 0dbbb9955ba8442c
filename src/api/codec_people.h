/* From JSON to what people ask about themselves and each other. What holds a password is wiped by whoever has it. */
#ifndef GATESLOT_API_CODEC_PEOPLE_H
#define GATESLOT_API_CODEC_PEOPLE_H

#include "gateslot/base/lang.h"
#include "gateslot/base/limits.h"
#include "gateslot/core/booking.h"
#include "json_fields.h"

struct gs_login_given {
    char name[GS_NAME_MAX + 1]; /* "": one that no user can have */
    char password[GS_SECRET_MAX + 1];
};
void gs_codec_login(const struct gs_json_value *body, struct gs_login_given *out, struct gs_faults *faults);

struct gs_password_change {
    char old_password[GS_SECRET_MAX + 1], new_password[GS_SECRET_MAX + 1];
};
/* name: whose. */
void gs_codec_password(const struct gs_json_value *body, const char *name, struct gs_password_change *out,
                       struct gs_faults *faults);

/* null: GS_LANG_NONE. */
void gs_codec_own_language(const struct gs_json_value *body, enum gs_lang *out, struct gs_faults *faults);

struct gs_user_given { /* what is not given stays */
    char name[GS_NAME_MAX + 1];
    enum gs_role role;
    enum gs_lang lang;
    bool disabled;
    bool has_role, has_lang, has_disabled, has_password, has_pin;
    char pin[GS_PIN_MAX + 1]; /* "" = none any more */
    char password[GS_SECRET_MAX + 1];
};
void gs_codec_new_user(const struct gs_json_value *body, struct gs_user_given *out, struct gs_faults *faults);
/* out->name says whose. */
void gs_codec_user_change(const struct gs_json_value *body, struct gs_user_given *out, struct gs_faults *faults);

#endif
