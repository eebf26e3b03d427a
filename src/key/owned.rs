//! A key table that owns its memory. For programs with an allocator (feature `alloc`).

extern crate alloc;

use super::report::KeyReport;
use super::rules::KeyRules;
use super::table::{HEADER_WORDS, KeyTable, Keys};
use crate::error::{Error, Reason};
use crate::words;
use alloc::boxed::Box;
use alloc::vec;
use zeroize::Zeroize;

/// The maximum size of a table, in words: 64 MiB.
const MOST_WORDS: usize = 8 << 20;

/// A key table that allocates exactly the memory it needs. It never changes: to rotate keys, load
/// new ones and swap the two, for example in an `Arc`. The memory is wiped on drop.
///
/// Load a key set when the service starts, and again when a token gets [`Reason::KeyNotFound`] or
/// [`Reason::KeyExpired`], at most once a minute. Keep the old keys if [`KeyReport::added`] is 0.
///
/// ```
/// # fn f(jwks: &str) -> Result<(), keycard::Error> {
/// let (keys, report) = keycard::OwnedKeys::from_jwks(&keycard::KeyRules::new(), jwks)?;
/// for finding in report.rejections() {
///     eprintln!("rejected: {finding}");
/// }
/// println!("{} keys", keys.keys().len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OwnedKeys {
    words: Box<[u64]>,
}

impl OwnedKeys {
    /// Loads the keys of a JWK Set. Returns them with the outcome for each key.
    ///
    /// # Errors
    ///
    /// As for [`KeyTable::add_jwks`].
    pub fn from_jwks(
        rules: &KeyRules<'_>,
        jwks: impl AsRef<[u8]>,
    ) -> Result<(Self, KeyReport), Error> {
        let jwks = jwks.as_ref();
        Self::load(|table| table.add_jwks_by(rules, jwks))
    }

    /// Loads the keys of a PEM text. Returns them with the outcome for each block.
    ///
    /// # Errors
    ///
    /// As for [`KeyTable::add_pem`].
    #[cfg(feature = "pem")]
    pub fn from_pem(
        rules: &KeyRules<'_>,
        pem: impl AsRef<[u8]>,
    ) -> Result<(Self, KeyReport), Error> {
        let pem = pem.as_ref();
        Self::load(|table| table.add_pem(rules, pem))
    }

    /// Loads the keys that `add` adds to an empty table, and returns them with the result of `add`.
    /// If the keys do not fit, `add` is called again with a larger table.
    ///
    /// # Errors
    ///
    /// The errors of `add`; [`Reason::KeyTableFull`] beyond 64 MiB.
    pub fn load<T>(
        mut add: impl FnMut(&mut KeyTable<'_>) -> Result<T, Error>,
    ) -> Result<(Self, T), Error> {
        let mut count = HEADER_WORDS;
        loop {
            let mut keys = Self { words: vec![0; count].into_boxed_slice() };
            let error = match KeyTable::new(&mut keys.words).and_then(|mut table| add(&mut table)) {
                Ok(added) => return Ok((keys, added)),
                Err(error) => error,
            };
            let needed = words::count_for(error.needed().unwrap_or(0));
            if error.reason() != Reason::KeyTableFull
                || !(count.saturating_add(1)..=MOST_WORDS).contains(&needed)
            {
                return Err(error);
            }
            count = needed;
        }
    }

    /// The keys, for validating.
    pub fn keys(&self) -> Keys<'_> {
        Keys::over(&self.words)
    }
}

impl Drop for OwnedKeys {
    fn drop(&mut self) {
        self.words.zeroize();
    }
}
