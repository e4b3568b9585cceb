//! Names at random.

use super::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Any text, or the name of a status with one thing about it changed.
fn name() -> impl Strategy<Value = String> {
    let known = || select(STATUSES.map(|row| row.status).to_vec());
    prop_oneof![
        1 => ".*",
        1 => known().prop_map(str::to_owned),
        2 => (known(), any::<Index>(), ".?").prop_map(|(name, at, new)| {
            let mut name = name.to_owned();
            let at = at.index(name.len());
            name.replace_range(at..=at, &new);
            name
        }),
        1 => known().prop_map(str::to_uppercase),
        1 => (known(), " |\n|\0|_|s").prop_map(|(name, more)| [name, &more].concat()),
    ]
}

proptest! {
    #[test]
    fn a_status_is_known_by_its_whole_name_alone(name in name()) {
        let row = STATUSES.iter().find(|row| row.status == name);
        prop_assert_eq!(Status::parse(&name).map(Status::info), row);
        prop_assert_eq!(is_terminal(&name), row.is_some_and(|row| row.terminal));
    }
}
