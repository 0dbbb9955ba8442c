/* The store's own calls of the operating system, led to the disk by the linker (--wrap). Names outside DISK_ROOT go on to the real one. */
#ifndef TESTS_FAULT_CALLS_H
#define TESTS_FAULT_CALLS_H

#include "disk.h"

void calls_install(struct disk *d); /* borrowed; for the whole program */

#endif
