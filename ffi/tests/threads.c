/*
 * Many threads verify through one key set and one policy at once.
 *
 *     threads JWKS-FILE TOKEN-FILE ROUNDS
 */
#include <pthread.h>
#include <string.h>

#include "file.h"

enum { THREADS = 16 };

static VTOK_KEYS_STORAGE(memory, 2, 2 * (VTOK_RSA_BYTES(2048) + 64));
static uint8_t jwks[4096], token[4096];
static size_t token_len;
static vtok_keys *keys;
static vtok_policy policy;
static int rounds;

static char bad[] = "a wrong verdict";

static void *work(void *unused) {
  uint8_t scratch[4096], changed[4096];
  vtok_time now = {1311281000, 1311281000};
  vtok_verified verified;
  vtok_report report;
  int32_t status;
  int n;
  (void)unused;
  for (n = 0; n < rounds; n++) {
    status = vtok_verify(vtok_view(token, token_len), keys, &policy, now,
                         scratch, sizeof scratch, &verified, &report);
    if (status != VTOK_OK || report.failed) return bad;
    memcpy(changed, token, token_len);
    changed[token_len - 10] = token[token_len - 10] == 'A' ? 'B' : 'A';
    status = vtok_verify_in_place(changed, token_len, keys, &policy, now,
                                  &verified, &report);
    if (status != VTOK_SIGNATURE_INVALID) return bad;
#ifdef PLANTED
    policy.leeway_iat = (uint32_t)n;
#endif
  }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  void *failed;
  int n, failures = 0;
  if (argc < 4) return 2;
  rounds = atoi(argv[3]);
  token_len = read_file(argv[2], token).len;
  if (vtok_keys_init(memory, sizeof memory, 2, &keys) != VTOK_OK ||
      vtok_keys_import_jwks(keys, read_file(argv[1], jwks), NULL) != VTOK_OK)
    return 2;
  policy.size = sizeof policy;
  policy.flow = VTOK_FLOW_ID_TOKEN;
  policy.algorithms = VTOK_ALG_RS256;
  policy.issuer = VTOK_TEXT("https://server.example.com");
  policy.audience = VTOK_TEXT("s6BhdRkqt3");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  for (n = 0; n < THREADS; n++)
    if (pthread_create(&threads[n], NULL, work, NULL)) return 2;
  for (n = 0; n < THREADS; n++)
    if (pthread_join(threads[n], &failed) || failed) failures++;
  return failures != 0;
}
