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
    if env::var_os("CARGO_FEATURE_ASM").is_some() && has_dsp(&target) {
        println!("cargo:rustc-cfg=umaal");
    }
}

/// Whether it is a Cortex-M with the DSP extension: by the target, or by what rustc is asked for.
fn has_dsp(target: &str) -> bool {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let is_asked_for = |what: &&str| flags.contains(*what);
    let with_dsp = [
        "+dsp",
        "=cortex-m33",
        "=cortex-m35p",
        "=cortex-m55",
        "=cortex-m85",
    ];
    target.starts_with("thumbv7em")
        || target.starts_with("thumbv8m.main")
            && with_dsp.iter().any(|what| is_asked_for(what))
            && !["-dsp", "nodsp"].iter().any(|what| is_asked_for(what))
}
