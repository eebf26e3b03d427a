//! The choices that a build makes for its target.

/// True on targets where faster but larger code is worth its space.
pub(crate) const FAST: bool = cfg!(target_pointer_width = "64");
