//! A store that answers and takes no write: health says so until one goes through.

use std::time::Duration;

use earnest::store::FaultKind;

use super::script::{Planned, Trouble};
use super::{GROUNDS, Ground, KINDS, REFUSED, Scene, deducts, on};
use crate::support::{Value, code, json};

/// Failures after which the next write would meet the same.
const STOPPED: [FaultKind; 4] =
    [FaultKind::Full, FaultKind::ReadOnly, FaultKind::Unavailable, FaultKind::Unknown];

async fn writes(scene: &Scene) -> Value {
    let health = scene.bank.call("admin.health", json!({})).await.unwrap();
    let checks = health["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == "writes").expect("health looks at writes").clone()
}

/// Waits until health says this status of writes, which it does right after the caller has been answered.
async fn becomes(scene: &Scene, status: &str, what: &str) -> Value {
    for _ in 0..1_000 {
        let found = writes(scene).await;
        if found["status"] == status {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("{what}: health does not say {status}, but {}", writes(scene).await)
}

/// One group fails so, whichever way it goes.
fn script(ground: Ground, kind: FaultKind) -> Vec<Planned> {
    let failed = ("begin", Trouble::Fails(kind), 0);
    // waited for in vain or of unknown outcome, it is not made again with locks
    let final_at_once = matches!(kind, FaultKind::Unknown | FaultKind::LockTimeout);
    match ground {
        Ground::Simulated => vec![REFUSED, failed],
        _ if ground.verified_writes() && !final_at_once => vec![failed, failed],
        _ => vec![failed],
    }
}

#[test]
fn health_is_critical_until_a_write_goes_through() {
    for ground in GROUNDS {
        for (kind, _) in KINDS {
            let what = format!("{ground:?} {kind:?}");
            on(*ground, async |scene| {
                assert_eq!(writes(&scene).await["status"], "healthy", "{what}");
                scene.plan.set(script(*ground, kind));
                let outcomes = scene.answered(deducts("d", 1), &what).await;
                if STOPPED.contains(&kind) {
                    assert_ne!(code(&outcomes[0]), "ok", "{what}");
                    let said = becomes(&scene, "critical", &what).await;
                    assert!(said["detail"].as_str().unwrap().contains("no write has gone through"), "{said}");
                    // a read changes nothing
                    scene.posted().await;
                    assert_eq!(writes(&scene).await["status"], "critical", "{what}");
                } else {
                    assert_eq!(writes(&scene).await["status"], "healthy", "{what}");
                }
                let outcomes = scene.answered(deducts("e", 1), &what).await;
                assert_eq!(code(&outcomes[0]), "ok", "{what}");
                becomes(&scene, "healthy", &what).await;
            });
        }
    }
}
