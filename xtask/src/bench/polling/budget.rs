//! What the two adaptive policies need on a small part of the lives: exact, as the simulation is. A heuristic whose sign or
//! factor changes shows here. Who changes the schedule on purpose writes down the new figures in the same change; they
//! are in the message.

use super::{DISTRIBUTIONS, simulate};

const LIVES: usize = 40;
const SEED: u64 = 100;

/// For each kind of job: requests and the sum of the lags in ms, from 10 to 30 s and from 5 to 30 s.
#[rustfmt::skip]
const BUDGET: [(&str, [(f64, f64); 2]); DISTRIBUTIONS.len()] = [
    ("plain", [(1_148.0, 187_844.0), (1_287.0, 109_538.0)]),
    ("bursts", [(1_202.0, 196_858.0), (1_404.0, 156_465.0)]),
    ("stalls", [(1_570.0, 247_127.0), (1_680.0, 110_311.0)]),
    ("bursts and stalls", [(1_675.0, 230_711.0), (1_823.0, 140_021.0)]),
    ("slowing", [(1_294.0, 207_522.0), (1_514.0, 113_126.0)]),
    ("quickening", [(1_923.0, 191_822.0), (2_004.0, 118_830.0)]),
    ("uneven files", [(1_094.0, 226_059.0), (1_261.0, 112_782.0)]),
    ("heavy pages", [(911.0, 213_300.0), (1_120.0, 116_673.0)]),
    ("long tail", [(1_448.0, 240_578.0), (1_908.0, 114_295.0)]),
    ("short", [(297.0, 166_471.0), (385.0, 103_620.0)]),
    ("long", [(9_224.0, 199_719.0), (9_414.0, 125_716.0)]),
    ("troubled", [(1_641.0, 383_597.0), (1_752.0, 268_855.0)]),
];

#[test]
fn the_adaptive_policies_need_exactly_what_they_did() {
    let mut found = Vec::new();
    for (distribution, seed) in DISTRIBUTIONS.iter().zip(SEED..) {
        let outcomes = simulate(distribution, LIVES, 1, seed);
        let figures = ["adaptive 10-30 s", "adaptive 5-30 s"].map(|policy| {
            let at = super::POLICIES.iter().position(|(name, _)| *name == policy).unwrap();
            outcomes[at].totals()
        });
        found.push((distribution.name, figures));
    }
    assert!(found == BUDGET, "{found:#?}");
}
