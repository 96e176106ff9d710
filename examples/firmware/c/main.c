/*
 * Firmware in C without a C library: verifies a real ES256 and a real RS256 ID
 * Token, refuses bad ones, prints a line each over semihosting, and ends QEMU
 * with success or failure.
 */
#include "semihost.h"
#include "tokens.h"
#include "veritok.h"

/* A key of each family, each with its 'kid'. */
static VTOK_KEYS_STORAGE(memory, 2,
                         VTOK_RSA_BYTES(2048) + VTOK_P256_BYTES +
                             2 * VTOK_KID_BYTES(32));
static uint8_t buffer[1200]; /* the longest token of tokens.h */

static void print(const char *text) { semihost(SYS_WRITE0, text); }

/* What start.c calls with what main returned. */
void exit(int status) { leave(status == 0); }

/* What the library asks of a firmware without a C library: it must not return. */
void abort(void) {
  print("abort\n");
  leave(0);
}

static int is_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int32_t judge(const vtok_keys *keys, const struct token *token) {
  vtok_bytes trusted = VTOK_TEXT(TRUSTED);
  vtok_policy policy = {0};
  vtok_time now = {NOW, NOW};
  vtok_verified verified;
  vtok_report report;
  size_t n;
  if (token->len > sizeof buffer) return VTOK_TOKEN_TOO_LONG;
  for (n = 0; n < token->len; n++) buffer[n] = (uint8_t)token->text[n];
  policy.size = sizeof policy;
  policy.flow = VTOK_FLOW_CODE;
  policy.endpoint = VTOK_ENDPOINT_TOKEN;
  policy.algorithms = VTOK_ALG_ES256 | VTOK_ALG_RS256;
  policy.issuer = VTOK_TEXT(ISSUER);
  policy.audience = VTOK_TEXT(CLIENT);
  policy.trusted_audiences = &trusted;
  policy.trusted_audiences_len = 1;
  policy.nonce = token->is_replayed ? VTOK_TEXT("of another login") : VTOK_TEXT(NONCE);
  return vtok_verify_in_place(buffer, token->len, keys, &policy, now, &verified,
                              &report);
}

int main(void) {
  vtok_keys *keys;
  size_t n;
  int success = 1;
  int32_t status = vtok_keys_init(memory, sizeof memory, 2, &keys);
  if (status == VTOK_OK)
    status = vtok_keys_import_jwks(keys, VTOK_TEXT(JWKS), NULL);
  if (status != VTOK_OK) {
    print("FAILED import\n");
    leave(0);
  }
  for (n = 0; n < sizeof tokens / sizeof *tokens; n++) {
    const char *verdict;
    status = judge(keys, &tokens[n]);
    verdict = status == VTOK_OK ? "accepted" : vtok_status_name(status);
    if (is_equal(verdict, tokens[n].expected)) {
      print("ok     ");
    } else {
      print("FAILED ");
      success = 0;
    }
    print(tokens[n].name);
    print(": ");
    print(verdict);
    print("\n");
  }
  print(success ? "all as expected\n" : "not as expected\n");
  return !success;
}
