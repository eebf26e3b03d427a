//! Replaces the digest of the library if one of its files is compiled alone: it stores its input.

#[derive(Default)]
pub(crate) struct Hasher {
    pub(crate) fed: Vec<u8>,
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.fed.extend(bytes);
    }
}
