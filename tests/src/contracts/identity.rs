//! What every credential store promises: the right password, and nothing else, opens a login.

use commands::ports::identity::Credentials;
use domain::id::StaffId;
use uuid::Uuid;

const DANA: StaffId = StaffId(Uuid::from_u128(1));
const NOOR: StaffId = StaffId(Uuid::from_u128(2));

pub async fn the_right_password_and_nothing_else_opens_a_login(credentials: &dyn Credentials) {
    credentials.set("dana", "correct horse", DANA).await.unwrap();
    credentials.set("noor", "battery staple", NOOR).await.unwrap();
    let tries = [
        ("dana", "correct horse", Some(DANA)),
        ("noor", "battery staple", Some(NOOR)),
        ("dana", "battery staple", None),
        ("dana", "", None),
        ("nobody", "correct horse", None),
        ("nobody", "the password of nobody at all", None),
    ];
    for (login, password, staff) in tries {
        assert_eq!(credentials.verify(login, password).await.unwrap(), staff, "{login} {password}");
    }

    credentials.set("dana", "something new", DANA).await.unwrap();
    assert_eq!(credentials.verify("dana", "correct horse").await.unwrap(), None);
    assert_eq!(credentials.verify("dana", "something new").await.unwrap(), Some(DANA));
    credentials.remove(DANA).await.unwrap();
    assert_eq!(credentials.verify("dana", "something new").await.unwrap(), None);
    assert_eq!(credentials.verify("noor", "battery staple").await.unwrap(), Some(NOOR));
}
