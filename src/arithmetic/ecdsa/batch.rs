//! Verification of a batch of signatures.

use crate::arithmetic::curve::Curve;
use crate::arithmetic::ecdsa::{self as equation, Key};
use crate::arithmetic::element::Element;
use crate::arithmetic::field::Field as _;
use crate::arithmetic::number::LongNumber as _;
use crate::arithmetic::scalar;
use crate::limits::BATCH;
use crate::switches::LANES;

/// One signature of the batch.
pub(crate) struct Case<'k, C: Curve> {
    pub(crate) key: Key<'k>,
    pub(crate) digest: C::Words,
    pub(crate) r: C::Words,
    pub(crate) s: C::Words,
    /// The result of [`difference`](equation::difference).
    pub(crate) difference: Option<u64>,
}

/// Sets the [`difference`](equation::difference) of each signature. Work that is common to several
/// signatures is shared if that is faster. The result for each signature is the same as for one
/// call each.
pub(crate) fn set_differences<C: Curve>(cases: &mut [Option<Case<'_, C>>; BATCH]) {
    let mut inverses = [C::Words::ZERO; BATCH];
    let count = cases.iter().flatten().count();
    let inverses = inverses.get_mut(..count).unwrap_or_default();
    for (place, case) in inverses.iter_mut().zip(cases.iter().flatten()) {
        *place = case.s;
    }
    if scalar::invert_all::<C, BATCH>(inverses).is_none() {
        // An s without an inverse makes the shared inversion impossible. Verify each signature
        // alone.
        for case in cases.iter_mut().flatten() {
            case.difference = equation::difference::<C>(&case.key, &case.digest, &case.r, &case.s);
        }
        return;
    }
    let mut quotients = [None; BATCH];
    let present = cases.iter().flatten();
    for (place, (case, inverse)) in quotients.iter_mut().zip(present.zip(&*inverses)) {
        *place = scalar::quotients_by_inverse::<C>(&case.digest, &case.r, inverse);
    }
    let sums = match LANES {
        true => sums_in_lanes::<C>(cases, &quotients),
        false => [None; BATCH],
    };
    let present = cases.iter_mut().flatten();
    for (case, (quotients, sum)) in present.zip(quotients.iter().zip(&sums)) {
        case.difference = match (sum, quotients) {
            (Some([x, zz]), _) => Some(equation::difference_from_x::<C>(
                &Element::read(x),
                &Element::read(zz),
                &case.r,
            )),
            (None, Some(quotients)) => equation::difference_by::<C>(&case.key, quotients, &case.r),
            (None, None) => None,
        };
    }
}

/// X and ZZ of each sum that a back end computes together with others, in the order of the batch.
fn sums_in_lanes<C: Curve>(
    cases: &[Option<Case<'_, C>>; BATCH],
    quotients: &[Option<(C::Words, C::Words)>; BATCH],
) -> [Option<[C::Words; 2]>; BATCH] {
    let mut pairs = [const { None }; BATCH];
    let present = cases.iter().flatten();
    for (place, (case, quotients)) in pairs.iter_mut().zip(present.zip(quotients)) {
        if let Some((u1, u2)) = quotients
            && let Some((generator, Some(own))) = equation::combs::<C>(&case.key, u1, u2)
        {
            *place = Some([generator, own]);
        }
    }
    C::sums_in_lanes(&pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::comb::{self, Shape};
    use crate::arithmetic::curve::{point, words as words_of_tables};
    use crate::arithmetic::oracle::Integer;
    use crate::arithmetic::oracle::{Known, Numbers, edges, integer, modulus, rest, words};
    use std::rc::Rc;

    /// A public key, its tables, the numbers of a signature (digest, r and s), and whether it is
    /// valid.
    struct Asked<C: Curve> {
        key: [C::Words; 2],
        tables: Option<(Shape, Rc<[u64]>)>,
        numbers: [C::Words; 3],
        is_right: bool,
    }

    impl<C: Curve> Asked<C> {
        fn case(&self) -> Case<'_, C> {
            let ([x, y], [digest, r, s]) = (&self.key, self.numbers);
            let tables = self.tables.as_ref().map(|(shape, words)| (*shape, &words[..]));
            let key = Key { x: x.limbs(), y: y.limbs(), tables };
            Case { key, digest, r, s, difference: Some(0) }
        }
    }

    /// Signatures whose intermediate sums are equal, cancel, or are at the ends of their range,
    /// because the keys d·G share multiples with G. Also the same signatures with r + 1, and with
    /// an s of 0. Each signature is verified with tables of every shape and without tables.
    fn asked<C: Known>() -> Vec<Asked<C>> {
        let order = modulus(&C::ORDER);
        let product = |left: &Integer, right: &Integer| left.mul_mod(right, &order);
        let negative = |number: &Integer| Integer::ZERO.sub_mod(number, &order);
        let inverse = |number: &Integer| number.invert_odd_mod(&order.as_ref().to_odd().unwrap());
        let (zero, one) = (Integer::ZERO, Integer::ONE);
        let some = rest(&Numbers::new(91).next(), &C::ORDER);
        let edges: Vec<Integer> =
            edges().iter().map(|number| rest(number, &C::ORDER)).filter(|it| *it > one).collect();
        let mut edges = edges.iter().copied().step_by(edges.len() / 23).cycle();
        let mut shapes = C::SHAPES.iter().map(Some).chain([None]).cycle();
        let mut sums = Vec::new();
        for d in [one, negative(&one), one.shl_vartime(1), one.shl_vartime(32), some] {
            for _ in C::SHAPES {
                let (shape, edge) = (shapes.next().unwrap(), edges.next().unwrap());
                let both = product(&edge, &d);
                let scalars = [(zero, edge), (edge, one), (both, edge), (negative(&both), edge)];
                sums.push((d, shape, scalars.to_vec()));
            }
        }
        // Here the sum of the first entries from the combs of G equals plus or minus the first
        // entry of the key. The formula for points with different x does not hold for this sum, and
        // more points are added afterwards.
        let like_generator = |shape: &&Shape| shape.spacing == C::GENERATOR_SHAPE.spacing;
        let mut numbers = Numbers::new(93);
        for shape in C::SHAPES.iter().filter(like_generator) {
            for sign in 0..12 {
                let [u1, u2] = [(); 2].map(|()| rest(&numbers.next(), &C::ORDER));
                let of_g = (0..C::GENERATOR_SHAPE.tables)
                    .map(|table| first_look::<C>(&C::GENERATOR_SHAPE, table, &u1))
                    .fold(zero, |sum, entry| sum.add_mod(&entry, &order));
                let of_key = first_look::<C>(shape, 0, &u2);
                let d = product(&of_g, &inverse(&of_key).unwrap());
                let d = if sign % 2 == 0 { d } else { negative(&d) };
                sums.push((d, Some(shape), vec![(u1, u2)]));
            }
        }
        let mut asked = Vec::new();
        for (d, shape, scalars) in sums {
            let key = C::multiple(&words(&d)).unwrap();
            let tables = shape.map(|shape| {
                let mut tables = vec![0; words_of_tables::<C>(shape)];
                let point = point::<C>(key[0].limbs(), key[1].limbs()).unwrap();
                comb::build(shape, &point, &mut tables).unwrap();
                (*shape, tables.into())
            });
            for (u1, u2) in scalars {
                let total = u1.add_mod(&product(&u2, &d), &order);
                let total = C::multiple(&words(&total));
                let r = total.map_or(some, |[x, _]| rest(&x, &C::ORDER));
                let s = product(&r, &inverse(&u2).unwrap());
                let digest = product(&u1, &s);
                let more = r.add_mod(&one, &order);
                let mut push = |numbers: [Integer; 3], is_right| {
                    let (numbers, tables) = (numbers.map(|it| words(&it)), tables.clone());
                    asked.push(Asked { key, tables, numbers, is_right });
                };
                push([digest, r, s], total.is_some());
                push([digest, more, s], false);
                push([digest, r, zero], false);
                // The digest may be any number of its length, also above the order.
                let beyond = digest.wrapping_add(&integer(&C::ORDER));
                if beyond > digest && integer::<C::Words>(&words(&beyond)) == beyond {
                    push([beyond, r, s], total.is_some());
                }
            }
        }
        asked
    }

    /// The first entry from a comb, at the highest bit of each tooth, as a multiple of the point of
    /// its table.
    fn first_look<C: Known>(shape: &Shape, table: usize, scalar: &Integer) -> Integer {
        let order = modulus(&C::ORDER);
        let digits = scalar::digits::<C>(&words(scalar), shape.bits());
        let power = |bit| (0..bit).fold(Integer::ONE, |it, _| it.add_mod(&it, &order));
        (0..shape.teeth).fold(Integer::ZERO, |sum, tooth| {
            let bit = ((table * shape.teeth + tooth) + 1) * shape.spacing - 1;
            let word = digits.limbs().get(bit / 64).copied().unwrap_or(0);
            match word >> (bit % 64) & 1 {
                0 => sum.sub_mod(&power(bit), &order),
                _ => sum.add_mod(&power(bit), &order),
            }
        })
    }

    fn each_is_as_alone<C: Known>() {
        let asked = asked::<C>();
        let alone = |asked: &Asked<C>| {
            let Case { key, digest, r, s, .. } = asked.case();
            equation::difference::<C>(&key, &digest, &r, &s)
        };
        let expected: Vec<_> = asked.iter().map(alone).collect();
        for (asked, difference) in asked.iter().zip(&expected) {
            assert_eq!(*difference == Some(0), asked.is_right, "{:x?}", asked.numbers);
        }
        let no_s = |at: &usize| asked[*at].numbers[2] == C::Words::ZERO;
        let (without, with): (Vec<_>, Vec<_>) = (0..asked.len()).partition(no_s);
        // Batches with one shape and with several shapes, full ones and some with gaps.
        let shape = |at: &usize| asked[*at].tables.as_ref().map(|(shape, _)| shape.spacing);
        let mut sorted = with.clone();
        sorted.sort_by_key(shape);
        let mut numbers = Numbers::new(92);
        let mut accepted = 0;
        for order in [&with, &sorted] {
            for (round, group) in order.chunks(BATCH).enumerate() {
                let present = if round % 3 == 0 { numbers.word() } else { u64::MAX };
                let mut places: [Option<usize>; BATCH] = core::array::from_fn(|at| {
                    group.get(at).copied().filter(|_| present >> at & 1 == 1)
                });
                if round % 5 == 0 {
                    // An s of zero. The library never passes it, because it checks the range of s
                    // before.
                    places[round % BATCH] = Some(without[round % without.len()]);
                }
                let mut cases = places.map(|place| place.map(|at| asked[at].case()));
                set_differences(&mut cases);
                for (case, place) in cases.iter().zip(places) {
                    let found = case.as_ref().map(|case| case.difference);
                    let wanted = place.map(|at| expected[at]);
                    let is_right = |it: Option<Option<u64>>| it.map(|it| it == Some(0));
                    assert_eq!(is_right(found), is_right(wanted), "{places:?}");
                    accepted += usize::from(found == Some(Some(0)));
                }
            }
        }
        assert!(accepted > with.len() / 2, "{accepted} of {}", with.len());
    }

    #[test]
    fn p256_batch_matches_single_cases_also_if_exceptional() {
        each_is_as_alone::<crate::arithmetic::p256::P256<u64>>();
        each_is_as_alone::<crate::arithmetic::p256::P256<u32>>();
    }

    #[test]
    fn p384_batch_matches_single_cases_also_if_exceptional() {
        each_is_as_alone::<crate::arithmetic::p384::P384<u64>>();
        each_is_as_alone::<crate::arithmetic::p384::P384<u32>>();
    }

    #[test]
    fn p521_batch_matches_single_cases_also_if_exceptional() {
        each_is_as_alone::<crate::arithmetic::p521::P521<u64>>();
        each_is_as_alone::<crate::arithmetic::p521::P521<u32>>();
    }

    #[test]
    fn secp256k1_batch_matches_single_cases_also_if_exceptional() {
        each_is_as_alone::<crate::arithmetic::secp256k1::Secp256k1<u64>>();
        each_is_as_alone::<crate::arithmetic::secp256k1::Secp256k1<u32>>();
    }
}
