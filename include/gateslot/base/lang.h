/* The two languages in which the site speaks to people. */
#ifndef GATESLOT_BASE_LANG_H
#define GATESLOT_BASE_LANG_H

/* From 0 on they count through the tables of texts. The store keeps these numbers. */
enum gs_lang { GS_LANG_NONE = -1, GS_LANG_ZH, GS_LANG_EN }; /* none: what is said holds no sentence */

#endif
