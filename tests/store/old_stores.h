/* Stores kept of each version of the tables, as scripts: each must go on with all it holds. */
#ifndef TESTS_STORE_OLD_STORES_H
#define TESTS_STORE_OLD_STORES_H

#include "fixture.h"

enum { OLD_STORES_FIRST = 1, OLD_STORES_LAST = 8 };

/* Puts the one of that version in the place of the closed store of f, with the mark that it has from version 5 on; sql, which may be NULL, is run
 * on it first, behind its back. Asserts. */
void old_store_put(const struct fixture *f, int version, const char *sql);

#endif
