//! Parses JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 8812, RFC 9964) from JSON
//! objects.

use super::octets::{Octets, malformed};
use super::record::{KeyContent, ParsedKey};
use super::restrictions::Restricting;
use super::rules::KeyRules;
use super::{encoded, pem};
use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::error::{Error, Member, Reason};
use crate::json::value::Field;
use crate::json::{JsonStr, Object, Value};
use crate::switches::PEM;
use crate::time::NumericDate;

/// The members of a JWK that this module reads.
#[derive(Default)]
pub(super) struct Members<'a> {
    key_type: Option<Field<'a>>,
    key_use: Option<Field<'a>>,
    key_operations: Option<Field<'a>>,
    algorithm: Option<Field<'a>>,
    key_id: Option<Field<'a>>,
    curve: Option<Field<'a>>,
    x: Option<Field<'a>>,
    y: Option<Field<'a>>,
    modulus: Option<Field<'a>>,
    exponent: Option<Field<'a>>,
    key_value: Option<Field<'a>>,
    public_key: Option<Field<'a>>,
    certificates: Option<Field<'a>>,
    not_before: Option<Field<'a>>,
    expires_at: Option<Field<'a>>,
    issuer: Option<Field<'a>>,
    revoked: bool,
    private: bool,
}

impl<'a> Members<'a> {
    /// Reads the members of an object.
    pub(super) fn of(object: Object<'a>) -> Self {
        let mut members = Self::default();
        for (name, value) in object.fields() {
            members.put(name, value);
        }
        members
    }

    /// Adds a member.
    pub(super) fn put(&mut self, name: JsonStr<'a>, value: Field<'a>) {
        let mut buffer = [0; LONGEST_NAME + 1];
        let place = match unescaped(name, &mut buffer) {
            b"kty" => &mut self.key_type,
            b"use" => &mut self.key_use,
            b"key_ops" => &mut self.key_operations,
            b"alg" => &mut self.algorithm,
            b"kid" => &mut self.key_id,
            b"crv" => &mut self.curve,
            b"x" => &mut self.x,
            b"y" => &mut self.y,
            b"n" => &mut self.modulus,
            b"e" => &mut self.exponent,
            b"k" => &mut self.key_value,
            b"pub" => &mut self.public_key,
            b"x5c" if PEM => &mut self.certificates,
            b"nbf" => &mut self.not_before,
            b"exp" => &mut self.expires_at,
            b"issuer" => &mut self.issuer,
            b"revoked" => {
                self.revoked = true;
                return;
            }
            // The members that only private keys have (RFC 7518 sections 6.2.2 and 6.3.2, RFC
            // 8037 section 2, RFC 9964 section 3).
            b"d" | b"p" | b"q" | b"dp" | b"dq" | b"qi" | b"oth" | b"priv" => {
                self.private = true;
                return;
            }
            _ => return,
        };
        *place = Some(value);
    }
}

/// The length of the longest name that is read.
const LONGEST_NAME: usize = "revoked".len();

/// The name unescaped, or the beginning of a name that is longer than [`LONGEST_NAME`].
fn unescaped<'b>(name: JsonStr<'b>, buffer: &'b mut [u8; LONGEST_NAME + 1]) -> &'b [u8] {
    if let Some(name) = name.as_bytes() {
        return name;
    }
    let mut length = 0usize;
    for (place, byte) in buffer.iter_mut().zip(name.bytes()) {
        *place = byte;
        length = length.saturating_add(1);
    }
    buffer.get(..length).unwrap_or_default()
}

/// Describes the key with these members.
///
/// # Errors
///
/// A reason of the group on loading keys. [`Reason::KeyUnsupported`] and
/// [`Reason::KeyNotForVerification`] do not mean that the key is broken.
pub(super) fn describe<'a>(
    members: &Members<'a>,
    rules: &KeyRules<'_>,
) -> Result<ParsedKey<'a>, Error> {
    let kind = kind(members)?;
    check_use(members, rules)?;
    let algorithms = algorithms(members, kind)?;
    if members.revoked {
        // OpenID Federation 1.0 section 8.7.2. Any value of the member means that the key was
        // revoked.
        return Err(Error::new(Reason::KeyRevoked).about(Member::Revoked));
    }
    let restricting = restricting(members)?;
    if members.private {
        // If a verifier held a private key, an attacker who breaks into it could sign tokens.
        return Err(Error::new(Reason::KeyPrivate).about(Member::PrivateKey));
    }
    let content = content(members, kind, rules);
    let (content, algorithms) = match PEM {
        true => certified(members, kind, rules, content, algorithms)?,
        false => (content?, algorithms),
    };
    let id = match members.key_id {
        Some(value) => Some(value.text().ok_or(malformed(Member::KeyId))?),
        None => None,
    };
    Ok(ParsedKey { kind, id, algorithms, restricting, content })
}

/// Reads the key material from the members.
fn content<'a>(
    members: &Members<'a>,
    kind: KeyKind,
    rules: &KeyRules<'_>,
) -> Result<KeyContent<'a>, Error> {
    let octets = |member, claim| text(member, claim).map(Octets::Encoded);
    Ok(match kind {
        KeyKind::P256 | KeyKind::P384 | KeyKind::P521 | KeyKind::Secp256k1 => KeyContent::Point {
            x: octets(members.x, Member::XCoordinate)?,
            y: octets(members.y, Member::YCoordinate)?,
        },
        KeyKind::Rsa => KeyContent::Rsa {
            modulus: octets(members.modulus, Member::Modulus)?,
            exponent: octets(members.exponent, Member::Exponent)?,
        },
        KeyKind::Secret if rules.secrets => {
            let secret = text(members.key_value, Member::KeyValue)?;
            KeyContent::Secret(Octets::EncodedSecret(secret))
        }
        KeyKind::Secret => return Err(Error::new(Reason::KeySecret).about(Member::KeyValue)),
        KeyKind::Ed25519 => KeyContent::Encoded(octets(members.x, Member::XCoordinate)?),
        KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
            KeyContent::Encoded(octets(members.public_key, Member::PublicKey)?)
        }
    })
}

/// The content and the algorithms of a key. If the rules allow certificates, the first certificate
/// (RFC 7517 section 4.7) is read, too. `content` is the key material in the other members.
///
/// # Errors
///
/// * the error of `content`
/// * [`Reason::KeyIsCertificate`] if only a certificate has the key, and the rules do not allow
///   certificates
/// * [`Reason::KeyContradiction`] if the certificate has another key
/// * the errors of [`encoded::describe`]
fn certified<'a>(
    members: &Members<'a>,
    kind: KeyKind,
    rules: &KeyRules<'_>,
    content: Result<KeyContent<'a>, Error>,
    algorithms: Algorithms,
) -> Result<(KeyContent<'a>, Algorithms), Error> {
    let claim = Member::Certificates;
    let others = [members.x, members.y, members.modulus, members.exponent, members.public_key];
    let is_alone = others.iter().all(Option::is_none);
    let content = match (members.certificates, content) {
        (Some(_), Ok(content)) if rules.certificates => Some(content),
        (Some(_), Err(_)) if is_alone && kind != KeyKind::Secret => None,
        (_, content) => return Ok((content?, algorithms)),
    };
    if !rules.certificates {
        return Err(Error::new(Reason::KeyIsCertificate).about(claim));
    }
    let all = members.certificates.and_then(|value| value.other()?.array());
    let first = all.and_then(|all| all.elements().next()).and_then(|first| first.text());
    let mut characters = first.ok_or(malformed(claim))?.bytes();
    let certificate = pem::read_body(&mut characters).filter(|_| characters.next().is_none());
    let certificate = encoded::describe(certificate.ok_or(malformed(claim))?, rules);
    let certificate = certificate.map_err(|error| error.about(claim))?;
    let is_same = content.is_none_or(|content| content.is(&certificate.content));
    let algorithms = algorithms.filter(|algorithm| certificate.algorithms.contains(algorithm));
    if certificate.kind != kind || !is_same || algorithms.is_empty() {
        // Section 4.7: the first certificate has the same key as the other members.
        return Err(Error::new(Reason::KeyContradiction).about(claim));
    }
    Ok((certificate.content, algorithms))
}

/// The times of OpenID Federation 1.0 section 8.7.2, and the issuer in key sets that tenants share.
/// Validation enforces them for each token.
fn restricting<'a>(members: &Members<'a>) -> Result<Restricting<'a>, Error> {
    let date = |member: Option<Field<'a>>, claim| match member {
        Some(value) => {
            let number = value.other().and_then(|value| value.number());
            let date = number.and_then(NumericDate::from_number);
            date.map(Some).ok_or(malformed(claim))
        }
        None => Ok(None),
    };
    let issuer = match members.issuer {
        Some(_) => Some(text(members.issuer, Member::KeyIssuer)?),
        None => None,
    };
    if issuer.is_some_and(|issuer| issuer == *"") {
        return Err(malformed(Member::KeyIssuer));
    }
    Ok(Restricting {
        not_before: date(members.not_before, Member::NotBefore)?,
        expires_at: date(members.expires_at, Member::ExpirationTime)?,
        issuer,
    })
}

/// Requires a member that is a string.
fn text<'a>(member: Option<Field<'a>>, claim: Member) -> Result<JsonStr<'a>, Error> {
    let value = member.ok_or(malformed(claim))?;
    value.text().ok_or(malformed(claim))
}

fn kind(members: &Members<'_>) -> Result<KeyKind, Error> {
    let key_type = text(members.key_type, Member::KeyType)?;
    match () {
        () if key_type == *"EC" => curve(
            members,
            &[
                ("P-256", KeyKind::P256),
                ("P-384", KeyKind::P384),
                ("P-521", KeyKind::P521),
                ("secp256k1", KeyKind::Secp256k1),
            ],
        ),
        () if key_type == *"RSA" => Ok(KeyKind::Rsa),
        () if key_type == *"oct" => Ok(KeyKind::Secret),
        () if key_type == *"OKP" => curve(members, &[("Ed25519", KeyKind::Ed25519)]),
        () if key_type == *"AKP" => {
            // RFC 9964 section 3: the algorithm is required, and decides the kind of the key.
            let name = text(members.algorithm, Member::Algorithm)?;
            let algorithms = [Algorithm::MlDsa44, Algorithm::MlDsa65, Algorithm::MlDsa87];
            let named = algorithms.iter().find(|algorithm| name == *algorithm.name());
            let unsupported = Error::new(Reason::KeyUnsupported).about(Member::Algorithm);
            Ok(named.ok_or(unsupported)?.key_kind())
        }
        () => Err(Error::new(Reason::KeyUnsupported).about(Member::KeyType)),
    }
}

fn curve(members: &Members<'_>, known: &[(&str, KeyKind)]) -> Result<KeyKind, Error> {
    let curve = text(members.curve, Member::Curve)?;
    let found = known.iter().find(|(name, _)| curve == **name);
    let unsupported = Error::new(Reason::KeyUnsupported).about(Member::Curve);
    found.map(|(_, kind)| *kind).ok_or(unsupported)
}

/// RFC 7517 sections 4.2 and 4.3.
fn check_use(members: &Members<'_>, rules: &KeyRules<'_>) -> Result<(), Error> {
    let not_for_verification = Reason::KeyNotForVerification;
    let operations = match members.key_operations {
        Some(value) => {
            let value = value.other().ok_or(malformed(Member::KeyOperations))?;
            Some(Operations::of(value)?)
        }
        None => None,
    };
    if let Some(value) = members.key_use {
        let key_use = value.text().ok_or(malformed(Member::KeyUse))?;
        let named = rules.key_use.is_some_and(|named| key_use == *named);
        if let Some(operations) = operations {
            // Section 4.3: the two members must agree if both are there.
            let signing = key_use == *"sig" && operations.others;
            let encrypting = key_use == *"enc" && operations.signatures;
            if signing || encrypting {
                return Err(Error::new(Reason::KeyContradiction).about(Member::KeyOperations));
            }
        }
        if key_use != *"sig" && !named {
            return Err(Error::new(not_for_verification).about(Member::KeyUse));
        }
    }
    match operations {
        Some(operations) if !operations.verify => {
            Err(Error::new(not_for_verification).about(Member::KeyOperations))
        }
        _ => Ok(()),
    }
}

/// The maximum number of later operations with which one is compared. The registry has fewer
/// operations.
const MAX_OPERATIONS_COMPARED: usize = 64;

/// The content of `key_ops`.
#[derive(Clone, Copy, Default)]
struct Operations {
    verify: bool,
    /// True if `sign` or `verify` is among the operations.
    signatures: bool,
    others: bool,
}

impl Operations {
    fn of(value: Value<'_>) -> Result<Self, Error> {
        let elements = value.array().ok_or(malformed(Member::KeyOperations))?.elements();
        let mut operations = Self::default();
        let mut rest = elements.clone();
        for element in elements {
            let operation = element.text().ok_or(malformed(Member::KeyOperations))?;
            rest.next();
            let again = rest.clone().take(MAX_OPERATIONS_COMPARED);
            if again.filter_map(|later| later.text()).any(|later| later == operation) {
                // Section 4.3: an operation must not appear twice.
                return Err(malformed(Member::KeyOperations));
            }
            operations.verify |= operation == *"verify";
            let signature = operation == *"verify" || operation == *"sign";
            operations.signatures |= signature;
            operations.others |= !signature;
        }
        Ok(operations)
    }
}

/// The algorithm that the key names, or all algorithms if it names none (RFC 8725 section 3.1).
fn algorithms(members: &Members<'_>, kind: KeyKind) -> Result<Algorithms, Error> {
    let Some(value) = members.algorithm else {
        return Ok(Algorithms::of(Algorithm::ALL));
    };
    let name = value.text().ok_or(malformed(Member::Algorithm))?;
    let named = Algorithm::ALL.iter().find(|algorithm| name == *algorithm.name());
    let Some(algorithm) = named.copied() else {
        // The key names an algorithm for encryption, or an unregistered one.
        return Err(Error::new(Reason::KeyUnsupported).about(Member::Algorithm));
    };
    if algorithm.key_kind() != kind {
        return Err(Error::new(Reason::KeyContradiction).about(Member::Algorithm));
    }
    Ok(Algorithms::of(&[algorithm]))
}
