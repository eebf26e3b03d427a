//! The addresses of flash and RAM, for the linker script of cortex-m-rt: those of QEMU's
//! mps2-an386.

use std::{env, fs, path::PathBuf};

const MEMORY: &str = "
MEMORY
{
    FLASH : ORIGIN = 0x00000000, LENGTH = 4M
    RAM : ORIGIN = 0x20000000, LENGTH = 4M
}
";

fn main() {
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(folder.join("memory.x"), MEMORY).expect("the folder can be written");
    println!("cargo:rustc-link-search={}", folder.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rerun-if-changed=build.rs");
}
