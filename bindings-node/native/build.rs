//! Tells the linker where Node has its symbols.

fn main() {
    napi_build::setup();
}
