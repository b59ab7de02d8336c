//! What the secret key protects: digests of tokens, signed links, sealed passwords. Each purpose has a key of its own.

use super::Error;
use crate::domain::{Rng, TenantId};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    constant_time, hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use std::fmt;

/// Bytes of a link's signature.
const SIGNATURE: usize = 24;
/// Bytes of a link before its signature: tenant, subject, generation, expiry.
const CLAIMS: usize = 16 + 16 + 4 + 8;

/// Keys derived from the secret key.
pub struct Keyring {
    token: hmac::Key,
    session: hmac::Key,
    invitation: hmac::Key,
    password: hmac::Key,
    access: hmac::Key,
    request: hmac::Key,
    walk: hmac::Key,
    seal: LessSafeKey,
    cursor: LessSafeKey,
    fingerprint: String,
}

/// What a digest or signature is for; a value made for one purpose is worthless for every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Bearer tokens at rest.
    Token,
    /// Session cookies at rest.
    Session,
    /// Links to the invitation form.
    InvitationLink,
    /// Links to the set-password form.
    PasswordLink,
    /// Short-lived bearer tokens, which are signed and stored nowhere.
    AccessToken,
    /// Requests with an idempotency key: their bodies may hold a password.
    Request,
    /// Lists that are read page by page: their filters may hold names.
    Walk,
}

/// What a signed link says. Nothing of it is secret; the signature is what can't be made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// The invitation's or the person's id.
    pub subject: [u8; 16],
    /// The count the row must still have.
    pub generation: i64,
    /// When the link dies by itself.
    pub expires_at: Timestamp,
}

impl Keyring {
    /// Derives the keys: HMAC-SHA256 of the purpose's label under the secret key.
    #[must_use]
    pub fn new(secret_key: &[u8]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret_key);
        let derive = |label: &str| hmac::sign(&root, format!("usher/1/{label}").as_bytes());
        let key = |label: &str| hmac::Key::new(hmac::HMAC_SHA256, derive(label).as_ref());
        let cipher = |label: &str| UnboundKey::new(&AES_256_GCM, derive(label).as_ref()).map(LessSafeKey::new);
        let (Ok(seal), Ok(cursor)) = (cipher("seal"), cipher("cursor")) else {
            unreachable!("an HMAC-SHA256 is as long as an AES-256 key")
        };
        Self {
            token: key("token"),
            session: key("session"),
            invitation: key("invitation"),
            password: key("password"),
            access: key("access"),
            request: key("request"),
            walk: key("walk"),
            seal,
            cursor,
            fingerprint: hexadecimal(derive("fingerprint").as_ref().get(..8).unwrap_or_default()),
        }
    }

    /// What tells this key from others and nothing else about it: 16 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }

    fn key(&self, purpose: Purpose) -> &hmac::Key {
        match purpose {
            Purpose::Token => &self.token,
            Purpose::Session => &self.session,
            Purpose::InvitationLink => &self.invitation,
            Purpose::PasswordLink => &self.password,
            Purpose::AccessToken => &self.access,
            Purpose::Request => &self.request,
            Purpose::Walk => &self.walk,
        }
    }

    /// Keyed digest, lower-case hexadecimal: what is stored of a secret.
    #[must_use]
    pub fn digest(&self, purpose: Purpose, text: impl AsRef<[u8]>) -> String {
        hexadecimal(hmac::sign(self.key(purpose), text.as_ref()).as_ref())
    }

    /// The token of a link: base64url, nothing that could be looked up at rest.
    #[must_use]
    pub fn sign_link(&self, purpose: Purpose, link: &Link) -> String {
        let mut bytes = Vec::with_capacity(CLAIMS + SIGNATURE);
        bytes.extend(link.tenant.bytes());
        bytes.extend(link.subject);
        bytes.extend(u32::try_from(link.generation).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(link.expires_at.as_second().to_be_bytes());
        let tag = hmac::sign(self.key(purpose), &bytes);
        bytes.extend(tag.as_ref().iter().take(SIGNATURE));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a link's token; `None` unless this key made it for this purpose. Expiry and generation are the caller's to check.
    #[must_use]
    pub fn read_link(&self, purpose: Purpose, token: &str) -> Option<Link> {
        if token.len() > 2 * (CLAIMS + SIGNATURE) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (claims, signature) = bytes.split_at_checked(CLAIMS)?;
        let tag = hmac::sign(self.key(purpose), claims);
        constant_time::verify_slices_are_equal(tag.as_ref().get(..SIGNATURE)?, signature).ok()?;
        let (tenant, rest) = claims.split_first_chunk::<16>()?;
        let (subject, rest) = rest.split_first_chunk::<16>()?;
        let (generation, rest) = rest.split_first_chunk::<4>()?;
        let (expiry, _) = rest.split_first_chunk::<8>()?;
        Some(Link {
            tenant: TenantId::from_bytes(*tenant),
            subject: *subject,
            generation: i64::from(u32::from_be_bytes(*generation)),
            expires_at: Timestamp::from_second(i64::from_be_bytes(*expiry)).ok()?,
        })
    }

    /// Encrypts a short secret (AES-256-GCM, random nonce) for the time it must wait in the outbox.
    ///
    /// # Errors
    /// `Error::Sealed` when the cipher refuses.
    pub fn seal(&self, rng: &dyn Rng, context: &str, plain: &str) -> Result<String, Error> {
        seal(&self.seal, rng, context, plain)
    }

    /// Decrypts what [`Keyring::seal`] made for the same context.
    ///
    /// # Errors
    /// `Error::Sealed` when another key or context made it.
    pub fn open(&self, context: &str, sealed: &str) -> Result<String, Error> {
        open(&self.seal, context, sealed)
    }

    /// Encrypts a place in a list, so that a client can carry it and neither read nor change it.
    ///
    /// # Errors
    /// `Error::Sealed` when the cipher refuses.
    pub fn seal_cursor(&self, rng: &dyn Rng, context: &str, plain: &str) -> Result<String, Error> {
        seal(&self.cursor, rng, context, plain)
    }

    /// Decrypts what [`Keyring::seal_cursor`] made for the same context.
    ///
    /// # Errors
    /// `Error::Sealed` when another key or context made it.
    pub fn open_cursor(&self, context: &str, sealed: &str) -> Result<String, Error> {
        open(&self.cursor, context, sealed)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| DIGITS.get(usize::from(nibble))).map(|digit| char::from(*digit)).collect()
}

fn seal(key: &LessSafeKey, rng: &dyn Rng, context: &str, plain: &str) -> Result<String, Error> {
    let mut nonce = [0; NONCE_LEN];
    rng.fill(&mut nonce);
    let mut sealed = plain.as_bytes().to_vec();
    let aad = Aad::from(context.as_bytes());
    let unique = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(unique, aad, &mut sealed).map_err(|_| Error::Sealed)?;
    let mut bytes = nonce.to_vec();
    bytes.extend(sealed);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn open(key: &LessSafeKey, context: &str, sealed: &str) -> Result<String, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Error::Sealed)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(Error::Sealed)?;
    let mut sealed = sealed.to_vec();
    let aad = Aad::from(context.as_bytes());
    let plain = key.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut sealed).map_err(|_| Error::Sealed)?;
    String::from_utf8(plain.to_vec()).map_err(|_| Error::Sealed)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring")
    }
}

/// 256 random bits as base64url: a bearer token's or a session's secret.
#[must_use]
pub fn secret(rng: &dyn Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Rng for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    fn link() -> Link {
        let expires_at = Timestamp::from_second(1_900_000_000).unwrap();
        Link { tenant: TenantId::from_bytes([1; 16]), subject: [2; 16], generation: 3, expires_at }
    }

    #[test]
    fn links_are_read_back_only_by_their_key_and_purpose() {
        let keys = Keyring::new(b"a secret key of thirty-two bytes");
        let token = keys.sign_link(Purpose::InvitationLink, &link());
        assert_eq!(keys.read_link(Purpose::InvitationLink, &token), Some(link()));
        assert_eq!(keys.read_link(Purpose::PasswordLink, &token), None);
        let other = Keyring::new(b"another secret key of 32 bytes..");
        assert_eq!(other.read_link(Purpose::InvitationLink, &token), None);
        for broken in ["", "x", &token[1..], &format!("{token}A"), &token.repeat(40)] {
            assert_eq!(keys.read_link(Purpose::InvitationLink, broken), None, "{broken}");
        }
    }

    #[test]
    fn digests_differ_by_purpose() {
        let keys = Keyring::new(b"a secret key of thirty-two bytes");
        assert_eq!(keys.digest(Purpose::Token, "x").len(), 64);
        assert_ne!(keys.digest(Purpose::Token, "x"), keys.digest(Purpose::Session, "x"));
    }

    #[test]
    fn sealed_text_opens_in_its_context_only() {
        let keys = Keyring::new(b"a secret key of thirty-two bytes");
        let sealed = keys.seal(&Fixed, "mail 1", "Abc234").unwrap();
        assert!(!sealed.contains("Abc234"));
        assert_eq!(keys.open("mail 1", &sealed).unwrap(), "Abc234");
        assert!(keys.open("mail 2", &sealed).is_err());
        assert_eq!(secret(&Fixed).len(), 43);
    }
}
