//! The counter of allocations, the C libraries of Debian, and Veritok through its C ABI.

fn main() {
    println!("cargo::rerun-if-changed=c");
    println!("cargo::rerun-if-changed=../c/veritok.c");
    println!("cargo::rerun-if-env-changed=VERITOK_LIB");
    let mut build = cc::Build::new();
    build
        .opt_level(2)
        .include("../../include")
        .file("c/malloc.c");
    if std::env::var_os("CARGO_FEATURE_OPENSSL").is_some() {
        build.files(["c/libjwt.c", "c/cjose.c", "c/libjose.c", "../c/veritok.c"]);
        // Where `ffi/localize.sh` has put the static library.
        let folder = std::env::var("VERITOK_LIB").expect("measure.py sets VERITOK_LIB");
        println!("cargo::rustc-link-search=native={folder}");
        build.compile("peers");
        println!("cargo::rustc-link-lib=static:-bundle=veritok");
        for library in ["jwt", "cjose", "jose", "jansson"] {
            println!("cargo::rustc-link-lib={library}");
        }
    } else {
        build.compile("peers");
    }
}
