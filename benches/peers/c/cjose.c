/* cjose, its key imported once. */
#include <cjose/cjose.h>

#include "claims.h"

void *cjose_prepare(const char *jwk) {
  return cjose_jwk_import(jwk, strlen(jwk), NULL);
}

int cjose_check(void *key, const char *alg, const char *token, size_t len) {
  uint8_t *payload;
  size_t payload_len;
  json_t *claims = NULL;
  cjose_err error;
  cjose_jws_t *jws = cjose_jws_import(token, len, &error);
  const char *found = jws ? cjose_header_get(cjose_jws_get_protected(jws), "alg", &error) : NULL;
  bool good = found != NULL && strcmp(found, alg) == 0 && cjose_jws_verify(jws, key, &error) &&
              cjose_jws_get_plaintext(jws, &payload, &payload_len, &error);
  if (good) {
    claims = json_loadb((const char *)payload, payload_len, 0, NULL);
    good = are_good(claims);
    json_decref(claims);
  }
  if (jws) cjose_jws_release(jws);
  return good;
}
