//! Decoders of text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Each decoder gives the verdict and the bytes of the `base64` crate.
pub fn base64url(text: &[u8]) {
    let mut output = vec![0; text.len()];
    let ours = keycard::base64url::decode(text, &mut output).map(|length| &output[..length]);
    for allowed in [true, false] {
        keycard::cpu::allow(allowed);
        let mut public = vec![0; text.len()];
        let public = keycard::base64url::decode_public(text, &mut public).map(|end| &public[..end]);
        assert_eq!(ours, public);
    }
    match (ours, URL_SAFE_NO_PAD.decode(text)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{ours:?} and {theirs:?}"),
    }
}

/// Each accepted text is JSON. A JSON text is rejected only for a reason that JSON leaves to the
/// implementation. The result is the same with and without a back end.
pub fn json(text: &[u8]) {
    use keycard::Reason;
    let [ours, portable] = [true, false].map(|allowed| {
        keycard::cpu::allow(allowed);
        let mut records = vec![0; text.len() * 4 + 64];
        keycard::json::check(text, &mut records)
    });
    assert_eq!(ours, portable);
    let theirs = serde_json::from_slice::<Value>(text);
    match (ours, theirs) {
        (Ok(()), Ok(_)) | (Err(_), Err(_)) => {}
        (Ok(()), Err(error)) => assert!(is_theirs(&error), "accepted, and it is not JSON: {error}"),
        (Err(error), Ok(_)) => assert!(
            matches!(
                error.reason(),
                Reason::JsonDuplicate
                    | Reason::JsonNesting
                    | Reason::JsonMembers
                    | Reason::JsonTooLong
                    | Reason::ScratchTooSmall
            ),
            "{error}"
        ),
    }
}

/// `serde_json` rejects JSON with numbers beyond an `f64`, and with nesting beyond its limit.
fn is_theirs(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    text.starts_with("number out of range") || text.starts_with("recursion limit")
}
