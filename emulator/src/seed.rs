//! Chance that repeats: the same seed gives the same numbers on every machine.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

const ID_LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A generator for one purpose. `salt` keeps what is drawn for one purpose from shifting another.
pub fn rng(seed: u64, salt: &str) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(mix(seed, salt))
}

/// A seed made from a seed and a name (FNV-1a).
pub fn mix(seed: u64, salt: &str) -> u64 {
    seed.to_le_bytes()
        .iter()
        .chain(salt.as_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `prefix` and 26 letters and digits, like the ids and keys of the API.
pub fn id(prefix: &str, seed: u64) -> String {
    let mut rng = rng(seed, prefix);
    let letters = (0..26)
        .filter_map(|_| ID_LETTERS.get(usize::from(rng.random_range(0..32_u8))))
        .map(|&b| char::from(b));
    prefix.chars().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_repeat_and_differ() {
        assert_eq!(id("job_", 7), id("job_", 7));
        assert_ne!(id("job_", 7), id("job_", 8));
        assert_eq!(id("job_", 7).len(), 30);
    }

    #[test]
    fn the_numbers_are_the_same_on_every_machine() {
        assert_eq!(id("job_", 1), "job_57g2e1pxbgtjnf4jatxg038eq3");
    }
}
