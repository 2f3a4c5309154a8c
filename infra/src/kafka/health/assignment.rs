//! What a member of a group was handed, as the brokers keep it.
//!
//! Version, then per topic its name and its partitions, then data of the assignor: the `ConsumerProtocolAssignment` of
//! <https://kafka.apache.org/protocol.html>, all numbers big-endian.

/// The partitions of one topic; none of what does not read as an assignment.
pub(super) fn partitions(bytes: &[u8], topic: &str) -> Vec<i32> {
    read(bytes, topic).unwrap_or_default()
}

fn read(bytes: &[u8], wanted: &str) -> Option<Vec<i32>> {
    let (_version, mut rest) = bytes.split_first_chunk::<2>()?;
    let topics = number(&mut rest)?;
    let mut found = Vec::new();
    for _ in 0..topics {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (name, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        rest = after;
        for _ in 0..number(&mut rest)? {
            let partition = number(&mut rest)?;
            if name == wanted.as_bytes() {
                found.push(partition);
            }
        }
    }
    found.sort_unstable();
    Some(found)
}

fn number(rest: &mut &[u8]) -> Option<i32> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(i32::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partitions_of_a_topic_are_read_and_nonsense_is_nothing() {
        let mut bytes = vec![0, 1, 0, 0, 0, 2];
        for (topic, partitions) in [("other", vec![7]), ("commands", vec![5, 2])] {
            bytes.extend(u16::try_from(topic.len()).unwrap().to_be_bytes());
            bytes.extend(topic.as_bytes());
            bytes.extend(i32::try_from(partitions.len()).unwrap().to_be_bytes());
            bytes.extend(partitions.iter().flat_map(|n: &i32| n.to_be_bytes()));
        }
        assert_eq!(partitions(&bytes, "commands"), [2, 5]);
        assert_eq!(partitions(&bytes, "other"), [7]);
        assert!(partitions(&bytes, "nothing").is_empty());
        for cut in 0..bytes.len() {
            assert!(partitions(&bytes[..cut], "commands").is_empty());
        }
    }
}
