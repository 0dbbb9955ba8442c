/* Which backup is being made: noted beside the store, so that the file that a kill leaves behind is removed by whoever comes next. */
#ifndef GATESLOT_STORE_UNFINISHED_H
#define GATESLOT_STORE_UNFINISHED_H

/* fd: of the file that grows at path; -1: it will be made next. */
void gs_unfinished_note(const char *store_path, const char *path, int fd);
void gs_unfinished_clear(const char *store_path); /* it has its name, or is gone */
/* Removes what is noted if it is still that very file, and the note. */
void gs_unfinished_remove(const char *store_path);

#endif
