//! The numbers in a C policy: profiles, flags, kinds of rules, and algorithms.

/// A signature over a payload of any bytes.
pub const KEYCARD_PROFILE_JWS: u32 = 1;
/// A JWT of no particular kind: typ is JWT, JOSE, absent, or the token_type of the policy.
pub const KEYCARD_PROFILE_JWT: u32 = 2;
/// An access token, by RFC 9068 or of the older style. It must have the typ at+jwt or a claim that
/// marks an access token: scope, scp, cid, appid, or token_use with the value access. The markers
/// of the policy replace these claims.
pub const KEYCARD_PROFILE_ACCESS_TOKEN: u32 = 3;
/// An access token by RFC 9068 only.
pub const KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068: u32 = 4;
/// An ID token of OpenID Connect.
pub const KEYCARD_PROFILE_ID_TOKEN: u32 = 5;
/// An ID token from a refresh, compared with the original.
pub const KEYCARD_PROFILE_REFRESHED_ID_TOKEN: u32 = 6;
/// A back-channel logout token with the type logout+jwt.
pub const KEYCARD_PROFILE_LOGOUT_TOKEN: u32 = 7;
/// A back-channel logout token that may also have no type, or the type JWT.
pub const KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED: u32 = 8;
/// A client assertion: a JWT by which a client authenticates at the token endpoint. issuer is the
/// client, audience the issuer of the authorization server; max_lifetime is required.
pub const KEYCARD_PROFILE_CLIENT_ASSERTION: u32 = 9;
/// A signed authorization request (RFC 9101). issuer is the client, audience the issuer of the
/// authorization server.
pub const KEYCARD_PROFILE_REQUEST_OBJECT: u32 = 10;
/// A signed authorization response (JARM). audience is the client.
pub const KEYCARD_PROFILE_AUTHORIZATION_RESPONSE: u32 = 11;
/// A signed response of the userinfo endpoint. audience is the client, subject the sub of the ID
/// token, which is required.
pub const KEYCARD_PROFILE_USERINFO: u32 = 12;
/// A signed answer that a token is active (RFC 9701). audience is the resource server;
/// max_token_age is required.
pub const KEYCARD_PROFILE_INTROSPECTION_RESPONSE: u32 = 13;
/// A security event token (RFC 8417) with the type secevent+jwt.
pub const KEYCARD_PROFILE_SECURITY_EVENT: u32 = 14;
/// A JWT-SVID of a workload (SPIFFE). issuer is the trust domain, such as spiffe://example.org.
pub const KEYCARD_PROFILE_JWT_SVID: u32 = 15;
/// A transaction token with the type txntoken+jwt. audience is the trust domain.
pub const KEYCARD_PROFILE_TRANSACTION_TOKEN: u32 = 16;
/// A status list token with the type statuslist+jwt. subject is the uri in the token whose status
/// is asked for, which is required.
pub const KEYCARD_PROFILE_STATUS_LIST: u32 = 17;
/// A JWT that a client exchanges for an access token (RFC 7523 section 2.1). audience is the issuer
/// of the authorization server; max_lifetime is required.
pub const KEYCARD_PROFILE_AUTHORIZATION_GRANT: u32 = 18;
/// An authorization grant of an identity provider, with the type oauth-id-jag+jwt. clients is the
/// client, which is required, and client_claim is absent; max_lifetime is required.
pub const KEYCARD_PROFILE_ID_JAG: u32 = 19;
/// A workload identity token with the type wit+jwt, only together with a workload proof token: see
/// keycard_validate_bound_once. issuer is the trust domain, such as wimse://example.com; for one of
/// SPIFFE, such as spiffe://example.org, the token is a WIT-SVID.
pub const KEYCARD_PROFILE_WORKLOAD_IDENTITY: u32 = 20;
/// An SD-JWT (RFC 9901) with the type dc+sd-jwt, only for keycard_sd_jwt_validate.
pub const KEYCARD_PROFILE_SD_JWT: u32 = 21;

/// Accept tokens of any issuer.
pub const KEYCARD_WITHOUT_ISSUER: u32 = 1;
/// Accept tokens for any audience.
pub const KEYCARD_WITHOUT_AUDIENCE: u32 = 1 << 1;
/// Accept tokens without exp.
pub const KEYCARD_WITHOUT_EXPIRY: u32 = 1 << 2;
/// Accept tokens while the time is not known.
pub const KEYCARD_WITHOUT_CLOCK: u32 = 1 << 3;
/// No nonce was sent.
pub const KEYCARD_NONCE_NOT_SENT: u32 = 1 << 4;
/// Allow a leeway of more than 600 seconds.
pub const KEYCARD_INSECURE_LEEWAY: u32 = 1 << 5;
/// max_token_age is required even if it is 0.
pub const KEYCARD_HAS_MAX_TOKEN_AGE: u32 = 1 << 6;
/// max_age is required even if it is 0.
pub const KEYCARD_HAS_MAX_AGE: u32 = 1 << 7;
/// Require azp if there are several audiences.
pub const KEYCARD_REQUIRE_AUTHORIZED_PARTY: u32 = 1 << 8;
/// Require at_hash.
pub const KEYCARD_REQUIRE_ACCESS_TOKEN_HASH: u32 = 1 << 9;
/// Require c_hash.
pub const KEYCARD_REQUIRE_CODE_HASH: u32 = 1 << 10;
/// Require s_hash.
pub const KEYCARD_REQUIRE_STATE_HASH: u32 = 1 << 11;
/// True if one of the scopes is enough.
pub const KEYCARD_ANY_SCOPE: u32 = 1 << 12;
/// Require a user behind the token: sub is not the client, and user_mark holds.
pub const KEYCARD_REQUIRE_USER: u32 = 1 << 13;
/// Reject tokens with a user. A token without one has no sub, the client as sub, or matches
/// user_mark.
pub const KEYCARD_REJECT_USER: u32 = 1 << 14;
/// Accept padded base64url, from the signer that header_name and header_value identify.
pub const KEYCARD_ALLOW_PADDING: u32 = 1 << 15;

/// Reject tokens whose iat lies in the future. Recommended where the clock may be behind.
pub const KEYCARD_REJECT_ISSUED_IN_FUTURE: u32 = 1 << 16;

/// issuer is a template that matches all issuers of its form. The claim that the braces name must
/// be in the token and equal that part of iss: one or more letters, digits, "-", ".", "_" and "~".
pub const KEYCARD_ISSUER_IS_TEMPLATE: u32 = 1 << 17;

pub(super) const ALL_FLAGS: u32 = (1 << 18) - 1;

/// The claim is present.
pub const KEYCARD_RULE_PRESENT: u32 = 1;
/// The claim is a string equal to the value.
pub const KEYCARD_RULE_EQUALS: u32 = 2;
/// The claim is an array of strings that contains the value, or a string equal to it.
pub const KEYCARD_RULE_CONTAINS: u32 = 3;
