//! The strict JSON reader. Every build and every target accepts the same texts and reads the same
//! values.
//!
//! It accepts RFC 8259 as narrowed by RFC 7493:
//!
//! - UTF-8 only, no byte order mark, nothing after the value;
//! - no two members of one object with the same name, compared after unescaping;
//! - no lone surrogate;
//! - bounded nesting and a bounded number of members; no recursion.
//!
//! One scan accepts the whole text. Its values are then read in place, without a copy.

// `scan` accepts a text: it uses `plain` to find the ends of strings, and `records` to find
// duplicate names. A `visitor` reads a text in the pass that accepts it. `outer` accepts the object
// around a list, and the caller then scans each element of the list. `value` walks an accepted
// text, `string` reads its strings, and `number` its numbers. `write` writes it as canonical JSON.
// An accepted text in writable memory is then *finished* (`string::finish`): each string with
// escapes is unescaped in place, so that every string can be borrowed.
#[cfg(lanes)]
mod marked;
pub(crate) mod number;
pub(crate) mod outer;
mod plain;
pub(crate) mod records;
pub(crate) mod scan;
pub(crate) mod string;
pub(crate) mod value;
#[cfg(lanes)]
mod vbmi;
pub(crate) mod visitor;
pub(crate) mod write;

use crate::error::{Error, Reason};
use crate::limits;
use scan::Records;

pub use number::Number;
pub use value::{Array, Elements, JsonStr, Kind, Members, Object, Value};

/// Checks that `text` is JSON that this library accepts. For tests, fuzzers and tools.
///
/// `records` is working memory: 4 bytes for each member of the objects that are open at the same
/// time. 64 bytes for each of [`MAX_MEMBERS`](limits::MAX_MEMBERS) are always enough.
///
/// # Errors
///
/// A reason of the JSON group with the offset of the wrong byte; [`Reason::BufferTooSmall`] if
/// `records` is too small; [`Reason::JsonTooLong`].
pub fn check(text: &[u8], records: &mut [u8]) -> Result<(), Error> {
    if text.len() > limits::MAX_KEY_SET_BYTES {
        return Err(Error::new(Reason::JsonTooLong));
    }
    scan::scan(text, &mut Records::bytes(records)).map(|_| ())
}
