//! Puts the memory layout of the board that a feature names where the linker looks for it.

use std::{env, fs, path::PathBuf};

fn main() {
    let boards = ["mps2-an386", "mps2-an505", "microbit", "virt"];
    let is_set = |board: &&&str| {
        let name = board.to_uppercase().replace('-', "_");
        env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
    };
    let board = boards
        .iter()
        .find(is_set)
        .expect("a feature that names the board");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by Cargo"));
    let layout = format!("boards/{board}.x");
    fs::copy(&layout, out.join("memory.x")).expect("the board's memory layout");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rerun-if-changed={layout}");
}
