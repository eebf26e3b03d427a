// keycard from C++17, without a wrapper: the header as it is, and std::string_view.
//
// example FOLDER, where FOLDER is tests/vectors/demo.

#include "keycard.h"

#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

keycard_bytes text(std::string_view view) { return {view.data(), view.size()}; }

std::string_view view(keycard_bytes text) { return {static_cast<const char *>(text.data), text.length}; }

// The build time of the program: a clock with an earlier time is not set.
constexpr std::int64_t BUILD_TIME = 1700000000;

// Returns the client that a token was issued to. For a rejected token, returns nothing and writes
// the reason to std::cerr.
std::optional<std::string> client(const keycard_keys &keys, std::string_view jwt, std::int64_t now) {
    keycard_policy policy = KEYCARD_POLICY_INIT;
    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = text("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = text("api://default");

    std::vector<std::uint8_t> scratch(keycard_scratch_size(jwt.size()));
    keycard_token token;
    keycard_detail detail;
    if (keycard_validate(&keys, &policy, keycard_time_clock(now, BUILD_TIME), text(jwt),
                         keycard_buffer{scratch.data(), scratch.size()}, &token, &detail) != KEYCARD_OK) {
        std::cerr << "rejected: " << keycard_status_text(detail.status) << ' ' << view(detail.member) << '\n';
        return std::nullopt;
    }
    keycard_bytes found;
    if (keycard_claim_string(&token, text("cid"), &found) != KEYCARD_OK) return std::nullopt;
    return std::string(view(found));
}

std::string contents(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    const auto jwt = contents(folder + "/access_token.jwt"), jwks = contents(folder + "/keys.json");

    std::array<std::uint64_t, 256> memory;
    keycard_keys *keys;
    if (keycard_keys_init(memory.data(), sizeof memory, &keys) != KEYCARD_OK) return 1;
    if (keycard_keys_add_jwks(keys, text(jwks), nullptr) != KEYCARD_OK) return 1;

    const bool accepted = client(*keys, jwt, 1'700'000'060) == "0oa2mv8c5m9Hd6q2t5d7";
    const bool expired = !client(*keys, jwt, 1'800'000'000);
    const bool cut = !client(*keys, std::string_view(jwt).substr(1), 1'700'000'060);
    std::cout << (accepted && expired && cut ? "C++: every verdict is right\n" : "C++: a verdict is wrong\n");
    return accepted && expired && cut ? 0 : 1;
}
