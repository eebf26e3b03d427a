//! The C ABI rejects the parts that a library does not include. The ABI is the same for all
//! features.

#![cfg(all(
    feature = "ffi",
    not(feature = "logout"),
    not(feature = "more-kinds"),
    not(feature = "dpop"),
    not(feature = "id-token")
))]
#![expect(unsafe_code, reason = "the C ABI is called as C calls it")]

use keycard::ffi::layout::{
    keycard_buffer, keycard_bytes, keycard_policy, keycard_proof, keycard_proof_rules,
    keycard_token,
};
use keycard::ffi::{dpop, keys, policy_numbers, time, validate};
use keycard::{Algorithm, Reason};
use std::mem::MaybeUninit;
use std::ptr;

const NOW: i64 = 1_700_000_000;

fn text(text: &'static str) -> keycard_bytes {
    keycard_bytes { data: text.as_ptr().cast(), length: text.len() }
}

fn buffer(memory: &mut [u8]) -> keycard_buffer {
    keycard_buffer { data: memory.as_mut_ptr().cast(), size: memory.len() }
}

#[test]
fn a_proof_is_an_unsupported_policy_without_dpop() {
    // SAFETY: all zeros are the empty rules.
    let mut rules: keycard_proof_rules = unsafe { MaybeUninit::zeroed().assume_init() };
    rules.struct_size = size_of::<keycard_proof_rules>();
    rules.method = text("POST");
    rules.uri = text("https://api.example/");
    let mut scratch = [0u8; 64];
    // SAFETY: as above.
    let mut proof: keycard_proof = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: every pointer is to an object that lives as long as the call.
    let status = unsafe {
        dpop::keycard_dpop_validate(
            &raw const rules,
            time::keycard_time_at(NOW),
            text("a.b.c"),
            buffer(&mut scratch),
            &raw mut proof,
            ptr::null_mut(),
        )
    };
    assert_eq!(status, Reason::UnsupportedPolicy.code());
    assert_eq!(proof.algorithm, 0);
}

/// The status of the C ABI for a policy of this profile, changed by `change`.
fn status_of(profile: u32, change: impl Fn(&mut keycard_policy)) -> i32 {
    let mut memory = [0u64; 16];
    let mut table = ptr::null_mut();
    // SAFETY: every pointer is to an object that lives as long as the call.
    let made = unsafe {
        keys::keycard_keys_init(memory.as_mut_ptr(), size_of_val(&memory), &raw mut table)
    };
    assert_eq!(made, 0);
    // SAFETY: all zeros are the empty policy.
    let mut asked: keycard_policy = unsafe { MaybeUninit::zeroed().assume_init() };
    asked.struct_size = size_of::<keycard_policy>();
    asked.profile = profile;
    asked.algorithms = Algorithm::Es256.bit();
    asked.issuer = text("https://id.example");
    asked.audience = text("client");
    change(&mut asked);
    let mut scratch = [0u8; 64];
    // SAFETY: all zeros are an empty token.
    let mut token: keycard_token = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: every pointer is to an object that lives as long as the call.
    unsafe {
        validate::keycard_validate(
            table,
            &raw const asked,
            time::keycard_time_at(NOW),
            text("a.b.c"),
            buffer(&mut scratch),
            &raw mut token,
            ptr::null_mut(),
        )
    }
}

#[test]
fn a_kind_of_token_that_is_not_built_is_an_unsupported_policy() {
    for profile in [
        policy_numbers::KEYCARD_PROFILE_LOGOUT_TOKEN,
        policy_numbers::KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED,
        policy_numbers::KEYCARD_PROFILE_CLIENT_ASSERTION,
        policy_numbers::KEYCARD_PROFILE_REQUEST_OBJECT,
        policy_numbers::KEYCARD_PROFILE_AUTHORIZATION_RESPONSE,
        policy_numbers::KEYCARD_PROFILE_USERINFO,
        policy_numbers::KEYCARD_PROFILE_INTROSPECTION_RESPONSE,
        policy_numbers::KEYCARD_PROFILE_SECURITY_EVENT,
        policy_numbers::KEYCARD_PROFILE_JWT_SVID,
        policy_numbers::KEYCARD_PROFILE_TRANSACTION_TOKEN,
        policy_numbers::KEYCARD_PROFILE_STATUS_LIST,
        policy_numbers::KEYCARD_PROFILE_AUTHORIZATION_GRANT,
        policy_numbers::KEYCARD_PROFILE_ID_JAG,
        policy_numbers::KEYCARD_PROFILE_WORKLOAD_IDENTITY,
        policy_numbers::KEYCARD_PROFILE_SD_JWT,
        policy_numbers::KEYCARD_PROFILE_ID_TOKEN,
        policy_numbers::KEYCARD_PROFILE_REFRESHED_ID_TOKEN,
    ] {
        assert_eq!(status_of(profile, |_| ()), Reason::UnsupportedPolicy.code(), "{profile}");
    }
}

#[test]
fn rejects_authentication_rules_in_build_without_id_token() {
    let profile = policy_numbers::KEYCARD_PROFILE_ACCESS_TOKEN;
    assert_ne!(
        status_of(profile, |_| ()),
        Reason::UnsupportedPolicy.code(),
        "the token is at fault"
    );
    let list = [text("a")];
    let changes: [&dyn Fn(&mut keycard_policy); 9] = [
        &|asked| asked.nonce = text("n"),
        &|asked| asked.subject = text("s"),
        &|asked| asked.access_token = text("t"),
        &|asked| asked.code = text("c"),
        &|asked| asked.state = text("s"),
        &|asked| asked.flags = policy_numbers::KEYCARD_HAS_MAX_AGE,
        &|asked| {
            asked.authorized_parties = list.as_ptr();
            asked.authorized_party_count = 1;
        },
        &|asked| {
            asked.authentication_contexts = list.as_ptr();
            asked.authentication_context_count = 1;
        },
        &|asked| {
            asked.authentication_methods = list.as_ptr();
            asked.authentication_method_count = 1;
        },
    ];
    for (index, change) in changes.iter().enumerate() {
        assert_eq!(status_of(profile, change), Reason::UnsupportedPolicy.code(), "{index}");
    }
}
