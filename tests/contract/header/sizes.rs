//! The sizes of the structures of a header, as a C compiler lays them out.

use std::collections::BTreeMap;

/// Size and alignment of a type, with pointers of 64 bits and of 32.
#[derive(Clone, Copy)]
struct Layout {
    wide: [usize; 2],
    narrow: [usize; 2],
}

impl Layout {
    const fn same(bytes: usize) -> Self {
        Self { wide: [bytes; 2], narrow: [bytes; 2] }
    }
}

/// A pointer, or a type that is as wide.
const POINTER: Layout = Layout { wide: [8; 2], narrow: [4; 2] };

/// The structures of all headers, and the constants that are lengths of arrays.
pub(super) struct Sizes {
    layouts: BTreeMap<String, Layout>,
    numbers: BTreeMap<String, usize>,
}

impl Sizes {
    /// The structures and the constants that these blocks define, in any order.
    pub(super) fn new(blocks: &[&str]) -> Self {
        let number = |line: &str| {
            let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        let numbers = blocks.iter().flat_map(|block| block.lines()).filter_map(number).collect();
        let mut sizes = Self { layouts: BTreeMap::new(), numbers };
        let mut left: Vec<_> = blocks.iter().filter_map(|block| structure(block)).collect();
        // The layout of a structure needs the layouts of the structures in it.
        while !left.is_empty() {
            let count = left.len();
            left.retain(|(name, members)| match sizes.layout(members) {
                Some(layout) => {
                    sizes.layouts.insert((*name).to_owned(), layout);
                    false
                }
                None => true,
            });
            assert!(left.len() < count, "no layout: {left:?}");
        }
        sizes
    }

    /// The assertion of the size of the structure that a block defines.
    pub(super) fn assertion(&self, block: &str) -> Option<String> {
        let (name, _) = structure(block)?;
        let Layout { wide, narrow } = self.layouts[name];
        Some(format!("KEYCARD_HAS_SIZE({name}, {}, {})", wide[0], narrow[0]))
    }

    /// The layout of a structure. `None` if a structure in it has no layout yet.
    fn layout(&self, members: &[&str]) -> Option<Layout> {
        let (mut wide, mut narrow) = ([0, 1], [0, 1]);
        for member in members {
            let (layout, count) = self.member(member)?;
            add(&mut wide, layout.wide, count);
            add(&mut narrow, layout.narrow, count);
        }
        let [wide, narrow] =
            [wide, narrow].map(|[size, align]| [size.next_multiple_of(align), align]);
        Some(Layout { wide, narrow })
    }

    /// The layout of a member's type, and how many of it the member is.
    fn member(&self, line: &str) -> Option<(Layout, usize)> {
        let code = line.trim().trim_end_matches(';');
        let (code, count) = match code.split_once('[') {
            Some((code, length)) => {
                let length = length.trim_end_matches(']');
                let length = length.parse().ok().or_else(|| self.numbers.get(length).copied());
                (code, length.unwrap_or_else(|| panic!("no length: {line}")))
            }
            None => (code, 1),
        };
        let words = code.split_whitespace().filter(|word| !["const", "struct"].contains(word));
        let name = words.clone().next().unwrap();
        let layout = match name {
            _ if code.contains('*') => POINTER,
            "size_t" => POINTER,
            "bool" | "char" | "uint8_t" => Layout::same(1),
            "uint16_t" => Layout::same(2),
            "int32_t" | "uint32_t" | "keycard_status" => Layout::same(4),
            "int64_t" | "uint64_t" => Layout::same(8),
            name => *self.layouts.get(name)?,
        };
        Some((layout, count))
    }
}

/// The name and the members of the structure that a block defines.
fn structure(block: &str) -> Option<(&str, Vec<&str>)> {
    let mut lines = block.lines().skip_while(|line| !line.starts_with("typedef struct "));
    let name = lines.next()?.strip_prefix("typedef struct ")?.strip_suffix(" {")?;
    let members = lines.take_while(|line| !line.starts_with('}'));
    Some((name, members.filter(|line| !line.trim_start().starts_with("//")).collect()))
}

/// Adds a member of this layout, `count` times.
fn add([size, align]: &mut [usize; 2], [bytes, boundary]: [usize; 2], count: usize) {
    *size = size.next_multiple_of(boundary) + bytes * count;
    *align = boundary.max(*align);
}
