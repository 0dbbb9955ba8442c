/* How long a thread wants to run at a time. One that asks for less is let run sooner when it has something to do: before the others of the
 * process that are at work on the same core, and before other programs. Its share of the core stays what it was. */
#ifndef GATESLOT_BASE_THREAD_SLICE_H
#define GATESLOT_BASE_THREAD_SLICE_H

#include <stdint.h>

enum gs_thread_slice {
    GS_SLICE_WRITER_US = 100, /* all that wait for a batch wait for it */
    GS_SLICE_LOOP_US = 500,
    GS_SLICE_LONG_US = 10000 /* of work that nobody stands waiting for */
};

/* For the calling thread, and for those that it makes from now on. Best effort: kernels before Linux 6.12 do not know it, a filter of system
 * calls may refuse it, and a thread that runs in real time keeps what it has. */
void gs_thread_slice(int64_t slice_us);

#endif
