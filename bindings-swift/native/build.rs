//! Aligns the library for systems whose pages have 16 KB, as Android asks for.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let family = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if matches!(family.as_str(), "android" | "linux") {
        println!("cargo::rustc-link-arg-examples=-Wl,-z,max-page-size=16384");
    }
}
