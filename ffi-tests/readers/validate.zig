//! Validates the demo token through the header as `zig translate-c` translates it.
const std = @import("std");
const c = @import("keycard.zig");

fn bytes(value: []const u8) c.keycard_bytes {
    return .{ .data = value.ptr, .length = value.len };
}

pub fn main() !void {
    const jwks = std.mem.trimEnd(u8, @embedFile("keys.json"), "\n");
    const token = std.mem.trimEnd(u8, @embedFile("access_token.jwt"), "\n");
    var memory: [512]u64 = undefined;
    var keys: ?*c.keycard_keys = null;
    try equal(c.keycard_keys_init(&memory, @sizeOf(@TypeOf(memory)), &keys), c.KEYCARD_OK);
    try equal(c.keycard_keys_add_jwks(keys, bytes(jwks), null), c.KEYCARD_OK);
    var policy: c.keycard_policy = undefined;
    try equal(c.keycard_policy_init(&policy, @sizeOf(c.keycard_policy)), c.KEYCARD_OK);
    policy.profile = c.KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = c.KEYCARD_RS256;
    policy.issuer = bytes("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = bytes("api://default");
    var scratch: [8192]u8 = undefined;
    var found: c.keycard_token = undefined;
    for ([_]i64{ 1700000060, 1700007200 }, [_]c_int{ c.KEYCARD_OK, c.KEYCARD_EXPIRED }) |now, expected| {
        const time = c.keycard_time_at(now);
        const buffer = c.keycard_buffer{ .data = &scratch, .size = scratch.len };
        const status = c.keycard_validate(keys, &policy, time, bytes(token), buffer, &found, null);
        try equal(status, expected);
    }
}

fn equal(status: c.keycard_status, expected: c_int) !void {
    if (status != expected) return error.UnexpectedStatus;
}
