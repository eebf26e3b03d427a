//! The structures of the C ABI have the layout of `ffi-tests/abi.lock`. `tools/contract/abi` checks
//! the header against the same file.
#![cfg(all(feature = "ffi", target_pointer_width = "64"))]

use core::mem::offset_of;
use keycard::ffi::layout::*;
use std::fmt::Write as _;

/// The lines of a structure: its size and alignment, and the place of each member.
macro_rules! lines {
    ($text:ident, $structure:ident: $($member:ident),+) => {
        let (size, alignment) = (size_of::<$structure>(), align_of::<$structure>());
        writeln!($text, "{} {size} {alignment}", stringify!($structure)).unwrap();
        $(
            let place = offset_of!($structure, $member);
            writeln!($text, "{}.{} {place}", stringify!($structure), stringify!($member)).unwrap();
        )+
    };
}

#[test]
fn every_structure_lies_as_it_was_released() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ffi-tests/abi.lock");
    let released = std::fs::read_to_string(path).unwrap();
    let mut found = String::new();
    lines!(found, keycard_bytes: data, length);
    lines!(found, keycard_buffer: data, size);
    lines!(found, keycard_time: kind, reserved, seconds, not_before);
    lines!(found, keycard_finding: index, status, found, needed, member);
    lines!(found, keycard_detail: status, stage, member, rule, has_offset, has_times, found, offset,
        needed, claim_time, now);
    lines!(found, keycard_key_report: added, skipped, rejected, noted, rejections, skips, notes, detail);
    lines!(found, keycard_key_rules: struct_size, flags, algorithms, key_use, id,
        insecure_min_rsa_bits, insecure_min_secret_bytes, precompute, max_rsa_bits, max_secret_bytes, reserved);
    lines!(found, keycard_image_rules: struct_size, flags, reserved, min_version, digest32);
    lines!(found, keycard_rule: path, path_length, kind, reserved, value);
    lines!(found, keycard_original_id_token: issuer, subject, audiences, audience_count,
        authorized_party, nonce, issued_at, auth_time, has_auth_time, reserved);
    lines!(found, keycard_policy: struct_size, profile, algorithms, flags, leeway, max_token_age,
        max_age, max_lifetime, max_token_length, max_header_length, max_members, issuer, audience, audiences, audience_count, audience_claim, trusted_audiences,
        trusted_audience_count, token_type, header_name, header_value, scopes, scope_count, scope_claim, markers,
        marker_count, rules, rule_count, nonce, authorized_parties, authorized_party_count,
        access_token, code, state, subject, authentication_contexts, authentication_context_count,
        authentication_methods, authentication_method_count, client_claim, clients, client_count,
        user_mark, original, dpop_key32, client_certificate32);
    lines!(found, keycard_token: generation, scratch, scratch_used, header_length, payload_length,
        members, algorithm, key_index, checks_passed, checks_waived, checks_vacuous, has_claims,
        leeway, row, profile, max_token_age, has_max_token_age, scopes_offset, reserved);
    lines!(found, keycard_unverified: issuer, key_id, algorithm, token_type);
    lines!(found, keycard_trust_row: keys, policy);
    lines!(found, keycard_value: token, offset, kind, reserved);
    lines!(found, keycard_iterator: token, offset, end, kind, reserved);
    lines!(found, keycard_member: name, value);
    lines!(found, keycard_proof_rules: struct_size, algorithms, flags, window, leeway, method, uri,
        access_token, nonces, nonce_count, transaction_token, kind, reserved);
    lines!(found, keycard_proof: key32, replay_key32, issued_at, replayable_until, algorithm,
        leeway, reserved);
    lines!(found, keycard_key_binding: struct_size, mode, algorithms, window, leeway, audience,
        nonces, nonce_count);
    lines!(found, keycard_recommendation: classic, today);
    lines!(found, keycard_practice: kind, reserved, text);
    lines!(found, keycard_issued: always, possible);
    // The order of structures is that of the header, and has no meaning.
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(
        sorted(&found),
        sorted(&released),
        "the lines of src/ffi/layout.rs and those of the header"
    );
}
