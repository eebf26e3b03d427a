//! Tables of multiples of the base point of P-256, as constants. How large they are is a choice of features, of which
//! the largest wins. The files are made, and compared, by the test below.

use crate::arithmetic::comb::Shape;

/// The words of a file, least significant byte first.
const fn words<const WORDS: usize>(file: &[u8]) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    let (mut bytes, _) = file.as_chunks();
    let mut rest: &mut [u64] = &mut words;
    while let ([first, others @ ..], [place, places @ ..]) = (bytes, rest) {
        *place = u64::from_le_bytes(*first);
        (bytes, rest) = (others, places);
    }
    words
}

macro_rules! tables {
    ($name:ident, $shape:ident, $file:literal) => {
        mod $name {
            use super::{Shape, words};

            pub(crate) const SHAPE: Shape = Shape::$shape;
            pub(crate) static TABLES: &[u64] = &words::<{ SHAPE.words() }>(include_bytes!($file));
        }
    };
}

#[cfg(any(test, not(any(feature = "generator-16k", feature = "generator-64k"))))]
tables!(small, LONG_1K, "generator_1k.bin");
#[cfg(any(test, all(feature = "generator-16k", not(feature = "generator-64k"))))]
tables!(medium, BYTES_16K, "generator_16k.bin");
#[cfg(feature = "generator-64k")]
tables!(large, BYTES_64K, "generator_64k.bin");

#[cfg(feature = "generator-64k")]
pub(crate) use large::{SHAPE, TABLES};
#[cfg(all(feature = "generator-16k", not(feature = "generator-64k")))]
pub(crate) use medium::{SHAPE, TABLES};
#[cfg(not(any(feature = "generator-16k", feature = "generator-64k")))]
pub(crate) use small::{SHAPE, TABLES};
