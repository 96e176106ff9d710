// The exchange through veritok.hpp, with a provider's answers from files:
//
//     login DIRECTORY DPOP-PROOF
#include <cstdio>
#include <cstring>
#include <string_view>

#include "veritok.hpp"

#define EXPECT(condition)                                       \
  do {                                                          \
    if (!(condition)) {                                         \
      std::printf("line %d: %s\n", __LINE__, #condition);       \
      return 1;                                                 \
    }                                                           \
  } while (0)

static const char *directory;

static std::string_view read_path(const char *path, char *to) {
  std::FILE *file = std::fopen(path, "rb");
  std::size_t len = file ? std::fread(to, 1, 4096, file) : 0;
  if (file) std::fclose(file);
  while (len > 0 && to[len - 1] == '\n') len--;
  return {to, len};
}

static std::string_view read_file(const char *name, char *to) {
  char path[512];
  std::snprintf(path, sizeof path, "%s/%s", directory, name);
  return read_path(path, to);
}

static veritok::Buffer over(std::string_view text) {
  return {const_cast<char *>(text.data()), text.size()};
}

static constexpr auto kNow = 1700000000;

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  directory = argv[1];
  static char json[6][4096], scratch[4][4096], out[4096];

  veritok::Keys<2, 2 * VTOK_RSA_BYTES(2048) + 64> keys;
  EXPECT(keys.import_jwks(read_file("jwks.json", json[0])));

  auto metadata = veritok::Metadata::read(over(read_file("metadata.json", json[0])),
                                          "https://op.example");
  EXPECT(metadata && metadata->has(VTOK_METADATA_ISSUER_PARAMETER));
  EXPECT(*metadata->endpoint(VTOK_PROVIDER_TOKEN) == "https://op.example/token");
  EXPECT(!metadata->endpoint(VTOK_PROVIDER_REVOCATION));
  EXPECT(*metadata->supports(VTOK_LIST_SUBJECT_TYPES, "public"));
  EXPECT(!metadata->supports(VTOK_LIST_SCOPES, "openid"));
  auto algorithms = metadata->narrow(VTOK_LIST_ID_TOKEN_ALGORITHMS,
                                     VTOK_ALG_RS256 | VTOK_ALG_PS256);
  EXPECT(algorithms && *algorithms == VTOK_ALG_RS256);
  EXPECT(!metadata->narrow(VTOK_LIST_DPOP_ALGORITHMS, VTOK_ALG_RS256));
  EXPECT(!veritok::Metadata::read(over("{}"), "https://op.example"));

  veritok::Rotation rotation;
  EXPECT(rotation.advise(keys, "key-1", 5) == VTOK_ADVICE_REFRESH_NOW);
  EXPECT(rotation.failed(5) && rotation.next_fetch() == 125);
  EXPECT(keys.replace_jwks(read_file("jwks.json", json[1])) && keys.size() == 1);
  EXPECT(rotation.fetched(125, 600, "e") && rotation.etag() == "e");
  EXPECT(rotation.advise(keys, "key-1", 126) == VTOK_ADVICE_USE);
  EXPECT(rotation.advise(keys, "forged", 126) == VTOK_ADVICE_DENY);
  EXPECT(rotation.not_modified(900));

  auto client = veritok::Client("https://op.example", "s6BhdRkqt3",
                                "https://rp.example/callback",
                                "https://op.example/authorize")
                    .algorithms(*algorithms)
                    .security(VTOK_SECURITY_OPENID, VTOK_CONSTRAINT_NONE)
                    .issuer_parameter(VTOK_ISSUER_PARAMETER_REQUIRED)
                    .leeway(5);
  vtok_request_options options{};
  options.flow = VTOK_FLOW_CODE;
  char saved[512];
  auto random = read_file("random", json[1]);
  auto made = veritok::Request::init(client, options, random, saved);
  EXPECT(made);
  veritok::Request request(client, made->saved());
  EXPECT(request.url(out)->substr(0, 28) == "https://op.example/authorize");
  auto none = veritok::authentication(VTOK_AUTHENTICATION_NONE);
  EXPECT(request.push(none, out) && request.pushed_url("urn:x", out));
  EXPECT(!veritok::Request::init(client.quirk(VTOK_QUIRK_ENTRA_TENANT), options, random, out));
  client.quirk(VTOK_QUIRK_NONE);

  veritok::Report report;
  auto answer = over(read_file("response.txt", json[1]));
  EXPECT(!veritok::Response::read(request, answer, VTOK_CHANNEL_FRAGMENT));
  veritok::Material first{keys, veritok::at(kNow), scratch[0], &report};
  EXPECT(!veritok::Response::read_jwt(request, answer, VTOK_CHANNEL_QUERY, first));
  answer = over(read_file("response.txt", json[1]));
  auto response = veritok::Response::read(request, answer, VTOK_CHANNEL_QUERY);
  EXPECT(response && !response->has_id_token());
  EXPECT(response->verify(first).status().code() == VTOK_ID_TOKEN_MISSING);
  auto authorized = response->without_id_token();
  EXPECT(authorized && authorized->code().size() == 22);
  EXPECT(authorized->access_token().empty() && !authorized->id_token());
  EXPECT(!authorized->login());
  EXPECT(authorized->token_request(none, out));
  std::strcpy(json[2], "{\"error\":\"invalid_grant\"}");
  veritok::Denied denied;
  EXPECT(!authorized->token_response({json[2], 25}, &denied));
  EXPECT(denied.code() == VTOK_ERROR_INVALID_GRANT && denied.text() == "invalid_grant");
  auto pending = authorized->token_response(over(read_file("token.json", json[2])));
  EXPECT(pending);
  veritok::Material late{keys, veritok::at(kNow + 3600), scratch[1], &report};
  EXPECT(!pending->verify(late) && report.failed(VTOK_CHECK_EXP));
  veritok::Material second{keys, veritok::at(kNow), scratch[1]};
  auto login = pending->verify(second);
  EXPECT(login && login->tokens().token_type == VTOK_TOKEN_TYPE_BEARER);
  EXPECT(login->id_token().claim("sub")->equals("248289761001"));

  char session_bytes[VTOK_SESSION_LEN];
  auto session = login->session(session_bytes);
  EXPECT(session && !session->saved().empty());
  auto userinfo = session->userinfo(read_file("userinfo.json", json[3]));
  EXPECT(userinfo && userinfo->claim("email")->equals("jane@example.com"));
  EXPECT(!session->userinfo("{\"sub\":\"another\"}"));
  auto lists = session->userinfo("{\"sub\":\"248289761001\",\"a\":[1,2,[3]],\"e\":[]}");
  std::int64_t sum = 0;
  for (const auto &each : lists->claim("a")->elements()) {
    sum += each.integer().optional().value_or(10);
    for (const auto &inner : each.elements()) sum += *inner.integer() * 100;
  }
  EXPECT(sum == 1 + 2 + 10 + 300);
  for (const auto &none : lists->claim("e")->elements()) EXPECT(none.is_null());
  EXPECT(!session->userinfo_jwt("a.b.c", first));
  vtok_pending_tokens again;
  veritok::Material third{keys, veritok::at(kNow), scratch[2]};
  auto refreshed = session->refresh(over(read_file("refresh.json", json[4])), third, again);
  EXPECT(refreshed && refreshed->id_token.is_verified == 1);
  // A session that was not found is no login of another user's.
  auto body = over(read_file("refresh.json", json[4]));
  for (std::string_view lost : {std::string_view(), std::string_view("")}) {
    auto none_found = veritok::Session(client, lost).refresh(body, third, again);
    EXPECT(none_found.status().code() == VTOK_SAVED_STATE);
  }
  veritok::DeviceLogin device(client);
  auto device_tokens = device.tokens(body, third, again);
  EXPECT(device_tokens && device_tokens->id_token.is_verified == 1);
  char device_bytes[VTOK_SESSION_LEN];
  EXPECT(device.session(*device_tokens, device_bytes)->userinfo("{\"sub\":\"248289761001\"}"));
  EXPECT(!device.session(*refreshed, device_bytes));
  auto policy = veritok::Policy::logout_token()
                    .algorithms(VTOK_ALG_RS256)
                    .issuer("https://op.example")
                    .audience("s6BhdRkqt3");
  auto logout = veritok::verify(read_file("logout.jwt", json[5]), keys, policy,
                                veritok::at(kNow), scratch[3]);
  EXPECT(logout && *session->is_ended_by(*logout));
  EXPECT(!session->is_ended_by(*userinfo));

  auto dpop = veritok::Policy::dpop_proof("POST", "https://server.example.com/token", 300)
                  .algorithms(VTOK_ALG_ES256);
  auto proof = veritok::verify_dpop(read_path(argv[2], json[0]), dpop,
                                    veritok::at(1562262618), scratch[0]);
  EXPECT(proof && proof->token.claim("jti"));
  EXPECT(proof->thumbprint() == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
  EXPECT(!veritok::verify_dpop("a.b", dpop, veritok::at(1), scratch[0]));
  policy.subject("s").quirk(9).proven_key(VTOK_PROVEN_DPOP, proof->thumbprint());
  EXPECT(!veritok::verify("a.b.c", keys, policy, veritok::at(kNow), scratch[0]));
  return 0;
}
