/* libjwt 1: it takes the key as PEM with each token, and gives claims by name. */
#include <jwt.h>
#include <stdlib.h>

#include "claims.h"

int libjwt_verify(const char *alg, const unsigned char *key, int key_len, const char *token) {
  jwt_t *jwt;
  bool good;
  char *audiences;
  json_t *parsed;
  time_t now = time(NULL);
  if (jwt_decode(&jwt, token, key, key_len) != 0) return 0;
  good = jwt_get_alg(jwt) == jwt_str_alg(alg);
  good = good && strcmp(jwt_get_grant(jwt, "iss"), "https://accounts.example.com") == 0;
  good = good && strcmp(jwt_get_grant(jwt, "nonce"), "n-0S6_WzA2Mj-7c1f0a9b8d6e4f32") == 0;
  good = good && jwt_get_grant_int(jwt, "exp") > now && jwt_get_grant_int(jwt, "iat") <= now;
  audiences = jwt_get_grants_json(jwt, "aud");
  parsed = json_loads(audiences, 0, NULL);
  good = good && names(parsed, "s6BhdRkqt3.apps.example.com");
  json_decref(parsed);
  free(audiences);
  jwt_free(jwt);
  return good;
}
