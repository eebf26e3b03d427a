//! Helpers that the tests share.

pub(crate) mod back_end;
pub(crate) mod issuer;
pub(crate) mod jwk;
pub(crate) mod tables;
pub(crate) mod verdict;
pub(crate) mod wycheproof_macs;
