//! Keys in PEM and DER: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) of every kind, RSAPublicKey
//! (RFC 8017 section A.1.1), and the key of a certificate.

use super::certificate;
use super::der::{self, Der};
use super::octets::Octets;
use super::pem::{Block, Blocks, Label};
use super::pss;
use super::record::{KeyContent, ParsedKey};
use super::rules::KeyRules;
use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::error::{Error, Member, Reason};
use crate::json::{JsonStr, Object};

/// rsaEncryption (RFC 3279 section 2.3.1), 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// id-RSASSA-PSS (RFC 4055 section 3.1), 1.2.840.113549.1.1.10.
const RSA_PSS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A];
/// id-ecPublicKey (RFC 5480 section 2.1.1), 1.2.840.10045.2.1.
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

/// The curves of EC keys, by their parameters (RFC 5480 section 2.1.1.1, SEC 2 section A.2).
const CURVES: [(&[u8], KeyKind); 4] = [
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07], KeyKind::P256),
    (&[0x2B, 0x81, 0x04, 0x00, 0x22], KeyKind::P384),
    (&[0x2B, 0x81, 0x04, 0x00, 0x23], KeyKind::P521),
    (&[0x2B, 0x81, 0x04, 0x00, 0x0A], KeyKind::Secp256k1),
];

/// The kinds of keys that are encoded as bytes without parameters: Ed25519 (RFC 8410 section 3),
/// ML-DSA (RFC 9881 section 2).
const STRINGS: [(&[u8], KeyKind); 4] = [
    (&[0x2B, 0x65, 0x70], KeyKind::Ed25519),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11], KeyKind::MlDsa44),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12], KeyKind::MlDsa65),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13], KeyKind::MlDsa87),
];

const WRONG: Reason = Reason::KeyEncoding;

/// Describes the key of each PEM block of a text.
///
/// # Errors
///
/// For each item: [`Reason::KeyPrivate`], [`Reason::KeyPemMalformed`]; [`Reason::KeyUnsupported`]
/// for a block with other content; the errors of [`describe`].
pub(super) fn describe_pem<'a>(
    text: JsonStr<'a>,
    rules: &KeyRules<'_>,
) -> impl Iterator<Item = Result<ParsedKey<'a>, Error>> {
    Blocks::new(text).map(|Block { label, body }| match label {
        // A private key is reported even if the block has other errors.
        Label::PrivateKey => Err(Error::new(Reason::KeyPrivate)),
        Label::Other => Err(Error::new(Reason::KeyUnsupported)),
        Label::PublicKey | Label::Certificate => {
            describe(body.ok_or(Error::new(Reason::KeyPemMalformed))?, rules)
        }
    })
}

/// Describes the keys of a JSON object whose members each have a `kid` as name and a PEM text with
/// one block as value. `None` if the first member is something else.
pub(super) fn describe_by_id<'a>(
    object: Object<'a>,
    rules: &KeyRules<'_>,
) -> Option<impl Iterator<Item = Result<ParsedKey<'a>, Error>>> {
    let (_, first) = object.members().next()?;
    Blocks::new(first.text()?).next()?;
    Some(object.members().map(|(id, value)| {
        let mut keys = describe_pem(value.text().ok_or(Reason::KeyPemMissing)?, rules);
        let key = keys.next().ok_or(Reason::KeyPemMissing)??;
        match keys.next() {
            None => Ok(ParsedKey { id: Some(id), ..key }),
            // If there were several blocks, the `kid` could name any of them.
            Some(_) => Err(Error::new(Reason::KeyContradiction).about(Member::KeyId)),
        }
    }))
}

/// Describes a key in DER: a SubjectPublicKeyInfo, an RSAPublicKey, or the key of a certificate if
/// the rules allow one.
///
/// # Errors
///
/// * [`Reason::KeyEncoding`], [`Reason::KeyPrivate`], [`Reason::KeyCurveUnnamed`],
///   [`Reason::KeyPssParameters`]
/// * [`Reason::KeyUnsupported`] for an unknown algorithm or curve
/// * [`Reason::KeyIsCertificate`] for a certificate that the rules do not allow
/// * [`Reason::KeyNotForVerification`] for a certificate with a KeyUsage without digitalSignature
pub(super) fn describe<'a>(key: Octets<'a>, rules: &KeyRules<'_>) -> Result<ParsedKey<'a>, Error> {
    let body = Der::new(key).only(der::SEQUENCE).ok_or(WRONG)?;
    let mut rest = body.clone();
    match rest.tag() {
        Some(der::INTEGER) => {
            let version = rest.element(der::INTEGER).ok_or(WRONG)?;
            // Private keys begin with a version: PKCS#1 (RFC 8017 section A.1.2), PKCS#8 (RFC 5958
            // section 2) and SEC 1 section C.4. An RSAPublicKey begins with the modulus.
            if version.is(&[0]) || version.is(&[1]) {
                return Err(Error::new(Reason::KeyPrivate));
            }
            describe_rsa(body, Algorithms::of(Algorithm::ALL))
        }
        Some(der::SEQUENCE) => {
            rest.element(der::SEQUENCE).ok_or(WRONG)?;
            match rest.tag() {
                Some(der::BIT_STRING) => describe_info(body),
                // EncryptedPrivateKeyInfo (RFC 5958 section 3).
                Some(der::OCTET_STRING) => Err(Error::new(Reason::KeyPrivate)),
                Some(der::SEQUENCE) => describe_certificate(body, rules),
                _ => Err(WRONG.into()),
            }
        }
        _ => Err(WRONG.into()),
    }
}

fn describe_certificate<'a>(
    certificate: Der<'a>,
    rules: &KeyRules<'_>,
) -> Result<ParsedKey<'a>, Error> {
    let certificate = certificate::read(certificate).ok_or(WRONG)?;
    if !rules.certificates {
        return Err(Error::new(Reason::KeyIsCertificate));
    }
    if !certificate.is_for_signatures {
        return Err(Error::new(Reason::KeyNotForVerification).about(Member::KeyUse));
    }
    describe_info(certificate.key)
}

/// Describes the content of an RSAPublicKey.
fn describe_rsa(mut numbers: Der<'_>, algorithms: Algorithms) -> Result<ParsedKey<'_>, Error> {
    let modulus = numbers.element(der::INTEGER).and_then(Der::positive).ok_or(WRONG)?;
    let exponent = numbers.only(der::INTEGER).and_then(Der::positive).ok_or(WRONG)?;
    let content = KeyContent::Rsa { modulus, exponent };
    Ok(ParsedKey { algorithms, ..ParsedKey::of(KeyKind::Rsa, content) })
}

/// Describes the content of a SubjectPublicKeyInfo.
fn describe_info(mut info: Der<'_>) -> Result<ParsedKey<'_>, Error> {
    let unsupported = Error::new(Reason::KeyUnsupported);
    let mut parameters = info.element(der::SEQUENCE).ok_or(WRONG)?;
    let key = info.only(der::BIT_STRING).and_then(Der::whole_bytes).ok_or(WRONG)?;
    let name = parameters.element(der::OBJECT_IDENTIFIER).ok_or(WRONG)?;
    let algorithms = Algorithms::of(Algorithm::ALL);
    if name.is(RSA_PSS) {
        let allowed = pss::algorithms(parameters).ok_or(Error::new(Reason::KeyPssParameters))?;
        return describe_rsa(key.only(der::SEQUENCE).ok_or(WRONG)?, allowed);
    }
    if name.is(RSA) {
        // RFC 3279 section 2.3.1: the parameters are NULL. Some programs leave them out.
        let null = parameters.optional(der::NULL).ok_or(WRONG)?;
        if null.is_some_and(|null| !null.is_empty()) || !parameters.is_empty() {
            return Err(WRONG.into());
        }
        return describe_rsa(key.only(der::SEQUENCE).ok_or(WRONG)?, algorithms);
    }
    if name.is(EC) {
        // RFC 5480 section 2.1.1: the parameters name the curve, and never spell out its equation.
        let unnamed = Error::new(Reason::KeyCurveUnnamed);
        let curve = parameters.only(der::OBJECT_IDENTIFIER).ok_or(unnamed)?;
        let found = CURVES.iter().find(|(oid, _)| curve.is(oid));
        let (_, kind) = found.ok_or(unsupported)?;
        let content = point(key)?;
        return Ok(ParsedKey::of(*kind, content));
    }
    let found = STRINGS.iter().find(|(oid, _)| name.is(oid));
    let (_, kind) = found.ok_or(unsupported)?;
    if !parameters.is_empty() {
        return Err(WRONG.into());
    }
    let content = KeyContent::Encoded(key.octets().ok_or(WRONG)?);
    Ok(ParsedKey::of(*kind, content))
}

/// Both coordinates of a point (SEC 1 section 2.3.3). Compressed points are not supported.
fn point(mut key: Der<'_>) -> Result<KeyContent<'_>, Error> {
    if key.byte() != Some(4) {
        return Err(Error::new(Reason::KeyUnsupported));
    }
    let coordinates = key.octets().ok_or(WRONG)?;
    let width = coordinates.length() / 2;
    let x = coordinates.part(0, width).ok_or(WRONG)?;
    let y = coordinates.part(width, coordinates.length().saturating_sub(width)).ok_or(WRONG)?;
    Ok(KeyContent::Point { x, y })
}
