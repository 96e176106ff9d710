//! `include/veritok.h` is what cbindgen makes of the documented source, and its numbers are the
//! core's. `UPDATE=1 cargo test -p veritok-ffi` writes it.

use std::{fs, path::Path};

use veritok_core::{AlgorithmId, Check, Error, ErrorCode, Family, KeyHints};

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
    "dpop", "decrypt", "client", "request", "response", "login", "session", "token", "tokens",
    "device", "sign", "metadata", "logout", "rotation", "replay", "time", "status",
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

/// Lines that are short enough as comments of the header.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("a line");
        match line.len() + word.len() {
            0..76 if !line.is_empty() => *line += &format!(" {word}"),
            _ if line.is_empty() => line.push_str(word),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `src/codes.rs`: the core's numbers under the names of C.
fn codes() -> String {
    let mut out = String::from(
        "//! The numbers that C knows by name, from the core's. Generated: see `tests/header.rs`.\n\n",
    );
    let mut constant = |doc: String, name: String, value: String| {
        for line in wrapped(&doc) {
            out += &format!("/// {line}\n");
        }
        out += &format!(
            "pub const VTOK_{}: {value};\n",
            name.to_uppercase().replace('-', "_")
        );
    };
    for error in Error::ALL {
        let message = error.message();
        let (first, rest) = message.split_at(1);
        let is_name = first == "`"
            || message
                .split(' ')
                .next()
                .is_some_and(|word| word.contains('_'));
        let doc = match is_name {
            true => format!("{message}."),
            false => format!("{}{rest}.", first.to_uppercase()),
        };
        constant(
            doc,
            error.name().into(),
            format!("i32 = {}", error.number()),
        );
    }
    for check in Check::ALL {
        let name = check.name();
        constant(
            format!("Check `{name}`."),
            format!("check_{name}"),
            format!("u32 = {}", check.number()),
        );
    }
    for id in AlgorithmId::ALL {
        let name = id.name();
        let bit = format!("u64 = 1 << {}", id.number());
        let constant_name = format!("alg_{}", name.replace('-', "_"));
        constant(format!("Algorithm `{name}`."), constant_name, bit);
    }
    for code in ErrorCode::ALL {
        let name = code.name();
        constant(
            format!("The provider's error `{name}`."),
            format!("error_{name}"),
            format!("u32 = {}", code.number()),
        );
    }
    let families = [
        ("hmac", "a symmetric key", Family::Hmac),
        ("rsa", "RSA", Family::Rsa),
        ("p256", "a point on P-256", Family::P256),
        ("p384", "a point on P-384", Family::P384),
        ("p521", "a point on P-521", Family::P521),
        ("ed25519", "Ed25519", Family::Ed25519),
    ];
    for (name, what, family) in families {
        let number = format!("u32 = {}", family as u8);
        constant(
            format!("Key family: {what}."),
            format!("family_{name}"),
            number,
        );
    }
    let hints = [
        ("jwk", KeyHints::JWK),
        ("jku", KeyHints::JKU),
        ("x5u", KeyHints::X5U),
        ("x5c", KeyHints::X5C),
        ("x5t", KeyHints::X5T),
    ];
    for (name, hint) in hints {
        let bits = format!("u32 = {}", hint.bits());
        constant(
            format!("The header had `{name}`; it was ignored."),
            format!("hint_{name}"),
            bits,
        );
    }
    out
}

#[test]
fn numbers_are_the_cores() {
    let path = root().join("src/codes.rs");
    // The header is made of this file at the same time: it is written only when it must be.
    if std::env::var_os("UPDATE").is_some() && read("src/codes.rs") != codes() {
        fs::write(&path, codes()).expect("a writable tree");
    }
    assert!(
        read("src/codes.rs") == codes(),
        "src/codes.rs differs from the core: run `UPDATE=1 cargo test -p veritok-ffi` twice"
    );
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
