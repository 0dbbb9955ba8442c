/* From JSON to the truck of a request: plates, containers, driver, declaration. Each is checked by its standard (domain), and what
 * is wrong is named where it stands. */
#include "codec.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <string.h>

enum { GIVEN_MAX = 63 }; /* characters of a text before it is checked: longer ones are refused as they stand */

static bool judge(const struct gs_fields *f, const char *name, const struct gs_verdict *v)
{
    if (!v->ok) {
        gs_fields_fault(f, v->kind, name, v->found, v->expected);
    }
    return v->ok;
}

static void take_plates(struct gs_fields *f, enum gs_need need, struct gs_truck *out, struct gs_truck_given *given)
{
    struct gs_piece_of_text plate = gs_fields_text(f, "plate", need, GS_PLATE_GIVEN_CHARS);
    struct gs_piece_of_text trailer = gs_fields_text(f, "trailer_plate", GS_NULLABLE, GS_PLATE_GIVEN_CHARS);
    struct gs_verdict v;
    if (plate.text != NULL) {
        v = gs_plate_check(plate.text, plate.len, GS_PLATE_TRACTOR, out->plate);
        given->plate = judge(f, "plate", &v);
        out->warnings |= v.warnings;
        (void)gs_text_copyn(out->plate_given, sizeof out->plate_given, plate.text, plate.len);
    }
    given->trailer = gs_fields_has(f, "trailer_plate");
    if (trailer.text != NULL) {
        v = gs_plate_check(trailer.text, trailer.len, GS_PLATE_TRAILER, out->trailer);
        (void)judge(f, "trailer_plate", &v);
        (void)gs_text_copyn(out->trailer_given, sizeof out->trailer_given, trailer.text, trailer.len);
    }
}

static void take_colour(struct gs_fields *f, struct gs_truck *out, struct gs_truck_given *given)
{
    struct gs_piece_of_text colour;
    given->colour = gs_fields_has(f, "plate_colour");
    colour = gs_fields_text(f, "plate_colour", GS_NULLABLE, GIVEN_MAX);
    if (colour.text != NULL && !gs_plate_colour_parse(colour.text, &out->plate_colour)) {
        gs_fields_fault(f, GS_FAULT_CHOICE, "plate_colour", colour.text, "blue, yellow, green, yellow_green");
    }
}

static void take_container(struct gs_fields *f, const struct gs_json_value *value, size_t index, struct gs_truck *out)
{
    static const char *const names[GS_MAX_CONTAINERS] = {"containers/0", "containers/1"};
    struct gs_piece_of_text text;
    char *number = out->containers[index];
    struct gs_verdict v;
    assert(index < GS_MAX_CONTAINERS); /* the array was bounded when it was taken */
    text = gs_value_text(f, value, names[index], GIVEN_MAX);
    if (text.text == NULL) {
        return;
    }
    v = gs_container_check(text.text, text.len, number);
    if (judge(f, names[index], &v) && index == 1 && strcmp(number, out->containers[0]) == 0) {
        gs_fields_fault(f, GS_FAULT_REPEATED, names[index], number, NULL);
    }
}

static void take_containers(struct gs_fields *f, enum gs_need need, struct gs_truck *out, struct gs_truck_given *given)
{
    const struct gs_json_value *list = gs_fields_array(f, "containers", need, GS_MAX_CONTAINERS);
    if (list == NULL) {
        return;
    }
    if (list->count == 0) { /* a change cannot take the last one away */
        gs_fields_fault(f, GS_FAULT_REQUIRED, "containers", NULL, NULL);
        return;
    }
    given->containers = true;
    out->container_count = (int32_t)list->count;
    for (size_t i = 0; i < list->count; i++) {
        take_container(f, gs_json_item(list, i), i, out);
    }
}

static void take_driver(struct gs_fields *f, enum gs_need need, struct gs_truck *out, struct gs_truck_given *given)
{
    static const char *const names[] = {"name", "phone", NULL};
    const struct gs_json_value *value = gs_fields_take(f, "driver", need);
    struct gs_piece_of_text name, phone;
    struct gs_fields driver;
    struct gs_verdict v;
    if (value == NULL) {
        return;
    }
    gs_fields_open(&driver, value, "/driver", names, f->faults);
    if (driver.object == NULL) {
        return;
    }
    name = gs_fields_text(&driver, "name", need, GS_DRIVER_NAME_CHARS);
    phone = gs_fields_text(&driver, "phone", need, GIVEN_MAX);
    gs_fields_close(&driver);
    if (name.text != NULL) {
        given->driver_name = gs_text_copyn(out->driver_name, sizeof out->driver_name, name.text, name.len);
    }
    if (phone.text != NULL) {
        v = gs_phone_check(phone.text, phone.len, out->driver_phone);
        given->driver_phone = judge(&driver, "phone", &v);
    }
}

void gs_codec_truck(struct gs_fields *f, enum gs_need need, struct gs_truck *out, struct gs_truck_given *given)
{
    struct gs_piece_of_text declaration;
    struct gs_verdict v;
    take_plates(f, need, out, given);
    take_colour(f, out, given);
    take_containers(f, need, out, given);
    take_driver(f, need, out, given);
    given->declaration = gs_fields_has(f, "declaration_no");
    declaration = gs_fields_text(f, "declaration_no", GS_NULLABLE, GIVEN_MAX);
    if (declaration.text != NULL) {
        v = gs_declaration_check(declaration.text, declaration.len, out->declaration_no);
        (void)judge(f, "declaration_no", &v);
    }
}
