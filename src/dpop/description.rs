//! The description of a kind of proof: the checks read every difference between kinds from it.

use crate::error::Member;
use crate::policy::Profile;
use crate::profile::kinds::{self, Kind};
use crate::profile::workload_identity::WORKLOAD_IDENTITY;

/// One kind of proof.
pub(crate) struct Description {
    /// The kind of JWT, with its `typ`.
    pub(super) kind: &'static Kind,
    /// The text that separates the uses of this kind of proof from those of the others.
    pub(super) name: &'static str,
    pub(super) key: KeySource,
    pub(super) target: Target,
    pub(super) life: Life,
    /// The claim with the hash of the token whose key signs the proof.
    pub(super) holder_hash: Option<&'static str>,
    /// True if the proof binds an access token of the request with `ath`.
    pub(super) binds_access_token: bool,
    /// True if the proof binds a transaction token of the request with `tth`, and may bind others.
    pub(super) binds_others: bool,
    /// The claim with the nonce of the verifier.
    pub(super) nonce: Option<(&'static str, Member)>,
}

/// Where the key comes from.
#[derive(Clone, Copy)]
pub(super) enum KeySource {
    /// `jwk` in the header of the proof.
    Header,
    /// `cnf`.`jwk` in the validated token of this kind.
    Token(&'static Profile),
}

/// The target that the proof names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// `htm` and `htu` are the request.
    Request,
    /// `aud` is the URI of the request, or a name that the verifier expects in its place.
    Uri,
}

/// The claim that limits the time in which the proof is good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// `iat`, which is at most a window ago.
    IssuedAt,
    /// `exp`, which is at most a window ahead.
    Expiry,
}

/// RFC 9449 section 4.2.
pub(super) static DPOP: Description = Description {
    kind: &kinds::PROOF,
    name: "DPoP proof",
    key: KeySource::Header,
    target: Target::Request,
    life: Life::IssuedAt,
    holder_hash: None,
    binds_access_token: true,
    binds_others: false,
    nonce: Some(("nonce", Member::Nonce)),
};

/// draft-ietf-wimse-wpt section 2.
pub(super) static WORKLOAD: Description = Description {
    kind: &kinds::WORKLOAD_PROOF,
    name: "workload proof",
    key: KeySource::Token(&WORKLOAD_IDENTITY),
    target: Target::Uri,
    life: Life::Expiry,
    holder_hash: Some("wth"),
    binds_access_token: true,
    binds_others: true,
    nonce: None,
};
