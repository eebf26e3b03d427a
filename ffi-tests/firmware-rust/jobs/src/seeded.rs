//! A panic, a recursion and a floating-point division: for the search that must find them.

use crate::Input;
use keycard as _;

pub fn load(_: &Input) -> Option<()> {
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    let text = input.text();
    let first = usize::from(*text.first()?);
    let depth = descend(text, first % 9) + text[first];
    (f32::from(depth) / f32::from(text[0]) > 0.5).then_some(())
}

#[inline(never)]
fn descend(text: &[u8], depth: usize) -> u8 {
    match depth {
        0 | 1 => text.len() as u8,
        // Two calls: one alone would become a loop.
        _ => descend(text, depth - 1).wrapping_mul(descend(&text[1..], depth - 2)),
    }
}
