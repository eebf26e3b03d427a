//! Writes the record of a key in a table, from parsed key material in any form. Every check that a
//! key must pass is made here.

use super::lookalike;
use super::octets::{Octets, malformed};
use super::restrictions::Restricting;
use super::rules::KeyRules;
use super::{HEAD_WORDS, Head};
use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::error::{Error, Member, Reason};
use crate::json::JsonStr;
use crate::limits::{MAX_KEY_ID_BYTES, MAX_RSA_BITS};
use crate::signature::precompute::{KeySize, Precomputed, TableSpec};
use crate::signature::{self, EncodedKey, Material, PointKey, RsaKey, SharedSecret};
use crate::switches::FAST;
use crate::words;

/// The key material.
#[derive(Clone, Copy)]
pub(super) enum KeyContent<'a> {
    Point { x: Octets<'a>, y: Octets<'a> },
    Rsa { modulus: Octets<'a>, exponent: Octets<'a> },
    Secret(Octets<'a>),
    Encoded(Octets<'a>),
}

impl KeyContent<'_> {
    /// True if both are the same public key.
    pub(super) fn is(&self, other: &Self) -> bool {
        fn number<'a>(octets: &Octets<'a>) -> impl Iterator<Item = Option<u8>> + use<'a> {
            octets.iter().skip_while(|byte| *byte == Some(0))
        }
        match (self, other) {
            (Self::Point { x, y }, Self::Point { x: other_x, y: other_y }) => {
                x.iter().eq(other_x.iter()) && y.iter().eq(other_y.iter())
            }
            (Self::Rsa { modulus, exponent }, Self::Rsa { modulus: n, exponent: e }) => {
                number(modulus).eq(number(n)) && number(exponent).eq(number(e))
            }
            (Self::Encoded(key), Self::Encoded(other)) => key.iter().eq(other.iter()),
            _ => false,
        }
    }
}

/// A parsed key that is not checked yet.
#[derive(Clone, Copy)]
pub(super) struct ParsedKey<'a> {
    pub(super) kind: KeyKind,
    pub(super) id: Option<JsonStr<'a>>,
    /// The algorithms that the key allows by itself; every algorithm if it names none.
    pub(super) algorithms: Algorithms,
    pub(super) restricting: Restricting<'a>,
    pub(super) content: KeyContent<'a>,
}

impl<'a> ParsedKey<'a> {
    /// A key of this kind without an algorithm or other attributes.
    pub(super) fn of(kind: KeyKind, content: KeyContent<'a>) -> Self {
        let algorithms = Algorithms::of(Algorithm::ALL);
        Self { kind, id: None, algorithms, restricting: Restricting::default(), content }
    }
}

/// Writes a record into the free words of a table. Words that do not fit are only counted, so that
/// the error of a full table has the required size.
pub(super) struct RecordWriter<'m> {
    free: &'m mut [u64],
    length: usize,
    note: Option<Error>,
}

impl<'m> RecordWriter<'m> {
    pub(super) fn new(free: &'m mut [u64]) -> Self {
        Self { free, length: 0, note: None }
    }

    /// The first deviation of the key from its specification that was accepted.
    pub(super) fn note(&self) -> Option<Error> {
        self.note
    }

    /// The words of the record, including those that did not fit.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Writes the record of a key. Returns `Ok` even if the record did not fit.
    ///
    /// # Errors
    ///
    /// A reason of the group on loading keys. [`Reason::KeyUnsupported`] and
    /// [`Reason::KeyNotForVerification`] do not mean that the key is broken.
    pub(super) fn write(
        &mut self,
        description: &ParsedKey<'_>,
        rules: &KeyRules<'_>,
    ) -> Result<(), Error> {
        let id = description.id.or(rules.id.map(JsonStr::plain));
        let kind = description.kind;
        let of_kind = description
            .algorithms
            .with_both_names()
            .filter(|algorithm| algorithm.key_kind() == kind && algorithm.is_built());
        if of_kind.is_empty() {
            return Err(Error::new(Reason::KeyUnsupported).about(Member::Algorithm));
        }
        let algorithms = match rules.algorithms {
            Some(only) => {
                let only = only.with_both_names();
                of_kind.filter(|algorithm| only.contains(algorithm))
            }
            None => of_kind,
        };
        if algorithms.is_empty() {
            return Err(Error::new(Reason::KeyNotForVerification).about(Member::Algorithm));
        }
        let restricting = description.restricting;
        let record = Record { kind, id, algorithms, restricting };
        match description.content {
            KeyContent::Point { x, y } => self.write_point(&record, rules, x, y),
            KeyContent::Rsa { modulus, exponent } => {
                self.write_rsa(&record, rules, modulus, exponent)
            }
            KeyContent::Secret(secret) => self.write_secret(&record, rules, secret),
            KeyContent::Encoded(key) => self.write_encoded(&record, rules, key),
        }
    }

    /// RFC 7518 section 6.2.1, RFC 8812 section 3.
    fn write_point(
        &mut self,
        record: &Record<'_>,
        rules: &KeyRules<'_>,
        x: Octets<'_>,
        y: Octets<'_>,
    ) -> Result<(), Error> {
        let (mut x_words, mut y_words) = ([0; LONGEST_COORDINATE], [0; LONGEST_COORDINATE]);
        let kind = record.kind;
        let x = self.coordinate(kind, rules, x, Member::XCoordinate, &mut x_words)?;
        let y = self.coordinate(kind, rules, y, Member::YCoordinate, &mut y_words)?;
        let material = Material::Point(PointKey { kind, x, y, precomputed: Precomputed::NOTHING });
        signature::check_key(&material)?;
        let spec = signature::table_spec(&KeySize::of(kind), rules.precomputed());
        let own = x.len().saturating_add(y.len());
        self.begin(record, &RecordBody { words: own, length: 0, spec })?;
        for word in x.iter().chain(y) {
            self.push(*word);
        }
        match self.reserve(spec.words) {
            Some(precomputed) => signature::precompute(&material, spec.shape, precomputed),
            None => Ok(()),
        }
    }

    /// RFC 7518 section 6.2.1.2: a coordinate is as wide as the field, including leading zeros.
    /// Some implementations drop the zeros, which affects one key in 128. The caller can allow such
    /// keys.
    fn coordinate<'w>(
        &mut self,
        kind: KeyKind,
        rules: &KeyRules<'_>,
        octets: Octets<'_>,
        claim: Member,
        words: &'w mut [u64],
    ) -> Result<&'w [u64], Error> {
        let width = kind.width().unwrap_or(0);
        let length = octets.length();
        if rules.short_coordinates && (1..width).contains(&length) {
            let note = Error::new(Reason::KeyShortCoordinate).about(claim);
            self.note.get_or_insert(note.of_width(length, width));
        } else if length != width {
            return Err(Error::new(Reason::KeyWidth).about(claim).of_width(length, width));
        }
        octets.number(claim, words)?;
        Ok(words.get(..words::count_for(width)).unwrap_or_default())
    }

    /// RFC 7518 section 6.3.1.
    fn write_rsa(
        &mut self,
        record: &Record<'_>,
        rules: &KeyRules<'_>,
        modulus: Octets<'_>,
        exponent: Octets<'_>,
    ) -> Result<(), Error> {
        let e = Member::Exponent;
        if self.significant_bits(exponent, e)? > 64 {
            return Err(Error::new(Reason::KeyOutOfRange).about(e));
        }
        let mut exponent_word = [0u64];
        exponent.number(e, &mut exponent_word)?;
        let [exponent] = exponent_word;
        let n = Member::Modulus;
        let bits = self.significant_bits(modulus, n)?;
        let lowest = modulus.last(n)?;
        check_rsa(bits, lowest & 1 == 1, exponent)?;
        if bits > rules.max_rsa_bits() {
            return Err(Error::new(Reason::KeyOutOfRange).about(n));
        }
        if bits < rules.min_rsa_bits() {
            // RFC 7518 sections 3.3 and 3.5: 2048 bits or more.
            return Err(Error::new(Reason::KeyWeak).about(n));
        }
        let length = bits.saturating_add(7) / 8;
        let count = words::count_for(length);
        let size = KeySize { modulus_words: count, ..KeySize::of(record.kind) };
        let spec = signature::table_spec(&size, rules.precomputed());
        self.begin(record, &RecordBody { words: count.saturating_add(1), length, spec })?;
        self.push(exponent);
        let reserved = self.reserve(count.saturating_add(spec.words));
        let Some((words, precomputed)) = reserved.and_then(|all| all.split_at_mut_checked(count))
        else {
            return Ok(());
        };
        modulus.number(n, words)?;
        let material =
            Material::Rsa(RsaKey { modulus: words, exponent, precomputed: Precomputed::NOTHING });
        signature::precompute(&material, spec.shape, precomputed)
    }

    /// The number of bits up to the highest one that is set. RFC 7518 section 6.3.1.1 warns of
    /// implementations that write a leading zero octet, as Java's `BigInteger.toByteArray` does.
    /// One such octet is accepted, and the report has a note.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyWidth`] if there are more leading zeros; [`Reason::KeyMalformed`] if there are
    /// no bytes.
    fn significant_bits(&mut self, octets: Octets<'_>, claim: Member) -> Result<usize, Error> {
        let mut length = octets.length();
        let [first, second] = octets.first_two();
        let mut first = first.ok_or(malformed(claim))?;
        if first == 0 && length > 1 {
            first = second.ok_or(malformed(claim))?;
            length = length.saturating_sub(1);
            self.note.get_or_insert(Error::new(Reason::KeyLeadingZero).about(claim));
        }
        if first == 0 {
            return Err(Error::new(Reason::KeyWidth).about(claim));
        }
        let zeros = usize::try_from(first.leading_zeros()).unwrap_or(0);
        Ok(length.saturating_mul(8).saturating_sub(zeros))
    }

    /// RFC 7518 section 6.4.
    fn write_secret(
        &mut self,
        record: &Record<'_>,
        rules: &KeyRules<'_>,
        secret: Octets<'_>,
    ) -> Result<(), Error> {
        let claim = Member::KeyValue;
        let length = secret.length();
        if length > rules.max_secret_bytes() {
            return Err(Error::new(Reason::KeyOutOfRange).about(claim));
        }
        // RFC 7518 section 3.2: a secret is at least as long as the hash.
        let strong = record
            .algorithms
            .filter(|algorithm| algorithm.hash().is_some_and(|hash| hash.length() <= length));
        let short = rules.min_secret_bytes.is_some_and(|bytes| length >= bytes);
        let algorithms = if short { record.algorithms } else { strong };
        if algorithms.is_empty() {
            return Err(Error::new(Reason::KeyWeak).about(claim));
        }
        if lookalike::is_key(secret)? {
            return Err(Error::new(Reason::KeyNotSecret).about(claim));
        }
        let count = words::count_for(length);
        let record = Record { algorithms, ..*record };
        let size = KeySize { algorithms, ..KeySize::of(record.kind) };
        let spec = signature::table_spec(&size, rules.precomputed());
        self.begin(&record, &RecordBody { words: count, length, spec })?;
        let reserved = self.reserve(count.saturating_add(spec.words));
        let Some((words, precomputed)) = reserved.and_then(|all| all.split_at_mut_checked(count))
        else {
            return Ok(());
        };
        secret.pack(claim, words)?;
        let material =
            Material::Secret(SharedSecret { words, length, precomputed: Precomputed::NOTHING });
        signature::precompute(&material, spec.shape, precomputed)
    }

    /// RFC 8037 section 2, RFC 9964 section 3.
    fn write_encoded(
        &mut self,
        record: &Record<'_>,
        rules: &KeyRules<'_>,
        key: Octets<'_>,
    ) -> Result<(), Error> {
        let kind = record.kind;
        let claim = match kind {
            KeyKind::Ed25519 => Member::XCoordinate,
            _ => Member::PublicKey,
        };
        let width = kind.width().unwrap_or(0);
        if key.length() != width {
            return Err(Error::new(Reason::KeyWidth).about(claim).of_width(key.length(), width));
        }
        // `words` has room for a whole Ed25519 key. For longer keys, this checks only that all
        // bytes can be decoded.
        let mut words = [0; LONGEST_COORDINATE];
        key.pack(claim, &mut words)?;
        let looked_at = words.get(..words::count_for(width)).unwrap_or(&words);
        let nothing = Precomputed::NOTHING;
        let looked_at = EncodedKey { kind, words: looked_at, precomputed: nothing };
        signature::check_key(&Material::Encoded(looked_at))?;
        let count = words::count_for(width);
        let spec = signature::table_spec(&KeySize::of(kind), rules.precomputed());
        self.begin(record, &RecordBody { words: count, length: 0, spec })?;
        let reserved = self.reserve(count.saturating_add(spec.words));
        let Some((words, precomputed)) = reserved.and_then(|all| all.split_at_mut_checked(count))
        else {
            return Ok(());
        };
        key.pack(claim, words)?;
        let material = Material::Encoded(EncodedKey { kind, words, precomputed: nothing });
        signature::precompute(&material, spec.shape, precomputed)
    }

    /// Writes the head, the `kid` and the restrictions.
    fn begin(&mut self, record: &Record<'_>, body: &RecordBody) -> Result<(), Error> {
        let id_length = record.id.map_or(0, |id| id.length());
        if id_length > MAX_KEY_ID_BYTES {
            return Err(Error::new(Reason::KeyIdTooLong).about(Member::KeyId));
        }
        let restrictions = record.restricting.word_count()?;
        let head = Head {
            words: HEAD_WORDS
                .saturating_add(words::count_for(id_length))
                .saturating_add(restrictions)
                .saturating_add(body.words)
                .saturating_add(body.spec.words),
            kind: record.kind,
            has_id: record.id.is_some(),
            id_length,
            length: body.length,
            algorithms: record.algorithms,
            shape: body.spec.shape,
            restrictions,
        };
        let words = head.encode().ok_or(Error::new(Reason::KeyOutOfRange))?;
        for word in words {
            self.push(word);
        }
        match record.id.and_then(|id| id.as_bytes()) {
            Some(id) if FAST => words::pack(id).for_each(|word| self.push(word)),
            _ => {
                for word in record.id.into_iter().flat_map(|id| words::pack_each(id.bytes())) {
                    self.push(word);
                }
            }
        }
        for word in record.restricting.words() {
            self.push(word);
        }
        Ok(())
    }

    fn push(&mut self, word: u64) {
        if let Some(place) = self.free.get_mut(self.length) {
            *place = word;
        }
        self.length = self.length.saturating_add(1);
    }

    /// The next `count` words of the record, zeroed, or `None` if they do not fit.
    fn reserve(&mut self, count: usize) -> Option<&mut [u64]> {
        let start = self.length;
        self.length = start.saturating_add(count);
        let reserved = self.free.get_mut(start..self.length)?;
        reserved.fill(0);
        Some(reserved)
    }
}

/// The parts of a description that go into the head of the record.
#[derive(Clone, Copy)]
struct Record<'a> {
    kind: KeyKind,
    id: Option<JsonStr<'a>>,
    algorithms: Algorithms,
    restricting: Restricting<'a>,
}

/// The material that follows the head and the `kid` in a record.
struct RecordBody {
    /// Words of the key material.
    words: usize,
    /// As in [`Head`].
    length: usize,
    spec: TableSpec,
}

/// The length of the longest coordinate in words, which is that of P-521.
const LONGEST_COORDINATE: usize = words::count_for(66);

/// Checks that the numbers can be an RSA key, even a weak one.
///
/// # Errors
///
/// [`Reason::KeyOutOfRange`] with the member.
pub(super) fn check_rsa(bits: usize, modulus_is_odd: bool, exponent: u64) -> Result<(), Error> {
    let out_of_range = Error::new(Reason::KeyOutOfRange);
    // With an exponent of 1 anyone can sign, and an even exponent has no inverse. Exponents from
    // 2^33 on are not used in practice, and each bit costs time.
    if !(3..1 << 33).contains(&exponent) || exponent & 1 == 0 {
        return Err(out_of_range.about(Member::Exponent));
    }
    if bits > MAX_RSA_BITS || !modulus_is_odd {
        return Err(out_of_range.about(Member::Modulus));
    }
    Ok(())
}
