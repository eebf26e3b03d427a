//! The processed payload (section 7.1 step 3): puts disclosed claims into the places of their
//! digests, and leaves everything out that belongs to the selective disclosure.

use super::disclosures::{Disclosed, Disclosures, digest_of};
use crate::error::{Error, Reason, Stage};
use crate::heap;
use crate::json::write::{emit, emit_string};
use crate::json::{Elements, JsonStr, Members, Value};
use crate::limits::MAX_NESTING;

/// Bytes that are kept of each digest, to find repetitions.
pub(super) const DIGEST: usize = 32;

/// Claims that decide the validity (section 9.7; draft-ietf-oauth-sd-jwt-vc section 2.2.2.2).
const ALWAYS_SHOWN: [&str; 7] = ["iss", "aud", "exp", "nbf", "cnf", "status", "vct"];

/// The number of digests that is always enough for texts of `length` bytes: a digest has 43
/// characters or more, two quotes, and a comma.
pub(super) const fn digests_for(length: usize) -> usize {
    (length / 46).saturating_add(1)
}

/// Writes the processed payload of `text`, which is an object, to the beginning of `output`, and
/// returns its length. `tail` is working memory for the digests.
///
/// # Errors
///
/// At [`Stage::Disclosure`]:
///
/// * [`Reason::DigestMalformed`], [`Reason::DigestRepeated`] for digests
/// * [`Reason::DisclosureMalformed`], [`Reason::DisclosureName`], [`Reason::DisclosureForbidden`],
///   [`Reason::DisclosureUnreferenced`] with the offset of a disclosure
/// * [`Reason::JsonNesting`]
pub(super) fn process(
    text: &[u8],
    disclosures: Disclosures<'_>,
    output: &mut [u8],
    tail: &mut [u8],
) -> Result<usize, Error> {
    let payload = Value::whole(text).ok_or(Error::new(Reason::JsonNotAnObject))?;
    let (digests, _) = tail.as_chunks_mut();
    let mut writer = Writer {
        open: [const { None }; MAX_NESTING],
        depth: 0,
        disclosures,
        digests,
        found: 0,
        output,
        length: 0,
    };
    writer.value(payload)?;
    // No recursion: the open containers are on a stack of fixed size.
    while writer.depth > 0 {
        writer.step()?;
    }
    writer.finish()
}

/// An open container.
struct Open<'t> {
    rest: Rest<'t>,
    /// The digests of `_sd`, after it was found.
    digests: Option<Elements<'t>>,
    /// True if something was written into it.
    has_content: bool,
}

/// The rest of an open container.
#[derive(Clone)]
enum Rest<'t> {
    Members(Members<'t>),
    Elements(Elements<'t>),
}

/// The next item in an open container.
enum Next<'t> {
    Member(JsonStr<'t>, Value<'t>),
    Digest(Value<'t>),
    Element(Value<'t>),
    End(u8),
}

impl<'t> Open<'t> {
    fn next(&mut self) -> Next<'t> {
        match &mut self.rest {
            Rest::Members(members) => {
                if let Some((name, value)) = members.next() {
                    return Next::Member(name, value);
                }
                match self.digests.as_mut().and_then(Iterator::next) {
                    Some(digest) => Next::Digest(digest),
                    None => Next::End(b'}'),
                }
            }
            Rest::Elements(elements) => match elements.next() {
                Some(element) => Next::Element(element),
                None => Next::End(b']'),
            },
        }
    }
}

struct Writer<'a, 't> {
    open: [Option<Open<'t>>; MAX_NESTING],
    depth: usize,
    disclosures: Disclosures<'t>,
    /// Every digest so far, also those without a disclosure.
    digests: &'a mut [[u8; DIGEST]],
    found: usize,
    output: &'a mut [u8],
    length: usize,
}

impl<'t> Writer<'_, 't> {
    fn put(&mut self, text: &[u8]) {
        // `Layout` has room for every byte. If it had not, `finish` would reject.
        let places = self.output.get_mut(self.length..).unwrap_or_default();
        for (place, byte) in places.iter_mut().zip(text) {
            *place = *byte;
        }
        self.length = self.length.saturating_add(text.len());
    }

    /// The innermost open container.
    fn innermost(&mut self) -> Result<&mut Open<'t>, Error> {
        let open = self.open.get_mut(self.depth.wrapping_sub(1)).and_then(Option::as_mut);
        open.ok_or(Error::new(Reason::JsonNesting).at_stage(Stage::Disclosure))
    }

    /// Writes one more part of the innermost open container.
    fn step(&mut self) -> Result<(), Error> {
        match self.innermost()?.next() {
            Next::Member(name, value) => self.member(name, value),
            Next::Digest(digest) => {
                let Some(disclosed) = self.disclosed(digest)? else { return Ok(()) };
                // Section 7.1 step 3.3.2.1.
                let name = disclosed.name.ok_or(disclosed.rejected(Reason::DisclosureMalformed))?;
                self.check_name(name, &disclosed)?;
                self.named(name, disclosed.value)
            }
            Next::Element(element) => self.element(element),
            Next::End(bracket) => {
                self.put(&[bracket]);
                self.depth = self.depth.wrapping_sub(1);
                Ok(())
            }
        }
    }

    /// A claim that is not in a disclosure of its own.
    fn member(&mut self, name: JsonStr<'t>, value: Value<'t>) -> Result<(), Error> {
        let malformed = Error::new(Reason::DigestMalformed);
        match () {
            () if name == *"_sd" => {
                // Section 4.2.4.1.
                let digests = value.array().ok_or(malformed)?.elements();
                self.innermost()?.digests = Some(digests);
                Ok(())
            }
            // Section 4.1.1: `_sd_alg` is at the top level only. Its value was read before.
            () if name == *"_sd_alg" && self.depth == 1 => Ok(()),
            () if is_reserved(name) => Err(malformed),
            () => self.named(name, value),
        }
    }

    /// Sections 4.2.1, 7.1 step 3.3.2.2, and 9.7.
    fn check_name(&self, name: JsonStr<'t>, disclosed: &Disclosed<'_>) -> Result<(), Error> {
        if is_reserved(name) {
            return Err(disclosed.rejected(Reason::DisclosureName));
        }
        let forbidden = ALWAYS_SHOWN.iter().find(|shown| self.depth == 1 && name == ***shown);
        match forbidden {
            Some(name) => Err(disclosed.rejected(Reason::DisclosureForbidden).about_named(name)),
            None => Ok(()),
        }
    }

    /// An element of an array. `{"...": digest}` stands for one that may be disclosed.
    fn element(&mut self, element: Value<'t>) -> Result<(), Error> {
        let mut members = element.object().map(|object| object.members());
        let first = members.as_mut().and_then(Iterator::next);
        let value = match first {
            Some((name, digest)) if name == *"..." => {
                // Section 4.2.4.2: there must not be any other members.
                if members.and_then(|mut members| members.next()).is_some() {
                    return Err(Error::new(Reason::DigestMalformed));
                }
                let Some(disclosed) = self.disclosed(digest)? else { return Ok(()) };
                if disclosed.name.is_some() {
                    // Section 7.1 step 3.3.3.1.
                    return Err(disclosed.rejected(Reason::DisclosureMalformed));
                }
                disclosed.value
            }
            _ => element,
        };
        self.separate()?;
        self.value(value)
    }

    /// Finds the disclosure of a digest. `None` if the holder did not disclose it, or it is a decoy
    /// (section 4.2.5).
    fn disclosed(&mut self, digest: Value<'t>) -> Result<Option<Disclosed<'t>>, Error> {
        let malformed = Error::new(Reason::DigestMalformed);
        let text = digest.text().and_then(|text| text.as_bytes()).ok_or(malformed)?;
        let mut bytes = [0; 64];
        let length = digest_of(text, self.disclosures.hash(), &mut bytes).ok_or(malformed)?;
        let kept = bytes.first_chunk().ok_or(malformed)?;
        *self.digests.get_mut(self.found).ok_or(malformed)? = *kept;
        self.found = self.found.saturating_add(1);
        self.disclosures.take(bytes.get(..length).unwrap_or_default())
    }

    fn named(&mut self, name: JsonStr<'t>, value: Value<'t>) -> Result<(), Error> {
        self.separate()?;
        emit_string(name, &mut |text| self.put(text));
        self.put(b":");
        self.value(value)
    }

    /// Writes a comma between two members or elements.
    fn separate(&mut self) -> Result<(), Error> {
        let open = self.innermost()?;
        if core::mem::replace(&mut open.has_content, true) {
            self.put(b",");
        }
        Ok(())
    }

    /// Writes a value, or opens it if it is a container.
    fn value(&mut self, value: Value<'t>) -> Result<(), Error> {
        let (bracket, rest) = if let Some(object) = value.object() {
            (b'{', Rest::Members(object.members()))
        } else if let Some(array) = value.array() {
            (b'[', Rest::Elements(array.elements()))
        } else {
            emit(value.source(), &mut |text| self.put(text));
            return Ok(());
        };
        let too_deep = Error::new(Reason::JsonNesting).at_stage(Stage::Disclosure);
        let place = self.open.get_mut(self.depth).ok_or(too_deep)?;
        *place = Some(Open { rest, digests: None, has_content: false });
        self.depth = self.depth.saturating_add(1);
        self.put(&[bracket]);
        Ok(())
    }

    /// The checks at the end. Returns the length of the output.
    fn finish(self) -> Result<usize, Error> {
        self.disclosures.check_all_used()?;
        // Section 7.1 step 4, also for digests without a disclosure.
        let mut digests = self.digests.get_mut(..self.found).unwrap_or_default();
        let count = digests.len();
        heap::sort(&mut digests, count);
        if digests.iter().zip(digests.iter().skip(1)).any(|(one, other)| one == other) {
            return Err(Error::new(Reason::DigestRepeated));
        }
        match self.length <= self.output.len() {
            true => Ok(self.length),
            false => Err(Error::new(Reason::ScratchTooSmall)),
        }
    }
}

/// The names of the selective disclosure itself.
fn is_reserved(name: JsonStr<'_>) -> bool {
    ["_sd", "_sd_alg", "..."].iter().any(|reserved| name == **reserved)
}
