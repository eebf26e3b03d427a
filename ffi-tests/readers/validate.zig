//! Validates the demo token through the header as Zig translates it.
const std = @import("std");
const c = @cImport(@cInclude("keycard.h"));

fn text(value: []const u8) c.keycard_text {
    return .{ .data = value.ptr, .length = value.len };
}

pub fn main() !void {
    const jwks = std.mem.trimRight(u8, @embedFile("keys.json"), "\n");
    const token = std.mem.trimRight(u8, @embedFile("access_token.jwt"), "\n");
    var memory: [512]u64 = undefined;
    var keys: ?*c.keycard_keys = null;
    try equal(c.keycard_keys_init(&memory, @sizeOf(@TypeOf(memory)), &keys), c.KEYCARD_OK);
    try equal(c.keycard_keys_add_jwks(keys, jwks.ptr, jwks.len, null), c.KEYCARD_OK);
    var policy: c.keycard_policy = undefined;
    try equal(c.keycard_policy_init(&policy, @sizeOf(c.keycard_policy)), c.KEYCARD_OK);
    policy.profile = c.KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = c.KEYCARD_RS256;
    policy.issuer = text("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = text("api://default");
    var scratch: [8192]u8 = undefined;
    var found: c.keycard_token = undefined;
    for ([_]i64{ 1700000060, 1700007200 }, [_]c_int{ c.KEYCARD_OK, c.KEYCARD_EXPIRED }) |now, expected| {
        const time = c.keycard_time_at(now);
        const status = c.keycard_validate(keys, &policy, time, token.ptr, token.len, &scratch, scratch.len, &found, null);
        try equal(status, expected);
    }
}

fn equal(status: c.keycard_status, expected: c_int) !void {
    if (status != expected) return error.UnexpectedStatus;
}
