// Every function of veritok.hpp, on a token that anyone can check:
// OpenID Connect Core 1.0, appendix A.3.
#include <cstdio>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "veritok.hpp"

#define EXPECT(condition)                                       \
  do {                                                          \
    if (!(condition)) {                                         \
      std::printf("line %d: %s\n", __LINE__, #condition);       \
      return 1;                                                 \
    }                                                           \
  } while (0)

// What keeps a view takes what lives on, and no temporary that owns its text.
#define TAKES(name, call)                                                  \
  template <class T, class = void>                                         \
  struct name : std::false_type {};                                        \
  template <class T>                                                       \
  struct name<T, std::void_t<decltype(call)>> : std::true_type {};         \
  static_assert(name<const char *>::value && name<const char(&)[4]>::value \
                && name<char(&)[4]>::value && name<std::string_view>::value \
                && name<const std::string_view &>::value                   \
                && name<std::string &>::value                              \
                && name<const std::string &>::value);                      \
  static_assert(!name<std::string>::value && !name<const std::string>::value);
#define OBJECT(type) std::declval<type &>()
#define POLICY OBJECT(veritok::Policy)
#define CLIENT OBJECT(const veritok::Client)
#define TEXT std::declval<T>()
TAKES(Bytes, veritok::bytes(TEXT))
TAKES(Issuer, POLICY.issuer(TEXT))
TAKES(Audience, POLICY.audience(TEXT))
TAKES(Typ, POLICY.typ(TEXT))
TAKES(Nonce, POLICY.nonce(TEXT))
TAKES(AccessToken, POLICY.access_token(TEXT))
TAKES(Code, POLICY.code(TEXT))
TAKES(State, POLICY.state(TEXT))
TAKES(Subject, POLICY.subject(TEXT))
TAKES(ProvenKey, POLICY.proven_key(1, TEXT))
TAKES(Method, veritok::Policy::dpop_proof(TEXT, "", 1))
TAKES(Uri, veritok::Policy::dpop_proof("", TEXT, 1))
TAKES(OfIssuer, veritok::Client(TEXT, "", "", ""))
TAKES(OfClient, veritok::Client("", TEXT, "", ""))
TAKES(OfRedirect, veritok::Client("", "", TEXT, ""))
TAKES(OfEndpoint, veritok::Client("", "", "", TEXT))
TAKES(Authentication, veritok::authentication(0, TEXT))
TAKES(OfRequest, veritok::Request(CLIENT, TEXT))
TAKES(OfSession, veritok::Session(CLIENT, TEXT))
TAKES(Userinfo, OBJECT(veritok::Session).userinfo(TEXT))
TAKES(UserinfoJwt,
      OBJECT(veritok::Session).userinfo_jwt(TEXT, OBJECT(veritok::Material)))
TAKES(Peek, veritok::Unverified::peek(TEXT))
TAKES(Verify, veritok::verify(TEXT, nullptr, POLICY, {}, OBJECT(veritok::Buffer)))
TAKES(Unsecured,
      veritok::verify_unsecured(TEXT, POLICY, {}, OBJECT(veritok::Buffer)))
TAKES(Dpop, veritok::verify_dpop(TEXT, POLICY, {}, OBJECT(veritok::Buffer)))

// So with lists: an array has to live on.
#define TAKES_LIST(name, type, function)                                       \
  template <class T, class = void>                                             \
  struct name : std::false_type {};                                            \
  template <class T>                                                           \
  struct name<T, std::void_t<decltype(OBJECT(T).function({vtok_bytes(), vtok_bytes()}))>> \
      : std::true_type {};                                                     \
  static_assert(!name<type>::value);                                           \
  using name##Moved = vtok_bytes[2];                                           \
  template <class T, class = void>                                             \
  struct name##Array : std::false_type {};                                     \
  template <class T>                                                           \
  struct name##Array<T, std::void_t<decltype(OBJECT(type).function(TEXT))>>    \
      : std::true_type {};                                                     \
  static_assert(!name##Array<name##Moved>::value &&                            \
                !name##Array<const name##Moved>::value &&                      \
                name##Array<name##Moved &>::value &&                           \
                name##Array<const name##Moved &>::value);
TAKES_LIST(Trusted, veritok::Policy, trusted_audiences)
TAKES_LIST(AcrValues, veritok::Policy, acr_values)
TAKES_LIST(Required, veritok::Policy, required_claims)
TAKES_LIST(ClientTrusted, veritok::Client, trusted_audiences)

// And with the client that steps belong to.
template <class Step, class... Args>
constexpr bool kKeepsClient =
    std::is_constructible_v<Step, const veritok::Client &, Args...> &&
    std::is_constructible_v<Step, veritok::Client &, Args...> &&
    !std::is_constructible_v<Step, veritok::Client, Args...>;
static_assert(kKeepsClient<veritok::Request, std::string_view>);
static_assert(kKeepsClient<veritok::Session, std::string_view>);
static_assert(kKeepsClient<veritok::DeviceLogin>);

static char jwks[4096], token[4096];

template <std::size_t N>
static std::string_view read_file(const char *path, char (&buffer)[N]) {
  std::FILE *file = std::fopen(path, "rb");
  std::size_t len = file ? std::fread(buffer, 1, N, file) : 0;
  if (file) std::fclose(file);
  while (len > 0 && buffer[len - 1] == '\n') len--;
  return {buffer, len};
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  auto set = read_file(argv[1], jwks);
  auto id_token = read_file(argv[2], token);

  veritok::Keys<2, 2 * VTOK_RSA_BYTES(2048) + 64> keys;
  vtok_imported imported;
  EXPECT(keys.import_jwks(set, &imported) && imported.added == 1);
  EXPECT(keys.size() == 1);
  EXPECT(keys.thumbprint(0) && !keys.thumbprint(1));
  EXPECT(!keys.import_jwks("{"));
  EXPECT(keys.replace_jwks(set, &imported) && imported.added == 1);
  EXPECT(keys.size() == 1);
  EXPECT(!keys.replace_jwks("{") && keys.size() == 1);
  EXPECT(keys.pin_jwk("{}").name() == "jwk_malformed");
  EXPECT(!keys.add_rsa("n", "e") && !keys.add_ed25519("short"));
  EXPECT(!keys.add_point(VTOK_FAMILY_P256, "x", "y"));
  EXPECT(!keys.add_sec1(VTOK_FAMILY_P256, "p", "kid"));
  EXPECT(!keys.add_spki(VTOK_FAMILY_RSA, "der"));
  EXPECT(!keys.add_pem(VTOK_FAMILY_RSA, "pem"));
  EXPECT(keys.size() == 1);

  auto peeked = veritok::Unverified::peek(id_token);
  EXPECT(peeked && peeked->unverified_header("alg"));
  EXPECT(peeked->unverified_header("alg")->equals("RS256"));
  EXPECT(peeked->unverified_claim("iss")->equals("https://server.example.com"));
  EXPECT(!veritok::Unverified::peek("a.b"));

  auto policy = veritok::Policy::id_token(VTOK_FLOW_ID_TOKEN,
                                          VTOK_ENDPOINT_AUTHORIZATION)
                    .algorithms(VTOK_ALG_RS256)
                    .issuer("https://server.example.com")
                    .audience("s6BhdRkqt3")
                    .nonce("n-0S6_WzA2Mj");
  const vtok_bytes required[] = {veritok::bytes("email")};
  policy.required_claims(required).leeway(1).max_iat_age(3600);
  char scratch[4096];
  veritok::Report report;

  auto late = veritok::verify(id_token, keys, policy,
                              veritok::between(1311281000, 1411281000), scratch,
                              &report);
  EXPECT(!late && late.status().code() == VTOK_EXP_UNDECIDED);
  EXPECT(!late.optional());
  int failures = 0;
  for (auto failure : report.failures()) {
    EXPECT(report.failed(failure.check) && !report.passed(failure.check));
    EXPECT(!failure.name().empty() && !failure.message().empty());
    EXPECT(!failure.section(policy).empty());
    failures++;
  }
  EXPECT(failures == 2);

  auto verified = veritok::verify(id_token, keys, policy,
                                  veritok::at(1311281000), scratch);
  EXPECT(verified && verified->algorithm() == VTOK_ALG_RS256);
  EXPECT(verified->payload().front() == '{');
  EXPECT(*verified->claim("exp")->date() == 1311281970);
  EXPECT(*verified->claim("iat")->integer() == 1311280970);
  EXPECT(*verified->claim("email")->view() == "janedoe@example.com");
  EXPECT(!verified->claim("email")->boolean());
  EXPECT(!verified->claim("email", "de"));
  EXPECT(verified->claim_at("/email")->kind() == VTOK_KIND_STRING);
  EXPECT(verified->claim("sub")->json().front() == '"');
  EXPECT(verified->claim("sub")->element(0).status().code() == VTOK_JSON_TYPE);
  EXPECT(!verified->claim("sub")->member("x") && !verified->claim("sub")->is_null());
  EXPECT(verified->header("kid"));
  char small[1], buffer[64];
  EXPECT(verified->string("sub", small).status().code() == VTOK_BUFFER_TOO_SMALL);
  EXPECT(*verified->string("sub", buffer) == "248289761001");
  EXPECT(!verified->string("absent", buffer));
  std::size_t members = 0;
  while (verified->member(members)) members++;
  EXPECT(members == 13);
  members = 0;
  for (const auto &each : verified->members()) {
    auto same = verified->member(members++);
    EXPECT(each.name.json().data() == same->name.json().data());
    EXPECT(each.value.json().data() == same->value.json().data());
  }
  EXPECT(members == 13);
  for (const auto &none : verified->claim("sub")->elements()) EXPECT(none.is_null());
  EXPECT(!verified->claim("sub")->next());

  auto now = veritok::at(1311281000);
  EXPECT(veritok::not_before(now, 5)->earliest == 1311281000);
  EXPECT(veritok::not_before(now, 1311281001).status().code() == VTOK_CLOCK_BEHIND_FLOOR);
  EXPECT(veritok::advanced(now, 1500, 0)->latest == 1311281002);
  EXPECT(veritok::of_rtc(VTOK_RTC_DS3231, "short", 0, 0).status().name() == "clock_encoding");
  veritok::ReplayGuard<2> guard, restored;
  char saved[VTOK_REPLAY_SAVED_LEN(2)];
  EXPECT(guard.admit(*verified, VTOK_REPLAY_NONCE, now));
  EXPECT(guard.admit(*verified, VTOK_REPLAY_NONCE, now).code() == VTOK_REPLAYED);
  EXPECT(guard.size() == 1 && guard.save(saved)->size() == 37);
  EXPECT(!guard.save(small) && !restored.restore("x"));
  EXPECT(restored.restore(*guard.save(saved)) && restored.size() == 1);

  EXPECT(!veritok::verify_unsecured(id_token, policy, veritok::at(1), scratch));
  const vtok_bytes list[] = {veritok::bytes("a"), veritok::bytes("b")};
  policy.acr_values(list).trusted_audiences(list).typ("JWT").max_age(5);
  policy.access_token("t").code("c").state("s").hooks(nullptr);
  policy.flags(VTOK_POLICY_REQUIRE_S_HASH);
  auto other = veritok::verify_in_place({token, id_token.size()}, keys, policy,
                                        veritok::at(1311281000), &report);
  EXPECT(!other && report.failed(VTOK_CHECK_TYP));

  keys.clear();
  EXPECT(keys.size() == 0);
  EXPECT(keys.add_secret("0123456789abcdef0123456789abcdef"));
  for (auto each : {veritok::Policy::jws(), veritok::Policy::jwt(),
                    veritok::Policy::logout_token(),
                    veritok::Policy::access_token()})
    EXPECT(!veritok::verify(id_token, keys, each, veritok::at(1), scratch));
  return 0;
}
