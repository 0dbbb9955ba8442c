/* Where with_cluster.py has its servers. */
#ifndef GATESLOT_TESTS_POSTGRES_ADDRESS_H
#define GATESLOT_TESTS_POSTGRES_ADDRESS_H

#include "../store/cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its address, as a superuser, with a database's name. */
static inline void cluster_url(const char *database, char *out, size_t size)
{
    const char *base = getenv("GATESLOT_POSTGRES");
    if (base == NULL) {
        fail_msg("this runs under with_cluster.py");
        return;
    }
    const size_t path = strcspn(base, "?");
    (void)snprintf(out, size, "%.*s%s%s", (int)path, base, database, base + path);
}

#endif
