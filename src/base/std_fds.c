/* Keeps descriptors 0 to 2 from ever being anything else: where one is closed at start, the next file opened would take its
 * number, and a log line would be written into the store. */
#include "gateslot/base/std_fds.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int gs_std_fds_hold(void)
{
    static const int use[] = {[STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) {
            continue;
        }
        int got = open("/dev/null", use[fd]); /* the lowest free number: those below are taken by now */
        if (got != fd) {
            return GS_E_IO;
        }
    }
    return GS_OK;
}
