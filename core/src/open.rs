//! Opening: which store a URL means, whether its schema fits, and which currencies it knows.

use std::sync::{Arc, PoisonError, RwLock};

use crate::currency::Currencies;
use crate::error::{Detail, Error, Result};
use crate::options::{Migrate, Options};
use crate::store::memory::MemoryStore;
use crate::store::{SCHEMA, SharedStore};

/// An opened store, and what is known of it beside its traits.
pub(crate) struct Opened {
    /// The store.
    pub store: SharedStore,
    /// The table with which it reads currencies: those that are found in the store join it.
    pub known: Arc<RwLock<Currencies>>,
    /// Names of its tables, for a host's connection to the same database.
    #[cfg(feature = "sql")]
    pub names: Option<Arc<crate::store::sql::Names>>,
    /// The file, where it is one.
    #[cfg(feature = "sql")]
    pub file: Option<std::path::PathBuf>,
}

impl Opened {
    /// A store of the user's own.
    pub(crate) fn new(store: SharedStore) -> Self {
        Self {
            store,
            known: Arc::new(RwLock::new(Currencies::iso())),
            #[cfg(feature = "sql")]
            names: None,
            #[cfg(feature = "sql")]
            file: None,
        }
    }
}

/// Opens the store that a URL means.
pub(crate) async fn by_url(url: &str, options: &Options) -> Result<Opened> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let base = scheme.split('+').next().unwrap_or_default();
    match base {
        "memory" => Ok(Opened::new(Arc::new(MemoryStore::new(options.env.clock.clone())))),
        #[cfg(feature = "sqlite")]
        "sqlite" | "file" => sqlite(url, options).await,
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => postgres(url, options).await,
        #[cfg(not(feature = "sqlite"))]
        "sqlite" | "file" => Err(switched_off("sqlite")),
        #[cfg(not(feature = "postgres"))]
        "postgres" | "postgresql" => Err(switched_off("postgres")),
        _ => Err(Error::invalid("url", "must begin with `memory:`, `sqlite:` or `postgres://`")),
    }
}

#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
fn switched_off(store: &str) -> Error {
    Error::invalid(
        "url",
        format!("must be of a store that this build has: feature `{store}` is switched off"),
    )
}

/// The path of a SQLite URL: verbatim, or with the slashes of SQLAlchemy (three are relative, four absolute).
#[cfg(feature = "sqlite")]
fn path_of(url: &str) -> Result<&str> {
    let rest = url.split_once(':').map_or("", |(_, rest)| rest);
    let path = match rest.strip_prefix("//") {
        // `file:///x` is absolute by RFC 8089
        Some(rest) if url.starts_with("file:") => rest,
        Some(rest) => rest
            .strip_prefix('/')
            .ok_or_else(|| Error::invalid("url", "must have no host: write `sqlite:PATH`"))?,
        None => rest,
    };
    if path.is_empty() {
        return Err(Error::invalid("url", "must name a file"));
    }
    Ok(path)
}

#[cfg(feature = "sqlite")]
async fn sqlite(url: &str, options: &Options) -> Result<Opened> {
    use crate::store::sqlite::{SqliteOptions, SqliteStore};
    let path = path_of(url)?;
    let known = Arc::new(RwLock::new(Currencies::iso()));
    let settings = SqliteOptions {
        table_prefix: options.table_prefix.clone(),
        synchronous_normal: options.synchronous_normal,
        read_pool: options.pool_size as usize,
        clock: options.env.clock.clone(),
        currencies: known.clone(),
    };
    let store = SqliteStore::open(path, settings).await.map_err(|fault| fault.into_error(false))?;
    let names = Some(store.names().clone());
    Ok(Opened { store: Arc::new(store), known, names, file: std::fs::canonicalize(path).ok() })
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str, options: &Options) -> Result<Opened> {
    use crate::store::postgres::{PostgresOptions, PostgresStore};
    let known = Arc::new(RwLock::new(Currencies::iso()));
    let settings = PostgresOptions {
        schema: options.schema.clone(),
        pool_size: options.pool_size as usize,
        prepared_statements: options.prepared_statements,
        connect_timeout: options.connect_timeout,
        statement_timeout: options.statement_timeout,
        clock: options.env.clock.clone(),
        currencies: known.clone(),
        ..PostgresOptions::default()
    };
    let store = PostgresStore::open(url, settings).await.map_err(|fault| fault.into_error(false))?;
    let names = Some(store.names().clone());
    Ok(Opened { store: Arc::new(store), known, names, file: None })
}

/// Refuses a schema that is too new, and brings an older one up as the option says.
pub(crate) async fn prepare_schema(store: &SharedStore, migrate: Migrate) -> Result<()> {
    if migrate == Migrate::Off {
        return Ok(());
    }
    let found = store.schema().await.map_err(|fault| fault.into_error(false))?;
    if let Some(found) = found.filter(|found| found.min_writer > SCHEMA || found.min_reader > SCHEMA) {
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

/// The currencies of requests: ISO 4217, those of the options, and those that the store knows already.
pub(crate) async fn currencies(opened: &Opened, options: &Options) -> Result<Currencies> {
    let mut currencies = Currencies::iso();
    let mut register = Vec::with_capacity(options.currencies.len());
    for (code, scale) in &options.currencies {
        register.push(currencies.register(code, *scale)?);
    }
    opened.store.currencies(&register, &mut currencies).await.map_err(|fault| fault.into_error(false))?;
    *opened.known.write().unwrap_or_else(PoisonError::into_inner) = currencies.clone();
    if let Some(allowed) = &options.allowed_currencies {
        currencies.allow_only(allowed)?;
    }
    if let Some(code) = &options.default_currency {
        currencies.set_default(code)?;
    }
    Ok(currencies)
}
