//! Rules of the caller for claims that no profile checks.

use crate::claims::registered::RegisteredClaims;
use crate::claims::{Claims, Strings};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::str_list::StrList;

/// A rule for a claim, for [`Policy::require_rules`](super::Policy::require_rules).
#[derive(Clone, Copy, Debug)]
pub struct ClaimRule<'a> {
    pub(crate) path: StrList<'a>,
    pub(crate) demand: Demand<'a>,
}

/// The requirement of a rule for its claim.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Demand<'a> {
    Present,
    Equals(&'a str),
    Contains(&'a str),
}

impl<'a> ClaimRule<'a> {
    /// Requires the claim at `path`, with any value, even `null`.
    pub fn present(path: impl Into<StrList<'a>>) -> Self {
        Self { path: path.into(), demand: Demand::Present }
    }

    /// Requires that the claim at `path` is this string.
    pub fn equals(path: impl Into<StrList<'a>>, value: &'a str) -> Self {
        Self { path: path.into(), demand: Demand::Equals(value) }
    }

    /// Requires that the claim at `path` is this string, or an array of strings that contains it.
    /// For groups and roles.
    pub fn contains(path: impl Into<StrList<'a>>, value: &'a str) -> Self {
        Self { path: path.into(), demand: Demand::Contains(value) }
    }

    pub(crate) fn check_token(&self, claims: &Claims<'_>) -> Result<(), Reason> {
        let value = claims.get(self.path).ok_or(Reason::ClaimMissing)?;
        let fits = match self.demand {
            Demand::Present => true,
            Demand::Equals(wanted) => value.string().ok_or(Reason::ClaimType)? == wanted,
            Demand::Contains(wanted) => {
                let mut strings = Strings::of(value).ok_or(Reason::ClaimType)?;
                strings.any(|found| found == wanted)
            }
        };
        fits.then_some(()).ok_or(Reason::ClaimMismatch)
    }

    /// The top-level claim that the rule is about, or the policy member that holds the rule.
    pub(crate) fn claim(&self) -> Member {
        self.path.get(0).and_then(Member::named).unwrap_or(Member::UserMark)
    }

    /// True if a part of the rule is empty. A name on the path may be empty, because JSON allows
    /// it.
    pub(crate) fn is_empty(&self) -> bool {
        let value = match self.demand {
            Demand::Present => None,
            Demand::Equals(value) | Demand::Contains(value) => Some(value),
        };
        self.path.get(0).is_none() || value == Some("")
    }
}

/// A source that returns rules by their index.
pub(crate) trait RuleSource {
    /// The rule at `index`. `None` beyond the last one.
    fn rule(&self, index: usize) -> Option<ClaimRule<'_>>;
}

/// The rules of a policy.
#[derive(Clone, Copy)]
pub(crate) enum Rules<'a> {
    NotGiven,
    Slice(&'a [ClaimRule<'a>]),
    #[cfg(feature = "ffi")]
    Source(&'a dyn RuleSource),
}

impl<'a> Rules<'a> {
    pub(crate) const fn is_given(&self) -> bool {
        !matches!(self, Self::NotGiven)
    }

    pub(crate) fn get(&self, index: usize) -> Option<ClaimRule<'a>> {
        match *self {
            Self::NotGiven => None,
            Self::Slice(rules) => rules.get(index).copied(),
            #[cfg(feature = "ffi")]
            Self::Source(source) => source.rule(index),
        }
    }

    /// The rules, each with its index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u8, ClaimRule<'a>)> + use<'a> {
        let rules = *self;
        (0..=u8::MAX).map_while(move |index| Some((index, rules.get(index.into())?)))
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let empty = Error::new(Reason::PolicyEmpty);
        if self.get(0).is_none() {
            return Err(empty.about(Member::Rule(0)));
        }
        for (index, rule) in self.iter() {
            if rule.is_empty() {
                return Err(empty.about(Member::Rule(index)));
            }
        }
        if self.get(256).is_some() {
            return Err(Error::new(Reason::UnsupportedPolicy).about(Member::Rule(u8::MAX)));
        }
        Ok(())
    }

    pub(super) fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        for (index, rule) in self.iter() {
            let outcome = rule.check_token(&registered.claims);
            outcome.map_err(|reason| Error::new(reason).about(Member::Rule(index)))?;
        }
        evidence.pass(Check::Rules);
        Ok(())
    }
}
