//! What every key store promises about personal data: sealed, opened, and gone once its key is.

use commands::ports::sealing::{SealError, Sealer};
use domain::{id::SubjectId, sealed::Sealed};
use projections::ports::opening::{OpenError, Opener};

pub const TEXT: &str = "Grüße aus Brightwater";

pub async fn what_is_sealed_opens_again(sealer: &dyn Sealer, opener: &dyn Opener) {
    let subject = sealer.new_subject().await.unwrap();
    let (one, two) =
        (sealer.seal(subject, TEXT).await.unwrap(), sealer.seal(subject, TEXT).await.unwrap());
    assert_ne!(one.boxed, two.boxed, "equal texts do not look equal");
    assert!(!one.boxed.contains(TEXT));
    for sealed in [one, two] {
        assert_eq!(opener.open(&sealed).await.unwrap().as_deref(), Some(TEXT));
    }
    let bytes = sealer.seal_bytes(subject, &[0, 255, 10]).await.unwrap();
    assert_eq!(opener.open_bytes(&bytes).await.unwrap(), Some(vec![0, 255, 10]));
    let as_text = Sealed::new(subject, bytes.boxed);
    assert!(matches!(opener.open(&as_text).await, Err(OpenError::Altered)));
}

pub async fn a_box_opens_for_its_own_subject_only(sealer: &dyn Sealer, opener: &dyn Opener) {
    let (one, other) = (sealer.new_subject().await.unwrap(), sealer.new_subject().await.unwrap());
    let Sealed { boxed, .. } = sealer.seal(one, TEXT).await.unwrap();
    let moved = Sealed::new(other, boxed.clone());
    assert!(matches!(opener.open(&moved).await, Err(OpenError::Altered)));
    let mut altered = boxed.into_bytes();
    altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
    for boxed in [String::from_utf8(altered).unwrap(), String::new(), "#".to_owned()] {
        let altered = Sealed::new(one, boxed);
        assert!(matches!(opener.open(&altered).await, Err(OpenError::Altered)));
    }
}

pub async fn a_lookup_value_leads_to_one_subject(sealer: &dyn Sealer) {
    let of_number = sealer.subject_of("number", "+15550100").await.unwrap();
    let asked = (0..20).map(|_| sealer.subject_of("number", "+15550100"));
    for again in futures::future::try_join_all(asked).await.unwrap() {
        assert_eq!(again, of_number);
    }
    for (kind, value) in
        [("number", "+15550101"), ("account", "+15550100"), ("number+", "15550100")]
    {
        assert_ne!(sealer.subject_of(kind, value).await.unwrap(), of_number);
    }
    let asked = (0..20).map(|_| sealer.subject_of("visit", "both at once"));
    let found = futures::future::try_join_all(asked).await.unwrap();
    assert!(found.iter().all(|subject| *subject == found[0]), "{found:?}");
}

pub async fn an_erased_subject_is_gone(sealer: &dyn Sealer, opener: &dyn Opener) {
    let subject = sealer.subject_of("number", "+15550100").await.unwrap();
    let bystander = sealer.subject_of("number", "+15550199").await.unwrap();
    let sealed = sealer.seal(subject, TEXT).await.unwrap();
    let bytes = sealer.seal_bytes(subject, &[1]).await.unwrap();
    let kept = sealer.seal(bystander, TEXT).await.unwrap();
    for _ in 0..2 {
        sealer.erase(subject).await.unwrap();
        assert_eq!(opener.open(&sealed).await.unwrap(), None);
        assert_eq!(opener.open_bytes(&bytes).await.unwrap(), None);
        assert!(matches!(sealer.seal(subject, TEXT).await, Err(SealError::Erased)));
        assert!(matches!(sealer.seal_bytes(subject, &[1]).await, Err(SealError::Erased)));
    }
    let stranger = sealer.subject_of("number", "+15550100").await.unwrap();
    assert_ne!(stranger, subject, "who comes back later is somebody new");
    assert_eq!(opener.open(&kept).await.unwrap().as_deref(), Some(TEXT));
}

pub async fn a_subject_that_never_was_is_an_alarm(sealer: &dyn Sealer, opener: &dyn Opener) {
    let nobody = SubjectId(uuid::Uuid::from_u128(5));
    assert!(matches!(sealer.seal(nobody, TEXT).await, Err(SealError::Unreachable(_))));
    let sealed = Sealed::new(nobody, "AAAA".to_owned());
    assert!(matches!(opener.open(&sealed).await, Err(OpenError::Unreachable(_))));
}
