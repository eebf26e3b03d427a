//! Empty structures that begin with their size, for languages that cannot use the macros of the
//! header.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{
    keycard_image_rules, keycard_key_binding, keycard_key_rules, keycard_policy,
    keycard_proof_rules, keycard_status,
};
use super::raw;
use super::status::status_of;
use crate::error::{Error, Reason};

/// Makes a policy that requires nothing yet and accepts nothing, like KEYCARD_POLICY_INIT. For
/// languages that cannot use the macro.
///
/// Returns: KEYCARD_OK
///          KEYCARD_STRUCT_SIZE if size is smaller than in the first release
/// In:      size, sizeof(keycard_policy)
/// Out:     policy, zeros except for struct_size
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_policy_init(
    policy: *mut keycard_policy,
    size: usize,
) -> keycard_status {
    // SAFETY: by the header, the structure may be written.
    status_of(&unsafe { clear(policy, size) })
}

/// Makes the default rules for keys, like KEYCARD_KEY_RULES_INIT.
///
/// Returns: the statuses of keycard_policy_init
/// In:      size, sizeof(keycard_key_rules)
/// Out:     rules, zeros except for struct_size
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_key_rules_init(
    rules: *mut keycard_key_rules,
    size: usize,
) -> keycard_status {
    // SAFETY: by the header, the structure may be written.
    status_of(&unsafe { clear(rules, size) })
}

/// Makes rules that accept no image yet, like KEYCARD_IMAGE_RULES_INIT.
///
/// Returns: the statuses of keycard_policy_init
/// In:      size, sizeof(keycard_image_rules)
/// Out:     rules, zeros except for struct_size
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_image_rules_init(
    rules: *mut keycard_image_rules,
    size: usize,
) -> keycard_status {
    // SAFETY: by the header, the structure may be written.
    status_of(&unsafe { clear(rules, size) })
}

/// Makes rules that accept no DPoP proof yet, like KEYCARD_PROOF_RULES_INIT.
///
/// Returns: the statuses of keycard_policy_init
/// In:      size, sizeof(keycard_proof_rules)
/// Out:     rules, zeros except for struct_size
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_proof_rules_init(
    rules: *mut keycard_proof_rules,
    size: usize,
) -> keycard_status {
    // SAFETY: by the header, the structure may be written.
    status_of(&unsafe { clear(rules, size) })
}

/// Makes rules that accept no presentation yet, like KEYCARD_KEY_BINDING_INIT.
///
/// Returns: the statuses of keycard_policy_init
/// In:      size, sizeof(keycard_key_binding)
/// Out:     binding, zeros except for struct_size
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_key_binding_init(
    binding: *mut keycard_key_binding,
    size: usize,
) -> keycard_status {
    // SAFETY: by the header, the structure may be written.
    status_of(&unsafe { clear(binding, size) })
}

/// Fills a structure of `size` bytes with zeros and writes the size at its beginning. The caller
/// may have a newer header with a longer structure.
///
/// # Safety
///
/// `T` begins with its size. If `structure` is not NULL and aligned, its `size` bytes may be
/// written.
unsafe fn clear<T>(structure: *mut T, size: usize) -> Result<(), Error> {
    raw::check_output(structure)?;
    if size < size_of::<T>() {
        return Err(Error::new(Reason::StructSize));
    }
    // SAFETY: the caller's promise.
    unsafe { raw::initialised(structure.cast(), size) }?;
    let start: *mut usize = structure.cast();
    // SAFETY: the caller's promise; the size is at the beginning of the structure.
    unsafe { start.write(size) };
    Ok(())
}
