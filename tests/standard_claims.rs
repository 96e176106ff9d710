//! The page `docs/claims.md` says what the table of standard claims says. `UPDATE=1 cargo test
//! --test standard_claims` writes it anew.

use std::{collections::BTreeSet, env, fmt::Write as _, fs};

use veritok::{ClaimType, STANDARD_CLAIMS, Scope};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/claims.md");

const HEAD: &str = "\
# Standard claims and scopes

<!-- Written by `UPDATE=1 cargo test --test standard_claims` from `src/standard.rs`. -->

OpenID Connect Core §5.1 and §5.4. Each claim has an accessor of `Claims`, and is typed when it is
read. A scope asks; the provider decides what it gives.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for scope in Scope::ALL {
        write!(page, "\n## `{}`\n\n", scope.name()).unwrap();
        let claims: Vec<_> = scope.claims().collect();
        if claims.is_empty() {
            page.push_str("No claims: it asks for a refresh token (OpenID Connect Core §11).\n");
            continue;
        }
        page.push_str("| claim | type | meaning |\n|---|---|---|\n");
        for claim in claims {
            let claim_type = match claim.claim_type {
                ClaimType::String => "string",
                ClaimType::Boolean => "boolean",
                ClaimType::Date => "seconds since 1970",
                ClaimType::Object => "object",
            };
            writeln!(
                page,
                "| `{}` | {claim_type} | {} |",
                claim.name, claim.meaning
            )
            .unwrap();
        }
    }
    page
}

#[test]
fn the_page_says_what_the_table_says() {
    let page = page();
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(PATH, &page).unwrap();
    }
    let written = fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        written == page,
        "run: UPDATE=1 cargo test --test standard_claims"
    );
}

/// OpenID Connect Core §5.1 has twenty claims, §5.4 distributes them over the scopes.
#[test]
fn the_table_is_whole() {
    let names: BTreeSet<&str> = STANDARD_CLAIMS.iter().map(|claim| claim.name).collect();
    assert_eq!((names.len(), STANDARD_CLAIMS.len()), (20, 20));
    let counts = Scope::ALL.map(|scope| scope.claims().count());
    assert_eq!(counts, [1, 14, 2, 1, 2, 0]);
}
