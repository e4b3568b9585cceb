//! Takes code out of the module that never runs or never shows.
//!
//! Float formatting: nothing in the client prints a float, but error messages of its dependencies could, and so the
//! compiler keeps the formatting code of `core`: some 15 KB. The functions that lead to it are replaced by ones that
//! write nothing and return Ok.
//!
//! Panic messages: there is nowhere to print them to, a panic is a trap either way. The functions that would compose
//! one are replaced by the trap.
//!
//! The optimiser then drops what is not reached any more.

use std::path::Path;

use super::paths;
use anyhow::{Context, Result, bail, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig, ValType};

/// Replaces the ways into float formatting and panic messages; a module without any stays as it is.
pub fn snip(from: &Path, to: &Path) -> Result<()> {
    let mut module = parse(from)?;
    for id in functions(&module, formats_floats) {
        replace(&mut module, id, Body::WriteNothing)?;
    }
    for id in functions(&module, panics) {
        replace(&mut module, id, Body::Trap)?;
    }
    paths::blank(&mut module)?;
    module.emit_wasm_file(to)
}

/// Fails when float formatting survived the optimiser: then a compiler has renamed what is looked for here.
pub fn check_none_left(optimised: &Path) -> Result<()> {
    let module = parse(optimised)?;
    if let Some(&id) = functions(&module, turns_floats_to_digits).first() {
        bail!(
            "float formatting is still in the wasm ({}): find what calls it in a build without \
             snipping, and teach its name to `formats_floats` in xtask/src/build/snip.rs",
            module.funcs.get(id).name.as_deref().unwrap_or_default()
        );
    }
    Ok(())
}

fn parse(path: &Path) -> Result<Module> {
    ModuleConfig::new().parse_file(path).with_context(|| format!("cannot read {}", path.display()))
}

fn functions(module: &Module, wanted: fn(&str) -> bool) -> Vec<FunctionId> {
    let named = |name: &Option<String>| name.as_deref().is_some_and(|name| wanted(&plain(name)));
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

/// The traits' methods and the functions that they share, in both of rustc's ways to write names.
fn formats_floats(name: &str) -> bool {
    let method_of = |float: &str| {
        name.starts_with(&format!("<{float} as core::fmt::")) || name.contains(&format!(" for {float}>::fmt"))
    };
    method_of("f32") || method_of("f64") || name.starts_with("core::fmt::float::")
}

fn turns_floats_to_digits(name: &str) -> bool {
    ["::flt2dec::", "::bignum::", "core::fmt::float::"].iter().any(|part| name.contains(part))
}

/// Where a panic starts: all of these never return.
const PANICS: &[&str] = &[
    "__rustc::rust_begin_unwind",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::lazy::panic_poisoned",
    "core::cell::panic_already_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_",
    "core::str::slice_error_fail",
    "std::panicking::panic_with_hook",
    "std::thread::local::panic_access_error",
];

fn panics(name: &str) -> bool {
    PANICS.iter().any(|start| name.starts_with(start))
}

#[derive(Clone, Copy)]
enum Body {
    /// Returns 0: Ok(()) as a `fmt::Result`.
    WriteNothing,
    Trap,
}

fn replace(module: &mut Module, id: FunctionId, body: Body) -> Result<()> {
    let function = module.funcs.get(id);
    let name = function.name.clone().unwrap_or_default();
    let (params, results) = module.types.params_results(function.ty());
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.name(name.clone());
    match body {
        Body::WriteNothing => {
            ensure!(
                results == [ValType::I32],
                "{name} does not return a fmt::Result: see xtask/src/build/snip.rs"
            );
            builder.func_body().i32_const(0);
        }
        Body::Trap => {
            builder.func_body().unreachable();
        }
    }
    let args = params.iter().map(|&param| module.locals.add(param)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{formats_floats, panics, plain, turns_floats_to_digits};

    #[test]
    fn crate_hashes_are_dropped_and_slices_are_kept() {
        assert_eq!(plain("core[c5930c85a12de822]::fmt::float"), "core::fmt::float");
        assert_eq!(plain("<[u8] as alloc[0a]::Join>::f::<[T]>"), "<[u8] as alloc::Join>::f::<[T]>");
    }

    #[test]
    fn the_ways_into_float_formatting_are_known_by_both_manglings() {
        for name in [
            "<f64 as core::fmt::Display>::fmt",
            "core::fmt::float::<impl core::fmt::Debug for f32>::fmt::h0123456789abcdef",
            "core::fmt::float::float_to_decimal_common_exact::<f64>",
        ] {
            assert!(formats_floats(name), "{name}");
        }
        for name in [
            "<u64 as core::fmt::Display>::fmt",
            "<serde_core::de::WithDecimalPoint as core::fmt::Display>::fmt",
        ] {
            assert!(!formats_floats(name), "{name}");
        }
    }

    #[test]
    fn the_starts_of_panics_are_known() {
        assert!(panics("core::panicking::panic_fmt"));
        assert!(panics("core::slice::index::slice_index_fail"));
        assert!(!panics("core::slice::index::<impl core::ops::Index<I> for [T]>::index"));
    }

    #[test]
    fn what_must_be_gone_afterwards_is_known() {
        assert!(turns_floats_to_digits("core::num::flt2dec::strategy::dragon::mul_pow10"));
        assert!(turns_floats_to_digits("<core::num::bignum::Big32x40>::mul_pow2"));
        assert!(!turns_floats_to_digits("core::num::fmt::Part"));
    }
}
