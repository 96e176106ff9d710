/*
 * The bench tokens through the C ABI, as a C program verifies them: linked into
 * benches/peers for its time, and on its own, with MAIN, for its instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "veritok.h"

typedef struct {
  vtok_keys *keys;
  vtok_policy policy;
  vtok_bytes api, acr;
  uint8_t scratch[2048];
  VTOK_KEYS_STORAGE(memory, 1, VTOK_RSA_BYTES(4096) + VTOK_KID_BYTES(64));
} state;

void *veritok_new(uint32_t algorithm, const char *jwks) {
  state *s = calloc(1, sizeof *s);
  vtok_policy *policy = &s->policy;
  s->api = VTOK_TEXT("https://api.example.com/v1");
  s->acr = VTOK_TEXT("urn:mace:incommon:iap:silver");
  policy->size = sizeof *policy;
  policy->flow = VTOK_FLOW_CODE;
  policy->endpoint = VTOK_ENDPOINT_TOKEN;
  policy->flags = VTOK_POLICY_MAX_AGE;
  policy->algorithms = (uint64_t)1 << algorithm;
  policy->issuer = VTOK_TEXT("https://accounts.example.com");
  policy->audience = VTOK_TEXT("s6BhdRkqt3.apps.example.com");
  policy->trusted_audiences = &s->api;
  policy->trusted_audiences_len = 1;
  policy->nonce = VTOK_TEXT("n-0S6_WzA2Mj-7c1f0a9b8d6e4f32");
  policy->acr_values = &s->acr;
  policy->acr_values_len = 1;
  policy->max_age = 60000000;
  policy->leeway_exp = policy->leeway_nbf = policy->leeway_iat = 30;
  if (vtok_keys_init(s->memory, sizeof s->memory, 1, &s->keys) != VTOK_OK ||
      vtok_keys_import_jwks(s->keys, vtok_view(jwks, strlen(jwks)), NULL) != VTOK_OK)
    return NULL;
  return s;
}

int veritok_verify(void *prepared, const char *token, size_t len) {
  state *s = prepared;
  vtok_time now = {1800000000, 1800000000};
  vtok_verified verified;
  vtok_report report;
  return vtok_verify(vtok_view(token, len), s->keys, &s->policy, now, s->scratch,
                     sizeof s->scratch, &verified, &report) == VTOK_OK;
}

#ifdef MAIN
/* Callgrind counts what runs in here. */
__attribute__((noinline)) int measured(void *prepared, const char *token, size_t len) {
  return veritok_verify(prepared, token, len);
}

/* ALGORITHM-NUMBER JWKS TOKEN */
int main(int argc, char **argv) {
  void *prepared = argc == 4 ? veritok_new((uint32_t)atoi(argv[1]), argv[2]) : NULL;
  if (prepared == NULL || !veritok_verify(prepared, argv[3], strlen(argv[3])))
    return 1;
  return !measured(prepared, argv[3], strlen(argv[3]));
}
#endif
