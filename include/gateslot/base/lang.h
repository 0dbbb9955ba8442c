/* The two languages in which the site speaks to people. */
#ifndef GATESLOT_BASE_LANG_H
#define GATESLOT_BASE_LANG_H

enum gs_lang { GS_LANG_ZH, GS_LANG_EN };

#endif
