/*
 * keycard.hpp: keycard for C++17 and newer. Header only, over the C headers.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * - A function that can fail returns a Result, which has the members of std::expected. No function
 *   throws, except that std::string may throw std::bad_alloc; code without exceptions can use all
 *   of it.
 * - Inputs are std::string_view. An empty view is an empty value, and never an absent one: an empty
 *   issuer is an error, not "do not check".
 * - Keys, tokens and caches own their memory and release it. Each call that validates allocates
 *   once. To validate without an allocation, call keycard_validate, and read its token through
 *   Claims.
 * - The rules for threads are those of keycard.h.
 */

#ifndef KEYCARD_HPP
#define KEYCARD_HPP

#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_oidc.h"
#include "keycard_pkce.h"
#include "keycard_validate.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#if defined(__has_include) && __has_include(<expected>)
#include <expected>
#endif

namespace keycard {

/// The C form of a text or of bytes. A view without an address is empty, not absent.
[[nodiscard]] constexpr keycard_bytes bytes(std::string_view view) noexcept {
    return {view.data() == nullptr ? "" : view.data(), view.size()};
}

/// The C++ form of a text from C. It points to the same memory as the text.
[[nodiscard]] inline std::string_view view(keycard_bytes text) noexcept {
    return text.data == nullptr ? std::string_view() : std::string_view(static_cast<const char *>(text.data), text.length);
}

/// The reason why a call failed.
class Error {
  public:
    explicit Error(keycard_status status) noexcept {
        detail_.status = status;
        detail_.rule = -1;
    }
    explicit Error(const keycard_detail &detail) noexcept : detail_(detail) {}

    /// The status, such as KEYCARD_EXPIRED.
    [[nodiscard]] keycard_status status() const noexcept { return detail_.status; }
    /// The failed step: one of KEYCARD_STAGE_….
    [[nodiscard]] std::uint32_t stage() const noexcept { return detail_.stage; }
    /// The claim, header parameter, JWK member or policy member at fault, or empty.
    [[nodiscard]] std::string_view member() const noexcept { return view(detail_.member); }
    /// The status in one sentence, a static text.
    [[nodiscard]] std::string_view sentence() const noexcept { return keycard_status_text(detail_.status); }
    /// All that is known, such as offset, times and sizes.
    [[nodiscard]] const keycard_detail &detail() const noexcept { return detail_; }
    /// The error as one line for logs. It contains no text from the token.
    [[nodiscard]] std::string line() const {
        std::array<char, 512> line;
        keycard_detail_text(&detail_, {line.data(), line.size()});
        return line.data();
    }

  private:
    keycard_detail detail_{};
};

/// A value, or the reason why a call failed. Reading a value that is not there ends the program.
///
/// A program may mix files of C++17 and C++23, so this is never std::expected. value() of a
/// temporary Result returns the value itself, not a reference. So a range such as for (auto scope :
/// token.scopes().value()) stays valid.
template <class T> class [[nodiscard]] Result {
  public:
    Result(T value) : either_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) noexcept : either_(std::in_place_index<1>, error) {}

    [[nodiscard]] bool has_value() const noexcept { return either_.index() == 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] T &value() & noexcept { return *found(std::get_if<0>(&either_)); }
    [[nodiscard]] const T &value() const & noexcept { return *found(std::get_if<0>(&either_)); }
    [[nodiscard]] T value() && { return std::move(value()); }
    [[nodiscard]] T &operator*() & noexcept { return value(); }
    [[nodiscard]] const T &operator*() const & noexcept { return value(); }
    [[nodiscard]] T operator*() && { return std::move(value()); }
    [[nodiscard]] T *operator->() noexcept { return &value(); }
    [[nodiscard]] const T *operator->() const noexcept { return &value(); }
    [[nodiscard]] const Error &error() const noexcept { return *found(std::get_if<1>(&either_)); }
    template <class U> [[nodiscard]] T value_or(U &&other) const & {
        return has_value() ? value() : static_cast<T>(std::forward<U>(other));
    }
#if defined(__cpp_lib_expected) && __cpp_lib_expected >= 202202L
    [[nodiscard]] std::expected<T, Error> to_expected() && {
        if (has_value()) return std::move(value());
        return std::unexpected(error());
    }
#endif

  private:
    template <class U> static U *found(U *pointer) noexcept {
        if (pointer == nullptr) std::abort();
        return pointer;
    }

    std::variant<T, Error> either_;
};

/// Success, or the reason why a call failed.
template <> class [[nodiscard]] Result<void> {
  public:
    Result() noexcept = default;
    Result(Error error) noexcept : error_(error) {}

    [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] const Error &error() const noexcept {
        if (!error_) std::abort();
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

namespace detail {

template <class T> Result<T> failure(Error error) noexcept { return Result<T>(error); }

inline Result<void> done(keycard_status status) noexcept {
    if (status == KEYCARD_OK) return {};
    return failure<void>(Error(status));
}

template <class T> Result<T> value_or_error(keycard_status status, T value) {
    if (status == KEYCARD_OK) return value;
    return failure<T>(Error(status));
}

/// The address and length of the elements of an array, a vector, a span or an initializer_list.
template <class T, std::size_t N> constexpr std::pair<const T *, std::size_t> elements(const T (&array)[N]) noexcept {
    return {array, N};
}
template <class List> constexpr auto elements(const List &list) noexcept {
    return std::pair<decltype(std::data(list)), std::size_t>(std::data(list), std::size(list));
}

/// An empty list has an address too, because a list without an address counts as absent.
template <class T> inline constexpr T NOTHING{};
template <class T, class List> constexpr void set(const T *&address, std::size_t &count, const List &list) noexcept {
    const auto [data, size] = elements(list);
    address = size == 0 ? &NOTHING<T> : data;
    count = size;
}

/// Words for a table or a cache. Empty if there is no memory.
using Words = std::unique_ptr<std::uint64_t[]>;

inline Words words(std::size_t size) noexcept { return Words(new (std::nothrow) std::uint64_t[(size + 7) / 8]); }

}  // namespace detail

/// The current time, as far as the program knows it.
class Time {
  public:
    /// The system's clock. A clock that shows a time before `not_before`, such as the build time,
    /// counts as unset. Both are in seconds since 1970.
    [[nodiscard]] static Time now(std::int64_t not_before) noexcept {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Time(keycard_time_clock(std::chrono::duration_cast<std::chrono::seconds>(since).count(), not_before));
    }
    /// A time that is known to be right, in seconds since 1970.
    [[nodiscard]] static Time at(std::int64_t seconds) noexcept { return Time(keycard_time_at(seconds)); }
    /// The time is not known, but `not_before` has certainly passed.
    [[nodiscard]] static Time unknown(std::int64_t not_before) noexcept { return Time(keycard_time_unknown(not_before)); }

    [[nodiscard]] keycard_time raw() const noexcept { return time_; }

  private:
    explicit Time(keycard_time time) noexcept : time_(time) {}

    keycard_time time_;
};

/// The rules for adding keys. Each function returns changed rules.
class KeyRules {
    // Defined before its uses, because a constant expression needs the definition.
    template <class Change> constexpr KeyRules with(Change change) const noexcept {
        KeyRules rules = *this;
        change(rules.rules_);
        return rules;
    }

  public:
    /// Binds the keys to these algorithms: KEYCARD_ES256 and others, or-ed.
    [[nodiscard]] constexpr KeyRules algorithms(std::uint32_t algorithms) const noexcept {
        return with([&](auto &rules) { rules.algorithms = algorithms; });
    }
    /// Sets KEYCARD_KEYS_…, or-ed.
    [[nodiscard]] constexpr KeyRules allow(std::uint32_t flags) const noexcept {
        return with([&](auto &rules) { rules.flags |= flags; });
    }
    /// The `kid` of keys that have none.
    [[nodiscard]] constexpr KeyRules id(std::string_view id) const noexcept {
        return with([&](auto &rules) { rules.id = bytes(id); });
    }
    /// The precomputed values for each key: one of KEYCARD_PRECOMPUTE_….
    [[nodiscard]] constexpr KeyRules precompute(std::uint32_t bytes) const noexcept {
        return with([&](auto &rules) { rules.precompute = bytes; });
    }

    /// The C form, for the members that have no function here.
    [[nodiscard]] constexpr keycard_key_rules &raw() noexcept { return rules_; }
    [[nodiscard]] constexpr const keycard_key_rules &raw() const noexcept { return rules_; }

    constexpr KeyRules() noexcept { rules_.struct_size = sizeof rules_; }

  private:
    keycard_key_rules rules_{};
};

/// A key table that owns its memory and never changes. To rotate keys, load others and swap a
/// std::shared_ptr<const Keys>. The memory is wiped at the end.
class Keys {
  public:
    /// Loads a JWK Set (RFC 7517 section 5), like keycard_keys_add_jwks_by. Keep the old keys if
    /// `report().added` is 0.
    [[nodiscard]] static Result<Keys> from_jwks(std::string_view jwks, const KeyRules &rules = {}) {
        return load([&](keycard_keys *keys, keycard_key_report *report) {
            return keycard_keys_add_jwks_by(keys, &rules.raw(), bytes(jwks), report);
        });
    }
    /// Loads the keys of a PEM text (RFC 7468), like keycard_keys_add_pem.
    [[nodiscard]] static Result<Keys> from_pem(std::string_view pem, const KeyRules &rules = {}) {
        return load([&](keycard_keys *keys, keycard_key_report *report) {
            return keycard_keys_add_pem(keys, &rules.raw(), bytes(pem), report);
        });
    }
    /// Loads one JWK (RFC 7517 section 4), like keycard_keys_add_jwk.
    [[nodiscard]] static Result<Keys> from_jwk(std::string_view jwk, const KeyRules &rules = {}) {
        return load_one([&](keycard_keys *keys, keycard_detail *detail) {
            return keycard_keys_add_jwk(keys, &rules.raw(), bytes(jwk), detail);
        });
    }
    /// Loads one key in DER, like keycard_keys_add_der.
    [[nodiscard]] static Result<Keys> from_der(std::string_view der, const KeyRules &rules = {}) {
        return load_one([&](keycard_keys *keys, keycard_detail *detail) {
            return keycard_keys_add_der(keys, &rules.raw(), bytes(der), detail);
        });
    }
    /// Loads a secret for HMAC, like keycard_keys_add_secret. Bind it to its algorithm.
    [[nodiscard]] static Result<Keys> from_secret(std::string_view secret, const KeyRules &rules) {
        return load_one([&](keycard_keys *keys, keycard_detail *detail) {
            return keycard_keys_add_secret(keys, &rules.raw(), bytes(secret), detail);
        });
    }
    /// Calls `add(table, report)` with an empty table, and again with a larger one if the keys do
    /// not fit. `add` returns the status of the calls that add keys.
    ///
    /// Errors: the status of `add` with the detail of the report; KEYCARD_MEMORY_TOO_SMALL if there
    /// is no memory.
    template <class Add> [[nodiscard]] static Result<Keys> load(Add &&add) {
        std::size_t size = 1024;
        for (;;) {
            Keys loaded;
            loaded.memory_ = detail::words(size);
            if (loaded.memory_ == nullptr) return detail::failure<Keys>(Error(KEYCARD_MEMORY_TOO_SMALL));
            keycard_status status = keycard_keys_init(loaded.memory_.get(), size, &loaded.keys_);
            if (status == KEYCARD_OK) status = add(loaded.keys_, &loaded.report_);
            if (status == KEYCARD_OK) return Result<Keys>(std::move(loaded));
            const std::size_t needed = loaded.report_.detail.needed;
            if (status != KEYCARD_KEY_TABLE_FULL || needed <= size) {
                return detail::failure<Keys>(loaded.report_.detail.status == status ? Error(loaded.report_.detail) : Error(status));
            }
            size = needed;
        }
    }

    Keys(Keys &&other) noexcept
        : memory_(std::move(other.memory_)), keys_(std::exchange(other.keys_, nullptr)), report_(other.report_) {}
    Keys &operator=(Keys &&other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(keys_, other.keys_);
        std::swap(report_, other.report_);
        return *this;
    }
    Keys(const Keys &) = delete;
    Keys &operator=(const Keys &) = delete;
    ~Keys() {
        if (keys_ == nullptr) return;
        // It fails only if the memory is not a key table.
        [[maybe_unused]] const keycard_status status = keycard_keys_clear(keys_);
    }

    /// The outcome for each key.
    [[nodiscard]] const keycard_key_report &report() const noexcept { return report_; }
    /// The number of keys.
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t count = 0;
        return keycard_keys_count(keys_, &count) == KEYCARD_OK ? count : 0;
    }
    /// The thumbprint of a key (RFC 7638, SHA-256) in base64url, by its position.
    [[nodiscard]] Result<std::string> thumbprint(std::size_t index) const {
        std::string thumbprint(43, '\0');
        const keycard_status status = keycard_keys_thumbprint(keys_, index, thumbprint.data());
        return detail::value_or_error(status, std::move(thumbprint));
    }
    [[nodiscard]] const keycard_keys *raw() const noexcept { return keys_; }

  private:
    Keys() noexcept = default;

    template <class Add> static Result<Keys> load_one(Add &&add) {
        return load([&](keycard_keys *keys, keycard_key_report *report) {
            const keycard_status status = add(keys, &report->detail);
            report->added = status == KEYCARD_OK ? 1 : 0;
            return status;
        });
    }

    detail::Words memory_;
    keycard_keys *keys_ = nullptr;
    keycard_key_report report_{};
};

/// The requirements for a token. Each function returns a changed policy, also in a constant
/// expression. Texts and lists are not copied: they live at least as long as the policy.
class Policy {
    // Defined before its uses, because a constant expression needs the definition.
    template <class Change> constexpr Policy with(Change change) const noexcept {
        Policy policy = *this;
        change(policy.policy_);
        return policy;
    }

  public:
    /// Access tokens, by RFC 9068 or of the older style.
    [[nodiscard]] static constexpr Policy access_token(std::string_view issuer, std::string_view audience,
                                                       std::uint32_t algorithms) noexcept {
        return Policy(KEYCARD_PROFILE_ACCESS_TOKEN, algorithms).issuer(issuer).audience(audience);
    }
    /// ID tokens. Also call nonce() or nonce_not_sent().
    [[nodiscard]] static constexpr Policy id_token(std::string_view issuer, std::string_view client_id,
                                                   std::uint32_t algorithms) noexcept {
        return Policy(KEYCARD_PROFILE_ID_TOKEN, algorithms).issuer(issuer).audience(client_id);
    }
    /// Tokens of another kind: one of KEYCARD_PROFILE_….
    constexpr Policy(std::uint32_t profile, std::uint32_t algorithms) noexcept {
        policy_.struct_size = sizeof policy_;
        policy_.profile = profile;
        policy_.algorithms = algorithms;
    }

    [[nodiscard]] constexpr Policy issuer(std::string_view issuer) const noexcept {
        return with([&](auto &policy) { policy.issuer = bytes(issuer); });
    }
    [[nodiscard]] constexpr Policy audience(std::string_view audience) const noexcept {
        return with([&](auto &policy) { policy.audience = bytes(audience); });
    }
    /// Several audiences, of which the token must have one: a list of keycard_bytes.
    template <class List> [[nodiscard]] constexpr Policy audiences(const List &list) const noexcept {
        return with([&](auto &policy) { detail::set(policy.audiences, policy.audience_count, list); });
    }
    /// The required scopes: a list of keycard_bytes.
    template <class List> [[nodiscard]] constexpr Policy scopes(const List &list) const noexcept {
        return with([&](auto &policy) { detail::set(policy.scopes, policy.scope_count, list); });
    }
    /// Rules for claims: a list of keycard_rule. All of them must hold.
    template <class List> [[nodiscard]] constexpr Policy rules(const List &list) const noexcept {
        return with([&](auto &policy) { detail::set(policy.rules, policy.rule_count, list); });
    }
    [[nodiscard]] constexpr Policy nonce(std::string_view nonce) const noexcept {
        return with([&](auto &policy) { policy.nonce = bytes(nonce); });
    }
    [[nodiscard]] constexpr Policy nonce_not_sent() const noexcept { return set(KEYCARD_NONCE_NOT_SENT); }
    [[nodiscard]] constexpr Policy subject(std::string_view subject) const noexcept {
        return with([&](auto &policy) { policy.subject = bytes(subject); });
    }
    /// The difference between clocks to tolerate, in seconds.
    [[nodiscard]] constexpr Policy leeway(std::uint32_t seconds) const noexcept {
        return with([&](auto &policy) { policy.leeway = seconds; });
    }
    /// The longest time since `iat`, in seconds.
    [[nodiscard]] constexpr Policy max_token_age(std::uint32_t seconds) const noexcept {
        return with([&](auto &policy) { policy.max_token_age = seconds; }).set(KEYCARD_HAS_MAX_TOKEN_AGE);
    }
    /// The key that signed the proof: the token must be bound to it (RFC 9449 section 7.1).
    [[nodiscard]] constexpr Policy bound_to(const keycard_proof &proof) const noexcept {
        return with([&](auto &policy) { policy.dpop_key32 = proof.key32; });
    }
    [[nodiscard]] Policy bound_to(keycard_proof &&) const = delete;
    /// Sets flags, such as KEYCARD_ANY_SCOPE.
    [[nodiscard]] constexpr Policy set(std::uint32_t flags) const noexcept {
        return with([&](auto &policy) { policy.flags |= flags; });
    }

    /// The C form, for the members that have no function here.
    [[nodiscard]] constexpr keycard_policy &raw() noexcept { return policy_; }
    [[nodiscard]] constexpr const keycard_policy &raw() const noexcept { return policy_; }

  private:
    keycard_policy policy_{};
};

/// The strings of a claim: for (std::string_view scope : scopes). Valid as long as the token.
class Strings {
  public:
    class Iterator {
      public:
        Iterator() noexcept = default;
        explicit Iterator(keycard_iterator strings) noexcept : strings_(strings) { ++*this; }

        [[nodiscard]] std::string_view operator*() const noexcept { return string_; }
        Iterator &operator++() noexcept {
            keycard_bytes string;
            is_at_end_ = keycard_next_string(&strings_, &string) != KEYCARD_OK;
            string_ = view(string);
            return *this;
        }
        /// Only compare an iterator with end().
        [[nodiscard]] bool operator!=(const Iterator &other) const noexcept { return is_at_end_ != other.is_at_end_; }
        [[nodiscard]] bool operator==(const Iterator &other) const noexcept { return is_at_end_ == other.is_at_end_; }

      private:
        keycard_iterator strings_{};
        std::string_view string_;
        bool is_at_end_ = true;
    };

    explicit Strings(const keycard_iterator &strings) noexcept : strings_(strings) {}

    [[nodiscard]] Iterator begin() const noexcept { return Iterator(strings_); }
    [[nodiscard]] Iterator end() const noexcept { return Iterator(); }

  private:
    keycard_iterator strings_;
};

class Members;

/// A value in the claims of a token. Valid as long as the token.
///
/// Errors of its functions: KEYCARD_CLAIM_TYPE if the value has another type; KEYCARD_STALE.
class Value {
  public:
    explicit Value(const keycard_value &value) noexcept : value_(value) {}

    /// One of KEYCARD_KIND_….
    [[nodiscard]] std::uint32_t kind() const noexcept { return value_.kind; }
    [[nodiscard]] Result<std::string_view> string() const {
        keycard_bytes string;
        const keycard_status status = keycard_value_string(&value_, &string);
        return detail::value_or_error(status, view(string));
    }
    [[nodiscard]] Result<std::int64_t> integer() const {
        std::int64_t integer;
        const keycard_status status = keycard_value_integer(&value_, &integer);
        return detail::value_or_error(status, integer);
    }
    [[nodiscard]] Result<bool> boolean() const {
        bool boolean;
        const keycard_status status = keycard_value_boolean(&value_, &boolean);
        return detail::value_or_error(status, boolean);
    }
    /// A NumericDate, in seconds since 1970, rounded down.
    [[nodiscard]] Result<std::int64_t> time() const {
        std::int64_t seconds;
        const keycard_status status = keycard_value_time(&value_, &seconds);
        return detail::value_or_error(status, seconds);
    }
    /// An array of strings, or one string.
    [[nodiscard]] Result<Strings> strings() const {
        keycard_iterator strings;
        const keycard_status status = keycard_value_strings(&value_, &strings);
        return detail::value_or_error(status, Strings(strings));
    }
    /// The members of an object, or the elements of an array.
    [[nodiscard]] inline Result<Members> members() const;

  private:
    keycard_value value_;
};

/// The members of an object, or the elements of an array, whose names are empty:
/// for (const auto [name, value] : members). Valid as long as the token.
class Members {
  public:
    class Iterator {
      public:
        Iterator() noexcept = default;
        explicit Iterator(keycard_iterator members) noexcept : members_(members) { ++*this; }

        [[nodiscard]] std::pair<std::string_view, Value> operator*() const noexcept {
            return {view(member_.name), Value(member_.value)};
        }
        Iterator &operator++() noexcept {
            is_at_end_ = keycard_next_member(&members_, &member_) != KEYCARD_OK;
            return *this;
        }
        /// Only compare an iterator with end().
        [[nodiscard]] bool operator!=(const Iterator &other) const noexcept { return is_at_end_ != other.is_at_end_; }
        [[nodiscard]] bool operator==(const Iterator &other) const noexcept { return is_at_end_ == other.is_at_end_; }

      private:
        keycard_iterator members_{};
        keycard_member member_{};
        bool is_at_end_ = true;
    };

    explicit Members(const keycard_iterator &members) noexcept : members_(members) {}

    [[nodiscard]] Iterator begin() const noexcept { return Iterator(members_); }
    [[nodiscard]] Iterator end() const noexcept { return Iterator(); }

  private:
    keycard_iterator members_;
};

inline Result<Members> Value::members() const {
    keycard_iterator members;
    const keycard_status status = keycard_value_members(&value_, &members);
    return detail::value_or_error(status, Members(members));
}

/// Reads the claims of an accepted token, which must not move. Valid as long as the token and its
/// scratch.
///
/// Errors of its functions: KEYCARD_CLAIM_MISSING; KEYCARD_CLAIM_TYPE if the claim has another
/// type; KEYCARD_STALE if the scratch has changed.
class Claims {
  public:
    explicit Claims(const keycard_token &token) noexcept : token_(&token) {}
    Claims(keycard_token &&) = delete;

    [[nodiscard]] Result<std::string_view> string(std::string_view name) const {
        keycard_bytes string;
        const keycard_status status = keycard_claim_string(token_, bytes(name), &string);
        return detail::value_or_error(status, view(string));
    }
    [[nodiscard]] Result<std::int64_t> integer(std::string_view name) const {
        std::int64_t integer;
        const keycard_status status = keycard_claim_integer(token_, bytes(name), &integer);
        return detail::value_or_error(status, integer);
    }
    [[nodiscard]] Result<bool> boolean(std::string_view name) const {
        bool boolean;
        const keycard_status status = keycard_claim_boolean(token_, bytes(name), &boolean);
        return detail::value_or_error(status, boolean);
    }
    /// A NumericDate such as `exp`, in seconds since 1970, rounded down.
    [[nodiscard]] Result<std::int64_t> time(std::string_view name) const {
        std::int64_t seconds;
        const keycard_status status = keycard_claim_time(token_, bytes(name), &seconds);
        return detail::value_or_error(status, seconds);
    }
    /// A claim that is an array of strings or one string, such as `aud`.
    [[nodiscard]] Result<Strings> strings(std::string_view name) const {
        keycard_iterator strings;
        const keycard_status status = keycard_claim_strings(token_, bytes(name), &strings);
        return detail::value_or_error(status, Strings(strings));
    }
    /// The scopes that the token grants. KEYCARD_SCOPE_AMBIGUOUS if `scope` and `scp` could both
    /// grant them.
    [[nodiscard]] Result<Strings> scopes() const {
        keycard_iterator scopes;
        const keycard_status status = keycard_token_scopes(token_, &scopes);
        return detail::value_or_error(status, Strings(scopes));
    }
    /// True if the token grants a scope.
    [[nodiscard]] bool has_scope(std::string_view scope) const noexcept { return keycard_token_has_scope(token_, bytes(scope)); }
    /// The claim at the end of a path of names: find("realm_access", "roles"). Without a name, all
    /// claims as one object.
    template <class... Names> [[nodiscard]] Result<Value> find(const Names &...names) const {
        const std::array<keycard_bytes, sizeof...(names)> path = {bytes(names)...};
        keycard_value value;
        const keycard_status status = keycard_claim_find(token_, path.data(), path.size(), &value);
        return detail::value_or_error(status, Value(value));
    }
    /// All claims as compact JSON.
    [[nodiscard]] Result<std::string> json() const {
        std::size_t length = 0;
        std::string json;
        keycard_status status = keycard_claims_json(token_, {json.data(), 0}, &length);
        if (status == KEYCARD_BUFFER_TOO_SMALL) {
            json.resize(length);
            status = keycard_claims_json(token_, {json.data(), json.size()}, &length);
        }
        return detail::value_or_error(status, std::move(json));
    }
    /// The payload of a token that was validated as KEYCARD_PROFILE_JWS.
    [[nodiscard]] Result<std::string_view> payload() const {
        keycard_bytes payload;
        const keycard_status status = keycard_token_payload(token_, &payload);
        return detail::value_or_error(status, view(payload));
    }

    /// The algorithm: one of KEYCARD_HS256 to KEYCARD_ML_DSA_87.
    [[nodiscard]] std::uint32_t algorithm() const noexcept { return token_->algorithm; }
    /// The position of the key in the table, from 0.
    [[nodiscard]] std::size_t key_index() const noexcept { return token_->key_index; }
    /// The position of the row that validate_any chose, from 0.
    [[nodiscard]] std::size_t row() const noexcept { return token_->row; }
    /// The kind of token, in words.
    [[nodiscard]] std::string_view profile() const noexcept { return view(token_->profile); }
    [[nodiscard]] const keycard_token &raw() const noexcept { return *token_; }

  private:
    const keycard_token *token_;
};

namespace detail {

/// A C token with its scratch behind it, in one allocation.
class TokenMemory {
  public:
    explicit TokenMemory(std::size_t scratch) noexcept
        : memory_(words(sizeof(keycard_token) + scratch)), scratch_(memory_ == nullptr ? 0 : scratch) {
        if (memory_ != nullptr) token_ = new (memory_.get()) keycard_token{};
    }

    [[nodiscard]] keycard_token *token() const noexcept { return token_; }
    [[nodiscard]] keycard_buffer scratch() const noexcept { return {memory_.get() + sizeof(keycard_token) / 8, scratch_}; }
    explicit operator bool() const noexcept { return memory_ != nullptr; }

  private:
    static_assert(sizeof(keycard_token) % 8 == 0 && alignof(keycard_token) <= 8);

    Words memory_;
    std::size_t scratch_;
    keycard_token *token_ = nullptr;
};

}  // namespace detail

/// An accepted token with its claims. It owns them, and may be moved while they are used.
class Token : public Claims {
  public:
    explicit Token(detail::TokenMemory memory) noexcept : Claims(*memory.token()), memory_(std::move(memory)) {}

  private:
    detail::TokenMemory memory_;
};

namespace detail {

/// Calls `decide(scratch, token, detail)`, and converts the outcome to a Result.
template <class Decide> Result<Token> decide(std::string_view jwt, Decide &&decide) {
    TokenMemory memory(keycard_scratch_size(jwt.size()));
    if (!memory) return failure<Token>(Error(KEYCARD_MEMORY_TOO_SMALL));
    keycard_detail detail;
    if (decide(memory.scratch(), memory.token(), &detail) != KEYCARD_OK) return failure<Token>(Error(detail));
    return Result<Token>(Token(std::move(memory)));
}

}  // namespace detail

/// Decides whether a token is accepted, like keycard_validate.
///
/// Errors: its statuses; KEYCARD_MEMORY_TOO_SMALL if there is no memory for the scratch.
[[nodiscard]] inline Result<Token> validate(const Keys &keys, const Policy &policy, Time time, std::string_view jwt) {
    return detail::decide(jwt, [&](keycard_buffer scratch, keycard_token *token, keycard_detail *detail) {
        return keycard_validate(keys.raw(), &policy.raw(), time.raw(), bytes(jwt), scratch, token, detail);
    });
}

/// Decides whether a token is accepted by the one row whose policy names its issuer, like
/// keycard_validate_any. `rows` is a list of keycard_trust_row: {keys.raw(), &policy.raw()}.
template <class Rows> [[nodiscard]] Result<Token> validate_any(const Rows &rows, Time time, std::string_view jwt) {
    const auto [data, size] = detail::elements(rows);
    return detail::decide(jwt, [&, first = data, count = size](keycard_buffer scratch, keycard_token *token, keycard_detail *detail) {
        return keycard_validate_any(first, count, time.raw(), bytes(jwt), scratch, token, detail);
    });
}

/// The verdicts on a batch of tokens.
class Batch {
  public:
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    /// The claims of a token, or the reason why it was rejected. Valid as long as the batch, also
    /// after the batch was moved. `index` is less than size().
    [[nodiscard]] Result<Claims> operator[](std::size_t index) const {
        if (index >= count_) std::abort();
        const keycard_detail &verdict = details_[index];
        if (verdict.status != KEYCARD_OK) return detail::failure<Claims>(Error(verdict));
        return Result<Claims>(Claims(tokens_[index]));
    }

    /// Validates a list of keycard_bytes, like keycard_validate_all.
    ///
    /// Errors: KEYCARD_MEMORY_TOO_SMALL if there is no memory. Errors of tokens, keys and policy
    /// are those of each token; without tokens, they are those of the batch.
    template <class List>
    [[nodiscard]] static Result<Batch> validate(const Keys &keys, const Policy &policy, Time time, const List &jwts) {
        const auto [data, size] = detail::elements(jwts);
        std::size_t scratch = 0;
        for (std::size_t at = 0; at < size; ++at) scratch += keycard_scratch_size(data[at].length);
        Batch batch;
        batch.count_ = size;
        batch.tokens_.reset(new (std::nothrow) keycard_token[size]{});
        batch.details_.reset(new (std::nothrow) keycard_detail[size]{});
        batch.scratch_ = detail::words(scratch);
        if (batch.tokens_ == nullptr || batch.details_ == nullptr || batch.scratch_ == nullptr) {
            return detail::failure<Batch>(Error(KEYCARD_MEMORY_TOO_SMALL));
        }
        const keycard_status status = keycard_validate_all(keys.raw(), &policy.raw(), time.raw(), data, size,
                                                           {batch.scratch_.get(), scratch}, batch.tokens_.get(),
                                                           batch.details_.get());
        if (size == 0 && status != KEYCARD_OK) return detail::failure<Batch>(Error(status));
        return Result<Batch>(std::move(batch));
    }

  private:
    Batch() noexcept = default;

    std::size_t count_ = 0;
    std::unique_ptr<keycard_token[]> tokens_;
    std::unique_ptr<keycard_detail[]> details_;
    detail::Words scratch_;
};

/// The requirements for a DPoP proof (RFC 9449 section 4.3). Each function returns changed rules.
/// Texts and lists are not copied: they live at least as long as the rules.
class ProofRules {
    // Defined before its uses, because a constant expression needs the definition.
    template <class Change> constexpr ProofRules with(Change change) const noexcept {
        ProofRules rules = *this;
        change(rules.rules_);
        return rules;
    }

  public:
    /// A proof for a request with this method and absolute URI, at most `window` seconds old. Also
    /// call access_token() or without_access_token(), and nonces() or nonce_not_provided().
    constexpr ProofRules(std::string_view method, std::string_view uri, std::uint32_t algorithms, std::uint32_t window) noexcept {
        rules_.struct_size = sizeof rules_;
        rules_.method = bytes(method);
        rules_.uri = bytes(uri);
        rules_.algorithms = algorithms;
        rules_.window = window;
    }

    [[nodiscard]] constexpr ProofRules access_token(std::string_view token) const noexcept {
        return with([&](auto &rules) { rules.access_token = bytes(token); });
    }
    [[nodiscard]] constexpr ProofRules without_access_token() const noexcept {
        return with([&](auto &rules) { rules.flags |= KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN; });
    }
    /// Nonces, of which the proof must have one: a list of keycard_bytes.
    template <class List> [[nodiscard]] constexpr ProofRules nonces(const List &list) const noexcept {
        return with([&](auto &rules) { detail::set(rules.nonces, rules.nonce_count, list); });
    }
    [[nodiscard]] constexpr ProofRules nonce_not_provided() const noexcept {
        return with([&](auto &rules) { rules.flags |= KEYCARD_PROOF_NONCE_NOT_PROVIDED; });
    }
    /// The difference between clocks to tolerate, in seconds.
    [[nodiscard]] constexpr ProofRules leeway(std::uint32_t seconds) const noexcept {
        return with([&](auto &rules) { rules.leeway = seconds; });
    }

    /// The C form, for the members that have no function here.
    [[nodiscard]] constexpr keycard_proof_rules &raw() noexcept { return rules_; }
    [[nodiscard]] constexpr const keycard_proof_rules &raw() const noexcept { return rules_; }

  private:
    keycard_proof_rules rules_{};
};

/// A cache of prepared proof keys. Only one thread may use it at a time.
class ProofKeyCache {
  public:
    /// As keycard_proof_key_cache_init. KEYCARD_MEMORY_TOO_SMALL also if there is no memory.
    [[nodiscard]] static Result<ProofKeyCache> make(std::size_t entries, std::uint32_t precompute, std::uint64_t seed) {
        const std::size_t size = keycard_proof_key_cache_size(entries, precompute);
        ProofKeyCache made;
        made.memory_ = detail::words(size);
        if (made.memory_ == nullptr) return detail::failure<ProofKeyCache>(Error(KEYCARD_MEMORY_TOO_SMALL));
        const keycard_status status = keycard_proof_key_cache_init(made.memory_.get(), size, precompute, seed, &made.cache_);
        return detail::value_or_error(status, std::move(made));
    }

    /// Like keycard_proof_key_cache_admit: call it after the access token was accepted.
    [[nodiscard]] Result<void> admit(const keycard_proof &proof) noexcept {
        return detail::done(keycard_proof_key_cache_admit(raw(), &proof));
    }
    [[nodiscard]] keycard_proof_key_cache *raw() noexcept { return memory_ == nullptr ? nullptr : cache_; }

  private:
    ProofKeyCache() noexcept = default;

    detail::Words memory_;
    keycard_proof_key_cache *cache_ = nullptr;
};

/// Decides whether a DPoP proof is valid, like keycard_dpop_validate. Pass it to Policy::bound_to,
/// and then, as the last check, to ReplayCache::check.
[[nodiscard]] inline Result<keycard_proof> validate_proof(const ProofRules &rules, Time time, std::string_view jwt,
                                                          ProofKeyCache *cache = nullptr) {
    const std::size_t size = keycard_scratch_size(jwt.size());
    const detail::Words memory = detail::words(size);
    if (memory == nullptr) return detail::failure<keycard_proof>(Error(KEYCARD_MEMORY_TOO_SMALL));
    const keycard_buffer scratch = {memory.get(), size};
    keycard_proof proof;
    keycard_detail detail;
    const keycard_status status =
        cache == nullptr
            ? keycard_dpop_validate(&rules.raw(), time.raw(), bytes(jwt), scratch, &proof, &detail)
            : keycard_proof_key_cache_validate(cache->raw(), &rules.raw(), time.raw(), bytes(jwt), scratch, &proof, &detail);
    if (status != KEYCARD_OK) return detail::failure<keycard_proof>(Error(detail));
    return proof;
}

/// Rejects a token or proof that was used before. Only one thread may use it at a time.
class ReplayCache {
  public:
    /// As keycard_replay_cache_init. KEYCARD_MEMORY_TOO_SMALL also if there is no memory.
    [[nodiscard]] static Result<ReplayCache> make(std::size_t entries, std::uint32_t window, std::uint32_t leeway,
                                                  std::uint32_t share, Time time) {
        const std::size_t size = keycard_replay_cache_size(entries);
        ReplayCache made;
        made.memory_ = detail::words(size);
        if (made.memory_ == nullptr) return detail::failure<ReplayCache>(Error(KEYCARD_MEMORY_TOO_SMALL));
        const keycard_status status =
            keycard_replay_cache_init(made.memory_.get(), size, window, leeway, share, time.raw(), &made.cache_);
        return detail::value_or_error(status, std::move(made));
    }

    /// As keycard_replay_cache_restart.
    [[nodiscard]] Result<void> restart(std::uint32_t window, std::uint32_t leeway, Time time) noexcept {
        return detail::done(keycard_replay_cache_restart(raw(), window, leeway, time.raw()));
    }
    /// Records the first use of a proof, and rejects each further use.
    [[nodiscard]] Result<void> check(const keycard_proof &proof, Time time) noexcept {
        return detail::done(keycard_replay_cache_check_proof(raw(), &proof, time.raw()));
    }
    /// Records the first use of a token by its `jti`, and rejects each further use.
    [[nodiscard]] Result<void> check(const Claims &token, Time time) noexcept {
        return detail::done(keycard_replay_cache_check_token(raw(), &token.raw(), time.raw()));
    }
    [[nodiscard]] keycard_replay_cache *raw() noexcept { return memory_ == nullptr ? nullptr : cache_; }

  private:
    ReplayCache() noexcept = default;

    detail::Words memory_;
    keycard_replay_cache *cache_ = nullptr;
};

/// PKCE (RFC 7636).
namespace pkce {

/// Makes a code verifier of 32 bytes from a cryptographic random source.
[[nodiscard]] inline Result<std::string> verifier(const std::array<std::uint8_t, 32> &random) {
    std::string verifier(KEYCARD_PKCE_LENGTH, '\0');
    const keycard_status status = keycard_pkce_verifier(random.data(), verifier.data());
    return detail::value_or_error(status, std::move(verifier));
}

/// Computes the S256 code challenge of a code verifier.
[[nodiscard]] inline Result<std::string> challenge(std::string_view verifier) {
    std::string challenge(KEYCARD_PKCE_LENGTH, '\0');
    const keycard_status status = keycard_pkce_challenge(bytes(verifier), challenge.data());
    return detail::value_or_error(status, std::move(challenge));
}

/// Checks the code verifier of a token request, like keycard_pkce_verify. Pass std::nullopt for a
/// parameter that the request did not have. The result is false if neither side used PKCE, which
/// KEYCARD_PKCE_OPTIONAL allows.
[[nodiscard]] inline Result<bool> verify(std::optional<std::string_view> challenge, std::optional<std::string_view> method,
                                         std::optional<std::string_view> verifier, std::uint32_t flags = 0) {
    const auto given = [](std::optional<std::string_view> text) { return text ? bytes(*text) : keycard_bytes{nullptr, 0}; };
    const keycard_status status = keycard_pkce_verify(given(challenge), given(method), given(verifier), flags);
    if (status == KEYCARD_PKCE_NOT_USED) return false;
    return detail::value_or_error(status, true);
}

}  // namespace pkce

}  // namespace keycard

#endif /* KEYCARD_HPP */
