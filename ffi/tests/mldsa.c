/*
 * ML-DSA: `mldsa JWK-FILE TOKEN-FILE`, the files of mldsa.py; without
 * arguments, what a build without the feature answers.
 */
#include "expect.h"
#include "file.h"

static VTOK_KEYS_STORAGE(storage, 1, 2048);
static vtok_bytes token;

static vtok_policy policy_of(const vtok_hooks *hooks) {
  vtok_policy policy;
  memset(&policy, 0, sizeof policy);
  policy.size = sizeof policy;
  policy.flags = VTOK_POLICY_REQUIRE_S_HASH;
  policy.algorithms = VTOK_ALG_ML_DSA_44;
  policy.issuer = VTOK_TEXT("https://op.example");
  policy.audience = VTOK_TEXT("client");
  policy.nonce = VTOK_TEXT("n");
  policy.access_token = VTOK_TEXT("access");
  policy.code = VTOK_TEXT("code");
  policy.state = VTOK_TEXT("state");
  policy.hooks = hooks;
  return policy;
}

static int32_t verify(const vtok_keys *keys, const vtok_policy *policy) {
  static uint8_t scratch[FILE_MAX];
  vtok_time time = {1500, 1500};
  vtok_verified verified;
  int32_t status;
  SOIL(verified);
  status = vtok_verify(token, keys, policy, time, scratch, sizeof scratch,
                       &verified, NULL);
  if (status != VTOK_OK) EXPECT_ZERO(verified);
  return status;
}

/* Hardware for what no token here has. */
static int32_t sha256(void *context, vtok_bytes data, uint8_t *digest) {
  (void)context, (void)data, (void)digest;
  return 1;
}

static int32_t rsa_public(void *context, vtok_bytes n, vtok_bytes e,
                          vtok_bytes signature, uint8_t *encoded) {
  (void)context, (void)n, (void)e, (void)signature, (void)encoded;
  return 1;
}

static int32_t ecdsa_verify(void *context, uint32_t family, vtok_bytes x,
                            vtok_bytes y, vtok_bytes digest,
                            vtok_bytes signature) {
  (void)context, (void)family, (void)x, (void)y, (void)digest, (void)signature;
  return 1;
}

/* The hashes are by the algorithm's own function, whatever hook is set. */
static void test_hashes(const vtok_keys *keys) {
  vtok_hooks hooks[4];
  vtok_policy policy;
  size_t n;
  memset(hooks, 0, sizeof hooks);
  hooks[1].sha256 = sha256;
  hooks[2].rsa_public = rsa_public;
  hooks[3].ecdsa_verify = ecdsa_verify;
  for (n = 0; n < 4; n++) {
    hooks[n].size = sizeof hooks[n];
    policy = policy_of(&hooks[n]);
    EXPECT(VTOK_OK, verify(keys, &policy));
    policy.access_token = VTOK_TEXT("another");
    EXPECT(VTOK_AT_HASH_MISMATCH, verify(keys, &policy));
  }
}

int main(int argc, char **argv) {
  static uint8_t jwk[FILE_MAX], jwt[FILE_MAX];
  vtok_policy policy = policy_of(NULL);
  vtok_keys *keys;
  EXPECT(VTOK_OK, vtok_keys_init(storage, sizeof storage, 1, &keys));
  if (argc != 3) {
    EXPECT(VTOK_UNKNOWN_VALUE, verify(keys, &policy));
  } else {
    token = read_file(argv[2], jwt);
    EXPECT(VTOK_OK, vtok_keys_pin_jwk(keys, read_file(argv[1], jwk)));
    EXPECT(VTOK_OK, verify(keys, &policy));
    test_hashes(keys);
  }
  return failures != 0;
}
