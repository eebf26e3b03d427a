//! Flows.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::layout::{
    keycard_bytes, keycard_issued, keycard_original_id_token, keycard_policy, keycard_practice,
    keycard_recommendation, keycard_status,
};
use super::policy_numbers::{
    KEYCARD_PROFILE_ACCESS_TOKEN, KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068, KEYCARD_PROFILE_ID_TOKEN,
    KEYCARD_PROFILE_REFRESHED_ID_TOKEN, KEYCARD_REJECT_USER, KEYCARD_REQUIRE_ACCESS_TOKEN_HASH,
    KEYCARD_REQUIRE_CODE_HASH, KEYCARD_REQUIRE_USER,
};
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::error::{Error, Member, Reason};
use crate::flow::demands::Demands;
use crate::flow::{
    Application, AuthorizationResponse, Endpoint, Flow, Issued, Presence, ResponseType,
    TokenResponse,
};

/// Recommends a flow for an application. keycard_flow_practice gives today's advice on the classic
/// flow.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNSUPPORTED_POLICY for an unknown application
/// In:      application, one of KEYCARD_APPLICATION_…
/// Out:     recommendation, zeros on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_flow_recommendation(
    application: i32,
    recommendation: *mut keycard_recommendation,
) -> keycard_status {
    let found = application_of(application).map(|application| keycard_recommendation {
        classic: application.flow().code(),
        today: application.flow_today().code(),
    });
    let empty = keycard_recommendation { classic: 0, today: 0 };
    // SAFETY: by the header, the recommendation may be written.
    status_of(&unsafe { raw::deliver(found, recommendation, empty) })
}

/// Rates how a flow fits an application by the classic table.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNSUPPORTED_POLICY for an unknown application or flow
/// In:      application, one of KEYCARD_APPLICATION_…
///          flow, one of KEYCARD_FLOW_…
/// Out:     fit, one of KEYCARD_FIT_…; 0 on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_flow_fit(
    application: i32,
    flow: i32,
    fit: *mut i32,
) -> keycard_status {
    let found = application_of(application)
        .and_then(|application| Ok(application.fit(flow_of(flow)?).code()));
    // SAFETY: by the header, the fit may be written.
    status_of(&unsafe { raw::deliver(found, fit, 0) })
}

/// Gives the advice of RFC 9700 on a flow.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNSUPPORTED_POLICY for an unknown flow
/// In:      flow, one of KEYCARD_FLOW_…
/// Out:     practice, zeros and an absent text on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_flow_practice(
    flow: i32,
    practice: *mut keycard_practice,
) -> keycard_status {
    let found = flow_of(flow).map(|flow| keycard_practice {
        kind: flow.practice().code(),
        reserved: 0,
        text: keycard_bytes::of_static(flow.practice_text()),
    });
    let empty = keycard_practice { kind: 0, reserved: 0, text: ABSENT };
    // SAFETY: by the header, the practice may be written.
    status_of(&unsafe { raw::deliver(found, practice, empty) })
}

/// Lists the credentials that an endpoint issues in a flow. If they depend on the response type,
/// keycard_response_type_issued is more exact.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNSUPPORTED_POLICY for an unknown flow or endpoint
/// In:      flow, one of KEYCARD_FLOW_…
///          endpoint, one of KEYCARD_ENDPOINT_…
/// Out:     issued, zeros on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_flow_issued(
    flow: i32,
    endpoint: i32,
    issued: *mut keycard_issued,
) -> keycard_status {
    let found = flow_of(flow).and_then(|flow| {
        let endpoint = endpoint_of(endpoint)?;
        Ok(keycard_issued::of(|issued| flow.presence(endpoint, issued)))
    });
    // SAFETY: by the header, the sets may be written.
    status_of(&unsafe { raw::deliver(found, issued, keycard_issued::NOTHING) })
}

/// Rejects a response that contains a credential which the flow never issues there, such as an ID
/// token for a service, or a refresh token through the browser.
///
/// Returns: KEYCARD_OK if all of them may be issued
///          KEYCARD_NOT_ISSUED_BY_FLOW if one is never issued there
///          KEYCARD_UNSUPPORTED_POLICY for an unknown flow, endpoint or bit
/// In:      flow, one of KEYCARD_FLOW_…
///          endpoint, the source of the response: one of KEYCARD_ENDPOINT_…
///          received, the credentials in the response: KEYCARD_ISSUED_…, or-ed
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn keycard_flow_check_received(
    flow: i32,
    endpoint: i32,
    received: u32,
) -> keycard_status {
    let checked = flow_of(flow).and_then(|flow| {
        let endpoint = endpoint_of(endpoint)?;
        check_received(received, |issued| flow.check_received(endpoint, &[issued]))
    });
    status_of(&checked)
}

/// Parses the parameter response_type of an authorization request: words in any order, separated by
/// one space.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNKNOWN_RESPONSE_TYPE for an unknown or repeated word, for none with other
///            words, and for no word
/// In:      text, the parameter without percent-encoding
/// Out:     response_type, one of KEYCARD_RESPONSE_TYPE_…; 0 on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_response_type_parse(
    text: keycard_bytes,
    response_type: *mut i32,
) -> keycard_status {
    let parsed = (|| {
        let written = [Region::one(response_type)];
        let reader = Reader::new(&written, &[])?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { text.read(reader) }?;
        let text = core::str::from_utf8(text).map_err(|_| Error::new(Reason::NotText))?;
        text.parse().map(ResponseType::code)
    })();
    // SAFETY: by the header, the response type may be written.
    status_of(&unsafe { raw::deliver(parsed, response_type, 0) })
}

/// Lists the credentials that an endpoint issues for a response type.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint
/// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
///          endpoint, one of KEYCARD_ENDPOINT_…
/// Out:     issued, zeros on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_response_type_issued(
    response_type: i32,
    endpoint: i32,
    issued: *mut keycard_issued,
) -> keycard_status {
    let found = response_type_of(response_type).and_then(|response_type| {
        let endpoint = endpoint_of(endpoint)?;
        Ok(keycard_issued::of(|issued| response_type.presence(endpoint, issued)))
    });
    // SAFETY: by the header, the sets may be written.
    status_of(&unsafe { raw::deliver(found, issued, keycard_issued::NOTHING) })
}

/// Rejects a response that contains a credential which a request of this type never gets there.
///
/// Returns: KEYCARD_OK if all of them may be issued
///          KEYCARD_NOT_ISSUED_BY_FLOW if one is never issued there
///          KEYCARD_UNSUPPORTED_POLICY for an unknown response type, endpoint or bit
/// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
///          endpoint, the source of the response: one of KEYCARD_ENDPOINT_…
///          received, the credentials in the response: KEYCARD_ISSUED_…, or-ed
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn keycard_response_type_check_received(
    response_type: i32,
    endpoint: i32,
    received: u32,
) -> keycard_status {
    let checked = response_type_of(response_type).and_then(|response_type| {
        let endpoint = endpoint_of(endpoint)?;
        check_received(received, |issued| response_type.check_received(endpoint, &[issued]))
    });
    status_of(&checked)
}

/// Lists the checks of an ID token that OpenID Connect requires for a response type, beyond those
/// of every ID token.
///
/// Returns: KEYCARD_OK
///          KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint
/// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
///          endpoint, the source of the ID token: one of KEYCARD_ENDPOINT_…
/// Out:     checks, KEYCARD_CHECK_…, or-ed; 0 on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_response_type_checks(
    response_type: i32,
    endpoint: i32,
    checks: *mut u32,
) -> keycard_status {
    let found = response_type_of(response_type).and_then(|response_type| {
        let mandatory = response_type.mandatory_checks(endpoint_of(endpoint)?);
        Ok(mandatory.iter().fold(0, |bits, check| bits | check.bit()))
    });
    // SAFETY: by the header, the checks may be written.
    status_of(&unsafe { raw::deliver(found, checks, 0) })
}

/// Sets the requirements for the ID token of a response in a policy: the profile, the values that
/// came with the token, and the flags of the checks that its response type requires.
///
/// The caller sets issuer, audience (the client) and algorithms, before or after. keycard_validate
/// rejects a value of length 0.
///
/// Returns: KEYCARD_OK
///          KEYCARD_POLICY_INCOMPLETE if a required check lacks its value, or if endpoint is the
///            token endpoint and access_token is absent
///          KEYCARD_POLICY_CONTRADICTION if this response has no ID token, or a value that it never
///            has
///          KEYCARD_POLICY_CONTRADICTION if the policy has another profile, or has one of the
///            values already
///          KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint
///          KEYCARD_STRUCT_SIZE
/// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
///          endpoint, the source of the ID token: one of KEYCARD_ENDPOINT_…
///          nonce, the nonce that was sent. It may be absent only from the token endpoint, for the
///            types code and code token; then set the flag KEYCARD_NONCE_NOT_SENT
///          access_token, that came with the ID token, or absent
///          code, that came with the ID token, or absent
///          subject, the sub of the ID token that came with the code, or absent
/// Out:     policy, read and changed, from KEYCARD_POLICY_INIT; unchanged on failure
/// Lifetime: policy points to the texts
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_policy_for_id_token(
    policy: *mut keycard_policy,
    response_type: i32,
    endpoint: i32,
    nonce: keycard_bytes,
    access_token: keycard_bytes,
    code: keycard_bytes,
    subject: keycard_bytes,
) -> keycard_status {
    let texts = [nonce, access_token, code, subject];
    // SAFETY: by the header, the policy may be read and written.
    status_of(&unsafe {
        change(policy, |asked, reader| {
            let response_type = response_type_of(response_type)?;
            let endpoint = endpoint_of(endpoint)?;
            asked.for_id_token(response_type, endpoint, texts, reader)
        })
    })
}

/// Sets the requirements for the ID token of a refresh in a policy: the profile, the original to
/// compare with, and the access token that came with it.
///
/// Returns: KEYCARD_OK
///          KEYCARD_POLICY_INCOMPLETE if access_token is absent
///          KEYCARD_POLICY_CONTRADICTION if the policy has another profile, or has one of the
///            values already
///          KEYCARD_STRUCT_SIZE
/// In:      original, the ID token of the original authentication; keycard_validate reads it
///          access_token, that came with the ID token
/// Out:     policy, read and changed, from KEYCARD_POLICY_INIT; unchanged on failure
/// Lifetime: policy points to original and to the text
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_policy_for_refreshed_id_token(
    policy: *mut keycard_policy,
    original: *const keycard_original_id_token,
    access_token: keycard_bytes,
) -> keycard_status {
    // SAFETY: by the header, the policy may be read and written.
    status_of(&unsafe {
        change(policy, |asked, reader| asked.for_refreshed_id_token(original, access_token, reader))
    })
}

/// Sets the requirements for an access token of a flow in a policy: the profile, unless it is
/// KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 already, and whether the token must be for a user.
///
/// The caller names the claims that show the user, before or after: client_claim, and user_mark for
/// a flow with a user. Without them keycard_validate returns KEYCARD_POLICY_INCOMPLETE.
///
/// Returns: KEYCARD_OK
///          KEYCARD_POLICY_CONTRADICTION if the policy has another profile, or already requires the
///            opposite about the user
///          KEYCARD_UNSUPPORTED_POLICY for an unknown flow
///          KEYCARD_STRUCT_SIZE
/// In:      flow, one of KEYCARD_FLOW_…
/// Out:     policy, read and changed, from KEYCARD_POLICY_INIT; unchanged on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_policy_for_access_token(
    policy: *mut keycard_policy,
    flow: i32,
) -> keycard_status {
    // SAFETY: by the header, the policy may be read and written.
    status_of(&unsafe { change(policy, |asked, _| asked.for_access_token(flow_of(flow)?)) })
}

/// Changes a policy by `change`. On failure the policy is unchanged.
///
/// # Safety
///
/// The policy begins with its size. If `policy` is not NULL and aligned, that number of bytes may
/// be read and written.
unsafe fn change(
    policy: *mut keycard_policy,
    change: impl FnOnce(&mut keycard_policy, Reader<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    // SAFETY: the caller's promise.
    let mut asked = *unsafe { Reader::ANYWHERE.versioned(policy.cast_const()) }?;
    let written = [Region::of(policy, asked.struct_size)];
    change(&mut asked, Reader::new(&written, &[])?)?;
    // SAFETY: the caller's promise; the value read from there is a copy.
    let place = unsafe { raw::elements_mut(policy, 1) }?;
    for policy in place {
        *policy = asked;
    }
    Ok(())
}

impl keycard_policy {
    fn for_id_token(
        &mut self,
        response_type: ResponseType,
        endpoint: Endpoint,
        [nonce, access_token, code, subject]: [keycard_bytes; 4],
        reader: Reader<'_>,
    ) -> Result<(), Error> {
        let contradiction = Error::new(Reason::PolicyContradiction);
        for (given, claim) in [
            (self.nonce, Member::Nonce),
            (self.access_token, Member::AccessTokenHash),
            (self.code, Member::CodeHash),
            (self.subject, Member::Subject),
        ] {
            if !given.is_absent() {
                return Err(contradiction.about(claim));
            }
        }
        self.claim_profile(&[KEYCARD_PROFILE_ID_TOKEN])?;
        // SAFETY: by the header, the texts may be read.
        let text = |text: keycard_bytes| unsafe { text.read_text(reader) };
        let (sent, token, came) = (text(nonce)?, text(access_token)?, text(code)?);
        let first = text(subject)?;
        match endpoint {
            Endpoint::Authorization => {
                AuthorizationResponse::received(response_type, came, token)?;
            }
            Endpoint::Token => {
                TokenResponse::received(response_type, came, token)?;
            }
        }
        let demands = Demands::of(response_type, endpoint);
        demands.check_values(sent, first)?;
        if demands.access_token_hash {
            self.flags |= KEYCARD_REQUIRE_ACCESS_TOKEN_HASH;
        }
        if demands.code_hash {
            self.flags |= KEYCARD_REQUIRE_CODE_HASH;
        }
        (self.nonce, self.access_token) = (nonce, access_token);
        (self.code, self.subject) = (code, subject);
        Ok(())
    }

    fn for_refreshed_id_token(
        &mut self,
        original: *const keycard_original_id_token,
        access_token: keycard_bytes,
        reader: Reader<'_>,
    ) -> Result<(), Error> {
        // SAFETY: by the header, the original may be read.
        unsafe { reader.structure(original) }?;
        // SAFETY: by the header, the text may be read.
        let token = unsafe { access_token.read_text(reader) }?;
        token.ok_or(Error::new(Reason::PolicyIncomplete).about(Member::AccessTokenHash))?;
        if !self.original.is_null() || !self.access_token.is_absent() {
            return Err(Error::new(Reason::PolicyContradiction));
        }
        self.claim_profile(&[KEYCARD_PROFILE_REFRESHED_ID_TOKEN])?;
        (self.original, self.access_token) = (original, access_token);
        Ok(())
    }

    fn for_access_token(&mut self, flow: Flow) -> Result<(), Error> {
        let (flag, opposite) = if flow.has_user() {
            (KEYCARD_REQUIRE_USER, KEYCARD_REJECT_USER)
        } else {
            (KEYCARD_REJECT_USER, KEYCARD_REQUIRE_USER)
        };
        if self.flags & opposite != 0 {
            return Err(Error::new(Reason::PolicyContradiction).about(Member::Subject));
        }
        self.flags |= flag;
        self.claim_profile(&[KEYCARD_PROFILE_ACCESS_TOKEN, KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068])
    }

    /// Sets the first of these profiles, unless one of them is set. Any other profile is a
    /// contradiction.
    fn claim_profile(&mut self, profiles: &[u32]) -> Result<(), Error> {
        match (self.profile, profiles) {
            (0, [usual, ..]) => self.profile = *usual,
            (set, profiles) if profiles.contains(&set) => {}
            _ => return Err(Error::new(Reason::PolicyContradiction)),
        }
        Ok(())
    }
}

impl keycard_issued {
    const NOTHING: Self = Self { always: 0, possible: 0 };

    fn of(presence: impl Fn(Issued) -> Presence) -> Self {
        Issued::ALL.iter().fold(Self::NOTHING, |sets, issued| match presence(*issued) {
            Presence::Never => sets,
            Presence::Possible => Self { possible: sets.possible | issued.bit(), ..sets },
            Presence::Always => Self { always: sets.always | issued.bit(), ..sets },
        })
    }
}

fn check_received(received: u32, check: impl Fn(Issued) -> Result<(), Error>) -> Result<(), Error> {
    let known = Issued::ALL.iter().fold(0, |bits, issued| bits | issued.bit());
    if received & !known != 0 {
        return Err(Error::new(Reason::UnsupportedPolicy));
    }
    let mut came = Issued::ALL.iter().filter(|issued| received & issued.bit() != 0);
    came.try_for_each(|issued| check(*issued))
}

fn application_of(code: i32) -> Result<Application, Error> {
    known(Application::ALL, |application| application.code() == code)
}

fn flow_of(code: i32) -> Result<Flow, Error> {
    known(Flow::ALL, |flow| flow.code() == code)
}

fn endpoint_of(code: i32) -> Result<Endpoint, Error> {
    known(Endpoint::ALL, |endpoint| endpoint.code() == code)
}

fn response_type_of(code: i32) -> Result<ResponseType, Error> {
    known(ResponseType::ALL, |response_type| response_type.code() == code)
}

/// The element of a list that has this number in the C ABI.
fn known<T: Copy>(all: &[T], is: impl Fn(&T) -> bool) -> Result<T, Error> {
    all.iter().copied().find(is).ok_or(Error::new(Reason::UnsupportedPolicy))
}
