//! The scopes that were granted to a client.

use super::{Claims, Strings};
use crate::error::{Error, Member, Reason};
use crate::json::Value;

impl<'s> Claims<'s> {
    /// The scopes that the token grants. If the policy names a claim for them
    /// ([`Policy::scope_from`](crate::Policy::scope_from)), they are read from that claim, else
    /// from `scope` or `scp`. The claim is a string of words with spaces between them (RFC 6749
    /// section 3.3), or an array with one scope in each element. Empty if the token does not have
    /// the claim.
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimType`] for another type, and for an array element that contains white space.
    /// [`Reason::ScopeAmbiguous`] if the token has both `scope` and `scp`.
    pub fn scopes(&self) -> Result<Scopes<'s>, Error> {
        if self.scopes_at > 0 {
            // A token without the claim that the policy names grants nothing, whatever its other
            // claims say.
            return Value::at(self.text, self.scopes_at).map_or(Ok(Scopes::NONE), Scopes::of);
        }
        match (self.scopes_from("scope")?, self.scopes_from("scp")?) {
            // An issuer may grant scopes by one of the two claims, and let its users write the
            // other. So reject both together.
            (Some(_), Some(_)) => Err(Error::new(Reason::ScopeAmbiguous).about(Member::Scope)),
            (one, other) => Ok(one.or(other).unwrap_or(Scopes::NONE)),
        }
    }

    /// True if the token grants `scope`, compared whole and case-sensitively. If
    /// [`scopes`](Self::scopes) returns an error, nothing is granted.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().is_ok_and(|scopes| scopes.grant(scope))
    }

    /// The scopes in the claim with this name, if the token has it.
    pub(crate) fn scopes_from(&self, name: &str) -> Result<Option<Scopes<'s>>, Error> {
        self.member(name).map(Scopes::of).transpose()
    }
}

/// The scopes of a token, each without white space; see [`Claims::scopes`].
#[derive(Clone)]
pub struct Scopes<'s> {
    rest: Rest<'s>,
}

/// The remaining scopes.
#[derive(Clone)]
pub(crate) enum Rest<'s> {
    /// Words with spaces between them, as bytes. Each word is read only once, even if the iteration
    /// is interrupted and resumed.
    Words(&'s [u8]),
    /// An array of strings, with one scope in each.
    Elements(Strings<'s>),
}

impl<'s> Scopes<'s> {
    const NONE: Self = Self::words(&[]);

    fn of(value: Value<'s>) -> Result<Self, Error> {
        let malformed = Error::new(Reason::ClaimType).about(Member::Scope);
        if let Some(words) = value.text().and_then(|text| text.as_bytes()) {
            return Ok(Self::words(words));
        }
        let strings = Strings::of(value).ok_or(malformed)?;
        if strings.clone().any(has_blank) {
            // A scope contains no white space (RFC 6749 section 3.3). Splitting the element could
            // grant a scope that was not meant, so reject.
            return Err(malformed);
        }
        Ok(Self::elements(strings))
    }

    pub(crate) const fn words(words: &'s [u8]) -> Self {
        Self { rest: Rest::Words(words) }
    }

    pub(crate) const fn elements(strings: Strings<'s>) -> Self {
        Self { rest: Rest::Elements(strings) }
    }

    pub(crate) fn rest(&self) -> &Rest<'s> {
        &self.rest
    }

    /// True if `wanted` is one of the scopes.
    pub(crate) fn grant(&self, wanted: &str) -> bool {
        self.clone().any(|scope| scope == wanted)
    }
}

impl<'s> Iterator for Scopes<'s> {
    type Item = &'s str;

    fn next(&mut self) -> Option<&'s str> {
        loop {
            let scope = match &mut self.rest {
                Rest::Words([]) => return None,
                Rest::Words(words) => {
                    let mut parts = words.splitn(2, |byte| *byte == b' ');
                    let word = parts.next().unwrap_or_default();
                    *words = parts.next().unwrap_or_default();
                    // A space is never a part of another UTF-8 character.
                    core::str::from_utf8(word).unwrap_or_default()
                }
                Rest::Elements(strings) => strings.next()?,
            };
            // A tab or a line break is not a separator, and a scope does not contain one.
            if !scope.is_empty() && !has_blank(scope) {
                return Some(scope);
            }
        }
    }
}

/// True if the string contains white space.
pub(crate) fn has_blank(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::scan::{Records, scan};
    use crate::json::string;

    /// The scopes of these claims, or the reason of the error.
    fn scopes(claims: &str) -> Result<Vec<String>, Reason> {
        let mut text = claims.as_bytes().to_vec();
        let mut memory = [0; 256];
        let scanned = scan(&text, &mut Records::bytes(&mut memory)).unwrap();
        string::finish(&mut text);
        let claims = Claims::new(&text, &memory, scanned.members);
        let scopes = claims.scopes().map_err(|error| error.reason())?;
        for scope in scopes.clone() {
            assert!(claims.has_scope(scope) && !claims.has_scope(&format!("{scope} ")));
        }
        assert!(!claims.has_scope("") && !claims.has_scope(" "));
        Ok(scopes.map(str::to_owned).collect())
    }

    #[test]
    fn reads_scopes_from_words_and_from_arrays() {
        for (claims, expected) in [
            (r#"{}"#, &[][..]),
            (r#"{"scope":""}"#, &[]),
            (r#"{"scope":" a  b "}"#, &["a", "b"]),
            (r#"{"scp":"a b"}"#, &["a", "b"]),
            (r#"{"scp":["a","","b:c"]}"#, &["a", "b:c"]),
            (r#"{"scope":["\u0061"]}"#, &["a"]),
            (r#"{"scope":"\u0061\u0020\"b\" c"}"#, &["a", "\"b\"", "c"]),
            (r#"{"scp":[]}"#, &[]),
            (r#"{"scope":"a\tb c\nd e"}"#, &["e"]),
        ] {
            assert_eq!(scopes(claims).unwrap(), expected, "{claims}");
        }
    }

    #[test]
    fn rejects_scopes_of_two_meanings() {
        for claims in [
            r#"{"scope":["a b"]}"#,
            r#"{"scp":["a","b\tc"]}"#,
            r#"{"scp":["a",1]}"#,
            r#"{"scp":1}"#,
            r#"{"scope":null}"#,
            r#"{"scope":{"a":true}}"#,
        ] {
            assert_eq!(scopes(claims), Err(Reason::ClaimType), "{claims}");
        }
        let both = r#"{"scp":["read"],"scope":"admin"}"#;
        assert_eq!(scopes(both), Err(Reason::ScopeAmbiguous));
    }
}
