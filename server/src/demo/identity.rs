//! Who the demo company says its customers are: tokens signed with a key of its own.

use std::sync::Arc;

use commands::ports::clock::Clock;
use infra::data_dir::Secrets;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::ed25519::{KeyPair, PublicKey};

/// What `--company-issuer` is for the demo company.
pub(crate) const ISSUER: &str = "brightwater";
/// The name of the company's private key among the secrets: its 32 bytes.
const SECRET: &str = "demo-company";
/// Whom an identity token is for.
const LOCKSTEP: &str = "lockstep";
const IDENTITY_SECS: i64 = 300;
/// Whom a sign-in at the company's own site is for.
const SITE: &str = "brightwater-site";
const SIGN_IN_SECS: i64 = 12 * 3_600;

#[derive(Clone)]
pub(crate) struct Company {
    sign: EncodingKey,
    check: DecodingKey,
    public: PublicKey,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The company's number for the customer.
    sub: String,
    iat: i64,
    exp: i64,
}

impl Company {
    pub(crate) fn open(secrets: &Secrets, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let pair = KeyPair(secrets.secret(SECRET)?);
        Ok(Self {
            sign: EncodingKey::from_ed_der(&pair.private_der()),
            check: DecodingKey::from_ed_der(&pair.public().0),
            public: pair.public(),
            clock,
        })
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        self.public
    }

    /// What the company's pages hand to the widget.
    pub(crate) fn identity(&self, customer: &str) -> String {
        self.sign(customer, LOCKSTEP, IDENTITY_SECS)
    }

    /// What the company's own site keeps in a cookie.
    pub(crate) fn sign_in(&self, customer: &str) -> String {
        self.sign(customer, SITE, SIGN_IN_SECS)
    }

    /// The customer who is signed in, if the cookie is one of ours and not too old.
    pub(crate) fn signed_in(&self, cookie: &str) -> Option<String> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[SITE]);
        rules.set_issuer(&[ISSUER]);
        rules.validate_exp = false;
        let claims = decode::<Claims>(cookie, &self.check, &rules).ok()?.claims;
        (claims.exp > self.now_secs()).then_some(claims.sub)
    }

    fn now_secs(&self) -> i64 {
        self.clock.now().0.div_euclid(1_000_000)
    }

    fn sign(&self, customer: &str, audience: &str, life_secs: i64) -> String {
        let now = self.now_secs();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: audience.to_owned(),
            sub: customer.to_owned(),
            iat: now,
            exp: now + life_secs,
        };
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.sign)
            .expect("the key was checked when it was read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_token_does_not_sign_in_at_the_site() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::open(folder.path()).unwrap();
        let company = Company::open(&secrets, Arc::new(infra::clock::Real)).unwrap();
        let cookie = company.sign_in("BW-1001");
        assert_eq!(company.signed_in(&cookie).as_deref(), Some("BW-1001"));
        assert_eq!(company.signed_in(&company.identity("BW-1001")), None);
        assert_eq!(company.signed_in("x.y.z"), None);
    }
}
