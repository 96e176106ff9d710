/*
 * Wrong use of every function: a status of misuse, zeroed outputs, no crash.
 *
 *     misuse JWKS-FILE TOKEN-FILE SHA256-OF-SIGNING-INPUT
 *
 * The token is that of OpenID Connect Core 1.0, appendix A.3.
 */
#include <string.h>

#include "expect.h"
#include "file.h"

static VTOK_KEYS_STORAGE(memory, 2, 2 * (VTOK_RSA_BYTES(2048) + 64));
static VTOK_KEYS_STORAGE(other, 2, 2 * (VTOK_RSA_BYTES(2048) + 64));
static uint8_t jwks_buffer[4096], token_buffer[4096], scratch[4096];
static vtok_bytes jwks, token, unset;
static const vtok_time now = {1311281000, 1311281000};

static vtok_policy good_policy(void) {
  vtok_policy policy = {0};
  policy.size = sizeof policy;
  policy.flow = VTOK_FLOW_ID_TOKEN;
  policy.algorithms = VTOK_ALG_RS256;
  policy.issuer = VTOK_TEXT("https://server.example.com");
  policy.audience = VTOK_TEXT("s6BhdRkqt3");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  return policy;
}

static vtok_keys *good_keys(void) {
  vtok_keys *keys;
  EXPECT(VTOK_OK, vtok_keys_init(memory, sizeof memory, 2, &keys));
  EXPECT(VTOK_OK, vtok_keys_import_jwks(keys, jwks, NULL));
  return keys;
}

static int32_t verify(const vtok_keys *keys, const vtok_policy *policy) {
  vtok_verified verified;
  vtok_report report;
  int32_t status;
  SOIL(verified);
  SOIL(report);
  status = vtok_verify(token, keys, policy, now, scratch, sizeof scratch,
                       &verified, &report);
  EXPECT_TRUE(report.checks == 31);
  EXPECT_TRUE((report.failed ^ report.passed ^ report.not_required ^
               report.not_evaluated) == ((uint64_t)1 << 31) - 1);
  if (status != VTOK_OK) EXPECT_ZERO(verified);
  if (status >= 100 && status < 200) {
    EXPECT_TRUE(report.failed == 1 << VTOK_CHECK_POLICY);
    EXPECT(status, report.codes[VTOK_CHECK_POLICY]);
  }
  return status;
}

static void test_key_storage(void) {
  vtok_keys *keys;
  size_t count;
  uint8_t thumbprint[32];

  EXPECT(VTOK_NULL_POINTER, vtok_keys_init(NULL, 4096, 2, &keys));
  EXPECT_TRUE(keys == NULL);
  EXPECT(VTOK_NULL_POINTER, vtok_keys_init(memory, sizeof memory, 2, NULL));
  EXPECT(VTOK_MISALIGNED,
         vtok_keys_init((char *)memory + 1, sizeof memory - 1, 2, &keys));
  EXPECT(VTOK_STORAGE_FULL, vtok_keys_init(memory, 0, 2, &keys));
  EXPECT(VTOK_STORAGE_FULL,
         vtok_keys_init(memory, vtok_keys_size(2, 0) - 1, 2, &keys));
  EXPECT_TRUE(keys == NULL);
  EXPECT(VTOK_UNKNOWN_VALUE,
         vtok_keys_init(memory, sizeof memory, SIZE_MAX, &keys));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_init(memory, SIZE_MAX, 2, &keys));
  EXPECT(VTOK_OK, vtok_keys_init(memory, vtok_keys_size(0, 0), 0, &keys));
  EXPECT(VTOK_STORAGE_FULL, vtok_keys_import_jwks(keys, jwks, NULL));
  EXPECT(VTOK_OK, vtok_keys_init(memory, vtok_keys_size(1, 0), 1, &keys));
  EXPECT(VTOK_STORAGE_FULL, vtok_keys_import_jwks(keys, jwks, NULL));
  EXPECT(VTOK_OK, vtok_keys_count(keys, &count));
  EXPECT(0, count);

  /* Not initialized, copied, moved. */
  memset(other, 0, sizeof other);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_keys_count((vtok_keys *)other, &count));
  memset(other, 0xa5, sizeof other);
  SOIL(count);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_keys_count((vtok_keys *)other, &count));
  EXPECT_ZERO(count);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_keys_clear((vtok_keys *)other));
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_keys_import_jwks((vtok_keys *)other, jwks, NULL));
  keys = good_keys();
  memcpy(other, memory, sizeof other);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_keys_count((vtok_keys *)other, &count));
  {
    vtok_policy policy = good_policy();
    EXPECT(VTOK_NOT_INITIALIZED, verify((vtok_keys *)other, &policy));
    EXPECT(VTOK_NULL_POINTER, verify(NULL, &policy));
    EXPECT(VTOK_MISALIGNED, verify((vtok_keys *)((char *)keys + 1), &policy));
    EXPECT(VTOK_OK, verify(keys, &policy));
  }

  EXPECT(VTOK_NULL_POINTER, vtok_keys_clear(NULL));
  EXPECT(VTOK_MISALIGNED, vtok_keys_clear((vtok_keys *)((char *)keys + 4)));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_count(NULL, &count));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_count(keys, NULL));
  SOIL(thumbprint);
  EXPECT(VTOK_KEY_NOT_FOUND, vtok_keys_thumbprint(keys, 1, &thumbprint));
  EXPECT_ZERO(thumbprint);
  EXPECT(VTOK_KEY_NOT_FOUND, vtok_keys_thumbprint(keys, SIZE_MAX, &thumbprint));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_thumbprint(keys, 0, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_thumbprint(NULL, 0, &thumbprint));

  /* Erased. */
  EXPECT(VTOK_OK, vtok_keys_clear(keys));
  EXPECT(VTOK_OK, vtok_keys_count(keys, &count));
  EXPECT(0, count);
  EXPECT_TRUE(is_zero((char *)memory + vtok_keys_size(2, 0),
                      sizeof memory - vtok_keys_size(2, 0)));
}

/* What a provider withdraws goes; what fails changes nothing. */
static void test_replacing_keys(void) {
  static VTOK_KEYS_STORAGE(roomy, 3, 2 * (VTOK_RSA_BYTES(2048) + 64) + 64);
  static uint8_t copy[sizeof roomy];
  vtok_bytes secret = VTOK_TEXT("0123456789abcdef0123456789abcdef");
  vtok_bytes none = VTOK_TEXT("{\"keys\":[]}"), broken = VTOK_TEXT("<html>502");
  vtok_bytes malformed = VTOK_TEXT("{\"keys\":[{}]}");
  vtok_policy policy = good_policy();
  vtok_keys *keys;
  vtok_imported imported;
  /* Behind the entries, which have padding. */
  const size_t values = vtok_keys_size(3, 0), values_len = sizeof roomy - values;
  uint8_t *const now_there = (uint8_t *)roomy + values;
  size_t count;

  EXPECT(VTOK_OK, vtok_keys_init(roomy, sizeof roomy, 3, &keys));
  EXPECT(VTOK_OK, vtok_keys_replace_jwks(keys, jwks, &imported));
  EXPECT_TRUE(imported.added == 1 && imported.skipped == 0);
  EXPECT(VTOK_OK, verify(keys, &policy));
  EXPECT(VTOK_OK, vtok_keys_add_secret(keys, secret, unset));
  /* To import again is to have the key twice. */
  EXPECT(VTOK_OK, vtok_keys_import_jwks(keys, jwks, NULL));
  EXPECT(VTOK_KEY_AMBIGUOUS, verify(keys, &policy));
  memcpy(copy, roomy, sizeof copy);
  EXPECT(VTOK_STORAGE_FULL, vtok_keys_replace_jwks(keys, jwks, &imported));
  EXPECT_ZERO(imported);
  EXPECT_TRUE(memcmp(copy + values, now_there, values_len) == 0);
  EXPECT(VTOK_OK, vtok_keys_replace_jwks(keys, malformed, &imported));
  EXPECT_TRUE(imported.added == 0 && imported.skipped == 1);
  EXPECT(VTOK_JWK_MALFORMED, imported.skipped_keys[0].reason);
  EXPECT(VTOK_KEY_NOT_FOUND, verify(keys, &policy));
  EXPECT(VTOK_OK, vtok_keys_count(keys, &count));
  EXPECT(1, count);

  EXPECT(VTOK_OK, vtok_keys_replace_jwks(keys, jwks, NULL));
  EXPECT(VTOK_OK, vtok_keys_replace_jwks(keys, jwks, NULL));
  EXPECT(VTOK_OK, verify(keys, &policy));
  memcpy(copy, roomy, sizeof copy);
  EXPECT(VTOK_JSON_SYNTAX, vtok_keys_replace_jwks(keys, broken, NULL));
  EXPECT(VTOK_JWKS_MALFORMED, vtok_keys_replace_jwks(keys, VTOK_TEXT("{}"), NULL));
  EXPECT(VTOK_JSON_END, vtok_keys_replace_jwks(keys, unset, &imported));
  EXPECT_ZERO(imported);
  EXPECT(VTOK_NULL_POINTER, vtok_keys_replace_jwks(NULL, jwks, &imported));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_keys_replace_jwks((vtok_keys *)copy, jwks, NULL));
  EXPECT_TRUE(memcmp(copy + values, now_there, values_len) == 0);
  EXPECT(VTOK_OK, verify(keys, &policy));
  EXPECT(VTOK_OK, vtok_keys_replace_jwks(keys, none, NULL));
  EXPECT(VTOK_OK, vtok_keys_count(keys, &count));
  EXPECT(1, count);
  /* Erased, but the secret. */
  EXPECT_TRUE(is_zero((char *)now_there + secret.len, values_len - secret.len));
}

static void test_adding_keys(void) {
  vtok_keys *keys = good_keys();
  vtok_bytes text = VTOK_TEXT("x"), bad_kid = VTOK_TEXT("\xff");
  vtok_bytes null_kid = {NULL, 1}, huge = {(const uint8_t *)"x", SIZE_MAX};
  vtok_bytes secret = VTOK_TEXT("0123456789abcdef0123456789abcdef");
  vtok_imported imported;
  size_t count;
  uint32_t f = VTOK_FAMILY_P256;

  SOIL(imported);
  EXPECT(VTOK_NULL_POINTER, vtok_keys_import_jwks(NULL, jwks, &imported));
  EXPECT_ZERO(imported);
  EXPECT(VTOK_JSON_END, vtok_keys_import_jwks(keys, unset, &imported));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_import_jwks(keys, null_kid, &imported));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_import_jwks(keys, huge, &imported));
  EXPECT(VTOK_MISALIGNED,
         vtok_keys_import_jwks(keys, jwks,
                               (vtok_imported *)((char *)&imported + 1)));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_pin_jwk(NULL, text));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_secret(NULL, secret, unset));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_rsa(NULL, text, text, unset));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_point(NULL, f, text, text, unset));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_spki(NULL, f, text, unset));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_pem(NULL, f, text, unset));
  EXPECT(VTOK_KEY_ENCODING, vtok_keys_add_ed25519(NULL, text, unset));
  EXPECT(VTOK_KEY_SIZE, vtok_keys_add_secret(keys, unset, unset));
  EXPECT(VTOK_KEY_SIZE, vtok_keys_add_secret(keys, text, unset));
  EXPECT(VTOK_NOT_UTF8, vtok_keys_add_secret(keys, secret, bad_kid));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_secret(keys, secret, null_kid));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_secret(keys, null_kid, unset));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_point(keys, 0, text, text, unset));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_point(keys, 7, text, text, unset));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_sec1(keys, 99, text, unset));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_spki(keys, 99, text, unset));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_pem(keys, UINT32_MAX, text, unset));
  EXPECT_TRUE(vtok_keys_add_point(keys, VTOK_FAMILY_RSA, text, text, unset));
  EXPECT_TRUE(vtok_keys_add_point(keys, VTOK_FAMILY_HMAC, text, text, unset));
  EXPECT_TRUE(vtok_keys_add_sec1(keys, VTOK_FAMILY_ED25519, unset, unset));
  EXPECT_TRUE(vtok_keys_add_spki(keys, VTOK_FAMILY_HMAC, text, unset));
  EXPECT_TRUE(vtok_keys_add_rsa(keys, unset, unset, unset));
  EXPECT_TRUE(vtok_keys_add_pem(keys, f, unset, unset));
  EXPECT(VTOK_OK, vtok_keys_count(keys, &count));
  EXPECT(1, count);

  /* Full, and of use all the same. */
  EXPECT(VTOK_OK, vtok_keys_add_secret(keys, secret, VTOK_TEXT("h")));
  EXPECT(VTOK_STORAGE_FULL, vtok_keys_add_secret(keys, secret, unset));
  {
    vtok_policy policy = good_policy();
    EXPECT(VTOK_OK, verify(keys, &policy));
  }
}

static void test_policy(void) {
  vtok_keys *keys = good_keys();
  vtok_policy policy;
  vtok_bytes list[17] = {{NULL, 0}};
  static const uint8_t not_text[] = {0xc3, 0x28};

#define REFUSED(expected, change)           \
  do {                                      \
    policy = good_policy();                 \
    change;                                 \
    EXPECT(expected, verify(keys, &policy)); \
  } while (0)

  EXPECT(VTOK_NULL_POINTER, verify(keys, NULL));
  EXPECT(VTOK_MISALIGNED,
         verify(keys, (const vtok_policy *)(const void *)((char *)&policy + 1)));
  REFUSED(VTOK_OK, (void)0);
  REFUSED(VTOK_STRUCT_SIZE, policy.size = 0);
  REFUSED(VTOK_STRUCT_SIZE, policy.size--);
  REFUSED(VTOK_STRUCT_SIZE, policy.size += 8);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.profile = 10);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.flow = 6);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.endpoint = 2);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.flags = 512);
  REFUSED(VTOK_TOKEN_NOT_ENCRYPTED,
          policy.flags = VTOK_POLICY_REQUIRE_ENCRYPTION);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.reserved = 1);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.quirk = 3);
  REFUSED(VTOK_QUIRK_ISSUER, policy.quirk = VTOK_QUIRK_GOOGLE_BARE_ISSUER);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.proven_key_kind = 3);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.proven_key = VTOK_TEXT("x"));
  REFUSED(VTOK_EMPTY_EXPECTATION, policy.proven_key_kind = VTOK_PROVEN_DPOP);
  REFUSED(VTOK_EXPECTATION_UNUSED,
          (policy.proven_key_kind = VTOK_PROVEN_CERTIFICATE,
           policy.proven_key = VTOK_TEXT("x")));
  REFUSED(VTOK_EXPECTATION_UNUSED, policy.event = VTOK_TEXT("e"));
  REFUSED(VTOK_EXPECTATION_UNUSED, policy.http_method = VTOK_TEXT("GET"));
  REFUSED(VTOK_EXPECTATION_UNUSED, policy.http_uri = VTOK_TEXT("u"));
  REFUSED(VTOK_NOT_UTF8, policy.subject = vtok_view(not_text, 2));
  REFUSED(VTOK_SUB_MISMATCH, policy.subject = VTOK_TEXT("another"));
  REFUSED(VTOK_OK, policy.subject = VTOK_TEXT("248289761001"));
  REFUSED(VTOK_TRUST_MISMATCH,
          (policy = good_policy(), policy.profile = VTOK_PROFILE_DPOP_PROOF,
           policy.flags = VTOK_POLICY_MAX_IAT_AGE,
           policy.http_method = VTOK_TEXT("GET"),
           policy.http_uri = VTOK_TEXT("https://a.example")));
  REFUSED(VTOK_UNKNOWN_VALUE, policy.algorithms |= 1);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.algorithms |= (uint64_t)1 << 63);
  REFUSED(VTOK_NO_ALGORITHMS, policy.algorithms = 0);
  REFUSED(VTOK_ISSUER_NOT_SET, policy.issuer = unset);
  REFUSED(VTOK_EMPTY_EXPECTATION, policy.issuer.len = 0);
  REFUSED(VTOK_NOT_UTF8, policy.issuer = vtok_view(not_text, 2));
  REFUSED(VTOK_NOT_UTF8, policy.nonce = vtok_view(not_text, 2));
  REFUSED(VTOK_NOT_UTF8, policy.access_token = vtok_view(not_text, 2));
  REFUSED(VTOK_NULL_POINTER, policy.audience.ptr = NULL);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.audience.len = SIZE_MAX);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.max_age = 60);
  REFUSED(VTOK_UNKNOWN_VALUE, policy.max_iat_age = 60);
  REFUSED(VTOK_UNKNOWN_VALUE,
          (policy.flags = VTOK_POLICY_MAX_AGE, policy.max_iat_age = 60));
  REFUSED(VTOK_UNKNOWN_VALUE,
          (policy.flags = VTOK_POLICY_MAX_IAT_AGE, policy.max_age = 60));
  REFUSED(VTOK_OK, (policy.flags = VTOK_POLICY_MAX_IAT_AGE, policy.max_iat_age = 60));
  REFUSED(VTOK_LEEWAY_TOO_LARGE, policy.leeway_nbf = 601);
  REFUSED(VTOK_LIMIT_TOO_LARGE, policy.max_members = UINT32_MAX);
  REFUSED(VTOK_LIMIT_TOO_LARGE, policy.max_depth = UINT32_MAX);
  REFUSED(VTOK_NULL_POINTER, policy.trusted_audiences_len = 1);
  REFUSED(VTOK_POLICY_LIST_TOO_LONG,
          (policy.trusted_audiences = list, policy.trusted_audiences_len = 17));
  REFUSED(VTOK_POLICY_LIST_TOO_LONG,
          (policy.acr_values = list, policy.acr_values_len = SIZE_MAX));
  REFUSED(VTOK_MISALIGNED,
          (policy.required_claims =
               (const vtok_bytes *)(const void *)((char *)list + 1),
           policy.required_claims_len = 1));
  list[0] = vtok_view(not_text, 2);
  REFUSED(VTOK_NOT_UTF8,
          (policy.required_claims = list, policy.required_claims_len = 1));
  EXPECT(VTOK_NONCE_NOT_SET,
         (memset(&policy, 0, sizeof policy), policy.size = sizeof policy,
          policy.algorithms = VTOK_ALG_RS256, policy.issuer = VTOK_TEXT("i"),
          policy.audience = VTOK_TEXT("a"), verify(keys, &policy)));
  REFUSED(VTOK_OK, (void)0);
#undef REFUSED
}

static void test_verify(void) {
  vtok_keys *keys = good_keys();
  vtok_policy policy = good_policy();
  vtok_verified verified;
  vtok_report report;
  vtok_time unknown = {0, 0}, reversed = {2, 1};
  uint8_t copy[4096];
  union {
    uint8_t bytes[4096];
    vtok_verified verified;
    vtok_report report;
  } shared;
  vtok_bytes none = {NULL, 9};

#define VERIFY(token, time, scratch, len, verified, report) \
  vtok_verify(token, keys, &policy, time, scratch, len, verified, report)
  EXPECT(VTOK_TIME_UNKNOWN, VERIFY(token, unknown, scratch, 4096, &verified, NULL));
  EXPECT(VTOK_TIME_REVERSED, VERIFY(token, reversed, scratch, 4096, &verified, NULL));
  SOIL(verified);
  EXPECT(VTOK_SCRATCH_TOO_SMALL,
         VERIFY(token, now, scratch, 64, &verified, &report));
  EXPECT_ZERO(verified);
  EXPECT(VTOK_OK, VERIFY(token, now, scratch, VTOK_SCRATCH_LEN(token.len), &verified, &report));
  EXPECT(VTOK_SCRATCH_TOO_SMALL, VERIFY(token, now, NULL, 0, &verified, NULL));
  EXPECT_ZERO(verified);
  EXPECT(VTOK_NULL_POINTER, VERIFY(token, now, NULL, 4096, &verified, NULL));
  EXPECT(VTOK_NULL_POINTER, VERIFY(none, now, scratch, 4096, &verified, &report));
  EXPECT_TRUE(VERIFY(unset, now, scratch, 4096, &verified, &report) / 100 == 2);
  SOIL(report);
  EXPECT(VTOK_NULL_POINTER, VERIFY(token, now, scratch, 4096, NULL, &report));
  EXPECT(VTOK_NULL_POINTER, report.codes[VTOK_CHECK_POLICY]);
  SOIL(verified);
  EXPECT(VTOK_MISALIGNED,
         VERIFY(token, now, scratch, 4096, &verified, (vtok_report *)(shared.bytes + 1)));
  EXPECT_ZERO(verified);
  EXPECT(VTOK_MISALIGNED,
         VERIFY(token, now, scratch, 4096, (vtok_verified *)((char *)&verified + 4), NULL));

  /* What is written must lie apart. */
  memcpy(copy, token.ptr, token.len);
  EXPECT(VTOK_OVERLAP,
         VERIFY(vtok_view(copy, token.len), now, copy + 1, 4000, &verified, &report));
  EXPECT_TRUE(memcmp(copy, token.ptr, token.len) == 0);
  EXPECT(VTOK_OVERLAP, VERIFY(token, now, (uint8_t *)memory, 4096, &verified, &report));
  EXPECT(VTOK_OVERLAP,
         VERIFY(token, now, shared.bytes, sizeof shared, &shared.verified, NULL));
  EXPECT(VTOK_OVERLAP,
         VERIFY(token, now, shared.bytes, sizeof shared, &verified, &shared.report));
  EXPECT(VTOK_OVERLAP,
         vtok_verify_in_place((uint8_t *)memory, 64, keys, &policy, now, &verified, NULL));
  EXPECT(VTOK_OVERLAP, vtok_verify_in_place(shared.bytes, 4096, keys, &policy, now,
                                            &shared.verified, NULL));
  policy = good_policy();
  EXPECT(VTOK_OK, verify(keys, &policy));

  /* In place: refused tokens stay as they were, and serve again. */
  memcpy(copy, token.ptr, token.len);
  copy[token.len - 4] ^= 1;
  EXPECT(VTOK_SIGNATURE_INVALID,
         vtok_verify_in_place(copy, token.len, keys, &policy, now, &verified, NULL));
  copy[token.len - 4] ^= 1;
  EXPECT_TRUE(memcmp(copy, token.ptr, token.len) == 0);
  EXPECT(VTOK_NULL_POINTER,
         vtok_verify_in_place(NULL, 9, keys, &policy, now, &verified, NULL));
  EXPECT_TRUE(vtok_verify_in_place(NULL, 0, keys, &policy, now, &verified, NULL) / 100 == 2);
  EXPECT(VTOK_NULL_POINTER,
         vtok_verify_in_place(copy, token.len, keys, &policy, now, NULL, NULL));
  EXPECT(VTOK_OK, vtok_verify_in_place(copy, token.len, keys, &policy, now, &verified, &report));
  EXPECT_TRUE(verified.payload.ptr >= copy && verified.payload.ptr < copy + token.len);

  EXPECT(VTOK_UNSECURED_NOT_PERMITTED,
         vtok_verify_unsecured(token, &policy, now, scratch, 4096, &verified, &report));
  EXPECT_ZERO(verified);
  EXPECT(VTOK_NULL_POINTER,
         vtok_verify_unsecured(token, NULL, now, scratch, 4096, &verified, NULL));
  EXPECT(VTOK_NULL_POINTER,
         vtok_verify_unsecured(token, &policy, now, scratch, 4096, NULL, NULL));
  EXPECT(VTOK_OVERLAP, vtok_verify_unsecured(vtok_view(copy, 64), &policy, now, copy, 4096,
                                             &verified, NULL));
#undef VERIFY
}

/* Where a call writes: the scratch buffer or the token's own, or an output. */
static union {
  uint8_t bytes[4096];
  vtok_verified verified;
  vtok_report report;
} written;
enum { SCRATCH, UNSECURED, IN_PLACE, VERIFIED, REPORT, PLACES };

static int32_t verify_at(int place, const vtok_keys *keys, const vtok_policy *policy) {
  uint8_t *bytes = written.bytes, copy[sizeof written];
  vtok_verified verified;
  vtok_report report;
  int32_t status = 0;
  memset(&written, 0, sizeof written);
  if (place == IN_PLACE) memcpy(bytes, token.ptr, token.len);
  memcpy(copy, bytes, sizeof copy);
  if (place == SCRATCH)
    status = vtok_verify(token, keys, policy, now, bytes, 4096, &verified, &report);
  if (place == UNSECURED)
    status = vtok_verify_unsecured(token, policy, now, bytes, 4096, &verified, &report);
  if (place == IN_PLACE)
    status = vtok_verify_in_place(bytes, token.len, keys, policy, now, &verified, &report);
  if (place == VERIFIED)
    status = vtok_verify(token, keys, policy, now, scratch, 4096, &written.verified, &report);
  if (place == REPORT)
    status = vtok_verify(token, keys, policy, now, scratch, 4096, &verified, &written.report);
  if (status == VTOK_OVERLAP) EXPECT_TRUE(memcmp(copy, bytes, sizeof copy) == 0);
  return status;
}

/* Nothing of the policy lies where a call writes. */
static void test_policy_apart(void) {
#define AT(field) offsetof(vtok_policy, field)
  static const size_t views[] = {
      AT(issuer), AT(audience), AT(typ),   AT(nonce),       AT(access_token), AT(code),
      AT(state),  AT(subject),  AT(event), AT(http_method), AT(http_uri),     AT(proven_key)};
  static const size_t lists[] = {AT(trusted_audiences), AT(acr_values), AT(required_claims)};
#undef AT
  struct {
    const vtok_bytes *views;
    size_t len;
  } list;
  const vtok_bytes inside = {written.bytes + 8, 4}, empty = {written.bytes + 8, 0};
  vtok_keys *keys = good_keys();
  vtok_policy policy;
  vtok_bytes items[17];
  size_t n, k;
  int place;

  for (place = 0; place < PLACES; place++) {
    for (n = 0; n < sizeof views / sizeof *views; n++) {
      policy = good_policy();
      memcpy((char *)&policy + views[n], &inside, sizeof inside);
      EXPECT(VTOK_OVERLAP, verify_at(place, keys, &policy));
      policy = good_policy();
      memcpy((char *)&policy + views[n], &empty, sizeof empty);
      EXPECT_TRUE(verify_at(place, keys, &policy) != VTOK_OVERLAP);
    }
    for (n = 0; n < sizeof lists / sizeof *lists; n++) {
      list.views = (const vtok_bytes *)(const void *)(written.bytes + 8);
      for (list.len = 1; list.len <= 16; list.len += 15) {
        policy = good_policy();
        memcpy((char *)&policy + lists[n], &list, sizeof list);
        EXPECT(VTOK_OVERLAP, verify_at(place, keys, &policy));
      }
      list.views = items;
      list.len = 16;
      for (k = 0; k < 17; k++) {
        memset(items, 0, sizeof items);
        items[k] = inside;
        policy = good_policy();
        memcpy((char *)&policy + lists[n], &list, sizeof list);
        EXPECT_TRUE((verify_at(place, keys, &policy) == VTOK_OVERLAP) == (k < 16));
      }
      list.len = 17;
      policy = good_policy();
      memcpy((char *)&policy + lists[n], &list, sizeof list);
      EXPECT(VTOK_POLICY_LIST_TOO_LONG, verify_at(place, keys, &policy));
    }
    policy = good_policy();
    policy.hooks = (const vtok_hooks *)(const void *)(written.bytes + 8);
    EXPECT(VTOK_OVERLAP, verify_at(place, keys, &policy));
    EXPECT(VTOK_OVERLAP,
           verify_at(place, keys, (const vtok_policy *)(const void *)(written.bytes + 8)));
    /* Without keys, and with a policy of another size, too. */
    policy = good_policy();
    policy.nonce = inside;
    EXPECT(VTOK_OVERLAP, verify_at(place, (vtok_keys *)other, &policy));
    policy.size--;
    EXPECT(VTOK_STRUCT_SIZE, verify_at(place, keys, &policy));
  }

  /* A nonce that the payload would have written over. */
  policy = good_policy();
  EXPECT(VTOK_OK, vtok_verify(token, keys, &policy, now, written.bytes, 4096,
                              &(vtok_verified){0}, NULL));
  for (n = 0; memcmp(written.bytes + n, "n-0S6_WzA2Mj", 12) != 0;) n++;
  memcpy(written.bytes + n, "another-one!", 12);
  policy.nonce = vtok_view(written.bytes + n, 12);
  EXPECT(VTOK_OVERLAP, vtok_verify(token, keys, &policy, now, written.bytes, 4096,
                                   &(vtok_verified){0}, NULL));
}

/* A key set lies apart from what fills it and from what it tells. */
static void test_keys_apart(void) {
  vtok_keys *keys = good_keys(), **own = (vtok_keys **)(void *)(memory + 8);
  uint8_t *set = (uint8_t *)keys, copy[sizeof memory];
  vtok_bytes in = vtok_view(set + 8, 32), out = VTOK_TEXT("0123456789abcdef0123456789abcdef");
  vtok_bytes in_imported;
  vtok_imported imported;
  uint8_t prints[2][32];
  size_t kept;
  uint32_t f = VTOK_FAMILY_P256;

  memcpy(copy, memory, sizeof copy);
  EXPECT(VTOK_OVERLAP, vtok_keys_init(memory, sizeof memory, 2, own));
  EXPECT(VTOK_OVERLAP, vtok_keys_count(keys, (size_t *)(void *)(set + 32)));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_tables(keys, 1, (uint32_t *)(void *)(set + 32)));
  EXPECT(VTOK_OVERLAP, vtok_keys_thumbprint(keys, 0, (uint8_t(*)[32])(set + 40)));
  EXPECT(VTOK_OVERLAP, vtok_keys_import_jwks(keys, jwks, (vtok_imported *)(void *)set));
  EXPECT(VTOK_OVERLAP, vtok_keys_import_jwks(keys, in, &imported));
  EXPECT(VTOK_OVERLAP, vtok_keys_import_jwks(keys, in, NULL));
  EXPECT(VTOK_OVERLAP, vtok_keys_replace_jwks(keys, in, NULL));
  EXPECT(VTOK_OVERLAP, vtok_keys_replace_jwks(keys, jwks, (vtok_imported *)(void *)set));
  SOIL(imported);
  in_imported = vtok_view((uint8_t *)&imported, 4);
  EXPECT(VTOK_OVERLAP, vtok_keys_import_jwks(keys, in_imported, &imported));
  EXPECT_TRUE(imported.added == 0xa5a5a5a5);
  EXPECT(VTOK_OVERLAP, vtok_keys_pin_jwk(keys, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_secret(keys, in, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_rsa(keys, in, out, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_rsa(keys, out, in, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_point(keys, f, in, out, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_point(keys, f, out, in, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_sec1(keys, f, in, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_ed25519(keys, in, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_spki(keys, f, in, unset));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_pem(keys, f, in, unset));
  in = vtok_view((const uint8_t *)memory + vtok_keys_size(2, 0), 1);
  while (*in.ptr == 0 || *in.ptr > 127) in.ptr++;
  EXPECT(VTOK_OVERLAP, vtok_keys_add_secret(keys, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_rsa(keys, out, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_point(keys, f, out, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_sec1(keys, f, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_ed25519(keys, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_spki(keys, f, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_add_pem(keys, f, out, in));
  EXPECT(VTOK_OVERLAP, vtok_keys_retain_thumbprints(keys, NULL, 0, (size_t *)(void *)(set + 32)));
  EXPECT(VTOK_OVERLAP,
         vtok_keys_retain_thumbprints(keys, (const uint8_t(*)[32])(set + 40), 1, &kept));
  EXPECT(VTOK_OVERLAP,
         vtok_keys_retain_thumbprints(keys, (const uint8_t(*)[32])prints, 2, (size_t *)(void *)prints[1]));
  EXPECT_TRUE(memcmp(copy, memory, sizeof copy) == 0);
}

/* What is read of a token lies apart from where it goes. */
static void test_claims_apart(void) {
  static union {
    uint8_t bytes[4096];
    vtok_value value;
    vtok_unverified unverified;
    vtok_time time;
    vtok_bytes view;
    int64_t number;
    size_t len;
  } at;
  vtok_keys *keys = good_keys();
  vtok_policy policy = good_policy();
  vtok_verified verified;
  vtok_unverified unverified;
  vtok_value value, name;
  vtok_bytes sub = VTOK_TEXT("sub"), in = vtok_view(at.bytes, 3);
  uint8_t buffer[64], copy[sizeof at];
  size_t len;

  EXPECT(VTOK_OK, vtok_verify(token, keys, &policy, now, at.bytes, sizeof at, &verified, NULL));
  memcpy(copy, at.bytes, sizeof copy);
  /* Over the payload. */
  EXPECT_TRUE(verified.payload.ptr == at.bytes);
  EXPECT(VTOK_OVERLAP, vtok_claim(&verified, sub, &at.value));
  EXPECT(VTOK_OVERLAP, vtok_claim_localized(&verified, sub, unset, &at.value));
  EXPECT(VTOK_OVERLAP, vtok_claim_at(&verified, VTOK_TEXT("/sub"), &at.value));
  EXPECT(VTOK_OVERLAP, vtok_claim_by_index(&verified, 0, &at.value, &value));
  EXPECT(VTOK_OVERLAP, vtok_claim_by_index(&verified, 0, &name, &at.value));
  EXPECT(VTOK_OVERLAP, vtok_claim_by_index(&verified, 0, &value, &value));
  EXPECT(VTOK_OVERLAP, vtok_claim_string(&verified, sub, at.bytes, 64, &len));
  EXPECT(VTOK_OVERLAP, vtok_claim_string(&verified, sub, buffer, 64, &at.len));
  EXPECT(VTOK_OVERLAP, vtok_header(&verified, VTOK_TEXT("alg"), &at.value));
  /* Over the result, a name, the other output. */
  EXPECT(VTOK_OVERLAP, vtok_claim(&verified, sub, (vtok_value *)(void *)&verified));
  EXPECT(VTOK_OVERLAP, vtok_claim_string(&verified, sub, (uint8_t *)&verified, 8, &len));
  EXPECT(VTOK_OVERLAP, vtok_claim_string(&verified, sub, (uint8_t *)&len, sizeof len, &len));
  EXPECT_TRUE(memcmp(copy, at.bytes, sizeof copy) == 0);

  EXPECT(VTOK_OK, vtok_claim(&verified, sub, &value));
  EXPECT(VTOK_OVERLAP, vtok_value_string(&value, (uint8_t *)value.json.ptr, 12, &len));
  EXPECT(VTOK_OVERLAP, vtok_value_string(&value, (uint8_t *)&value, 12, &len));
  EXPECT(VTOK_OVERLAP, vtok_value_view(&value, &value.json));
  EXPECT(VTOK_OVERLAP, vtok_value_integer(&value, (int64_t *)(void *)value.opaque));
  EXPECT(VTOK_OVERLAP, vtok_value_date(&value, (int64_t *)(void *)value.opaque));
  EXPECT(VTOK_OVERLAP, vtok_value_member(&value, sub, (vtok_value *)(void *)value.opaque));
  EXPECT(VTOK_OVERLAP, vtok_value_element(&value, 0, (vtok_value *)(void *)value.opaque));
  EXPECT(VTOK_OK, vtok_value_string(&value, buffer, 64, &len));
  EXPECT_TRUE(memcmp(copy, at.bytes, sizeof copy) == 0);

  EXPECT(VTOK_OVERLAP, vtok_claim(&verified, (memcpy(at.bytes, "sub", 3), in), &at.value));
  EXPECT(VTOK_OVERLAP, vtok_claim_localized(&verified, sub, in, &at.value));
  EXPECT(VTOK_OVERLAP, vtok_claim_string(&verified, in, at.bytes + 2, 9, &len));

  /* A token that is looked at, and the registers of a clock. */
  memcpy(at.bytes, token.ptr, token.len);
  memcpy(copy, at.bytes, sizeof copy);
  EXPECT(VTOK_OVERLAP, vtok_peek(vtok_view(at.bytes, token.len), &at.unverified));
  EXPECT(VTOK_OK, vtok_peek(vtok_view(at.bytes, token.len), &unverified));
  EXPECT(VTOK_OVERLAP, vtok_unverified_header(&unverified, VTOK_TEXT("alg"), &at.value));
  EXPECT(VTOK_OVERLAP, vtok_unverified_claim(&unverified, VTOK_TEXT("iss"), &at.value));
  EXPECT(VTOK_OVERLAP, vtok_unverified_header(&unverified, VTOK_TEXT("alg"),
                                              (vtok_value *)(void *)&unverified));
  EXPECT(VTOK_OVERLAP, vtok_time_of_rtc(VTOK_RTC_DS3231, vtok_view(at.bytes, 16), 0, 0, &at.time));
  EXPECT_TRUE(memcmp(copy, at.bytes, sizeof copy) == 0);
  EXPECT(VTOK_OK, vtok_unverified_header(&unverified, VTOK_TEXT("alg"), &value));
}

static void test_replay_apart(void) {
  static VTOK_REPLAY_STORAGE(guard, 16);
  vtok_keys *keys = good_keys();
  vtok_policy policy = good_policy();
  vtok_replay *replay, **own = (vtok_replay **)(void *)(guard + 2);
  vtok_verified *inside = (vtok_verified *)(void *)(guard + 8), verified;
  uint8_t saved[VTOK_REPLAY_SAVED_LEN(16)];
  size_t len;
  uint64_t first;

  EXPECT(VTOK_OVERLAP, vtok_replay_init(guard, sizeof guard, 16, own));
  EXPECT(VTOK_OK, vtok_replay_init(guard, sizeof guard, 16, &replay));
  first = guard[0];
  EXPECT(VTOK_OVERLAP, vtok_replay_count(replay, (size_t *)(void *)guard));
  EXPECT(VTOK_OVERLAP, vtok_replay_save(replay, saved, sizeof saved, (size_t *)(void *)guard));
  EXPECT(VTOK_OVERLAP, vtok_replay_save(replay, (uint8_t *)&len, sizeof len, &len));
  EXPECT_TRUE(first == guard[0]);
  EXPECT(VTOK_OK, vtok_verify(token, keys, &policy, now, scratch, sizeof scratch, &verified, NULL));
  memcpy(inside, &verified, sizeof verified);
  EXPECT(VTOK_OVERLAP, vtok_replay_admit(replay, inside, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_OK, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, now));
}

static void test_claims(void) {
  vtok_keys *keys = good_keys();
  vtok_policy policy = good_policy();
  vtok_verified verified, zero = {0}, soiled;
  vtok_value value, name, blank = {0};
  vtok_bytes sub = VTOK_TEXT("sub"), bad = VTOK_TEXT("\xff"), null = {NULL, 1}, view;
  uint8_t buffer[64];
  size_t len;
  int64_t number;

  EXPECT(VTOK_OK, vtok_verify(token, keys, &policy, now, scratch, 4096, &verified, NULL));
  SOIL(soiled);
  SOIL(value);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_claim(&zero, sub, &value));
  EXPECT_ZERO(value);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_claim(&soiled, sub, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_claim(NULL, sub, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_claim(&verified, sub, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_claim(&verified, null, &value));
  EXPECT(VTOK_NOT_UTF8, vtok_claim(&verified, bad, &value));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_claim(&verified, unset, &value));
  EXPECT_ZERO(value);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_header(&zero, sub, &value));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_header(&verified, sub, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_header(NULL, sub, &value));
  EXPECT(VTOK_NOT_UTF8, vtok_claim_localized(&verified, sub, bad, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_localized(&verified, sub, null, &value));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_claim_localized(&verified, sub, sub, &value));
  EXPECT_TRUE(vtok_claim_at(&verified, sub, &value) != VTOK_OK);
  EXPECT(VTOK_NULL_POINTER, vtok_claim_at(&verified, sub, NULL));
  SOIL(name);
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_claim_by_index(&verified, SIZE_MAX, &name, &value));
  EXPECT_ZERO(name);
  EXPECT(VTOK_NULL_POINTER, vtok_claim_by_index(&verified, 0, NULL, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_by_index(&verified, 0, &name, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_by_index(NULL, 0, &name, &value));
  SOIL(len);
  EXPECT(VTOK_BUFFER_TOO_SMALL, vtok_claim_string(&verified, sub, buffer, 11, &len));
  EXPECT(0, len);
  EXPECT(VTOK_BUFFER_TOO_SMALL, vtok_claim_string(&verified, sub, NULL, 0, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_string(&verified, sub, NULL, 64, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_string(&verified, sub, buffer, 64, NULL));
  EXPECT(VTOK_JSON_TYPE, vtok_claim_string(&verified, VTOK_TEXT("exp"), buffer, 64, &len));
  EXPECT(VTOK_OK, vtok_claim_string(&verified, sub, buffer, 12, &len));
  EXPECT(12, len);

  EXPECT(VTOK_OK, vtok_claim(&verified, sub, &value));
  SOIL(number);
  EXPECT(VTOK_JSON_TYPE, vtok_value_integer(&value, &number));
  EXPECT_ZERO(number);
  EXPECT(VTOK_JSON_TYPE, vtok_value_date(&value, &number));
  EXPECT(VTOK_NULL_POINTER, vtok_value_date(&value, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_value_integer(NULL, &number));
  EXPECT(VTOK_JSON_TYPE, vtok_value_member(&value, sub, &name));
  EXPECT(VTOK_JSON_TYPE, vtok_value_element(&value, 0, &name));
  EXPECT(VTOK_NULL_POINTER, vtok_value_view(&value, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_value_view(NULL, &view));
  EXPECT_TRUE(view.ptr == NULL && view.len == 0);
  EXPECT(0, vtok_value_equals(NULL, sub));
  EXPECT(0, vtok_value_equals(&value, null));
  EXPECT(0, vtok_value_equals(&value, unset));
  EXPECT(1, vtok_value_equals(&value, VTOK_TEXT("248289761001")));
  /* Output onto input. */
  EXPECT(VTOK_JSON_TYPE, vtok_value_member(&value, sub, &value));
  EXPECT_ZERO(value);
  SOIL(value);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_value_string(&value, buffer, 64, &len));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_value_member(&value, sub, &name));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_value_element(&blank, 0, &name));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_value_integer(&blank, &number));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_value_view(&blank, &view));
  EXPECT(VTOK_MISALIGNED, vtok_value_view((vtok_value *)((char *)&blank + 2), &view));
  /* A result whose view was tampered with is none. */
  verified.payload.len--;
  EXPECT(VTOK_NOT_INITIALIZED, vtok_claim(&verified, sub, &value));
}

static void test_peek(void) {
  vtok_unverified unverified, zero = {{0}};
  vtok_value value;
  vtok_bytes alg = VTOK_TEXT("alg"), null = {NULL, 3};

  SOIL(unverified);
  EXPECT(VTOK_TOKEN_PARTS, vtok_peek(VTOK_TEXT("a.b"), &unverified));
  EXPECT_ZERO(unverified);
  EXPECT_TRUE(vtok_peek(unset, &unverified) / 100 == 2);
  EXPECT(VTOK_NULL_POINTER, vtok_peek(null, &unverified));
  EXPECT(VTOK_NULL_POINTER, vtok_peek(token, NULL));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_unverified_header(&zero, alg, &value));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_unverified_claim(&zero, alg, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_unverified_header(NULL, alg, &value));
  EXPECT(VTOK_OK, vtok_peek(token, &unverified));
  EXPECT(VTOK_NULL_POINTER, vtok_unverified_header(&unverified, alg, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_unverified_header(&unverified, null, &value));
  EXPECT(VTOK_NOT_UTF8, vtok_unverified_claim(&unverified, VTOK_TEXT("\xff"), &value));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_unverified_claim(&unverified, alg, &value));
  EXPECT_ZERO(value);
  EXPECT(VTOK_OK, vtok_unverified_header(&unverified, alg, &value));
}

/* Hardware that answers what 'context' says, and hashes rightly or not. */
struct hardware {
  int32_t status;
  int calls;
  const uint8_t *write;
};

static int32_t rsa_public(void *context, vtok_bytes n, vtok_bytes e,
                          vtok_bytes signature, uint8_t *encoded) {
  struct hardware *hardware = context;
  hardware->calls++;
  EXPECT_TRUE(n.len == 256 && signature.len == 256 && e.len == 3);
  if (hardware->write) memcpy(encoded, hardware->write, 256);
  return hardware->status;
}

static int32_t sha256(void *context, vtok_bytes data, uint8_t *digest) {
  struct hardware *hardware = context;
  hardware->calls++;
  EXPECT_TRUE(data.len > 0);
  if (hardware->write) memcpy(digest, hardware->write, 32);
  return hardware->status;
}

/* SHA-256 of the token's signing input, and as RSASSA-PKCS1-v1_5 pads it. */
static uint8_t digest[32], padded[256];

static int32_t decline(void *context, vtok_bytes data, uint8_t *out) {
  (void)context, (void)data, (void)out;
  return 1;
}

static void test_replay(void) {
  static VTOK_REPLAY_STORAGE(guard, 2);
  static VTOK_REPLAY_STORAGE(copy, 2);
  static uint8_t saved[VTOK_REPLAY_SAVED_LEN(2)];
  vtok_keys *keys = good_keys();
  vtok_policy policy = good_policy();
  vtok_verified verified, zero = {0};
  vtok_time unknown = {0, 0}, reversed = {2, 1};
  vtok_bytes state = {saved, 0}, cut, null = {NULL, 3}, own;
  vtok_replay *replay;
  size_t n;

  EXPECT(VTOK_NULL_POINTER, vtok_replay_init(guard, sizeof guard, 2, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_init(NULL, sizeof guard, 2, &replay));
  EXPECT_TRUE(replay == NULL);
  EXPECT(VTOK_MISALIGNED, vtok_replay_init((uint8_t *)guard + 1, sizeof guard - 8, 1, &replay));
  EXPECT(VTOK_STORAGE_FULL, vtok_replay_init(guard, sizeof guard, 3, &replay));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_replay_init(guard, sizeof guard, (size_t)-1, &replay));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_replay_init(guard, (size_t)-1, 2, &replay));
  EXPECT_TRUE(replay == NULL);
  EXPECT(VTOK_OK, vtok_replay_init(guard, sizeof guard, 2, &replay));

  EXPECT(VTOK_OK, vtok_verify(token, keys, &policy, now, scratch, sizeof scratch, &verified, NULL));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_replay_admit(replay, &zero, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_admit(replay, NULL, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_admit(NULL, &verified, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_replay_admit(replay, &verified, 0, now));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_replay_admit(replay, &verified, 3, now));
  EXPECT(VTOK_TIME_UNKNOWN, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, unknown));
  EXPECT(VTOK_TIME_REVERSED, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, reversed));
  /* A token without 'jti'. */
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_replay_admit(replay, &verified, VTOK_REPLAY_TOKEN_ID, now));
  memcpy(copy, guard, sizeof guard);
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_replay_admit((vtok_replay *)copy, &verified, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_OK, vtok_replay_count(replay, &n));
  EXPECT_TRUE(n == 0);
  EXPECT(VTOK_OK, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_REPLAYED, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, now));
  EXPECT(VTOK_OK, vtok_replay_count(replay, &n));
  EXPECT_TRUE(n == 1);
  EXPECT(VTOK_NULL_POINTER, vtok_replay_count(replay, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_count(NULL, &n));
  EXPECT_TRUE(n == 0);

  n = 9;
  EXPECT(VTOK_BUFFER_TOO_SMALL, vtok_replay_save(replay, saved, 32, &n));
  EXPECT_TRUE(n == 0);
  EXPECT(VTOK_OVERLAP, vtok_replay_save(replay, (uint8_t *)guard + 8, 40, &n));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_save(replay, saved, sizeof saved, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_save(NULL, saved, sizeof saved, &n));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_save(replay, NULL, 40, &n));
  EXPECT(VTOK_OK, vtok_replay_save(replay, saved, sizeof saved, &n));
  EXPECT_TRUE(n == 37);
  state.len = n;

  EXPECT(VTOK_OK, vtok_replay_init(copy, VTOK_REPLAY_SIZE(1), 1, &replay));
  cut = state;
  cut.len--;
  own = vtok_view(copy, 37);
  EXPECT(VTOK_REPLAY_STATE, vtok_replay_restore(replay, cut));
  EXPECT(VTOK_REPLAY_STATE, vtok_replay_restore(replay, unset));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_restore(replay, null));
  EXPECT(VTOK_NULL_POINTER, vtok_replay_restore(NULL, state));
  EXPECT(VTOK_OVERLAP, vtok_replay_restore(replay, own));
  EXPECT(VTOK_OK, vtok_replay_restore(replay, state));
  EXPECT(VTOK_REPLAYED, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, now));
  saved[13] ^= 1;
  EXPECT(VTOK_OK, vtok_replay_restore(replay, state));
  EXPECT(VTOK_REPLAY_FULL, vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, now));
  state.len = sizeof saved;
  EXPECT(VTOK_REPLAY_STATE, vtok_replay_restore(replay, state));
  EXPECT(VTOK_OK, vtok_replay_count(replay, &n));
  EXPECT_TRUE(n == 1);
}

static void test_time(void) {
  vtok_time unknown = {0, 0}, reversed = {2, 1}, interval = {100, 200}, out;
  /* 2026-11-22 03:04:05. */
  uint8_t ds3231[16] = {0x05, 0x04, 0x03, 0x07, 0x22, 0x11, 0x26};
  uint8_t pcf8563[9] = {0, 0, 0x05, 0x04, 0x03, 0x22, 0x07, 0x11, 0x26};
  vtok_bytes registers = vtok_view(ds3231, 16), null = {NULL, 16};

  EXPECT(VTOK_NULL_POINTER, vtok_time_not_before(interval, 0, NULL));
  EXPECT(VTOK_OK, vtok_time_not_before(interval, 150, &out));
  EXPECT_TRUE(out.earliest == 150 && out.latest == 200);
  EXPECT(VTOK_CLOCK_BEHIND_FLOOR, vtok_time_not_before(interval, 201, &out));
  EXPECT_ZERO(out);
  EXPECT(VTOK_TIME_UNKNOWN, vtok_time_not_before(unknown, 0, &out));
  EXPECT(VTOK_TIME_REVERSED, vtok_time_not_before(reversed, 0, &out));
  EXPECT(VTOK_NULL_POINTER, vtok_time_advanced(interval, 1, 1, NULL));
  EXPECT(VTOK_OK, vtok_time_advanced(interval, 1000000, 1000, &out));
  EXPECT_TRUE(out.earliest == 1099 && out.latest == 1202);
  EXPECT(VTOK_TIME_REVERSED, vtok_time_advanced(reversed, 1, 1, &out));
  EXPECT_ZERO(out);
  EXPECT(VTOK_OK, vtok_time_advanced(unknown, 1000, 0, &out));
  EXPECT_ZERO(out);

#define RTC(chip, registers) vtok_time_of_rtc(chip, registers, 60, 5, &out)
  EXPECT(VTOK_OK, RTC(VTOK_RTC_DS3231, registers));
  EXPECT_TRUE(out.earliest == 1795316645 - 5 && out.latest == 1795316645 + 60);
  EXPECT(VTOK_OK, RTC(VTOK_RTC_PCF8563, vtok_view(pcf8563, 9)));
  EXPECT_TRUE(out.earliest == 1795316645 - 5 && out.latest == 1795316645 + 60);
  EXPECT(VTOK_CLOCK_ENCODING, RTC(VTOK_RTC_PCF8563, registers));
  EXPECT_ZERO(out);
  EXPECT(VTOK_CLOCK_ENCODING, RTC(VTOK_RTC_DS3231, unset));
  EXPECT(VTOK_NULL_POINTER, RTC(VTOK_RTC_DS3231, null));
  EXPECT(VTOK_NULL_POINTER, vtok_time_of_rtc(VTOK_RTC_DS3231, registers, 0, 0, NULL));
  EXPECT(VTOK_UNKNOWN_VALUE, RTC(0, registers));
  ds3231[15] = 0x80;
  EXPECT(VTOK_CLOCK_STOPPED, RTC(VTOK_RTC_DS3231, registers));
  pcf8563[2] |= 0x80;
  EXPECT(VTOK_CLOCK_STOPPED, RTC(VTOK_RTC_PCF8563, vtok_view(pcf8563, 9)));
  EXPECT_ZERO(out);
}

static void test_hooks(void) {
  vtok_keys *keys = good_keys();
  vtok_policy policy = good_policy();
  struct hardware hardware = {0, 0, NULL};
  vtok_hooks hooks = {0};

  policy.hooks = &hooks;
  EXPECT(VTOK_STRUCT_SIZE, verify(keys, &policy));
  hooks.size = sizeof hooks + 8;
  EXPECT(VTOK_STRUCT_SIZE, verify(keys, &policy));
  policy.hooks = (const vtok_hooks *)(const void *)((char *)&hooks + 1);
  EXPECT(VTOK_MISALIGNED, verify(keys, &policy));
  policy.hooks = &hooks;

  /* None offered: the built-in arithmetic. */
  hooks.size = sizeof hooks;
  hooks.context = &hardware;
  EXPECT(VTOK_OK, verify(keys, &policy));

  /* Success claimed and nothing written, or rubbish; failures of any number. */
  hooks.rsa_public = rsa_public;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  hardware.write = jwks.ptr;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  for (hardware.status = -1; hardware.status <= 1; hardware.status += 2)
    EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  hardware.status = INT32_MIN;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  /* Honest, but for a failure afterwards. */
  hardware.write = padded;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  hardware.status = 0;
  EXPECT(VTOK_OK, verify(keys, &policy));
  EXPECT(7, hardware.calls);

  /* The digest from hardware: idle, failing, lying, honest. */
  hooks.sha256 = decline;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  hooks.sha256 = sha256;
  hooks.rsa_public = NULL;
  hardware.write = NULL;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  hardware.write = padded;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));
  hardware.write = digest;
  EXPECT(VTOK_OK, verify(keys, &policy));
  hardware.status = 1;
  EXPECT(VTOK_SIGNATURE_INVALID, verify(keys, &policy));

  /* A hook for another family is not asked. */
  hooks.sha256 = NULL;
  EXPECT(VTOK_OK, verify(keys, &policy));
}

static void test_texts(void) {
  static const uint32_t odd[] = {31, 63, 64, UINT32_MAX};
  size_t n;
  EXPECT_TRUE(strcmp(vtok_status_name(0), "ok") == 0);
  EXPECT_TRUE(strcmp(vtok_status_name(-1), "unknown") == 0);
  EXPECT_TRUE(strcmp(vtok_status_message(INT32_MIN), "unknown") == 0);
  EXPECT_TRUE(strcmp(vtok_status_name(INT32_MAX), "unknown") == 0);
  EXPECT_TRUE(strcmp(vtok_status_name(65536 + 100), "unknown") == 0);
  for (n = 0; n < sizeof odd / sizeof *odd; n++) {
    EXPECT_TRUE(strcmp(vtok_check_name(odd[n]), "unknown") == 0);
    EXPECT_TRUE(vtok_check_section(odd[n], 0, 0, 0).ptr == NULL);
    EXPECT_TRUE(vtok_check_section(0, odd[n], 0, 0).ptr == NULL);
    EXPECT_TRUE(vtok_check_section(0, 0, odd[n], 0).ptr == NULL);
    EXPECT_TRUE(vtok_check_section(0, 0, 0, odd[n]).ptr == NULL);
  }
  EXPECT_TRUE(vtok_keys_size(SIZE_MAX, SIZE_MAX) == SIZE_MAX);
  EXPECT_TRUE(vtok_scratch_len(SIZE_MAX) < SIZE_MAX);
}

static void read_digest(const char *hex) {
  unsigned byte;
  size_t n;
  for (n = 0; n < sizeof digest; n++) {
    if (sscanf(hex + 2 * n, "%2x", &byte) != 1) exit(2);
    digest[n] = (uint8_t)byte;
  }
  memset(padded, 0xff, sizeof padded);
  memcpy(padded, "\0\1", 2);
  memcpy(padded + 204,
         "\0\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\0\x04\x20", 20);
  memcpy(padded + 224, digest, 32);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  jwks = read_file(argv[1], jwks_buffer);
  token = read_file(argv[2], token_buffer);
  read_digest(argv[3]);
  test_key_storage();
  test_adding_keys();
  test_replacing_keys();
  test_policy();
  test_verify();
  test_policy_apart();
  test_keys_apart();
  test_claims_apart();
  test_claims();
  test_peek();
  test_replay();
  test_replay_apart();
  test_time();
  test_hooks();
  test_texts();
  printf("%d failures\n", failures);
  return failures != 0;
}
