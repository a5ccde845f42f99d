//! Opening: which store a URL means, and whether its schema fits.

#[cfg(feature = "sqlite")]
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};

use crate::currency::{Currencies, Known};
#[cfg(feature = "sqlite")]
use crate::engine::file_url::FileUrl;
use crate::engine::options::{Migrate, Options};
use crate::error::{Detail, Error, Result};
use crate::request::shape::one_of;
use crate::rows::identity::Identity;
use crate::store::memory::MemoryStore;
use crate::store::{Fault, FaultKind, SCHEMA, SharedStore};

/// An opened store, and what is known of it in addition to its traits.
pub(crate) struct Opened {
    pub store: SharedStore,
    /// The currencies that it knows: the store's own are added when it is opened, and when they are used
    /// first.
    pub known: Known,
    /// Lets one task at a time register a new currency.
    pub settling: tokio::sync::Mutex<()>,
    /// Nothing is written to it.
    pub read_only: bool,
    /// The connection epoch at which the server was last compared.
    pub noticed: AtomicU64,
    /// Which store it is, as far as this engine knows.
    pub identity: Arc<RwLock<Identity>>,
    /// Names of its tables, for a host's connection to the same database.
    #[cfg(feature = "sql")]
    pub names: Option<Arc<crate::store::sql::Names>>,
    /// The SQL of a host's connection to the same database.
    #[cfg(feature = "sql")]
    pub dialect: Option<crate::store::sql::Dialect>,
    /// The file, where it is one that this program's own SQLite library has open.
    #[cfg(feature = "sql")]
    pub file: Option<std::path::PathBuf>,
    /// The edition of the texts that hosts' connections are sent.
    #[cfg(feature = "sql")]
    pub edition: crate::store::host::Edition,
    /// The servers that keep it, by which hosts' connections are judged.
    #[cfg(feature = "sql")]
    pub servers: crate::store::host::Servers,
    /// The objects that open transactions of hosts have created.
    #[cfg(feature = "sql")]
    pub unfinished: crate::kernel::objects::Unfinished,
}

impl Opened {
    /// Notes the store's new identity.
    pub(crate) fn now_is(&self, identity: Identity) {
        *self.identity.write().unwrap_or_else(PoisonError::into_inner) = identity;
    }

    /// The store's identity, as it was last found.
    pub(crate) fn identity(&self) -> Identity {
        *self.identity.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A store of the user's own.
    pub(crate) fn new(store: SharedStore) -> Self {
        Self::reading(store, Arc::new(RwLock::new(Currencies::none().for_store())))
    }

    /// A store that reads currencies with this table.
    fn reading(store: SharedStore, known: Known) -> Self {
        Self {
            store,
            known,
            settling: tokio::sync::Mutex::default(),
            noticed: AtomicU64::new(u64::MAX),
            identity: Arc::default(),
            read_only: false,
            #[cfg(feature = "sql")]
            names: None,
            #[cfg(feature = "sql")]
            dialect: None,
            #[cfg(feature = "sql")]
            file: None,
            #[cfg(feature = "sql")]
            edition: crate::store::host::Edition::default(),
            #[cfg(feature = "sql")]
            servers: None,
            #[cfg(feature = "sql")]
            unfinished: crate::kernel::objects::Unfinished::default(),
        }
    }
}

/// Opens the store of a URL without an engine, to migrate it. Its schema may be missing or old, and so may
/// its file.
///
/// # Errors
/// `invalid_request` naming `url`, and `store_unavailable`.
pub async fn store_alone(url: &str, options: &Options) -> Result<SharedStore> {
    Ok(by_url(url, &Options { migrate: Migrate::Auto, ..options.clone() }).await?.store)
}

/// The modes of encryption, as libpq has them.
const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Refuses an unknown mode of encryption, and any mode if somebody else `decides` how connections are made.
/// On SQLite and in memory a mode has no effect: the same settings may serve PostgreSQL elsewhere.
pub(crate) fn check_sslmode(options: &Options, decides: Option<&str>) -> Result<()> {
    let Some(mode) = options.sslmode.as_deref() else { return Ok(()) };
    if !SSL_MODES.contains(&mode) {
        return Err(one_of("sslmode", SSL_MODES.into_iter()));
    }
    let Some(who) = decides else { return Ok(()) };
    Err(Error::invalid("sslmode", format!("must be left out: {who} decides how connections are encrypted")))
}

/// Opens the store that a URL means.
pub(crate) async fn by_url(url: &str, options: &Options) -> Result<Opened> {
    check_sslmode(options, None)?;
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let base = scheme.split('+').next().unwrap_or_default();
    match base {
        "memory" => {
            let store = MemoryStore::identified(options.env.clock.clone(), options.env.store_id());
            Ok(Opened::new(Arc::new(store)))
        }
        #[cfg(feature = "sqlite")]
        "sqlite" | "file" => sqlite(FileUrl::parse(url)?, options).await,
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => postgres(url, options).await,
        #[cfg(not(feature = "sqlite"))]
        "sqlite" | "file" => Err(switched_off("sqlite")),
        #[cfg(not(feature = "postgres"))]
        "postgres" | "postgresql" => Err(switched_off("postgres")),
        _ => Err(Error::invalid(
            "url",
            "must begin with `memory:`, `sqlite:` or `postgres://`: a file is `sqlite:` and its path",
        )),
    }
}

#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
fn switched_off(store: &str) -> Error {
    let reason = format!("this build was made without the feature `{store}`");
    Detail::NotSupported { operation: "open".to_owned(), reason }.into()
}

/// Opens the file at a path.
#[cfg(feature = "sqlite")]
pub(crate) async fn by_path(path: &Path, options: &Options) -> Result<Opened> {
    check_sslmode(options, None)?;
    sqlite(FileUrl::at(path)?, options).await
}

#[cfg(feature = "sqlite")]
async fn sqlite(url: FileUrl<'_>, options: &Options) -> Result<Opened> {
    use crate::store::sqlite::{AbsentFile, SqliteOptions, SqliteStore};
    let known = Arc::new(RwLock::new(Currencies::none().for_store()));
    let absent = match options.migrate {
        _ if !url.create => AbsentFile::IsRefused,
        Migrate::Auto => AbsentFile::IsMade,
        // a mistyped path leaves no empty file
        Migrate::Check | Migrate::Off => AbsentFile::NeedsMigration,
    };
    let settings = SqliteOptions {
        table_prefix: options.table_prefix.clone(),
        synchronous_normal: options.synchronous_normal,
        read_only: options.read_only || url.read_only,
        absent,
        read_pool: options.pool_size as usize,
        new_store: options.env.store_id(),
        clock: options.env.clock.clone(),
        currencies: known.clone(),
    };
    let read_only = settings.read_only;
    let store = SqliteStore::open(url.path, settings).await.map_err(|fault| {
        let error = fault.into_error(false);
        match error.detail() {
            Detail::StoreUnavailable { reason } => {
                Detail::StoreUnavailable { reason: url.explain(reason) }.into()
            }
            _ => error,
        }
    })?;
    let names = Some(store.names().clone());
    let file = std::fs::canonicalize(url.path).ok();
    let dialect = Some(crate::store::sql::Dialect::Sqlite);
    Ok(Opened { names, dialect, file, read_only, ..Opened::reading(Arc::new(store), known) })
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str, options: &Options) -> Result<Opened> {
    use crate::store::postgres::{PostgresOptions, PostgresStore};
    let known = Arc::new(RwLock::new(Currencies::none().for_store()));
    let settings = PostgresOptions {
        schema: options.schema.clone(),
        pool_size: options.pool_size as usize,
        prepared_statements: options.prepared_statements,
        sslmode: options.sslmode.clone(),
        connect_timeout: options.connect_timeout,
        statement_timeout: options.statement_timeout,
        read_only: options.read_only,
        new_store: options.env.store_id(),
        clock: options.env.clock.clone(),
        currencies: known.clone(),
        ..PostgresOptions::default()
    };
    let store = PostgresStore::open(url, settings).await.map_err(|fault| fault.into_error(false))?;
    let (names, servers) = (Some(store.names().clone()), store.history());
    let (dialect, read_only) = (Some(crate::store::sql::Dialect::Postgres), options.read_only);
    Ok(Opened { names, dialect, read_only, servers, ..Opened::reading(Arc::new(store), known) })
}

/// The store behind connections that the application lends.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) async fn by_pool(
    pool: Arc<dyn crate::store::attached::HostPool>,
    options: &Options,
) -> Result<Opened> {
    use crate::store::attached::{AttachedOptions, AttachedStore};
    check_sslmode(options, Some("the pool"))?;
    let known = Arc::new(RwLock::new(Currencies::none().for_store()));
    let dialect = Some(pool.dialect());
    let settings = AttachedOptions {
        schema: options.schema.clone(),
        table_prefix: options.table_prefix.clone(),
        pool_size: options.pool_size as usize,
        connect_timeout: options.connect_timeout,
        statement_timeout: options.statement_timeout,
        synchronous_normal: options.synchronous_normal,
        read_only: options.read_only,
        new_store: options.env.store_id(),
        clock: options.env.clock.clone(),
        currencies: known.clone(),
    };
    let store = AttachedStore::open(pool, settings).await.map_err(|fault| fault.into_error(false))?;
    let (names, edition) = (Some(store.names().clone()), store.edition().clone());
    let (file, read_only, servers) = (store.own_file(), options.read_only, store.history());
    Ok(Opened {
        names,
        dialect,
        file,
        read_only,
        edition,
        servers,
        ..Opened::reading(Arc::new(store), known)
    })
}

/// Refuses a schema that is too new, and migrates an older one by the option, unless the store is read-only.
pub(crate) async fn prepare_schema(store: &SharedStore, options: &Options) -> Result<()> {
    let migrate = match options.migrate {
        Migrate::Auto if options.read_only => Migrate::Check,
        migrate => migrate,
    };
    if migrate == Migrate::Off {
        return Ok(());
    }
    let found = store.schema().await.map_err(|fault| fault.into_error(false))?;
    let too_new = |found: &crate::store::Schema| {
        found.min_reader > SCHEMA || (found.min_writer > SCHEMA && !options.read_only)
    };
    if let Some(found) = found.filter(too_new) {
        return Err(Detail::SchemaTooNew { schema: found.schema, supported: SCHEMA }.into());
    }
    let schema = found.map_or(0, |found| found.schema);
    match migrate {
        Migrate::Check if schema < SCHEMA => {
            let command = "earnest migrate --store URL".to_owned();
            Err(Detail::MigrationRequired { schema, required: SCHEMA, command }.into())
        }
        Migrate::Auto => store.migrate().await.map_err(|fault| fault.into_error(false)),
        Migrate::Check | Migrate::Off => Ok(()),
    }
}

/// Finds out which store it is.
///
/// # Errors
/// `migration_required` where it has no tables, as it may with `migrate: off`; any failure of the store.
pub(crate) async fn identify(opened: &Opened) -> Result<()> {
    let fault = match opened.store.identity().await {
        Ok(found) => {
            opened.now_is(found);
            return Ok(());
        }
        Err(fault) => fault,
    };
    // SQLite has one code for missing tables and for tables that do not fit
    let is_bare = fault.kind == FaultKind::Schema && matches!(opened.store.schema().await, Ok(None));
    let kind = if is_bare { FaultKind::Missing } else { fault.kind };
    Err(Fault { kind, ..fault }.into_error(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mode_of_encryption_is_one_of_libpq_on_every_store() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.db");
        for url in ["memory:".to_owned(), format!("sqlite:{}", file.display()), "postgres://h/db".to_owned()]
        {
            for mode in ["banana", "REQUIRE", ""] {
                let options = Options { sslmode: Some(mode.to_owned()), ..Options::default() };
                let refused = by_url(&url, &options).await.err().expect("a refusal");
                assert_eq!(refused.details()["field"], "sslmode", "{url} {mode}");
            }
        }
        assert!(!file.exists());
        for mode in SSL_MODES {
            let options = Options { sslmode: Some(mode.to_owned()), ..Options::default() };
            assert!(by_url("memory:", &options).await.is_ok(), "{mode}");
            let refused = check_sslmode(&options, Some("the pool")).unwrap_err();
            assert_eq!(refused.details()["field"], "sslmode");
            assert!(refused.message().contains("the pool decides"), "{refused}");
        }
    }
}
