//! The base point of P-256, and tables of its multiples, as constants. How large they are is a choice of features, of
//! which the largest wins; where no key is prepared, there are none. The files are made, and compared, by the test below.

#[cfg(any(test, feature = "prepare"))]
use crate::arithmetic::comb::Shape;

/// The base point (SP 800-186 section 3.2.1.3), both coordinates in Montgomery form.
#[cfg(any(test, not(feature = "prepare")))]
pub(crate) const POINT: [u64; 8] = [
    0x79E7_30D4_18A9_143C,
    0x75BA_95FC_5FED_B601,
    0x79FB_732B_7762_2510,
    0x1890_5F76_A537_55C6,
    0xDDF2_5357_CE95_560A,
    0x8B4A_B8E4_BA19_E45C,
    0xD2E8_8688_DD21_F325,
    0x8571_FF18_2588_5D85,
];

/// The words of a file, least significant byte first.
#[cfg(any(test, feature = "prepare"))]
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

#[cfg(any(test, feature = "prepare"))]
macro_rules! tables {
    ($name:ident, $shape:ident, $file:literal) => {
        mod $name {
            use super::{Shape, words};

            pub(crate) const SHAPE: Shape = Shape::$shape;
            pub(crate) static TABLES: &[u64] = &words::<{ SHAPE.words() }>(include_bytes!($file));
        }
    };
}

#[cfg(all(
    any(test, feature = "prepare"),
    not(any(feature = "generator-16k", feature = "generator-64k"))
))]
tables!(small, LONG_1K, "generator_1k.bin");
#[cfg(all(feature = "generator-16k", not(feature = "generator-64k")))]
tables!(medium, BYTES_16K, "generator_16k.bin");
#[cfg(feature = "generator-64k")]
tables!(large, BYTES_64K, "generator_64k.bin");

#[cfg(feature = "generator-64k")]
pub(crate) use large::{SHAPE, TABLES};
#[cfg(all(feature = "generator-16k", not(feature = "generator-64k")))]
pub(crate) use medium::{SHAPE, TABLES};
#[cfg(all(
    any(test, feature = "prepare"),
    not(any(feature = "generator-16k", feature = "generator-64k"))
))]
pub(crate) use small::{SHAPE, TABLES};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::comb;
    use crate::arithmetic::p256::field::Element;
    use crate::arithmetic::p256::point;
    use std::path::Path;

    /// The base point (SP 800-186 section 3.2.1.3).
    const X: [u64; 4] = [
        0xF4A1_3945_D898_C296,
        0x7703_7D81_2DEB_33A0,
        0xF8BC_E6E5_63A4_40F2,
        0x6B17_D1F2_E12C_4247,
    ];
    const Y: [u64; 4] = [
        0xCBB6_4068_37BF_51F5,
        0x2BCE_3357_6B31_5ECE,
        0x8EE7_EB4A_7C0F_9E16,
        0x4FE3_42E2_FE1A_7F9B,
    ];

    /// `KEYCARD_WRITE_TABLES=1 cargo test generator` writes the files anew.
    #[test]
    fn the_files_are_the_tables_of_the_base_point() {
        for (name, shape) in [
            ("generator_1k.bin", Shape::LONG_1K),
            ("generator_16k.bin", Shape::BYTES_16K),
            ("generator_64k.bin", Shape::BYTES_64K),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/arithmetic/p256").join(name);
            let mut narrow = vec![0; shape.words()];
            comb::build(&shape, &point::<u32, 8>(&X, &Y).unwrap(), &mut narrow).unwrap();
            let mut wide = vec![0; shape.words()];
            let base = point::<u64, 4>(&X, &Y).unwrap();
            comb::build::<Element<u64, 4>>(&shape, &base, &mut wide).unwrap();
            assert_eq!(narrow, wide, "both limb widths make the same words");
            let bytes: Vec<u8> = wide.iter().flat_map(|word| word.to_le_bytes()).collect();
            if std::env::var_os("KEYCARD_WRITE_TABLES").is_some() {
                std::fs::write(&path, &bytes).unwrap();
            }
            assert!(std::fs::read(&path).unwrap() == bytes, "{name} is not what the code makes");
        }
        assert!(TABLES.len() == SHAPE.words());
        assert_eq!(point::<u64, 4>(&X, &Y).unwrap().write(), POINT);
    }
}
