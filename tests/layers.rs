//! The layers of `src/`: `lib.rs` declares its modules from the lowest to the highest, under a
//! comment that names the layer. A module imports only from those declared above it, so that no
//! import closes a circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The layers in their order.
const LAYERS: &[&str] = &[
    "Bounds and errors",
    "Text",
    "Cryptography",
    "Formats",
    "Verdict",
    "Profiles",
    "Helpers",
];

/// Layers that must not know another one although it is declared above them: cryptography takes
/// keys and bytes, and no JSON.
const BLIND: &[(&str, &str)] = &[("Cryptography", "Text")];

/// A module and its layer, in the order of `lib.rs`.
type Declared = Vec<(String, &'static str)>;

fn declared() -> Declared {
    let lib = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let mut layer = None;
    let mut found = Vec::new();
    for line in lib.lines() {
        let title = line
            .strip_prefix("// ")
            .and_then(|title| title.split([':', '.']).next());
        let named = LAYERS.iter().position(|layer| Some(*layer) == title);
        if let Some(named) = named {
            assert_eq!(named, layer.map_or(0, |before: usize| before + 1), "{line}");
            layer = Some(named);
        }
        let module = ["mod ", "pub mod ", "pub(crate) mod "]
            .iter()
            .find_map(|start| line.strip_prefix(start)?.strip_suffix(';'));
        if let Some(module) = module {
            let layer = layer.unwrap_or_else(|| panic!("{module} stands in no layer"));
            found.push((module.to_owned(), LAYERS[layer]));
        }
    }
    assert_eq!(
        layer,
        Some(LAYERS.len() - 1),
        "a layer is missing in lib.rs"
    );
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

/// The source without comments and without its tests.
fn code(source: &str) -> String {
    const TESTS: &str = "#[cfg(test)]\nmod tests {";
    let (before, after) = match source.split_once(TESTS) {
        Some((before, rest)) => (
            before,
            rest.split_once("\n}").expect("the end of the tests").1,
        ),
        None => (source, ""),
    };
    let lines = before.lines().chain(after.lines());
    let without_comment = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    lines.map(without_comment).collect::<Vec<_>>().join("\n")
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
    let declared = declared();
    let names: BTreeSet<String> = declared.iter().map(|(module, _)| module.clone()).collect();
    assert_eq!(found, names);
    assert_eq!(declared.len(), names.len());
    for layer in LAYERS {
        let is_filled = declared.iter().any(|(_, own)| own == layer);
        assert!(is_filled, "{layer} is empty");
    }
}

#[test]
fn imports_point_up_the_list() {
    let declared = declared();
    let place = |module: &str| {
        let place = declared.iter().position(|(name, _)| name == module);
        place.unwrap_or_else(|| panic!("`crate::{module}`: name the module that it lies in"))
    };
    let mut imports = 0;
    for (module, imported) in graph() {
        for other in imported {
            let (own, others) = (place(&module), place(&other));
            let (layer, other_layer) = (declared[own].1, declared[others].1);
            assert!(
                others < own,
                "{module} ({layer}) imports {other} ({other_layer}), which lib.rs declares below it"
            );
            let is_blind = BLIND.contains(&(layer, other_layer));
            assert!(
                !is_blind,
                "{module} ({layer}) must not know {other} ({other_layer})"
            );
            imports += 1;
        }
    }
    assert!(imports > 80, "only {imports} imports were found");
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
            "use crate::a::b;\n#[cfg(test)]\nmod tests {\n    use crate::c;\n}\ntype D = crate::d::D;",
            &["a", "d"],
        ),
    ];
    for (source, expected) in cases {
        let found: Vec<String> = imports(&code(source)).into_iter().collect();
        assert_eq!(found, *expected, "{source}");
    }
}
