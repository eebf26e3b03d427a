//! The C ABI, called in any order, with any lengths, at any address in the caller's memory, and
//! with NULL.

use keycard::Algorithm;
use keycard::ffi::claims::*;
use keycard::ffi::keys::*;
use keycard::ffi::layout::*;
use keycard::ffi::time::*;
use keycard::ffi::validate::*;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;

/// The calls, one byte for each, and the remaining bytes as their input.
pub type Calls<'a> = &'a [u8];

/// Memory that the calls share, large enough for unaligned addresses.
struct World {
    memory: Vec<u64>,
    scratch: Vec<u8>,
    keys: *mut keycard_keys,
    token: MaybeUninit<keycard_token>,
}

/// No call breaks memory safety; a sanitizer would report it.
pub fn check(calls: Calls<'_>) {
    let mut world = World {
        memory: vec![0x5555_5555_5555_5555; 160],
        scratch: vec![0xAA; 2048],
        keys: ptr::null_mut(),
        token: MaybeUninit::zeroed(),
    };
    let mut rest = calls;
    for _ in 0..64 {
        let [call, size, more @ ..] = rest else {
            return;
        };
        let (input, after) = more.split_at(more.len().min(usize::from(*size) * 4));
        rest = after;
        world.call(*call, input, usize::from(*size));
    }
}

impl World {
    fn call(&mut self, call: u8, input: &[u8], size: usize) {
        let (data, length) = match call & 0x80 {
            0 => (input.as_ptr().cast::<c_void>(), input.len()),
            _ => (ptr::null(), size),
        };
        let bytes = keycard_bytes { data, length };
        let token = self.token.as_ptr();
        let keys = self.keys;
        // SAFETY: every address is NULL or that of memory of that length, which lives until all
        // calls are done.
        unsafe {
            let _ = match call & 0x1F {
                0 | 1 => {
                    let words = size.min(self.memory.len());
                    keycard_keys_init(self.memory.as_mut_ptr(), words * 8, &mut self.keys)
                }
                2 => keycard_keys_add_jwks(keys, bytes, ptr::null_mut()),
                3 => keycard_keys_add_jwk(keys, ptr::null(), bytes, ptr::null_mut()),
                4 => keycard_keys_add_pem(keys, ptr::null(), bytes, ptr::null_mut()),
                5 => keycard_keys_add_der(keys, ptr::null(), bytes, ptr::null_mut()),
                6 => keycard_keys_clear(keys),
                7 => {
                    let mut count = 0;
                    keycard_keys_count(keys, &mut count)
                }
                8..=15 => self.validate(call, bytes, size),
                16 => {
                    let mut string = bytes;
                    keycard_claim_string(token, bytes, &mut string)
                }
                17 => {
                    let mut integer = 0;
                    keycard_claim_integer(token, bytes, &mut integer)
                }
                18 => {
                    let mut length = 0;
                    let data = self.scratch.as_mut_ptr().cast();
                    keycard_claims_json(token, keycard_buffer { data, size }, &mut length)
                }
                19 => {
                    let mut value = MaybeUninit::<keycard_value>::zeroed();
                    keycard_claim_find(token, &bytes, 1, value.as_mut_ptr())
                }
                20 => {
                    let mut payload = bytes;
                    keycard_token_payload(token, &mut payload)
                }
                _ => 0,
            };
        }
    }

    /// # Safety
    ///
    /// `jwt` is NULL or may be read.
    unsafe fn validate(&mut self, call: u8, jwt: keycard_bytes, size: usize) -> i32 {
        let mut policy = MaybeUninit::<keycard_policy>::zeroed();
        // SAFETY: zeros are a policy without requirements; the rest is as the header requires.
        unsafe {
            let asked = policy.assume_init_mut();
            asked.struct_size = size_of::<keycard_policy>();
            asked.profile = u32::from(call & 7);
            asked.algorithms = Algorithm::Hs256.bit() | Algorithm::Es256.bit();
            asked.flags = (size as u32) & 0x1F;
            let scratch = keycard_buffer {
                data: self.scratch.as_mut_ptr().add(size & 1).cast(),
                size: (size * 8).min(self.scratch.len() - 1),
            };
            keycard_validate(
                self.keys,
                asked,
                keycard_time_at(0),
                jwt,
                scratch,
                self.token.as_mut_ptr(),
                ptr::null_mut(),
            )
        }
    }
}
