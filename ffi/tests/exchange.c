/*
 * The exchange through the C ABI: right use once, and wrong use of every
 * function: a status of misuse, zeroed outputs, no crash.
 *
 *     exchange DIRECTORY
 *
 * The directory holds a provider's answers: examples/c/login.
 */
#include <string.h>

#include "expect.h"
#include "file.h"

#define NOW 1700000000
static const vtok_time now = {NOW, NOW};
static vtok_bytes unset;
static const vtok_bytes null = {NULL, 1};
static const char *directory;

static VTOK_KEYS_STORAGE(memory, 2, 2 * (VTOK_RSA_BYTES(2048) + 64));
static vtok_keys *keys;
static uint8_t scratch[4096], other_scratch[4096], text[4096];
static uint8_t request_bytes[2][1024], session_bytes[VTOK_SESSION_LEN];
static vtok_bytes request, other_request, session;
static size_t len;

static vtok_bytes file(const char *name, uint8_t *buffer) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return read_file(path, buffer);
}

static vtok_client good_client(void) {
  vtok_client client = {0};
  client.size = sizeof client;
  client.algorithms = VTOK_ALG_RS256;
  client.security_profile = VTOK_SECURITY_OPENID;
  client.sender_constraint = VTOK_CONSTRAINT_NONE;
  client.issuer = VTOK_TEXT("https://op.example");
  client.client_id = VTOK_TEXT("s6BhdRkqt3");
  client.redirect_uri = VTOK_TEXT("https://rp.example/callback");
  client.authorization_endpoint = VTOK_TEXT("https://op.example/authorize");
  return client;
}

static vtok_request_options good_options(void) {
  vtok_request_options options = {0};
  options.size = sizeof options;
  options.flow = VTOK_FLOW_CODE;
  return options;
}

static vtok_client_auth public_client(void) {
  vtok_client_auth authentication = {0};
  authentication.size = sizeof authentication;
  authentication.method = VTOK_AUTHENTICATION_NONE;
  return authentication;
}

static int32_t init(const vtok_client *client,
                    const vtok_request_options *options, vtok_bytes random) {
  SOIL(len);
  return vtok_request_init(client, options, random, text, sizeof text, &len);
}

static void test_client(void) {
  vtok_client client = good_client();
  vtok_request_options options = good_options();
  uint8_t random[4096];
  vtok_bytes bytes = file("random", random), list[17] = {{NULL, 0}};
  static const uint8_t not_text[] = {0xc3, 0x28};

#define REFUSED(expected, change)                        \
  do {                                                   \
    client = good_client();                              \
    options = good_options();                            \
    change;                                              \
    EXPECT(expected, init(&client, &options, bytes));    \
    if ((expected) != VTOK_OK) EXPECT_ZERO(len);         \
  } while (0)
  REFUSED(VTOK_OK, (void)0);
  EXPECT(VTOK_NULL_POINTER, init(NULL, &options, bytes));
  EXPECT(VTOK_NULL_POINTER, init(&client, NULL, bytes));
  EXPECT(VTOK_MISALIGNED,
         init((const vtok_client *)(const void *)((char *)&client + 1), &options, bytes));
  REFUSED(VTOK_STRUCT_SIZE, client.size = 0);
  REFUSED(VTOK_STRUCT_SIZE, client.size += 8);
  REFUSED(VTOK_UNKNOWN_VALUE, client.algorithms |= 1);
  REFUSED(VTOK_UNKNOWN_VALUE, client.userinfo_algorithms = 1);
  REFUSED(VTOK_UNKNOWN_VALUE, client.flags = 32);
  REFUSED(VTOK_UNKNOWN_VALUE, client.quirk = 3);
  REFUSED(VTOK_UNKNOWN_VALUE, client.security_profile = 3);
  REFUSED(VTOK_UNKNOWN_VALUE, client.issuer_parameter = 2);
  REFUSED(VTOK_UNKNOWN_VALUE, client.sender_constraint = 3);
  REFUSED(VTOK_NO_ALGORITHMS, client.algorithms = 0);
  REFUSED(VTOK_ISSUER_NOT_HTTPS, client.issuer = unset);
  REFUSED(VTOK_ISSUER_NOT_HTTPS, client.issuer = VTOK_TEXT("http://op.example"));
  REFUSED(VTOK_QUIRK_ISSUER, client.quirk = VTOK_QUIRK_ENTRA_TENANT);
  REFUSED(VTOK_REQUEST_VALUE, client.client_id = unset);
  REFUSED(VTOK_ENDPOINT_NOT_HTTPS, client.authorization_endpoint = unset);
  REFUSED(VTOK_NULL_POINTER, client.redirect_uri = null);
  REFUSED(VTOK_NOT_UTF8, client.redirect_uri = vtok_view(not_text, 2));
  REFUSED(VTOK_POLICY_LIST_TOO_LONG,
          (client.trusted_audiences = list, client.trusted_audiences_len = 17));
  REFUSED(VTOK_NULL_POINTER, client.trusted_audiences_len = 1);
  /* All zero is the strictest. */
  REFUSED(VTOK_SECURITY_PROFILE, client.security_profile = VTOK_SECURITY_FAPI2);
  REFUSED(VTOK_OK, (client.security_profile = VTOK_SECURITY_FAPI2,
                    client.sender_constraint = VTOK_CONSTRAINT_DPOP,
                    client.algorithms = VTOK_ALG_ES256));
  /* A leeway or a limit beyond the most is found when a token is judged. */

  REFUSED(VTOK_STRUCT_SIZE, options.size--);
  REFUSED(VTOK_UNKNOWN_VALUE, options.flow = 6);
  REFUSED(VTOK_UNKNOWN_VALUE, options.response_mode = 7);
  REFUSED(VTOK_UNKNOWN_VALUE, options.prompt = 16);
  REFUSED(VTOK_UNKNOWN_VALUE, options.flags = 2);
  REFUSED(VTOK_UNKNOWN_VALUE, options.reserved = 1);
  REFUSED(VTOK_UNKNOWN_VALUE, options.max_age = 60);
  REFUSED(VTOK_OK, (options.flags = VTOK_REQUEST_MAX_AGE, options.max_age = 60));
  REFUSED(VTOK_PROMPT_NONE,
          options.prompt = VTOK_REQUEST_PROMPT_NONE | VTOK_REQUEST_PROMPT_LOGIN);
  REFUSED(VTOK_SCOPE_WITHOUT_OPENID, options.scope = VTOK_TEXT("email"));
  REFUSED(VTOK_REQUEST_VALUE, options.login_hint = vtok_view("", 0));
  REFUSED(VTOK_NOT_UTF8, options.ui_locales = vtok_view(not_text, 2));
  REFUSED(VTOK_NULL_POINTER, options.claims = null);
  REFUSED(VTOK_RESPONSE_MODE_UNFIT,
          (options.flow = VTOK_FLOW_ID_TOKEN, options.response_mode = VTOK_MODE_QUERY));
  REFUSED(VTOK_RANDOM_BYTES, bytes.len = VTOK_RANDOM_LEN - 1);
  bytes.len = VTOK_RANDOM_LEN;
  memset(random, 7, 32);
  REFUSED(VTOK_RANDOM_BYTES, (void)0);
#undef REFUSED
}

static void test_request(void) {
  vtok_client client = good_client(), another = good_client();
  vtok_request_options options = good_options();
  vtok_client_auth authentication = public_client();
  uint8_t random[4096], copy[1024];
  vtok_bytes bytes = file("random", random);
  size_t exact = VTOK_REQUEST_LEN(sizeof "openid" - 1);

  EXPECT(VTOK_OK, vtok_request_init(&client, &options, bytes, request_bytes[0],
                                    exact, &len));
  EXPECT_TRUE(len == exact);
  request = vtok_view(request_bytes[0], len);
  EXPECT(VTOK_BUFFER_TOO_SMALL,
         vtok_request_init(&client, &options, bytes, text, exact - 1, &len));
  EXPECT_TRUE(is_zero(text, exact - 1));
  random[0] ^= 1;
  random[64] ^= 1;
  EXPECT(VTOK_OK, vtok_request_init(&client, &options, bytes, request_bytes[1], 1024, &len));
  other_request = vtok_view(request_bytes[1], len);
  EXPECT(VTOK_NULL_POINTER, vtok_request_init(&client, &options, bytes, NULL, 9, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_request_init(&client, &options, bytes, text, 9, NULL));
  EXPECT(VTOK_OVERLAP, vtok_request_init(&client, &options, bytes, random, 4096, &len));
  EXPECT(VTOK_OVERLAP, vtok_request_init(&client, &options, bytes, (uint8_t *)&client,
                                         sizeof client, &len));
  EXPECT(VTOK_OVERLAP, vtok_request_init(&client, &options, bytes, (uint8_t *)&options,
                                         sizeof options, &len));
  EXPECT(VTOK_OVERLAP, vtok_request_init(&client, &options, bytes, (uint8_t *)&len,
                                         sizeof len, &len));
  memcpy(copy, "https://op.example", 18);
  client.issuer = vtok_view(copy, 18);
  EXPECT(VTOK_OVERLAP, vtok_request_init(&client, &options, bytes, copy, 1024, &len));
  EXPECT_TRUE(memcmp(copy, "https://op.example", 18) == 0);
  client = good_client();

  /* Moved and copied it serves; changed, cut or another client's it does not. */
  EXPECT(VTOK_OK, vtok_request_url(&client, request, text, sizeof text, &len));
  memcpy(copy + 1, request.ptr, request.len);
  EXPECT(VTOK_OK, vtok_request_url(&client, vtok_view(copy + 1, request.len), text,
                                   sizeof text, &len));
  EXPECT(VTOK_BUFFER_TOO_SMALL, vtok_request_url(&client, request, text, len - 1, &len));
  EXPECT_ZERO(len);
  EXPECT(VTOK_SAVED_STATE, vtok_request_url(&client, unset, text, sizeof text, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_request_url(&client, null, text, sizeof text, &len));
  EXPECT(VTOK_SAVED_STATE, vtok_request_url(&client, vtok_view(copy + 1, request.len - 1),
                                            text, sizeof text, &len));
  copy[1] ^= 1;
  EXPECT(VTOK_SAVED_STATE, vtok_request_url(&client, vtok_view(copy + 1, request.len), text,
                                            sizeof text, &len));
  another.client_id = VTOK_TEXT("another");
  EXPECT(VTOK_SAVED_STATE, vtok_request_url(&another, request, text, sizeof text, &len));
  EXPECT(VTOK_OVERLAP, vtok_request_url(&client, request, request_bytes[0], 1024, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_request_url(NULL, request, text, sizeof text, &len));

  EXPECT(VTOK_OK, vtok_request_push(&client, request, &authentication, text, 4096, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_request_push(&client, request, NULL, text, 4096, &len));
  EXPECT(VTOK_OVERLAP, vtok_request_push(&client, request, &authentication,
                                         (uint8_t *)&authentication, 8, &len));
  authentication.method = 5;
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_request_push(&client, request, &authentication, text, 4096, &len));
  authentication.method = VTOK_AUTHENTICATION_NONE;
  authentication.value = VTOK_TEXT("secret");
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_request_push(&client, request, &authentication, text, 4096, &len));
  authentication.reserved = 1;
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_request_push(&client, request, &authentication, text, 4096, &len));
  authentication = public_client();
  authentication.method = VTOK_AUTHENTICATION_ASSERTION;
  EXPECT(VTOK_REQUEST_VALUE, vtok_request_push(&client, request, &authentication, text, 4096, &len));
  authentication.size = 0;
  EXPECT(VTOK_STRUCT_SIZE, vtok_request_push(&client, request, &authentication, text, 4096, &len));

  EXPECT(VTOK_OK, vtok_request_pushed_url(&client, request, VTOK_TEXT("urn:x"), text, 4096, &len));
  EXPECT(VTOK_REQUEST_VALUE, vtok_request_pushed_url(&client, request, unset, text, 4096, &len));
  EXPECT(VTOK_OVERLAP, vtok_request_pushed_url(&client, request, vtok_view(text, 5), text, 4096, &len));
  EXPECT(VTOK_OK, vtok_request_signed_url(&client, request, VTOK_TEXT("a.b.c"), text, 4096, &len));
  EXPECT(VTOK_REQUEST_VALUE, vtok_request_signed_url(&client, request, unset, text, 4096, &len));
}

/* A login, step by step. */
static vtok_response response;
static vtok_authorized authorized;
static vtok_pending_login pending;
static vtok_login login;
static uint8_t parameters[4096], token_json[4096];

static int32_t read_response(vtok_client *client, vtok_bytes for_request, uint32_t channel) {
  vtok_bytes view = file("response.txt", parameters);
  vtok_error_response denied;
  SOIL(response);
  SOIL(denied);
  return vtok_response_read(client, for_request, parameters, view.len, channel, &response, &denied);
}

static int32_t verify_login(vtok_client *client, vtok_bytes for_request, uint8_t *to) {
  vtok_report report;
  int32_t status;
  SOIL(login);
  SOIL(report);
  status = vtok_login_verify(client, for_request, &pending, keys, now, to, 4096, &login, &report);
  EXPECT_TRUE(report.checks > 30);
  if (status != VTOK_OK && status != VTOK_OVERLAP) {
    EXPECT_ZERO(login);
    EXPECT_TRUE(report.failed != 0);
  }
  return status;
}

static void test_response(void) {
  vtok_client client = good_client();
  vtok_response copy;
  vtok_error_response denied;
  vtok_authorized shared;

  EXPECT(VTOK_STATE_MISMATCH, read_response(&client, other_request, VTOK_CHANNEL_QUERY));
  EXPECT(VTOK_RESPONSE_CHANNEL, read_response(&client, request, VTOK_CHANNEL_FORM_POST));
  EXPECT_ZERO(response);
  EXPECT(VTOK_UNKNOWN_VALUE, read_response(&client, request, 0));
  EXPECT(VTOK_UNKNOWN_VALUE, read_response(&client, request, 4));
  EXPECT(VTOK_SAVED_STATE, read_response(&client, unset, VTOK_CHANNEL_QUERY));
  EXPECT(VTOK_NULL_POINTER, read_response(NULL, request, VTOK_CHANNEL_QUERY));
  EXPECT_ZERO(response);
  EXPECT(VTOK_NULL_POINTER,
         vtok_response_read(&client, request, NULL, 9, 1, &response, NULL));
  EXPECT(VTOK_STATE_MISSING,
         vtok_response_read(&client, request, NULL, 0, 1, &response, NULL));
  EXPECT(VTOK_NULL_POINTER,
         vtok_response_read(&client, request, parameters, 9, 1, NULL, NULL));
  EXPECT(VTOK_MISALIGNED, vtok_response_read(&client, request, parameters, 9, 1,
                                             (vtok_response *)((char *)&response + 1), NULL));
  EXPECT(VTOK_OVERLAP, vtok_response_read(&client, request, request_bytes[0], 9, 1, &response, NULL));
  EXPECT(VTOK_OVERLAP, vtok_response_read(&client, request, (uint8_t *)&response, 9, 1,
                                          &response, NULL));

  /* The provider's error, and who may not see it. */
  memcpy(text, "error=access_denied&error_description=no&state=", 47);
  file("response.txt", parameters);
  memcpy(text + 47, strstr((char *)parameters, "state=") + 6, 43);
  memcpy(parameters, text, 90);
  SOIL(denied);
  EXPECT(VTOK_ISS_PARAMETER_MISSING,
         vtok_response_read(&client, request, parameters, 90, VTOK_CHANNEL_QUERY, &response, &denied));
  EXPECT_ZERO(denied);
  client.issuer_parameter = VTOK_ISSUER_PARAMETER_OPTIONAL;
  memcpy(parameters, text, 90);
  EXPECT(VTOK_PROVIDER_ERROR, vtok_response_read(&client, request, parameters, 90,
                                                 VTOK_CHANNEL_QUERY, &response, &denied));
  EXPECT_ZERO(response);
  EXPECT(VTOK_ERROR_ACCESS_DENIED, denied.code);
  EXPECT_TRUE(denied.text.len == 13 && denied.description.len == 2 && denied.uri.ptr == NULL);
  memcpy(parameters, text, 90);
  EXPECT(VTOK_PROVIDER_ERROR, vtok_response_read(&client, request, parameters, 90,
                                                 VTOK_CHANNEL_QUERY, &response, NULL));
  client = good_client();

  /* A step goes on with its own request alone, verified or not at all. */
  EXPECT(VTOK_OK, read_response(&client, request, VTOK_CHANNEL_QUERY));
  EXPECT(0, response.has_id_token);
  SOIL(authorized);
  EXPECT(VTOK_STATE_MISMATCH,
         vtok_response_without_id_token(&client, other_request, &response, &authorized));
  EXPECT_ZERO(authorized);
  memset(&copy, 0, sizeof copy);
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_response_without_id_token(&client, request, &copy, &authorized));
  SOIL(copy);
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_response_without_id_token(&client, request, &copy, &authorized));
  EXPECT(VTOK_NULL_POINTER,
         vtok_response_without_id_token(&client, request, NULL, &authorized));
  EXPECT(VTOK_NULL_POINTER,
         vtok_response_without_id_token(&client, request, &response, NULL));
  EXPECT(VTOK_OVERLAP, vtok_response_without_id_token(&client, request, &response,
                                                      (vtok_authorized *)(void *)&response));
  EXPECT(VTOK_OVERLAP, vtok_response_without_id_token(&client, request, &response,
                                                      (vtok_authorized *)(void *)parameters));
  EXPECT(VTOK_OVERLAP, vtok_unverified_response_kid(&response, (vtok_value *)(void *)parameters));
  EXPECT(VTOK_ID_TOKEN_MISSING,
         vtok_response_verify(&client, request, &response, keys, now, scratch, 4096, &authorized, NULL));
  EXPECT(VTOK_OVERLAP, vtok_response_verify(&client, request, &response, keys, now, parameters,
                                            4096, &authorized, NULL));
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_response_verify(&client, request, &copy, keys, now, scratch, 4096, &authorized, NULL));
  EXPECT(VTOK_NULL_POINTER,
         vtok_response_verify(&client, request, &response, NULL, now, scratch, 4096, &authorized, NULL));
  EXPECT(VTOK_RESPONSE_JWT,
         vtok_response_read_jwt(&client, request, parameters, 9, 1, keys, now, scratch, 4096,
                                &copy, NULL, NULL));
  EXPECT(VTOK_OVERLAP, vtok_response_read_jwt(&client, request, scratch, 9, 1, keys, now, scratch,
                                              4096, &copy, NULL, NULL));
  EXPECT(VTOK_OK, read_response(&client, request, VTOK_CHANNEL_QUERY));
  {
    vtok_value kid;
    EXPECT(VTOK_JSON_NOT_FOUND, vtok_unverified_response_kid(&response, &kid));
    EXPECT(VTOK_NULL_POINTER, vtok_unverified_response_kid(NULL, &kid));
  }
  copy = response;
  EXPECT(VTOK_OK, vtok_response_without_id_token(&client, request, &copy, &authorized));
  EXPECT_TRUE(authorized.code.len == 22 && authorized.access_token.ptr == NULL);
  EXPECT_TRUE(is_zero(&authorized.id_token, sizeof authorized.id_token));
  SOIL(shared);
  EXPECT(VTOK_ID_TOKEN_MISSING,
         vtok_login_from_authorization(&client, request, &authorized, &login));
  EXPECT_ZERO(login);
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_login_from_authorization(&client, request, &shared, &login));
  EXPECT(VTOK_OVERLAP, vtok_login_from_authorization(&client, request, &authorized,
                                                     (vtok_login *)(void *)parameters));
}

static void test_login(void) {
  vtok_client client = good_client();
  vtok_client_auth authentication = public_client();
  vtok_authorized zero = {{0, 0, {NULL, 0}, {0}}, {NULL, 0}, {NULL, 0}, {0}};
  vtok_pending_login none = {{0}};
  vtok_verified claims;
  vtok_value value;
  uint8_t copy[4096];
  vtok_bytes view;

#define TOKEN_REQUEST(r, a, b, n) \
  vtok_token_request(&client, r, a, &authentication, b, n, &len)
  EXPECT(VTOK_OK, TOKEN_REQUEST(request, &authorized, text, sizeof text));
  EXPECT_TRUE(strncmp((char *)text, "grant_type=authorization_code&code=", 35) == 0);
  EXPECT(VTOK_STATE_MISMATCH, TOKEN_REQUEST(other_request, &authorized, text, sizeof text));
  EXPECT(VTOK_NOT_INITIALIZED, TOKEN_REQUEST(request, &zero, text, sizeof text));
  EXPECT(VTOK_NULL_POINTER, TOKEN_REQUEST(request, NULL, text, sizeof text));
  EXPECT(VTOK_BUFFER_TOO_SMALL, TOKEN_REQUEST(request, &authorized, text, 40));
  EXPECT_TRUE(is_zero(text, 40));
  EXPECT(VTOK_OVERLAP, TOKEN_REQUEST(request, &authorized, parameters, 4096));
  EXPECT(VTOK_OVERLAP, TOKEN_REQUEST(request, &authorized, (uint8_t *)&authorized, 64));
  authentication.size--;
  EXPECT(VTOK_STRUCT_SIZE, TOKEN_REQUEST(request, &authorized, text, sizeof text));
#undef TOKEN_REQUEST

  view = file("token.json", token_json);
#define TOKEN_RESPONSE(r, a, json, n) \
  vtok_token_response(&client, r, a, json, n, &pending, NULL)
  SOIL(pending);
  EXPECT(VTOK_STATE_MISMATCH, TOKEN_RESPONSE(other_request, &authorized, token_json, view.len));
  EXPECT_ZERO(pending);
  EXPECT(VTOK_NOT_INITIALIZED, TOKEN_RESPONSE(request, &zero, token_json, view.len));
  EXPECT(VTOK_NULL_POINTER, TOKEN_RESPONSE(request, &authorized, NULL, view.len));
  EXPECT(VTOK_JSON_END, TOKEN_RESPONSE(request, &authorized, NULL, 0));
  EXPECT(VTOK_OVERLAP, TOKEN_RESPONSE(request, &authorized, parameters, 4096));
  EXPECT(VTOK_NOT_INITIALIZED, verify_login(&client, request, scratch));
  EXPECT(VTOK_OK, TOKEN_RESPONSE(request, &authorized, token_json, view.len));
#undef TOKEN_RESPONSE

  EXPECT(VTOK_OK, vtok_unverified_login_kid(&pending, &value));
  EXPECT(1, vtok_value_equals(&value, VTOK_TEXT("key-1")));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_unverified_login_kid(&none, &value));
  EXPECT(VTOK_NULL_POINTER, vtok_unverified_login_kid(&pending, NULL));
  EXPECT(VTOK_OVERLAP, vtok_unverified_login_kid(&pending, (vtok_value *)(void *)token_json));
  EXPECT(VTOK_STATE_MISMATCH, verify_login(&client, other_request, scratch));
  EXPECT(VTOK_OVERLAP, verify_login(&client, request, token_json));
  EXPECT(VTOK_OVERLAP, verify_login(&client, request, parameters));
  EXPECT(VTOK_OVERLAP, verify_login(&client, request, (uint8_t *)memory));
  EXPECT(VTOK_OVERLAP, verify_login(&client, request, (uint8_t *)&pending));
  EXPECT(VTOK_NULL_POINTER, verify_login(&client, request, NULL));
  EXPECT(VTOK_NULL_POINTER,
         vtok_login_verify(&client, request, NULL, keys, now, scratch, 4096, &login, NULL));
  EXPECT(VTOK_NULL_POINTER,
         vtok_login_verify(&client, request, &pending, NULL, now, scratch, 4096, &login, NULL));
  EXPECT(VTOK_NOT_INITIALIZED,
         vtok_login_verify(&client, request, &none, keys, now, scratch, 4096, &login, NULL));
  EXPECT(VTOK_ALGORITHM_NOT_ALLOWED,
         vtok_login_verify_unsecured(&client, request, &pending, now, scratch, 4096, &login, NULL));
  client.leeway_exp = 601;
  EXPECT(VTOK_LEEWAY_TOO_LARGE, verify_login(&client, request, scratch));
  client = good_client();
  client.max_depth = UINT32_MAX;
  EXPECT(VTOK_LIMIT_TOO_LARGE, verify_login(&client, request, scratch));
  client = good_client();
  client.algorithms = VTOK_ALG_ES256;
  EXPECT(VTOK_ALGORITHM_NOT_ALLOWED, verify_login(&client, request, scratch));
  client = good_client();
  EXPECT(VTOK_OK, verify_login(&client, request, scratch));
  EXPECT_TRUE(login.tokens.token_type == VTOK_TOKEN_TYPE_BEARER && login.tokens.has_expires_in == 1 &&
              login.tokens.expires_in == 3600 && login.tokens.access_token.len == 10 &&
              login.tokens.refresh_token.len == 10 && login.tokens.scope.ptr == NULL);
  EXPECT(VTOK_OK, vtok_claim(&login.id_token, VTOK_TEXT("sub"), &value));

#define SESSION(r, l, b, n) vtok_login_session(&client, r, l, b, n, &len)
  EXPECT(VTOK_STATE_MISMATCH, SESSION(other_request, &login, session_bytes, 1024));
  EXPECT(VTOK_NULL_POINTER, SESSION(request, NULL, session_bytes, 1024));
  EXPECT(VTOK_BUFFER_TOO_SMALL, SESSION(request, &login, session_bytes, 64));
  EXPECT(VTOK_OVERLAP, SESSION(request, &login, scratch, 1024));
  EXPECT(VTOK_OVERLAP, SESSION(request, &login, token_json, 1024));
  EXPECT(VTOK_OK, SESSION(request, &login, session_bytes, VTOK_SESSION_LEN));
  session = vtok_view(session_bytes, len);
  /* A session knows what was agreed on of UserInfo. */
  client.userinfo_algorithms = VTOK_ALG_RS256;
  EXPECT(VTOK_OK, SESSION(request, &login, copy, VTOK_SESSION_LEN));
  EXPECT(VTOK_RESPONSE_NOT_JWT,
         vtok_session_userinfo(&client, vtok_view(copy, len),
                               VTOK_TEXT("{\"sub\":\"248289761001\"}"), &claims));
  client = good_client();
  SOIL(login);
  EXPECT(VTOK_NOT_INITIALIZED, SESSION(request, &login, copy, 1024));
#undef SESSION

  view = file("userinfo.json", copy);
#define USERINFO(s, j) vtok_session_userinfo(&client, s, j, &claims)
  SOIL(claims);
  EXPECT(VTOK_SAVED_STATE, USERINFO(unset, view));
  EXPECT_ZERO(claims);
  EXPECT(VTOK_SAVED_STATE, USERINFO(request, view));
  EXPECT(VTOK_JSON_END, USERINFO(session, unset));
  EXPECT(VTOK_NULL_POINTER, USERINFO(session, null));
  EXPECT(VTOK_SUB_MISMATCH, USERINFO(session, VTOK_TEXT("{\"sub\":\"another\"}")));
  EXPECT_ZERO(claims);
  EXPECT(VTOK_OK, USERINFO(session, view));
  EXPECT(VTOK_OK, vtok_claim(&claims, VTOK_TEXT("email"), &value));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_header(&claims, VTOK_TEXT("alg"), &value));
  EXPECT(VTOK_TRUST_MISMATCH, vtok_introspected(&claims, 0, unset, 0, &value));
  EXPECT_ZERO(value);
  EXPECT(VTOK_OVERLAP,
         vtok_introspected(&claims, 0, unset, 0, (vtok_value *)(void *)claims.payload.ptr));
  EXPECT(VTOK_TOKEN_PARTS,
         vtok_session_userinfo_jwt(&client, session, VTOK_TEXT("a.b"), keys, now, scratch, 4096,
                                   &claims, NULL));
  EXPECT_ZERO(claims);
  EXPECT(VTOK_OVERLAP,
         vtok_session_userinfo_jwt(&client, session, vtok_view(scratch, 9), keys, now, scratch,
                                   4096, &claims, NULL));
#undef USERINFO
}

/* From value to value, as a loop goes. */
static void steps(const vtok_client *client) {
  char json[] = "{\"sub\":\"248289761001\" , \"a\":[\"x\", [1,2] ,{\"b\":3,\"c\":4}],\"e\":[]}";
  vtok_verified userinfo;
  vtok_value array, each, name, other, blank = {0};
  int64_t number;
  size_t count = 0;

  EXPECT(VTOK_OK, vtok_session_userinfo(client, session, VTOK_TEXT(json), &userinfo));
  EXPECT(VTOK_OK, vtok_claim(&userinfo, VTOK_TEXT("a"), &array));
  EXPECT(VTOK_OK, vtok_value_element(&array, 0, &each));
  EXPECT(VTOK_OVERLAP, vtok_value_next(&each, (vtok_value *)(void *)each.opaque));
  EXPECT(VTOK_NULL_POINTER, vtok_value_next(&each, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_value_next(NULL, &other));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_value_next(&blank, &other));
  EXPECT(1, vtok_value_equals(&each, VTOK_TEXT("x")));
  EXPECT(VTOK_OK, vtok_value_next(&each, &each));
  EXPECT(VTOK_KIND_ARRAY, each.kind);
  /* The inner elements end with the inner array. */
  EXPECT(VTOK_OK, vtok_value_element(&each, 0, &other));
  EXPECT(VTOK_OK, vtok_value_next(&other, &other));
  EXPECT(VTOK_OK, vtok_value_integer(&other, &number));
  EXPECT(2, number);
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_value_next(&other, &other));
  EXPECT_ZERO(other);
  EXPECT(VTOK_OK, vtok_value_next(&each, &other));
  EXPECT(VTOK_KIND_OBJECT, other.kind);
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_value_next(&other, &each));
  EXPECT_ZERO(each);
  /* What is no element has no next one: a member's name would be taken for it. */
  EXPECT(VTOK_OK, vtok_value_member(&other, VTOK_TEXT("b"), &each));
  EXPECT(VTOK_JSON_TYPE, vtok_value_next(&each, &name));
  EXPECT_ZERO(name);
  EXPECT(VTOK_JSON_TYPE, vtok_claim_next(&each, &name, &each));
  EXPECT_ZERO(each);
  EXPECT(VTOK_JSON_TYPE, vtok_value_next(&array, &array));
  EXPECT(VTOK_OK, vtok_claim(&userinfo, VTOK_TEXT("e"), &array));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_value_element(&array, 0, &each));

  EXPECT(VTOK_OK, vtok_claim_by_index(&userinfo, 0, &name, &each));
  EXPECT(VTOK_OVERLAP, vtok_claim_next(&each, &name, &name));
  EXPECT(VTOK_OVERLAP, vtok_claim_next(&each, &each, &other));
  EXPECT(VTOK_OVERLAP, vtok_claim_next(&each, (vtok_value *)(void *)json, &other));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_next(&each, NULL, &other));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_next(&each, &name, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_claim_next(NULL, &name, &other));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_claim_next(&blank, &name, &other));
  EXPECT(VTOK_JSON_TYPE, vtok_value_next(&each, &other));
  EXPECT(VTOK_OK, vtok_claim_by_index(&userinfo, 0, &name, &each));
  do {
    vtok_value same_name, same;
    EXPECT(VTOK_OK, vtok_claim_by_index(&userinfo, count++, &same_name, &same));
    EXPECT_TRUE(same_name.json.ptr == name.json.ptr && same_name.json.len == name.json.len);
    EXPECT_TRUE(same.json.ptr == each.json.ptr && same.json.len == each.json.len);
  } while (vtok_claim_next(&each, &name, &each) == VTOK_OK);
  EXPECT(3, count);
  EXPECT_ZERO(each);
  EXPECT_ZERO(name);
}

static void test_session(void) {
  vtok_client client = good_client();
  vtok_client_auth authentication = public_client();
  vtok_policy policy = {0};
  vtok_verified logout, userinfo;
  vtok_pending_tokens refresh, none = {{0}};
  vtok_verified_tokens refreshed;
  vtok_value kid;
  uint8_t buffer[4096], other[VTOK_SESSION_LEN];
  uint32_t is_ended;
  vtok_bytes view = file("logout.jwt", buffer);

  policy.size = sizeof policy;
  policy.profile = VTOK_PROFILE_LOGOUT_TOKEN;
  policy.algorithms = VTOK_ALG_RS256;
  policy.issuer = client.issuer;
  policy.audience = client.client_id;
  EXPECT(VTOK_OK, vtok_verify(view, keys, &policy, now, scratch, 4096, &logout, NULL));
  EXPECT(VTOK_OK, vtok_session_is_ended_by(&client, session, &logout, &is_ended));
  EXPECT(VTOK_OVERLAP, vtok_session_is_ended_by(&client, session, &logout,
                                                (uint32_t *)(void *)logout.payload.ptr));
  EXPECT(1, is_ended);
  EXPECT(VTOK_SAVED_STATE, vtok_session_is_ended_by(&client, unset, &logout, &is_ended));
  EXPECT(0, is_ended);
  EXPECT(VTOK_NULL_POINTER, vtok_session_is_ended_by(&client, session, NULL, &is_ended));
  EXPECT(VTOK_OK, vtok_session_userinfo(&client, session,
                                        VTOK_TEXT("{\"sub\":\"248289761001\"}"), &userinfo));
  EXPECT(VTOK_TRUST_MISMATCH, vtok_session_is_ended_by(&client, session, &userinfo, &is_ended));
  steps(&client);

  EXPECT(VTOK_OK, vtok_refresh_request(&client, VTOK_TEXT("r"), unset, &authentication,
                                       text, sizeof text, &len));
  EXPECT(VTOK_REQUEST_VALUE, vtok_refresh_request(&client, unset, unset, &authentication,
                                                  text, sizeof text, &len));
  view = file("refresh.json", buffer);
  SOIL(refresh);
#define READ(s) vtok_refresh_response(&client, s, buffer, view.len, &refresh, NULL)
  EXPECT(VTOK_SAVED_STATE, READ(VTOK_TEXT("{}")));
  EXPECT_ZERO(refresh);
  EXPECT(VTOK_NULL_POINTER, READ(null));
  /* A session that was not found is no login of another user's. */
  EXPECT(VTOK_SAVED_STATE, READ(unset));
  EXPECT(VTOK_SAVED_STATE, READ(vtok_view("", 0)));
  EXPECT_ZERO(refresh);
  EXPECT(VTOK_OK, READ(session));
#define VERIFY(s, r, to) \
  vtok_refresh_verify(&client, s, r, keys, now, to, 4096, &refreshed, NULL)
#define VERIFY_DEVICE(r) \
  vtok_device_verify(&client, r, keys, now, scratch, 4096, &refreshed, NULL)
  EXPECT(VTOK_NOT_INITIALIZED, VERIFY(session, &none, scratch));
  EXPECT(VTOK_OVERLAP, VERIFY(session, &refresh, buffer));
  EXPECT(VTOK_OK, vtok_unverified_tokens_kid(&refresh, &kid));
  EXPECT(1, vtok_value_equals(&kid, VTOK_TEXT("key-1")));
  EXPECT(VTOK_OVERLAP, vtok_unverified_tokens_kid(&refresh, (vtok_value *)(void *)buffer));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_unverified_tokens_kid(&none, &kid));
  EXPECT_ZERO(kid);
  /* As a device's: not of this session. */
  EXPECT(VTOK_SAVED_STATE, VERIFY_DEVICE(&refresh));
  EXPECT(VTOK_SAVED_STATE, VERIFY(unset, &refresh, scratch));
  /* Another session of the same client's. */
  memcpy(other, session.ptr, session.len);
  *strstr((char *)other, "248289761001") = '3';
  EXPECT(VTOK_SAVED_STATE, VERIFY(vtok_view(other, session.len), &refresh, scratch));
  EXPECT_ZERO(refreshed);
  EXPECT(VTOK_OK, VERIFY(session, &refresh, scratch));
  EXPECT_TRUE(refreshed.id_token.is_verified == 1 && refreshed.tokens.access_token.len == 10);
  EXPECT(VTOK_TRUST_MISMATCH,
         vtok_session_is_ended_by(&client, session, &refreshed.id_token, &is_ended));
  view = file("refresh.json", buffer);
  EXPECT(VTOK_OK, READ(vtok_view(other, session.len)));
  EXPECT(VTOK_SUB_MISMATCH, VERIFY(vtok_view(other, session.len), &refresh, scratch));

  /* The same response as a device's. */
  view = file("refresh.json", buffer);
  EXPECT(VTOK_OVERLAP, vtok_device_response(&client, (uint8_t *)&client, sizeof client,
                                            &refresh, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_device_response(NULL, buffer, view.len, &refresh, NULL));
  EXPECT_ZERO(refresh);
  EXPECT(VTOK_OK, vtok_device_response(&client, buffer, view.len, &refresh, NULL));
  EXPECT(VTOK_SAVED_STATE, VERIFY(session, &refresh, scratch));
  EXPECT(VTOK_SAVED_STATE, VERIFY(unset, &refresh, scratch));
  EXPECT(VTOK_NOT_INITIALIZED, VERIFY_DEVICE(&none));
  EXPECT(VTOK_OVERLAP, vtok_device_verify(&client, &refresh, keys, now, buffer, 4096,
                                          &refreshed, NULL));
  EXPECT(VTOK_OK, VERIFY_DEVICE(&refresh));
#define SESSION(c, v, n) vtok_tokens_session(c, v, text, n, &len)
  EXPECT(VTOK_OK, SESSION(&client, &refreshed, sizeof text));
  EXPECT(VTOK_BUFFER_TOO_SMALL, SESSION(&client, &refreshed, 64));
  EXPECT(VTOK_NULL_POINTER, SESSION(&client, NULL, 64));
  EXPECT(VTOK_OVERLAP, vtok_tokens_session(&client, &refreshed, scratch, 4096, &len));
  EXPECT(VTOK_OVERLAP, vtok_tokens_session(&client, &refreshed, buffer, 4096, &len));
  client.client_id = VTOK_TEXT("another");
  EXPECT(VTOK_SAVED_STATE, SESSION(&client, &refreshed, sizeof text));
  SOIL(refreshed);
  EXPECT(VTOK_NOT_INITIALIZED, SESSION(&client, &refreshed, sizeof text));
#undef SESSION
#undef VERIFY_DEVICE
#undef VERIFY
#undef READ
}

/* A signer that answers what it is told. */
struct signer {
  int32_t status;
  size_t len;
};

static int32_t sign(void *context, vtok_bytes data, uint8_t *signature,
                    size_t capacity, size_t *length) {
  struct signer *signer = context;
  EXPECT_TRUE(data.len > 0 && capacity >= 512);
  memset(signature, 0x5a, 64);
  *length = signer->len;
  return signer->status;
}

static void test_signing(void) {
  vtok_client client = good_client();
  struct signer answer = {0, 64};
  vtok_signer signer = {0};
  vtok_dpop_request proof = {0};
  vtok_bytes a = VTOK_TEXT("a");

#define ASSERTION() \
  vtok_client_assertion(&signer, a, a, a, NOW, 60, text, sizeof text, &len)
  EXPECT(VTOK_STRUCT_SIZE, ASSERTION());
  signer.size = sizeof signer;
  EXPECT(VTOK_UNKNOWN_VALUE, ASSERTION());
  signer.algorithm = VTOK_ALG_ES256 | VTOK_ALG_RS256;
  EXPECT(VTOK_UNKNOWN_VALUE, ASSERTION());
  signer.algorithm = VTOK_ALG_ES256;
  EXPECT(VTOK_NULL_POINTER, ASSERTION());
  signer.context = &answer;
  signer.sign = sign;
  EXPECT(VTOK_OK, ASSERTION());
  answer.status = 1;
  EXPECT(VTOK_REQUEST_VALUE, ASSERTION());
  EXPECT_ZERO(len);
  answer.status = 0;
  answer.len = 0;
  EXPECT(VTOK_REQUEST_VALUE, ASSERTION());
  answer.len = SIZE_MAX;
  EXPECT(VTOK_REQUEST_VALUE, ASSERTION());
  answer.len = 64;
  signer.kid = null;
  EXPECT(VTOK_NULL_POINTER, ASSERTION());
  signer.kid = vtok_view(text, 1);
  EXPECT(VTOK_OVERLAP, ASSERTION());
  signer.kid = unset;
  EXPECT(VTOK_NULL_POINTER, vtok_client_assertion(NULL, a, a, a, NOW, 60, text, 9, &len));
  EXPECT(VTOK_REQUEST_VALUE,
         vtok_client_assertion(&signer, a, unset, a, NOW, 60, text, sizeof text, &len));
  EXPECT(VTOK_BUFFER_TOO_SMALL, vtok_client_assertion(&signer, a, a, a, NOW, 60, text, 64, &len));
#undef ASSERTION

#define PROOF() vtok_dpop_proof(&signer, &proof, text, sizeof text, &len)
  EXPECT(VTOK_STRUCT_SIZE, PROOF());
  proof.size = sizeof proof;
  EXPECT(VTOK_REQUEST_VALUE, PROOF());
  proof.token_id = proof.http_method = proof.http_uri = a;
  proof.jwk = VTOK_TEXT("{\"d\":1}");
  EXPECT(VTOK_JWK_PRIVATE, PROOF());
  proof.jwk = VTOK_TEXT("{\"kty\":\"EC\"}");
  EXPECT(VTOK_OK, PROOF());
  proof.nonce = vtok_view(text, 1);
  EXPECT(VTOK_OVERLAP, PROOF());
  EXPECT(VTOK_NULL_POINTER, vtok_dpop_proof(&signer, NULL, text, sizeof text, &len));
#undef PROOF

#define OBJECT(s) \
  vtok_request_object(&client, request, s, NOW, 60, text, sizeof text, &len)
  EXPECT(VTOK_OK, OBJECT(&signer));
  EXPECT(VTOK_NULL_POINTER, OBJECT(NULL));
  answer.status = -1;
  EXPECT(VTOK_REQUEST_VALUE, OBJECT(&signer));
#undef OBJECT
}

/* RFC 9449 section 4.1. */
static const char dpop[] =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4"
    "dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09r"
    "X282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGk"
    "iOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV"
    "4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdr"
    "j8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

static void test_dpop(void) {
  vtok_policy policy = {0};
  vtok_verified proof;
  vtok_report report;
  uint8_t thumbprint[VTOK_THUMBPRINT_LEN];
  vtok_time then = {1562262618, 1562262618};
  vtok_time last = {1562262616 + 300, 1562262616 + 300};
  vtok_bytes token = VTOK_TEXT(dpop);
  VTOK_REPLAY_STORAGE(places, 2);
  static VTOK_REPLAY_STORAGE(large, 40);
  vtok_replay *replay;

  policy.size = sizeof policy;
  policy.profile = VTOK_PROFILE_DPOP_PROOF;
  policy.algorithms = VTOK_ALG_ES256;
  policy.flags = VTOK_POLICY_MAX_IAT_AGE;
  policy.max_iat_age = 300;
  policy.http_method = VTOK_TEXT("POST");
  policy.http_uri = VTOK_TEXT("https://server.example.com/token");
#define VERIFY(t, to, n) \
  vtok_verify_dpop(t, &policy, then, to, n, &thumbprint, &proof, &report)
  SOIL(thumbprint);
  EXPECT(VTOK_TOKEN_PARTS, VERIFY(VTOK_TEXT("a.b"), scratch, 4096));
  EXPECT_ZERO(thumbprint);
  EXPECT_ZERO(proof);
  EXPECT(VTOK_OK, VERIFY(token, scratch, 4096));
  EXPECT_TRUE(memcmp(thumbprint, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", 43) == 0);
  EXPECT_TRUE(proof.is_verified == 1);
  /* Taken once, and remembered as long as it would be accepted. */
  EXPECT(VTOK_OK, vtok_replay_init(places, sizeof places, 2, &replay));
  EXPECT(VTOK_OK, vtok_replay_admit(replay, &proof, VTOK_REPLAY_TOKEN_ID, then));
  EXPECT(VTOK_REPLAYED, vtok_replay_admit(replay, &proof, VTOK_REPLAY_TOKEN_ID, then));
  EXPECT(VTOK_REPLAYED, vtok_replay_admit(replay, &proof, VTOK_REPLAY_TOKEN_ID, last));
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_replay_admit(replay, &proof, VTOK_REPLAY_NONCE, then));
  /* The header in the guard's own memory. */
  EXPECT(VTOK_OK, vtok_replay_init(large, sizeof large, 40, &replay));
  memcpy((uint8_t *)large + 48, token.ptr, token.len);
  EXPECT(VTOK_OK, VERIFY(vtok_view((uint8_t *)large + 48, token.len), scratch, 4096));
  EXPECT(VTOK_OVERLAP, vtok_replay_admit(replay, &proof, VTOK_REPLAY_TOKEN_ID, then));
  EXPECT(VTOK_OVERLAP, VERIFY(token, thumbprint, 43));
  policy.proven_key = vtok_view(thumbprint, 43);
  EXPECT(VTOK_OVERLAP, VERIFY(token, scratch, 4096));
  policy.proven_key = unset;
  policy.http_uri = vtok_view(scratch, 9);
  EXPECT(VTOK_OVERLAP, VERIFY(token, scratch, 4096));
  EXPECT_TRUE(proof.is_verified == 1);
  policy.http_uri = VTOK_TEXT("https://server.example.com/token");
  EXPECT(VTOK_SCRATCH_TOO_SMALL, VERIFY(token, scratch, 8));
  EXPECT_ZERO(thumbprint);
  EXPECT(VTOK_NULL_POINTER,
         vtok_verify_dpop(token, &policy, then, scratch, 4096, NULL, &proof, &report));
  EXPECT(VTOK_NULL_POINTER, report.codes[VTOK_CHECK_POLICY]);
  policy.http_method = VTOK_TEXT("GET");
  EXPECT(VTOK_HTM_MISMATCH, VERIFY(token, scratch, 4096));
  policy.profile = VTOK_PROFILE_JWT;
  EXPECT(VTOK_TRUST_MISMATCH, VERIFY(token, scratch, 4096));
#undef VERIFY
}

static void test_tokens(void) {
  vtok_tokens tokens;
  vtok_error_response denied;
  vtok_device device;
  vtok_pushed pushed;
  vtok_polling polling, none;
  vtok_client_auth authentication = public_client();
  vtok_client client = good_client();
  uint8_t json[512];

#define READ(function, text_, out)                                   \
  (memcpy(json, text_, sizeof text_), SOIL(out), SOIL(denied),       \
   function(json, sizeof text_ - 1, &out, &denied))
  EXPECT(VTOK_OK, READ(vtok_token_response_read,
                       "{\"access_token\":\"a\",\"token_type\":\"dpop\"}", tokens));
  EXPECT_TRUE(tokens.token_type == VTOK_TOKEN_TYPE_DPOP && tokens.has_expires_in == 0);
  EXPECT_ZERO(denied);
  EXPECT(VTOK_PROVIDER_ERROR, READ(vtok_token_response_read, "{\"error\":\"slow_down\"}", tokens));
  EXPECT_ZERO(tokens);
  EXPECT(VTOK_ERROR_SLOW_DOWN, denied.code);
  EXPECT(VTOK_PROVIDER_ERROR, READ(vtok_token_response_read, "{\"error\":\"odd\"}", tokens));
  EXPECT(0, denied.code);
  EXPECT(VTOK_PARAMETER_UNEXPECTED,
         READ(vtok_token_response_read,
              "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"x\"}", tokens));
  EXPECT(VTOK_NULL_POINTER, vtok_token_response_read(NULL, 9, &tokens, NULL));
  EXPECT(VTOK_NULL_POINTER, vtok_token_response_read(json, 9, NULL, NULL));
  EXPECT(VTOK_OVERLAP, vtok_token_response_read((uint8_t *)&tokens, 9, &tokens, NULL));
  EXPECT(VTOK_OVERLAP, vtok_token_response_read(json, 512, &tokens,
                                                (vtok_error_response *)(void *)&tokens));

  EXPECT(VTOK_OK, READ(vtok_pushed_read, "{\"request_uri\":\"urn:x\",\"expires_in\":60}", pushed));
  EXPECT_TRUE(pushed.request_uri.len == 5 && pushed.expires_in == 60);
  EXPECT(VTOK_RESPONSE_MALFORMED, READ(vtok_pushed_read, "{}", pushed));
  EXPECT_ZERO(pushed);

  EXPECT(VTOK_OK, READ(vtok_device_read,
                       "{\"device_code\":\"d\",\"user_code\":\"u\",\"expires_in\":9,"
                       "\"verification_uri\":\"https://a.example\"}", device));
  EXPECT_TRUE(device.interval == 5 && device.user_code.len == 1);
  EXPECT(VTOK_OK, vtok_device_token_request(&device, &client, &authentication, text, sizeof text, &len));
  EXPECT(VTOK_NULL_POINTER,
         vtok_device_token_request(NULL, &client, &authentication, text, sizeof text, &len));
  EXPECT(VTOK_OVERLAP, vtok_device_token_request(&device, &client, &authentication, json, 512, &len));
  device.verification_uri_complete = vtok_view(text, 1);
  EXPECT(VTOK_OVERLAP, vtok_device_token_request(&device, &client, &authentication, text, 512, &len));
  device.verification_uri_complete = unset;
  EXPECT(VTOK_OK, vtok_device_request(&client, unset, &authentication, text, sizeof text, &len));
  EXPECT(VTOK_REQUEST_VALUE,
         vtok_device_request(&client, vtok_view("", 0), &authentication, text, sizeof text, &len));
  EXPECT(VTOK_NULL_POINTER, vtok_device_request(NULL, unset, &authentication, text, 64, &len));
  EXPECT(VTOK_OVERLAP, vtok_device_request(&client, unset, &authentication, (uint8_t *)&client,
                                           sizeof client, &len));
  /* FAPI takes no client secret here either. */
  client.security_profile = VTOK_SECURITY_FAPI1_ADVANCED;
  client.sender_constraint = VTOK_CONSTRAINT_CERTIFICATE;
  client.algorithms = VTOK_ALG_PS256;
  EXPECT(VTOK_SECURITY_PROFILE,
         vtok_device_request(&client, unset, &authentication, text, sizeof text, &len));
  EXPECT(VTOK_SECURITY_PROFILE,
         vtok_device_token_request(&device, &client, &authentication, text, sizeof text, &len));
  EXPECT(VTOK_SECURITY_PROFILE, vtok_refresh_request(&client, VTOK_TEXT("r"), unset,
                                                     &authentication, text, sizeof text, &len));

  SOIL(none);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_polling_timeout(&none, 9));
  EXPECT(VTOK_NULL_POINTER, vtok_polling_start(5, 60, 0, NULL));
  EXPECT(VTOK_OK, vtok_polling_start(5, 60, 100, &polling));
  EXPECT_TRUE(polling.goes_on == 1 && polling.next == 105);
  none = polling;
  EXPECT(VTOK_OK, vtok_polling_error(&none, VTOK_ERROR_SLOW_DOWN, 105));
  EXPECT_TRUE(none.next == 115);
  EXPECT(VTOK_OK, vtok_polling_timeout(&polling, 105));
  EXPECT_TRUE(polling.next == 115);
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_polling_error(&polling, 9999, 105));
  EXPECT(VTOK_OK, vtok_polling_error(&polling, 0, 105));
  EXPECT_TRUE(polling.goes_on == 0);

  authentication.method = VTOK_AUTHENTICATION_SECRET_BASIC;
  EXPECT(VTOK_REQUEST_VALUE, vtok_authorization_header(&authentication, client.client_id, text, 64, &len));
  authentication.value = VTOK_TEXT("b");
  EXPECT(VTOK_OK, vtok_authorization_header(&authentication, VTOK_TEXT("a"), text, 64, &len));
  EXPECT_TRUE(len == 10 && memcmp(text, "Basic YTpi", 10) == 0);
  EXPECT(VTOK_OVERLAP, vtok_authorization_header(&authentication, vtok_view(text, 1), text, 64, &len));
#undef READ
}

static void test_metadata(void) {
  vtok_metadata metadata, none;
  uint8_t json[4096];
  vtok_bytes view = file("metadata.json", json), uri, issuer = VTOK_TEXT("https://op.example");
  uint32_t is;
  uint64_t mask;

  SOIL(metadata);
  EXPECT(VTOK_METADATA_ISSUER,
         vtok_metadata_read(json, view.len, VTOK_TEXT("https://op.example/"), &metadata));
  EXPECT_ZERO(metadata);
  view = file("metadata.json", json);
  EXPECT(VTOK_OVERLAP, vtok_metadata_read(json, view.len, vtok_view(json, 9), &metadata));
  EXPECT(VTOK_NULL_POINTER, vtok_metadata_read(NULL, view.len, issuer, &metadata));
  EXPECT(VTOK_NULL_POINTER, vtok_metadata_read(json, view.len, issuer, NULL));
  EXPECT(VTOK_OK, vtok_metadata_read(json, view.len, issuer, &metadata));
  EXPECT(VTOK_METADATA_ISSUER_PARAMETER, metadata.flags);
  EXPECT_TRUE(metadata.issuer.len == 18);
  SOIL(none);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_metadata_endpoint(&none, VTOK_PROVIDER_KEYS, &uri));
  EXPECT(VTOK_OK, vtok_metadata_endpoint(&metadata, VTOK_PROVIDER_KEYS, &uri));
  EXPECT_TRUE(uri.len == 23);
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_metadata_endpoint(&metadata, VTOK_PROVIDER_REVOCATION, &uri));
  EXPECT_TRUE(uri.ptr == NULL);
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_metadata_endpoint(&metadata, 0, &uri));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_metadata_endpoint(&metadata, 12, &uri));
  EXPECT(VTOK_OVERLAP, vtok_metadata_endpoint(&metadata, 1, &metadata.issuer));
  EXPECT(VTOK_OVERLAP, vtok_metadata_endpoint(&metadata, 1, (vtok_bytes *)(void *)json));
  EXPECT(VTOK_OVERLAP, vtok_metadata_supports(&metadata, 1, unset, (uint32_t *)(void *)json));
  EXPECT(VTOK_OVERLAP, vtok_metadata_supports(&metadata, 1, vtok_view((uint8_t *)&is, 1), &is));
  EXPECT(VTOK_OVERLAP, vtok_metadata_supports_flow(&metadata, 1, (uint32_t *)(void *)json));
  EXPECT(VTOK_OVERLAP, vtok_metadata_narrow(&metadata, 8, VTOK_ALG_RS256,
                                            (uint64_t *)(void *)json));
  EXPECT(VTOK_OK, vtok_metadata_supports(&metadata, VTOK_LIST_SUBJECT_TYPES, VTOK_TEXT("public"), &is));
  EXPECT(1, is);
  EXPECT(VTOK_OK, vtok_metadata_supports(&metadata, VTOK_LIST_SUBJECT_TYPES, unset, &is));
  EXPECT(0, is);
  EXPECT(VTOK_JSON_NOT_FOUND, vtok_metadata_supports(&metadata, VTOK_LIST_SCOPES, unset, &is));
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_metadata_supports(&metadata, 16, unset, &is));
  EXPECT(VTOK_OK, vtok_metadata_supports_flow(&metadata, VTOK_FLOW_ID_TOKEN_TOKEN, &is));
  EXPECT(1, is);
  EXPECT(VTOK_OK, vtok_metadata_supports_flow(&metadata, VTOK_FLOW_CODE_TOKEN, &is));
  EXPECT(0, is);
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_metadata_supports_flow(&metadata, 6, &is));
  EXPECT(VTOK_OK, vtok_metadata_narrow(&metadata, VTOK_LIST_ID_TOKEN_ALGORITHMS,
                                       VTOK_ALG_RS256 | VTOK_ALG_PS256, &mask));
  EXPECT_TRUE(mask == VTOK_ALG_RS256);
  EXPECT(VTOK_METADATA_UNSUPPORTED,
         vtok_metadata_narrow(&metadata, VTOK_LIST_DPOP_ALGORITHMS, VTOK_ALG_RS256, &mask));
  EXPECT_TRUE(mask == 0);
  EXPECT(VTOK_UNKNOWN_VALUE, vtok_metadata_narrow(&metadata, VTOK_LIST_DPOP_ALGORITHMS, 1, &mask));

  EXPECT(VTOK_OK, vtok_metadata_url(issuer, text, 64, &len));
  EXPECT(VTOK_ISSUER_NOT_HTTPS, vtok_metadata_url(unset, text, 64, &len));
  EXPECT(VTOK_OVERLAP, vtok_metadata_url(vtok_view(text, 5), text, 64, &len));
  EXPECT(VTOK_OK, vtok_webfinger_url(VTOK_TEXT("a.example"), VTOK_TEXT("acct:j@a.example"), text,
                                     sizeof text, &len));
  EXPECT(VTOK_REQUEST_VALUE, vtok_webfinger_url(unset, unset, text, sizeof text, &len));
  EXPECT(VTOK_RESPONSE_MALFORMED, vtok_webfinger_issuer(VTOK_TEXT("{}"), text, 64, &len));
  EXPECT(VTOK_OK, vtok_webfinger_issuer(
                      VTOK_TEXT("{\"links\":[{\"rel\":\"http://openid.net/specs/connect/1.0/issuer\","
                                "\"href\":\"https://op.example\"}]}"), text, 64, &len));
  EXPECT(18, len);
  EXPECT(VTOK_OK, vtok_pairwise_subject(VTOK_TEXT("h"), VTOK_TEXT("a"), VTOK_TEXT("0123456789abcdef"),
                                        text, 43, &len));
  EXPECT(VTOK_REQUEST_VALUE,
         vtok_pairwise_subject(VTOK_TEXT("h"), VTOK_TEXT("a"), unset, text, 43, &len));
  EXPECT(VTOK_OK, vtok_sector_host(VTOK_TEXT("https://a.example/b"), &uri));
  EXPECT_TRUE(uri.len == 9);
  EXPECT(VTOK_ENDPOINT_NOT_HTTPS, vtok_sector_host(unset, &uri));
}

static void test_logout(void) {
  vtok_client client = good_client();
  vtok_end_session end = {0};
  vtok_bytes id, a = VTOK_TEXT("a");
  uint8_t query[64];

  memcpy(query, "iss=https%3A%2F%2Fop.example&sid=s1", 36);
  EXPECT(VTOK_OK, vtok_front_channel_logout(&client, session, query, 35, &id));
  EXPECT_TRUE(id.len == 2);
  EXPECT(VTOK_LOGOUT_MISMATCH, vtok_front_channel_logout(&client, unset, NULL, 0, &id));
  client.flags = VTOK_CLIENT_LOGOUT_WITHOUT_SESSION;
  EXPECT(VTOK_OK, vtok_front_channel_logout(&client, unset, NULL, 0, &id));
  EXPECT_TRUE(id.ptr == NULL);
  client = good_client();
  memcpy(query, "sid=s1", 7);
  EXPECT(VTOK_LOGOUT_MISMATCH, vtok_front_channel_logout(&client, unset, query, 6, &id));
  EXPECT(VTOK_SAVED_STATE, vtok_front_channel_logout(&client, a, query, 6, &id));
  EXPECT(VTOK_OVERLAP, vtok_front_channel_logout(&client, session, session_bytes, 6, &id));

  EXPECT(VTOK_STRUCT_SIZE, vtok_end_session_url(&end, text, 64, &len));
  end.size = sizeof end;
  EXPECT(VTOK_ENDPOINT_NOT_HTTPS, vtok_end_session_url(&end, text, 64, &len));
  end.endpoint = VTOK_TEXT("https://op.example/logout");
  end.state = VTOK_TEXT("xyz");
  EXPECT(VTOK_OK, vtok_end_session_url(&end, text, 64, &len));
  EXPECT_TRUE(len == 35 && memcmp(text, "https://op.example/logout?state=xyz", 35) == 0);
  end.post_logout_redirect_uri = a;
  EXPECT(VTOK_REQUEST_VALUE, vtok_end_session_url(&end, text, 64, &len));
  memcpy(query, "state=xyz", 10);
  EXPECT(VTOK_OK, vtok_end_session_returned(&end, query, 9));
  memcpy(query, "state=xyy", 10);
  EXPECT(VTOK_STATE_MISMATCH, vtok_end_session_returned(&end, query, 9));
  EXPECT(VTOK_STATE_MISSING, vtok_end_session_returned(&end, NULL, 0));
  EXPECT(VTOK_NULL_POINTER, vtok_end_session_returned(NULL, query, 9));
  EXPECT(VTOK_OVERLAP, vtok_end_session_returned(&end, (uint8_t *)&end, 9));
  EXPECT(VTOK_OK, vtok_session_state(a, a, a, a, text, 66, &len));
  EXPECT(VTOK_REQUEST_VALUE, vtok_session_state(a, unset, a, a, text, 66, &len));
}

static void test_rotation(void) {
  static vtok_rotation rotation, copy;
  vtok_rotation_rules rules = {0};
  vtok_bytes etag, kid = VTOK_TEXT("key-1");
  uint8_t thumbprint[2][32];
  uint32_t advice;
  uint64_t second;
  size_t kept;

  SOIL(rotation);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_rotation_advise(&rotation, keys, kid, 9, &advice));
  EXPECT(VTOK_ADVICE_DENY, advice);
  EXPECT(VTOK_NOT_INITIALIZED, vtok_rotation_failed(&rotation, 9));
  EXPECT(VTOK_STRUCT_SIZE, vtok_rotation_init(&rules, &rotation));
  EXPECT(VTOK_NOT_INITIALIZED, vtok_rotation_failed(&rotation, 9));
  rules.size = sizeof rules;
  rules.cooldown = 10;
  EXPECT(VTOK_NULL_POINTER, vtok_rotation_init(&rules, NULL));
  EXPECT(VTOK_OK, vtok_rotation_init(&rules, &rotation));
#define ADVISE(k, t, expected)                                           \
  do {                                                                   \
    SOIL(advice);                                                        \
    EXPECT(VTOK_OK, vtok_rotation_advise(&rotation, keys, k, t, &advice)); \
    EXPECT(expected, advice);                                            \
  } while (0)
  ADVISE(kid, 100, VTOK_ADVICE_REFRESH_NOW);
  EXPECT(VTOK_OK, vtok_rotation_failed(&rotation, 100));
  EXPECT(VTOK_OK, vtok_rotation_next_fetch(&rotation, &second));
  EXPECT(120, second);
  ADVISE(kid, 119, VTOK_ADVICE_DENY);
  EXPECT(VTOK_OK, vtok_keys_replace_jwks(keys, file("jwks.json", other_scratch), NULL));
  EXPECT(VTOK_OK, vtok_rotation_fetched(&rotation, 120, -1, VTOK_TEXT("\"v1\"")));
  ADVISE(kid, 121, VTOK_ADVICE_USE);
  ADVISE(VTOK_TEXT("forged"), 121, VTOK_ADVICE_DENY);
  copy = rotation;
  rotation = copy;
  EXPECT(VTOK_OK, vtok_rotation_etag(&rotation, &etag));
  EXPECT(4, etag.len);
  EXPECT(VTOK_OVERLAP, vtok_rotation_fetched(&rotation, 120, -1, etag));
  ADVISE(kid, 120 + 3600, VTOK_ADVICE_REFRESH_NOW);
  EXPECT(VTOK_OK, vtok_rotation_failed(&rotation, 120 + 3600));
  ADVISE(kid, 121 + 3600, VTOK_ADVICE_REFRESH_LATER);
  EXPECT(VTOK_OK, vtok_rotation_not_modified(&rotation, 5000, INT64_MAX));
  ADVISE(kid, 5001, VTOK_ADVICE_USE);
  /* A kid that was asked for once is not held against a later token. */
  ADVISE(VTOK_TEXT("to come"), 5100, VTOK_ADVICE_REFRESH_NOW);
  EXPECT(VTOK_OK, vtok_rotation_not_modified(&rotation, 5100, 86400));
  ADVISE(VTOK_TEXT("to come"), 5399, VTOK_ADVICE_DENY);
  ADVISE(VTOK_TEXT("to come"), 5400, VTOK_ADVICE_REFRESH_NOW);
  EXPECT(VTOK_NULL_POINTER, vtok_rotation_advise(&rotation, NULL, kid, 9, &advice));
  EXPECT(VTOK_NULL_POINTER, vtok_rotation_advise(NULL, keys, kid, 9, &advice));
  EXPECT(VTOK_MISALIGNED,
         vtok_rotation_failed((vtok_rotation *)((char *)&rotation + 1), 9));
#undef ADVISE

  EXPECT(VTOK_OK, vtok_keys_thumbprint(keys, 0, &thumbprint[0]));
  memset(thumbprint[1], 0, 32);
  EXPECT(VTOK_OK, vtok_keys_retain_thumbprints(keys, (const uint8_t(*)[32])thumbprint, 2, &kept));
  EXPECT(1, kept);
  EXPECT(VTOK_NULL_POINTER, vtok_keys_retain_thumbprints(keys, NULL, 1, &kept));
  EXPECT(VTOK_NULL_POINTER, vtok_keys_retain_thumbprints(NULL, NULL, 0, &kept));
  EXPECT(VTOK_OK, vtok_keys_retain_thumbprints(keys, NULL, 0, &kept));
  EXPECT(0, kept);
}

int main(int argc, char **argv) {
  vtok_bytes set;
  if (argc < 2) return 2;
  directory = argv[1];
  set = file("jwks.json", other_scratch);
  EXPECT(VTOK_OK, vtok_keys_init(memory, sizeof memory, 2, &keys));
  EXPECT(VTOK_OK, vtok_keys_import_jwks(keys, set, NULL));
  test_client();
  test_request();
  test_response();
  test_login();
  test_session();
  test_signing();
  test_dpop();
  test_tokens();
  test_metadata();
  test_logout();
  test_rotation();
  EXPECT(VTOK_OK, vtok_wipe(request_bytes[0], sizeof request_bytes[0]));
  EXPECT_ZERO(request_bytes[0]);
  EXPECT(VTOK_NULL_POINTER, vtok_wipe(NULL, 9));
  EXPECT(VTOK_OK, vtok_wipe(NULL, 0));
  printf("%d failures\n", failures);
  return failures != 0;
}
