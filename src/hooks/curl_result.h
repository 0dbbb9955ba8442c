/* What became of a message, by libcurl's own words. */
#ifndef GATESLOT_HOOKS_CURL_RESULT_H
#define GATESLOT_HOOKS_CURL_RESULT_H

#include "gateslot/core/record.h"
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* Of the transfer that ended with code. status: of the answer, 0 = there was none; refused: an address was not allowed. */
enum gs_webhook_result gs_curl_result(CURLcode code, CURL *easy, int32_t status, bool refused);

#endif
