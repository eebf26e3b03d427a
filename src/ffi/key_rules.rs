//! The rules for keys and for key images, read from structures of the caller.

#![expect(unsafe_code, reason = "the caller's pointers")]

use super::layout::{keycard_bytes, keycard_image_rules, keycard_key_rules};
use super::raw::Reader;
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::key::image::ImageRules;
use crate::key::rules::KeyRules;
use crate::signature::precompute::Precompute;
use crate::switches::PEM;

/// Also accept oct keys, which are secrets. Use it only for a key set that only you and the issuer
/// can read or write.
pub const KEYCARD_KEYS_ALLOW_SECRETS: u32 = 1;
/// Also accept the keys of certificates: in PEM, in DER, and in a JWK that has only x5c. Each
/// certificate is trusted as it is: chain, issuer, dates and signature are not checked.
pub const KEYCARD_KEYS_ALLOW_CERTIFICATES: u32 = 2;
/// Also accept points whose coordinates lack their leading zeros, against RFC 7518 section 6.2.1.2.
pub const KEYCARD_KEYS_ALLOW_SHORT_COORDINATES: u32 = 4;

/// Precompute nothing.
pub const KEYCARD_PRECOMPUTE_NONE: u32 = 0;
/// Precompute up to 1 KiB for each key.
pub const KEYCARD_PRECOMPUTE_1KB: u32 = 1024;
/// Precompute up to 2 KiB for each key.
pub const KEYCARD_PRECOMPUTE_2KB: u32 = 2048;
/// Precompute up to 4 KiB for each key.
pub const KEYCARD_PRECOMPUTE_4KB: u32 = 4096;
/// Precompute up to 8 KiB for each key.
pub const KEYCARD_PRECOMPUTE_8KB: u32 = 8192;
/// Precompute up to 16 KiB for each key.
pub const KEYCARD_PRECOMPUTE_16KB: u32 = 16384;
/// Precompute up to 64 KiB for each key.
pub const KEYCARD_PRECOMPUTE_64KB: u32 = 65536;

/// The image is in storage that only its maker can write.
pub const KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED: u32 = 1;
/// Also accept keys that are weaker than RFC 7518 allows.
pub const KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS: u32 = 2;

impl keycard_key_rules {
    /// The rules at `rules`, or the defaults for NULL.
    ///
    /// # Safety
    ///
    /// If `rules` is not NULL and aligned, it may be read, and its texts as long as the result
    /// lives.
    pub(super) unsafe fn read_or_usual<'a>(
        rules: *const Self,
        reader: Reader<'_>,
    ) -> Result<KeyRules<'a>, Error> {
        if rules.is_null() {
            return Ok(KeyRules::new());
        }
        // SAFETY: the caller's promise.
        let raw_rules: &Self = unsafe { reader.versioned(rules) }?;
        // SAFETY: as above.
        unsafe { raw_rules.read(reader) }
    }

    /// # Safety
    ///
    /// The texts may be read as long as the result lives.
    unsafe fn read<'a>(&self, reader: Reader<'_>) -> Result<KeyRules<'a>, Error> {
        let unsupported = Error::new(Reason::UnsupportedPolicy);
        let mut rules = KeyRules::new();
        let certificates = match PEM {
            true => KEYCARD_KEYS_ALLOW_CERTIFICATES,
            false => 0,
        };
        let known =
            KEYCARD_KEYS_ALLOW_SECRETS | KEYCARD_KEYS_ALLOW_SHORT_COORDINATES | certificates;
        if self.flags & !known != 0 {
            return Err(unsupported.about(Member::Flags));
        }
        if self.flags & KEYCARD_KEYS_ALLOW_SECRETS != 0 {
            rules = rules.allow_secrets();
        }
        #[cfg(feature = "pem")]
        if self.flags & KEYCARD_KEYS_ALLOW_CERTIFICATES != 0 {
            rules = rules.allow_certificates();
        }
        if self.flags & KEYCARD_KEYS_ALLOW_SHORT_COORDINATES != 0 {
            rules = rules.allow_short_coordinates();
        }
        if self.algorithms != 0 {
            let algorithms = Algorithms::from_bits(self.algorithms);
            rules = rules.only_for(algorithms.ok_or(unsupported.about(Member::Algorithm))?);
        }
        // SAFETY: the caller's promise.
        let read = |text: keycard_bytes| match unsafe { text.read_text(reader) }? {
            Some("") => Err(Error::new(Reason::PolicyEmpty)),
            text => Ok(text),
        };
        let text = |text, member| read(text).map_err(|error| error.about(member));
        if let Some(key_use) = text(self.key_use, Member::KeyUse)? {
            rules = rules.allow_use(key_use);
        }
        if let Some(id) = text(self.id, Member::KeyId)? {
            rules = rules.with_id(id);
        }
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        if self.insecure_min_rsa_bits != 0 {
            rules = rules.insecure_allow_weak_rsa(size(self.insecure_min_rsa_bits));
        }
        if self.insecure_min_secret_bytes != 0 {
            rules = rules.insecure_allow_short_secrets(size(self.insecure_min_secret_bytes));
        }
        if self.max_rsa_bits != 0 {
            rules = rules.with_max_rsa_bits(size(self.max_rsa_bits));
        }
        if self.max_secret_bytes != 0 {
            rules = rules.with_max_secret_bytes(size(self.max_secret_bytes));
        }
        if self.reserved != 0 {
            return Err(unsupported);
        }
        let malformed = Error::new(Reason::PolicyValue).about(Member::Precompute);
        rules = rules.precompute(Precompute::from_bytes(size(self.precompute)).ok_or(malformed)?);
        Ok(rules)
    }
}

impl keycard_image_rules {
    /// # Safety
    ///
    /// The digest may be read.
    pub(super) unsafe fn read(&self, reader: Reader<'_>) -> Result<ImageRules, Error> {
        let known = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED | KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS;
        if self.flags & !known != 0 || self.reserved != 0 {
            return Err(Error::new(Reason::UnsupportedPolicy).about(Member::Flags));
        }
        let authenticated = self.flags & KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED != 0;
        let rules = match (self.digest32.is_null(), authenticated) {
            (true, false) => {
                return Err(Error::new(Reason::PolicyIncomplete).about(Member::Digest));
            }
            (false, true) => {
                return Err(Error::new(Reason::PolicyContradiction).about(Member::Digest));
            }
            (true, true) => ImageRules::storage_is_authenticated(),
            (false, false) => {
                let digest: *const [u8; 32] = self.digest32.cast();
                // SAFETY: the caller's promise.
                ImageRules::with_digest(*unsafe { reader.structure(digest) }?)
            }
        };
        let rules = rules.require_min_version(self.min_version);
        Ok(if self.flags & KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS != 0 {
            rules.insecure_allow_weak_keys()
        } else {
            rules
        })
    }
}
