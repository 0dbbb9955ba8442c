/* The store's file as the file system sees it, before SQLite touches it. */
#ifndef GATESLOT_STORE_STORE_FILE_H
#define GATESLOT_STORE_STORE_FILE_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gs_file_state {
    GS_FILE_MISSING, /* or of no length: what a crash while it was made leaves, or what was made for us */
    GS_FILE_OURS     /* of the asked kind and no newer schema */
};

/* Absolute, links resolved where it exists; owned by the caller. GS_E_NOTFOUND: its directory is missing. */
int gs_file_resolve(const char *path, char **out, char *message, size_t message_size) GS_MUST_CHECK;
/* Looks without touching: a place that can be written, a header of ours. Never while this process has the file open: closing
 * it again would drop SQLite's locks. */
int gs_file_inspect(const char *path, bool drill, enum gs_file_state *out, char *message,
                    size_t message_size) GS_MUST_CHECK;
/* By the first bytes of an open file: GS_E_FOREIGN, GS_E_NEWER, GS_E_IO, or it is a store of that kind. path is for the sentence. */
int gs_file_judge(int fd, const char *path, bool drill, char *message, size_t message_size) GS_MUST_CHECK;
/* Any program's of SQLite. */
bool gs_file_is_database(const char *path);
/* How long the database says that it is, its log aside. */
int gs_file_claimed_bytes(int fd, int64_t *out) GS_MUST_CHECK;
/* Locks FILE.lock for this instance; GS_E_BUSY: another has it. GS_E_NOTFOUND: there is none and make is false. */
int gs_file_lock(const char *path, bool make, int *out_fd, char *message, size_t message_size) GS_MUST_CHECK;
/* What happened to the names in path's directory is on disk on return. */
int gs_file_sync_directory(const char *path) GS_MUST_CHECK;
/* What is in path, and who may read it (0640), is on disk on return. */
int gs_file_sync(const char *path) GS_MUST_CHECK;
/* Removes what a crash left of an earlier making at path, with its logs; what may be somebody else's stays, and false is returned. */
bool gs_file_clear(const char *path);
/* Whether what is at path may be removed as what a crash left of a database that was being made: nothing, an empty file, or the
 * beginning of one of ours. */
bool gs_file_is_leftover(const char *path);
/* Whether path is a name that belongs to the store at store_path; both as gs_file_resolve gives them. */
bool gs_file_is_of_store(const char *store_path, const char *path);
/* SQLite makes an empty log when it first looks for one. A program that holds the file may need its own. */
void gs_file_remove_empty_log(const char *path);
/* path with suffix; owned by the caller, NULL without memory. */
char *gs_file_beside(const char *path, const char *suffix);

#endif
