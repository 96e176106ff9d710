#include <stdio.h>
#include "veritok.h"

static VTOK_KEYS_STORAGE(memory, 4, 4 * VTOK_RSA_BYTES(2048));

int verify(uint8_t *token, size_t len, vtok_bytes jwks, int64_t now) {
  vtok_keys *keys;
  vtok_policy policy = {0};
  vtok_time time;
  vtok_verified verified;
  vtok_report report;
  uint8_t sub[256];
  size_t sub_len;
  int32_t status;

  status = vtok_keys_init(memory, sizeof memory, 4, &keys);
  if (status == VTOK_OK)
    status = vtok_keys_import_jwks(keys, jwks, NULL);
  if (status != VTOK_OK) return -1;

  policy.size = sizeof policy;
  policy.flow = VTOK_FLOW_ID_TOKEN;
  policy.algorithms = VTOK_ALG_RS256;
  policy.issuer = VTOK_TEXT("https://server.example.com");
  policy.audience = VTOK_TEXT("s6BhdRkqt3");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  time.earliest = time.latest = now;

  status = vtok_verify_in_place(token, len, keys, &policy, time,
                                &verified, &report);
  if (status != VTOK_OK) {
    printf("refused: %s\n", vtok_status_message(status));
    return 1;
  }
  status = vtok_claim_string(&verified, VTOK_TEXT("sub"),
                             sub, sizeof sub, &sub_len);
  if (status != VTOK_OK) return -1;
  printf("subject: %.*s\n", (int)sub_len, (const char *)sub);
  return 0;
}
