//! The layers of `src/`, as `lib.rs` names them above its modules (`// Layer 2: …`): a module may
//! import from its own layer and from those below it, and no import closes a circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Modules that must not know another one although it lies below them.
const BLIND: &[(&str, &[&str])] = &[
    // Keys and bytes, and no JSON.
    (
        "signature",
        &[
            "base64url",
            "compact",
            "header",
            "json",
            "reader",
            "string",
            "text",
            "time",
        ],
    ),
    ("key", &["json", "reader", "string", "text"]),
    ("hash", &["key"]),
    // What is expected does not depend on what a token looks like.
    ("policy", &["compact", "header", "json", "keyset"]),
];

fn lib() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap()
}

/// The layer of each module that `lib.rs` declares.
fn layers(lib: &str) -> BTreeMap<String, usize> {
    let mut layer = None;
    let mut found = BTreeMap::new();
    for line in lib.lines() {
        if let Some(number) = line.strip_prefix("// Layer ") {
            let end = number.find([':', '.']).expect("`// Layer N:`");
            let number = number[..end].parse().expect("a number");
            assert!(layer.is_none_or(|before| before + 1 == number), "{line}");
            layer = Some(number);
        }
        let declaration = ["mod ", "pub mod ", "pub(crate) mod "]
            .iter()
            .find_map(|start| line.strip_prefix(start)?.strip_suffix(';'));
        if let Some(module) = declaration {
            let layer = layer.unwrap_or_else(|| panic!("{module} stands in no layer"));
            assert!(found.insert(module.to_owned(), layer).is_none());
        }
    }
    found
}

/// Every file of `src/` but `lib.rs`, with the module of the top level that it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    fn walk(folder: &Path, module: Option<&str>, found: &mut Vec<(String, PathBuf)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let module = module.unwrap_or(&stem);
            if path.is_dir() {
                walk(&path, Some(module), found);
            } else if path.extension().is_some_and(|end| end == "rs") && module != "lib" {
                found.push((module.to_owned(), path));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        None,
        &mut found,
    );
    found.sort();
    found
}

/// The source without comments and without the tests at its end.
fn code(source: &str) -> String {
    let source = match source.find("#[cfg(test)]\nmod tests {") {
        Some(tests) => &source[..tests],
        None => source,
    };
    let without_comment = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    let lines: Vec<String> = source.lines().map(without_comment).collect();
    lines.join("\n")
}

/// The first names behind every `crate::`, whether inline, in a `use` or in its braces.
fn imports(code: &str) -> BTreeSet<String> {
    let is_name = |c: &char| c.is_alphanumeric() || *c == '_';
    let mut names = BTreeSet::new();
    let mut rest = code;
    while let Some(at) = rest.find("crate::") {
        rest = &rest[at + "crate::".len()..];
        if !rest.starts_with('{') {
            names.insert(rest.chars().take_while(is_name).collect());
            continue;
        }
        let mut depth = 0;
        let mut is_first = false;
        let mut name = String::new();
        for c in rest.chars() {
            match c {
                '{' | '}' | ',' if depth <= 1 => {
                    names.insert(std::mem::take(&mut name));
                    is_first = true;
                }
                c if depth == 1 && is_first && is_name(&c) => name.push(c),
                ':' | ' ' if depth == 1 => is_first = name.is_empty(),
                _ => {}
            }
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                break;
            }
        }
        names.insert(name);
    }
    names.remove("");
    names
}

fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, path) in files() {
        let code = code(&fs::read_to_string(&path).unwrap());
        assert!(
            !code.contains("super::super"),
            "{}: name the module from the crate's root",
            path.display()
        );
        let imported = graph.entry(module.clone()).or_default();
        imported.extend(imports(&code));
        imported.remove(&module);
    }
    graph
}

#[test]
fn every_module_has_its_layer() {
    let layers = layers(&lib());
    let found: BTreeSet<String> = graph().into_keys().collect();
    let declared: BTreeSet<String> = layers.keys().cloned().collect();
    assert_eq!(found, declared);
    let highest = layers.values().max().copied().unwrap();
    assert!(highest >= 4, "`// Layer N` is missing in lib.rs");
    for number in 0..=highest {
        let is_filled = layers.values().any(|&layer| layer == number);
        assert!(is_filled, "layer {number} is empty");
    }
}

#[test]
fn imports_point_down() {
    let layers = layers(&lib());
    let mut imports = 0;
    for (module, imported) in graph() {
        let own = layers[&module];
        for other in imported {
            let Some(&layer) = layers.get(&other) else {
                panic!("{module} imports `crate::{other}`: name the module that it lies in");
            };
            assert!(
                layer <= own,
                "{module} (layer {own}) imports {other}, which lies above it (layer {layer})"
            );
            imports += 1;
        }
    }
    assert!(imports > 80, "only {imports} imports were found");
}

/// Taking away what imports nothing that is left must leave nothing.
#[test]
fn imports_close_no_circle() {
    let mut graph = graph();
    loop {
        let left: BTreeSet<String> = graph.keys().cloned().collect();
        graph.retain(|_, imported| imported.iter().any(|other| left.contains(other)));
        if graph.len() == left.len() {
            break;
        }
    }
    assert!(graph.is_empty(), "these import each other: {graph:?}");
}

#[test]
fn the_blind_do_not_see() {
    let graph = graph();
    for (module, unseen) in BLIND {
        for other in *unseen {
            assert!(graph.contains_key(*other), "{other} is no module");
            let sees = graph[*module].contains(*other);
            assert!(!sees, "{module} must not know {other}");
        }
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let cases: &[(&str, &[&str])] = &[
        ("use crate::error::Error;", &["error"]),
        ("use crate::base64url;", &["base64url"]),
        (
            "use crate::{base64url, error::Error, limits::{Limits, MAX}};",
            &["base64url", "error", "limits"],
        ),
        (
            "use crate::{\n    json::{self, Kind},\n    jwk,\n    verify::verify,\n};",
            &["json", "jwk", "verify"],
        ),
        (
            "fn f() { crate::signature::rsa::modulus(crate::key::f()) }",
            &["key", "signature"],
        ),
        ("pub(crate) fn f() {}", &[]),
        ("// use crate::error::Error;", &[]),
        (
            "use crate::a::b;\n#[cfg(test)]\nmod tests {\n    use crate::c;\n}",
            &["a"],
        ),
    ];
    for (source, expected) in cases {
        let found: Vec<String> = imports(&code(source)).into_iter().collect();
        assert_eq!(found, *expected, "{source}");
    }
}
