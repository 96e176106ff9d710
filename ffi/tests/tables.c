/*
 * Tables of keys: `tables JWKS-FILE TOKEN-FILE...`, the tokens being those of
 * tests/bench-data; without arguments, what a build without the feature
 * answers.
 */
#include "expect.h"
#include "file.h"

enum { KEYS = 8, VALUES = 4096 };
enum {
  TABLES = VTOK_P256_TABLE_BYTES(4) + VTOK_ED25519_TABLE_BYTES(4)
};

static VTOK_KEYS_STORAGE(storage, KEYS, VALUES + TABLES);
static vtok_bytes jwks;

static int32_t verify(vtok_bytes token, const vtok_keys *keys) {
  static uint8_t scratch[FILE_MAX];
  vtok_time time = {1800000000, 1800000000};
  vtok_verified verified;
  vtok_policy policy;
  memset(&policy, 0, sizeof policy);
  policy.size = sizeof policy;
  policy.algorithms = VTOK_ALG_ES256 | VTOK_ALG_EDDSA | VTOK_ALG_RS256;
  policy.profile = VTOK_PROFILE_JWS;
  return vtok_verify(token, keys, &policy, time, scratch, sizeof scratch,
                     &verified, NULL);
}

static vtok_keys *import(size_t len) {
  vtok_keys *keys;
  EXPECT(VTOK_OK, vtok_keys_init(storage, len, KEYS, &keys));
  EXPECT(VTOK_OK, vtok_keys_import_jwks(keys, jwks, NULL));
  return keys;
}

static void without_the_feature(void) {
  vtok_keys *keys;
  uint32_t made;
  SOIL(made);
  EXPECT(VTOK_OK, vtok_keys_init(storage, sizeof storage, KEYS, &keys));
  EXPECT(VTOK_JWK_UNSUPPORTED, vtok_keys_add_tables(keys, 1, &made));
  EXPECT_ZERO(made);
}

static void with_tables(int files, char **file) {
  static uint8_t text[FILE_MAX], wrong[FILE_MAX];
  uint32_t blocks, made;
  vtok_keys *keys = import(sizeof storage);
  SOIL(made);
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_tables(keys, 0, &made));
  EXPECT_ZERO(made);
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_keys_add_tables(keys, 5, &made));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_add_tables(NULL, 1, &made));
  for (blocks = 0; blocks <= 4; blocks++) {
    int n;
    keys = import(sizeof storage);
    if (blocks > 0) {
      EXPECT(VTOK_OK, vtok_keys_add_tables(keys, blocks, &made));
      EXPECT(2, made);
      EXPECT(VTOK_OK, vtok_keys_add_tables(keys, blocks, NULL));
    }
    for (n = 0; n < files; n++) {
      vtok_bytes token = read_file(file[n], text);
      memcpy(wrong, text, token.len);
      wrong[token.len - 20] = wrong[token.len - 20] == 'A' ? 'B' : 'A';
      EXPECT(VTOK_OK, verify(token, keys));
      EXPECT(VTOK_SIGNATURE_INVALID, verify(vtok_view(wrong, token.len), keys));
    }
  }
  /* Room for no table. */
  keys = import(VTOK_KEYS_SIZE(KEYS, VALUES));
  EXPECT(VTOK_OK, vtok_keys_add_tables(keys, 1, &made));
  EXPECT(0, made);
}

int main(int argc, char **argv) {
  if (argc == 1) {
    without_the_feature();
  } else {
    static uint8_t text[FILE_MAX];
    jwks = read_file(argv[1], text);
    with_tables(argc - 2, argv + 2);
  }
  printf("%d failures\n", failures);
  return failures != 0;
}
