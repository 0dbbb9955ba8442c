/* Makes a backup, which is a file of SQLite, of a store that is elsewhere: table by table, as a move does it. The copy says what it is and when
 * it was made, so its first start as a store goes on in a new epoch. */
#include "copy_out.h"
#include "move_end.h"
#include "sql.h"
#include "table_copy.h"
#include <stdio.h>
#include <sys/stat.h>

static int say_backup(struct gs_store *store)
{
    int err = gs_sql_script(store, "UPDATE meta SET pending = CASE WHEN now_ms > 1 THEN now_ms ELSE 1 END");
    return err != GS_OK ? err : gs_state_seal(store);
}

static int fill(struct gs_store *from, struct gs_move_end *to)
{
    struct gs_tables_digest copied;
    int err = to->ops->make(to, from->drill, &from->state);
    err = err != GS_OK ? err : gs_tables_copy(from, to->store, &copied);
    err = err != GS_OK ? err : say_backup(to->store);
    return err != GS_OK ? err : gs_tx_commit(to->store);
}

int gs_copy_out(struct gs_store *from, const char *path, int64_t *out_bytes, char *message, size_t message_size)
{
    const struct gs_move_options options = {.tz = from->tz};
    struct gs_move_end to = {
        .ops = &gs_file_end, .options = &options, .is_backup = true, .message = message, .message_size = message_size};
    struct stat st = {0};
    bool placed = false;
    message[0] = '\0';
    int err = to.ops->name(&to, path);
    err = err != GS_OK ? err : fill(from, &to);
    err = err != GS_OK ? err : to.ops->complete(&to, from->drill);
    err = err != GS_OK ? err : to.ops->publish(&to, &from->state, &placed);
    if (err == GS_OK && stat(to.path, &st) == 0) {
        *out_bytes = (int64_t)st.st_size;
    }
    const char *notes[] = {to.store != NULL ? to.store->message : "", from->message, gs_strerror(err)};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0] && err != GS_OK && message[0] == '\0'; i++) {
        (void)snprintf(message, message_size, "%s", notes[i]);
    }
    to.ops->finish(&to);
    return err;
}
