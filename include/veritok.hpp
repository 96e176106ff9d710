// Veritok for C++17: views and values over veritok.h, without exceptions,
// run-time type information or a heap. What veritok.h says of memory, threads
// and status holds here too.
//
//   veritok::Keys<4, 4 * VTOK_RSA_BYTES(2048)> keys;
//   keys.import_jwks(jwks);
//   auto policy = veritok::Policy::id_token(VTOK_FLOW_CODE, VTOK_ENDPOINT_TOKEN)
//       .algorithms(VTOK_ALG_RS256).issuer("https://server.example.com")
//       .audience("s6BhdRkqt3").nonce("n-0S6_WzA2Mj");
//   veritok::Report report;
//   auto result = veritok::verify_in_place({token, len}, keys, policy,
//                                          veritok::at(now), &report);
//   if (!result) for (auto failure : report.failures()) log(failure.message());
//   else use(result->claim("sub"));
//
// A string_view whose data() is null is "not set"; an empty one that points
// somewhere is "set, and empty", which no expectation may be.
#ifndef VERITOK_HPP
#define VERITOK_HPP

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <type_traits>

#include "veritok.h"

// What Clang can be told of views: that a result or an object keeps one.
#define VERITOK_BORROWS
#define VERITOK_KEEPS
#define VERITOK_VIEW
#ifdef __clang__
#if __has_cpp_attribute(clang::lifetimebound)
#undef VERITOK_BORROWS
#define VERITOK_BORROWS [[clang::lifetimebound]]
#endif
#if __has_cpp_attribute(clang::lifetime_capture_by)
#undef VERITOK_KEEPS
#define VERITOK_KEEPS [[clang::lifetime_capture_by(this)]]
#endif
#if __has_cpp_attribute(gsl::Pointer)
#undef VERITOK_VIEW
#define VERITOK_VIEW [[gsl::Pointer(char)]]
#endif
#endif

namespace veritok {

// A text of which a view is kept. It must live while the view is used, so a
// temporary that owns its text, such as a std::string that a function returns,
// does not compile.
class VERITOK_VIEW Borrowed {
  template <class T>
  using IfText = std::enable_if_t<
      std::is_class_v<T> && std::is_convertible_v<const T &, std::string_view>>;
  template <class T>
  using IfOwner =
      std::enable_if_t<!std::is_same_v<T, std::string_view>, IfText<T>>;

 public:
  constexpr Borrowed() = default;  // Not set.
  constexpr Borrowed(std::string_view text VERITOK_BORROWS) : view_(text) {}
  constexpr Borrowed(const char *text VERITOK_BORROWS) : view_(text) {}
  template <class T, class = IfText<T>>
  constexpr Borrowed(const T &owner VERITOK_BORROWS) : view_(owner) {}
  template <class T, class = IfOwner<T>>
  Borrowed(const T &&temporary) = delete;
  constexpr std::string_view view() const { return view_; }

 private:
  std::string_view view_;
};

inline vtok_bytes bytes(Borrowed text VERITOK_BORROWS) {
  return vtok_view(text.view().data(), text.view().size());
}

inline std::string_view text(vtok_bytes view) {
  return {reinterpret_cast<const char *>(view.ptr), view.len};
}

// 0 is success; everything else converts to false.
class [[nodiscard]] Status {
 public:
  constexpr Status(int32_t code = VTOK_OK) : code_(code) {}
  constexpr explicit operator bool() const { return code_ == VTOK_OK; }
  constexpr int32_t code() const { return code_; }
  // Separate functions, so that texts which are not used are not linked.
  std::string_view name() const { return vtok_status_name(code_); }
  std::string_view message() const { return vtok_status_message(code_); }

 private:
  int32_t code_;
};

// A value, or the status that tells why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(Status status) : status_(status) {}
  Result(const T &value) : value_(value) {}
  explicit operator bool() const { return value_.has_value(); }
  Status status() const { return status_; }
  // Only where the result is true.
  const T &operator*() const { return *value_; }
  const T *operator->() const { return &*value_; }
  std::optional<T> optional() const { return value_; }

 private:
  Status status_;
  std::optional<T> value_;
};

// Where strings are unescaped to: an array, or pointer and capacity.
struct Buffer {
  Buffer(void *to, std::size_t size)
      : data(static_cast<std::uint8_t *>(to)), capacity(size) {}
  template <std::size_t N>
  Buffer(char (&array)[N]) : Buffer(array, N) {}
  template <std::size_t N>
  Buffer(std::uint8_t (&array)[N]) : Buffer(array, N) {}
  std::uint8_t *data;
  std::size_t capacity;
};

// Values in the order of the token, for a range-based loop.
template <class Each>
class Range {
 public:
  class iterator {
   public:
    explicit iterator(std::optional<Each> each) : each_(each) {}
    const Each &operator*() const { return *each_; }
    const Each *operator->() const { return &*each_; }
    iterator &operator++() {
      each_ = each_->next();
      return *this;
    }
    bool operator!=(const iterator &o) const {
      return each_.has_value() != o.each_.has_value();
    }

   private:
    std::optional<Each> each_;
  };
  explicit Range(std::optional<Each> first) : first_(first) {}
  iterator begin() const { return iterator(first_); }
  iterator end() const { return iterator(std::nullopt); }

 private:
  std::optional<Each> first_;
};

// A JSON value in the token's buffer, which must live while it is used.
class Value {
 public:
  std::uint32_t kind() const { return raw.kind; }
  bool is_null() const { return raw.kind == VTOK_KIND_NULL; }
  std::string_view json() const { return text(raw.json); }

  // The string, unescaped into the buffer.
  Result<std::string_view> string(Buffer buffer) const {
    std::size_t len;
    return made(vtok_value_string(&raw, buffer.data, buffer.capacity, &len),
                [&] { return text({buffer.data, len}); });
  }
  // The string where it lies; BUFFER_TOO_SMALL if it holds escapes.
  Result<std::string_view> view() const {
    vtok_bytes out;
    return made(vtok_value_view(&raw, &out), [&] { return text(out); });
  }
  Result<std::int64_t> integer() const {
    std::int64_t out;
    return made(vtok_value_integer(&raw, &out), [&] { return out; });
  }
  // Seconds since 1970, rounded down.
  Result<std::int64_t> date() const {
    std::int64_t out;
    return made(vtok_value_date(&raw, &out), [&] { return out; });
  }
  Result<bool> boolean() const {
    bool is = raw.kind == VTOK_KIND_TRUE;
    if (!is && raw.kind != VTOK_KIND_FALSE) return Status(VTOK_JSON_TYPE);
    return is;
  }
  // In constant time with respect to the contents of 'other'.
  bool equals(std::string_view other) const {
    return vtok_value_equals(&raw, bytes(other)) == 1;
  }
  Result<Value> member(std::string_view name) const {
    return found(vtok_value_member, &raw, bytes(name));
  }
  // It reads all elements that lie before: a loop goes over elements().
  Result<Value> element(std::size_t index) const {
    return found(vtok_value_element, &raw, index);
  }
  // Of an array; none of another kind.
  Range<Value> elements() const { return Range<Value>(element(0).optional()); }
  // Behind an element.
  std::optional<Value> next() const {
    return found(vtok_value_next, &raw).optional();
  }

  vtok_value raw;

 private:
  friend class Verified;
  friend class Unverified;

  template <class Make>
  static auto made(std::int32_t status, Make make) -> Result<decltype(make())> {
    if (status != VTOK_OK) return Status(status);
    return make();
  }
  // Calls a function that ends in an output of type vtok_value.
  template <class Find, class... Args>
  static Result<Value> found(Find find, Args... args) {
    Value out;
    return made(find(args..., &out.raw), [&] { return out; });
  }
};

// A token that fulfilled its policy; it borrows the buffers of the call.
class Verified {
 public:
  // The bit VTOK_ALG_... of the signature's algorithm; 0 if unsecured.
  std::uint64_t algorithm() const {
    return raw.algorithm ? std::uint64_t{1} << raw.algorithm : 0;
  }
  std::string_view payload() const { return text(raw.payload); }

  Result<Value> claim(std::string_view name) const {
    return Value::found(vtok_claim, &raw, bytes(name));
  }
  // 'name#tag' (OpenID Connect Core section 5.2).
  Result<Value> claim(std::string_view name, std::string_view tag) const {
    return Value::found(vtok_claim_localized, &raw, bytes(name), bytes(tag));
  }
  // By JSON pointer, such as "/address/country".
  Result<Value> claim_at(std::string_view pointer) const {
    return Value::found(vtok_claim_at, &raw, bytes(pointer));
  }
  // A string claim, unescaped into the buffer.
  Result<std::string_view> string(std::string_view name, Buffer out) const {
    auto value = claim(name);
    if (!value) return value.status();
    return value->string(out);
  }
  Result<Value> header(std::string_view name) const {
    return Value::found(vtok_header, &raw, bytes(name));
  }

  struct Member {
    Value name, value;
    std::optional<Member> next() const {
      Member out;
      std::int32_t status =
          vtok_claim_next(&value.raw, &out.name.raw, &out.value.raw);
      return status == VTOK_OK ? std::optional<Member>(out) : std::nullopt;
    }
  };
  // In the order of the token.
  Range<Member> members() const { return Range<Member>(member(0)); }
  // Not there after the last. It reads all members that lie before.
  std::optional<Member> member(std::size_t index) const {
    Member out;
    std::int32_t status =
        vtok_claim_by_index(&raw, index, &out.name.raw, &out.value.raw);
    return status == VTOK_OK ? std::optional<Member>(out) : std::nullopt;
  }

  vtok_verified raw;
};

// A token that nobody has verified: its sender chose every value in it.
class Unverified {
 public:
  static Result<Unverified> peek(Borrowed token VERITOK_BORROWS) {
    Unverified out;
    return Value::made(vtok_peek(bytes(token), &out.raw), [&] { return out; });
  }
  Result<Value> unverified_header(std::string_view name) const {
    return Value::found(vtok_unverified_header, &raw, bytes(name));
  }
  Result<Value> unverified_claim(std::string_view name) const {
    return Value::found(vtok_unverified_claim, &raw, bytes(name));
  }

  vtok_unverified raw;
};

struct Thumbprint {
  std::uint8_t bytes[32];
};

// A key set that holds its own memory: MaxKeys keys, whose values and 'kid's
// take ValueBytes in all (VTOK_RSA_BYTES and its neighbours). It erases the
// keys when it goes, and does not move.
template <std::size_t MaxKeys, std::size_t ValueBytes>
class Keys {
 public:
  Keys() { (void)vtok_keys_init(memory_, sizeof memory_, MaxKeys, &keys_); }
  ~Keys() { (void)vtok_keys_clear(keys_); }
  Keys(const Keys &) = delete;
  Keys &operator=(const Keys &) = delete;

  Status import_jwks(std::string_view json, vtok_imported *imported = nullptr) {
    return vtok_keys_import_jwks(keys_, bytes(json), imported);
  }
  // For a set that is fetched anew: see vtok_keys_replace_jwks. MaxKeys and
  // ValueBytes must have room for the old set and the new one.
  Status replace_jwks(std::string_view json,
                      vtok_imported *imported = nullptr) {
    return vtok_keys_replace_jwks(keys_, bytes(json), imported);
  }
  Status pin_jwk(std::string_view json) {
    return vtok_keys_pin_jwk(keys_, bytes(json));
  }
  // Tables of 1 to 4 blocks for the keys that have none: see
  // vtok_keys_add_tables.
  Status add_tables(std::uint32_t blocks, std::uint32_t *made = nullptr) {
    return vtok_keys_add_tables(keys_, blocks, made);
  }
  // Without a 'kid' a key is pinned: it answers to any.
  Status add_secret(std::string_view secret, std::string_view kid = {}) {
    return vtok_keys_add_secret(keys_, bytes(secret), bytes(kid));
  }
  Status add_rsa(std::string_view n, std::string_view e,
                 std::string_view kid = {}) {
    return vtok_keys_add_rsa(keys_, bytes(n), bytes(e), bytes(kid));
  }
  Status add_point(std::uint32_t family, std::string_view x,
                   std::string_view y, std::string_view kid = {}) {
    return vtok_keys_add_point(keys_, family, bytes(x), bytes(y), bytes(kid));
  }
  Status add_sec1(std::uint32_t family, std::string_view point,
                  std::string_view kid = {}) {
    return vtok_keys_add_sec1(keys_, family, bytes(point), bytes(kid));
  }
  Status add_ed25519(std::string_view key, std::string_view kid = {}) {
    return vtok_keys_add_ed25519(keys_, bytes(key), bytes(kid));
  }
  Status add_spki(std::uint32_t family, std::string_view der,
                  std::string_view kid = {}) {
    return vtok_keys_add_spki(keys_, family, bytes(der), bytes(kid));
  }
  Status add_pem(std::uint32_t family, std::string_view pem,
                 std::string_view kid = {}) {
    return vtok_keys_add_pem(keys_, family, bytes(pem), bytes(kid));
  }

  void clear() { (void)vtok_keys_clear(keys_); }
  std::size_t size() const {
    std::size_t count;
    return vtok_keys_count(keys_, &count) == VTOK_OK ? count : 0;
  }
  Result<Thumbprint> thumbprint(std::size_t index) const {
    Thumbprint out;
    Status status = vtok_keys_thumbprint(keys_, index, &out.bytes);
    if (!status) return status;
    return out;
  }
  operator const vtok_keys *() const { return keys_; }

 private:
  vtok_keys *keys_;
  VTOK_KEYS_STORAGE(memory_, MaxKeys, ValueBytes);
};

// What a token must fulfil; what is set is required. It keeps the views and
// lists that it is given, not their contents: temporaries do not compile.
class Policy {
 public:
  static Policy id_token(std::uint32_t flow, std::uint32_t endpoint) {
    Policy policy(VTOK_PROFILE_ID_TOKEN);
    policy.raw.flow = flow;
    policy.raw.endpoint = endpoint;
    return policy;
  }
  static Policy jws() { return Policy(VTOK_PROFILE_JWS); }
  static Policy jwt() { return Policy(VTOK_PROFILE_JWT); }
  static Policy logout_token() { return Policy(VTOK_PROFILE_LOGOUT_TOKEN); }
  static Policy access_token() { return Policy(VTOK_PROFILE_ACCESS_TOKEN); }
  // For verify_dpop; at most max_age seconds old.
  static Policy dpop_proof(Borrowed method VERITOK_BORROWS,
                           Borrowed uri VERITOK_BORROWS,
                           std::uint32_t max_age) {
    Policy policy(VTOK_PROFILE_DPOP_PROOF);
    policy.raw.http_method = bytes(method);
    policy.raw.http_uri = bytes(uri);
    return policy.max_iat_age(max_age);
  }

  Policy &algorithms(std::uint64_t a) { return set(raw.algorithms, a); }
  // More of VTOK_POLICY_...
  Policy &flags(std::uint32_t f) { return set(raw.flags, raw.flags | f); }
  Policy &issuer(Borrowed t VERITOK_KEEPS) {
    return set(raw.issuer, bytes(t));
  }
  Policy &audience(Borrowed t VERITOK_KEEPS) {
    return set(raw.audience, bytes(t));
  }
  Policy &typ(Borrowed t VERITOK_KEEPS) {
    return set(raw.typ, bytes(t));
  }
  Policy &nonce(Borrowed t VERITOK_KEEPS) {
    return set(raw.nonce, bytes(t));
  }
  Policy &access_token(Borrowed t VERITOK_KEEPS) {
    return set(raw.access_token, bytes(t));
  }
  Policy &code(Borrowed t VERITOK_KEEPS) {
    return set(raw.code, bytes(t));
  }
  Policy &state(Borrowed t VERITOK_KEEPS) {
    return set(raw.state, bytes(t));
  }
  Policy &max_age(std::uint32_t seconds) {
    return flags(VTOK_POLICY_MAX_AGE).set(raw.max_age, seconds);
  }
  Policy &max_iat_age(std::uint32_t seconds) {
    return flags(VTOK_POLICY_MAX_IAT_AGE).set(raw.max_iat_age, seconds);
  }
  // For 'exp', 'nbf' and 'iat' alike; at most 600 seconds.
  Policy &leeway(std::uint32_t seconds) {
    raw.leeway_exp = raw.leeway_nbf = raw.leeway_iat = seconds;
    return *this;
  }
  Policy &subject(Borrowed t VERITOK_KEEPS) {
    return set(raw.subject, bytes(t));
  }
  Policy &quirk(std::uint32_t q) { return set(raw.quirk, q); }
  // The key to which the token must be bound: VTOK_PROVEN_..., thumbprint.
  Policy &proven_key(std::uint32_t kind, Borrowed thumbprint VERITOK_KEEPS) {
    raw.proven_key_kind = kind;
    return set(raw.proven_key, bytes(thumbprint));
  }
  Policy &hooks(const vtok_hooks *h) { return set(raw.hooks, h); }
  // Lists are arrays of views made by veritok::bytes.
  template <std::size_t N>
  Policy &trusted_audiences(const vtok_bytes (&list)[N] VERITOK_KEEPS) {
    raw.trusted_audiences = list;
    return set(raw.trusted_audiences_len, N);
  }
  template <std::size_t N>
  Policy &trusted_audiences(const vtok_bytes (&&temporary)[N]) = delete;
  Policy &trusted_audiences(std::initializer_list<vtok_bytes>) = delete;
  template <std::size_t N>
  Policy &acr_values(const vtok_bytes (&list)[N] VERITOK_KEEPS) {
    raw.acr_values = list;
    return set(raw.acr_values_len, N);
  }
  template <std::size_t N>
  Policy &acr_values(const vtok_bytes (&&temporary)[N]) = delete;
  Policy &acr_values(std::initializer_list<vtok_bytes>) = delete;
  template <std::size_t N>
  Policy &required_claims(const vtok_bytes (&list)[N] VERITOK_KEEPS) {
    raw.required_claims = list;
    return set(raw.required_claims_len, N);
  }
  template <std::size_t N>
  Policy &required_claims(const vtok_bytes (&&temporary)[N]) = delete;
  Policy &required_claims(std::initializer_list<vtok_bytes>) = delete;

  // Limits and whatever else has no function here.
  vtok_policy raw{};

 private:
  explicit Policy(std::uint32_t profile) {
    raw.size = sizeof raw;
    raw.profile = profile;
  }
  template <class T, class U>
  Policy &set(T &field, U value) {
    field = value;
    return *this;
  }
};

// A check that failed.
struct Failure {
  std::uint32_t check;
  Status status;
  std::string_view name() const { return vtok_check_name(check); }
  std::string_view message() const { return status.message(); }
  // The section that asks for the check.
  std::string_view section(const Policy &policy) const {
    return text(vtok_check_section(check, policy.raw.profile, policy.raw.flow,
                                   policy.raw.endpoint));
  }
};

// What a verification found.
class Report {
 public:
  bool failed(std::uint32_t check) const { return raw.failed >> check & 1; }
  bool passed(std::uint32_t check) const { return raw.passed >> check & 1; }

  // The checks that failed, for a range-based loop.
  class Failures {
   public:
    class iterator {
     public:
      iterator(const vtok_report &report, std::uint32_t check)
          : report_(&report), check_(check) {
        skip();
      }
      Failure operator*() const { return {check_, report_->codes[check_]}; }
      iterator &operator++() {
        ++check_;
        skip();
        return *this;
      }
      bool operator!=(const iterator &o) const { return check_ != o.check_; }

     private:
      void skip() {
        while (check_ < report_->checks && !(report_->failed >> check_ & 1))
          ++check_;
      }
      const vtok_report *report_;
      std::uint32_t check_;
    };
    explicit Failures(const vtok_report &report) : report_(report) {}
    iterator begin() const { return {report_, 0}; }
    iterator end() const { return {report_, report_.checks}; }

   private:
    const vtok_report &report_;
  };
  Failures failures() const { return Failures(raw); }

  vtok_report raw{};
};

// The part of an interval from a time on that has certainly passed.
inline Result<vtok_time> not_before(vtok_time time, std::int64_t floor) {
  vtok_time out;
  Status status = vtok_time_not_before(time, floor, &out);
  return status ? Result<vtok_time>(out) : Result<vtok_time>(status);
}
// An interval after so much more of a counter that runs wrong by so much.
inline Result<vtok_time> advanced(vtok_time time, std::uint64_t elapsed_ms,
                                  std::uint32_t drift_ppm) {
  vtok_time out;
  Status status = vtok_time_advanced(time, elapsed_ms, drift_ppm, &out);
  return status ? Result<vtok_time>(out) : Result<vtok_time>(status);
}
// What the registers of a clock chip (VTOK_RTC_...) say.
inline Result<vtok_time> of_rtc(std::uint32_t chip, std::string_view registers,
                                std::uint32_t behind, std::uint32_t ahead) {
  vtok_time out;
  Status status = vtok_time_of_rtc(chip, bytes(registers), behind, ahead, &out);
  return status ? Result<vtok_time>(out) : Result<vtok_time>(status);
}

// Takes each of up to Capacity tokens once, for as long as it is accepted; does not move.
template <std::size_t Capacity>
class ReplayGuard {
 public:
  ReplayGuard() {
    (void)vtok_replay_init(memory_, sizeof memory_, Capacity, &replay_);
  }
  ReplayGuard(const ReplayGuard &) = delete;
  ReplayGuard &operator=(const ReplayGuard &) = delete;

  // 'key' is VTOK_REPLAY_....
  Status admit(const Verified &token, std::uint32_t key, vtok_time time) {
    return vtok_replay_admit(replay_, &token.raw, key, time);
  }
  std::size_t size() const {
    std::size_t count;
    (void)vtok_replay_count(replay_, &count);
    return count;
  }
  // The state, in the buffer: VTOK_REPLAY_SAVED_LEN(Capacity) always suffices.
  Result<std::string_view> save(Buffer out) const {
    std::size_t len;
    Status status = vtok_replay_save(replay_, out.data, out.capacity, &len);
    if (!status) return status;
    return std::string_view(reinterpret_cast<const char *>(out.data), len);
  }
  Status restore(std::string_view saved) {
    return vtok_replay_restore(replay_, bytes(saved));
  }

 private:
  VTOK_REPLAY_STORAGE(memory_, Capacity);
  vtok_replay *replay_;
};

inline constexpr vtok_time at(std::int64_t now) { return {now, now}; }
inline constexpr vtok_time between(std::int64_t earliest, std::int64_t latest) {
  return {earliest, latest};
}

// Decodes into scratch, which needs VTOK_SCRATCH_LEN(token.size()) bytes.
inline Result<Verified> verify(Borrowed token VERITOK_BORROWS,
                               const vtok_keys *keys, const Policy &policy,
                               vtok_time time,
                               Buffer scratch, Report *report = nullptr) {
  Verified out;
  Status status = vtok_verify(bytes(token), keys, &policy.raw, time,
                              scratch.data, scratch.capacity, &out.raw,
                              report ? &report->raw : nullptr);
  if (!status) return status;
  return out;
}

// Decodes where the token lies, once its signature is proven.
inline Result<Verified> verify_in_place(Buffer token, const vtok_keys *keys,
                                        const Policy &policy, vtok_time time,
                                        Report *report = nullptr) {
  Verified out;
  Status status = vtok_verify_in_place(token.data, token.capacity, keys,
                                       &policy.raw, time, &out.raw,
                                       report ? &report->raw : nullptr);
  if (!status) return status;
  return out;
}

// An ID Token with 'alg' "none", received from the token endpoint over TLS.
inline Result<Verified> verify_unsecured(Borrowed token VERITOK_BORROWS,
                                         const Policy &policy, vtok_time time,
                                         Buffer scratch,
                                         Report *report = nullptr) {
  Verified out;
  Status status = vtok_verify_unsecured(bytes(token), &policy.raw, time,
                                        scratch.data, scratch.capacity,
                                        &out.raw,
                                        report ? &report->raw : nullptr);
  if (!status) return status;
  return out;
}

// A DPoP proof that fulfilled its policy.
struct DpopProof {
  Verified token;
  // Of its key, for Policy::proven_key.
  std::string_view thumbprint() const {
    return text({raw_thumbprint, sizeof raw_thumbprint});
  }
  std::uint8_t raw_thumbprint[VTOK_THUMBPRINT_LEN];
};

// By the key that the proof carries (RFC 9449 section 4.3).
inline Result<DpopProof> verify_dpop(Borrowed proof VERITOK_BORROWS,
                                     const Policy &policy, vtok_time time,
                                     Buffer scratch, Report *report = nullptr) {
  DpopProof out;
  Status status = vtok_verify_dpop(bytes(proof), &policy.raw, time,
                                   scratch.data, scratch.capacity,
                                   &out.raw_thumbprint, &out.token.raw,
                                   report ? &report->raw : nullptr);
  if (!status) return status;
  return out;
}

// Calls a function that ends in buffer, capacity and length.
template <class Write, class... Args>
Result<std::string_view> written(Buffer out, Write write, Args... args) {
  std::size_t len;
  Status status = write(args..., out.data, out.capacity, &len);
  if (!status) return status;
  return text({out.data, len});
}

// The relying party as one provider knows it; it keeps the views that it is
// given, not their contents: temporaries do not compile. All that is not set
// is the strictest.
class Client {
 public:
  Client(Borrowed issuer VERITOK_BORROWS, Borrowed client_id VERITOK_BORROWS,
         Borrowed redirect_uri VERITOK_BORROWS,
         Borrowed endpoint VERITOK_BORROWS) {
    raw.size = sizeof raw;
    raw.issuer = bytes(issuer);
    raw.client_id = bytes(client_id);
    raw.redirect_uri = bytes(redirect_uri);
    raw.authorization_endpoint = bytes(endpoint);
  }
  Client &algorithms(std::uint64_t a) { return set(raw.algorithms, a); }
  // VTOK_SECURITY_... and VTOK_CONSTRAINT_...
  Client &security(std::uint32_t profile, std::uint32_t constraint) {
    raw.sender_constraint = constraint;
    return set(raw.security_profile, profile);
  }
  // VTOK_ISSUER_PARAMETER_...
  Client &issuer_parameter(std::uint32_t i) {
    return set(raw.issuer_parameter, i);
  }
  Client &quirk(std::uint32_t q) { return set(raw.quirk, q); }
  Client &leeway(std::uint32_t seconds) {
    raw.leeway_exp = raw.leeway_nbf = raw.leeway_iat = seconds;
    return *this;
  }
  template <std::size_t N>
  Client &trusted_audiences(const vtok_bytes (&list)[N] VERITOK_KEEPS) {
    raw.trusted_audiences = list;
    return set(raw.trusted_audiences_len, N);
  }
  template <std::size_t N>
  Client &trusted_audiences(const vtok_bytes (&&temporary)[N]) = delete;
  Client &trusted_audiences(std::initializer_list<vtok_bytes>) = delete;

  // Limits and whatever else has no function here.
  vtok_client raw{};

 private:
  template <class T, class U>
  Client &set(T &field, U value) {
    field = value;
    return *this;
  }
};

// How a client authenticates: VTOK_AUTHENTICATION_..., assertion or secret.
inline vtok_client_auth authentication(std::uint32_t method,
                                       Borrowed value VERITOK_BORROWS = {}) {
  vtok_client_auth out{};
  out.size = sizeof out;
  out.method = method;
  out.value = bytes(value);
  return out;
}

// What a verification of an exchange needs: keys, the time, a scratch buffer,
// and a report if one is wanted. The scratch buffer is borrowed by what comes
// of it: each step of a login takes its own.
struct Material {
  const vtok_keys *keys;
  vtok_time time;
  Buffer scratch;
  Report *report = nullptr;
  vtok_report *raw_report() const { return report ? &report->raw : nullptr; }
};

class Session;
class Login;
class PendingLogin;

// A provider's error, where VTOK_PROVIDER_ERROR says so.
struct Denied {
  std::uint32_t code() const { return raw.code; }
  std::string_view text() const { return veritok::text(raw.text); }
  vtok_error_response raw{};
};

// An authentication request, in bytes that the caller keeps; client and bytes
// must live while it is used.
class Request {
 public:
  Request(const Client &client VERITOK_BORROWS, Borrowed saved VERITOK_BORROWS)
      : client_(&client), saved_(saved.view()) {}
  Request(const Client &&temporary, Borrowed saved) = delete;

  // 'random' is VTOK_RANDOM_LEN bytes of the system's generator.
  static Result<Request> init(const Client &client VERITOK_BORROWS,
                              vtok_request_options options,
                              std::string_view random, Buffer to) {
    options.size = sizeof options;
    auto saved = written(to, vtok_request_init, &client.raw, &options,
                         bytes(random));
    if (!saved) return saved.status();
    return Request(client, *saved);
  }
  static Result<Request> init(const Client &&temporary,
                              vtok_request_options options,
                              std::string_view random, Buffer to) = delete;
  std::string_view saved() const { return saved_; }
  Result<std::string_view> url(Buffer out) const {
    return written(out, vtok_request_url, raw(), bytes(saved_));
  }
  Result<std::string_view> push(const vtok_client_auth &auth,
                                Buffer out) const {
    return written(out, vtok_request_push, raw(), bytes(saved_), &auth);
  }
  Result<std::string_view> pushed_url(std::string_view uri, Buffer out) const {
    return written(out, vtok_request_pushed_url, raw(), bytes(saved_),
                   bytes(uri));
  }

  const vtok_client *raw() const { return &client_->raw; }
  const Client &client() const { return *client_; }

 private:
  const Client *client_;
  std::string_view saved_;
};

// A response of which everything that came through the browser is verified.
class Authorized {
 public:
  std::string_view code() const { return text(raw.code); }
  std::string_view access_token() const { return text(raw.access_token); }
  std::optional<Verified> id_token() const {
    if (!raw.id_token.is_verified) return std::nullopt;
    Verified out;
    out.raw = raw.id_token;
    return out;
  }
  Result<std::string_view> token_request(const vtok_client_auth &auth,
                                         Buffer out) const {
    return written(out, vtok_token_request, request.raw(),
                   bytes(request.saved()), &raw, &auth);
  }
  // Reads the token response, where it lies.
  inline Result<PendingLogin> token_response(Buffer json,
                                             Denied *denied = nullptr) const;
  // Ends the login here: the implicit flow.
  inline Result<Login> login() const;

  Request request;
  vtok_authorized raw;
};

// A response that answers its request; nothing of it is released yet.
class Response {
 public:
  // The parameters as they came by 'channel' (VTOK_CHANNEL_...), read where
  // they lie.
  static Result<Response> read(const Request &request, Buffer parameters,
                               std::uint32_t channel,
                               Denied *denied = nullptr) {
    Response out{request, {}};
    Status status = vtok_response_read(
        request.raw(), bytes(request.saved()), parameters.data,
        parameters.capacity, channel, &out.raw, denied ? &denied->raw : nullptr);
    if (!status) return status;
    return out;
  }
  // The same of a signed response (JARM).
  static Result<Response> read_jwt(const Request &request, Buffer parameters,
                                   std::uint32_t channel, const Material &m,
                                   Denied *denied = nullptr) {
    Response out{request, {}};
    Status status = vtok_response_read_jwt(
        request.raw(), bytes(request.saved()), parameters.data,
        parameters.capacity, channel, m.keys, m.time, m.scratch.data,
        m.scratch.capacity, &out.raw, denied ? &denied->raw : nullptr,
        m.raw_report());
    if (!status) return status;
    return out;
  }
  // true: go on with verify; false: with without_id_token.
  bool has_id_token() const { return raw.has_id_token == 1; }
  Result<Authorized> without_id_token() const {
    Authorized out{request, {}};
    Status status = vtok_response_without_id_token(
        request.raw(), bytes(request.saved()), &raw, &out.raw);
    if (!status) return status;
    return out;
  }
  Result<Authorized> verify(const Material &m) const {
    Authorized out{request, {}};
    Status status = vtok_response_verify(
        request.raw(), bytes(request.saved()), &raw, m.keys, m.time,
        m.scratch.data, m.scratch.capacity, &out.raw, m.raw_report());
    if (!status) return status;
    return out;
  }

  Request request;
  vtok_response raw;
};

// A user is logged in: every check of the flow has passed.
class Login {
 public:
  Verified id_token() const {
    Verified out;
    out.raw = raw.id_token;
    return out;
  }
  // token_type is 0 where the flow has no token endpoint.
  const vtok_tokens &tokens() const { return raw.tokens; }
  // What later steps need, in VTOK_SESSION_LEN bytes.
  inline Result<Session> session(Buffer to) const;

  Request request;
  vtok_login raw;
};

// A token response whose ID Token is not verified yet.
class PendingLogin {
 public:
  Result<Login> verify(const Material &m) const {
    Login out{request, {}};
    Status status = vtok_login_verify(
        request.raw(), bytes(request.saved()), &raw, m.keys, m.time,
        m.scratch.data, m.scratch.capacity, &out.raw, m.raw_report());
    if (!status) return status;
    return out;
  }

  Request request;
  vtok_pending_login raw;
};

inline Result<PendingLogin> Authorized::token_response(Buffer json,
                                                       Denied *denied) const {
  PendingLogin out{request, {}};
  Status status = vtok_token_response(
      request.raw(), bytes(request.saved()), &raw, json.data, json.capacity,
      &out.raw, denied ? &denied->raw : nullptr);
  if (!status) return status;
  return out;
}

inline Result<Login> Authorized::login() const {
  Login out{request, {}};
  Status status = vtok_login_from_authorization(
      request.raw(), bytes(request.saved()), &raw, &out.raw);
  if (!status) return status;
  return out;
}

// What a login leaves behind, in bytes that the caller keeps; client and bytes
// must live while it is used. Bytes that are no session, or not set, as those
// of a look-up that found nothing, are refused by every call: SAVED_STATE.
class Session {
 public:
  Session(const Client &client VERITOK_BORROWS, Borrowed saved VERITOK_BORROWS)
      : client_(&client), saved_(saved.view()) {}
  Session(const Client &&temporary, Borrowed saved) = delete;
  std::string_view saved() const { return saved_; }

  // A plain UserInfo response, which must be of this user.
  Result<Verified> userinfo(Borrowed json VERITOK_BORROWS) const {
    Verified out;
    Status status = vtok_session_userinfo(&client_->raw, bytes(saved_),
                                          bytes(json), &out.raw);
    if (!status) return status;
    return out;
  }
  // A signed one.
  Result<Verified> userinfo_jwt(Borrowed token VERITOK_BORROWS,
                                const Material &m) const {
    Verified out;
    Status status = vtok_session_userinfo_jwt(
        &client_->raw, bytes(saved_), bytes(token), m.keys, m.time,
        m.scratch.data, m.scratch.capacity, &out.raw, m.raw_report());
    if (!status) return status;
    return out;
  }
  // Reads and verifies the response to a refresh. 'pending' serves to try
  // again with fresh keys, by vtok_refresh_verify.
  Result<vtok_verified_tokens> refresh(Buffer json, const Material &m,
                                       vtok_pending_tokens &pending,
                                       Denied *denied = nullptr) const {
    vtok_verified_tokens out;
    Status status = vtok_refresh_response(&client_->raw, bytes(saved_),
                                          json.data, json.capacity, &pending,
                                          denied ? &denied->raw : nullptr);
    if (status)
      status = vtok_refresh_verify(&client_->raw, bytes(saved_), &pending,
                                   m.keys, m.time, m.scratch.data,
                                   m.scratch.capacity, &out, m.raw_report());
    if (!status) return status;
    return out;
  }
  // Whether a verified Logout Token ends it.
  Result<bool> is_ended_by(const Verified &logout_token) const {
    std::uint32_t is_ended;
    Status status = vtok_session_is_ended_by(&client_->raw, bytes(saved_),
                                             &logout_token.raw, &is_ended);
    if (!status) return status;
    return is_ended == 1;
  }

 private:
  const Client *client_;
  std::string_view saved_;
};

inline Result<Session> Login::session(Buffer to) const {
  auto saved = written(to, vtok_login_session, request.raw(),
                       bytes(request.saved()), &raw);
  if (!saved) return saved.status();
  return Session(request.client(), *saved);
}

// The login of a device (RFC 8628), which no session precedes; the client must
// live while it is used.
class DeviceLogin {
 public:
  explicit DeviceLogin(const Client &client VERITOK_BORROWS)
      : client_(&client) {}
  explicit DeviceLogin(const Client &&temporary) = delete;

  // Reads and verifies the token response: whoever has typed the code in is
  // logged in. 'pending' serves to try again with fresh keys, by
  // vtok_device_verify.
  Result<vtok_verified_tokens> tokens(Buffer json, const Material &m,
                                      vtok_pending_tokens &pending,
                                      Denied *denied = nullptr) const {
    vtok_verified_tokens out;
    Status status = vtok_device_response(&client_->raw, json.data,
                                         json.capacity, &pending,
                                         denied ? &denied->raw : nullptr);
    if (status)
      status = vtok_device_verify(&client_->raw, &pending, m.keys, m.time,
                                  m.scratch.data, m.scratch.capacity, &out,
                                  m.raw_report());
    if (!status) return status;
    return out;
  }
  // What later steps need, in VTOK_SESSION_LEN bytes.
  Result<Session> session(const vtok_verified_tokens &tokens, Buffer to) const {
    auto saved = written(to, vtok_tokens_session, &client_->raw, &tokens);
    if (!saved) return saved.status();
    return Session(*client_, *saved);
  }

 private:
  const Client *client_;
};

// What a provider says of itself; it borrows the buffer that it was read from.
class Metadata {
 public:
  static Result<Metadata> read(Buffer json, std::string_view issuer) {
    Metadata out;
    Status status =
        vtok_metadata_read(json.data, json.capacity, bytes(issuer), &out.raw);
    if (!status) return status;
    return out;
  }
  // VTOK_METADATA_...
  bool has(std::uint32_t flag) const { return raw.flags & flag; }
  // VTOK_PROVIDER_...
  Result<std::string_view> endpoint(std::uint32_t endpoint) const {
    vtok_bytes out;
    Status status = vtok_metadata_endpoint(&raw, endpoint, &out);
    if (!status) return status;
    return text(out);
  }
  // VTOK_LIST_...; JSON_NOT_FOUND: there is no such list.
  Result<bool> supports(std::uint32_t list, std::string_view value) const {
    std::uint32_t is;
    Status status = vtok_metadata_supports(&raw, list, bytes(value), &is);
    if (!status) return status;
    return is == 1;
  }
  Result<std::uint64_t> narrow(std::uint32_t list, std::uint64_t allowed) const {
    std::uint64_t out;
    Status status = vtok_metadata_narrow(&raw, list, allowed, &out);
    if (!status) return status;
    return out;
  }

  vtok_metadata raw;
};

// When to fetch a provider's key set. Times are seconds of any clock that does
// not run backwards.
class Rotation {
 public:
  explicit Rotation(const vtok_rotation_rules *rules = nullptr) {
    (void)vtok_rotation_init(rules, &raw_);
  }
  // VTOK_ADVICE_...; what goes wrong denies.
  std::uint32_t advise(const vtok_keys *keys, std::string_view kid,
                       std::uint64_t now) {
    std::uint32_t advice = VTOK_ADVICE_DENY;
    (void)vtok_rotation_advise(&raw_, keys, bytes(kid), now, &advice);
    return advice;
  }
  // After Keys::replace_jwks has taken the set; 'failed' if it does not. A
  // negative lifetime: the response did not say.
  Status fetched(std::uint64_t now, std::int64_t lifetime = -1,
                 std::string_view etag = {}) {
    return vtok_rotation_fetched(&raw_, now, lifetime, bytes(etag));
  }
  Status not_modified(std::uint64_t now, std::int64_t lifetime = -1) {
    return vtok_rotation_not_modified(&raw_, now, lifetime);
  }
  Status failed(std::uint64_t now) { return vtok_rotation_failed(&raw_, now); }
  std::string_view etag() {
    vtok_bytes out;
    return vtok_rotation_etag(&raw_, &out) == VTOK_OK ? text(out)
                                                      : std::string_view();
  }
  std::uint64_t next_fetch() {
    std::uint64_t second = 0;
    (void)vtok_rotation_next_fetch(&raw_, &second);
    return second;
  }

 private:
  vtok_rotation raw_;
};

}  // namespace veritok

#endif  // VERITOK_HPP
