//! One use of a token or a proof: what identifies it, and until when it could be accepted again.

use crate::claims::{ClaimError, Claims};
use crate::digest::{Hash, Hasher};
use crate::error::{Error, Member, Reason};

/// A SHA-256 over everything that identifies a use. The signature is left out, because one message
/// can have many valid signatures.
pub(crate) type ReplayKey = [u8; 32];

/// One use of a token or a proof.
#[derive(Clone, Copy)]
pub(crate) struct SingleUse {
    pub(crate) key: ReplayKey,
    /// The key that signed a proof: the first 8 bytes of its thumbprint. `None` for a token.
    pub(crate) holder: Option<u64>,
    /// `iat` in whole seconds, rounded down.
    pub(crate) issued_at: i64,
    /// The last second at which the caller could accept the token or proof again.
    pub(crate) until: i64,
    /// The leeway of the check, in seconds.
    pub(crate) leeway: u32,
}

impl SingleUse {
    pub(super) fn of_claims(
        claims: &Claims<'_>,
        profile: &str,
        leeway: u32,
        longest_life: Option<u32>,
    ) -> Result<Self, Error> {
        let token_id = claims.string("jti").ok().filter(|token_id| !token_id.is_empty());
        let token_id = token_id.ok_or(Error::new(Reason::ClaimMissing).about(Member::JwtId))?;
        let mut hasher = Hash::Sha256.hasher();
        hash_text(&mut hasher, profile.as_bytes());
        hash_text(&mut hasher, claims.string("iss").unwrap_or_default().as_bytes());
        hash_text(&mut hasher, token_id.as_bytes());
        let seconds = |name| claims.time(name).map(|date| date.seconds());
        let is_absent = |error: &ClaimError| error.reason() == Reason::ClaimMissing;
        let (issued_at, end) = match (seconds("iat"), seconds("exp"), longest_life) {
            // A token without `exp` expires when it reaches the maximum age in its policy.
            (Ok(issued_at), Err(error), Some(age)) if is_absent(&error) => {
                (issued_at, issued_at.saturating_add(age.into()))
            }
            // Before this time, the maximum lifetime in its policy rejects a token without `iat`.
            (Err(error), Ok(end), Some(lifetime)) if is_absent(&error) => {
                (end.saturating_sub(lifetime.into()), end)
            }
            (issued_at, end, _) => (issued_at?, end?),
        };
        let until = end.saturating_add(leeway.into());
        Ok(Self { key: finish(hasher), holder: None, issued_at, until, leeway })
    }

    /// The hash, as words.
    pub(super) fn words(&self) -> [u64; 4] {
        let mut words = [0; 4];
        for (place, bytes) in words.iter_mut().zip(self.key.as_chunks::<8>().0) {
            *place = u64::from_le_bytes(*bytes);
        }
        words
    }
}

/// The number by which entries identify the holder of the key with this thumbprint.
pub(crate) fn holder_of(thumbprint: &[u8; 32]) -> Option<u64> {
    thumbprint.first_chunk().map(|start| u64::from_le_bytes(*start))
}

/// Hashes a string after its length, so that different lists of strings never give the same input.
pub(crate) fn hash_text(hasher: &mut Hasher, text: &[u8]) {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    hasher.update(&length.to_le_bytes());
    hasher.update(text);
}

pub(crate) fn finish(hasher: Hasher) -> ReplayKey {
    let mut key = [0; 32];
    for (place, byte) in key.iter_mut().zip(hasher.finish().as_bytes()) {
        *place = *byte;
    }
    key
}
