/* The checks that the C libraries leave to their caller: each is made here, the same for all. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

static inline bool is(const json_t *claims, const char *name, const char *expected) {
  const char *value = json_string_value(json_object_get(claims, name));
  return value != NULL && strcmp(value, expected) == 0;
}

static inline bool names(const json_t *audiences, const char *client) {
  size_t i;
  for (i = 0; i < json_array_size(audiences); i++)
    if (strcmp(json_string_value(json_array_get(audiences, i)), client) == 0) return true;
  return false;
}

static inline bool are_good(const json_t *claims) {
  json_int_t now = time(NULL);
  return is(claims, "iss", "https://accounts.example.com") &&
         names(json_object_get(claims, "aud"), "s6BhdRkqt3.apps.example.com") &&
         is(claims, "nonce", "n-0S6_WzA2Mj-7c1f0a9b8d6e4f32") &&
         json_integer_value(json_object_get(claims, "exp")) > now &&
         json_is_integer(json_object_get(claims, "iat")) &&
         json_integer_value(json_object_get(claims, "iat")) <= now;
}
