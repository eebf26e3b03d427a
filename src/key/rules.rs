//! The rules for adding keys to a table. All permissions are off by default.

use crate::algorithm::Algorithms;
use crate::error::twice::Twice;
use crate::error::{Error, Member};
use crate::limits::{MAX_RSA_BITS, MAX_SECRET_BYTES, MIN_RSA_BITS};
use crate::signature::precompute::Precompute;

/// Rules for loading keys. The defaults suit a key set that was fetched from an issuer.
///
/// A permission may be given several times. Every other rule may be given only once; otherwise
/// loading keys fails with [`Reason::PolicyTwice`](crate::Reason::PolicyTwice) at
/// [`Stage::Usage`](crate::Stage::Usage).
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct KeyRules<'a> {
    pub(super) key_use: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) algorithms: Option<Algorithms>,
    pub(super) secrets: bool,
    pub(super) certificates: bool,
    pub(super) short_coordinates: bool,
    min_rsa_bits: Option<usize>,
    max_rsa_bits: Option<usize>,
    max_secret_bytes: Option<usize>,
    /// The minimum length of a secret in bytes, for every hash. `None` for the length of the hash.
    pub(super) min_secret_bytes: Option<usize>,
    precompute: Option<Precompute>,
    given_twice: Twice,
}

/// RSA keys of fewer bits are always rejected.
const FEWEST_RSA_BITS: usize = 1024;

impl<'a> KeyRules<'a> {
    /// Accepts only asymmetric keys that are as strong as RFC 7518 requires, with `use` absent or
    /// `sig`. Nothing is precomputed.
    pub const fn new() -> Self {
        Self {
            key_use: None,
            id: None,
            algorithms: None,
            secrets: false,
            certificates: false,
            short_coordinates: false,
            min_rsa_bits: None,
            max_rsa_bits: None,
            max_secret_bytes: None,
            min_secret_bytes: None,
            precompute: None,
            given_twice: Twice::NEVER,
        }
    }

    /// Also accepts keys whose `use` is this value: `jwt-svid` for SPIFFE bundles.
    pub const fn allow_use(mut self, key_use: &'a str) -> Self {
        self.given_twice.note(self.key_use.is_some(), Member::KeyUse);
        self.key_use = Some(key_use);
        self
    }

    /// Gives this `kid` to keys that have none: keys in PEM, DER or raw form, and JWKs without one.
    /// A key without a `kid` may be tried for any token.
    pub const fn with_id(mut self, id: &'a str) -> Self {
        self.given_twice.note(self.id.is_some(), Member::KeyId);
        self.id = Some(id);
        self
    }

    /// Binds each key to these algorithms, as far as its kind can verify them. For keys that do not
    /// name their algorithm (RFC 8725 section 3.1).
    pub fn only_for(mut self, algorithms: impl Into<Algorithms>) -> Self {
        self.given_twice.note(self.algorithms.is_some(), Member::Algorithm);
        self.algorithms = Some(algorithms.into());
        self
    }

    /// Rejects RSA keys of more than `bits` with [`KeyOutOfRange`](crate::Reason::KeyOutOfRange).
    /// It can only lower [`MAX_RSA_BITS`](crate::limits::MAX_RSA_BITS), never raise it.
    pub const fn with_max_rsa_bits(mut self, bits: usize) -> Self {
        self.given_twice.note(self.max_rsa_bits.is_some(), Member::MaxRsaBits);
        self.max_rsa_bits = Some(if bits < MAX_RSA_BITS { bits } else { MAX_RSA_BITS });
        self
    }

    /// Rejects secrets of more than `bytes` with [`KeyOutOfRange`](crate::Reason::KeyOutOfRange).
    /// It can only lower [`MAX_SECRET_BYTES`](crate::limits::MAX_SECRET_BYTES), never raise it.
    pub const fn with_max_secret_bytes(mut self, bytes: usize) -> Self {
        self.given_twice.note(self.max_secret_bytes.is_some(), Member::MaxSecretBytes);
        self.max_secret_bytes =
            Some(if bytes < MAX_SECRET_BYTES { bytes } else { MAX_SECRET_BYTES });
        self
    }

    /// Precomputes values that depend only on the key, when it is added, and stores them in the
    /// table. Verification becomes faster, and the table larger. The stored values are the same on
    /// every machine.
    pub const fn precompute(mut self, precompute: Precompute) -> Self {
        self.given_twice.note(self.precompute.is_some(), Member::Precompute);
        self.precompute = Some(precompute);
        self
    }

    /// Also accepts `oct` keys, which are secrets. Use it only for a key set that no one else can
    /// read or write. Never use it for a key set that is fetched from an issuer.
    pub const fn allow_secrets(mut self) -> Self {
        self.secrets = true;
        self
    }

    /// Also accepts the keys of certificates: in PEM, in DER, and in a JWK whose only key material
    /// is `x5c` (RFC 7517 section 4.7). The caller must trust each certificate: no chain is built,
    /// and issuer, dates and signature are not checked. A certificate with a KeyUsage without
    /// digitalSignature is always rejected (RFC 5280 section 4.2.1.3).
    #[cfg(feature = "pem")]
    pub const fn allow_certificates(mut self) -> Self {
        self.certificates = true;
        self
    }

    /// Also accepts points whose coordinates lack their leading zeros, against RFC 7518 section
    /// 6.2.1.2. The report notes each such key as
    /// [`Reason::KeyShortCoordinate`](crate::Reason::KeyShortCoordinate).
    pub const fn allow_short_coordinates(mut self) -> Self {
        self.short_coordinates = true;
        self
    }

    /// Also accepts RSA keys of at least `bits`, which must be 1024 or more. RFC 7518 requires
    /// 2048. An attacker with enough money can factor shorter keys.
    pub const fn insecure_allow_weak_rsa(mut self, bits: usize) -> Self {
        self.given_twice.note(self.min_rsa_bits.is_some(), Member::MinRsaBits);
        self.min_rsa_bits = Some(if bits < FEWEST_RSA_BITS { FEWEST_RSA_BITS } else { bits });
        self
    }

    /// Also accepts secrets of at least `bytes`, which must be 1 or more. RFC 7518 requires the
    /// length of the hash. With a single token, an attacker can find a shorter secret or a password
    /// by trying.
    pub const fn insecure_allow_short_secrets(mut self, bytes: usize) -> Self {
        self.given_twice.note(self.min_secret_bytes.is_some(), Member::MinSecretBytes);
        self.min_secret_bytes = Some(if bytes == 0 { 1 } else { bytes });
        self
    }

    /// # Errors
    ///
    /// [`Reason::PolicyTwice`](crate::Reason::PolicyTwice) with the member.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.given_twice.check()
    }

    pub(super) fn min_rsa_bits(&self) -> usize {
        self.min_rsa_bits.unwrap_or(MIN_RSA_BITS)
    }

    pub(super) fn max_rsa_bits(&self) -> usize {
        self.max_rsa_bits.unwrap_or(MAX_RSA_BITS)
    }

    pub(super) fn max_secret_bytes(&self) -> usize {
        self.max_secret_bytes.unwrap_or(MAX_SECRET_BYTES)
    }

    pub(super) fn precomputed(&self) -> Precompute {
        self.precompute.unwrap_or(Precompute::None)
    }
}

impl Default for KeyRules<'_> {
    fn default() -> Self {
        Self::new()
    }
}
