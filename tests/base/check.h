/* What the test binaries share: cmocka with its own includes, and random numbers. */
#ifndef GATESLOT_TESTS_BASE_CHECK_H
#define GATESLOT_TESTS_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dice.h"

#endif
