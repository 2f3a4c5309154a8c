//! Tokens that are signed inside: a visit's and a staff session's. Lifetimes follow the clock port.

use domain::{
    id::{SiteName, StaffId, SubjectId, VisitId},
    time::{Span, Timestamp},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A visit's token; renewed by `POST /visit` before it ends.
pub const VISIT_LIFE: Span = Span::secs(24 * 3600);
/// A staff session.
pub const SESSION_LIFE: Span = Span::secs(12 * 3600);
/// A signing key has at least this many bytes.
pub const KEY_BYTES_MIN: usize = 32;
/// How far the company's clock may be off ours.
const LEEWAY: Span = Span::secs(60);
/// A company's word on who somebody is holds at most this long.
const IDENTITY_LIFE_MAX: Span = Span::secs(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("the token was not signed here or was altered; open a new visit or sign in again")]
    Forged,
    #[error("the token has expired; open a new visit or sign in again")]
    Expired,
    #[error("the token is for something else; open a new visit or sign in again")]
    Foreign,
}

/// Signs and reads tokens under one key. A key serves one purpose.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "a signing key has at least {KEY_BYTES_MIN} bytes; remove the file and let it be made afresh"
)]
pub struct KeyTooShort;

impl Signer {
    pub fn new(key: &[u8]) -> Result<Self, KeyTooShort> {
        if key.len() < KEY_BYTES_MIN {
            return Err(KeyTooShort);
        }
        Ok(Self {
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
        })
    }

    pub fn sign<T: Serialize>(&self, claims: &T) -> String {
        encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .expect("claims are always JSON and the key fits the algorithm")
    }

    /// The signature is checked here, everything else by whoever knows what the claims mean.
    pub fn read<T: DeserializeOwned>(&self, token: &str) -> Result<T, TokenError> {
        read(token, Algorithm::HS256, &self.decoding)
    }
}

fn read<T: DeserializeOwned>(
    token: &str,
    algorithm: Algorithm,
    key: &DecodingKey,
) -> Result<T, TokenError> {
    let mut validation = Validation::new(algorithm);
    // Expiry and audience are checked against the clock port and the settings, by the caller.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode::<T>(token, key, &validation).map(|token| token.claims).map_err(|_| TokenError::Forged)
}

/// What a visit's token says; self-contained, so that a visit outlives the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitClaims {
    pub visit: VisitId,
    pub site: SiteName,
    /// The person's keys; a visit that nobody signed in to has a subject of its own.
    pub subject: SubjectId,
    /// The company has said who it is.
    pub identified: bool,
    /// Seconds since 1970 by the clock port.
    pub exp: i64,
}

impl VisitClaims {
    pub fn check(&self, site: &SiteName, now: Timestamp) -> Result<(), TokenError> {
        if self.site != *site {
            return Err(TokenError::Foreign);
        }
        if Timestamp::from_secs(self.exp) <= now { Err(TokenError::Expired) } else { Ok(()) }
    }
}

/// What a staff session's token says. Roles are not in it: they are read at every operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClaims {
    pub staff: StaffId,
    pub exp: i64,
}

impl SessionClaims {
    pub fn check(&self, now: Timestamp) -> Result<(), TokenError> {
        if Timestamp::from_secs(self.exp) <= now { Err(TokenError::Expired) } else { Ok(()) }
    }
}

/// Whose signed word on a customer's identity is taken.
#[derive(Clone)]
pub struct Company {
    issuer: String,
    audience: String,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct IdentityClaims {
    iss: String,
    aud: String,
    sub: String,
    exp: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("the identity was not signed by the company; sign in to the company's site again")]
    Forged,
    #[error("the identity has expired or holds too long; sign in to the company's site again")]
    Expired,
    #[error(
        "the identity is not for us; its issuer must be `{issuer}` and its audience `{audience}`"
    )]
    Foreign { issuer: String, audience: String },
}

impl Company {
    /// `public_key`: the 32 bytes of an Ed25519 public key.
    pub fn new(issuer: String, audience: String, public_key: &[u8; 32]) -> Self {
        Self { issuer, audience, key: DecodingKey::from_ed_der(public_key) }
    }

    /// The company's own id for the customer.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<String, IdentityError> {
        let claims: IdentityClaims =
            read(token, Algorithm::EdDSA, &self.key).map_err(|_| IdentityError::Forged)?;
        if claims.iss != self.issuer || claims.aud != self.audience {
            let (issuer, audience) = (self.issuer.clone(), self.audience.clone());
            return Err(IdentityError::Foreign { issuer, audience });
        }
        let expires = Timestamp::from_secs(claims.exp);
        if expires + LEEWAY <= now || expires > now + IDENTITY_LIFE_MAX + LEEWAY {
            return Err(IdentityError::Expired);
        }
        Ok(claims.sub)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exp: i64) -> SessionClaims {
        SessionClaims { staff: StaffId(uuid::Uuid::from_u128(7)), exp }
    }

    #[test]
    fn a_token_signed_elsewhere_is_forged() {
        let (here, there) = (Signer::new(&[1; 32]).unwrap(), Signer::new(&[2; 32]).unwrap());
        let token = there.sign(&claims(10));
        assert_eq!(here.read::<SessionClaims>(&token), Err(TokenError::Forged));
        assert_eq!(here.read::<SessionClaims>("nonsense"), Err(TokenError::Forged));
        assert_eq!(there.read::<SessionClaims>(&token), Ok(claims(10)));
    }

    #[test]
    fn a_token_ends_by_the_clock_port() {
        assert_eq!(claims(10).check(Timestamp::from_secs(9)), Ok(()));
        assert_eq!(claims(10).check(Timestamp::from_secs(10)), Err(TokenError::Expired));
    }

    #[test]
    fn an_unsigned_token_is_forged() {
        let here = Signer::new(&[1; 32]).unwrap();
        // {"alg":"none"} . {"staff":…,"exp":…} . (nothing)
        let token = "eyJhbGciOiJub25lIn0.eyJzdGFmZiI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwNyIsImV4cCI6MTB9.";
        assert_eq!(here.read::<SessionClaims>(token), Err(TokenError::Forged));
    }
}
