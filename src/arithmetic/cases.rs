//! Signatures that are verified together.

use super::curve::{self, Curve, Key};
use super::element::Element;
use super::field::Field as _;
use super::number::Number as _;
use super::scalar;
use crate::limits::TOGETHER;

/// One of them.
pub(crate) struct Case<'k, C: Curve> {
    pub(crate) key: Key<'k>,
    pub(crate) digest: C::Words,
    pub(crate) r: C::Words,
    pub(crate) s: C::Words,
    /// What [`difference`](curve::difference) says of it.
    pub(crate) difference: Option<u64>,
}

/// Sets the [`difference`](curve::difference) of each signature. What they need is computed together where that takes less; each has the
/// difference that it has alone.
pub(crate) fn set_differences<C: Curve>(cases: &mut [Option<Case<'_, C>>; TOGETHER]) {
    let mut inverses = [C::Words::ZERO; TOGETHER];
    let count = cases.iter().flatten().count();
    let inverses = inverses.get_mut(..count).unwrap_or_default();
    for (place, case) in inverses.iter_mut().zip(cases.iter().flatten()) {
        *place = case.s;
    }
    if scalar::invert_all::<C, TOGETHER>(inverses).is_none() {
        // One that has no inverse takes it from nobody else.
        for case in cases.iter_mut().flatten() {
            case.difference = curve::difference::<C>(&case.key, &case.digest, &case.r, &case.s);
        }
        return;
    }
    let mut quotients = [None; TOGETHER];
    let present = cases.iter().flatten();
    for (place, (case, inverse)) in quotients.iter_mut().zip(present.zip(&*inverses)) {
        *place = scalar::quotients_by_inverse::<C>(&case.digest, &case.r, inverse);
    }
    #[cfg(feature = "accelerated")]
    let sums = sums_in_lanes::<C>(cases, &quotients);
    #[cfg(not(feature = "accelerated"))]
    let sums: [Option<[C::Words; 2]>; TOGETHER] = [None; TOGETHER];
    let present = cases.iter_mut().flatten();
    for (case, (quotients, sum)) in present.zip(quotients.iter().zip(&sums)) {
        case.difference = match (sum, quotients) {
            (Some([x, zz]), _) => {
                Some(curve::difference_from_x::<C>(&Element::read(x), &Element::read(zz), &case.r))
            }
            (None, Some(quotients)) => curve::difference_by::<C>(&case.key, quotients, &case.r),
            (None, None) => None,
        };
    }
}

/// X and ZZ of the sums of those that a back end adds up together, in the order of the cases.
#[cfg(feature = "accelerated")]
fn sums_in_lanes<C: Curve>(
    cases: &[Option<Case<'_, C>>; TOGETHER],
    quotients: &[Option<(C::Words, C::Words)>; TOGETHER],
) -> [Option<[C::Words; 2]>; TOGETHER] {
    let mut pairs = [const { None }; TOGETHER];
    let present = cases.iter().flatten();
    for (place, (case, quotients)) in pairs.iter_mut().zip(present.zip(quotients)) {
        if let Some((u1, u2)) = quotients
            && let Some((generator, Some(own))) = curve::combs::<C>(&case.key, u1, u2)
        {
            *place = Some([generator, own]);
        }
    }
    C::sums_in_lanes(&pairs)
}
