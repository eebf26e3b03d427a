//! Public keys in PEM (RFC 7468) and DER: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) of every kind, and
//! RSAPublicKey (RFC 8017 section A.1.1), through the `spki` and `pem-rfc7468` crates.

use super::draft::{Content, Description, Octets};
use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::error::{Error, Reason};
use spki::der::asn1::{AnyRef, UintRef};
use spki::der::{Decode, Reader, SliceReader};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

/// Bytes of the longest key in DER: RSA of 4096 bits, or ML-DSA-87.
pub(super) const MAX_DER_BYTES: usize = if cfg!(feature = "ml-dsa") { 2700 } else { 600 };

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The curves of EC keys (RFC 5480 section 2.1.1.1), by their parameters.
const CURVES: [(ObjectIdentifier, KeyKind); 4] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), KeyKind::P256),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), KeyKind::P384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), KeyKind::P521),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), KeyKind::Secp256k1),
];

/// ML-DSA (RFC 9881 section 2).
const ML_DSA: [(ObjectIdentifier, KeyKind); 3] = [
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"), KeyKind::MlDsa44),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"), KeyKind::MlDsa65),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"), KeyKind::MlDsa87),
];

/// Decodes PEM into `der`, and returns how many bytes that took and whether it is an RSAPublicKey.
///
/// # Errors
///
/// [`Reason::KeyPrivate`] for a private key, [`Reason::KeyEncoding`] for anything else that is not one public key.
pub(super) fn decode_pem(
    pem: &[u8],
    der: &mut [u8; MAX_DER_BYTES],
) -> Result<(usize, bool), Error> {
    let wrong = Error::new(Reason::KeyEncoding);
    let (label, decoded) = pem_rfc7468::decode(pem, der).map_err(|_| wrong)?;
    let is_rsa = match label {
        "PUBLIC KEY" => false,
        "RSA PUBLIC KEY" => true,
        _ if label.ends_with("PRIVATE KEY") => return Err(Error::new(Reason::KeyPrivate)),
        _ => return Err(wrong),
    };
    Ok((decoded.len(), is_rsa))
}

/// Describes a SubjectPublicKeyInfo, or else an RSAPublicKey.
///
/// # Errors
///
/// [`Reason::KeyEncoding`]; [`Reason::KeyUnsupported`] for an algorithm or curve that is not known.
pub(super) fn describe(der: &[u8]) -> Result<Description<'_>, Error> {
    match SubjectPublicKeyInfoRef::from_der(der) {
        Ok(info) => describe_info(&info),
        Err(_) => describe_rsa(der),
    }
}

/// Describes an RSAPublicKey.
///
/// # Errors
///
/// [`Reason::KeyEncoding`].
pub(super) fn describe_rsa(der: &[u8]) -> Result<Description<'_>, Error> {
    let wrong = Error::new(Reason::KeyEncoding);
    let (modulus, exponent) = read_rsa(der).map_err(|_| wrong)?;
    let (modulus, exponent) = (Octets::Plain(modulus), Octets::Plain(exponent));
    Ok(description(KeyKind::Rsa, Content::Rsa { modulus, exponent }))
}

fn read_rsa(der: &[u8]) -> spki::der::Result<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader.sequence(|reader: &mut SliceReader<'_>| {
        let modulus = UintRef::decode(reader)?.as_bytes();
        let exponent = UintRef::decode(reader)?.as_bytes();
        Ok::<_, spki::der::Error>((modulus, exponent))
    })?;
    reader.finish()?;
    Ok(numbers)
}

fn describe_info<'a>(info: &SubjectPublicKeyInfoRef<'a>) -> Result<Description<'a>, Error> {
    let unsupported = Error::new(Reason::KeyUnsupported);
    let wrong = Error::new(Reason::KeyEncoding);
    let key = info.subject_public_key.as_bytes().ok_or(wrong)?;
    let oid = info.algorithm.oid;
    let parameters = info.algorithm.parameters;
    if oid == RSA || oid == RSA_PSS {
        let mut description = describe_rsa(key)?;
        if oid == RSA_PSS {
            // RFC 4055 section 1.2: the key is for PSS only.
            let pss = [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512];
            description.algorithms = Algorithms::of(&pss);
        }
        return Ok(description);
    }
    if oid == EC {
        let curve = parameters
            .and_then(|parameters: AnyRef<'a>| parameters.decode_as::<ObjectIdentifier>().ok());
        let found = CURVES.iter().find(|(oid, _)| Some(*oid) == curve);
        let (_, kind) = found.ok_or(unsupported)?;
        // SEC 1 section 2.3.3: both coordinates. A compressed point would have to be decompressed.
        let [0x04, coordinates @ ..] = key else {
            return Err(unsupported);
        };
        let half = coordinates.len() / 2;
        let (x, y) = coordinates.split_at_checked(half).ok_or(wrong)?;
        let (x, y) = (Octets::Plain(x), Octets::Plain(y));
        return Ok(description(*kind, Content::Point { x, y }));
    }
    let ml_dsa = ML_DSA.iter().find(|(known, _)| *known == oid);
    let kind = match ml_dsa {
        Some((_, kind)) => *kind,
        None if oid == ED25519 => KeyKind::Ed25519,
        None => return Err(unsupported),
    };
    Ok(description(kind, Content::Encoded(Octets::Plain(key))))
}

fn description(kind: KeyKind, content: Content<'_>) -> Description<'_> {
    Description { kind, id: None, algorithms: Algorithms::of(Algorithm::ALL), content }
}
