//! The assembler for the field of P-256, for a C program that compares it with other results.

use crate::Input;
// This crate contains the panic handler.
use keycard as _;

#[path = "../../../../src/arithmetic/p256/umaal.rs"]
mod umaal;

pub fn load(_: &Input) -> Option<()> {
    Some(())
}

pub fn job(_: &Input) -> Option<()> {
    None
}

#[unsafe(no_mangle)]
extern "C" fn field_multiply(left: &mut [u32; 8], right: &[u32; 8]) {
    umaal::multiply(left, right);
}

#[unsafe(no_mangle)]
extern "C" fn field_square(number: &mut [u32; 8]) {
    umaal::square(number);
}

#[unsafe(no_mangle)]
extern "C" fn field_add(left: &mut [u32; 8], right: &[u32; 8]) {
    umaal::add(left, right);
}

#[unsafe(no_mangle)]
extern "C" fn field_subtract(left: &mut [u32; 8], right: &[u32; 8]) {
    umaal::subtract(left, right);
}
