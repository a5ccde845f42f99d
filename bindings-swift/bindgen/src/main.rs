//! Writes the Swift and Kotlin files that call the native half of the mobile packages, from the built
//! library. `scripts/mobile-bindings` runs it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
