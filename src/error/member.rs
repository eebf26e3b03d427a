//! The names of the claims and other members that an error can be about.

/// Generates the enum and its names from one list.
macro_rules! names {
    (
        always { $($(#[$doc:meta])* $claim:ident = $name:literal;)* }
        more { $($(#[$more_doc:meta])* $more:ident = $more_name:literal;)* }
    ) => {
        /// The subject of an error: a claim (RFC 7519, OpenID Connect Core), a header parameter
        /// (RFC 7515), a JWK member (RFC 7517), or a member of a policy. The
        /// [`Stage`](super::Stage) says which of these it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Member {
            $($(#[$doc])* $claim,)*
            $($(#[$more_doc])* $more,)*
            /// A claim in the caller's list of rules, by its index in the list.
            Rule(u8),
        }

        /// The variants with a name, without [`Rule`](Member::Rule) and its index.
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Named {
            $($claim,)*
            $($more,)*
        }

        impl Member {
            /// The named variant. `None` for a rule.
            const fn named_as(self) -> Option<Named> {
                match self {
                    $(Self::$claim => Some(Named::$claim),)*
                    $(Self::$more => Some(Named::$more),)*
                    Self::Rule(_) => None,
                }
            }

            /// All variants with a name.
            const NAMED: &'static [Self] = &[$(Self::$claim,)* $(Self::$more,)*];

            /// Their names, with a NUL after each. This takes less room than a table of strings.
            const NAMES: &'static str = concat!($($name, "\0",)*);

            /// The names under `more`, also with a NUL after each.
            const MORE_NAMES: &'static str = concat!($($more_name, "\0",)*);

            /// The number of names in [`NAMES`](Self::NAMES).
            const ALWAYS: usize = [$($name,)*].len();

            /// The name in JSON; `rule` for a claim in the caller's list of rules.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$claim => $name,)*
                    $(Self::$more => $more_name,)*
                    Self::Rule(_) => "rule",
                }
            }
        }
    };
}

names! {
    always {
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
        /// `realm_access`, an object in Keycloak tokens
        RealmAccess = "realm_access";
        /// `resource_access`, an object in Keycloak tokens
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
        /// The header parameter that a policy requires.
        HeaderParameter = "header_name";
        /// The rule of a policy that says how a token with a user is recognised.
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
        /// The original ID token, in a policy for refreshed ID tokens.
        Original = "original";
        /// The SHA-256 of an image.
        Digest = "digest32";
        /// The precomputation of key rules.
        Precompute = "precompute";
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
        /// The maximum token length of a policy.
        MaxTokenLength = "max_token_length";
        /// The maximum header length of a policy.
        MaxHeaderLength = "max_header_length";
        /// The maximum number of members per object, of a policy.
        MaxMembers = "max_members";
        /// The maximum RSA modulus size of key rules.
        MaxRsaBits = "max_rsa_bits";
        /// The maximum secret length of key rules.
        MaxSecretBytes = "max_secret_bytes";
        /// The minimum RSA modulus size of key rules.
        MinRsaBits = "insecure_min_rsa_bits";
        /// The minimum secret length of key rules.
        MinSecretBytes = "insecure_min_secret_bytes";
        /// The minimum version of an image, in its rules.
        MinVersion = "min_version";
        /// The other trusted audiences of a policy.
        TrustedAudiences = "trusted_audiences";
        /// The claims of a policy by which an access token is recognised.
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
    // Claims of the kinds of tokens under `more`: see `src/profile/kinds.rs`. An image of other
    // kinds does not hold their names.
    more {
        /// `_sd`
        SelectiveDigests = "_sd";
        /// `_sd_alg`
        DigestAlgorithm = "_sd_alg";
        /// `sd_hash`
        PresentationHash = "sd_hash";
    }
}

/// The number of claims: the variants up to `cnf`. The others are header parameters and members of
/// keys.
#[expect(
    clippy::as_conversions,
    reason = "the discriminant of a field-less repr(u8) enum has no other spelling"
)]
const CLAIMS: usize = Named::Confirmation as usize + 1;

/// The stored values that mean "no claim" and "a claim in the caller's list of rules".
const NO_CLAIM: u8 = 0;
const RULE: u8 = u8::MAX;

impl Member {
    /// The variant with this name in JSON, if there is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::decode([Self::stored_as(name)?, 0])
    }

    /// The stored byte of the claim with this name in JSON, if there is one.
    pub(super) fn stored_as(name: &str) -> Option<u8> {
        let mut claims = (1..).zip(split(Self::NAMES)).take(CLAIMS);
        claims.find(|(_, claim)| *claim == name.as_bytes()).map(|(stored, _)| stored)
    }

    /// The name of a stored claim. `None` for a rule. The names under `more` are found only if
    /// `more` is true.
    pub(super) fn stored_name([claim, _]: [u8; 2], more: bool) -> Option<&'static str> {
        let place = usize::from(claim).checked_sub(1)?;
        let (names, place) = match place.checked_sub(Self::ALWAYS) {
            Some(place) if more => (Self::MORE_NAMES, place),
            _ => (Self::NAMES, place),
        };
        let name = split(names).nth(place).filter(|name| !name.is_empty())?;
        str::from_utf8(name).ok()
    }

    /// The index of a stored rule.
    pub(super) fn stored_rule([claim, rule]: [u8; 2]) -> Option<u8> {
        (claim == RULE).then_some(rule)
    }

    /// The two stored bytes: the claim, and the index of the rule.
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

    /// Reads the two stored bytes.
    pub(super) fn decode([claim, rule]: [u8; 2]) -> Option<Self> {
        match claim {
            NO_CLAIM => None,
            RULE => Some(Self::Rule(rule)),
            _ => Self::NAMED.get(usize::from(claim.wrapping_sub(1))).copied(),
        }
    }
}

fn split(names: &'static str) -> impl Iterator<Item = &'static [u8]> {
    names.as_bytes().split(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_name_is_that_of_its_member() {
        for (place, member) in Member::NAMED.iter().enumerate() {
            let stored = member.encode();
            assert_eq!(Member::stored_name(stored, true), Some(member.name()));
            let is_more = place >= Member::ALWAYS;
            assert_eq!(Member::stored_name(stored, false).is_none(), is_more, "{member:?}");
        }
        assert_eq!(Member::stored_name(Member::Rule(7).encode(), true), None);
        assert_eq!(Member::stored_name([0, 0], true), None);
    }

    #[test]
    fn finds_claim_by_name_and_no_member_of_header_or_key() {
        assert_eq!(Member::named("iss"), Some(Member::Issuer));
        assert_eq!(Member::named("cnf"), Some(Member::Confirmation));
        for name in ["alg", "kid", "_sd", "n", "d", "", "is", "isss"] {
            assert_eq!(Member::named(name), None, "{name}");
        }
    }
}
