/* What became of a message, made of what libcurl says when it is done with it. */
#include "curl_result.h"
#include <openssl/x509_vfy.h>

/* Why OpenSSL, or libcurl after it, did not take the certificate. libcurl alone compares the host, and says nothing of its own then: what it begins
 * with stands, which is "unspecified". */
static enum gs_webhook_result judged(CURL *easy)
{
    long verdict = X509_V_OK;
    (void)curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    switch (verdict) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:
        return GS_WEBHOOK_OTHER_HOST;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return GS_WEBHOOK_OUT_OF_DATE;
    default:
        return GS_WEBHOOK_UNTRUSTED;
    }
}

enum gs_webhook_result gs_curl_result(CURLcode code, CURL *easy, int32_t status, bool refused)
{
    switch (code) {
    case CURLE_OK:
        return status >= 200 && status < 300 ? GS_WEBHOOK_DELIVERED : GS_WEBHOOK_REFUSED;
    case CURLE_COULDNT_RESOLVE_HOST:
        return GS_WEBHOOK_NOT_FOUND;
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
        return refused ? GS_WEBHOOK_NOT_ALLOWED : GS_WEBHOOK_NO_CONNECTION;
    case CURLE_OPERATION_TIMEDOUT:
        return GS_WEBHOOK_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return judged(easy);
    case CURLE_SSL_CACERT_BADFILE:
        return GS_WEBHOOK_CA_FILE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
        return GS_WEBHOOK_TLS;
    default:
        return GS_WEBHOOK_BROKEN;
    }
}
