/* Prints bookings as CSV, in the columns in which the daemon itself writes them (base/csv.h): for lists that the client puts together from
 * more than one answer. */
#include "bookings_csv.h"
#include "gateslot/base/csv.h"
#include <string.h>

enum { CELL_MAX = 1024 };

static const json_t *at_path(const json_t *value, const char *path)
{
    while (value != NULL && *path != '\0') {
        char name[32];
        size_t len = strcspn(path, "/");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, path);
        value = json_object_get(value, name);
        path += len + (path[len] == '/' ? 1 : 0);
    }
    return value;
}

static void write_array(struct gs_csv *c, const json_t *array)
{
    char text[CELL_MAX] = "";
    size_t used = 0, i;
    const json_t *item;
    json_array_foreach(array, i, item)
    {
        const char *word = json_string_value(item);
        int put = used < sizeof text
                      ? snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? " " : "", word != NULL ? word : "")
                      : 0;
        used += put > 0 ? (size_t)put : 0;
    }
    gs_csv_text(c, text);
}

static void write_cell(struct gs_csv *c, const json_t *value)
{
    if (json_is_integer(value)) {
        gs_csv_int(c, json_integer_value(value));
    } else if (json_is_array(value)) {
        write_array(c, value);
    } else if (json_is_boolean(value)) {
        gs_csv_text(c, json_is_true(value) ? "true" : "false");
    } else {
        gs_csv_text(c, json_string_value(value));
    }
}

enum gs_exit gs_bookings_csv(struct gs_cli *cli, const json_t *items)
{
    struct gs_buf out;
    size_t i;
    const json_t *booking;
    gs_buf_init(&out, SIZE_MAX / 8);
    struct gs_csv c = {.out = &out};
    for (const struct gs_csv_column *column = gs_csv_bookings; column->name != NULL; column++) {
        gs_csv_text(&c, column->name);
    }
    gs_csv_end(&c);
    json_array_foreach(items, i, booking)
    {
        for (const struct gs_csv_column *column = gs_csv_bookings; column->name != NULL; column++) {
            write_cell(&c, at_path(booking, column->path));
        }
        gs_csv_end(&c);
    }
    bool good = gs_buf_status(&out) == GS_OK;
    if (good) {
        fwrite(out.data, 1, out.len, cli->out);
    }
    gs_buf_finish(&out);
    return good ? GS_EXIT_OK : gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
}
