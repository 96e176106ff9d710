/*
 * Encrypted tokens: `decrypt JWKS JWE`, the JWE holding the signed token of
 * OpenID Connect Core appendix A.3; without arguments, what a build without
 * the feature answers.
 */
#include "expect.h"
#include "file.h"

static const char A3[] = /* RFC 7516 appendix A.3 */
    "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0."
    "6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ."
    "AxY8DCtDaGlsbGljb3RoZQ."
    "KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
static const char KEY[] = "{\"kty\":\"oct\",\"k\":\"GawgguFyGrWKav7AX4VKUg\"}";

static vtok_decryption decryption_of(const vtok_decryption_keys *keys,
                                     uint32_t alg, uint32_t enc) {
  vtok_decryption decryption;
  memset(&decryption, 0, sizeof decryption);
  decryption.size = sizeof decryption;
  decryption.key_management = alg;
  decryption.content_encryption = enc;
  decryption.keys = keys;
  return decryption;
}

static void without_the_feature(void) {
  static vtok_decryption_keys own;
  vtok_decryption decryption = decryption_of(&own, VTOK_JWE_ALG_DIR, 1);
  uint8_t token[sizeof A3];
  vtok_bytes found;
  memcpy(token, A3, sizeof A3);
  EXPECT(VTOK_OK, vtok_decryption_keys_init(&own));
  EXPECT(VTOK_JWK_UNSUPPORTED,
         vtok_decryption_keys_add_jwk(&own, VTOK_TEXT(KEY), 1));
  EXPECT(VTOK_JWK_UNSUPPORTED,
         vtok_decrypt(token, sizeof A3 - 1, &decryption, &found));
}

static void plain(void) {
  static vtok_decryption_keys own, unset;
  vtok_decryption decryption = decryption_of(
      &own, VTOK_JWE_ALG_A128KW, VTOK_JWE_ENC_A128CBC_HS256);
  vtok_decryption other =
      decryption_of(&own, VTOK_JWE_ALG_A256KW, VTOK_JWE_ENC_A128CBC_HS256);
  uint8_t token[sizeof A3];
  vtok_bytes found, *inside = (vtok_bytes *)(void *)token;
  vtok_bytes inside_own = {(const uint8_t *)&own + sizeof own - 16, 16};
  size_t len = sizeof A3 - 1;
  memcpy(token, A3, sizeof A3);
  EXPECT(VTOK_NULL_POINTER, vtok_decryption_keys_init(NULL));
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_decryption_keys_add_jwk(&unset, VTOK_TEXT(KEY), 1));
  EXPECT(VTOK_OK, vtok_decryption_keys_init(&own));
  EXPECT(VTOK_UNKNOWN_VALUE,
         vtok_decryption_keys_add_jwk(&own, VTOK_TEXT(KEY), 2));
  EXPECT(VTOK_KEY_SIZE, vtok_decryption_keys_add_secret(
                            &own, VTOK_TEXT("short"), vtok_view(NULL, 0)));
  EXPECT(VTOK_UNKNOWN_VALUE,
         vtok_decryption_keys_add_scalar(&own, 9, VTOK_TEXT("x"),
                                         vtok_view(NULL, 0)));
  EXPECT(VTOK_OVERLAP, vtok_decryption_keys_add_jwk(&own, inside_own, 1));
  EXPECT(VTOK_OVERLAP, vtok_decryption_keys_add_secret(&own, inside_own,
                                                       vtok_view(NULL, 0)));
  EXPECT(VTOK_OVERLAP, vtok_decryption_keys_add_secret(
                           &own, VTOK_TEXT("0123456789abcdef"), inside_own));
  EXPECT(VTOK_OVERLAP, vtok_decryption_keys_add_scalar(
                           &own, VTOK_SCALAR_X25519, inside_own, inside_own));
  EXPECT(VTOK_OK, vtok_decryption_keys_add_jwk(&own, VTOK_TEXT(KEY), 1));

  SOIL(found);
  EXPECT(VTOK_ALGORITHM_NOT_ALLOWED, vtok_decrypt(token, len, &other, &found));
  EXPECT_ZERO(found);
  EXPECT_TRUE(memcmp(token, A3, len) == 0);
  EXPECT(VTOK_NULL_POINTER, vtok_decrypt(NULL, len, &decryption, &found));
  EXPECT(VTOK_NULL_POINTER, vtok_decrypt(token, len, NULL, &found));
  EXPECT(VTOK_NULL_POINTER, vtok_decrypt(token, len, &decryption, NULL));
  if ((uintptr_t)inside % sizeof(void *) == 0)
    EXPECT(VTOK_OVERLAP, vtok_decrypt(token, len, &decryption, inside));
  other = decryption;
  other.keys = &unset;
  EXPECT(VTOK_NOT_INITIALIZED, vtok_decrypt(token, len, &other, &found));
  other = decryption;
  other.size--;
  EXPECT(VTOK_STRUCT_SIZE, vtok_decrypt(token, len, &other, &found));
  other = decryption;
  other.content_encryption = 1u << 31;
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_decrypt(token, len, &other, &found));
  other.content_encryption = 0;
  EXPECT(VTOK_NO_ALGORITHMS, vtok_decrypt(token, len, &other, &found));
  other = decryption;
  other.key_management |= VTOK_JWE_ALG_RSA_OAEP;
  EXPECT(VTOK_BLINDING_NOT_SET, vtok_decrypt(token, len, &other, &found));
  token[len - 1] = 'g'; /* another tag */
  EXPECT(VTOK_DECRYPTION_FAILED, vtok_decrypt(token, len, &decryption, &found));
  token[len - 1] = A3[len - 1];
  EXPECT(VTOK_OK, vtok_decrypt(token, len, &decryption, &found));
  EXPECT_TRUE(found.len == 22 &&
              memcmp(found.ptr, "Live long and prosper.", 22) == 0);

  EXPECT(VTOK_OK, vtok_decryption_keys_clear(&own));
  EXPECT_ZERO(own);
  memcpy(token, A3, sizeof A3);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_decrypt(token, len, &decryption, &found));
}

static void nested(vtok_bytes jwks, vtok_bytes jwe) {
  static VTOK_KEYS_STORAGE(storage, 2, 2 * VTOK_RSA_BYTES(2048));
  static vtok_decryption_keys own;
  static uint8_t token[FILE_MAX], scratch[FILE_MAX];
  vtok_decryption decryption =
      decryption_of(&own, VTOK_JWE_ALG_DIR, VTOK_JWE_ENC_A128GCM);
  vtok_time time = {1311281000, 1311281000};
  vtok_imported imported;
  vtok_verified verified;
  vtok_report report;
  vtok_policy policy;
  vtok_keys *keys;
  EXPECT(VTOK_OK, vtok_keys_init(storage, sizeof storage, 2, &keys));
  EXPECT(VTOK_OK, vtok_keys_import_jwks(keys, jwks, &imported));
  EXPECT(VTOK_OK, vtok_decryption_keys_init(&own));
  EXPECT(VTOK_OK, vtok_decryption_keys_add_secret(
                      &own, VTOK_TEXT("0123456789abcdef"), vtok_view(NULL, 0)));
  memset(&policy, 0, sizeof policy);
  policy.size = sizeof policy;
  policy.algorithms = VTOK_ALG_RS256;
  policy.flow = VTOK_FLOW_ID_TOKEN;
  policy.endpoint = VTOK_ENDPOINT_AUTHORIZATION;
  policy.issuer = VTOK_TEXT("https://server.example.com");
  policy.audience = VTOK_TEXT("s6BhdRkqt3");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  policy.flags = VTOK_POLICY_REQUIRE_ENCRYPTION;

  EXPECT(VTOK_TOKEN_ENCRYPTED,
         vtok_verify(jwe, keys, &policy, time, scratch, sizeof scratch,
                     &verified, NULL));
  memcpy(token, jwe.ptr, jwe.len);
  EXPECT(VTOK_OK, vtok_decrypt_verify(token, jwe.len, &decryption, keys,
                                      &policy, time, &verified, &report));
  EXPECT(1, verified.is_verified);
  memcpy(token, jwe.ptr, jwe.len);
  policy.nonce = vtok_view(token, 12);
  EXPECT(VTOK_OVERLAP, vtok_decrypt_verify(token, jwe.len, &decryption, keys,
                                           &policy, time, &verified, &report));
  EXPECT_TRUE(memcmp(token, jwe.ptr, jwe.len) == 0);
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  time.earliest = time.latest = 1411281000;
  SOIL(verified);
  EXPECT(VTOK_EXP_EXPIRED,
         vtok_decrypt_verify(token, jwe.len, &decryption, keys, &policy, time,
                             &verified, &report));
  EXPECT_ZERO(verified);
  /* A token that comes without encryption where it was agreed on. */
  memcpy(token, "e30.e30.e30", 11);
  EXPECT(VTOK_TOKEN_NOT_ENCRYPTED,
         vtok_decrypt_verify(token, 11, &decryption, keys, &policy, time,
                             &verified, &report));
  /* The form of the token, not the arguments. */
  EXPECT_TRUE(report.failed == 1u << 1 &&
              report.codes[1] == VTOK_TOKEN_NOT_ENCRYPTED);
  EXPECT(VTOK_TOKEN_NOT_ENCRYPTED,
         vtok_verify(VTOK_TEXT("e30.e30.e30"), keys, &policy, time, scratch,
                     sizeof scratch, &verified, NULL));
}

int main(int argc, char **argv) {
  static uint8_t jwks[FILE_MAX], jwe[FILE_MAX];
  if (argc != 3) {
    without_the_feature();
  } else {
    plain();
    nested(read_file(argv[1], jwks), read_file(argv[2], jwe));
  }
  return failures != 0;
}
