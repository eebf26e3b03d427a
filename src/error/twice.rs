//! Members that are given twice. The second value would silently replace the first.

use super::{Error, Member, Reason};

/// The last member that was given twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Twice(Option<Member>);

impl Twice {
    /// No member was given twice.
    pub(crate) const NEVER: Self = Self(None);

    /// Records that `claim` is given twice, if it was `given_before`.
    pub(crate) const fn note(&mut self, given_before: bool, claim: Member) {
        if given_before {
            self.0 = Some(claim);
        }
    }

    /// # Errors
    ///
    /// [`Reason::PolicyTwice`] with the member.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self.0 {
            Some(claim) => Err(Error::new(Reason::PolicyTwice).about(claim)),
            None => Ok(()),
        }
    }
}
