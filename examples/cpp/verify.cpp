// examples/c/verify.c in C++17: no exceptions, no heap.
//
//     verify JWKS-FILE TOKEN-FILE [SECONDS-SINCE-1970]
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "veritok.hpp"

static veritok::Keys<4, 4 * (VTOK_RSA_BYTES(2048) + 64)> keys;
static char jwks[16384], token[16384];

// The file's text without line endings after it; not set if it has none.
template <std::size_t N>
static std::string_view read_file(const char *path, char (&buffer)[N]) {
  std::FILE *file = std::fopen(path, "rb");
  std::size_t len = file ? std::fread(buffer, 1, N, file) : 0;
  if (file) std::fclose(file);
  while (len > 0 && buffer[len - 1] == '\n') len--;
  if (len == 0 || len == N) return {};
  return {buffer, len};
}

static void print(const char *label, std::string_view text) {
  std::printf("%s %.*s\n", label, static_cast<int>(text.size()), text.data());
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  auto imported = keys.import_jwks(read_file(argv[1], jwks));
  if (!imported) {
    print("keys:", imported.message());
    return 2;
  }
  auto policy =
      veritok::Policy::id_token(VTOK_FLOW_ID_TOKEN, VTOK_ENDPOINT_AUTHORIZATION)
          .algorithms(VTOK_ALG_RS256)
          .issuer("https://server.example.com")
          .audience("s6BhdRkqt3")
          .nonce("n-0S6_WzA2Mj");
  auto now = argc > 3 ? std::strtoll(argv[3], nullptr, 10)
                      : static_cast<long long>(std::time(nullptr));

  veritok::Report report;
  auto result = veritok::verify_in_place(
      {token, read_file(argv[2], token).size()}, keys, policy,
      veritok::at(now), &report);
  for (auto failure : report.failures()) {
    print("failed:", failure.name());
    print("       ", failure.message());
    print("       ", failure.section(policy));
  }
  if (!result) return 1;
  char buffer[256];
  if (auto sub = result->string("sub", buffer)) print("subject:", *sub);
  auto email = result->string("email", buffer);
  print("email:", email ? *email : "(none)");
  return 0;
}
