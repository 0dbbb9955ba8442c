/* What is wrong with a certificate or its key is said in one sentence that names the file; what is right is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gateslot/conf/conf.h"
#include "gateslot/tls/certificate.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 86400 };

static char dir[64], chain_path[96], key_path[96];

struct wanted {
    EVP_PKEY *key;
    int64_t from_s, until_s;
    X509 *by; /* NULL: itself */
    EVP_PKEY *by_key;
    bool is_signer, for_clients;
    const EVP_MD *digest;
};

static int setup(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/gateslot-cert-XXXXXX");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(chain_path, sizeof chain_path, "%s/chain.pem", dir);
    (void)snprintf(key_path, sizeof key_path, "%s/key.pem", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(chain_path);
    unlink(key_path);
    return rmdir(dir);
}

static void extend(X509 *x, int kind, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

static X509 *make(const struct wanted *w)
{
    static long serial = 1;
    X509 *x = X509_new();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    ASN1_TIME_set(X509_getm_notBefore(x), w->from_s != 0 ? w->from_s : time(NULL) - DAY);
    ASN1_TIME_set(X509_getm_notAfter(x), w->until_s != 0 ? w->until_s : time(NULL) + 30 * DAY);
    X509_set_pubkey(x, w->key);
    char name[32];
    (void)snprintf(name, sizeof name, "no %ld", serial);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(w->by != NULL ? w->by : x));
    extend(x, NID_basic_constraints, w->is_signer ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (w->for_clients) {
        extend(x, NID_ext_key_usage, "clientAuth");
    }
    assert_true(X509_sign(x, w->by_key != NULL ? w->by_key : w->key, w->digest != NULL ? w->digest : EVP_sha256()) > 0);
    return x;
}

static void write_text(const char *path, const char *text, mode_t mode)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void write_chain(X509 *const *list, size_t count)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    for (size_t i = 0; i < count; i++) {
        PEM_write_bio_X509(bio, list[i]);
    }
    BIO_write(bio, "", 1);
    BIO_get_mem_data(bio, &text);
    write_text(chain_path, text, 0644);
    BIO_free(bio);
}

static void write_key(EVP_PKEY *key, const char *passphrase, mode_t mode)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    PEM_write_bio_PKCS8PrivateKey(bio, key, passphrase != NULL ? EVP_aes_128_cbc() : NULL, passphrase,
                                  passphrase != NULL ? (int)strlen(passphrase) : 0, NULL, NULL);
    BIO_write(bio, "", 1);
    BIO_get_mem_data(bio, &text);
    write_text(key_path, text, mode);
    BIO_free(bio);
}

/* The file's name in what is expected stands as %. */
static void expect_sentence(const char *is, const char *path, const char *expected)
{
    char whole[512];
    const char *gap = strchr(expected, '%');
    if (gap == NULL) {
        assert_string_equal(is, expected);
        return;
    }
    (void)snprintf(whole, sizeof whole, "%.*s%s%s", (int)(gap - expected), expected, path, gap + 1);
    assert_string_equal(is, whole);
    struct gs_config_problem problem = {.line = 1};
    (void)snprintf(problem.message, sizeof problem.message, "%s", is);
    gs_config_problem_chinese(&problem);
    print_message("# %s\n# %s\n", is, problem.message);
    assert_string_not_equal(problem.message, is);
    for (const char *word = problem.message; (word = strstr(word, " is ")) != NULL; word++) {
        fail_msg("left in English: %s", problem.message);
    }
}

static void expect_faults(const char *chain, const char *key)
{
    struct gs_certificate *c = NULL;
    struct gs_certificate_faults faults;
    int err = gs_certificate_read(chain_path, key_path, time(NULL), &c, &faults);
    expect_sentence(faults.chain, chain_path, chain);
    expect_sentence(faults.key, key_path, key);
    assert_int_equal(err, chain[0] == '\0' && key[0] == '\0' ? GS_OK : GS_E_INVALID);
    gs_certificate_destroy(c);
}

static void write_pair(const struct wanted *w)
{
    X509 *x = make(w);
    write_chain(&x, 1);
    write_key(w->key, NULL, 0600);
    X509_free(x);
}

static void a_good_pair_is_taken(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_EC_gen("P-256"), *rsa = EVP_RSA_gen(2048), *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    write_pair(&(struct wanted){.key = key});
    expect_faults("", "");
    static const mode_t good[] = {0400, 0600, 0640, 0440};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        write_key(key, NULL, good[i]);
        expect_faults("", "");
    }
    write_pair(&(struct wanted){.key = rsa});
    expect_faults("", "");
    write_pair(&(struct wanted){.key = ed, .digest = EVP_md_null()});
    EVP_PKEY_free(key);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ed);
}

static void missing_unreadable_and_strange_files_are_named(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    unlink(chain_path);
    unlink(key_path);
    expect_faults("% cannot be opened: No such file or directory", "% cannot be opened: No such file or directory");
    write_pair(&(struct wanted){.key = key});
    if (geteuid() != 0) {
        assert_int_equal(chmod(key_path, 0), 0);
        expect_faults("", "% cannot be opened: Permission denied");
    }
    unlink(key_path);
    assert_int_equal(mkdir(key_path, 0700), 0);
    expect_faults("", "% is a directory, expected a regular file");
    rmdir(key_path);
    assert_int_equal(mkfifo(key_path, 0600), 0);
    expect_faults("", "% is a named pipe, expected a regular file");
    write_text(key_path, "", 0600);
    write_text(chain_path, "hello\n", 0600);
    expect_faults("% holds no certificate, expected PEM with -----BEGIN CERTIFICATE-----",
                  "% holds no private key, expected PEM with -----BEGIN PRIVATE KEY-----");
    write_text(chain_path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 0644);
    write_text(key_path, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0600);
    expect_faults("% holds a certificate that is damaged", "the private key in % is damaged");
    EVP_PKEY_free(key);
}

static void a_key_is_closed_to_others_and_has_no_passphrase(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
    static const mode_t open_modes[] = {0644, 0604, 0602, 0601, 0660, 0620, 0777};
    write_pair(&(struct wanted){.key = key});
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        char expected[160];
        write_key(key, NULL, open_modes[i]);
        (void)snprintf(expected, sizeof expected,
                       "the private key in %% is open to others (mode %04o), expected 0600 or 0640",
                       (unsigned)open_modes[i]);
        expect_faults("", expected);
    }
    write_key(key, "secret", 0600);
    expect_faults("", "the private key in % is encrypted, expected one without a passphrase");
    write_key(other, NULL, 0600);
    expect_faults("", "the private key in % does not belong to the certificate");
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

/* Both in one file: it is kept as a key is. */
static void one_file_may_hold_both_if_it_is_kept_as_a_key(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = make(&(struct wanted){.key = key});
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    PEM_write_bio_X509(bio, x);
    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    BIO_write(bio, "", 1);
    BIO_get_mem_data(bio, &text);
    write_text(chain_path, text, 0600);
    unlink(key_path);
    assert_int_equal(symlink(chain_path, key_path), 0);
    expect_faults("", "");
    assert_int_equal(chmod(chain_path, 0644), 0);
    unlink(key_path);
    write_key(key, NULL, 0600);
    expect_faults("the private key in % is open to others (mode 0644), expected 0600 or 0640", "");
    BIO_free(bio);
    X509_free(x);
    EVP_PKEY_free(key);
}

static void a_certificate_is_valid_now(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    write_pair(&(struct wanted){.key = key, .from_s = 1000000000, .until_s = 1100000000});
    expect_faults("the certificate in % expired at 2004-11-09T11:33:20Z", "");
    write_pair(&(struct wanted){.key = key, .from_s = 4000000000, .until_s = 4000000001});
    expect_faults("the certificate in % is not valid before 2096-10-02T07:06:40Z", "");
    EVP_PKEY_free(key);
}

static void weak_keys_and_signatures_are_refused(void **state)
{
    (void)state;
    EVP_PKEY *small = EVP_RSA_gen(1024), *curve = EVP_EC_gen("secp224r1"), *good = EVP_EC_gen("P-256");
    write_pair(&(struct wanted){.key = small});
    expect_faults("the key of the certificate in % is weak: RSA of 1024 bits, expected at least 2048", "");
    write_pair(&(struct wanted){.key = curve});
    expect_faults("the key of the certificate in % is weak: EC of 224 bits, expected at least 256", "");
    write_pair(&(struct wanted){.key = good, .digest = EVP_sha1()});
    expect_faults("the certificate in % is signed with SHA1, expected SHA256 or better", "");
    write_pair(&(struct wanted){.key = good, .for_clients = true});
    expect_faults("the certificate in % is not meant for servers, expected the key usage serverAuth", "");
    EVP_PKEY_free(small);
    EVP_PKEY_free(curve);
    EVP_PKEY_free(good);
}

static void a_chain_leads_from_the_server_to_its_signer(void **state)
{
    (void)state;
    EVP_PKEY *keys[3];
    X509 *x[3];
    for (int i = 2; i >= 0; i--) { /* 2 signs 1 signs 0 */
        keys[i] = EVP_EC_gen("P-256");
        x[i] = make(&(struct wanted){
            .key = keys[i], .by = i < 2 ? x[i + 1] : NULL, .by_key = i < 2 ? keys[i + 1] : NULL, .is_signer = i > 0});
    }
    write_key(keys[0], NULL, 0600);
    write_chain(x, 3);
    expect_faults("", "");
    write_chain(x, 2);
    expect_faults("", "");
    X509 *swapped[] = {x[0], x[2], x[1]}, *reversed[] = {x[2], x[1], x[0]};
    write_chain(swapped, 3);
    expect_faults(
        "the chain in % is out of order: certificate 2 did not sign certificate 1, expected the server's own first",
        "");
    write_chain(reversed, 3);
    expect_faults(
        "the chain in % is out of order: certificate 2 did not sign certificate 1, expected the server's own first",
        "");
    for (int i = 0; i < 3; i++) {
        EVP_PKEY_free(keys[i]);
        X509_free(x[i]);
    }
}

static void a_long_path_is_cut_at_its_beginning(void **state)
{
    (void)state;
    struct gs_certificate *c = NULL;
    struct gs_certificate_faults faults;
    char path[400] = "/";
    while (strlen(path) < 300) {
        strcat(path, "很长");
    }
    strcat(path, "/end.pem");
    assert_int_equal(gs_certificate_read(path, path, 0, &c, &faults), GS_E_INVALID);
    assert_non_null(strstr(faults.chain, "/end.pem cannot be opened"));
    assert_int_equal(strncmp(faults.chain, "…", strlen("…")), 0);
}

static bool verifies(const char *pem, const char *signer_pem, const char *name, bool is_address)
{
    BIO *a = BIO_new_mem_buf(pem, -1), *b = BIO_new_mem_buf(signer_pem, -1);
    X509 *x = PEM_read_bio_X509(a, NULL, NULL, NULL), *signer = PEM_read_bio_X509(b, NULL, NULL, NULL);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_add_cert(store, signer);
    X509_STORE_CTX_init(context, store, x, NULL);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
    if (is_address) {
        X509_VERIFY_PARAM_set1_ip_asc(param, name);
    } else {
        X509_VERIFY_PARAM_set1_host(param, name, 0);
    }
    bool ok = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    X509_free(x);
    X509_free(signer);
    BIO_free(a);
    BIO_free(b);
    return ok;
}

static void one_made_without_an_authority_is_believed_by_who_trusts_its_signer(void **state)
{
    (void)state;
    const struct gs_self_signed wanted = {.names = {"gate.example", "10.1.2.3", "fd00::1", "*.yard.example"},
                                          .name_count = 4,
                                          .now_s = time(NULL),
                                          .days = 730};
    struct gs_self_signed_texts a, b;
    assert_int_equal(gs_self_signed_make(&wanted, &a), GS_OK);
    assert_int_equal(gs_self_signed_make(&wanted, &b), GS_OK);
    write_text(chain_path, a.chain, 0644);
    write_text(key_path, a.key, 0600);
    expect_faults("", "");
    struct gs_certificate *c = NULL;
    struct gs_certificate_faults faults;
    char fingerprint[GS_FINGERPRINT_TEXT];
    assert_int_equal(gs_certificate_read(chain_path, key_path, time(NULL), &c, &faults), GS_OK);
    gs_certificate_fingerprint(c, fingerprint);
    assert_string_equal(fingerprint, a.fingerprint);
    assert_int_equal(gs_certificate_expiry_s(c), wanted.now_s + 730LL * DAY);
    gs_certificate_destroy(c);
    assert_true(verifies(a.chain, a.signer, "gate.example", false));
    assert_true(verifies(a.chain, a.signer, "lane1.yard.example", false));
    assert_true(verifies(a.chain, a.signer, "10.1.2.3", true));
    assert_true(verifies(a.chain, a.signer, "fd00::1", true));
    assert_false(verifies(a.chain, a.signer, "other.example", false));
    assert_false(verifies(a.chain, a.signer, "10.1.2.4", true));
    assert_false(verifies(a.chain, b.signer, "gate.example", false));
    assert_false(verifies(a.chain, a.chain, "other.example", false));
    gs_self_signed_finish(&a);
    gs_self_signed_finish(&b);
}

static void names_are_hosts_or_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {"localhost", "a.b", "gate-1.example", "*.example.com",
                                       "127.0.0.1", "::1", "1.2.3.4a"};
    static const char *const bad[] = {"",  ".",  "a..b", "-a",    "a-",        "a b", "a,IP:1.2.3.4", "a\nb",
                                      "*", "*.", "a*.b", "1.2.3", "999.1.1.1", "门",  "a.",           "https://a"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(gs_self_signed_name(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(gs_self_signed_name(bad[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_pair_is_taken),
        cmocka_unit_test(missing_unreadable_and_strange_files_are_named),
        cmocka_unit_test(a_key_is_closed_to_others_and_has_no_passphrase),
        cmocka_unit_test(one_file_may_hold_both_if_it_is_kept_as_a_key),
        cmocka_unit_test(a_certificate_is_valid_now),
        cmocka_unit_test(weak_keys_and_signatures_are_refused),
        cmocka_unit_test(a_chain_leads_from_the_server_to_its_signer),
        cmocka_unit_test(a_long_path_is_cut_at_its_beginning),
        cmocka_unit_test(one_made_without_an_authority_is_believed_by_who_trusts_its_signer),
        cmocka_unit_test(names_are_hosts_or_addresses),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
