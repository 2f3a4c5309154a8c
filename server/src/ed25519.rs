//! Ed25519 keys in the two forms that others read and write: PKCS #8 for the private, PEM for the public one.

use anyhow::{anyhow, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// RFC 8410: what stands before the 32 bytes of a private key, and of a public one.
const PRIVATE_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const PUBLIC_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const HINT: &str =
    "it must be an Ed25519 public key in PEM, as `openssl pkey -in private.pem -pubout` writes it";

/// A key pair, from its 32 secret bytes.
pub(crate) struct KeyPair(pub(crate) [u8; 32]);

impl KeyPair {
    pub(crate) fn private_der(&self) -> Vec<u8> {
        [&PRIVATE_PREFIX[..], &self.0].concat()
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(ed25519_dalek::SigningKey::from_bytes(&self.0).verifying_key().to_bytes())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey(pub(crate) [u8; 32]);

impl PublicKey {
    pub(crate) fn from_pem(pem: &str) -> anyhow::Result<Self> {
        let inner = pem
            .split_once("-----BEGIN PUBLIC KEY-----")
            .and_then(|(_, rest)| rest.split_once("-----END PUBLIC KEY-----"))
            .map(|(inner, _)| inner.split_whitespace().collect::<String>());
        let der = inner.and_then(|inner| BASE64.decode(inner).ok()).ok_or_else(|| anyhow!(HINT))?;
        ensure!(der.len() == PUBLIC_PREFIX.len() + 32 && der.starts_with(&PUBLIC_PREFIX), HINT);
        Ok(Self(der[PUBLIC_PREFIX.len()..].try_into().expect("its length was checked")))
    }

    /// As others write it.
    #[cfg(test)]
    fn to_pem(self) -> String {
        let der = BASE64.encode([&PUBLIC_PREFIX[..], &self.0].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n")
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};

    use super::*;

    #[test]
    fn what_one_half_signs_the_other_checks() {
        let pair = KeyPair([7; 32]);
        let public = PublicKey::from_pem(&pair.public().to_pem()).unwrap();
        assert_eq!(public, pair.public());
        let claims = serde_json::json!({ "sub": "one", "exp": 4_000_000_000_u64 });
        let key = EncodingKey::from_ed_der(&pair.private_der());
        let token = encode(&Header::new(Algorithm::EdDSA), &claims, &key).unwrap();
        let key = DecodingKey::from_ed_der(&public.0);
        decode::<serde_json::Value>(&token, &key, &Validation::new(Algorithm::EdDSA)).unwrap();
    }

    #[test]
    fn another_file_is_refused_with_what_it_must_be() {
        for wrong in
            ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "ssh-ed25519 AAAA"]
        {
            let error = PublicKey::from_pem(wrong).unwrap_err();
            assert!(error.to_string().contains("openssl"), "{error}");
        }
    }
}
