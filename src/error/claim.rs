//! The names of what a refusal can be about.

/// What a refusal is about: a claim (RFC 7519, OpenID Connect Core), a header parameter (RFC 7515) or a
/// JWK member (RFC 7517); the [`Stage`](super::Stage) says which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Claim {
    /// `iss`
    Issuer,
    /// `sub`
    Subject,
    /// `aud`
    Audience,
    /// `exp`
    ExpirationTime,
    /// `nbf`
    NotBefore,
    /// `iat`
    IssuedAt,
    /// `jti`
    JwtId,
    /// `nonce`
    Nonce,
    /// `azp`
    AuthorizedParty,
    /// `auth_time`
    AuthenticationTime,
    /// `at_hash`
    AccessTokenHash,
    /// `c_hash`
    CodeHash,
    /// `s_hash`
    StateHash,
    /// `acr`
    AuthenticationContext,
    /// `amr`
    AuthenticationMethods,
    /// `scope` or `scp`
    Scope,
    /// `client_id`
    ClientId,
    /// `events`
    Events,
    /// `token_use`
    TokenUse,
    /// `cnf`
    Confirmation,
    /// `sid`
    SessionId,
    /// `htm`
    HttpMethod,
    /// `htu`
    HttpUri,
    /// `ath`
    ProvenTokenHash,
    /// `alg`
    Algorithm,
    /// `kid`
    KeyId,
    /// `typ`
    Type,
    /// `cty`
    ContentType,
    /// `crit`
    Critical,
    /// `b64`
    Base64Payload,
    /// `zip`
    Compression,
    /// `enc`
    Encryption,
    /// `jwk`
    JsonWebKey,
    /// `keys`
    Keys,
    /// `kty`
    KeyType,
    /// `use`
    KeyUse,
    /// `key_ops`
    KeyOperations,
    /// `crv`
    Curve,
    /// `x`
    XCoordinate,
    /// `y`
    YCoordinate,
    /// `n`
    Modulus,
    /// `e`
    Exponent,
    /// `k`
    KeyValue,
    /// `pub`
    PublicKey,
    /// A private member of a JWK: `d`, `p`, `q`, `dp`, `dq`, `qi`, `oth` or `priv`.
    PrivateKey,
    /// A claim of the caller's own list, by its position there.
    Rule(u8),
}

impl Claim {
    /// The claims that have a name of their own here.
    const NAMED: [Self; 24] = [
        Self::Issuer,
        Self::Subject,
        Self::Audience,
        Self::ExpirationTime,
        Self::NotBefore,
        Self::IssuedAt,
        Self::JwtId,
        Self::Nonce,
        Self::AuthorizedParty,
        Self::AuthenticationTime,
        Self::AccessTokenHash,
        Self::CodeHash,
        Self::StateHash,
        Self::AuthenticationContext,
        Self::AuthenticationMethods,
        Self::Scope,
        Self::ClientId,
        Self::Events,
        Self::TokenUse,
        Self::Confirmation,
        Self::SessionId,
        Self::HttpMethod,
        Self::HttpUri,
        Self::ProvenTokenHash,
    ];

    /// The claim with this name, if it is one of those above.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|claim| claim.name() == name)
    }

    /// The name as it stands in JSON; `rule` for a claim of the caller's own list.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "iss",
            Self::Subject => "sub",
            Self::Audience => "aud",
            Self::ExpirationTime => "exp",
            Self::NotBefore => "nbf",
            Self::IssuedAt => "iat",
            Self::JwtId => "jti",
            Self::Nonce => "nonce",
            Self::AuthorizedParty => "azp",
            Self::AuthenticationTime => "auth_time",
            Self::AccessTokenHash => "at_hash",
            Self::CodeHash => "c_hash",
            Self::StateHash => "s_hash",
            Self::AuthenticationContext => "acr",
            Self::AuthenticationMethods => "amr",
            Self::Scope => "scope",
            Self::ClientId => "client_id",
            Self::Events => "events",
            Self::TokenUse => "token_use",
            Self::Confirmation => "cnf",
            Self::SessionId => "sid",
            Self::HttpMethod => "htm",
            Self::HttpUri => "htu",
            Self::ProvenTokenHash => "ath",
            Self::JsonWebKey => "jwk",
            Self::Algorithm => "alg",
            Self::KeyId => "kid",
            Self::Type => "typ",
            Self::ContentType => "cty",
            Self::Critical => "crit",
            Self::Base64Payload => "b64",
            Self::Compression => "zip",
            Self::Encryption => "enc",
            Self::Keys => "keys",
            Self::KeyType => "kty",
            Self::KeyUse => "use",
            Self::KeyOperations => "key_ops",
            Self::Curve => "crv",
            Self::XCoordinate => "x",
            Self::YCoordinate => "y",
            Self::Modulus => "n",
            Self::Exponent => "e",
            Self::KeyValue => "k",
            Self::PublicKey => "pub",
            Self::PrivateKey => "d",
            Self::Rule(_) => "rule",
        }
    }
}
