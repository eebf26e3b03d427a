//! The choices of a build that code asks for by name. The build script makes them, or a feature.

/// Small code in place of fast code.
pub(crate) const SMALL: bool = cfg!(small);

/// Fast code in place of small code.
pub(crate) const FAST: bool = !SMALL;

/// The code for SIMD lanes is in the build. A program detects at run time whether it can use them.
pub(crate) const LANES: bool = cfg!(lanes);

/// Values of a key are precomputed, and precomputed values are used.
pub(crate) const PRECOMPUTE: bool = cfg!(feature = "precompute");

/// The value for the size of the tables of base points. The sizes are small, medium and large.
pub(crate) const fn for_base_points<T: Copy>([small, medium, large]: [T; 3]) -> T {
    if cfg!(feature = "base-points-64k") {
        large
    } else if cfg!(feature = "base-points-16k") {
        medium
    } else {
        small
    }
}

/// Public keys in PEM and DER, and certificates in a JWK.
pub(crate) const PEM: bool = cfg!(feature = "pem");

/// Tests try less, because Miri is slow.
#[cfg(test)]
pub(crate) const MIRI: bool = cfg!(miri);

/// The number of cases that a test tries: `few` under Miri, else `all`.
#[cfg(test)]
pub(crate) fn under_miri<T>(few: T, all: T) -> T {
    if MIRI { few } else { all }
}
