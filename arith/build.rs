//! Cores whose multiplier yields the low word alone; the compiler names them by no stable `cfg`.

use std::env;

fn main() {
    let target = env::var("TARGET").expect("set by Cargo");
    println!("cargo:rustc-check-cfg=cfg(narrow_multiplier)");
    println!("cargo:rerun-if-changed=build.rs");
    if target.starts_with("thumbv6m") || target.starts_with("thumbv8m.base") {
        println!("cargo:rustc-cfg=narrow_multiplier");
    }
}
