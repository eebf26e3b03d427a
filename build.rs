//! Gives a name to each choice that depends on the target, so that the source can ask for the
//! choice by its name. An environment variable with the value 0 or 1 overrides each choice.

use std::env;

fn main() {
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_64_bit = target("POINTER_WIDTH") == "64";
    // Limbs of 64 bits, for processors that multiply 64-bit numbers fast.
    let has_wide_limbs = choose("wide_limbs", "KEYCARD_WIDE_LIMBS", is_64_bit);
    // Small code in place of fast code.
    let is_small = choose("small", "KEYCARD_SMALL", !is_64_bit);
    // The package `sha2` is a dependency on 64-bit targets only.
    name("own_sha2", is_small || !is_64_bit);
    // Claims are checked twice, for devices that an attacker may hold and glitch.
    choose("fault_hardening", "KEYCARD_FAULT_HARDENING", !is_64_bit);
    // Field arithmetic with proofs replaces our own. It has no lanes and no assembler.
    let asked = env::var_os("CARGO_FEATURE_VERIFIED_ARITHMETIC").is_some();
    name("verified", false);
    let is_verified = asked && choose("verified", "KEYCARD_VERIFIED", true);
    if asked && !is_verified {
        println!("cargo::warning=KEYCARD_VERIFIED=0 overrides the feature verified-arithmetic");
    }
    // The vector registers exist, and the program may use them; kernels may not.
    let has_vectors = target("ARCH") == "x86_64"
        && is_64_bit
        && has_wide_limbs
        && !is_verified
        && target("FEATURE").split(',').any(|feature| feature == "sse2");
    name("lanes", has_vectors && env::var_os("CARGO_FEATURE_ACCELERATED").is_some());
    // The DSP extension, with 32-bit limbs. Stable compilers do not name it among the features of a
    // target. All processors of thumbv7em have it; others have it if the flags of the build say so.
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let triple = env::var("TARGET").unwrap_or_default();
    let has_dsp =
        triple.starts_with("thumbv7em") || target("ARCH") == "arm" && flags.contains("+dsp");
    let asked = env::var_os("CARGO_FEATURE_UMAAL").is_some();
    name("umaal", asked && has_dsp && !has_wide_limbs && !is_verified);
    println!("cargo::rerun-if-changed=build.rs");
}

fn choose(cfg: &str, variable: &str, usual: bool) -> bool {
    println!("cargo::rerun-if-env-changed={variable}");
    let chosen = match env::var(variable).as_deref() {
        Err(_) => usual,
        Ok("0") => false,
        Ok("1") => true,
        Ok(other) => {
            println!("cargo::error={variable} is 0 or 1, not {other}");
            usual
        }
    };
    name(cfg, chosen);
    chosen
}

fn name(cfg: &str, is_set: bool) {
    println!("cargo::rustc-check-cfg=cfg({cfg})");
    if is_set {
        println!("cargo::rustc-cfg={cfg}");
    }
}
