/*
 * Logs a user in by the code flow (OpenID Connect Core 1.0, section 3.1). The
 * network is yours: here a directory stands for the provider, with what it
 * answers in files, and for the browser.
 *
 *     login DIRECTORY [SECONDS-SINCE-1970]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "veritok.h"

/* Room for four RSA keys of 2048 bits, and their 'kid's. */
static VTOK_KEYS_STORAGE(memory, 4, 4 * (VTOK_RSA_BYTES(2048) + 64));
static uint8_t metadata_json[8192], jwks[16384], parameters[4096], token[8192],
    userinfo_json[4096], scratch[4096];
static uint8_t request_bytes[VTOK_REQUEST_LEN(64)], session[VTOK_SESSION_LEN];
static uint8_t text[2048];
static const char *directory;

static void check(int32_t status, const char *what) {
  if (status == VTOK_OK) return;
  fprintf(stderr, "%s: %s (%s)\n", what, vtok_status_message(status),
          vtok_status_name(status));
  exit(1);
}

/* Where a real program would ask the provider. */
static size_t fetch(const char *name, uint8_t *buffer, size_t capacity) {
  char path[512];
  FILE *file;
  size_t len;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  file = fopen(path, "rb");
  len = file ? fread(buffer, 1, capacity, file) : 0;
  if (len == 0 || len == capacity) {
    fprintf(stderr, "%s: unreadable, empty or too long\n", path);
    exit(2);
  }
  fclose(file);
  return len;
}

static void print_claim(const vtok_verified *verified, const char *label,
                        vtok_bytes name) {
  uint8_t value[256];
  size_t len;
  if (vtok_claim_string(verified, name, value, sizeof value, &len) == VTOK_OK)
    printf("%s %.*s\n", label, (int)len, (const char *)value);
}

/* What the provider says of itself, narrowed to what this client allows. */
static void discover(vtok_client *client) {
  static vtok_metadata metadata;
  size_t len = fetch("metadata.json", metadata_json, sizeof metadata_json);
  check(vtok_metadata_read(metadata_json, len, VTOK_TEXT("https://op.example"),
                           &metadata), "metadata");
  client->issuer = metadata.issuer;
  check(vtok_metadata_endpoint(&metadata, VTOK_PROVIDER_AUTHORIZATION,
                               &client->authorization_endpoint), "endpoint");
  check(vtok_metadata_narrow(&metadata, VTOK_LIST_ID_TOKEN_ALGORITHMS,
                             VTOK_ALG_RS256 | VTOK_ALG_ES256 | VTOK_ALG_PS256,
                             &client->algorithms), "algorithms");
  if (!(metadata.flags & VTOK_METADATA_ISSUER_PARAMETER))
    client->issuer_parameter = VTOK_ISSUER_PARAMETER_OPTIONAL;
}

/* Makes the request, which is kept until the user is back. */
static vtok_bytes begin(const vtok_client *client) {
  vtok_request_options options = {0};
  uint8_t random[VTOK_RANDOM_LEN + 1];
  vtok_bytes request;
  size_t len;

  /* A real program asks the system's generator for VTOK_RANDOM_LEN bytes. */
  len = fetch("random", random, sizeof random);
  options.size = sizeof options;
  options.flow = VTOK_FLOW_CODE;
  options.scope = VTOK_TEXT("openid email");
  options.flags = VTOK_REQUEST_MAX_AGE;
  options.max_age = 3600;
  check(vtok_request_init(client, &options, vtok_view(random, len),
                          request_bytes, sizeof request_bytes, &len),
        "request");
  vtok_wipe(random, sizeof random);
  request = vtok_view(request_bytes, len);
  check(vtok_request_url(client, request, text, sizeof text, &len), "URL");
  printf("open: %.*s\n", (int)len, (const char *)text);
  return request;
}

/* From the parameters that the browser brought to a verified login. */
static void finish(const vtok_client *client, vtok_bytes request,
                   const vtok_keys *keys, vtok_time now, vtok_login *login) {
  static vtok_response response;
  static vtok_authorized authorized;
  static vtok_pending_login pending;
  vtok_client_auth authentication = {0};
  vtok_error_response denied;
  vtok_report report;
  size_t len = fetch("response.txt", parameters, sizeof parameters);
  int32_t status = vtok_response_read(client, request, parameters, len,
                                      VTOK_CHANNEL_QUERY, &response, &denied);
  if (status == VTOK_PROVIDER_ERROR)
    printf("the provider says: %.*s\n", (int)denied.text.len,
           (const char *)denied.text.ptr);
  check(status, "response");
  check(vtok_response_without_id_token(client, request, &response, &authorized),
        "response");

  authentication.size = sizeof authentication;
  authentication.method = VTOK_AUTHENTICATION_NONE;
  check(vtok_token_request(client, request, &authorized, &authentication, text,
                           sizeof text, &len), "token request");
  printf("post: %.*s...\n", 40, (const char *)text);
  vtok_wipe(text, sizeof text);

  len = fetch("token.json", token, sizeof token);
  check(vtok_token_response(client, request, &authorized, token, len, &pending,
                            &denied), "token response");
  status = vtok_login_verify(client, request, &pending, keys, now, scratch,
                             sizeof scratch, login, &report);
  for (len = 0; len < report.checks; len++)
    if (report.failed >> len & 1)
      printf("failed: %s\n", vtok_check_name((uint32_t)len));
  check(status, "ID Token");
}

int main(int argc, char **argv) {
  static vtok_login login;
  vtok_client client = {0};
  vtok_keys *keys;
  vtok_time now;
  vtok_bytes request;
  vtok_verified userinfo;
  size_t len, session_len;

  if (argc < 2) return 2;
  directory = argv[1];
  now.earliest = argc > 2 ? strtoll(argv[2], NULL, 10) : (int64_t)time(NULL);
  now.latest = now.earliest;

  client.size = sizeof client;
  client.security_profile = VTOK_SECURITY_OPENID;
  client.sender_constraint = VTOK_CONSTRAINT_NONE;
  client.client_id = VTOK_TEXT("s6BhdRkqt3");
  client.redirect_uri = VTOK_TEXT("https://rp.example/callback");
  discover(&client);

  check(vtok_keys_init(memory, sizeof memory, 4, &keys), "keys");
  len = fetch("jwks.json", jwks, sizeof jwks);
  check(vtok_keys_import_jwks(keys, vtok_view(jwks, len), NULL), "keys");

  request = begin(&client);
  finish(&client, request, keys, now, &login);
  print_claim(&login.id_token, "subject:", VTOK_TEXT("sub"));

  /* What UserInfo, refresh and logout need later, wherever they run. */
  check(vtok_login_session(&client, request, &login, session, sizeof session,
                           &session_len), "session");
  vtok_wipe(request_bytes, sizeof request_bytes);
  len = fetch("userinfo.json", userinfo_json, sizeof userinfo_json);
  check(vtok_session_userinfo(&client, vtok_view(session, session_len),
                              vtok_view(userinfo_json, len), &userinfo),
        "UserInfo");
  print_claim(&userinfo, "name:", VTOK_TEXT("name"));
  print_claim(&userinfo, "email:", VTOK_TEXT("email"));
  return 0;
}
