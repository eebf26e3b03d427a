//! The strict JSON reader: one reading, the same everywhere.
//!
//! RFC 8259 as narrowed by RFC 7493: UTF-8 only, no byte order mark, nothing after the value, no two
//! members of one name in any object (names compared after unescaping), no lone surrogate; nesting and
//! members bounded; no recursion. A text is accepted once, as a whole; its values are walked where they stand.

// `scan` accepts a text (`outer` one with a list of parts that are accepted one by one), with `plain` to find where strings end and `records` of names to find duplicates; `value` walks
// it, `string` reads its strings and `number` its numbers, `write` puts it out again. A text in memory that may be written is *finished* when it was accepted (`string::finish`): each string with
// escapes is unescaped where it stands, so that every string can be borrowed.
pub(crate) mod number;
pub(crate) mod outer;
mod plain;
pub(crate) mod records;
pub(crate) mod scan;
pub(crate) mod string;
pub(crate) mod value;
pub(crate) mod write;

use crate::error::{Error, Reason};
use crate::limits;
use scan::Records;

/// Whether there is space for what is faster.
const FAST: bool = cfg!(target_pointer_width = "64");

pub use number::Number;
pub use value::{Array, Elements, JsonStr, Kind, Members, Object, Value};

/// Decides whether `text` is JSON as this library reads it, without keeping anything of it: for tests,
/// fuzzers and tools. `records` is working memory: four bytes for each member of the objects that
/// are open at once, so that 64 bytes for each of [`MAX_MEMBERS`](limits::MAX_MEMBERS) are always enough.
///
/// # Errors
///
/// A reason of the JSON group with the offset of the byte at fault; [`Reason::BufferTooSmall`] if
/// `records` is; [`Reason::JsonTooLong`].
pub fn check(text: &[u8], records: &mut [u8]) -> Result<(), Error> {
    if text.len() > limits::MAX_KEY_SET_BYTES {
        return Err(Error::new(Reason::JsonTooLong));
    }
    scan::scan(text, &mut Records::bytes(records)).map(|_| ())
}
