/* Every bound that a client, a file, or the memory and disk of the daemon can meet, in one place, layer by layer, with what happens at it. Not
 * here: the sizes of arrays and buffers that hold what is bounded here already (they stand beside their use), and the client program's own
 * bounds, which are src/cli's.
 * Lengths are bytes of UTF-8 without the terminating NUL unless the name says otherwise. */
#ifndef GATESLOT_BASE_LIMITS_H
#define GATESLOT_BASE_LIMITS_H

/* Calendar. Config beyond them: a config problem naming the key. */
#define GS_MAX_WINDOWS 16   /* windows of one day */
#define GS_MAX_SLOTS 192    /* slots of one window */
#define GS_MAX_CALENDAR 512 /* calendar exceptions */
#define GS_CALENDAR_REASON_MAX 255
#define GS_CALENDAR_DAYS_MAX 400 /* days of a calendar entry with from and to */
#define GS_WINDOW_NAME_MAX 63    /* shown to people */
#define GS_MAX_CAPACITY 10000    /* trucks of a window or a slot; above: validation */
#define GS_MAX_HORIZON_DAYS 60   /* days that can be booked ahead */
#define GS_MAX_REMINDERS 8       /* of one slot */
#define GS_MAX_AHEAD_DAYS                                                                                              \
    400                     /* days ahead that a supervisor's capacity can be set for, and dates of one command; 422 */
#define GS_WINDOW_ID_MAX 15 /* [a-z][a-z0-9_]* */
#define GS_MAX_DATE 2932896 /* days since 1970: 9999-12-31, the last that a text can name; beyond: not a date */

/* A text of so many characters has at most so many bytes of UTF-8. */
#define GS_UTF8_BYTES(characters) ((characters)*4)

/* Texts of a booking. Longer: validation, `too_long`, which counts characters as openapi's maxLength does. */
#define GS_PLATE_MAX 15 /* normalised: at most 8 characters, three of them maybe CJK */
#define GS_TURNED_AWAY_MAX                                                                                             \
    5000 /* trucks of a date that are counted as turned away at the gate; further ones are told of, not counted */
#define GS_PLATE_MASKED_MAX (2 * GS_PLATE_MAX) /* a character that is not shown is a dot of two bytes */
#define GS_PLATE_GIVEN_CHARS 47
#define GS_PLATE_GIVEN_MAX GS_UTF8_BYTES(GS_PLATE_GIVEN_CHARS) /* as submitted */
#define GS_CONTAINER_LEN 11
#define GS_MAX_CONTAINERS 2
#define GS_USCC_LEN 18
#define GS_COMPANY_NAME_CHARS 127
#define GS_COMPANY_NAME_MAX GS_UTF8_BYTES(GS_COMPANY_NAME_CHARS)
#define GS_DRIVER_NAME_CHARS 63
#define GS_DRIVER_NAME_MAX GS_UTF8_BYTES(GS_DRIVER_NAME_CHARS)
#define GS_PHONE_MAX 15 /* normalised */
#define GS_DECLARATION_LEN 18
#define GS_PASS_CODE_LEN 8
#define GS_REFERENCE_CHARS 64
#define GS_REFERENCE_MAX GS_UTF8_BYTES(GS_REFERENCE_CHARS)
#define GS_REASON_CHARS 255
#define GS_REASON_MAX GS_UTF8_BYTES(GS_REASON_CHARS)
#define GS_NAME_MAX 31           /* of a token, user or device: [a-z0-9][a-z0-9._-]* */
#define GS_PASSWORD_CHARS_MIN 10 /* of a password: validation */
#define GS_PASSWORD_CHARS_MAX 128
#define GS_SECRET_MAX 511                       /* bytes of a password or PIN; longer: validation */
#define GS_SECRET_HASH_MAX 127                  /* bytes of a password or PIN as crypt(5) writes it */
#define GS_ACTOR_TEXT_MAX (2 * GS_NAME_MAX + 1) /* device/person, as the journal has it */
#define GS_SITE_NAME_MAX 127
#define GS_STORE_NAME_MAX 63    /* of a daemon, to others on its store: [A-Za-z0-9][A-Za-z0-9._-]* */
#define GS_STORE_COPIES_MAX 9   /* of a store that can be promised */
#define GS_GROUP_NAME_MAX 63    /* of the machine's users and groups, as the configuration names them */
#define GS_PEER_GROUPS_MAX 1024 /* of one who comes over a Unix socket; of more only the effective one counts */
#define GS_PAIRING_CODE_LEN 8
#define GS_PAIRING_GIVEN_MAX 32 /* of a code as it was typed */
#define GS_PAIRING_MINUTES 10   /* so long a code can be used */
#define GS_MAX_DEVICES 200      /* paired; 409 */
#define GS_PIN_MIN 4            /* digits */
#define GS_PIN_MAX 8
#define GS_MAX_PAIRINGS 32 /* codes at a time; 409 */
#define GS_MAX_PEERS 64    /* users, and groups, that the configuration gives a role */
#define GS_TIMEZONE_MAX 63
#define GS_MAX_FAULTS 32 /* faults listed in one 422 */
#define GS_MAX_ALTERNATIVES 5
#define GS_MAX_CANDIDATES 5   /* of a gate check */
#define GS_SEARCH_CHARS_MIN 3 /* that count, to look for a truck of any day; fewer: validation */
#define GS_SEARCH_CHARS 64

/* The gate. */
#define GS_REVERT_MS (15 * 60 * 1000)

/* HTTP. The status in the note; the connection is closed where framing is in doubt. */
#define GS_HEAD_MAX 8192             /* 431 */
#define GS_HEADERS_MAX 64            /* 431 */
#define GS_METHOD_MAX 32             /* 501 */
#define GS_TARGET_MAX 2048           /* 414 */
#define GS_PATH_PART_MAX 63          /* of an id or name in a path; 404 */
#define GS_BODY_MAX 65536            /* 413 */
#define GS_BATCH_BODY_MAX 262144     /* likewise, of POST /v1/bookings/batch: the one path for large bodies */
#define GS_BATCH_MAX 100             /* bookings of it; 422 */
#define GS_CHUNK_LINE_MAX 256        /* size and extensions of a chunk; 400 */
#define GS_CHUNK_FRAMING_MAX 65536   /* all that is not data in a chunked body; 413 */
#define GS_JSON_DEPTH_MAX 16         /* 400 invalid_json */
#define GS_JSON_MEMBERS_MAX 64       /* of one object; 400 invalid_json */
#define GS_HEAD_DEADLINE_MS 10000    /* 408 */
#define GS_REQUEST_DEADLINE_MS 20000 /* 408 */
#define GS_IDLE_DEADLINE_MS 75000    /* closed */
#define GS_MAX_CONNECTIONS 12000     /* accepting pauses */
#define GS_STRANGER_INPUT_MAX 16384  /* bytes of a request of one who has not shown who he is; 401 */
#define GS_MAX_PIPELINED 64          /* reading pauses */
#define GS_OUTPUT_SOFT_MAX (1 << 20) /* reading pauses */
#define GS_OUTPUT_HARD_MAX (8 << 20) /* closed */
#define GS_OUTPUT_DEADLINE_MS 30000  /* for GS_OUTPUT_LEAST of what waits to be taken; closed */
#define GS_OUTPUT_LEAST (64 << 10)
#define GS_CLIENT_MEMORY_MB 64          /* by default, held for all clients; the largest debtor is closed */
#define GS_CONNECTIONS_PER_ADDRESS 2000 /* by default; closed */
#define GS_RESERVED_CONNECTIONS 100     /* by default */
#define GS_IDEMPOTENCY_KEY_MAX 128      /* 422 */
#define GS_TOKEN_GIVEN_MAX 256          /* of Authorization; 401 */
#define GS_LOCATION_MAX 63              /* ours to keep: a path of ours names no more than an id */
#define GS_PAGE_DEFAULT 100             /* items of a list */
#define GS_PAGE_MAX 500                 /* 422 above */
#define GS_RANGE_DAYS_MAX 62            /* days of one answer; 422 above */
#define GS_REPORT_ROWS_MAX 20000        /* bookings of a past day in one report; 503 above */
#define GS_REPORT_DAYS_MAX 400          /* days of a report over a range; 422 above */
#define GS_REPORT_COMPANIES_MAX 5000    /* companies of one; 422 above */
#define GS_REPORT_TRUCKS_MAX 2000000    /* bookings of one; 422 above */
#define GS_REPORTS_MAX 2                /* of them under way at a time; 503 above */
#define GS_EVENT_WAIT_MAX_S 60          /* 422 above */
#define GS_RING_EVENTS 1024       /* of the latest events, kept in memory for those who wait; the rest the store has */
#define GS_RING_BYTES (1 << 20)   /* likewise */
#define GS_RING_S 600             /* seconds; likewise */
#define GS_STREAM_BYTES (8 << 10) /* of events written to a stream at once; the next when the client has taken these */
#define GS_STREAM_QUESTIONS 8     /* of streams that are behind, asked of the store at a time; the others wait */
#define GS_STREAM_HEARTBEAT_S 15  /* without an event a stream is sent a comment */
#define GS_MAX_LISTEN 16
#define GS_PROXY_HEADER_MAX 536 /* bytes of what a proxy sends first; closed. As much as comes in one packet anywhere */
#define GS_MAX_PROXIES 64       /* trusted ones, and networks of them; more: a config problem */
#define GS_MAX_TOKENS 1000      /* 409 */
#define GS_MAX_USERS 1000       /* 409 */
#define GS_HOST_MAX 253         /* characters of a host's name (RFC 1035) */
#define GS_MAX_OUTBOUND 64      /* entries of webhooks.allow; more: a config problem */
#define GS_MAX_WEBHOOKS 32      /* 409 */
#define GS_WEBHOOK_PENDING_MAX                                                                                         \
    500 /* events of one that were looked at and not delivered: further ones wait in the store */
#define GS_WEBHOOK_FLIGHTS_MAX 4 /* messages of one at a time: further ones wait */
#define GS_WEBHOOK_SENDING_MAX (GS_MAX_WEBHOOKS * (GS_WEBHOOK_FLIGHTS_MAX + 1)) /* of all, those of tests too; 503 */
#define GS_WEBHOOK_DAYS 3            /* an event is tried for so long; then the webhook is disabled */
#define GS_WEBHOOK_AFTER_MAX_S 86400 /* of Retry-After: longer ones count as this */
#define GS_WEBHOOK_URL_MAX 1023      /* bytes; longer: validation */
#define GS_WEBHOOK_TYPES_MAX 511     /* bytes of the list of types, with its commas */
#define GS_WEBHOOK_SECRET_MAX 63     /* bytes of a secret as it is shown */
#define GS_MAX_SESSIONS 2000         /* of users and devices; 503, but a user's own oldest gives way first */
#define GS_RATE_MAX                                                                                                    \
    1000000 /* a second, and at once; more: a config problem. Millionths of it times a rate fit into 63 bits */
#define GS_RATE_TABLE_MAX 4096 /* names, and addresses, whose rates are kept; the one seen longest ago makes room */

#define GS_REQUEST_LINE_MAX (GS_TARGET_MAX + GS_METHOD_MAX + 12) /* 414 */
#define GS_WIRE_MAX                                                                                                    \
    (2 + GS_HEAD_MAX + GS_BODY_MAX + GS_CHUNK_FRAMING_MAX + GS_HEAD_MAX) /* of one request; follows from the above */

/* One connection's share of the server. */
#define GS_INPUT_MAX                                                                                                   \
    (GS_WIRE_MAX +                                                                                                     \
     4096) /* bytes kept that are not a whole request yet, and as much more as a large body may have; reading pauses */
#define GS_WORK_MAX ((size_t)2 * GS_BODY_MAX) /* bytes of requests in work; reading pauses */
#define GS_READ_MAX 16384                     /* bytes taken from the kernel at once */
#define GS_TURN_WORK 64  /* of all but staff: requests taken, and 16 KB answered, before the loop looks again */
#define GS_TURN_DROPS 32 /* connections closed in a turn because all hold too much; the rest in the next */
#define GS_SEND_BUFFER (128 << 10)       /* of the kernel's memory for a TCP client's answers; it takes twice that */
#define GS_STREAM_SEND_BUFFER (16 << 10) /* likewise, of a stream: who reads slowly is not served from far behind */
#define GS_TURN_REQUESTS 16              /* requests taken before the others have their turn */
#define GS_LINGER_MS 1000                /* after the last reply, for the client to read it; closed */
#define GS_LINGER_MAX (256 << 10)        /* bytes thrown away meanwhile; closed */
#define GS_ACCEPT_PAUSE_MS 100           /* without a free descriptor nobody is accepted for so long */
#define GS_HANDSHAKES_MAX 256            /* of TLS, begun and not done; at the next one the oldest is closed */
#define GS_HANDSHAKE_TURN_US 1000        /* of work for them in one turn of the loop; the rest waits */
#define GS_LISTEN_BACKLOG 4096 /* connections that the kernel keeps for a socket; further ones are not answered */

/* Behind the loop. Reached: 503 overloaded with Retry-After. */
#define GS_BATCH_RECORDS_MAX 65536      /* records gathered while the writer syncs */
#define GS_JOURNAL_BATCH_MAX (4U << 20) /* bytes of the journal gathered meanwhile */
#define GS_QUERIES_MAX 1024             /* history queries waiting for the writer */

#define GS_HASHES_MAX 32  /* passwords that wait to be hashed, or to be checked */
#define GS_HASHES_SPARE 8 /* of these, kept for root and the daemon's user on this machine */

#define GS_WORK_WAITING_MAX 1024 /* requests that were put off until nothing else is to be done */
#define GS_WORK_UNDER_WAY 4      /* of those of staff, and of others, that are begun; further ones wait */
#define GS_WORK_BACKGROUND_MAX 3 /* likewise, of reports over ranges, replays and audits */

#define GS_IDEMPOTENCY_DAYS 7
#define GS_FINGERPRINT_KEPT 16 /* bytes of a request's SHA-256 by which a retry is told from another request */

/* The clock. A start so long after the last stored instant that it can be no pause is a leap: clock_untrusted. */
#define GS_CLOCK_STOPPED_DAYS 30
#define GS_CLOCK_STORED_MS (60 * 1000) /* the site's time is stored at least so often */
/* The app. */
#define GS_DRAIN_MS (10 * 1000)     /* after a signal to stop, for answers under way; then connections are closed */
#define GS_RESERVE_BYTES (32 << 20) /* of disk, kept for when it is full: then 507 for new bookings, the rest goes on */

/* The store. A checkpoint is due after so many commits, or so many pages: it stalls the next batch for as long as it has pages to move (200:
 * 4 ms where a batch of 30 bookings takes 2). By commits, so that the stall stays in proportion to a batch, whatever its size. */
#define GS_STORE_WAL_COMMITS 7
#define GS_STORE_WAL_FRAMES 1000
#define GS_STORE_WAL_FRAMES_LAID 2500 /* pages the log is laid out for */
#define GS_STORE_WAL_FRAMES_MAX 4000  /* pages; the next commit checkpoints first */
#define GS_STORE_PAGE_BYTES 4096      /* of the database */
#define GS_STORE_CACHE_KB 1536        /* SQLite's page cache; beyond it pages are written early */
#define GS_BACKUPS_MAX 10000          /* of its own a site may be told to keep; more: 422 */
#define GS_STORE_TABLES_MAX 32        /* of a store */
#define GS_MOVED_TO_MAX 1024          /* bytes: address of a store that another was moved to, NUL included */
#define GS_STORE_KEPT_MAX 40          /* bytes: suffix of a store that a restore replaced, NUL included */
#define GS_GATHER_BYTES (32 << 10)    /* of the log, written at the latest when as many wait */
#define GS_STORE_SLICE_ROWS 64        /* of one maintenance transaction; more: another slice */
#define GS_STORE_ARCHIVE_ROWS 8       /* likewise of those that are archived, for the index of them is written too */
#define GS_STORE_SEARCH_ROWS 100      /* past bookings one search looks at; more: the answer says where to go on */
#define GS_STORE_SEARCH_SETS 300      /* rows of the index; likewise */
#define GS_SENTENCE_MAX 1024          /* bytes of an event told in words; more of it is not told */
#define GS_EVENTS_TOLD_MAX 100        /* events of a page that are given with their sentences */
#define GS_STORE_SCAN_ROWS 20000      /* event rows one query looks at; more: the answer says so, and is asked on */
#define GS_STORE_SCAN_STEP 400 /* of these in one step, between which batches are committed: less than a millisecond */
#define GS_STORE_REPORT_ROWS 256   /* bookings one step of a report over a range reads: about a millisecond; likewise */
#define GS_STORE_REPORT_SCAN 2000  /* live bookings that it looks at; likewise */
#define GS_STORE_ANSWER_ROWS 10000 /* of one answer; likewise */
#define GS_STORE_AUDIT_ROWS 1000   /* events one step of the audit verifies; likewise */
#define GS_STORE_JOURNAL_ROWS 256  /* of the journal, or bookings of its beginning, in one answer; likewise */
#define GS_STORE_JOURNAL_BYTES 65536  /* fewer rows once they have so many bytes */
#define GS_STORE_TAIL_ROWS 1000       /* events verified at load; all of them only by the audit */
#define GS_STORE_EVENT_TEXT_MAX 16384 /* bytes of one event's text; beyond: the batch is refused */
#define GS_STORE_SQL_MAX 8192         /* bytes of one statement with its columns; none comes near */
#define GS_PG_HOSTS_MAX 8             /* of an address in PostgreSQL; more: it is refused */
#define GS_PG_RUN_MAX 64              /* rows of one statement; more: another statement */
#define GS_PG_COLUMNS_MAX 64          /* of a table; more: its rows are written one by one */
#define GS_PG_KEYS_MAX 4              /* of these, that name a row; likewise */
#define GS_PG_PARAMETERS_MAX 4096     /* likewise */
#define GS_PG_STATEMENT_MAX 65536     /* bytes of a statement with all of its rows; none comes near */
#define GS_PG_VALUES_MAX (8 << 20)    /* bytes of the values of one statement; from the half on it is sent */
#define GS_PG_CONNECT_US 1000000      /* for each host: names are looked up by the resolver, in its own time */
#define GS_PG_NEXT_HOST_US 200000     /* that a host does not answer: the next one is tried beside it */
#define GS_PG_REPLY_US 2000000        /* until a server that does not answer is given up */
#define GS_PG_CHECK_US 600000000      /* likewise while all rows are read through */

/* Files. */
#define GS_CONFIG_FILE_MAX (1 << 20)
#define GS_CONFIG_DEPTH_MAX 16
#define GS_TREE_NODES_MAX 65536 /* values of a config; more: a config problem */
#define GS_TREE_KEYS_MAX 256    /* keys of one mapping; more: a config problem */
#define GS_CONFIG_PROBLEMS_MAX 100
#define GS_OPTION_TEXT_MAX 160   /* bytes of an option's value where a change of it is told; longer: cut */
#define GS_TZIF_MAX (256 * 1024) /* of a time zone; larger: GS_E_INVALID */
#define GS_TZ_CHANGES_MAX 4096   /* of a time zone; more: GS_E_INVALID */

/* The log. Longer lines are cut and end in "…". */
#define GS_LOG_LINE_MAX 2048 /* with its newline: below PIPE_BUF, so lines of threads never mix */
#define GS_LOG_QUEUE_MAX                                                                                               \
    (256 * 1024) /* bytes of lines that wait to be written; more are dropped, counted, and told later */

#endif
