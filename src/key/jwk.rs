//! JSON Web Keys (RFC 7517, RFC 7518 section 6): from a JSON object to the record of a key.

use super::rules::KeyRules;
use super::{HEAD_WORDS, Head, Kind, P256_WORDS};
use crate::algorithm::{Algorithm, Algorithms, Family};
use crate::base64url;
use crate::error::{Claim, Error, Reason};
use crate::json::{Object, Text, Value};
use crate::limits::{self, MAX_KEY_ID_BYTES, MAX_RSA_BITS, MAX_SECRET_BYTES};
use crate::signature::{self, Material};
use crate::words;

/// A record that is being written into the free words of a table. What does not fit is counted, so that
/// a table that is full can say how large it should have been.
pub(super) struct Draft<'m> {
    free: &'m mut [u64],
    length: usize,
}

impl<'m> Draft<'m> {
    pub(super) fn new(free: &'m mut [u64]) -> Self {
        Self { free, length: 0 }
    }

    /// Words of the record, also of those that did not fit.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    fn push(&mut self, word: u64) {
        if let Some(place) = self.free.get_mut(self.length) {
            *place = word;
        }
        self.length = self.length.saturating_add(1);
    }

    /// The next `words` of the record, zeroed, or `None` if they do not fit.
    fn reserve(&mut self, words: usize) -> Option<&mut [u64]> {
        let start = self.length;
        self.length = start.saturating_add(words);
        let reserved = self.free.get_mut(start..self.length)?;
        reserved.fill(0);
        Some(reserved)
    }
}

/// The members of a key that are looked at.
#[derive(Default)]
struct Members<'a> {
    key_type: Option<Value<'a>>,
    key_use: Option<Value<'a>>,
    key_operations: Option<Value<'a>>,
    algorithm: Option<Value<'a>>,
    key_id: Option<Value<'a>>,
    curve: Option<Value<'a>>,
    x: Option<Value<'a>>,
    y: Option<Value<'a>>,
    modulus: Option<Value<'a>>,
    exponent: Option<Value<'a>>,
    key_value: Option<Value<'a>>,
    private: bool,
}

impl<'a> Members<'a> {
    fn of(object: Object<'a>) -> Self {
        let mut members = Self::default();
        for (name, value) in object.members() {
            let place = match () {
                () if name == *"kty" => &mut members.key_type,
                () if name == *"use" => &mut members.key_use,
                () if name == *"key_ops" => &mut members.key_operations,
                () if name == *"alg" => &mut members.algorithm,
                () if name == *"kid" => &mut members.key_id,
                () if name == *"crv" => &mut members.curve,
                () if name == *"x" => &mut members.x,
                () if name == *"y" => &mut members.y,
                () if name == *"n" => &mut members.modulus,
                () if name == *"e" => &mut members.exponent,
                () if name == *"k" => &mut members.key_value,
                () => {
                    members.private |= PRIVATE.iter().any(|private| name == **private);
                    continue;
                }
            };
            *place = Some(value);
        }
        members
    }
}

/// Members that only a private key has (RFC 7518 sections 6.2.2 and 6.3.2, RFC 9964 section 3).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"];

/// Writes the record of the key that `object` describes into `draft`. `Ok` also if it did not fit.
///
/// # Errors
///
/// A reason of the group on loading keys; of those, [`Reason::KeyUnsupported`] and
/// [`Reason::KeyNotForVerification`] are no fault of the key's.
pub(super) fn load(
    object: Object<'_>,
    rules: &KeyRules<'_>,
    draft: &mut Draft<'_>,
) -> Result<(), Error> {
    let members = Members::of(object);
    let kind = kind(&members)?;
    check_use(&members, rules)?;
    let algorithms = algorithms(&members, kind)?;
    if members.private {
        // A verifier that holds a private key is one break-in away from an issuer.
        return Err(Error::new(Reason::KeyPrivate).about(Claim::PrivateKey));
    }
    match kind {
        Kind::P256 => load_p256(&members, algorithms, draft),
        Kind::Rsa => load_rsa(&members, algorithms, draft),
        Kind::Secret if rules.secrets() => load_secret(&members, algorithms, draft),
        Kind::Secret => Err(Error::new(Reason::KeySecret).about(Claim::KeyValue)),
    }
}

fn malformed(claim: Claim) -> Error {
    Error::new(Reason::KeyMalformed).about(claim)
}

/// A member that must be there and be a string.
fn text<'a>(member: Option<Value<'a>>, claim: Claim) -> Result<Text<'a>, Error> {
    let value = member.ok_or(malformed(claim))?;
    value.text().ok_or(malformed(claim))
}

fn kind(members: &Members<'_>) -> Result<Kind, Error> {
    let key_type = text(members.key_type, Claim::KeyType)?;
    match () {
        () if key_type == *"EC" => {
            let curve = text(members.curve, Claim::Curve)?;
            if curve == *"P-256" {
                Ok(Kind::P256)
            } else {
                Err(Error::new(Reason::KeyUnsupported).about(Claim::Curve))
            }
        }
        () if key_type == *"RSA" => Ok(Kind::Rsa),
        () if key_type == *"oct" => Ok(Kind::Secret),
        () => Err(Error::new(Reason::KeyUnsupported).about(Claim::KeyType)),
    }
}

/// RFC 7517 sections 4.2 and 4.3.
fn check_use(members: &Members<'_>, rules: &KeyRules<'_>) -> Result<(), Error> {
    let not_for_verification = Reason::KeyNotForVerification;
    let operations = match members.key_operations {
        Some(value) => Some(Operations::of(value)?),
        None => None,
    };
    if let Some(value) = members.key_use {
        let key_use = value.text().ok_or(malformed(Claim::KeyUse))?;
        let named = rules.key_use().is_some_and(|named| key_use == *named);
        if let Some(operations) = operations {
            // Section 4.3: the two may stand together only if they agree.
            let signing = key_use == *"sig" && operations.others;
            let encrypting = key_use == *"enc" && operations.signatures;
            if signing || encrypting {
                return Err(Error::new(Reason::KeyContradiction).about(Claim::KeyOperations));
            }
        }
        if key_use != *"sig" && !named {
            return Err(Error::new(not_for_verification).about(Claim::KeyUse));
        }
    }
    match operations {
        Some(operations) if !operations.verify => {
            Err(Error::new(not_for_verification).about(Claim::KeyOperations))
        }
        _ => Ok(()),
    }
}

/// What `key_ops` says.
#[derive(Clone, Copy, Default)]
struct Operations {
    verify: bool,
    /// `sign` or `verify`.
    signatures: bool,
    others: bool,
}

impl Operations {
    fn of(value: Value<'_>) -> Result<Self, Error> {
        let elements = value
            .array()
            .ok_or(malformed(Claim::KeyOperations))?
            .elements();
        let mut operations = Self::default();
        let mut rest = elements.clone();
        for element in elements {
            let operation = element.text().ok_or(malformed(Claim::KeyOperations))?;
            rest.next();
            let again = rest.clone().take(limits::MAX_MEMBERS);
            if again
                .filter_map(|later| later.text())
                .any(|later| later == operation)
            {
                // Section 4.3: an operation must not be there twice.
                return Err(malformed(Claim::KeyOperations));
            }
            operations.verify |= operation == *"verify";
            let signature = operation == *"verify" || operation == *"sign";
            operations.signatures |= signature;
            operations.others |= !signature;
        }
        Ok(operations)
    }
}

/// The algorithms that the key may verify: the one it names, else all that its kind can (RFC 8725
/// section 3.1; the policy narrows those).
fn algorithms(members: &Members<'_>, kind: Kind) -> Result<Algorithms, Error> {
    let family = match kind {
        Kind::P256 => Family::P256,
        Kind::Rsa => Family::Rsa,
        Kind::Secret => Family::Secret,
    };
    let allowed = match members.algorithm {
        None => Algorithms::of(Algorithm::ALL),
        Some(value) => {
            let name = value.text().ok_or(malformed(Claim::Algorithm))?;
            let named = Algorithm::ALL
                .iter()
                .find(|algorithm| name == *algorithm.name());
            let Some(algorithm) = named.copied() else {
                // An algorithm for encryption, or none that is registered.
                return Err(Error::new(Reason::KeyUnsupported).about(Claim::Algorithm));
            };
            if algorithm.family() != family {
                return Err(Error::new(Reason::KeyContradiction).about(Claim::Algorithm));
            }
            Algorithms::of(&[algorithm])
        }
    };
    let allowed = allowed.filter(|algorithm| algorithm.family() == family && algorithm.is_built());
    if allowed.is_empty() {
        return Err(Error::new(Reason::KeyUnsupported).about(Claim::Algorithm));
    }
    Ok(allowed)
}

/// Writes head and `kid`.
fn begin(
    members: &Members<'_>,
    kind: Kind,
    algorithms: Algorithms,
    material_words: usize,
    secret_length: usize,
    draft: &mut Draft<'_>,
) -> Result<(), Error> {
    let id = match members.key_id {
        Some(value) => Some(value.text().ok_or(malformed(Claim::KeyId))?),
        None => None,
    };
    let id_length = id.map_or(0, |id| id.bytes().count());
    if id_length > MAX_KEY_ID_BYTES {
        return Err(Error::new(Reason::KeyIdTooLong).about(Claim::KeyId));
    }
    let head = Head {
        words: HEAD_WORDS
            .saturating_add(words::count_for(id_length))
            .saturating_add(material_words),
        kind,
        has_id: id.is_some(),
        id_length,
        secret_length,
        algorithms,
    };
    let words = head.encode().ok_or(Error::new(Reason::KeyOutOfRange))?;
    for word in words {
        draft.push(word);
    }
    for word in id.into_iter().flat_map(|id| words::pack(id.bytes())) {
        draft.push(word);
    }
    Ok(())
}

/// RFC 7518 section 6.2.1.
fn load_p256(
    members: &Members<'_>,
    algorithms: Algorithms,
    draft: &mut Draft<'_>,
) -> Result<(), Error> {
    let (mut x, mut y) = ([0; P256_WORDS], [0; P256_WORDS]);
    coordinate(members.x, Claim::XCoordinate, &mut x)?;
    coordinate(members.y, Claim::YCoordinate, &mut y)?;
    signature::check_key(&Material::P256 { x: &x, y: &y })?;
    begin(members, Kind::P256, algorithms, 2 * P256_WORDS, 0, draft)?;
    for word in x.into_iter().chain(y) {
        draft.push(word);
    }
    Ok(())
}

/// Section 6.2.1.2: a coordinate is as wide as the field, leading zeros included.
fn coordinate(
    member: Option<Value<'_>>,
    claim: Claim,
    words: &mut [u64; P256_WORDS],
) -> Result<(), Error> {
    let text = text(member, claim)?;
    if length(text) != 8 * P256_WORDS {
        return Err(Error::new(Reason::KeyWidth).about(claim));
    }
    number(text, claim, words)
}

/// RFC 7518 section 6.3.1.
fn load_rsa(
    members: &Members<'_>,
    algorithms: Algorithms,
    draft: &mut Draft<'_>,
) -> Result<(), Error> {
    let exponent_text = text(members.exponent, Claim::Exponent)?;
    let mut exponent = [0u64];
    number_without_leading_zeros(exponent_text, Claim::Exponent, &mut exponent)?;
    let [exponent] = exponent;
    let modulus_text = text(members.modulus, Claim::Modulus)?;
    let modulus_length = length(modulus_text);
    if modulus_length > MAX_RSA_BITS / 8 {
        return Err(Error::new(Reason::KeyOutOfRange).about(Claim::Modulus));
    }
    let words = words::count_for(modulus_length);
    begin(
        members,
        Kind::Rsa,
        algorithms,
        words.saturating_add(1),
        0,
        draft,
    )?;
    draft.push(exponent);
    let Some(modulus) = draft.reserve(words) else {
        return Ok(());
    };
    number_without_leading_zeros(modulus_text, Claim::Modulus, modulus)?;
    signature::check_key(&Material::Rsa { modulus, exponent })
}

/// RFC 7518 section 6.4.
fn load_secret(
    members: &Members<'_>,
    algorithms: Algorithms,
    draft: &mut Draft<'_>,
) -> Result<(), Error> {
    let text = text(members.key_value, Claim::KeyValue)?;
    let length = length(text);
    if length > MAX_SECRET_BYTES {
        return Err(Error::new(Reason::KeyOutOfRange).about(Claim::KeyValue));
    }
    // RFC 7518 section 3.2: a secret is at least as long as the hash.
    let strong =
        algorithms.filter(|algorithm| algorithm.hash().is_some_and(|hash| hash.length() <= length));
    if strong.is_empty() {
        return Err(Error::new(Reason::KeyWeak).about(Claim::KeyValue));
    }
    let words = words::count_for(length);
    begin(members, Kind::Secret, strong, words, length, draft)?;
    let Some(places) = draft.reserve(words) else {
        return Ok(());
    };
    let mut failure = None;
    let bytes = decoded(text, Claim::KeyValue, &mut failure);
    for (place, word) in places.iter_mut().zip(words::pack(bytes)) {
        *place = word;
    }
    failure.map_or(Ok(()), Err)
}

/// Bytes that a base64url text decodes to, if it does.
fn length(text: Text<'_>) -> usize {
    limits::decoded_length(text.bytes().count())
}

/// The bytes of a base64url text, until one does not decode; `failure` then says why.
fn decoded<'t>(
    text: Text<'t>,
    claim: Claim,
    failure: &'t mut Option<Error>,
) -> impl Iterator<Item = u8> + 't {
    base64url::Bytes::new(text.bytes()).map_while(move |byte| match byte {
        Ok(byte) => Some(byte),
        Err(_) => {
            *failure = Some(malformed(claim));
            None
        }
    })
}

/// Decodes a big-endian number into words, least significant first.
fn number(text: Text<'_>, claim: Claim, words: &mut [u64]) -> Result<(), Error> {
    let mut failure = None;
    let length = length(text);
    for (at, byte) in decoded(text, claim, &mut failure).enumerate() {
        let place = length.saturating_sub(1).saturating_sub(at);
        if let Some(word) = words.get_mut(place / 8) {
            *word |= u64::from(byte) << ((place & 7) << 3);
        }
    }
    failure.map_or(Ok(()), Err)
}

/// Section 6.3.1.1: as few bytes as the number needs.
fn number_without_leading_zeros(
    text: Text<'_>,
    claim: Claim,
    words: &mut [u64],
) -> Result<(), Error> {
    let bytes = length(text);
    if bytes > words.len().saturating_mul(8) {
        return Err(Error::new(Reason::KeyOutOfRange).about(claim));
    }
    number(text, claim, words)?;
    let highest = bytes.checked_sub(1).ok_or(malformed(claim))?;
    let word = words.get(highest / 8).copied().unwrap_or(0);
    if word >> ((highest & 7) << 3) == 0 {
        return Err(Error::new(Reason::KeyWidth).about(claim));
    }
    Ok(())
}
