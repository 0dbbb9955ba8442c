/* The names a store keeps beside its file, each the file's own name with a suffix. Said once: the store makes them, the
 * config refuses a socket under one of them, a backup is never written over one. */
#ifndef GATESLOT_BASE_STORE_FILES_H
#define GATESLOT_BASE_STORE_FILES_H

#define GS_BESIDE_LOG "-wal"         /* SQLite's write-ahead log */
#define GS_BESIDE_INDEX "-shm"       /* its index, where another program opens the file */
#define GS_BESIDE_JOURNAL "-journal" /* SQLite's other log */
#define GS_BESIDE_LOCK ".lock"       /* held by the daemon that runs */
#define GS_BESIDE_RESERVE ".reserve" /* space to be given up on a full disk */
#define GS_BESIDE_MARK ".mark"       /* the last batch known to be durable */
#define GS_BESIDE_CLOCK ".clock"     /* what the site's clock showed last */
#define GS_BESIDE_BACKUP ".backup"   /* which backup is being made */
#define GS_BESIDE_NEW ".new"         /* the file while it is made */
#define GS_BESIDE_NEW_LOG ".new-wal"
#define GS_BESIDE_NEW_JOURNAL ".new-journal"
#define GS_BESIDE_RESTORE ".restore"   /* which file is taking its place */
#define GS_BESIDE_INCOMING ".incoming" /* the file that is to take its place */
#define GS_BESIDE_INCOMING_LOG ".incoming-wal"
#define GS_BESIDE_MOVED ".moved" /* where it was moved to: no daemon starts on it any more */
#define GS_BESIDE_MOVED_NEW ".moved.new"
#define GS_BESIDE_KEPT ".before-" /* and an instant: what stood there before */

/* All of them, those of the file while it is made too; but not what was kept: that has a name of its own. */
#define GS_BESIDE_FILES                                                                                                \
    {                                                                                                                  \
        GS_BESIDE_LOG, GS_BESIDE_INDEX, GS_BESIDE_JOURNAL, GS_BESIDE_LOCK, GS_BESIDE_RESERVE, GS_BESIDE_MARK,          \
            GS_BESIDE_CLOCK, GS_BESIDE_BACKUP, GS_BESIDE_NEW, GS_BESIDE_NEW_LOG, GS_BESIDE_NEW_JOURNAL,                \
            GS_BESIDE_RESTORE, GS_BESIDE_INCOMING, GS_BESIDE_INCOMING_LOG, GS_BESIDE_MOVED, GS_BESIDE_MOVED_NEW        \
    }

#endif
