//! The text of a state: numbers in digits of base 64, between a version and a checksum.

/// The form of what follows. Another form gets another letter: a text of a version that is not known starts anew.
const VERSION: u8 = b'1';
/// The digits of the numbers, which need no escaping in a URL, in JSON or in a shell.
pub const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Digits of a checksum, and of the hash that stands for an id.
pub const HASH_DIGITS: usize = 8;
/// The 48 bits that so many digits hold, of a checksum or of the hash that stands for an id.
pub const HASH_MASK: u64 = (1 << 48) - 1;

/// A hash of 64 bits: FNV-1a, its bits then mixed as in MurmurHash3, so that any part of it will do.
pub fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ hash >> 33
}

/// One way through the numbers of a state: the same code writes and reads, so that the two cannot differ.
pub struct Pass<'a> {
    /// What was written.
    text: String,
    /// What is left to read; `None`: it is written.
    rest: Option<&'a [u8]>,
    /// There was something that cannot be read.
    pub failed: bool,
}

impl<'a> Pass<'a> {
    fn writing(text: String) -> Self {
        Self { text, rest: None, failed: false }
    }

    fn reading(rest: &'a [u8]) -> Self {
        Self { text: String::new(), rest: Some(rest), failed: false }
    }

    /// A digit of six bits, the lowest of these if it is written.
    fn digit(&mut self, bits: u64) -> u64 {
        let Some(rest) = self.rest else {
            #[allow(clippy::cast_possible_truncation)] // six bits
            let digit = DIGITS.get((bits & 63) as usize);
            self.text.push(char::from(*digit.unwrap_or(&VERSION)));
            return bits & 63;
        };
        let read = rest.split_first().and_then(|(first, rest)| {
            self.rest = Some(rest);
            DIGITS.iter().position(|digit| digit == first)
        });
        self.failed |= read.is_none();
        read.unwrap_or(0) as u64
    }

    /// A whole number: five bits a digit, the lowest first; the sixth says that more follow.
    pub fn number(&mut self, number: &mut u64) {
        let (mut passed, mut shift) = (0, 0);
        loop {
            let left = *number >> shift;
            let digit = self.digit(if left > 31 { left | 32 } else { left });
            passed |= (digit & 31) << shift;
            if digit < 32 {
                break;
            }
            shift += 5;
            if shift > 60 {
                // Longer than any number that was written.
                self.failed = true;
                break;
            }
        }
        *number = passed;
    }

    /// A number of so many digits.
    pub fn fixed(&mut self, number: &mut u64, digits: usize) {
        let mut passed = 0;
        for place in 0..digits {
            passed |= self.digit(*number >> (6 * place)) << (6 * place);
        }
        *number = passed;
    }

    /// A whole number in a float; below 0 it is 0.
    pub fn whole(&mut self, number: &mut f64) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        let mut whole = *number as u64;
        self.number(&mut whole);
        #[allow(clippy::cast_precision_loss)] // what is above 2^53 makes no sense anyway
        let read = whole as f64;
        *number = read;
    }

    /// A whole number that may be below 0, or absent: then it is not finite.
    pub fn optional(&mut self, number: &mut f64) {
        let mut code = match *number {
            number if !number.is_finite() => 0.0,
            number if number < 0.0 => -2.0 * number,
            number => 2.0 * number + 1.0,
        };
        self.whole(&mut code);
        let half = (code / 2.0).floor();
        *number = if code == 0.0 {
            f64::INFINITY
        } else if code % 2.0 == 0.0 {
            -half
        } else {
            half
        };
    }

    /// A time in whole ms, as one before `from`.
    pub fn before(&mut self, time: &mut f64, from: f64) {
        let mut age = (from - *time).round();
        self.whole(&mut age);
        *time = from - age;
    }

    /// With the precision of 32 bits.
    pub fn float(&mut self, number: &mut f64) {
        #[allow(clippy::cast_possible_truncation)] // seven digits are enough for a rate
        let mut bits = u64::from((*number as f32).to_bits().swap_bytes());
        self.number(&mut bits);
        #[allow(clippy::cast_possible_truncation)] // were written from 32 bits
        let bits = bits as u32;
        *number = f64::from(f32::from_bits(bits.swap_bytes()));
    }
}

/// Passes each item of a list; one that is read fills an empty item, which is added for it.
pub fn pass_each<T: Default>(
    pass: &mut Pass,
    items: &mut Vec<T>,
    count: u64,
    each: &mut dyn FnMut(&mut Pass, &mut T),
) {
    for place in 0..count {
        if pass.failed {
            return;
        }
        if items.len() as u64 <= place {
            items.push(T::default());
        }
        if let Some(item) = usize::try_from(place).ok().and_then(|place| items.get_mut(place)) {
            each(pass, item);
        }
    }
}

/// A text with its checksum; that of another kind of state or of another id does not fit.
pub fn write(kind: u64, id: &str, each: &mut dyn FnMut(&mut Pass)) -> String {
    let mut pass = Pass::writing(String::from(char::from(VERSION)));
    each(&mut pass);
    let mut sum = checksum(kind, id, pass.text.as_bytes());
    pass.fixed(&mut sum, HASH_DIGITS);
    pass.text
}

pub fn read(kind: u64, id: &str, text: &str, each: &mut dyn FnMut(&mut Pass)) -> Option<()> {
    let (text, sum) = text.as_bytes().split_at_checked(text.len().checked_sub(HASH_DIGITS)?)?;
    let mut pass = Pass::reading(sum);
    let mut written = 0;
    pass.fixed(&mut written, HASH_DIGITS);
    if written != checksum(kind, id, text) {
        return None;
    }
    pass.rest = Some(text.strip_prefix(&[VERSION])?);
    each(&mut pass);
    (!pass.failed && pass.rest.is_some_and(<[u8]>::is_empty)).then_some(())
}

fn checksum(kind: u64, id: &str, text: &[u8]) -> u64 {
    hash(hash(kind, id.as_bytes()), text) & HASH_MASK
}
