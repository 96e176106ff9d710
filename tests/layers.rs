//! The layers of `src/`: a module may import from its own layer and from those below it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// From the lowest to the highest. There is no exception.
const LAYERS: &[(&str, &[&str])] = &[
    ("bounds and errors", &["error", "limits"]),
    (
        "text",
        &["base64url", "json", "reader", "string", "text", "time"],
    ),
    ("cryptography", &["algorithm", "hash", "key", "signature"]),
    (
        "formats",
        &[
            "claims",
            "compact",
            "header",
            "jwk",
            "keyset",
            "peek",
            "spki",
            "thumbprint",
            "value",
        ],
    ),
    ("verdict", &["policy", "report", "validate", "verify"]),
];

/// Layers that must not see another one although it lies below: keys and bytes, no JSON.
const BLIND: &[(&str, &str)] = &[("cryptography", "text")];

/// Modules of one layer that import each other, each with its reason.
const MUTUAL: &[(&str, &str, &str)] = &[
    (
        "algorithm",
        "signature",
        "the list names its verifiers, which implement its trait",
    ),
    (
        "json",
        "reader",
        "the scanner writes the values that the readers hand out",
    ),
    (
        "jwk",
        "keyset",
        "import fills the storage, which offers the import",
    ),
];

fn layer(module: &str) -> Option<usize> {
    LAYERS
        .iter()
        .position(|(_, modules)| modules.contains(&module))
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
    let found: BTreeSet<String> = graph().into_keys().collect();
    let listed = LAYERS.iter().flat_map(|(_, modules)| *modules);
    let listed: BTreeSet<String> = listed.map(|module| (*module).to_owned()).collect();
    assert_eq!(found, listed);
    let lib =
        code(&fs::read_to_string(format!("{}/src/lib.rs", env!("CARGO_MANIFEST_DIR"))).unwrap());
    for module in &found {
        let is_declared = lib.contains(&format!("mod {module};"));
        assert!(is_declared, "{module} is not declared in lib.rs");
    }
}

#[test]
fn imports_point_down() {
    let mut imports = 0;
    for (module, imported) in graph() {
        let own = layer(&module).expect("a listed module");
        for other in imported {
            let Some(others) = layer(&other) else {
                panic!("{module} imports `crate::{other}`: name the module that it lies in");
            };
            assert!(
                others <= own,
                "{module} ({}) imports {other}, which lies above it ({})",
                LAYERS[own].0,
                LAYERS[others].0
            );
            let is_blind = BLIND.contains(&(LAYERS[own].0, LAYERS[others].0));
            assert!(!is_blind, "{module} must not know {other}");
            imports += 1;
        }
    }
    assert!(imports > 80, "only {imports} imports were found");
}

/// Within a layer only the listed pairs import each other.
#[test]
fn mutual_imports_are_listed() {
    let graph = graph();
    let mut found = BTreeSet::new();
    for (module, imported) in &graph {
        for other in imported.iter().filter(|other| *other > module) {
            if graph[other].contains(module) {
                found.insert((module.as_str(), other.as_str()));
            }
        }
    }
    let listed: BTreeSet<_> = MUTUAL.iter().map(|(a, b, _)| (*a, *b)).collect();
    assert_eq!(found, listed);
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
