/*
 * Reads the case lines of `verify --jsonl`, judges each through the C ABI, in
 * scratch and in place, and writes the same answers. Reports that differ
 * between the two ways end the program.
 *
 * It reads JSON by itself: 'jwks' must reach the library as it stands in its
 * line, 'token' may hold lone surrogates, and whole numbers saturate, none of
 * which a JSON library grants. The lines are the tests' own, so grammar is
 * checked no further than needed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "veritok.h"

/* Read by heap.c: whether the library is at work. */
int in_library;
#define LIBRARY(call)                                  \
  do {                                                 \
    in_library = 1, status = (call), in_library = 0;   \
  } while (0)

typedef struct {
  const char *ptr;
  size_t len;
} text;

static char *arena; /* what strings are unescaped to, as long as the line */

static const char *skip_space(const char *p) {
  return p + strspn(p, " \t\r\n");
}

/* The end of the value at p, or NULL. */
static const char *skip_value(const char *p) {
  int depth = 0;
  do {
    if (*p == '"') {
      for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1]) p++;
      if (!*p) return NULL;
    } else if (*p == '{' || *p == '[') {
      depth++;
    } else if (*p == '}' || *p == ']') {
      depth--;
    } else if (!*p) {
      return NULL;
    }
    p++;
    if (depth == 0 && p[-1] != '"' && p[-1] != '}' && p[-1] != ']')
      p += strcspn(p, ",}] \t\r\n");
  } while (depth > 0);
  return p;
}

/* The next element of an array, or member of an object whose name goes to
 * 'name'; *p starts behind the bracket. */
static int next(const char **p, text *name, text *value) {
  const char *end;
  *p = skip_space(*p);
  if (**p == ',') *p = skip_space(*p + 1);
  if (**p == ']' || **p == '}') return 0;
  if (name) {
    if (!(end = skip_value(*p))) return 0;
    name->ptr = *p;
    name->len = (size_t)(end - *p);
    *p = skip_space(end);
    if (**p != ':') return 0;
    *p = skip_space(*p + 1);
  }
  if (!(end = skip_value(*p))) return 0;
  value->ptr = *p;
  value->len = (size_t)(end - *p);
  *p = end;
  return 1;
}

static int find(text object, const char *member, text *value) {
  const char *p = object.ptr + 1;
  text name;
  if (object.len < 2 || *object.ptr != '{') return 0;
  while (next(&p, &name, value))
    if (name.len == strlen(member) + 2 &&
        memcmp(name.ptr + 1, member, name.len - 2) == 0)
      return 1;
  return 0;
}

static unsigned hex4(const char *p) {
  char digits[5] = {0};
  memcpy(digits, p, 4);
  return (unsigned)strtoul(digits, NULL, 16);
}

/* Unescapes a string into the arena; a lone surrogate becomes three bytes. */
static vtok_bytes unescape(text raw) {
  char *start = arena;
  const char *p = raw.ptr + 1, *end = raw.ptr + raw.len - 1;
  while (p < end) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found;
    unsigned c;
    if (*p != '\\') {
      *arena++ = *p++;
      continue;
    }
    if (p[1] != 'u') {
      found = strchr(from, p[1]);
      *arena++ = found ? to[found - from] : '?';
      p += 2;
      continue;
    }
    c = hex4(p + 2);
    p += 6;
    if (c >> 10 == 0x36 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
        hex4(p + 2) >> 10 == 0x37) {
      c = 0x10000 + ((c & 0x3ff) << 10) + (hex4(p + 2) & 0x3ff);
      p += 6;
    }
    if (c < 0x80) {
      *arena++ = (char)c;
      continue;
    }
    if (c < 0x800) {
      *arena++ = (char)(0xc0 | c >> 6);
    } else {
      if (c >= 0x10000) {
        *arena++ = (char)(0xf0 | c >> 18);
        *arena++ = (char)(0x80 | (c >> 12 & 0x3f));
      } else {
        *arena++ = (char)(0xe0 | c >> 12);
      }
      *arena++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *arena++ = (char)(0x80 | (c & 0x3f));
  }
  return vtok_view(start, (size_t)(arena - start));
}

/* A string member, not set if it is absent. */
static vtok_bytes string(text object, const char *member) {
  text value;
  return find(object, member, &value) ? unescape(value) : vtok_view(NULL, 0);
}

static int is_true(text object, const char *member) {
  text value;
  return find(object, member, &value) && value.len == 4;
}

/* Strings; 17 are enough to be refused for their number. */
static size_t strings(text object, const char *member, vtok_bytes list[17],
                      const vtok_bytes **out) {
  text value;
  const char *p;
  size_t len = 0;
  if (!find(object, member, &value)) return 0;
  for (p = value.ptr + 1; len < 17 && next(&p, NULL, &value); len++)
    list[len] = unescape(value);
  *out = list;
  return len;
}

static uint64_t algorithms(text policy) {
  static const char *const names[] = {
      "",      "HS256", "HS384", "HS512", "RS256", "RS384", "RS512",  "PS256",
      "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"};
  uint64_t bits = 0;
  text value;
  const char *p;
  size_t n;
  if (!find(policy, "algs", &value)) return 0;
  for (p = value.ptr + 1; next(&p, NULL, &value);)
    for (n = 1; n < sizeof names / sizeof *names; n++)
      if (value.len == strlen(names[n]) + 2 &&
          memcmp(value.ptr + 1, names[n], value.len - 2) == 0)
        bits |= (uint64_t)1 << n;
  return bits & vtok_algorithms();
}

/* A whole number; strtoll saturates. */
static int64_t whole(text object, const char *member, int *is_set) {
  text value;
  *is_set = find(object, member, &value);
  return *is_set ? strtoll(value.ptr, NULL, 10) : 0;
}

static uint32_t seconds(text object, const char *member, int *is_set) {
  int64_t value = whole(object, member, is_set);
  return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static vtok_bytes acr[17], trusted[17];

static int read_policy(text case_policy, vtok_policy *policy, vtok_time *now) {
  static const char *const modes[] = {"id_token", "jws", "jwt", "logout_token",
                                      "at_jwt"};
  vtok_bytes mode = string(case_policy, "mode");
  int is_set;
  memset(policy, 0, sizeof *policy);
  policy->size = sizeof *policy;
  while (policy->profile < 5 &&
         !(mode.len == strlen(modes[policy->profile]) &&
           memcmp(mode.ptr, modes[policy->profile], mode.len) == 0))
    policy->profile++;
  if (policy->profile == 5) return 0;
  policy->flow = VTOK_FLOW_CODE;
  policy->endpoint = VTOK_ENDPOINT_TOKEN;
  policy->algorithms = algorithms(case_policy);
  now->earliest = now->latest = whole(case_policy, "now", &is_set);
  policy->leeway_exp = seconds(case_policy, "leeway", &is_set);
  policy->leeway_nbf = policy->leeway_iat = policy->leeway_exp;
  policy->typ = string(case_policy, "typ");
  policy->access_token = string(case_policy, "access_token");
  policy->code = string(case_policy, "code");
  policy->state = string(case_policy, "state");
  policy->trusted_audiences_len = strings(case_policy, "trusted_aud", trusted,
                                          &policy->trusted_audiences);
  if (!is_true(case_policy, "require_exp"))
    policy->flags |= VTOK_POLICY_WAIVE_EXP;
  policy->issuer = string(case_policy, "iss");
  policy->audience = string(case_policy, "aud");
  policy->nonce = string(case_policy, "nonce");
  policy->max_age = seconds(case_policy, "max_age", &is_set);
  if (is_set) policy->flags |= VTOK_POLICY_MAX_AGE;
  policy->acr_values_len =
      strings(case_policy, "acr_values", acr, &policy->acr_values);
  if (is_true(case_policy, "require_at_hash"))
    policy->flags |= VTOK_POLICY_REQUIRE_AT_HASH;
  if (is_true(case_policy, "require_c_hash"))
    policy->flags |= VTOK_POLICY_REQUIRE_C_HASH;
  return 1;
}

static void print_string(const uint8_t *bytes, size_t len) {
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const char *found;
  size_t n;
  putchar('"');
  for (n = 0; n < len; n++) {
    found = bytes[n] ? strchr(from, bytes[n]) : NULL;
    if (found)
      printf("\\%c", to[found - from]);
    else if (bytes[n] < 0x20)
      printf("\\u%04x", bytes[n]);
    else
      putchar(bytes[n]);
  }
  putchar('"');
}

static void start(const vtok_bytes *id, int32_t status) {
  printf("{\"id\":");
  id ? print_string(id->ptr, id->len) : (void)printf("null");
  printf(",\"verdict\":\"%s\",\"error\":", status ? "reject" : "accept");
}

static void print_refusal(const vtok_bytes *id, int32_t status,
                          const char *name, uint64_t failed) {
  const char *comma = "";
  uint32_t check;
  start(id, status);
  printf("\"%s\",\"failed\":[", name);
  for (check = 0; check < 64; check++)
    if (failed >> check & 1) {
      printf("%s\"%s\"", comma, vtok_check_name(check));
      comma = ",";
    }
  printf("],\"sub\":null}\n");
}

/* A set with room for whatever the text can hold: see examples/verify/ring.rs. */
static vtok_keys *make_keys(text jwks, void **memory) {
  size_t max_keys = jwks.len / 63 + 1;
  size_t size = vtok_keys_size(max_keys, jwks.len / 2 * 5 + 2048);
  vtok_keys *keys;
  int32_t status;
  *memory = malloc(size);
  LIBRARY(vtok_keys_init(*memory, size, max_keys, &keys));
  return status ? NULL : keys;
}

/* `imported` is the status of the key set, of which no key is there if it
   could not be read; what else is wrong is reported before. */
static void judge(vtok_bytes id, vtok_bytes token, const vtok_keys *keys,
                  int32_t imported, const vtok_policy *policy, vtok_time now) {
  size_t scratch_len = vtok_scratch_len(token.len), sub_len;
  uint8_t *scratch = malloc(scratch_len), *copy = malloc(token.len);
  uint8_t *sub = malloc(token.len);
  vtok_verified verified, in_place;
  vtok_report report, second;
  int32_t status, first;
  memcpy(copy, token.ptr, token.len);
  LIBRARY(vtok_verify(token, keys, policy, now, scratch, scratch_len,
                      &verified, &report));
  first = status;
  LIBRARY(vtok_verify_in_place(copy, token.len, keys, policy, now, &in_place,
                               &second));
  if (status != first || memcmp(&report, &second, sizeof report) != 0 ||
      in_place.payload.len != verified.payload.len) {
    fprintf(stderr, "%.*s: in place it differs\n", (int)id.len, id.ptr);
    exit(1);
  }
  if (first) {
    if (imported && !(report.failed & (((uint64_t)1 << VTOK_CHECK_KEY) - 1)) &&
        report.failed >> VTOK_CHECK_KEY & 1)
      first = imported;
    print_refusal(&id, first, vtok_status_name(first), report.failed);
  } else {
    start(&id, 0);
    printf("null,\"failed\":[],\"sub\":");
    LIBRARY(vtok_claim_string(&verified, VTOK_TEXT("sub"), sub, token.len,
                              &sub_len));
    if (status == VTOK_OK)
      print_string(sub, sub_len);
    else
      printf("null");
    printf("}\n");
  }
  free(sub);
  free(copy);
  free(scratch);
}

static void answer(char *line, size_t len) {
  text object = {skip_space(line), len}, raw_id, raw_token, jwks, policy_text;
  char *memory_of_arena = arena = malloc(len + 1);
  void *memory = NULL;
  vtok_policy policy;
  vtok_time now;
  if (find(object, "id", &raw_id) && find(object, "token", &raw_token) &&
      find(object, "jwks", &jwks) && find(object, "policy", &policy_text) &&
      read_policy(policy_text, &policy, &now)) {
    vtok_bytes id = unescape(raw_id), token = unescape(raw_token);
    vtok_keys *keys = make_keys(jwks, &memory);
    int32_t status = 0;
    LIBRARY(vtok_keys_import_jwks(keys, vtok_view(jwks.ptr, jwks.len), NULL));
    judge(id, token, keys, status, &policy, now);
  } else {
    print_refusal(NULL, 1, "case_malformed", 0);
  }
  free(memory);
  free(memory_of_arena);
}

int main(void) {
  char *line = NULL;
  size_t capacity = 0;
  ssize_t len;
  while ((len = getline(&line, &capacity, stdin)) > 0) {
    if (line[len - 1] == '\n') line[--len] = 0;
    answer(line, (size_t)len);
  }
  free(line);
  return 0;
}
