//! Lays out the memory of the board that a feature names, and takes the bench tokens and keys apart.

use std::{env, fs, path::PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::Value;

const TOKENS: [&str; 6] = ["ES256", "RS256", "RS256-4096", "PS256", "EdDSA", "HS256"];
const KEYS: [&str; 5] = ["p256", "rsa2048", "rsa4096", "ed25519", "hs256"];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by Cargo"));
    let is_set = |board: &&&str| {
        let name = board.to_uppercase().replace('-', "_");
        env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
    };
    let boards = ["mps2-an386", "mps2-an505", "microbit"];
    let board = boards.iter().find(is_set).expect("a feature that names the board");
    let layout = format!("../../examples/firmware/boards/{board}.x");
    fs::copy(&layout, out.join("memory.x")).expect("the board's memory layout");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rerun-if-changed={layout}");

    let data = PathBuf::from("../../tests/bench-data");
    println!("cargo:rerun-if-changed={}", data.display());
    let write = |name: String, bytes: &[u8]| fs::write(out.join(name), bytes).expect("writable");
    let decode = |text: &str| Base64UrlUnpadded::decode_vec(text).expect("base64url");
    for name in TOKENS {
        let token = fs::read_to_string(data.join(format!("{name}.jwt"))).expect("a token");
        let (input, signature) = token.trim().rsplit_once('.').expect("a compact token");
        write(format!("{name}.token"), token.trim().as_bytes());
        write(format!("{name}.input"), input.as_bytes());
        write(format!("{name}.signature"), &decode(signature));
    }
    for name in KEYS {
        let jwk = fs::read(data.join(format!("{name}.jwk"))).expect("a key");
        let jwk: Value = serde_json::from_slice(&jwk).expect("a JWK");
        for member in ["n", "e", "x", "y", "k"] {
            if let Some(value) = jwk[member].as_str() {
                write(format!("{name}.{member}"), &decode(value));
            }
        }
        let kid = jwk["kid"].as_str().expect("a kid");
        write(format!("{name}.kid"), kid.as_bytes());
        write(format!("{name}.jwks"), format!("{{\"keys\":[{jwk}]}}").as_bytes());
    }
}
