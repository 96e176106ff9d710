/* libjose, its key parsed once: it takes a token as a JSON object of its three parts. */
#include <jose/b64.h>
#include <jose/jws.h>

#include "claims.h"

void *libjose_prepare(const char *jwk) { return json_loads(jwk, 0, NULL); }

int libjose_check(void *key, const char *alg, const char *token, size_t len) {
  const char *dot = memchr(token, '.', len), *end = token + len, *second;
  json_t *jws, *header, *claims;
  bool good;
  if (dot == NULL || (second = memchr(dot + 1, '.', end - dot - 1)) == NULL) return 0;
  jws = json_pack("{s:s%,s:s%,s:s%}", "protected", token, (size_t)(dot - token), "payload", dot + 1,
                  (size_t)(second - dot - 1), "signature", second + 1, (size_t)(end - second - 1));
  header = jose_jws_hdr(jws);
  good = is(header, "alg", alg) && jose_jws_ver(NULL, jws, NULL, key, false);
  if (good) {
    claims = jose_b64_dec_load(json_object_get(jws, "payload"));
    good = are_good(claims);
    json_decref(claims);
  }
  json_decref(header);
  json_decref(jws);
  return good;
}
