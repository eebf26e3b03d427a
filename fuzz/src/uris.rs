//! Comparison of the URI that a DPoP proof is bound to.

use arbitrary::Arbitrary;

/// This target includes the source file itself. Through the API, only proofs reach this code, and
/// signing them would take nearly all of the time.
#[path = "../../src/dpop/uri.rs"]
mod uri;

use uri::Uri;

/// Two texts, similar or not.
#[derive(Arbitrary, Debug)]
pub struct Case {
    first: String,
    second: Second,
}

#[derive(Arbitrary, Debug)]
enum Second {
    Any(String),
    /// The first text with escaped characters, changed case, and a suffix.
    Spelled {
        escaped: Vec<u16>,
        changed: Vec<u16>,
        behind: Option<(bool, String)>,
    },
}

/// URIs that are equal here lead to the same server and path by the URL standard, and have the same
/// replay key.
pub fn check(case: &Case) {
    let second = match &case.second {
        Second::Any(any) => any.clone(),
        Second::Spelled { escaped, changed, behind } => {
            spelled(&case.first, escaped, changed, behind.as_ref())
        }
    };
    let (first, second) = (with_scheme(&case.first), with_scheme(&second));
    let (Some(one), Some(other)) = (Uri::read(&first), Uri::read(&second)) else {
        return;
    };
    if !one.has_path() || !other.has_path() {
        return;
    }
    assert!(one.matches(&one) && other.matches(&other));
    assert_eq!(one.matches(&other), other.matches(&one));
    assert_eq!(one.matches(&other), normal(&one) == normal(&other), "one replay key");
    if !one.matches(&other) {
        return;
    }
    // A URI that the URL standard rejects cannot lead to another server.
    if let (Ok(one), Ok(other)) = (url::Url::parse(&first), url::Url::parse(&second)) {
        assert_eq!(one.scheme(), other.scheme());
        assert_eq!(one.host_str(), other.host_str());
        assert_eq!(one.port_or_known_default(), other.port_or_known_default());
        assert_eq!(unescaped(one.path()), unescaped(other.path()));
        assert!(one.username().is_empty() && one.password().is_none());
    }
}

fn with_scheme(text: &str) -> String {
    if text.contains("://") { text.to_owned() } else { format!("https://{text}") }
}

fn spelled(
    first: &str,
    escaped: &[u16],
    changed: &[u16],
    behind: Option<&(bool, String)>,
) -> String {
    let mut second = String::new();
    for (at, character) in (0u16..).zip(first.chars()) {
        if escaped.contains(&at) && character.is_ascii() {
            second += &format!("%{:02x}", u32::from(character));
        } else if changed.contains(&at) {
            second.push(character.to_ascii_uppercase());
        } else {
            second.push(character);
        }
    }
    if let Some((is_query, behind)) = behind {
        second.push(if *is_query { '?' } else { '#' });
        second += behind;
    }
    second
}

fn normal(uri: &Uri<'_>) -> Vec<u8> {
    let mut hasher = crate::digest::Hasher::default();
    uri.hash(&mut hasher);
    hasher.fed
}

/// Decodes the escapes of unreserved characters, and writes other escapes in upper case. The URL
/// standard changes neither.
fn unescaped(path: &str) -> Vec<u8> {
    let mut rest = path.as_bytes();
    let mut meant = Vec::new();
    while let Some((byte, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code) if *byte == b'%' && is_unreserved(code) => {
                meant.push(code);
                rest = &behind[2..];
            }
            Some(_) if *byte == b'%' => {
                meant.extend(rest[..3].to_ascii_uppercase());
                rest = &behind[2..];
            }
            _ => {
                meant.push(*byte);
                rest = behind;
            }
        }
    }
    meant
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}
