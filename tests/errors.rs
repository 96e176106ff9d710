//! The list of errors and its page `docs/errors.md`. `UPDATE=1 cargo test --test errors` writes the
//! page anew and adds new errors to the frozen list `tests/error-numbers.txt`.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::PathBuf};

use veritok::Error;

/// Hundreds, and what they are about.
const GROUPS: &[(u16, u16, &str, &str)] = &[
    (
        100,
        199,
        "Misuse",
        "The call or its policy is wrong, whatever the token says.",
    ),
    (200, 299, "Compact form", "The token is no compact JWS."),
    (
        300,
        399,
        "JSON",
        "The header, the payload or a key set is not the JSON it must be.",
    ),
    (
        400,
        499,
        "Header",
        "The header asks for something that is not understood or not allowed.",
    ),
    (
        500,
        599,
        "Keys",
        "A key was refused when it was added, or no key fits the token.",
    ),
    (
        600,
        699,
        "Signature and encryption",
        "One error, without detail, for a signature, and one for all that depends on a decryption \
         key.",
    ),
    (
        700,
        999,
        "Claims",
        "For each claim the number ends in 0 when it is missing, in 1 when it has the wrong type, \
         in 2 or more for its own rules.",
    ),
    (
        1000,
        1099,
        "Exchange",
        "What came back from a provider is not the answer to what was asked.",
    ),
];

const HEAD: &str = "\
# Errors

<!-- Written by `UPDATE=1 cargo test --test errors` from `src/error.rs`. -->

Every error has a number and a name; both are stable, the same in Rust and in C, and never change
their meaning. `Error::message` and `Error::remedy` return the texts below. Whatever the error, a
refused token releases nothing: *refuse the token* means to treat the request as unauthenticated.
";

/// The list never gets shorter; raise this with it.
const FROZEN_AT_LEAST: usize = 150;

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_default()
}

fn is_update() -> bool {
    env::var_os("UPDATE").is_some_and(|value| value == "1")
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (first, last, title, about) in GROUPS {
        let range = match last - first {
            99 => format!("{}xx", first / 100),
            _ => format!("{}xx to {}xx", first / 100, last / 100),
        };
        write!(page, "\n## {range}: {title}\n\n{about}\n\n").unwrap();
        page.push_str("| number | name | what happened | what to do |\n|---|---|---|---|\n");
        let group = |error: &&Error| (*first..=*last).contains(&error.number());
        for error in Error::ALL.iter().filter(group) {
            let (number, name) = (error.number(), error.name());
            let (message, remedy) = (error.message(), error.remedy());
            assert!(!message.contains('|') && !remedy.contains('|'), "{name}");
            writeln!(page, "| {number} | `{name}` | {message} | {remedy} |").unwrap();
        }
    }
    page
}

#[test]
fn the_page_says_what_the_list_says() {
    let page = page();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
    assert_eq!(rows.count(), Error::ALL.len(), "an error is in no group");
    if is_update() {
        fs::create_dir_all(file("docs")).unwrap();
        fs::write(file("docs/errors.md"), &page).unwrap();
    }
    let written = read("docs/errors.md");
    let differing = page.lines().zip(written.lines()).find(|(a, b)| a != b);
    assert_eq!(differing, None, "run: UPDATE=1 cargo test --test errors");
    assert!(
        written == page,
        "docs/errors.md: run: UPDATE=1 cargo test --test errors"
    );
}

#[test]
fn numbers_and_names_are_unique_and_in_order() {
    let mut names = BTreeSet::new();
    let mut variants = BTreeSet::new();
    let mut before = 99;
    for error in Error::ALL {
        let (number, name) = (error.number(), error.name());
        assert!(
            before < number && number <= 1099,
            "{number} {name} after {before}"
        );
        before = number;
        assert!(names.insert(name), "{name} twice");
        assert!(variants.insert(format!("{error:?}")), "{error:?} twice");
        assert_eq!(*error as u16, number, "{name}: discriminant");
        assert_eq!(
            Error::from_number(number),
            Some(*error),
            "{name}: from_number"
        );
        assert!(is_snake_case(name), "{name}: not snake_case");
        for text in [error.message(), error.remedy()] {
            assert!(
                !text.is_empty() && text.trim() == text,
                "{name}: white space"
            );
            // A full stop behind a space is one that the text is about.
            let is_sentence = text.ends_with(['.', '!', ';', ',']) && !text.ends_with(" .");
            assert!(!is_sentence, "{name}: {text}");
            let first = text.chars().next().unwrap();
            let starts_small = first == '`' || first.is_lowercase() || text.starts_with("HMAC");
            assert!(starts_small, "{name}: {text}");
        }
        assert_eq!(error.to_string(), error.message());
        assert_eq!(error.c_name().to_str(), Ok(name));
        assert_eq!(error.c_message().to_str(), Ok(error.message()));
    }
    let known = |number| Error::from_number(number).is_some();
    let found = (0..=u16::MAX).filter(|&number| known(number)).count();
    assert_eq!(
        found,
        Error::ALL.len(),
        "from_number knows another set than ALL"
    );
}

/// A number keeps its name for ever: lines may be added to the list, none changed or removed.
#[test]
fn numbers_are_frozen() {
    const PATH: &str = "tests/error-numbers.txt";
    let current: Vec<String> = Error::ALL
        .iter()
        .map(|error| format!("{} {}", error.number(), error.name()))
        .collect();
    let mut frozen: Vec<String> = read(PATH).lines().map(str::to_owned).collect();
    if is_update() {
        let new = current.iter().filter(|line| !frozen.contains(line));
        let new: Vec<String> = new.cloned().collect();
        frozen.extend(new);
        frozen.sort_by_key(|line| number_of(line));
        fs::write(file(PATH), frozen.join("\n") + "\n").unwrap();
    }
    for line in &frozen {
        assert!(
            current.contains(line),
            "`{line}` is frozen, and the list has it no more"
        );
    }
    for line in &current {
        assert!(
            frozen.contains(line),
            "`{line}` is not frozen yet: run: UPDATE=1 cargo test --test errors"
        );
    }
    let is_sorted = frozen.is_sorted_by_key(|line| number_of(line));
    assert!(is_sorted, "{PATH} is not in order");
    let numbers: BTreeSet<u16> = frozen.iter().map(|line| number_of(line)).collect();
    assert_eq!(
        numbers.len(),
        frozen.len(),
        "a number was used for two names"
    );
    assert!(frozen.len() >= FROZEN_AT_LEAST, "{} lines", frozen.len());
}

fn number_of(line: &str) -> u16 {
    let (number, _) = line.split_once(' ').expect("a number and a name");
    number.parse().expect("a number")
}

fn is_snake_case(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('_').all(is_word)
}
