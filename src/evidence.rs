//! The evidence for a verdict: which checks were made, which were not, and why.

use crate::numbered::numbered;

numbered! {
    /// A check, with its bit in the C ABI. The bits are fixed and append-only.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(u32)]
    pub enum Check;
    /// Every check.
    pub const ALL;
    /// The name for messages and logs.
    pub fn name;
    /// The bit of the check.
    pub fn bit -> u32;

    /// The signature, with a key of the caller and an algorithm that the caller allows.
    Signature = 1, "signature";
    /// `iss` against the issuer.
    Issuer = 1 << 1, "issuer";
    /// `aud`, or the claim named in its place, against the audiences.
    Audience = 1 << 2, "audience";
    /// `exp` against the time.
    Expiry = 1 << 3, "expiry";
    /// `nbf` against the time.
    NotBefore = 1 << 4, "not before";
    /// `typ` against the type that the profile or the caller requires.
    TokenType = 1 << 5, "token type";
    /// `iat` against the maximum age.
    TokenAge = 1 << 6, "token age";
    /// `nonce` against the one that was sent.
    Nonce = 1 << 7, "nonce";
    /// `azp` against the authorized parties.
    AuthorizedParty = 1 << 8, "authorized party";
    /// `auth_time` against the maximum age.
    AuthenticationAge = 1 << 9, "authentication age";
    /// `at_hash` against the access token.
    AccessTokenHash = 1 << 10, "access token hash";
    /// `c_hash` against the code.
    CodeHash = 1 << 11, "code hash";
    /// `scope` or `scp` against the required scopes.
    Scopes = 1 << 12, "scopes";
    /// The claims against the caller's rules.
    Rules = 1 << 13, "rules";
    /// The claim or `typ` that shows the kind of token, as the profile requires.
    Kind = 1 << 14, "kind";
    /// The header parameter that the caller requires.
    HeaderParameter = 1 << 15, "header parameter";
    /// `s_hash` against the state.
    StateHash = 1 << 16, "state hash";
    /// `acr` against the required classes.
    AuthenticationContext = 1 << 17, "authentication context";
    /// `amr` against the required methods.
    AuthenticationMethods = 1 << 18, "authentication methods";
    /// `sub` against the required subject.
    Subject = 1 << 19, "subject";
    /// A refreshed ID token against the original.
    Original = 1 << 20, "original";
    /// The client against the required clients.
    Client = 1 << 21, "client";
    /// That the token was issued for a user, or without one, as the caller requires.
    User = 1 << 22, "user";
    /// `cnf`.`jkt` against the key of the DPoP proof.
    DpopKey = 1 << 23, "DPoP key";
    /// `cnf`.`x5t#S256` against the client certificate.
    ClientCertificate = 1 << 24, "client certificate";
    /// `exp` against the maximum lifetime.
    Lifetime = 1 << 25, "lifetime";
    /// `iat` against now: it must not lie in the future.
    IssuedAt = 1 << 26, "issued at";
    /// Only a note: this check is never passed or waived. It is vacuous if `exp`, `nbf` or `iat` is
    /// after the year 9999. The issuer then wrote milliseconds, or means "never", so the comparison
    /// with the time has no meaning.
    TimeUnit = 1 << 27, "time unit";
    /// The Key Binding JWT of an SD-JWT against `cnf`.`jwk`, the audience, the nonce and `sd_hash`.
    KeyBinding = 1 << 28, "key binding";
}

/// A set of checks.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Checks {
    bits: u32,
}

impl Checks {
    /// True if the check is in the set.
    pub const fn contains(self, check: Check) -> bool {
        self.bits & check.bit() != 0
    }

    /// The bits of the set; see [`Check::bit`].
    pub const fn bits(self) -> u32 {
        self.bits
    }

    /// The checks of the set.
    pub fn iter(self) -> impl Iterator<Item = Check> {
        Check::ALL.iter().copied().filter(move |check| self.contains(*check))
    }

    fn insert(&mut self, check: Check) {
        self.bits |= check.bit();
    }
}

impl core::fmt::Debug for Checks {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The checks of a verdict. A check is in one of the three sets, or in no set if it was not
/// requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    passed: Checks,
    waived: Checks,
    vacuous: Checks,
}

impl Evidence {
    /// The checks that compared the token with a value of the caller, and passed.
    pub const fn passed(&self) -> Checks {
        self.passed
    }

    /// The checks that the policy waived by name.
    pub const fn waived(&self) -> Checks {
        self.waived
    }

    /// The checks that had nothing to compare. Either the token does not have the claim and need
    /// not have it, or there is no clock and the policy accepts that.
    pub const fn vacuous(&self) -> Checks {
        self.vacuous
    }

    /// The bits in which the other evidence differs.
    pub(crate) const fn difference(&self, other: &Self) -> u32 {
        let passed = self.passed.bits ^ other.passed.bits;
        let waived = self.waived.bits ^ other.waived.bits;
        passed | waived | (self.vacuous.bits ^ other.vacuous.bits)
    }

    pub(crate) fn pass(&mut self, check: Check) {
        self.passed.insert(check);
    }

    pub(crate) fn waive(&mut self, check: Check) {
        self.waived.insert(check);
    }

    pub(crate) fn find_vacuous(&mut self, check: Check) {
        self.vacuous.insert(check);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_bit_and_a_name_of_its_own() {
        for (number, check) in Check::ALL.iter().copied().enumerate() {
            assert_eq!(check.bit(), 1 << number, "{check:?}");
            assert!(check.name().starts_with(|letter: char| letter.is_ascii_alphabetic()));
            assert!(Check::ALL.iter().all(|other| *other == check || other.name() != check.name()));
        }
    }

    #[test]
    fn a_set_is_its_bits_and_what_was_put_in() {
        let mut checks = Checks::default();
        assert_eq!((checks.bits(), checks.iter().next()), (0, None));
        checks.insert(Check::Issuer);
        checks.insert(Check::Nonce);
        checks.insert(Check::Issuer);
        assert_eq!(checks.bits(), Check::Issuer.bit() + Check::Nonce.bit());
        assert!(checks.iter().eq([Check::Issuer, Check::Nonce]));
        assert!(Check::ALL.iter().filter(|check| checks.contains(**check)).count() == 2);
    }

    #[test]
    fn evidence_differs_wherever_one_of_its_sets_does() {
        let nothing = Evidence::default();
        for check in Check::ALL.iter().copied() {
            let mut all = nothing;
            all.pass(check);
            let passed = all;
            all.waive(check);
            let waived = all;
            all.find_vacuous(check);
            assert_eq!(all.difference(&all), 0);
            for other in [nothing, passed, waived] {
                assert_eq!(all.difference(&other), check.bit(), "{check:?}");
                assert_eq!(other.difference(&all), check.bit(), "{check:?}");
            }
            assert_eq!(
                waived.difference(&nothing),
                check.bit(),
                "two sets do not make up for each other"
            );
            assert_eq!(passed.difference(&nothing), check.bit());
        }
    }
}
