//! Withdrawals that stand still: once they have waited for their limit, health warns, and admins are told
//! once.

use earnest::Span;
use earnest::waits::{WAITS, wait_of};

use super::{ADDRESSES, Custody, World};
use crate::payments::{pass, told_admins};
use crate::support::{Kind, Value, json};
use crate::withdrawals::chain::COIN;

const TOLD: &str = "withdrawal.attention";

impl World {
    /// The status of the check `lanes`.
    async fn health_of_lanes(&self) -> String {
        let health = self.stage.ok("admin.health", json!({})).await;
        let mut checks = health["checks"].as_array().unwrap().iter();
        checks.find(|check| check["name"] == "lanes").unwrap()["status"].as_str().unwrap().to_owned()
    }

    /// Why people should look at it.
    async fn asks_for(&self, withdrawal: &Value) -> Value {
        self.get(withdrawal).await["attention"]["code"].clone()
    }
}

fn span(micros: i64) -> String {
    Span::from_micros(micros).unwrap().to_string()
}

/// Each wait of the table, left alone for its limit and then for as long again.
#[tokio::test(flavor = "multi_thread")]
async fn each_wait_is_told_once_at_its_limit() {
    for wait in WAITS.iter().filter(|wait| wait.object == "withdrawal") {
        let mut world = World::with(Kind::Memory, Custody::Host).await;
        let wd = world.walked_to(wait.state, json!({})).await;
        let limit = wait.limit.micros();
        // it may have come into its state some seconds ago
        pass(&world.stage, &span(limit - 300_000_000)).await;
        let before = (told_admins(&world.stage, TOLD).await, world.health_of_lanes().await);
        assert_eq!(before, (0, "healthy".to_owned()), "{wait}");
        pass(&world.stage, "PT5M1S").await;
        assert_eq!(
            (told_admins(&world.stage, TOLD).await, world.asks_for(&wd).await),
            (1, json!("late")),
            "{wait}"
        );
        assert_eq!(world.health_of_lanes().await, "warning", "{wait}");
        for _ in 0..3 {
            pass(&world.stage, &span(limit)).await;
        }
        assert_eq!(world.get(&wd).await["state"], wait.state);
        assert_eq!(told_admins(&world.stage, TOLD).await, 1, "{wait}");
        world.finish().await;
    }
}

with_chain! {
    /// The wallet is empty for a day, and then it is filled: whoever was told need not look any more.
    async fn an_empty_wallet(world) {
        for address in ADDRESSES {
            world.nodes.ledger.fund(address, 0);
        }
        let wd = world.request(json!({})).await;
        let limit = wait_of("withdrawal", "pending").unwrap().limit;
        for _ in 0..5 {
            pass(&world.stage, &span(limit.micros() / 4)).await;
            world.turn().await;
        }
        // the facts of the chain are of now again
        world.wait(3).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("wallet")), "{waits}");
        assert_eq!((told_admins(&world.stage, TOLD).await, world.asks_for(&wd).await), (1, json!("late")));
        assert_eq!(world.health_of_lanes().await, "warning");
        for address in ADDRESSES {
            world.nodes.ledger.fund(address, 1_000 * COIN);
        }
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["attention"], told_admins(&world.stage, TOLD).await), (&Value::Null, 1), "{paid}");
        assert_eq!(world.health_of_lanes().await, "healthy");
    }
}
