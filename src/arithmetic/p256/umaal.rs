//! The field of P-256 in assembler, for Cortex-M4 and M7, and for ARMv8-M cores with DSP.
//!
//! These processors have UMAAL, which multiplies two words and adds two more. It does not change
//! the flags, so a chain of carries can continue across products. Compilers neither keep all
//! operands in the thirteen registers nor mix both kinds of chain: this code takes half of their
//! instructions.
//!
//! The functions have the contract of [`Operations`]: operands and
//! results are any number below R = 2^256. No branch depends on more than a carry.

#![allow(
    unsafe_code,
    reason = "a function without the prologue of the compiler, so that it has fourteen registers"
)]

use super::P256;
use crate::arithmetic::element::Operations;
use core::arch::naked_asm;

impl Operations<[u32; 8]> for P256<u32> {
    #[inline(always)]
    fn multiply(left: &mut [u32; 8], right: &[u32; 8]) {
        multiply(left, right);
    }

    #[inline(always)]
    fn square(number: &mut [u32; 8]) {
        square(number);
    }

    #[inline(always)]
    fn add(left: &mut [u32; 8], right: &[u32; 8]) {
        add(left, right);
    }

    #[inline(always)]
    fn subtract(left: &mut [u32; 8], right: &[u32; 8]) {
        subtract(left, right);
    }
}

/// Adds `a`·(r2, r3, r4, r5) to a sum whose lowest limb is `t`, and whose next four are r6 to r9.
/// Afterwards `t` is a limb of the result, and r6 to r9 are the four limbs above it.
macro_rules! add_row {
    ($a:literal, $t:literal) => {
        concat!(
            "umaal ",
            $t,
            ", r6, ",
            $a,
            ", r2\n",
            "umaal r6, r7, ",
            $a,
            ", r3\n",
            "umaal r7, r8, ",
            $a,
            ", r4\n",
            "umaal r8, r9, ",
            $a,
            ", r5\n",
        )
    };
}

/// Adds two rows. The limbs of `left` lie at offset `limbs`, and the limbs of the sum lie at offset
/// `sum` from the stack pointer. The two limbs of the result are in r12 and lr.
macro_rules! add_rows {
    ($limbs:literal, $sum:literal) => {
        concat!(
            "ldrd r10, r11, [r0, #",
            $limbs,
            "]\n",
            "ldrd r12, lr, [sp, #",
            $sum,
            "]\n",
            add_row!("r10", "r12"),
            add_row!("r11", "lr"),
        )
    };
}

/// Sets `left` to (`left`·`right` + Q·p)/R.
///
/// Each half of `right`, four limbs, is multiplied by `left` and added to a sum s of eight limbs.
/// Then q, four limbs, makes the lowest four limbs of t = s + product + q·p zero, and the upper
/// eight are the next s. With p = 2^256 - 2^224 + 2^192 + 2^96 - 1, the lowest three limbs of q
/// equal the limbs of s + product, and the fourth is the fourth of them plus the first. The
/// products by 2^32 - 1 carry in a register, and the other terms carry in the flag.
#[unsafe(naked)]
extern "C" fn multiply(left: &mut [u32; 8], right: &[u32; 8]) {
    naked_asm!(
        // In a build for thumbv8m.main, the assembler does not know of its `+dsp`.
        ".arch armv7e-m",
        "push {{r4-r11, lr}}",
        "ldm r1!, {{r2-r5}}",
        // Also where the upper half of `right` is.
        "push {{r0, r1}}",
        "mov r6, #0",
        "mov r7, #0",
        "mov r8, #0",
        "mov r9, #0",
        // The sum: limbs 0, 1, 4, 5, 6, 7, 2 and 3 in memory.
        "push {{r6-r9}}",
        "push {{r6-r9}}",
        "1:",
        add_rows!("0", "0"),
        "strd r12, lr, [sp, #-8]!",
        add_rows!("8", "32"),
        "strd r12, lr, [sp, #-8]!",
        add_rows!("16", "24"),
        "strd r12, lr, [sp, #-8]!",
        add_rows!("24", "40"),
        // Limbs 4, 5, 2, 3, 0 and 1; limbs 6 to 11 are in r12, lr and r6 to r9.
        "pop {{r2-r5, r10, r11}}",
        "mov r0, #0",
        "mov r1, #-1",
        // q·2^192, lowest limb. The carry goes into the chain of products.
        "adds r12, r12, r10",
        "adc r0, r0, #0",
        // q·2^96, lowest limb: r5 is the highest limb of q now.
        "adds r5, r5, r10",
        // q·2^224·(2^32 - 1).
        "umaal lr, r0, r10, r1",
        "umaal r6, r0, r11, r1",
        "umaal r7, r0, r4, r1",
        "umaal r8, r0, r5, r1",
        // q·2^96.
        "adcs r2, r2, r11",
        "adcs r3, r3, r4",
        "adcs r12, r12, r5",
        // q·2^192.
        "adcs lr, lr, r11",
        "adcs r6, r6, r4",
        "adcs r7, r7, r5",
        "adcs r8, r8, #0",
        "adcs r9, r9, r0",
        // The sum is less than R + p. For its carry, R - p is added modulo R.
        "bcc 2f",
        "adds r2, r2, #1",
        "adcs r3, r3, #0",
        "adcs r12, r12, #0",
        "sbcs lr, lr, #0",
        "sbcs r6, r6, #0",
        "sbcs r7, r7, #0",
        "sbcs r8, r8, #1",
        "adc r9, r9, #0",
        "2:",
        // The upper half of `right`, the first time.
        "ldrd r0, r1, [sp, #32]",
        "cbz r1, 3f",
        "stm sp, {{r2, r3, r6-r9, r12, lr}}",
        "ldm r1, {{r2-r5}}",
        "mov r6, #0",
        "mov r7, #0",
        "mov r8, #0",
        "mov r9, #0",
        "str r6, [sp, #36]",
        "b 1b",
        "3:",
        "stm r0!, {{r2, r3, r12, lr}}",
        "stm r0, {{r6-r9}}",
        "add sp, sp, #40",
        "pop {{r4-r11, pc}}",
    )
}

/// Sets `number` to its square, like [`multiply`] with two equal numbers.
#[unsafe(naked)]
extern "C" fn square(number: &mut [u32; 8]) {
    naked_asm!("mov r1, r0", "b {multiply}", multiply = sym multiply)
}

/// Sets `left` to `left` + `right`, minus p for each carry.
#[unsafe(naked)]
extern "C" fn add(left: &mut [u32; 8], right: &[u32; 8]) {
    naked_asm!(
        "push {{r4-r11, lr}}",
        "ldm r0, {{r4-r11}}",
        "ldm r1!, {{r2, r3, r12, lr}}",
        "adds r4, r4, r2",
        "adcs r5, r5, r3",
        "adcs r6, r6, r12",
        "adcs r7, r7, lr",
        "ldm r1, {{r2, r3, r12, lr}}",
        "adcs r8, r8, r2",
        "adcs r9, r9, r3",
        "adcs r10, r10, r12",
        "adcs r11, r11, lr",
        "1:",
        "bcc 2f",
        "adds r4, r4, #1",
        "adcs r5, r5, #0",
        "adcs r6, r6, #0",
        "sbcs r7, r7, #0",
        "sbcs r8, r8, #0",
        "sbcs r9, r9, #0",
        "sbcs r10, r10, #1",
        "adcs r11, r11, #0",
        "b 1b",
        "2:",
        "stm r0, {{r4-r11}}",
        "pop {{r4-r11, pc}}",
    )
}

/// Sets `left` to `left` - `right`, plus p for each borrow.
#[unsafe(naked)]
extern "C" fn subtract(left: &mut [u32; 8], right: &[u32; 8]) {
    naked_asm!(
        "push {{r4-r11, lr}}",
        "ldm r0, {{r4-r11}}",
        "ldm r1!, {{r2, r3, r12, lr}}",
        "subs r4, r4, r2",
        "sbcs r5, r5, r3",
        "sbcs r6, r6, r12",
        "sbcs r7, r7, lr",
        "ldm r1, {{r2, r3, r12, lr}}",
        "sbcs r8, r8, r2",
        "sbcs r9, r9, r3",
        "sbcs r10, r10, r12",
        "sbcs r11, r11, lr",
        "1:",
        "bcs 2f",
        "subs r4, r4, #1",
        "sbcs r5, r5, #0",
        "sbcs r6, r6, #0",
        "adcs r7, r7, #0",
        "adcs r8, r8, #0",
        "adcs r9, r9, #0",
        "adcs r10, r10, #1",
        "sbcs r11, r11, #0",
        "b 1b",
        "2:",
        "stm r0, {{r4-r11}}",
        "pop {{r4-r11, pc}}",
    )
}
