//! Polynomials modulo q and X^256 + 1, and their number-theoretic transform (FIPS 204 section 7.5).
//!
//! Coefficients are any representatives modulo q below a bound, and most sums are not reduced. The
//! constants below are these bounds. They hold for every input, so no sum exceeds a word.

/// The coefficients, lowest first.
pub(crate) type Polynomial = [u32; 256];

/// FIPS 204 section 4, table 1.
pub(crate) const Q: u32 = 8_380_417;

/// -1/q modulo 2^32.
const NEGATIVE_INVERSE: u32 = 4_236_238_847;

/// 2^64/256 modulo q: divides by 256, and makes up for two Montgomery reductions.
const SCALE: u32 = 41_978;

/// Below this are the coefficients before [`transform`]. Sampled coefficients have 23 bits.
const INPUT: u64 = 1 << 23;
/// Below this are the coefficients after [`transform`]. Each of its eight layers adds less than 2q.
const TRANSFORMED: u64 = INPUT + 16 * WIDE_Q;
/// Below this is the reduced product of two transformed coefficients.
const PRODUCT: u64 = reduced_bound(TRANSFORMED * TRANSFORMED);
/// The sums of a row: one product for each of up to seven columns, and one with the challenge.
const ROW: u64 = 8 * PRODUCT;
/// Below this are the coefficients before [`invert`]: a value of [`fold`].
const FOLDED: u64 = (1 << 23) + (WORD >> 23) * ((1 << 23) - WIDE_Q);
/// The sums in the last layer of [`invert`]. Each of the eight layers doubles them.
const DOUBLED: u64 = FOLDED << 8;

const WORD: u64 = 1 << 32;
const WIDE_Q: u64 = 8_380_417;

const _: () = assert!(TRANSFORMED <= WORD && ROW <= WORD && DOUBLED <= WORD);
// One product with a constant below q is less than 2q.
const _: () = assert!(reduced_bound(WORD * WIDE_Q) <= 2 * WIDE_Q && FOLDED <= 2 * WIDE_Q);

/// The bound of [`reduced`] for a product below `product`.
const fn reduced_bound(product: u64) -> u64 {
    // The sum of the product and of less than 2^32 multiples of q must fit in two words.
    assert!(product < u64::MAX - WORD * WIDE_Q);
    (product.wrapping_add(WORD * WIDE_Q - WIDE_Q).wrapping_sub(1) >> 32).wrapping_add(1)
}

/// The Montgomery reduction: product/2^32 modulo q, less than product/2^32 + q.
#[inline(always)]
fn reduced(product: u64) -> u32 {
    let quotient = low(product).wrapping_mul(NEGATIVE_INVERSE);
    high(product.wrapping_add(u64::from(quotient).wrapping_mul(u64::from(Q))))
}

/// `left`·`right`/2^32 modulo q.
#[inline(always)]
pub(crate) fn product(left: u32, right: u32) -> u32 {
    reduced(u64::from(left).wrapping_mul(u64::from(right)))
}

/// The sum, which fits in a word.
#[inline(always)]
pub(crate) fn sum(left: u32, right: u32) -> u32 {
    debug_assert!(left.checked_add(right).is_some(), "{left} {right}");
    left.wrapping_add(right)
}

/// The difference, which is not negative.
#[inline(always)]
fn difference(left: u32, right: u32) -> u32 {
    debug_assert!(left >= right, "{left} {right}");
    left.wrapping_sub(right)
}

/// A representative below 2q of any number: 2^23 is q + 8191.
#[inline(always)]
fn fold(number: u32) -> u32 {
    difference(number, (number >> 23).wrapping_mul(Q))
}

/// The representative below q of a number below 2q.
#[inline(always)]
fn canonical(number: u32) -> u32 {
    number.min(number.wrapping_sub(Q))
}

#[inline(always)]
fn low(number: u64) -> u32 {
    u32::try_from(number & 0xFFFF_FFFF).unwrap_or(0)
}

#[inline(always)]
fn high(number: u64) -> u32 {
    u32::try_from(number >> 32).unwrap_or(0)
}

/// The number-theoretic transform, in place (FIPS 204 algorithm 41).
#[inline(never)]
pub(crate) fn transform(polynomial: &mut Polynomial) {
    let [_, zetas @ ..] = &ZETAS;
    let mut zetas = zetas.iter();
    let mut length = 128;
    while length > 0 {
        let mut rest = polynomial.as_mut_slice();
        while let Some((low, high, behind)) = two_of(rest, length) {
            let zeta = zetas.next().copied().unwrap_or(0);
            for (low, high) in low.iter_mut().zip(high) {
                let turned = product(*high, zeta);
                *high = difference(sum(*low, 2 * Q), turned);
                *low = sum(*low, turned);
            }
            rest = behind;
        }
        length /= 2;
    }
}

/// The inverse of the transform, in place (FIPS 204 algorithm 42), of sums of products. The results
/// are less than q.
#[inline(never)]
pub(crate) fn invert(polynomial: &mut Polynomial) {
    for place in polynomial.iter_mut() {
        *place = fold(*place);
    }
    let [_, zetas @ ..] = &ZETAS;
    let mut zetas = zetas.iter().rev();
    let mut length = 1;
    let mut bound = 2 * Q;
    while length < polynomial.len() {
        let mut rest = polynomial.as_mut_slice();
        while let Some((low, high, behind)) = two_of(rest, length) {
            let zeta = zetas.next().copied().unwrap_or(0);
            for (low, high) in low.iter_mut().zip(high) {
                let before = *low;
                *low = sum(before, *high);
                // The inverse of this root of unity is the negative of another.
                *high = product(difference(sum(*high, bound), before), zeta);
            }
            rest = behind;
        }
        length = length.wrapping_mul(2);
        bound = bound.wrapping_mul(2);
    }
    for place in polynomial.iter_mut() {
        *place = canonical(product(*place, SCALE));
    }
}

/// The first `length` coefficients, the next ones, and the rest. `None` at the end.
#[inline(always)]
fn two_of(slice: &mut [u32], length: usize) -> Option<(&mut [u32], &mut [u32], &mut [u32])> {
    let (low, rest) = slice.split_at_mut_checked(length)?;
    let (high, rest) = rest.split_at_mut_checked(length)?;
    Some((low, high, rest))
}

/// Replaces transformed coefficients by their representatives below q.
pub(crate) fn normalize(polynomial: &mut Polynomial) {
    for place in polynomial {
        *place = canonical(fold(*place));
    }
}

/// Adds the products of the coefficients of two transformed polynomials.
#[inline(never)]
pub(crate) fn add_product(to: &mut Polynomial, left: &Polynomial, right: &Polynomial) {
    for ((place, left), right) in to.iter_mut().zip(left).zip(right) {
        *place = sum(*place, product(*left, *right));
    }
}

/// 2^32·1753^r modulo q, where r is the index with its eight bits reversed (FIPS 204 appendix B).
static ZETAS: [u32; 256] = [
    4_193_792, 25_847, 5_771_523, 7_861_508, 237_124, 7_602_457, 7_504_169, 466_468, 1_826_347,
    2_353_451, 8_021_166, 6_288_512, 3_119_733, 5_495_562, 3_111_497, 2_680_103, 2_725_464,
    1_024_112, 7_300_517, 3_585_928, 7_830_929, 7_260_833, 2_619_752, 6_271_868, 6_262_231,
    4_520_680, 6_980_856, 5_102_745, 1_757_237, 8_360_995, 4_010_497, 280_005, 2_706_023, 95_776,
    3_077_325, 3_530_437, 6_718_724, 4_788_269, 5_842_901, 3_915_439, 4_519_302, 5_336_701,
    3_574_422, 5_512_770, 3_539_968, 8_079_950, 2_348_700, 7_841_118, 6_681_150, 6_736_599,
    3_505_694, 4_558_682, 3_507_263, 6_239_768, 6_779_997, 3_699_596, 811_944, 531_354, 954_230,
    3_881_043, 3_900_724, 5_823_537, 2_071_892, 5_582_638, 4_450_022, 6_851_714, 4_702_672,
    5_339_162, 6_927_966, 3_475_950, 2_176_455, 6_795_196, 7_122_806, 1_939_314, 4_296_819,
    7_380_215, 5_190_273, 5_223_087, 4_747_489, 126_922, 3_412_210, 7_396_998, 2_147_896,
    2_715_295, 5_412_772, 4_686_924, 7_969_390, 5_903_370, 7_709_315, 7_151_892, 8_357_436,
    7_072_248, 7_998_430, 1_349_076, 1_852_771, 6_949_987, 5_037_034, 264_944, 508_951, 3_097_992,
    44_288, 7_280_319, 904_516, 3_958_618, 4_656_075, 8_371_839, 1_653_064, 5_130_689, 2_389_356,
    8_169_440, 759_969, 7_063_561, 189_548, 4_827_145, 3_159_746, 6_529_015, 5_971_092, 8_202_977,
    1_315_589, 1_341_330, 1_285_669, 6_795_489, 7_567_685, 6_940_675, 5_361_315, 4_499_357,
    4_751_448, 3_839_961, 2_091_667, 3_407_706, 2_316_500, 3_817_976, 5_037_939, 2_244_091,
    5_933_984, 4_817_955, 266_997, 2_434_439, 7_144_689, 3_513_181, 4_860_065, 4_621_053,
    7_183_191, 5_187_039, 900_702, 1_859_098, 909_542, 819_034, 495_491, 6_767_243, 8_337_157,
    7_857_917, 7_725_090, 5_257_975, 2_031_748, 3_207_046, 4_823_422, 7_855_319, 7_611_795,
    4_784_579, 342_297, 286_988, 5_942_594, 4_108_315, 3_437_287, 5_038_140, 1_735_879, 203_044,
    2_842_341, 2_691_481, 5_790_267, 1_265_009, 4_055_324, 1_247_620, 2_486_353, 1_595_974,
    4_613_401, 1_250_494, 2_635_921, 4_832_145, 5_386_378, 1_869_119, 1_903_435, 7_329_447,
    7_047_359, 1_237_275, 5_062_207, 6_950_192, 7_929_317, 1_312_455, 3_306_115, 6_417_775,
    7_100_756, 1_917_081, 5_834_105, 7_005_614, 1_500_165, 777_191, 2_235_880, 3_406_031,
    7_838_005, 5_548_557, 6_709_241, 6_533_464, 5_796_124, 4_656_147, 594_136, 4_603_424,
    6_366_809, 2_432_395, 2_454_455, 8_215_696, 1_957_272, 3_369_112, 185_531, 7_173_032,
    5_196_991, 162_844, 1_616_392, 3_014_001, 810_149, 1_652_634, 4_686_184, 6_581_310, 5_341_501,
    3_523_897, 3_866_901, 269_760, 2_213_111, 7_404_533, 1_717_735, 472_078, 7_953_734, 1_723_600,
    6_577_327, 1_910_376, 6_712_985, 7_276_084, 8_119_771, 4_546_524, 5_441_381, 6_144_432,
    7_959_518, 6_094_090, 183_443, 7_403_526, 1_612_842, 4_834_730, 7_826_001, 3_919_660,
    8_332_111, 7_018_208, 3_937_738, 1_400_424, 7_534_263, 1_976_782,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::MIRI;

    fn power(base: u64, exponent: u64) -> u64 {
        (0..exponent).fold(1, |power, _| power * base % WIDE_Q)
    }

    #[test]
    fn constants_are_what_they_are_said_to_be() {
        assert_eq!(Q.wrapping_mul(NEGATIVE_INVERSE), u32::MAX);
        assert_eq!(u64::from(SCALE) * 256 % WIDE_Q, WORD % WIDE_Q * (WORD % WIDE_Q) % WIDE_Q);
        for (index, zeta) in (0u8..=255).zip(ZETAS) {
            let zeta_r = power(1753, u64::from(index.reverse_bits())) * (WORD % WIDE_Q) % WIDE_Q;
            assert_eq!(u64::from(zeta), zeta_r, "{index}");
        }
    }

    /// The product by its definition.
    fn expected(left: &Polynomial, right: &Polynomial) -> Vec<u32> {
        let mut sums = vec![0u64; 256];
        for (i, a) in left.iter().enumerate() {
            for (j, b) in right.iter().enumerate() {
                let product = u64::from(*a) * u64::from(*b) % WIDE_Q;
                let product = if i + j < 256 { product } else { WIDE_Q - product };
                sums[(i + j) % 256] = (sums[(i + j) % 256] + product) % WIDE_Q;
            }
        }
        sums.into_iter().map(|sum| sum as u32).collect()
    }

    fn pseudorandom(seed: u32) -> Polynomial {
        let mut state = seed;
        [0; 256].map(|_: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % Q
        })
    }

    #[test]
    fn products_of_polynomials_are_right_at_the_extremes() {
        let most = u32::try_from(INPUT - 1).unwrap();
        let mut mixed = [0; 256];
        mixed.iter_mut().step_by(3).for_each(|place| *place = most);
        let polynomials = [
            [0; 256],
            [1; 256],
            [Q - 1; 256],
            [most; 256],
            mixed,
            pseudorandom(1),
            pseudorandom(2),
        ];
        for left in &polynomials {
            for right in &polynomials {
                let [mut a, mut b] = [*left, *right];
                transform(&mut a);
                transform(&mut b);
                for place in a.iter().chain(&b) {
                    assert!(u64::from(*place) < TRANSFORMED);
                }
                // A row has up to eight products.
                let mut row = [0; 256];
                for _ in 0..8 {
                    add_product(&mut row, &a, &b);
                }
                assert!(row.iter().all(|place| u64::from(*place) < ROW));
                invert(&mut row);
                let eight = |n: u32| u32::try_from(u64::from(n) * 8 % WIDE_Q).unwrap();
                let once: Vec<u32> = expected(left, right).into_iter().map(eight).collect();
                assert_eq!(row.as_slice(), once);
                if MIRI {
                    return;
                }
            }
        }
    }

    /// Debug assertions check every sum and difference.
    #[test]
    fn no_sum_exceeds_a_word_for_the_largest_words() {
        let mut values = [[u32::MAX; 256]; 2];
        values[1].iter_mut().step_by(2).for_each(|place| *place = (511 << 23) | 0x7F_FFFF);
        for mut polynomial in values {
            invert(&mut polynomial);
            assert!(polynomial.iter().all(|place| *place < Q));
        }
        for number in [0, 1, Q - 1, Q, (1 << 23) - 1, 1 << 23, u32::MAX, u32::MAX - 1] {
            assert!(u64::from(fold(number)) < FOLDED);
            assert_eq!(fold(number) % Q, number % Q);
            assert_eq!(canonical(fold(number)), number % Q);
        }
        // Every input of a Montgomery reduction that is about to exceed its bound.
        for product in [0, 1, WORD - 1, WORD, WORD * WIDE_Q - 1, TRANSFORMED * TRANSFORMED] {
            let result = u64::from(reduced(product));
            assert!(result < reduced_bound(product + 1));
            assert_eq!(result * (WORD % WIDE_Q) % WIDE_Q, product % WIDE_Q);
        }
    }
}
