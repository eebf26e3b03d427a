//! Heapsort (Knuth, volume 3, section 5.2.3): in place, and O(n log n) for every input.

/// A list whose items can be compared and exchanged by their positions.
pub(crate) trait Heap {
    /// True if the item at `one` comes before the item at `other`.
    fn is_less(&self, one: usize, other: usize) -> bool;
    fn swap(&mut self, one: usize, other: usize);
}

/// Sorts the first `count` items.
pub(crate) fn sort(items: &mut impl Heap, count: usize) {
    for root in (0..count / 2).rev() {
        sift(items, root, count);
    }
    for end in (1..count).rev() {
        items.swap(0, end);
        sift(items, 0, end);
    }
}

/// Moves the item at `root` down in the heap of the first `end` items.
fn sift(items: &mut impl Heap, mut root: usize, end: usize) {
    loop {
        let left = root.saturating_mul(2).saturating_add(1);
        let right = left.saturating_add(1);
        if left >= end {
            return;
        }
        let child = if right < end && items.is_less(left, right) { right } else { left };
        if !items.is_less(root, child) {
            return;
        }
        items.swap(root, child);
        root = child;
    }
}

/// Items of equal length are sorted by their bytes.
impl<const N: usize> Heap for &mut [[u8; N]] {
    fn is_less(&self, one: usize, other: usize) -> bool {
        matches!((self.get(one), self.get(other)), (Some(one), Some(other)) if one < other)
    }

    fn swap(&mut self, one: usize, other: usize) {
        if let (Some(first), Some(second)) = (self.get(one).copied(), self.get(other).copied()) {
            for (index, item) in [(one, second), (other, first)] {
                if let Some(place) = self.get_mut(index) {
                    *place = item;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_every_length_as_the_standard_library_does() {
        for count in 0..200u32 {
            let mut items: Vec<_> =
                (0..count).map(|at| (at.wrapping_mul(0x9E37_79B1) % 61).to_be_bytes()).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            let length = items.len();
            sort(&mut items.as_mut_slice(), length);
            assert_eq!(items, expected);
        }
    }
}
