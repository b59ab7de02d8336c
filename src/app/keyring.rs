//! What the secret key protects: digests of tokens, signed links, form tokens, sealed passwords. Each purpose has a key of its own.

/// Keys derived from the secret key.
pub struct Keyring {}

/// What a digest or signature is for; a value made for one purpose is worthless for every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Token,
    Session,
    InvitationLink,
    PasswordLink,
    Form,
    Seal,
}

impl Keyring {
    /// Derives the keys (HKDF-SHA256 or HMAC-SHA256 with the purpose's label).
    #[must_use]
    pub fn new(_secret_key: &[u8]) -> Self {
        todo!()
    }

    /// Keyed digest, lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self, _purpose: Purpose, _text: &str) -> String {
        todo!()
    }
}
