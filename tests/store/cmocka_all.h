/* cmocka and the headers that it wants before itself. */
#ifndef TESTS_STORE_CMOCKA_ALL_H
#define TESTS_STORE_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#endif
