/* The names a store keeps beside its file, each the file's own name with a suffix. Said once: the store makes them, the
 * config refuses a socket under one of them, a backup is never written over one. */
#ifndef GATESLOT_BASE_STORE_FILES_H
#define GATESLOT_BASE_STORE_FILES_H

#define GS_STORE_LOG "-wal"         /* SQLite's write-ahead log */
#define GS_STORE_INDEX "-shm"       /* its index, where another program opens the file */
#define GS_STORE_JOURNAL "-journal" /* SQLite's other log */
#define GS_STORE_LOCK ".lock"       /* held by the daemon that runs */
#define GS_STORE_RESERVE ".reserve" /* space to be given up on a full disk */
#define GS_STORE_MARK ".mark"       /* the last batch known to be durable */
#define GS_STORE_CLOCK ".clock"     /* what the site's clock showed last */
#define GS_STORE_BACKUP ".backup"   /* which backup is being made */
#define GS_STORE_NEW ".new"         /* the file while it is made */

/* All of them, those of the file while it is made too. */
#define GS_STORE_FILES                                                                                                 \
    {                                                                                                                  \
        GS_STORE_LOG, GS_STORE_INDEX, GS_STORE_JOURNAL, GS_STORE_LOCK, GS_STORE_RESERVE, GS_STORE_MARK,                \
            GS_STORE_CLOCK, GS_STORE_BACKUP, GS_STORE_NEW, GS_STORE_NEW "-wal", GS_STORE_NEW "-journal"                \
    }

#endif
