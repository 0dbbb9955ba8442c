/* The store of a daemon under test that takes it to be in PostgreSQL, and another to own it as long as the test says so: in the state directory
 * there are `refusal` (a number of gs_error, and a sentence: why it cannot be opened), `lease_over` and `copies` (two numbers); what was said at
 * the latest try is written to `tried`. What is opened at last is a file. The functions are put in the place of the store's own when the daemon
 * of this test is linked. */
#include "gateslot/base/text.h"
#include "gateslot/store/store.h"
#include <stdio.h>
#include <stdlib.h>

int __wrap_gs_store_open(const char *path, const struct gs_store_options *options, struct gs_store **out, char *message,
                         size_t message_size);
int __real_gs_store_open(const char *path, const struct gs_store_options *options, struct gs_store **out, char *message,
                         size_t message_size);
int64_t __wrap_gs_store_lease_end_us(const struct gs_store *store);
void __wrap_gs_store_copies(const struct gs_store *store, struct gs_store_copies *out);

/* Written once, before there is a store to be asked of. */
static char directory[512];

static FILE *told(const char *name)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return fopen(path, "r");
}

/* What was said at the latest try. */
static void note_try(const char *message)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/tried", directory);
    FILE *f = fopen(path, "w");
    if (f == NULL || fputs(message, f) < 0 || fclose(f) != 0) {
        abort();
    }
}

static int refusal(char *message, size_t message_size)
{
    FILE *f = told("refusal");
    int err = GS_OK;
    char line[256] = "";
    if (f == NULL) {
        return GS_OK;
    }
    if (fscanf(f, "%d %255[^\n]", &err, line) == 2) { /* NOLINT(cert-err34-c): the test's own */
        (void)gs_text_copy(message, message_size, line);
    }
    (void)fclose(f);
    return err;
}

int __wrap_gs_store_open(const char *path, const struct gs_store_options *options, struct gs_store **out, char *message,
                         size_t message_size)
{
    char file[600];
    (void)path;
    (void)gs_text_copy(directory, sizeof directory, options->state_directory);
    int err = refusal(message, message_size);
    note_try(err != GS_OK ? message : "");
    if (err != GS_OK) {
        return err;
    }
    (void)snprintf(file, sizeof file, "%s/store.db", directory);
    return __real_gs_store_open(file, options, out, message, message_size);
}

int64_t __wrap_gs_store_lease_end_us(const struct gs_store *store)
{
    FILE *f = told("lease_over");
    (void)store;
    if (f == NULL) {
        return INT64_MAX;
    }
    (void)fclose(f);
    return 0;
}

void __wrap_gs_store_copies(const struct gs_store *store, struct gs_store_copies *out)
{
    FILE *f = told("copies");
    (void)store;
    *out = (struct gs_store_copies){.promised = 2, .held = 2};
    if (f != NULL) {
        if (fscanf(f, "%d %d", &out->promised, &out->held) != 2) { /* NOLINT(cert-err34-c): the test's own */
            abort();
        }
        (void)fclose(f);
    }
}
