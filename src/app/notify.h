/* What the service manager (systemd) is told, and the sockets it passes. Without one, as when started by hand, nothing is told. */
#ifndef GATESLOT_APP_NOTIFY_H
#define GATESLOT_APP_NOTIFY_H

void gs_notify_ready(void);
void gs_notify_reloading(void);
void gs_notify_status(const char *text); /* one line for who asks how the service is */
void gs_notify_stopping(void);
void gs_notify_alive(void); /* the watchdog's sign of life */
/* Descriptors 3, 4, … passed by socket activation; 0 if none. */
int gs_notify_passed_sockets(void);

#endif
