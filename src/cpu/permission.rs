//! The permission to use the accelerated back ends.

use core::sync::atomic::{AtomicBool, Ordering};

static FORBIDDEN: AtomicBool = AtomicBool::new(false);

pub(super) fn set(allowed: bool) {
    FORBIDDEN.store(!allowed, Ordering::Relaxed);
}

#[inline]
pub(super) fn is_given() -> bool {
    !FORBIDDEN.load(Ordering::Relaxed)
}
