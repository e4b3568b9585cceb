//! Takes code out of the module that the compiler must keep and that does nothing for anybody.
//!
//! - Formatting (`core::fmt`), some 20 KB with that of floats: the client puts its messages together by hand, but those
//!   of its dependencies, which it does not show, could. Its functions are replaced by ones that write nothing and
//!   return Ok.
//! - The words of a panic, some 10 KB. On `wasm32-unknown-unknown` a panic prints nowhere and ends in a trap, so its
//!   functions are replaced by the trap: what a caller sees stays the same.
//! - The paths of source files and the words that only a panic would tell.
//!
//! The optimiser then drops what only they reached.

use std::path::Path;

use anyhow::{Context, Result, bail};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig, ValType};

use super::paths;

/// Functions to be replaced, and what shows that they are gone.
struct Snip {
    /// Whether a function of this name is replaced.
    replaced: fn(&str) -> bool,
    body: Body,
    /// Whether a function of this name must not survive the optimiser.
    gone: fn(&str) -> bool,
}

enum Body {
    /// Returns 0: Ok(()) as a `fmt::Result`.
    WriteNothing,
    Trap,
}

const SNIPS: [Snip; 2] = [
    Snip { replaced: formats, body: Body::WriteNothing, gone: turns_numbers_to_digits },
    Snip { replaced: panics, body: Body::Trap, gone: tells_of_a_panic },
];

/// Replaces what [`SNIPS`] names; a module without any of it stays as it is.
pub fn snip(from: &Path, to: &Path) -> Result<()> {
    let mut module = parse(from)?;
    for snip in SNIPS {
        for id in functions(&module, snip.replaced) {
            replace(&mut module, id, &snip.body)?;
        }
    }
    paths::blank(&mut module);
    module.emit_wasm_file(to)
}

/// Fails when something survived the optimiser: then a compiler has renamed what is looked for here.
pub fn check_none_left(optimised: &Path) -> Result<()> {
    let module = parse(optimised)?;
    for snip in SNIPS {
        if let Some(&id) = functions(&module, snip.gone).first() {
            bail!(
                "{} is still in the wasm: find what calls it in a build without snipping, and teach its name to \
                 xtask/src/build/snip.rs",
                module.funcs.get(id).name.as_deref().unwrap_or_default()
            );
        }
    }
    Ok(())
}

fn parse(path: &Path) -> Result<Module> {
    ModuleConfig::new().parse_file(path).with_context(|| format!("cannot read {}", path.display()))
}

fn functions(module: &Module, wanted: fn(&str) -> bool) -> Vec<FunctionId> {
    // As wasm-bindgen leaves them they are demangled already; as the compiler does they are not.
    let demangled = |name: &str| format!("{:#}", rustc_demangle::demangle(name));
    let named = |name: &Option<String>| name.as_deref().is_some_and(|name| wanted(&plain(&demangled(name))));
    module.funcs.iter_local().map(|(id, _)| id).filter(|&id| named(&module.funcs.get(id).name)).collect()
}

/// A demangled name without the crates' hashes: `core[c593]::fmt` is `core::fmt`.
fn plain(name: &str) -> String {
    let mut parts = name.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((inside, rest)) if !inside.is_empty() && inside.chars().all(|c| c.is_ascii_hexdigit()) => {
                plain += rest;
            }
            _ => {
                plain.push('[');
                plain += part;
            }
        }
    }
    plain
}

/// Methods of the formatting traits, in both of rustc's ways to write names, and what they share.
fn formats(name: &str) -> bool {
    let traits = ["Debug", "Display", "LowerExp", "UpperExp", "LowerHex", "UpperHex"];
    let method_of = |name: &str, which: &str| {
        name.contains(&format!(" as core::fmt::{which}>::fmt"))
            || name.contains(&format!("<impl core::fmt::{which} for "))
    };
    traits.iter().any(|which| method_of(name, which))
        || name.starts_with("core::fmt::float::")
        || name.starts_with("<core::fmt::Formatter>::pad")
        || name.contains("String as core::fmt::Write>::write_")
        || name == "core::fmt::write"
}

fn turns_numbers_to_digits(name: &str) -> bool {
    ["::flt2dec::", "::bignum::", "core::fmt::float::", "core::fmt::num::"]
        .iter()
        .any(|part| name.contains(part))
}

/// The functions that never return because they panic.
fn panics(name: &str) -> bool {
    // wasm-bindgen's complaints of a caller that broke its rules, which nobody here can, end in the trap as well.
    let within = [
        "wasm_bindgen::throw_str",
        "core::panicking::",
        "std::panicking::",
        "std::alloc::handle",
        "alloc::alloc::handle_alloc_error",
    ];
    let last = name.rsplit("::").find(|part| !is_hash(part)).unwrap_or(name);
    // The hook of the tests' runner is no panic.
    let sets_hook = ["set_hook", "take_hook"].contains(&last);
    within.iter().any(|part| name.contains(part)) && !sets_hook
        || name.ends_with("rust_begin_unwind")
        || name.starts_with("core::") && last.starts_with("slice_") && last.contains("fail")
        || [
            "unwrap_failed",
            "expect_failed",
            "assert_failed",
            "len_mismatch_fail",
            "slice_error_fail",
            "slice_error_fail_rt",
            "panic_access_error",
        ]
        .contains(&last)
}

/// rustc's suffix that tells two functions of one name apart.
fn is_hash(part: &str) -> bool {
    part.len() == 17 && part.starts_with('h') && part[1..].chars().all(|c| c.is_ascii_hexdigit())
}

fn tells_of_a_panic(name: &str) -> bool {
    name.contains("slice_error_fail_rt") || name.contains("rust_panic_with_hook")
}

fn replace(module: &mut Module, id: FunctionId, body: &Body) -> Result<()> {
    let function = module.funcs.get(id);
    let name = function.name.clone();
    let (params, results) = module.types.params_results(function.ty());
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    match body {
        Body::WriteNothing if results == [ValType::I32] => builder.func_body().i32_const(0),
        Body::WriteNothing => {
            bail!("{} does not return a fmt::Result: see xtask/src/build/snip.rs", name.unwrap_or_default())
        }
        Body::Trap => builder.func_body().unreachable(),
    };
    let args = params.iter().map(|&param| module.locals.add(param)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{formats, panics, plain, turns_numbers_to_digits};

    #[test]
    fn crate_hashes_are_dropped_and_slices_are_kept() {
        assert_eq!(plain("core[c5930c85a12de822]::fmt::float"), "core::fmt::float");
        assert_eq!(plain("<[u8] as alloc[0a]::Join>::f::<[T]>"), "<[u8] as alloc::Join>::f::<[T]>");
    }

    #[test]
    fn the_ways_into_formatting_are_known_by_both_manglings() {
        for name in [
            "<f64 as core::fmt::Display>::fmt",
            "core::fmt::float::<impl core::fmt::Debug for f32>::fmt::h0123456789abcdef",
            "core::fmt::float::float_to_decimal_common_exact::<f64>",
            "<u64 as core::fmt::Display>::fmt",
            "<alloc::string::String as core::fmt::Write>::write_str",
            "<serde_core::de::WithDecimalPoint as core::fmt::Display>::fmt",
        ] {
            assert!(formats(name), "{name}");
        }
        assert!(!formats("plangrep_client::core::error::decimal"));
    }

    #[test]
    fn what_must_be_gone_afterwards_is_known() {
        assert!(turns_numbers_to_digits("core::num::flt2dec::strategy::dragon::mul_pow10"));
        assert!(turns_numbers_to_digits("<core::num::bignum::Big32x40>::mul_pow2"));
        assert!(turns_numbers_to_digits("core::fmt::num::imp::fmt_u64"));
        assert!(!turns_numbers_to_digits("core::num::fmt::Part"));
    }

    #[test]
    fn the_ways_into_a_panic_are_known_by_both_manglings() {
        for name in [
            "core::panicking::panic_bounds_check",
            "core::option::unwrap_failed::h0123456789abcdef",
            "core::str::slice_error_fail",
            "core::slice::index::slice_index_fail",
            "wasm_bindgen::throw_str",
            "__rustc::rust_begin_unwind",
            "std::panicking::panic_with_hook",
        ] {
            assert!(panics(name), "{name}");
        }
        for name in [
            "core::str::from_utf8",
            "plangrep_client::core::coordinator::PollCoordinator::failed",
            "core::slice::index::get",
        ] {
            assert!(!panics(name), "{name}");
        }
    }
}
