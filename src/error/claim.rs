//! The names of what a refusal can be about.

/// Writes the names: each once, with what it stands for.
macro_rules! names {
    ($($(#[$doc:meta])* $claim:ident = $name:literal;)*) => {
        /// What a rejection is about: a claim (RFC 7519, OpenID Connect Core), a header parameter (RFC 7515),
        /// a JWK member (RFC 7517), or a member of a policy. The [`Stage`](super::Stage) says which of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Claim {
            $($(#[$doc])* $claim,)*
            /// A claim of the caller's own list, by its position there.
            Rule(u8),
        }

        /// Those that have a name, without any number beside them.
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Named {
            $($claim,)*
        }

        impl Claim {
            /// Which of those that have a name it is.
            const fn named_as(self) -> Option<Named> {
                match self {
                    $(Self::$claim => Some(Named::$claim),)*
                    Self::Rule(_) => None,
                }
            }

            /// All that have a name.
            const NAMED: &'static [Self] = &[$(Self::$claim,)*];

            /// The name as it stands in JSON; `rule` for a claim of the caller's own list.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$claim => $name,)*
                    Self::Rule(_) => "rule",
                }
            }
        }
    };
}

names! {
    /// `iss`
    Issuer = "iss";
    /// `sub`
    Subject = "sub";
    /// `aud`
    Audience = "aud";
    /// `exp`
    ExpirationTime = "exp";
    /// `nbf`
    NotBefore = "nbf";
    /// `iat`
    IssuedAt = "iat";
    /// `jti`
    JwtId = "jti";
    /// `nonce`
    Nonce = "nonce";
    /// `azp`
    AuthorizedParty = "azp";
    /// `auth_time`
    AuthenticationTime = "auth_time";
    /// `at_hash`
    AccessTokenHash = "at_hash";
    /// `c_hash`
    CodeHash = "c_hash";
    /// `s_hash`
    StateHash = "s_hash";
    /// `acr`
    AuthenticationContext = "acr";
    /// `amr`
    AuthenticationMethods = "amr";
    /// `scope` or `scp`
    Scope = "scope";
    /// `client_id`
    ClientId = "client_id";
    /// `events`
    Events = "events";
    /// `token_use`
    TokenUse = "token_use";
    /// `realm_access`, an object of Keycloak's
    RealmAccess = "realm_access";
    /// `resource_access`, an object of Keycloak's
    ResourceAccess = "resource_access";
    /// `cnf`
    Confirmation = "cnf";
    /// `sid`
    SessionId = "sid";
    /// `htm`
    HttpMethod = "htm";
    /// `htu`
    HttpUri = "htu";
    /// `ath`
    ProvenTokenHash = "ath";
    /// `alg`
    Algorithm = "alg";
    /// `kid`
    KeyId = "kid";
    /// `typ`
    Type = "typ";
    /// `cty`
    ContentType = "cty";
    /// `crit`
    Critical = "crit";
    /// `b64`
    Base64Payload = "b64";
    /// `zip`
    Compression = "zip";
    /// `enc`
    Encryption = "enc";
    /// `jwk`
    JsonWebKey = "jwk";
    /// `keys`
    Keys = "keys";
    /// `kty`
    KeyType = "kty";
    /// `use`
    KeyUse = "use";
    /// `key_ops`
    KeyOperations = "key_ops";
    /// `crv`
    Curve = "crv";
    /// `x`
    XCoordinate = "x";
    /// `y`
    YCoordinate = "y";
    /// `n`
    Modulus = "n";
    /// `e`
    Exponent = "e";
    /// `k`
    KeyValue = "k";
    /// `pub`
    PublicKey = "pub";
    /// The header parameter that a policy asks for.
    HeaderParameter = "header_name";
    /// What marks a token with a user, in a policy.
    UserMark = "user_mark";
    /// The kind of token, in a policy.
    Profile = "profile";
    /// The flags of a policy or of rules.
    Flags = "flags";
    /// The audiences of a policy.
    Audiences = "audiences";
    /// The scopes of a policy.
    Scopes = "scopes";
    /// The rules of a policy.
    Rules = "rules";
    /// What a refreshed ID token is compared with.
    Original = "original";
    /// The SHA-256 of an image.
    Digest = "digest32";
    /// The bytes for what is computed from a key once.
    Prepare = "prepare";
    /// The leeway of a policy.
    Leeway = "leeway";
    /// `x5c`
    Certificates = "x5c";
    /// `issuer` of a JWK
    KeyIssuer = "issuer";
    /// `revoked` of a JWK
    Revoked = "revoked";
    /// A private member of a JWK: `d`, `p`, `q`, `dp`, `dq`, `qi`, `oth` or `priv`.
    PrivateKey = "d";
    /// The longest token of a policy.
    MaxTokenLength = "max_token_length";
    /// The longest header of a policy.
    MaxHeaderLength = "max_header_length";
    /// The most members of one object, of a policy.
    MaxMembers = "max_members";
    /// The longest RSA modulus of key rules.
    MaxRsaBits = "max_rsa_bits";
    /// The longest secret of key rules.
    MaxSecretBytes = "max_secret_bytes";
    /// The shortest RSA modulus of key rules.
    MinRsaBits = "insecure_min_rsa_bits";
    /// The shortest secret of key rules.
    MinSecretBytes = "insecure_min_secret_bytes";
    /// The smallest version of an image, in its rules.
    MinVersion = "min_version";
    /// The audiences of others that a policy trusts.
    TrustedAudiences = "trusted_audiences";
    /// The claims that mark an access token, of a policy.
    Markers = "markers";
    /// The authorized parties of a policy.
    AuthorizedParties = "authorized_parties";
    /// The authentication context classes of a policy.
    AuthenticationContexts = "authentication_contexts";
    /// The authentication methods of a policy.
    RequiredMethods = "authentication_methods";
    /// The clients of a policy.
    Clients = "clients";
}

/// How many are claims: those up to `cnf`. The others are header parameters and members of keys.
#[expect(
    clippy::as_conversions,
    reason = "the discriminant of a field-less repr(u8) enum has no other spelling"
)]
const CLAIMS: usize = Named::Confirmation as usize + 1;

/// No claim, and a claim of the caller's own list, as an error keeps them.
const NO_CLAIM: u8 = 0;
const RULE: u8 = u8::MAX;

impl Claim {
    /// The claim with this name, if it has one of its own here.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().take(CLAIMS).copied().find(|claim| claim.name() == name)
    }

    /// As an error keeps it: which claim, and which rule.
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a field-less repr(u8) enum has no other spelling"
    )]
    pub(super) const fn encode(self) -> [u8; 2] {
        match (self, self.named_as()) {
            (Self::Rule(index), _) => [RULE, index],
            (_, Some(named)) => [(named as u8).wrapping_add(1), 0],
            (_, None) => [NO_CLAIM, 0],
        }
    }

    /// What was encoded so.
    pub(super) fn decode([claim, rule]: [u8; 2]) -> Option<Self> {
        match claim {
            NO_CLAIM => None,
            RULE => Some(Self::Rule(rule)),
            _ => Self::NAMED.get(usize::from(claim.wrapping_sub(1))).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_name_of_a_claim_is_that_claim_and_no_member_of_a_header_or_a_key() {
        assert_eq!(Claim::named("iss"), Some(Claim::Issuer));
        assert_eq!(Claim::named("cnf"), Some(Claim::Confirmation));
        for name in ["alg", "kid", "n", "d", "", "is", "isss"] {
            assert_eq!(Claim::named(name), None, "{name}");
        }
    }
}
