/* Asks the kernel's scheduler for the slice of a thread. With the kernel's own slices, which are alike for all, a thread whose disk has
 * answered waits until the tick that ends the slice of a busy one: four milliseconds, several times in one commit. */
#define _GNU_SOURCE /* syscall */
#include "gateslot/base/thread_slice.h"
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As sched_setattr(2) has it, in its first version; the C library has none, and the kernel's own header contradicts the C library's. */
struct sched_parameters {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns, deadline_ns, period_ns;
};

void gs_thread_slice(int64_t slice_us)
{
    struct sched_parameters p = {.size = sizeof p};
    const long known = syscall(SYS_sched_getattr, 0, &p, (unsigned)sizeof p, 0U);
    if (known == 0 && (p.policy == SCHED_OTHER || p.policy == SCHED_BATCH)) {
        p.runtime_ns = (uint64_t)slice_us * 1000;
        (void)syscall(SYS_sched_setattr, 0, &p, 0U);
    }
}
