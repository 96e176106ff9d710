//! Cores whose multiplier yields the low word alone; the compiler names them by no stable `cfg`. And
//! where there is AVX-512 IFMA to ask for: on x86-64, but not where its registers are never saved. And
//! where Cortex-M has the DSP extension, which has no stable `cfg` either.

use std::env;

fn main() {
    let target = env::var("TARGET").expect("set by Cargo");
    println!("cargo:rustc-check-cfg=cfg(narrow_multiplier)");
    println!("cargo:rustc-check-cfg=cfg(ifma)");
    println!("cargo:rustc-check-cfg=cfg(umaal)");
    println!("cargo:rerun-if-changed=build.rs");
    if target.starts_with("thumbv6m") || target.starts_with("thumbv8m.base") {
        println!("cargo:rustc-cfg=narrow_multiplier");
    }
    let cfg = |name: &str| env::var(name).unwrap_or_default();
    if env::var_os("CARGO_FEATURE_ACCEL").is_some()
        && cfg("CARGO_CFG_TARGET_ARCH") == "x86_64"
        && cfg("CARGO_CFG_TARGET_POINTER_WIDTH") == "64"
        && !["none", "uefi"].contains(&cfg("CARGO_CFG_TARGET_OS").as_str())
    {
        println!("cargo:rustc-cfg=ifma");
    }
    if env::var_os("CARGO_FEATURE_ASM").is_some()
        && let Some(directive) = with_dsp(&target)
    {
        println!("cargo:rustc-cfg=umaal");
        println!("cargo:rustc-env=UMAAL_DIRECTIVE={directive}");
    }
}

/// Where Cortex-M has the DSP extension, by the target or by rustc's options: what the assembler must
/// be told of it, to which those options do not get.
fn with_dsp(target: &str) -> Option<&'static str> {
    if target.starts_with("thumbv7em") {
        return Some("");
    }
    let options = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let names_one_of = |names: &[&str]| names.iter().any(|name| options.contains(name));
    let has_dsp = target.starts_with("thumbv8m.main")
        && names_one_of(&[
            "+dsp",
            "=cortex-m33",
            "=cortex-m35p",
            "=cortex-m55",
            "=cortex-m85",
        ])
        && !names_one_of(&["-dsp", "nodsp"]);
    has_dsp.then_some(".cpu cortex-m33")
}
