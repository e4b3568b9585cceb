//! Puts functions that look alike side by side: a compressor finds best what it has just seen.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_encoder::{Module, NameMap, NameSection, RawSection};
use wasmparser::{Parser, Payload, TypeRef};

/// So many bytes in a row that two functions share count for their likeness.
const RUN: usize = 5;
/// Bits of a [`Sketch`], in words of 64.
const WORDS: usize = 256;

/// Which runs of bytes a function has: a bit for each, by its hash.
type Sketch = [u64; WORDS];

/// Renames the functions so that their names sort as they are to stand in the module. All else stays byte for byte.
pub fn name_by_likeness(from: &Path, to: &Path) -> Result<()> {
    let bytes = std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    let mut module = Module::new();
    let (mut imported, mut sketches) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(&bytes) {
        let payload = payload?;
        match &payload {
            Payload::CustomSection(section) if section.name() == "name" => continue,
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sketches.push(sketch(&bytes[body.range()])),
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection { id, data: &bytes[range] });
        }
    }
    let mut ranks = vec![0; sketches.len()];
    for (rank, place) in chain(&sketches).into_iter().enumerate() {
        ranks[place] = rank;
    }
    let mut functions = NameMap::new();
    for (index, rank) in (imported..).zip(ranks) {
        functions.append(index, &format!("{rank:05}"));
    }
    let mut names = NameSection::new();
    names.functions(&functions);
    module.section(&names);
    std::fs::write(to, module.finish()).with_context(|| format!("cannot write {}", to.display()))
}

fn sketch(body: &[u8]) -> Sketch {
    let mut sketch = [0; WORDS];
    for run in body.windows(RUN) {
        // FNV-1a: any hash that spreads, and is the same in every build.
        let hash = run.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let bit = (hash >> 32) as usize % (WORDS * 64);
        sketch[bit / 64] |= 1 << (bit % 64);
    }
    sketch
}

/// Each followed by the one of those left that is most like it, from the largest on. Equals keep their order.
fn chain(sketches: &[Sketch]) -> Vec<usize> {
    let size = |sketch: &Sketch| sketch.iter().map(|word| word.count_ones()).sum::<u32>();
    let sizes: Vec<_> = sketches.iter().map(size).collect();
    let mut left: Vec<_> = (0..sketches.len()).collect();
    left.sort_by_key(|&place| std::cmp::Reverse(sizes[place]));
    let mut order = Vec::new();
    let mut next = 0;
    while next < left.len() {
        let last = left.remove(next);
        order.push(last);
        let mut most = -1.0;
        next = 0;
        for (index, &place) in left.iter().enumerate() {
            let shared: u32 = sketches[place]
                .iter()
                .zip(&sketches[last])
                .map(|(one, other)| (one & other).count_ones())
                .sum();
            let likeness = f64::from(shared) / (1.0 + f64::from(sizes[place]).sqrt());
            if likeness > most {
                (most, next) = (likeness, index);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{chain, sketch};

    #[test]
    fn the_largest_comes_first_and_each_is_followed_by_the_most_like_it() {
        let letters: Vec<u8> = (b'a'..=b'z').collect();
        let digits = b"0123456789".repeat(2);
        let bodies = [&letters[..20], &digits[..], &letters[..], &digits[..12]];
        assert_eq!(chain(&bodies.map(sketch)), [2, 0, 1, 3]);
    }

    #[test]
    fn nothing_is_lost() {
        let mut order = chain(&[sketch(b""), sketch(b""), sketch(b"abcdef")]);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2]);
    }
}
