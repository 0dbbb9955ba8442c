/* Prints the table of routes as it is linked into the daemon, a line each: method, path, roles, flags. The build compares it with what
 * is promised (may.py), so that a route which nobody has said who may call does not come into being. */
#include "call.h"
#include <stdio.h>

int main(void)
{
    for (size_t i = 0; i < gs_route_count; i++) {
        const struct gs_route *r = &gs_route_table[i];
        printf("%s %s ", gs_method_name(r->method), r->path);
        for (int role = 0; role < GS_ROLES; role++) {
            if ((r->roles & (1U << role)) != 0) {
                putchar(gs_role_name((enum gs_role)role)[0]);
            }
        }
        puts((r->flags & GS_ROUTE_PUBLIC) != 0 ? "-" : "");
    }
    return 0;
}
