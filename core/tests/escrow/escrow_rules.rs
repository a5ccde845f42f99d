//! The rules of deals, walked through: every cell of the table, every bad input, and money that adds up.

mod cells;
mod refusals;
mod splits;

use crate::support::{Stage, Value, id, json};

fn admin() -> Value {
    json!({ "id": "root", "role": "admin" })
}

/// `args` with what `more` has.
fn with(mut args: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("not an object") };
    args.as_object_mut().unwrap().extend(more);
    args
}

/// A deal of 100.00 USD between alice and bob.
async fn opened(stage: &Stage, more: Value) -> String {
    let args = json!({ "buyer": "alice", "seller": "bob", "price": "100.00 USD" });
    id(&stage.ok("escrow.open", with(args, more)).await["deal"])
}
