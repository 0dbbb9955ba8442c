/* The handlers, by the file they stand in. The table of routes names them. */
#ifndef GATESLOT_API_HANDLERS_H
#define GATESLOT_API_HANDLERS_H

#include "call.h"

/* write_bookings.c */
void gs_handle_book(struct gs_call *c);
void gs_handle_walk_in(struct gs_call *c);
void gs_handle_change(struct gs_call *c);
void gs_handle_step(struct gs_call *c);
/* batch_call.c */
void gs_handle_book_batch(struct gs_call *c);
/* read_bookings.c */
void gs_handle_booking_list(struct gs_call *c);
void gs_handle_booking(struct gs_call *c);
/* strike_calls.c */
void gs_handle_strikes(struct gs_call *c);
/* company_calls.c */
void gs_handle_company(struct gs_call *c);
/* history.c */
void gs_handle_history(struct gs_call *c);
/* day_calls.c */
void gs_handle_slots(struct gs_call *c);
void gs_handle_capacity(struct gs_call *c);
/* capacity_calls.c */
void gs_handle_capacity_set(struct gs_call *c);
void gs_handle_capacity_reset(struct gs_call *c);
/* config_calls.c */
void gs_handle_config_preview(struct gs_call *c);
/* gate_calls.c */
void gs_handle_gate_check(struct gs_call *c);
void gs_handle_gate_list(struct gs_call *c);
/* yard_call.c */
void gs_handle_yard(struct gs_call *c);
/* reports.c */
void gs_handle_report(struct gs_call *c);
/* range_report_call.c */
void gs_handle_range_report(struct gs_call *c);
/* status_call.c */
void gs_handle_status(struct gs_call *c);
/* event_list.c */
void gs_handle_events(struct gs_call *c);
/* event_stream.c */
void gs_handle_event_stream(struct gs_call *c);
/* site.c */
void gs_handle_site(struct gs_call *c);
void gs_handle_clock(struct gs_call *c);
/* token_calls.c */
void gs_handle_token_list(struct gs_call *c);
void gs_handle_token_create(struct gs_call *c);
void gs_handle_token_revoke(struct gs_call *c);
void gs_handle_token_confirm(struct gs_call *c);
/* session_calls.c */
void gs_handle_session(struct gs_call *c);
void gs_handle_login(struct gs_call *c);
void gs_handle_own_password(struct gs_call *c);
void gs_handle_own_language(struct gs_call *c);
void gs_handle_logout(struct gs_call *c);
/* device_calls.c */
void gs_handle_pairing_create(struct gs_call *c);
void gs_handle_pairing_list(struct gs_call *c);
void gs_handle_pairing_delete(struct gs_call *c);
void gs_handle_device_list(struct gs_call *c);
void gs_handle_device_revoke(struct gs_call *c);
/* person_calls.c */
void gs_handle_person(struct gs_call *c);
void gs_handle_person_leave(struct gs_call *c);
/* webhook_calls.c */
void gs_handle_webhook_list(struct gs_call *c);
void gs_handle_webhook(struct gs_call *c);
void gs_handle_webhook_create(struct gs_call *c);
void gs_handle_webhook_change(struct gs_call *c);
void gs_handle_webhook_secret(struct gs_call *c);
void gs_handle_webhook_test(struct gs_call *c);
void gs_handle_webhook_delete(struct gs_call *c);
/* user_calls.c */
void gs_handle_user_list(struct gs_call *c);
void gs_handle_user(struct gs_call *c);
void gs_handle_user_create(struct gs_call *c);
void gs_handle_user_change(struct gs_call *c);
void gs_handle_user_confirm(struct gs_call *c);
void gs_handle_user_delete(struct gs_call *c);
/* replay_call.c */
void gs_handle_replay(struct gs_call *c);
/* pass_page.c */
void gs_handle_pass(struct gs_call *c);
/* web_calls.c */
void gs_web_page_headers(struct gs_reply *reply);
void gs_handle_web_page(struct gs_call *c);
void gs_handle_web_file(struct gs_call *c);
/* The daemon does not serve, and a page is asked for: it gets one that says so. False: no page is asked for, and nothing is answered. */
bool gs_web_standing_by(struct gs_call *c);
/* No route has this path, and a browser asks as for a page: it gets one that says so. False: it is none of these, and not answered. */
bool gs_web_missing(struct gs_call *c);
/* upkeep.c */
void gs_handle_backup(struct gs_call *c);
void gs_handle_audit(struct gs_call *c);
void gs_handle_integrity(struct gs_call *c);
void gs_handle_live(struct gs_call *c);
void gs_handle_clock_accept(struct gs_call *c);
void gs_handle_ready(struct gs_call *c);
void gs_handle_metrics(struct gs_call *c);
void gs_handle_openapi(struct gs_call *c);

#endif
