//! Times the pure core: reading money, hashing a request, making a call, deciding a group.

#![allow(clippy::expect_used, missing_docs, reason = "a benchmark that cannot begin has nothing to say")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

#[path = "../src/pure.rs"]
mod pure;

use pure::{Core, GROUP};

fn core(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let core = runtime.block_on(Core::new()).expect("a store in memory");
    criterion.bench_function("money_parse", |bench| bench.iter(|| core.money(black_box("1234567.89 USD"))));
    criterion.bench_function("request_hash", |bench| bench.iter(|| black_box(&core).hash()));
    criterion
        .bench_function("transfer_call", |bench| bench.iter(|| core.commands(black_box(1)).map(|c| c.len())));
    criterion.bench_function("transfer_decide", |bench| bench.iter(|| black_box(&core).decide()));
    let mut group = criterion.benchmark_group("transfer_group");
    for size in [1, GROUP, 1_000] {
        group.throughput(Throughput::Elements(size));
        group.bench_function(size.to_string(), |bench| {
            bench.iter_batched(
                || core.commands(size).expect("commands"),
                |commands| core.group(commands),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, core);
criterion_main!(benches);
