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
pub trait Pass {
    /// A whole number.
    fn number(&mut self, number: &mut u64);
    /// A number of so many digits.
    fn fixed(&mut self, number: &mut u64, digits: usize);
    /// Whether there was something that cannot be read.
    fn failed(&self) -> bool;

    /// A whole number in a float; below 0 it is 0.
    fn whole(&mut self, number: &mut f64) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        let mut whole = *number as u64;
        self.number(&mut whole);
        #[allow(clippy::cast_precision_loss)] // what is above 2^53 makes no sense anyway
        let read = whole as f64;
        *number = read;
    }

    /// A whole number that may be below 0, or absent: then it is not finite.
    fn optional(&mut self, number: &mut f64) {
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
    fn before(&mut self, time: &mut f64, from: f64) {
        let mut age = (from - *time).round();
        self.whole(&mut age);
        *time = from - age;
    }

    /// With the precision of 32 bits.
    fn float(&mut self, number: &mut f64) {
        #[allow(clippy::cast_possible_truncation)] // seven digits are enough for a rate
        let mut bits = u64::from((*number as f32).to_bits().swap_bytes());
        self.number(&mut bits);
        #[allow(clippy::cast_possible_truncation)] // were written from 32 bits
        let bits = bits as u32;
        *number = f64::from(f32::from_bits(bits.swap_bytes()));
    }
}

struct Writer(String);

impl Writer {
    fn digit(&mut self, bits: u64) {
        #[allow(clippy::cast_possible_truncation)] // six bits
        let digit = DIGITS.get((bits & 63) as usize);
        self.0.push(char::from(*digit.unwrap_or(&VERSION)));
    }
}

impl Pass for Writer {
    fn failed(&self) -> bool {
        false
    }

    /// Five bits a digit, the lowest first; the sixth says that more follow.
    fn number(&mut self, number: &mut u64) {
        let mut rest = *number;
        while rest > 31 {
            self.digit(rest & 31 | 32);
            rest >>= 5;
        }
        self.digit(rest);
    }

    fn fixed(&mut self, number: &mut u64, digits: usize) {
        let mut rest = *number;
        for _ in 0..digits {
            self.digit(rest);
            rest >>= 6;
        }
    }
}

/// The digits that are still to be read; `None` once something was no number of a state.
struct Reader<'a>(Option<&'a [u8]>);

impl Reader<'_> {
    fn digit(&mut self) -> u64 {
        let digit = self.0.and_then(|text| {
            let (first, rest) = text.split_first()?;
            Some((DIGITS.iter().position(|digit| digit == first)?, rest))
        });
        self.0 = digit.map(|(_, rest)| rest);
        digit.map_or(0, |(digit, _)| digit as u64)
    }
}

impl Pass for Reader<'_> {
    fn failed(&self) -> bool {
        self.0.is_none()
    }

    fn number(&mut self, number: &mut u64) {
        *number = 0;
        let mut shift = 0;
        loop {
            let digit = self.digit();
            *number |= (digit & 31) << shift;
            if digit < 32 {
                return;
            }
            shift += 5;
            if shift > 60 {
                // Longer than any number that was written.
                self.0 = None;
                return;
            }
        }
    }

    fn fixed(&mut self, number: &mut u64, digits: usize) {
        *number = 0;
        for place in 0..digits {
            *number |= self.digit() << (6 * place);
        }
    }
}

/// Passes each item of a list; one that is read fills an empty item, which is added for it.
pub fn pass_each<T: Default>(
    pass: &mut dyn Pass,
    items: &mut Vec<T>,
    count: u64,
    each: &mut dyn FnMut(&mut dyn Pass, &mut T),
) {
    for place in 0..count {
        if pass.failed() {
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
pub fn write(kind: u64, id: &str, pass: &mut dyn FnMut(&mut dyn Pass)) -> String {
    let mut writer = Writer(String::from(char::from(VERSION)));
    pass(&mut writer);
    let mut sum = checksum(kind, id, writer.0.as_bytes());
    writer.fixed(&mut sum, HASH_DIGITS);
    writer.0
}

pub fn read(kind: u64, id: &str, text: &str, pass: &mut dyn FnMut(&mut dyn Pass)) -> Option<()> {
    let (text, sum) = text.as_bytes().split_at_checked(text.len().checked_sub(HASH_DIGITS)?)?;
    let mut written = 0;
    let mut reader = Reader(Some(sum));
    reader.fixed(&mut written, HASH_DIGITS);
    if reader.0.is_none() || written != checksum(kind, id, text) {
        return None;
    }
    let mut reader = Reader(Some(text.strip_prefix(&[VERSION])?));
    pass(&mut reader);
    reader.0.filter(|rest| rest.is_empty()).map(|_| ())
}

fn checksum(kind: u64, id: &str, text: &[u8]) -> u64 {
    hash(hash(kind, id.as_bytes()), text) & HASH_MASK
}
