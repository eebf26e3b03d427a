//! What stands for the digest of the library where a file of it is compiled alone: it keeps what it
//! is fed.

#[derive(Default)]
pub(crate) struct Hasher {
    pub(crate) fed: Vec<u8>,
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.fed.extend(bytes);
    }
}
