//! A file that is brought back from a copy under a running engine.

use super::{Place, check, make, open, top_up};
use crate::support::{code, json, verify};

/// A copy takes the name of the file: the engine stops, and one that is opened anew goes on with the copy.
#[tokio::test(flavor = "multi_thread")]
async fn by_a_rename() {
    let place = Place::new();
    let (path, copy) = (place.path("shop.db"), place.path("copy.db"));
    let bank = place.open("shop.db").await;
    make(&bank, "before", 10).await;
    bank.store().backup(&copy).await.unwrap();
    make(&bank, "lost", 3).await;
    // what belongs to the former file goes with it
    for name in ["shop.db", "shop.db-wal", "shop.db-shm"] {
        std::fs::rename(place.path(name), place.path(&format!("former-{name}"))).unwrap();
    }
    std::fs::rename(&copy, &path).unwrap();
    assert_eq!(top_up(&bank, "refused").await, "store_unavailable");
    assert_eq!(check(&bank, "store").await["status"], "critical");
    let anew = open(&path).await;
    assert_eq!(make(&anew, "after", 3).await.len(), 3);
    assert_eq!(top_up(&bank, "refused").await, "store_unavailable");
    bank.close().await;
    let balance = anew.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    assert_eq!(balance["posted"]["amount"], "13.00");
    assert_eq!(code(&anew.call("admin.verify", json!({})).await), "ok");
    verify(&anew).await;
    anew.close().await;
}
