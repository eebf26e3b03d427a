//! Several issuers, each with its own keys and policy in a trust row. The `iss` of the token
//! chooses the row before anything is verified. Then the token is validated with the keys and
//! policy of this row only.

use crate::error::{Error, Member, Reason, Stage};
use crate::key::table::Keys;
use crate::key::verifier;
use crate::limits::Bounds;
use crate::policy::Policy;
use crate::policy::issuer::Issuer;
use crate::time::Time;
use crate::token::Unverified;
use crate::validate::{self, Token, Verdict};

/// A trusted issuer: its policy, and the keys that sign its tokens.
///
/// With the keys of two issuers in one table, each issuer could sign tokens of the other (RFC 8725
/// section 3.8). With a row for each issuer, a token that names one issuer is never verified with a
/// key of another.
#[derive(Clone, Copy, Debug)]
pub struct TrustRow<'a> {
    keys: Keys<'a>,
    policy: &'a Policy<'a>,
}

impl<'a> TrustRow<'a> {
    /// Takes the keys of an issuer, and the policy for its tokens. The policy must name the issuer,
    /// by its constructor or by [`require_issuer_template`](Policy::require_issuer_template).
    pub const fn new(keys: Keys<'a>, policy: &'a Policy<'a>) -> Self {
        Self { keys, policy }
    }
}

/// Validates `token` with the one row whose policy names its issuer.
///
/// The unverified `iss` chooses the row. Then [`validate`](crate::validate()) runs with the keys
/// and the policy of that row, as if there were no other. [`Token::row`] returns the index of the
/// row.
///
/// `scratch` is as for [`validate`](crate::validate()).
///
/// # Errors
///
/// The errors of [`choose_row`], then the errors of [`validate`](crate::validate()) with that row.
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

/// The index of the row whose policy names the issuer of `token`. **Nothing is verified**: the
/// index only chooses the keys and the policy to verify the token with. For callers that need more
/// than [`validate_any`], such as a hardware verifier or a DPoP proof.
///
/// # Errors
///
/// * [`Stage::Usage`]: [`Reason::PolicyEmpty`] without rows; with `iss`:
///   [`Reason::PolicyIncomplete`] if a policy names no issuer, [`Reason::PolicyContradiction`] if
///   two rows accept tokens of this issuer, [`Reason::PolicyValue`] for a malformed template
/// * [`Stage::Key`], with `iss`: [`Reason::WrongIssuer`] if no row accepts tokens of this issuer,
///   [`Reason::ClaimMissing`], [`Reason::ClaimType`]
/// * the errors of [`Unverified::read`] and [`Unverified::issuer`]
///
/// The scratch is wiped.
pub fn choose_row(
    token: impl AsRef<[u8]>,
    rows: &[TrustRow<'_>],
    scratch: &mut [u8],
) -> Result<usize, Error> {
    let padded = rows.iter().any(|row| row.policy.padded);
    let issuers = rows.iter().map(|row| Ok(row.policy.issuer));
    choose(token.as_ref(), padded, issuers, scratch)
}

/// Like [`choose_row`], for rows of any type, given by their issuers. `padded` is true if one of
/// the rows accepts padded tokens.
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
    // The chosen row has its own limits, which apply when the token is validated.
    let mut unverified = Unverified::read_within(token, scratch, Bounds::LARGEST, padded)?;
    let missing = Error::new(Reason::ClaimMissing).about(Member::Issuer);
    let found = unverified.issuer().and_then(|issuer| issuer.ok_or(missing));
    let found = found.map_err(|error| match error.stage() {
        Stage::Claims => error.at_stage(Stage::Key),
        _ => error,
    })?;
    let mut chosen = None;
    let mut count = 0usize;
    for (index, issuer) in issuers.enumerate() {
        count = count.saturating_add(1);
        // A row that accepts any issuer would also accept the issuers of the other rows.
        let nameless = Error::new(Reason::PolicyIncomplete).about(Member::Issuer);
        if !issuer?.ok_or(nameless)?.may_be(found.as_bytes())? {
            continue;
        }
        if chosen.replace(index).is_some() {
            return Err(Error::new(Reason::PolicyContradiction).about(Member::Issuer));
        }
    }
    match count {
        0 => Err(Error::new(Reason::PolicyEmpty).about(Member::Issuer)),
        _ => chosen.ok_or(unknown()),
    }
}

/// The error if no row names the issuer.
fn unknown() -> Error {
    Error::new(Reason::WrongIssuer).at_stage(Stage::Key).about(Member::Issuer)
}
