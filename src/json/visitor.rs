//! A visitor reads a text in the pass that accepts it.

use super::string::JsonStr;
use super::value::Field;

/// Sees the members and values of a text during the scan. The rest of the text may still be
/// rejected. A depth is a number of open containers: it is 1 for the members of the outermost
/// object. A method that returns `None` ends the scan.
pub(crate) trait Visitor<'t> {
    /// The name of the next member of the object at this depth.
    fn name(&mut self, depth: usize, name: JsonStr<'t>);

    /// A value at this depth. A container begins here. It can be read only after its end.
    fn value(&mut self, depth: usize, value: Field<'t>) -> Option<()>;

    /// A container that was a value at this depth ends.
    fn end(&mut self, depth: usize) -> Option<()>;
}

/// Reads nothing.
pub(super) struct Nothing;

impl<'t> Visitor<'t> for Nothing {
    #[inline(always)]
    fn name(&mut self, _: usize, _: JsonStr<'t>) {}

    #[inline(always)]
    fn value(&mut self, _: usize, _: Field<'t>) -> Option<()> {
        Some(())
    }

    #[inline(always)]
    fn end(&mut self, _: usize) -> Option<()> {
        Some(())
    }
}
