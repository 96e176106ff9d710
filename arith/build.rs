//! Cores whose multiplier yields the low word alone; the compiler names them by no stable `cfg`. And
//! where there is AVX-512 IFMA to ask for: on x86-64, but not where its registers are never saved.

use std::env;

fn main() {
    let target = env::var("TARGET").expect("set by Cargo");
    println!("cargo:rustc-check-cfg=cfg(narrow_multiplier)");
    println!("cargo:rustc-check-cfg=cfg(ifma)");
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
}
