//! Passwords as argon2id hashes, checked in the same time whether the login is known or not.

use std::sync::OnceLock;

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _,
    password_hash::{SaltString, rand_core::OsRng},
};
use tokio::sync::Semaphore;

use crate::blocking::blocking;

/// Hashes computed at the same time at most: each takes 19 MiB.
const HASHING_MAX: usize = 2;
static HASHING: Semaphore = Semaphore::const_new(HASHING_MAX);

pub(crate) async fn hash(password: &str) -> String {
    let password = password.to_owned();
    work(move || hash_now(&password)).await
}

/// `stored` is `None` for a login that nobody has: the answer is no, after as long a time.
pub(crate) async fn matches(password: &str, stored: Option<String>) -> bool {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    let password = password.to_owned();
    work(move || {
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| {
            NOBODYS.get_or_init(|| hash_now("the password of nobody at all")).clone()
        });
        let hash = PasswordHash::new(&hash);
        hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            && known
    })
    .await
}

fn hash_now(password: &str) -> String {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.expect("the default parameters fit every password").to_string()
}

async fn work<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let _one_of_few = HASHING.acquire().await.expect("the semaphore is never closed");
    let Ok(done) = blocking(move || Ok::<_, std::convert::Infallible>(act())).await;
    done
}
