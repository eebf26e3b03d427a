//! Errors. An [`Error`] holds the [`Stage`] at which the token was rejected and the [`Reason`]. If
//! they are known, it also holds the [`Member`] concerned and the byte offset.

mod calendar;
mod decimal;
pub(crate) mod line;
mod member;
mod reason;
mod stage;
pub(crate) mod twice;

use core::fmt;
use core::num::NonZeroU32;
use line::Line;
pub use member::Member;
use reason::NumberIs;
pub use reason::Reason;
pub use stage::Stage;

/// The reason of a rejection. It takes 8 bytes, is `Copy`, and is the same with every feature.
#[derive(Clone, Copy, Eq)]
pub struct Error {
    /// From the lowest bit: the number of the reason in 10 bits, the stage in 6 bits, and claim and
    /// rule in one byte each. The stage is 0 if the error occurred at the stage of its reason. So
    /// packed, a `Result` fits into two registers, and the status of the C ABI needs no table. This
    /// matters because half of the code of a strict parser passes on errors.
    what: NonZeroU32,
    /// A number whose meaning depends on the reason: an offset, a required size in bytes, the
    /// seconds between the time of a claim and now, or the two widths of a value. A number that
    /// does not fit is left out.
    number: u32,
}

/// The value if there is no number.
const NONE: u32 = u32::MAX;

/// The bits of the number of a reason, and the number of these bits.
const REASON: u16 = (1 << STAGE_SHIFT) - 1;
const STAGE_SHIFT: u32 = 10;

impl Error {
    /// An error with the stage of its reason.
    pub(crate) const fn new(reason: Reason) -> Self {
        Self::pack(reason.number(), [0, 0], NONE)
    }

    const fn pack(reason_and_stage: u16, [claim, rule]: [u8; 2], number: u32) -> Self {
        let [low, high] = reason_and_stage.to_le_bytes();
        match NonZeroU32::new(u32::from_le_bytes([low, high, claim, rule])) {
            Some(what) => Self { what, number },
            // No reason has the number 0.
            None => Self { what: NonZeroU32::MIN, number },
        }
    }

    /// The number of the reason with the stage above it, and the stored claim and rule.
    const fn parts(self) -> (u16, [u8; 2]) {
        let [low, high, claim, rule] = self.what.get().to_le_bytes();
        (u16::from_le_bytes([low, high]), [claim, rule])
    }

    const fn reason_number(self) -> u16 {
        self.parts().0 & REASON
    }

    /// The same error at another stage: a JSON error may occur in a header, a payload or a key set.
    pub(crate) const fn at_stage(self, stage: Stage) -> Self {
        let (_, claim) = self.parts();
        Self::pack(self.reason_number() | stage.encode() << STAGE_SHIFT, claim, self.number)
    }

    /// The same error about the claim with this name, if [`Member`] has it.
    pub(crate) fn about_named(self, name: &str) -> Self {
        Member::stored_as(name).map_or(self, |claim| self.about_stored([claim, 0]))
    }

    pub(crate) const fn about(self, claim: Member) -> Self {
        self.about_stored(claim.encode())
    }

    const fn about_stored(self, claim: [u8; 2]) -> Self {
        Self::pack(self.parts().0, claim, self.number)
    }

    pub(crate) fn at_offset(self, offset: usize) -> Self {
        Self { number: u32::try_from(offset).unwrap_or(NONE), ..self }
    }

    /// Adds `start` to the offset, which was found in the part of a text that begins at `start`.
    pub(crate) fn offset_by(self, start: usize) -> Self {
        match self.offset() {
            Some(offset) => self.at_offset(offset.saturating_add(start)),
            None => self,
        }
    }

    /// A rejection for the time of a claim, with the seconds between the two points in time.
    // Not inlined: one copy in a small image, instead of one for each claim.
    #[inline(never)]
    pub(crate) fn apart(self, claim: i64, now: i64) -> Self {
        Self { number: u32::try_from(claim.abs_diff(now)).unwrap_or(NONE), ..self }
    }

    pub(crate) fn needing(self, bytes: usize) -> Self {
        self.at_offset(bytes)
    }

    /// A rejection for the width of a value, with its width and the required one in bytes.
    pub(crate) fn of_width(self, found: usize, needed: usize) -> Self {
        match (u16::try_from(found), u16::try_from(needed)) {
            (Ok(found), Ok(needed)) => {
                Self { number: u32::from(found) << 16 | u32::from(needed), ..self }
            }
            _ => self,
        }
    }

    /// An error for overlapping memory. `spares_detail` is true if the output for details overlaps
    /// no other memory.
    pub(crate) fn overlap(spares_detail: bool) -> Self {
        Self { number: if spares_detail { 0 } else { NONE }, ..Self::new(Reason::Overlap) }
    }

    /// True if the output for details can be written without damage to other memory.
    pub(crate) fn spares_detail(&self) -> bool {
        !self.is(Reason::Overlap) || self.number == 0
    }

    /// The reason, which is also the status of the C ABI.
    pub fn reason(&self) -> Reason {
        Reason::from_number(self.reason_number()).unwrap_or(Reason::UnsupportedPolicy)
    }

    /// True if this is the reason. Unlike [`reason`](Self::reason), this links no list of reasons.
    pub(crate) const fn is(&self, reason: Reason) -> bool {
        self.reason_number() == reason.number()
    }

    /// The number of the reason, which is the status of the C ABI.
    #[allow(dead_code, reason = "only the C ABI asks for it")]
    pub(crate) fn code(&self) -> i32 {
        self.reason_number().into()
    }

    /// True if the error rejects a time because it is after now.
    pub(crate) const fn is_after_now(&self) -> bool {
        self.is(Reason::NotYetValid)
            || self.is(Reason::LifetimeTooLong)
            || self.is(Reason::IssuedInFuture)
    }

    /// The step at which the token was rejected.
    pub fn stage(&self) -> Stage {
        Stage::decode(self.parts().0 >> STAGE_SHIFT).unwrap_or(Reason::home(self.reason_number()))
    }

    /// The claim, header parameter or JWK member concerned, if there is one.
    pub fn member(&self) -> Option<Member> {
        Member::decode(self.parts().1)
    }

    /// The name of the member, if it is not a claim in the caller's list of rules. Unlike
    /// [`member`](Self::member), this links no list of members. It links the names of the claims of
    /// more kinds only if `more` is true.
    pub(crate) fn member_name(&self, more: bool) -> Option<&'static str> {
        Member::stored_name(self.parts().1, more)
    }

    /// The index of the claim in the caller's list of rules, if the error is about one.
    pub(crate) fn rule(&self) -> Option<u8> {
        Member::stored_rule(self.parts().1)
    }

    /// The position of the error, in bytes, if the reason has one. For [`Stage::Token`] and
    /// base64url, it counts from the first character of the token or of the given text. For JSON,
    /// it counts from the first byte of the decoded header, of the payload or of the key set.
    pub fn offset(&self) -> Option<usize> {
        if NumberIs::of(self.reason_number()) == NumberIs::Offset { self.number() } else { None }
    }

    /// The required size in bytes, for [`Reason::ScratchTooSmall`], [`Reason::BufferTooSmall`],
    /// [`Reason::MemoryTooSmall`] and [`Reason::KeyTableFull`]. The required width of the value in
    /// bytes, for [`Reason::KeyWidth`] and [`Reason::KeyShortCoordinate`].
    pub fn needed(&self) -> Option<usize> {
        match NumberIs::of(self.reason_number()) {
            NumberIs::Size => self.number(),
            NumberIs::Width => self.number().map(|widths| widths & 0xFFFF),
            _ => None,
        }
    }

    /// The width of the value in bytes, for [`Reason::KeyWidth`] and
    /// [`Reason::KeyShortCoordinate`]. `None` for a number of an RSA key, which has no fixed width,
    /// and for 65,536 bytes or more.
    pub fn found(&self) -> Option<usize> {
        let is_width = NumberIs::of(self.reason_number()) == NumberIs::Width;
        if is_width { self.number().map(|widths| widths >> 16) } else { None }
    }

    /// The seconds between the time of the rejected claim and now: for example how long ago a token
    /// expired, or how soon it becomes valid. `None` if the rejection is not about a time.
    /// [`explain`](Self::explain) puts it into words. `None` also for more than 136 years.
    pub fn seconds(&self) -> Option<u32> {
        let is_time = NumberIs::of(self.reason_number()) == NumberIs::Seconds;
        if is_time && self.number != NONE { Some(self.number) } else { None }
    }

    /// The error as a line, without points in time.
    pub(crate) fn line(&self) -> Line<'static> {
        let number = |number: Option<usize>| number.and_then(|it| u64::try_from(it).ok());
        Line {
            stage: self.stage().name(),
            sentence: self.reason().text(),
            claim: self.member_name(true),
            rule: self.rule().map(u64::from),
            offset: number(self.offset()),
            needed: number(self.needed()),
            found: number(self.found()),
            times: None,
        }
    }

    fn number(&self) -> Option<usize> {
        usize::try_from(self.number).ok().filter(|_| self.number != NONE)
    }
}

impl PartialEq for Error {
    /// An error is the same if its stage was set to that of its reason.
    fn eq(&self, other: &Self) -> bool {
        let same =
            |error: &Self| (error.reason_number(), error.stage(), error.parts().1, error.number);
        same(self) == same(other)
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line().fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_and_verdict_without_value_take_eight_bytes() {
        assert_eq!(size_of::<Error>(), 8);
        assert_eq!(size_of::<Result<(), Error>>(), 8);
    }

    #[test]
    fn every_stage_and_claim_comes_out_of_an_error_as_it_went_in() {
        for stage in Stage::ALL.iter().copied() {
            assert_eq!(Error::new(Reason::JsonSyntax).at_stage(stage).stage(), stage);
        }
        for claim in [Member::Issuer, Member::PrivateKey, Member::Rule(0), Member::Rule(255)] {
            assert_eq!(Error::new(Reason::ClaimType).about(claim).member(), Some(claim));
        }
        for reason in Reason::ALL {
            assert_eq!(Error::new(*reason).reason(), *reason);
            assert!(reason.number() <= REASON, "{reason:?}");
            let stage = Error::new(*reason).stage();
            assert_eq!(Error::new(*reason).at_stage(stage), Error::new(*reason), "{reason:?}");
            assert_eq!(Error::new(*reason).member(), None);
        }
    }

    #[test]
    fn an_error_says_stage_reason_claim_and_place() {
        let error = Error::new(Reason::ClaimType).about(Member::Rule(3));
        assert_eq!(error.to_string(), "claims: a claim has the wrong type (claim rule 3)");
        let error = Error::new(Reason::JsonSyntax).at_stage(Stage::Payload).at_offset(7);
        assert_eq!(error.to_string(), "payload: not JSON at byte 7");
        let error = Error::new(Reason::ScratchTooSmall).needing(900);
        assert_eq!(error.needed(), Some(900));
        assert_eq!(
            error.to_string(),
            "usage: the scratch is too small for this token; 900 bytes would do"
        );
        let error = Error::new(Reason::KeyWidth).about(Member::XCoordinate).of_width(31, 32);
        assert_eq!((error.found(), error.needed(), error.offset()), (Some(31), Some(32), None));
        assert_eq!(
            error.to_string(),
            "key set: a value of the key has the wrong width (x): 31 bytes instead of 32"
        );
        let error = Error::new(Reason::KeyWidth).of_width(1 << 16, 32);
        assert_eq!((error.found(), error.needed()), (None, None));
    }
}
