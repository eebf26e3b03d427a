//! What may enter a table: the caller's permissions, all of them off by default.

/// Rules for loading keys. The default suits a key set that was fetched from an issuer.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyRules<'a> {
    key_use: Option<&'a str>,
    secrets: bool,
}

impl<'a> KeyRules<'a> {
    /// Asymmetric keys only, with `use` absent or `sig`.
    pub const fn new() -> Self {
        Self {
            key_use: None,
            secrets: false,
        }
    }

    /// Also takes keys whose `use` is this value: `jwt-svid` for SPIFFE bundles.
    pub const fn accept_use(self, key_use: &'a str) -> Self {
        Self {
            key_use: Some(key_use),
            ..self
        }
    }

    /// Also takes `oct` keys, which are secrets: only for a key set that nobody else can read or write.
    /// Whoever fetches a key set from an issuer must not allow them.
    pub const fn allow_secrets(self) -> Self {
        Self {
            secrets: true,
            ..self
        }
    }

    pub(super) const fn key_use(&self) -> Option<&'a str> {
        self.key_use
    }

    pub(super) const fn secrets(&self) -> bool {
        self.secrets
    }
}
