/* cmocka with what it needs before it, and the shape of every test's main. */
#ifndef GATESLOT_TESTS_CORE_CM_H
#define GATESLOT_TESTS_CORE_CM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
