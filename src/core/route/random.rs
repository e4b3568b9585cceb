//! Ids and hosts at random.

use super::*;
use proptest::prelude::*;
use std::net::Ipv4Addr;

fn base() -> BaseUrl {
    BaseUrl::new("https://plangrep.com/", true).unwrap()
}

/// The text that was percent-encoded.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => u8::from_str_radix(
                &[rest.next()?, rest.next()?].map(char::from).iter().collect::<String>(),
                16,
            )
            .ok()?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

/// A host as the platform's parser gives it: an address of four numbers, or a name that looks like one.
fn host() -> impl Strategy<Value = String> {
    let first = prop_oneof![Just("127".to_owned()), any::<u8>().prop_map(|number| number.to_string())];
    let part = prop_oneof![4 => "", 1 => "[a-z+-]"];
    (first, part, any::<[u8; 3]>(), "[+-]?").prop_map(|(first, name, [two, three, four], sign)| {
        format!("{first}{name}.{two}.{three}.{sign}{four}")
    })
}

proptest! {
    #[test]
    fn no_id_leaves_the_api(id in ".*") {
        if check_id(&id).is_none() {
            let url = LIST_JOBS.url(&base(), &id);
            let path = url.strip_prefix("https://plangrep.com").unwrap();
            let segments: Vec<_> = path.split('/').collect();
            prop_assert_eq!(segments.len(), 7);
            prop_assert_eq!(&segments[..5], &["", "api", "open", "v1", "projects"]);
            prop_assert_eq!(segments[6], "jobs");
            prop_assert!(segments[5] != "." && segments[5] != ".." && !segments[5].is_empty());
            prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\".contains(&byte)));
        }
    }

    #[test]
    fn two_ids_never_share_a_url(id in "[^/\\\\?#%\\pC]{1,20}") {
        prop_assume!(check_id(&id).is_none());
        let url = GET_JOB.url(&base(), &id);
        let segment = url.strip_prefix("https://plangrep.com/api/open/v1/jobs/").unwrap();
        prop_assert_eq!(decoded(segment), Some(id));
    }

    #[test]
    fn of_the_hosts_that_look_like_addresses_only_loopback_ones_are(host in host()) {
        let address = host.parse::<Ipv4Addr>();
        prop_assert_eq!(is_loopback(&host), address.is_ok_and(|address| address.is_loopback()), "{}", host);
    }
}
