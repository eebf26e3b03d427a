//! Compares the target of a request (`htu`) after normalisation (RFC 9449 section 4.3 check 9, RFC
//! 3986 sections 6.2.2 and 6.2.3). The normalisation covers the case of scheme, host and escapes,
//! escapes of unreserved characters, dot segments, the default port and the empty path. Query and
//! fragment are ignored.

use crate::digest::Hasher;
use core::{iter, slice};

/// The parts of an absolute HTTP URI without query and fragment.
#[derive(Clone, Copy)]
pub(super) struct Uri<'a> {
    is_https: bool,
    host: &'a [u8],
    /// Empty if the port is the default of the scheme.
    port: &'a [u8],
    /// The path without its first slash. An empty path equals a single slash (RFC 3986 section
    /// 6.2.3).
    path: &'a [u8],
}

impl<'a> Uri<'a> {
    /// `None` if the text is not an absolute `http` or `https` URI (RFC 9110 section 4.2). Also
    /// `None` if it has user information, or a character in its host that RFC 3986 forbids. The
    /// path is not checked here: see [`has_path`](Self::has_path).
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (scheme, rest) = divide(text.as_bytes(), |byte| byte == b':');
        let is_https = scheme.eq_ignore_ascii_case(b"https");
        if !is_https && !scheme.eq_ignore_ascii_case(b"http") {
            return None;
        }
        let rest = rest.strip_prefix(b"://")?;
        let (authority, rest) = divide(rest, |byte| matches!(byte, b'/' | b'?' | b'#'));
        let (path, _) = divide(rest, |byte| matches!(byte, b'?' | b'#'));
        let (host, port) = host_and_port(authority)?;
        let default: &[u8] = if is_https { b"443" } else { b"80" };
        let port = if port == default { &[] } else { port };
        let path = path.strip_prefix(b"/").unwrap_or(path);
        Some(Self { is_https, host, port, path })
    }

    /// True if the path has only characters and escapes of RFC 3986 section 3.3.
    pub(super) fn has_path(&self) -> bool {
        is_spelled(self.path, |byte| is_in_name(byte) || matches!(byte, b':' | b'@' | b'/'))
    }

    /// True if both are equal after normalisation.
    pub(super) fn matches(&self, other: &Self) -> bool {
        self.is_https == other.is_https
            && host(self.host).eq(host(other.host))
            && self.port == other.port
            && path(self.path).eq(path(other.path))
    }

    /// Hashes the normal form. A zero byte, which no URI contains, ends each part.
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.update(&[u8::from(self.is_https)]);
        host(self.host).for_each(|byte| hasher.update(&[byte]));
        hasher.update(&[0]);
        hasher.update(self.port);
        hasher.update(&[0]);
        path(self.path).for_each(|byte| hasher.update(&[byte]));
        hasher.update(&[0]);
    }
}

/// RFC 3986 section 3.2, without user information. RFC 9110 section 4.2.4 calls user information an
/// error: it can make one host look like another.
fn host_and_port(authority: &[u8]) -> Option<(&[u8], &[u8])> {
    let (host, rest) = if authority.first() == Some(&b'[') {
        let end = authority.iter().position(|byte| *byte == b']')?;
        let (host, rest) = authority.split_at_checked(end.checked_add(1)?)?;
        let address = host.get(1..end)?;
        let is_address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        (!address.is_empty() && address.iter().copied().all(is_address)).then_some((host, rest))?
    } else {
        let (host, rest) = divide(authority, |byte| byte == b':');
        (!host.is_empty() && is_spelled(host, is_in_name)).then_some((host, rest))?
    };
    let port = match rest.split_first() {
        None => &[],
        Some((b':', port)) if port.iter().all(u8::is_ascii_digit) => port,
        Some(_) => return None,
    };
    Some((host, port))
}

/// Splits the text before the first byte for which `ends` is true.
fn divide(text: &[u8], ends: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = text.iter().position(|byte| ends(*byte)).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or_default()
}

/// RFC 3986 section 2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Unreserved characters and `sub-delims` (RFC 3986 section 2.2).
const fn is_in_name(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

/// True if `text` consists only of characters for which `is_character` is true, and of complete
/// escapes.
fn is_spelled(text: &[u8], is_character: impl Fn(u8) -> bool) -> bool {
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        let right = match byte {
            b'%' => escaped(&mut rest).is_some(),
            byte => is_character(*byte),
        };
        if !right {
            return false;
        }
    }
    true
}

/// Takes the two digits of an escape, and returns the byte that they encode.
fn escaped(rest: &mut slice::Iter<'_, u8>) -> Option<u8> {
    let high = digit(*rest.next()?)?;
    let low = digit(*rest.next()?)?;
    Some(high << 4 | low)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character & 0x0F),
        b'a'..=b'f' | b'A'..=b'F' => Some((character & 0x0F).wrapping_add(9)),
        _ => None,
    }
}

/// The normal form of a path: its segments in reverse order, each after a slash.
fn path(text: &[u8]) -> impl Iterator<Item = u8> {
    segments(text).flat_map(|segment| iter::once(b'/').chain(normal(segment)))
}

/// The segments that remain after dot segments are removed (RFC 3986 section 5.2.4), in reverse
/// order. In reverse order, `..` removes a segment that is read later, so a counter is enough.
fn segments(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_last = true;
    let mut removed = 0usize;
    text.rsplit(|byte| *byte == b'/').filter_map(move |segment| {
        let was_last = core::mem::replace(&mut is_last, false);
        let is_parent = normal(segment).eq(*b"..");
        if is_parent || normal(segment).eq(*b".") {
            removed = removed.saturating_add(is_parent.into());
            // A dot segment at the end becomes an empty segment: its slash remains.
            return was_last.then_some(&[][..]);
        }
        if removed > 0 {
            removed = removed.saturating_sub(1);
            return None;
        }
        Some(segment)
    })
}

/// The normal form of a host.
fn host(text: &[u8]) -> impl Iterator<Item = u8> {
    normal(text).map(|byte| byte.to_ascii_lowercase())
}

fn normal(text: &[u8]) -> Normal<'_> {
    Normal { rest: text.iter(), digits: 0 }
}

/// The normalised characters. Escapes of unreserved characters are decoded (RFC 3986 section
/// 6.2.2.2), and the digits of other escapes become upper case (section 6.2.2.1). An escaped
/// reserved character differs from the character itself (section 2.2).
struct Normal<'a> {
    rest: slice::Iter<'a, u8>,
    /// The digits of an escape that were not returned yet.
    digits: u8,
}

impl Iterator for Normal<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let byte = *self.rest.next()?;
        if let Some(digits) = self.digits.checked_sub(1) {
            self.digits = digits;
            return Some(byte.to_ascii_uppercase());
        }
        if byte == b'%' {
            let mut after = self.rest.clone();
            if let Some(meant) = escaped(&mut after) {
                if is_unreserved(meant) {
                    self.rest = after;
                    return Some(meant);
                }
                self.digits = 2;
            }
        }
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Hash;

    fn digest(uri: &Uri<'_>) -> Vec<u8> {
        let mut hasher = Hash::Sha256.hasher();
        uri.hash(&mut hasher);
        hasher.finish().as_bytes().to_vec()
    }

    fn same(left: &str, right: &str) -> bool {
        let (one, other) = (Uri::read(left).unwrap(), Uri::read(right).unwrap());
        assert!(one.has_path() && other.has_path(), "{left} {right}");
        assert_eq!(one.matches(&other), other.matches(&one));
        assert_eq!(one.matches(&other), digest(&one) == digest(&other), "{left} {right}");
        one.matches(&other)
    }

    #[test]
    fn accepts_every_spelling_of_one_uri() {
        for (left, right) in [
            ("https://a.example/b", "HTTPS://A.Example/b"),
            ("https://a.example/b", "https://a.example:443/b"),
            ("https://a.example/b", "https://a.example:/b"),
            ("http://a.example/b", "http://a.example:80/b"),
            ("https://a.example/b-._~Z9", "https://a.example/%62%2D%2e%5F%7E%5a%39"),
            ("https://a.example/b", "https://%61.ex%41mple/b"),
            ("https://a.example/b", "https://a.example/b?query#fragment"),
            ("https://a.example/b", "https://a.example/b#/c?d"),
            ("https://a.example", "https://a.example?x=/y"),
            ("https://a.example", "https://a.example/"),
            ("https://a.example/#b", "https://a.example:443?x"),
            ("https://a.example/b", "https://a.example/c/../b"),
            ("https://a.example/b", "https://a.example/./b"),
            ("https://a.example/b", "https://a.example/../../b"),
            ("https://a.example/b", "https://a.example/c/d/../../b"),
            ("https://a.example/b", "https://a.example/c/%2E%2e/%2e/b"),
            ("https://a.example/b/", "https://a.example/b/."),
            ("https://a.example/b/", "https://a.example/b/c/.."),
            ("https://a.example/", "https://a.example/.."),
            ("https://a.example/", "https://a.example/b/.%2E"),
            ("https://a.example/b/c", "https://a.example/b//../c"),
            ("https://a.example/b//c", "https://a.example/b///../c"),
            ("https://a.example/%2b", "https://a.example/%2B"),
            ("https://a.example/%c3%a4", "https://a.example/%C3%A4"),
            ("https://a%c3.example/", "https://A%C3.example/"),
            ("https://[2001:DB8::1]/b", "https://[2001:db8::1]:443/b"),
        ] {
            assert!(same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn rejects_other_uris_however_alike() {
        for (left, right) in [
            ("https://a.example/b", "http://a.example/b"),
            ("https://a.example/b", "https://a.example:80/b"),
            ("http://a.example/b", "http://a.example:443/b"),
            ("https://a.example/b", "https://a.example:0443/b"),
            ("https://a.example/b", "https://a.example:8443/b"),
            ("https://a.example/b", "https://a.example/B"),
            ("https://a.example/b", "https://a.example/b/"),
            ("https://a.example/b", "https://a.example//b"),
            ("https://a.example/b", "https://a.example./b"),
            ("https://a.example/b", "https://b.example/b"),
            ("https://a.example/b", "https://a.example/b%2F"),
            ("https://a.example/b/c", "https://a.example/b%2Fc"),
            ("https://a.example/c", "https://a.example/b%2F../c"),
            ("https://a.example/c", "https://a.example/b/..%2Fc"),
            ("https://a.example/b", "https://a.example/b/"),
            ("https://a.example/b", "https://a.example/b/."),
            ("https://a.example/b", "https://a.example/..b"),
            ("https://a.example/b", "https://a.example/.../b"),
            ("https://a.example/", "https://a.example//"),
            ("https://a.example/c", "https://a.example//b/../c"),
            ("https://a.example/c", "https://a.example/b/%252e%252e/c"),
            ("https://a.example/+", "https://a.example/%2B"),
            ("https://a.example/b", "https://a.example/%2562"),
            ("https://a.example/a", "https://a.example/%e1"),
            ("https://a.example/b", "https://a.example/b%3Fc"),
        ] {
            assert!(!same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn rejects_texts_that_are_not_uris_of_http() {
        for text in [
            "",
            "/",
            "a.example/b",
            "//a.example/b",
            "https:/a.example/b",
            "https:a.example",
            "https://",
            "https:///b",
            "https://:443/b",
            "https://?b",
            "ftp://a.example/b",
            "httpss://a.example/b",
            " https://a.example/b",
            "https ://a.example/b",
            "https://user@a.example/b",
            "https://user:pass@a.example/b",
            "https://a.example:x/b",
            "https://a.example:44 3/b",
            "https://a.example:443:443/b",
            "https://a.example\\@b.example/",
            "https://a example/",
            "https://a.example/b c",
            "https://a.example/b\n",
            "https://a.example/b\0",
            "https://a.example/b\\c",
            "https://a.example/<b>",
            "https://a.example/b|c",
            "https://a.example/b[c]",
            "https://a.example/b^c",
            "https://a.example/{b}",
            "https://a.example/b%",
            "https://a.example/b%2",
            "https://a.example/b%2g",
            "https://a.example/b%%62",
            "https://\u{e4}.example/",
            "https://a.example/\u{e4}",
            "https://[::1/b",
            "https://[]/b",
            "https://[::1]x/b",
            "https://[::1%25eth0]/b",
            "https://::1/b",
        ] {
            assert!(!Uri::read(text).is_some_and(|uri| uri.has_path()), "{text:?}");
        }
    }
}
