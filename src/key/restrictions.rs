//! Restrictions in the JWK of a key: the period of time and the issuer for which the key may verify
//! tokens.

use crate::error::{Error, Member, Reason};
use crate::json::JsonStr;
use crate::limits::MAX_KEY_ID_BYTES;
use crate::time::NumericDate;
use crate::words;

/// The placeholder for the tenant, in the `issuer` of a key that several tenants share.
const TENANT: &[u8] = b"{tenantid}";

/// The restrictions in the JWK: `nbf`, `exp` and `issuer`.
#[derive(Clone, Copy, Default)]
pub(super) struct Restricting<'a> {
    pub(super) not_before: Option<NumericDate>,
    pub(super) expires_at: Option<NumericDate>,
    pub(super) issuer: Option<JsonStr<'a>>,
}

/// The number of words before the issuer: `nbf`, `exp`, and the length of the issuer in bytes.
const FIXED_WORDS: usize = 3;

impl Restricting<'_> {
    /// The member that restricts the key, if there is one.
    pub(super) fn member(&self) -> Option<Member> {
        match self {
            Self { expires_at: Some(_), .. } => Some(Member::ExpirationTime),
            Self { not_before: Some(_), .. } => Some(Member::NotBefore),
            Self { issuer: Some(_), .. } => Some(Member::KeyIssuer),
            _ => None,
        }
    }

    /// The length of the issuer, in bytes.
    fn issuer_length(&self) -> usize {
        self.issuer.map_or(0, |issuer| issuer.length())
    }

    /// The length of the restrictions in a record, in words. 0 if there are no restrictions.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyOutOfRange`] if the issuer is longer than a `kid` may be.
    pub(super) fn word_count(&self) -> Result<usize, Error> {
        let length = self.issuer_length();
        if length > MAX_KEY_ID_BYTES {
            return Err(Error::new(Reason::KeyOutOfRange).about(Member::KeyIssuer));
        }
        Ok(match self.member() {
            Some(_) => FIXED_WORDS.saturating_add(words::count_for(length)),
            None => 0,
        })
    }

    /// The words themselves.
    pub(super) fn words(&self) -> impl Iterator<Item = u64> {
        // Rounding a fraction of a second shortens the time in which the key verifies.
        let not_before = self
            .not_before
            .map_or(i64::MIN, |date| date.seconds().saturating_add(i64::from(date.has_fraction())));
        let expires_at = self.expires_at.map_or(i64::MAX, |date| date.seconds());
        let fixed = self.member().map(|_| {
            let length = u64::try_from(self.issuer_length()).unwrap_or(u64::MAX);
            [not_before.cast_unsigned(), expires_at.cast_unsigned(), length]
        });
        let issuer = self.issuer.into_iter().flat_map(|issuer| words::pack_each(issuer.bytes()));
        fixed.into_iter().flatten().chain(issuer)
    }
}

/// The restrictions of a key of a table.
#[derive(Clone, Copy)]
pub(crate) struct Restrictions<'k> {
    /// Empty, or `nbf`, `exp` and the length of the issuer, followed by the words of the issuer.
    words: &'k [u64],
}

impl<'k> Restrictions<'k> {
    /// `None` if the words are not valid restrictions.
    pub(super) fn read(words: &'k [u64]) -> Option<Self> {
        let is_whole = match words {
            [] => true,
            [_, _, length, issuer @ ..] => {
                let length = usize::try_from(*length).ok()?;
                length <= MAX_KEY_ID_BYTES && issuer.len() == words::count_for(length)
            }
            _ => false,
        };
        is_whole.then_some(Self { words })
    }

    /// The first second at which the key verifies. `None` if there is no restriction.
    pub(super) fn not_before(&self) -> Option<i64> {
        let not_before = self.words.first()?.cast_signed();
        (not_before != i64::MIN).then_some(not_before)
    }

    /// The first second at which the key no longer verifies. `None` if there is no restriction.
    pub(super) fn expires_at(&self) -> Option<i64> {
        let expires_at = self.words.get(1)?.cast_signed();
        (expires_at != i64::MAX).then_some(expires_at)
    }

    /// The issuer, unpacked into `bytes`; empty if there is no restriction.
    fn issuer<'b>(&self, bytes: &'b mut [u8; MAX_KEY_ID_BYTES]) -> &'b [u8] {
        let [_, _, length, issuer @ ..] = self.words else {
            return &[];
        };
        let length = usize::try_from(*length).unwrap_or(0);
        for (place, byte) in bytes.iter_mut().zip(words::unpack(issuer, length)) {
            *place = byte;
        }
        bytes.get(..length).unwrap_or_default()
    }

    /// Checks that the key may verify between `earliest` and `latest`: now, minus and plus the
    /// leeway.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyExpired`], [`Reason::KeyNotYetValid`].
    pub(crate) fn check_time(&self, earliest: i64, latest: i64) -> Result<(), Error> {
        // Like `exp` and `nbf` of a token: RFC 7519 sections 4.1.4 and 4.1.5.
        if self.expires_at().is_some_and(|expires_at| expires_at <= earliest) {
            return Err(Error::new(Reason::KeyExpired).about(Member::ExpirationTime));
        }
        if self.not_before().is_some_and(|not_before| not_before > latest) {
            return Err(Error::new(Reason::KeyNotYetValid).about(Member::NotBefore));
        }
        Ok(())
    }

    /// Checks that the key may verify now. Only `not_before` is known, a time that is certainly
    /// past.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyExpired`] if the key expired before `not_before`. [`Reason::TimeUnavailable`]
    /// for every other key that is restricted in time.
    pub(crate) fn check_after(&self, not_before: i64) -> Result<(), Error> {
        self.check_time(not_before, i64::MAX)?;
        match self.is_timed() {
            true => Err(Error::new(Reason::TimeUnavailable)),
            false => Ok(()),
        }
    }

    /// True if the key is restricted in time.
    pub(crate) fn is_timed(&self) -> bool {
        self.not_before().is_some() || self.expires_at().is_some()
    }

    /// Checks that the key may verify tokens of `issuer`. `tenant` is the claim `tid`. If the key's
    /// issuer contains `{tenantid}`, the token's issuer must contain `tenant` there.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyOfAnotherIssuer`].
    pub(crate) fn check_issuer(
        &self,
        issuer: Option<&[u8]>,
        tenant: Option<&[u8]>,
    ) -> Result<(), Error> {
        let mut bytes = [0; MAX_KEY_ID_BYTES];
        let own = self.issuer(&mut bytes);
        match issuer {
            _ if own.is_empty() => Ok(()),
            Some(issuer) if is_issuer(own, issuer, tenant) => Ok(()),
            _ => Err(Error::new(Reason::KeyOfAnotherIssuer).about(Member::Issuer)),
        }
    }

    /// Checks that the key may verify if neither the time nor an issuer is known.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyOfAnotherIssuer`], [`Reason::TimeUnavailable`].
    pub(super) fn check_nothing_known(&self) -> Result<(), Error> {
        self.check_issuer(None, None)?;
        self.check_after(i64::MIN)
    }
}

/// True if replacing the placeholder in `own` by the tenant gives `issuer`.
fn is_issuer(own: &[u8], issuer: &[u8], tenant: Option<&[u8]>) -> bool {
    let begins = |at: &usize| own.get(*at..).is_some_and(|rest| rest.starts_with(TENANT));
    let Some(at) = (0..own.len()).find(begins) else {
        return own == issuer;
    };
    // A tenant is one path segment, so a tenant with a slash is rejected.
    let Some(tenant) = tenant.filter(|tenant| !tenant.is_empty() && !tenant.contains(&b'/')) else {
        return false;
    };
    let before = own.get(..at).unwrap_or_default();
    let behind = own.get(at.saturating_add(TENANT.len())..).unwrap_or_default();
    let rest = issuer.strip_prefix(before).and_then(|rest| rest.strip_prefix(tenant));
    rest == Some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(not_before: i64, expires_at: i64, issuer: &str) -> Vec<u64> {
        let length = issuer.len().try_into().unwrap();
        let mut words = vec![not_before.cast_unsigned(), expires_at.cast_unsigned(), length];
        words.extend(words::pack(issuer.as_bytes()));
        words
    }

    #[test]
    fn rejects_words_that_are_not_restrictions() {
        let whole = words(1, 2, "https://issuer.example");
        assert!(Restrictions::read(&whole).is_some() && Restrictions::read(&[]).is_some());
        for length in 1..whole.len() {
            assert!(Restrictions::read(&whole[..length]).is_none(), "{length}");
        }
        for length in [0, 16, 25, 256, u64::MAX] {
            let mut words = whole.clone();
            words[2] = length;
            assert!(Restrictions::read(&words).is_none(), "{length}");
        }
    }

    #[test]
    fn enforces_each_end_of_the_lifetime_with_leeway() {
        let words = words(100, 200, "");
        let key = Restrictions::read(&words).unwrap();
        let reason = |checked: Result<(), Error>| checked.map_err(|error| error.reason());
        assert_eq!(reason(key.check_time(99, 99)), Err(Reason::KeyNotYetValid));
        assert_eq!(reason(key.check_time(89, 100)), Ok(()));
        assert_eq!(reason(key.check_time(199, 210)), Ok(()));
        assert_eq!(reason(key.check_time(200, 220)), Err(Reason::KeyExpired));
        assert_eq!(reason(key.check_after(150)), Err(Reason::TimeUnavailable));
        assert_eq!(reason(key.check_after(200)), Err(Reason::KeyExpired));
        assert_eq!(reason(Restrictions::read(&[]).unwrap().check_nothing_known()), Ok(()));
    }

    #[test]
    fn puts_the_tenant_in_the_place_of_the_template() {
        let words = words(i64::MIN, i64::MAX, "https://login.example/{tenantid}/v2.0");
        let key = Restrictions::read(&words).unwrap();
        let is_right = |issuer: &str, tenant: &str| {
            key.check_issuer(Some(issuer.as_bytes()), Some(tenant.as_bytes())).is_ok()
        };
        assert!(is_right("https://login.example/T1/v2.0", "T1"));
        for (issuer, tenant) in [
            ("https://login.example/T1/v2.0", "T2"),
            ("https://login.example/T1/x/v2.0", "T1/x"),
            ("https://login.example//v2.0", ""),
            ("https://login.example/T1/v2", "T1"),
            ("https://login.example/{tenantid}/v2.0", "T1"),
        ] {
            assert!(!is_right(issuer, tenant), "{issuer} {tenant}");
        }
        assert!(key.check_issuer(Some(b"https://login.example/T1/v2.0"), None).is_err());
        assert!(key.check_issuer(None, Some(b"T1")).is_err() && !key.is_timed());
        assert!(key.check_nothing_known().is_err());
    }
}
