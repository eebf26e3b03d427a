//! A panic, a recursion and a floating-point division. The check of the images must find each of
//! them.

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
        // The function calls itself twice, because a single call would be compiled to a loop.
        _ => descend(text, depth - 1).wrapping_mul(descend(&text[1..], depth - 2)),
    }
}
