//! Certificates (RFC 5280 section 4.1). Only the key is read, and the caller must trust the
//! certificate: issuer, dates and signature are not checked, and no chain is built.

use super::der::{self, Der};

/// id-ce-keyUsage (RFC 5280 section 4.2.1.3), 2.5.29.15.
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
/// The first bit of KeyUsage.
const DIGITAL_SIGNATURE: u8 = 0x80;

/// The fields of a certificate that this module reads.
pub(super) struct Certificate<'a> {
    /// Its SubjectPublicKeyInfo.
    pub(super) key: Der<'a>,
    /// True unless the certificate has a KeyUsage without digitalSignature.
    pub(super) is_for_signatures: bool,
}

/// Reads the content of a certificate. `None` if it is malformed.
pub(super) fn read(mut certificate: Der<'_>) -> Option<Certificate<'_>> {
    let mut body = certificate.element(der::SEQUENCE)?;
    certificate.element(der::SEQUENCE)?;
    certificate.only(der::BIT_STRING)?.whole_bytes()?;
    // Skip the version, serial number, signature algorithm, issuer, validity and subject.
    body.optional(der::context(0))?;
    body.element(der::INTEGER)?;
    for _ in 0..4 {
        body.element(der::SEQUENCE)?;
    }
    let key = body.element(der::SEQUENCE)?;
    // The unique identifiers have implicit tags of primitive type.
    body.optional(ISSUER_UNIQUE_ID)?;
    body.optional(SUBJECT_UNIQUE_ID)?;
    let is_for_signatures = match body.optional(der::context(3))? {
        Some(extensions) => are_for_signatures(extensions.only(der::SEQUENCE)?)?,
        None => true,
    };
    body.is_empty().then_some(Certificate { key, is_for_signatures })
}

const ISSUER_UNIQUE_ID: u8 = 0x81;
const SUBJECT_UNIQUE_ID: u8 = 0x82;

/// True unless a KeyUsage among the extensions lacks digitalSignature.
fn are_for_signatures(mut extensions: Der<'_>) -> Option<bool> {
    let mut all = true;
    while !extensions.is_empty() {
        let mut extension = extensions.element(der::SEQUENCE)?;
        let name = extension.element(der::OBJECT_IDENTIFIER)?;
        extension.optional(der::BOOLEAN)?;
        let value = extension.only(der::OCTET_STRING)?;
        if name.is(KEY_USAGE) {
            let mut bits = value.only(der::BIT_STRING)?;
            bits.byte().filter(|unused| *unused < 8)?;
            // RFC 5280 section 4.2.1.3: without this bit, the key must not verify signatures over
            // data such as tokens.
            all &= bits.byte().unwrap_or(0) & DIGITAL_SIGNATURE != 0;
        }
    }
    Some(all)
}
