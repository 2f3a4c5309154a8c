//! Maps whose keys are no strings, as lists of pairs: JSON has no others.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) fn serialize<'a, K, V, M, S>(map: &'a M, to: S) -> Result<S::Ok, S::Error>
where
    K: Serialize + 'a,
    V: Serialize + 'a,
    &'a M: IntoIterator<Item = (&'a K, &'a V)>,
    S: Serializer,
{
    to.collect_seq(map)
}

pub(crate) fn deserialize<'de, K, V, M, D>(from: D) -> Result<M, D::Error>
where
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    M: FromIterator<(K, V)>,
    D: Deserializer<'de>,
{
    Ok(Vec::<(K, V)>::deserialize(from)?.into_iter().collect())
}
