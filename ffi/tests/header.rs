//! `include/veritok.h` is what cbindgen makes of the documented source, and its numbers are the
//! core's. `UPDATE=1 cargo test -p veritok-ffi` writes it.

use std::{fs, path::Path};

use veritok_core::{Algorithm, Check, Error, algorithm};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The essay with its example, which `ffi/tests/run.sh` compiles and runs.
fn essay() -> String {
    let example: Vec<String> = read("example.c")
        .lines()
        .map(|line| format!(" *     {line}").trim_end().to_owned())
        .collect();
    read("essay.h").replace("@EXAMPLE@", &example.join("\n"))
}

fn generate() -> String {
    let config = read("cbindgen.toml")
        .replace("@MAJOR@", env!("CARGO_PKG_VERSION_MAJOR"))
        .replace("@MINOR@", env!("CARGO_PKG_VERSION_MINOR"))
        .replace("@PATCH@", env!("CARGO_PKG_VERSION_PATCH"));
    let path = std::env::temp_dir().join(format!("veritok-cbindgen-{}.toml", std::process::id()));
    fs::write(&path, config).expect("a temporary file");
    let mut config = cbindgen::Config::from_file(&path).expect("the configuration");
    fs::remove_file(&path).expect("a temporary file");
    // The guard is written here, so that it spans the trailer too.
    config.header = Some(format!(
        "{}\n\n#ifndef VERITOK_H\n#define VERITOK_H",
        essay().trim_end()
    ));
    let trailer = config.trailer.take().unwrap_or_default();
    config.trailer = Some(format!("{trailer}\n\n#endif /* VERITOK_H */"));
    let mut header = Vec::new();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for module in MODULES {
        builder = builder.with_src(root().join(format!("src/{module}.rs")));
    }
    builder.generate().expect("a header").write(&mut header);
    polish(&String::from_utf8(header).expect("UTF-8"))
}

/// In the order of the header.
const MODULES: &[&str] = &[
    "codes", "bytes", "version", "keys", "hooks", "policy", "verify", "report", "value", "peek",
    "status",
];

/// What is for Rust alone leaves, and the helper that macros use joins.
fn polish(header: &str) -> String {
    let mut out = String::new();
    let mut lines = header.lines().peekable();
    while let Some(line) = lines.next() {
        // The section "# Safety" restates in Rust's terms what the essay says.
        if line.trim() == "// # Safety" {
            while out.ends_with("//\n") {
                out.truncate(out.len() - 3);
            }
            while lines
                .peek()
                .is_some_and(|next| next.trim_start().starts_with("//"))
            {
                lines.next();
            }
            continue;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.replace('`', "'")
}

#[test]
fn header_is_generated() {
    let path = root().join("../include/veritok.h");
    let generated = generate();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).expect("a writable tree");
    }
    let checked_in = fs::read_to_string(&path).expect("include/veritok.h");
    assert!(
        checked_in == generated,
        "include/veritok.h differs from the source: run `UPDATE=1 cargo test -p veritok-ffi`"
    );
}

#[test]
fn numbers_are_the_cores() {
    let codes = read("src/codes.rs");
    let count = |start: &str| codes.lines().filter(|line| line.starts_with(start)).count();
    let expect = |line: String| assert!(codes.contains(&line), "src/codes.rs lacks {line}");
    for error in Error::ALL {
        let (name, number) = (error.name().to_uppercase(), error.number());
        expect(format!("pub const VTOK_{name}: i32 = {number};"));
    }
    for check in Check::ALL {
        let (name, number) = (check.name().to_uppercase(), check.number());
        expect(format!("pub const VTOK_CHECK_{name}: u32 = {number};"));
    }
    for id in algorithm::ALL.iter().map(Algorithm::id) {
        let (name, number) = (id.name().to_uppercase(), id.number());
        expect(format!("pub const VTOK_ALG_{name}: u64 = 1 << {number};"));
    }
    let others = ["VTOK_CHECK_", "VTOK_ALG_", "VTOK_FAMILY_", "VTOK_HINT_"];
    let named: usize = others
        .iter()
        .map(|start| count(&format!("pub const {start}")))
        .sum();
    assert_eq!(count("pub const ") - named, Error::ALL.len());
}

#[test]
fn lines_are_short() {
    let long: Vec<String> = read("../include/veritok.h")
        .lines()
        .filter(|line| line.chars().count() > 80)
        .map(str::to_owned)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
