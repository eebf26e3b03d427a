//! Several issuers: each with its own keys and its own policy, a row of trust. The row is chosen by the
//! `iss` of the token before anything is verified, and the token is validated by that row alone.

use crate::error::{Claim, Error, Reason, Stage};
use crate::key::table::Keys;
use crate::key::verifier;
use crate::limits::Bounds;
use crate::policy::Policy;
use crate::policy::issuer::Issuer;
use crate::time::Time;
use crate::token::Unverified;
use crate::validate::{self, Token, Verdict};

/// An issuer that is trusted: its policy, and the keys that sign its tokens.
///
/// Keys of two issuers in one table could each sign tokens of the other (RFC 8725 section 3.8). Rows keep
/// them apart: a token that names one issuer is never verified by a key of another.
#[derive(Clone, Copy, Debug)]
pub struct TrustRow<'a> {
    keys: Keys<'a>,
    policy: &'a Policy<'a>,
}

impl<'a> TrustRow<'a> {
    /// The keys of an issuer, and the policy for its tokens. The policy names the issuer, by
    /// its constructor or by [`with_issuer_template`](Policy::with_issuer_template).
    pub const fn new(keys: Keys<'a>, policy: &'a Policy<'a>) -> Self {
        Self { keys, policy }
    }
}

/// Decides whether `token` is accepted by the one row whose policy names its issuer.
///
/// The unverified `iss` chooses the row. Then [`validate`](crate::validate()) decides with the keys and
/// the policy of that row, as if there were no other. [`Token::row`] says which row it was.
///
/// `scratch` is as for [`validate`](crate::validate()).
///
/// # Errors
///
/// As [`choose_row`], then as [`validate`](crate::validate()) with that row.
pub fn validate_any<'s>(
    token: impl AsRef<[u8]>,
    rows: &[TrustRow<'_>],
    time: Time,
    scratch: &'s mut [u8],
) -> Result<Token<'s>, Error> {
    let token = token.as_ref();
    let index = choose_row(token, rows, scratch)?;
    let row = rows.get(index).ok_or(unknown())?;
    let verify = verifier::in_software;
    let verdict = validate::decide(token, row.keys, row.policy, time, scratch, verify)?;
    Token::of(Verdict { row: index, ..verdict }, scratch)
}

/// The position of the row whose policy names the issuer of `token`. **Nothing is verified**: this
/// chooses what to verify the token with, for callers that need more than [`validate_any`], such as
/// hardware that verifies or a DPoP proof.
///
/// # Errors
///
/// [`Stage::Usage`]: [`Reason::PolicyEmpty`] without rows, [`Reason::PolicyIncomplete`] with `iss` if a policy names no issuer,
/// [`Reason::PolicyContradiction`] with `iss` if two rows take tokens of this issuer,
/// [`Reason::PolicyValue`] with `iss` for a malformed template.
/// [`Stage::Key`]: [`Reason::WrongIssuer`] if no row takes tokens of this issuer,
/// [`Reason::ClaimMissing`] and [`Reason::ClaimType`] with `iss`.
/// Otherwise as [`Unverified::read`] and [`Unverified::issuer`]. The scratch is wiped.
pub fn choose_row(
    token: impl AsRef<[u8]>,
    rows: &[TrustRow<'_>],
    scratch: &mut [u8],
) -> Result<usize, Error> {
    let padded = rows.iter().any(|row| row.policy.padded);
    let issuers = rows.iter().map(|row| Ok(row.policy.issuer));
    choose(token.as_ref(), padded, issuers, scratch)
}

/// As [`choose_row`], among the issuers of rows of whatever form, if one of them takes tokens that are
/// `padded`.
pub(crate) fn choose<'i>(
    token: &[u8],
    padded: bool,
    issuers: impl Iterator<Item = Result<Option<Issuer<'i>>, Error>>,
    scratch: &mut [u8],
) -> Result<usize, Error> {
    let scratch = validate::used_of(token, scratch);
    let chosen = choose_in(token, padded, issuers, scratch);
    scratch.fill(0);
    chosen
}

fn choose_in<'i>(
    token: &[u8],
    padded: bool,
    issuers: impl Iterator<Item = Result<Option<Issuer<'i>>, Error>>,
    scratch: &mut [u8],
) -> Result<usize, Error> {
    // The row that is chosen has its own bounds, which hold when the token is validated.
    let mut unverified = Unverified::read_within(token, scratch, Bounds::LARGEST, padded)?;
    let missing = Error::new(Reason::ClaimMissing).about(Claim::Issuer);
    let found = unverified.issuer().and_then(|issuer| issuer.ok_or(missing));
    let found = found.map_err(|error| match error.stage() {
        Stage::Claims => error.at_stage(Stage::Key),
        _ => error,
    })?;
    let mut chosen = None;
    let mut count = 0usize;
    for (index, issuer) in issuers.enumerate() {
        count = count.saturating_add(1);
        // A row for any issuer would be a row for the issuers of the others.
        let nameless = Error::new(Reason::PolicyIncomplete).about(Claim::Issuer);
        if !issuer?.ok_or(nameless)?.may_be(found.as_bytes())? {
            continue;
        }
        if chosen.replace(index).is_some() {
            return Err(Error::new(Reason::PolicyContradiction).about(Claim::Issuer));
        }
    }
    match count {
        0 => Err(Error::new(Reason::PolicyEmpty).about(Claim::Issuer)),
        _ => chosen.ok_or(unknown()),
    }
}

/// No row is for the issuer.
fn unknown() -> Error {
    Error::new(Reason::WrongIssuer).at_stage(Stage::Key).about(Claim::Issuer)
}
