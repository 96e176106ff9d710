/*
 * Verifies an ID Token from a file with a JWK Set from a file. The policy is
 * that of OpenID Connect Core 1.0, appendix A.3; use your own.
 *
 *     verify JWKS-FILE TOKEN-FILE [SECONDS-SINCE-1970]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "veritok.h"

/* Room for four RSA keys of 2048 bits, and their 'kid's. */
static VTOK_KEYS_STORAGE(memory, 4, 4 * (VTOK_RSA_BYTES(2048) + 64));
static uint8_t jwks[16384], token[16384];

static size_t read_file(const char *path, uint8_t *buffer, size_t capacity) {
  FILE *file = fopen(path, "rb");
  size_t len = file ? fread(buffer, 1, capacity, file) : 0;
  if (len == 0 || len == capacity) {
    fprintf(stderr, "%s: unreadable, empty or too long\n", path);
    exit(2);
  }
  fclose(file);
  return len;
}

static void print_claim(const vtok_verified *verified, const char *label,
                        vtok_bytes name) {
  uint8_t text[256];
  size_t len;
  if (vtok_claim_string(verified, name, text, sizeof text, &len) == VTOK_OK)
    printf("%s %.*s\n", label, (int)len, (const char *)text);
  else
    printf("%s (none)\n", label);
}

int main(int argc, char **argv) {
  vtok_keys *keys;
  vtok_policy policy = {0};
  vtok_time now;
  vtok_verified verified;
  vtok_report report;
  size_t len;
  uint32_t check;
  int32_t status;

  if (argc < 3) return 2;
  status = vtok_keys_init(memory, sizeof memory, 4, &keys);
  if (status == VTOK_OK) {
    len = read_file(argv[1], jwks, sizeof jwks);
    status = vtok_keys_import_jwks(keys, vtok_view(jwks, len), NULL);
  }
  if (status != VTOK_OK) {
    fprintf(stderr, "%s: %s\n", argv[1], vtok_status_message(status));
    return 2;
  }

  policy.size = sizeof policy;
  policy.flow = VTOK_FLOW_ID_TOKEN;
  policy.algorithms = VTOK_ALG_RS256;
  policy.issuer = VTOK_TEXT("https://server.example.com");
  policy.audience = VTOK_TEXT("s6BhdRkqt3");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  now.earliest = argc > 3 ? strtoll(argv[3], NULL, 10) : (int64_t)time(NULL);
  now.latest = now.earliest;

  len = read_file(argv[2], token, sizeof token);
  while (len > 0 && token[len - 1] == '\n') len--;
  status = vtok_verify_in_place(token, len, keys, &policy, now,
                                &verified, &report);
  for (check = 0; check < report.checks; check++)
    if (report.failed >> check & 1)
      printf("failed: %s: %s (%s)\n", vtok_check_name(check),
             vtok_status_message(report.codes[check]),
             vtok_status_name(report.codes[check]));
  if (status != VTOK_OK) return 1;
  print_claim(&verified, "subject:", VTOK_TEXT("sub"));
  print_claim(&verified, "email:", VTOK_TEXT("email"));
  return 0;
}
