//! Aligns the library for systems whose pages have 16 KB, as Android asks for.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[allow(clippy::disallowed_methods, reason = "cargo says in the environment what is built")]
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if matches!(system.as_str(), "android" | "linux") {
        println!("cargo::rustc-link-arg-examples=-Wl,-z,max-page-size=16384");
    }
}
