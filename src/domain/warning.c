/* The stable names of warnings that do not refuse. */
#include "gateslot/domain/checks.h"
#include <assert.h>

const char *gs_warning_code(enum gs_warning w)
{
    switch (w) {
    case GS_WARN_USCC_CHECK:
        return "uscc_check_character";
    case GS_WARN_PLATE_ENERGY:
        return "plate_new_energy_letter";
    }
    assert(false);
    return "";
}
