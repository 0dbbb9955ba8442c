/* Which plates a camera or a tired eye takes for one another. It compares; whose plate was meant the gate decides. */
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include <string.h>

static bool confusable(int32_t a, int32_t b)
{
    static const char pairs[][2] = {{'8', 'B'}, {'0', 'D'}, {'0', 'Q'}, {'D', 'Q'}, {'1', '7'}, {'2', 'Z'},
                                    {'5', 'S'}, {'6', 'G'}, {'4', 'A'}, {'M', 'N'}, {'V', 'Y'}, {'C', 'G'},
                                    {'E', 'F'}, {'U', 'V'}, {'K', 'X'}, {'H', 'N'}, {'P', 'R'}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if ((a == pairs[i][0] && b == pairs[i][1]) || (a == pairs[i][1] && b == pairs[i][0])) {
            return true;
        }
    }
    return false;
}

int gs_plate_misread(const char *a, const char *b)
{
    const size_t a_len = strlen(a), b_len = strlen(b);
    size_t a_pos = 0, b_pos = 0;
    int differing = 0, nearness = 0;
    while (a_pos < a_len && b_pos < b_len) {
        int32_t x = gs_utf8_next(a, a_len, &a_pos);
        int32_t y = gs_utf8_next(b, b_len, &b_pos);
        if (x != y) {
            if (++differing > 1) {
                return 0;
            }
            nearness = confusable(x, y) ? 1 : 2;
        }
    }
    return a_pos == a_len && b_pos == b_len ? nearness : 0;
}
