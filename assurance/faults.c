/*
 * Judges one bad token of secret_tokens.h, number CASE, and says whether it was accepted: for
 * faults.py, which skips instructions of the library. A caller that follows the header asks the status
 * alone; another asks, too, whether a claim can be read.
 */
#include <stddef.h>
#include <stdint.h>

#include "semihost.h"
#include "veritok.h"

#include "secret_tokens.h"

static VTOK_KEYS_STORAGE(memory, 1, VTOK_SECRET_BYTES(40));
static uint8_t scratch[2048];

void exit(int status) { leave(status == 0); }
void abort(void) { leave(0); }

int main(void) {
  static const char secret[] = "a secret of forty bytes, for tests alone";
  const vtok_time now = {1800000000, 1800000000};
  vtok_keys *keys;
  vtok_verified verified;
  vtok_value value;
  vtok_policy policy = {0};
  volatile int32_t status;
  size_t len = 0;
  policy.size = sizeof policy;
  policy.profile = VTOK_PROFILE_ID_TOKEN;
  policy.flow = VTOK_FLOW_CODE;
  policy.endpoint = VTOK_ENDPOINT_TOKEN;
  policy.algorithms = VTOK_ALG_HS256;
  policy.issuer = VTOK_TEXT("https://op.example");
  policy.audience = VTOK_TEXT("client");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  if (vtok_keys_init(memory, sizeof memory, 1, &keys) != VTOK_OK) return 1;
  if (vtok_keys_add_secret(keys, vtok_view(secret, sizeof secret - 1), VTOK_TEXT("")) != VTOK_OK) return 1;
  while (tokens[CASE].token[len]) len++;
  status = vtok_verify(vtok_view(tokens[CASE].token, len), keys, &policy, now, scratch,
                       sizeof scratch, &verified, NULL);
  if (status == VTOK_OK) {
    semihost(SYS_WRITE0, "ACCEPTED\n");
    if (vtok_claim(&verified, VTOK_TEXT("sub"), &value) == VTOK_OK) semihost(SYS_WRITE0, "RELEASED\n");
  } else {
    semihost(SYS_WRITE0, "refused\n");
  }
  return 0;
}
