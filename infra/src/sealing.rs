//! The cryptography of sealed data: boxes under a subject's key, keys under the master key, look-up values as MACs.

use std::{
    collections::{HashMap, HashSet},
    sync::{PoisonError, RwLock},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::id::SubjectId;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::random;

const NONCE_BYTES: usize = 24;

pub(crate) type Key = [u8; 32];

/// What a box is bound to beside the subject, so that none passes for one of another kind.
const KEY_BOX: &[u8] = b"key";
const TEXT_BOX: &[u8] = b"text";
const BYTES_BOX: &[u8] = b"bytes";

/// The keys that follow from the one master key.
pub(crate) struct Master {
    wrapping: Key,
    lookup: Key,
    /// Tells whether a key store was made under this master key; tells nothing about it.
    pub(crate) mark: Key,
}

impl Master {
    pub(crate) fn new(secret: Key) -> Self {
        let derived = |label: &[u8]| mac(&secret, &[label]);
        Self { wrapping: derived(b"wrap"), lookup: derived(b"lookup"), mark: derived(b"mark") }
    }

    pub(crate) fn wrap(&self, subject: SubjectId, key: &Key) -> Vec<u8> {
        encrypt(&self.wrapping, subject, KEY_BOX, key)
    }

    /// `None`: it was altered.
    pub(crate) fn unwrap(&self, subject: SubjectId, wrapped: &[u8]) -> Option<Key> {
        decrypt(&self.wrapping, subject, KEY_BOX, wrapped)?.try_into().ok()
    }

    /// What a look-up value is stored as.
    pub(crate) fn lookup(&self, kind: &str, value: &str) -> Key {
        let length = u64::try_from(kind.len()).expect("a kind is short").to_be_bytes();
        mac(&self.lookup, &[&length, kind.as_bytes(), value.as_bytes()])
    }
}

pub(crate) fn new_key() -> Key {
    random::bytes()
}

/// Base64 of nonce ‖ ciphertext, bound to the subject.
pub(crate) fn seal(key: &Key, subject: SubjectId, text: &str) -> String {
    BASE64_STANDARD.encode(encrypt(key, subject, TEXT_BOX, text.as_bytes()))
}

/// `None`: it was altered, or sealed for somebody else.
pub(crate) fn open(key: &Key, subject: SubjectId, boxed: &str) -> Option<String> {
    let boxed = BASE64_STANDARD.decode(boxed).ok()?;
    String::from_utf8(decrypt(key, subject, TEXT_BOX, &boxed)?).ok()
}

/// Like [`seal`], for what is no text.
pub(crate) fn seal_bytes(key: &Key, subject: SubjectId, bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(encrypt(key, subject, BYTES_BOX, bytes))
}

/// Like [`open`], for what is no text.
pub(crate) fn open_bytes(key: &Key, subject: SubjectId, boxed: &str) -> Option<Vec<u8>> {
    decrypt(key, subject, BYTES_BOX, &BASE64_STANDARD.decode(boxed).ok()?)
}

fn encrypt(key: &Key, subject: SubjectId, what: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = random::bytes();
    let aad = [subject.0.as_bytes(), what].concat();
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &aad })
        .expect("what is sealed is far below the cipher's limit");
    [&nonce[..], &sealed].concat()
}

fn decrypt(key: &Key, subject: SubjectId, what: &[u8], boxed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = boxed.split_at_checked(NONCE_BYTES)?;
    let aad = [subject.0.as_bytes(), what].concat();
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad })
        .ok()
}

fn mac(key: &Key, parts: &[&[u8]]) -> Key {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("a MAC takes any key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Keys held in memory at most.
const CACHED_MAX: usize = 65_536;

/// What a key store knows of a subject's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Key(Key),
    Erased,
}

/// Keys that were used lately, and whose are gone for good.
#[derive(Default)]
pub(crate) struct Cache {
    cached: RwLock<Cached>,
}

#[derive(Default)]
struct Cached {
    keys: HashMap<SubjectId, Key>,
    erased: HashSet<SubjectId>,
}

impl Cache {
    pub(crate) fn get(&self, subject: SubjectId) -> Option<Held> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        if cached.erased.contains(&subject) {
            return Some(Held::Erased);
        }
        cached.keys.get(&subject).copied().map(Held::Key)
    }

    /// A key that was read before its erasure does not come back after it.
    pub(crate) fn put(&self, subject: SubjectId, held: Held) {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        match held {
            Held::Erased => {
                cached.keys.remove(&subject);
                cached.erased.insert(subject);
            }
            Held::Key(key) if !cached.erased.contains(&subject) => {
                if cached.keys.len() >= CACHED_MAX {
                    cached.keys.clear();
                }
                cached.keys.insert(subject, key);
            }
            Held::Key(_) => {}
        }
    }
}
