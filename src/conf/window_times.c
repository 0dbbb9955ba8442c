/* The two times of one window, wherever in the file it stands: its end may lie on the next day, and it may not be empty. */
#include "check.h"

struct gs_node *gs_check_time_node(struct gs_node *window, const char *first, const char *second)
{
    struct gs_node *node = gs_tree_get(window, first);
    node = node == NULL ? gs_tree_get(window, second) : node;
    return node == NULL ? window : node;
}

void gs_check_times(const struct gs_check *check, struct gs_node *window, int32_t start_min, int32_t *end_min)
{
    if (start_min < 0 || *end_min < 0) {
        return;
    }
    if (start_min == *end_min) {
        gs_tree_problem(check->problems, gs_check_time_node(window, "end", "start"),
                        "the same as start, expected a later time; 24:00 is the day's end");
        *end_min = -1;
    } else if (*end_min < start_min) {
        *end_min += GS_DAY_MIN;
    }
}
