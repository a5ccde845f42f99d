//! Failures below the rules, as far as the engine reacts differently to them.

use crate::error::{Detail, Error, Retry};
use crate::readable;
use crate::store::exhausted::NO_GROWTH;

/// Classes of store failures. They are distinguished by SQLSTATE or SQLite result code, never by message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// 40001, 40P01, BUSY_SNAPSHOT: the transaction must be run again as a whole.
    Serialization,
    /// A claim or a version is not the one that was read. Raised as 22012 by a writing statement in a host's
    /// transaction or in a transaction of its own; the latter also raises 23505.
    Stale,
    /// 55P03, SQLITE_BUSY: a lock was not granted in time.
    LockTimeout,
    /// Class 23 and the like: the write of one command was refused. With claims and versions checked this is
    /// a defect or a foreign write.
    Constraint,
    /// The transaction is aborted already (25P02).
    Aborted,
    /// No transaction is open where one must be, or another than before.
    NotInTransaction,
    /// The disk is full.
    Full,
    /// The store may only be read.
    ReadOnly,
    /// The file or the rows are not what they should be.
    Corrupt,
    /// The schema is older or newer.
    Schema,
    /// 0A000, 42601: the database behind the connection lacks a feature, such as SAVEPOINT or SKIP LOCKED.
    Unsupported,
    /// 42P01, 3F000: tables are missing.
    Missing,
    /// 42501: the role has not the right.
    Denied,
    /// A connection was lent by its pool in the middle of somebody else's transaction (25001). Nothing was
    /// done on it.
    Unclean,
    /// The store cannot be reached; nothing was committed.
    Unavailable,
    /// The store answers, but the server that has the book does not. Nothing was committed; other books go
    /// on.
    Away,
    /// The reply to COMMIT was lost, or that to a statement of a host's transaction that writes: what it did
    /// is in doubt.
    Unknown,
}

/// A store failure, with a reason that carries no data of users.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its class.
    pub kind: FaultKind,
    /// The store's message, for logs and operators.
    pub reason: String,
    /// The public error, where a store knows it better than its class says.
    pub error: Option<Box<Error>>,
    /// Whether the database itself said so, by a code of its own. Otherwise nobody knows what became of the
    /// statement: a driver stopped waiting, or could not read the answer.
    pub is_told: bool,
    /// Whether the database said that the lock which was not granted in time is that of an idempotency key.
    pub is_of_key: bool,
}

/// A reason that several parts of the library use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reason(pub(crate) &'static str);

/// The store is paused, and so is its engine.
pub(crate) const PAUSED: Reason = Reason("the engine is paused");

impl Reason {
    pub(crate) fn fault(self) -> Fault {
        Fault::new(FaultKind::Unavailable, self.0)
    }
}

impl Fault {
    /// A failure of a class.
    pub fn new(kind: FaultKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), error: None, is_told: false, is_of_key: false }
    }

    /// The same failure, as the database itself told it.
    pub(crate) fn told(self, is_told: bool) -> Self {
        Self { is_told, ..self }
    }

    /// The same failure, whose lock is that of a key or is not.
    pub(crate) fn of_key(self, is_of_key: bool) -> Self {
        Self { is_of_key, ..self }
    }

    /// The refusal of what a store cannot do, with the error `not_supported`.
    pub(crate) fn not_supported(operation: &str, reason: impl Into<String>) -> Self {
        let (operation, reason) = (operation.to_owned(), reason.into());
        Error::from(Detail::NotSupported { operation, reason }).into()
    }

    /// The error for callers. `host` is true when the transaction belongs to the host.
    #[must_use]
    pub fn into_error(self, host: bool) -> Error {
        if let Some(error) = self.error {
            return *error;
        }
        let contention = |reason: &str| {
            let error = Error::from(Detail::Contention { reason: reason.into() });
            if host { error.with_retry(Retry::Transaction) } else { error }
        };
        match self.kind {
            FaultKind::Serialization => contention("serialization"),
            FaultKind::Stale => contention("versions"),
            FaultKind::LockTimeout if self.is_of_key => contention("key_in_progress"),
            FaultKind::LockTimeout => contention("lock_timeout"),
            FaultKind::Aborted => Detail::TransactionAborted {}.into(),
            FaultKind::NotInTransaction => Detail::NotInTransaction { reason: self.reason }.into(),
            FaultKind::Constraint | FaultKind::Corrupt => Error::corrupted(self.reason),
            FaultKind::Full if self.reason == NO_GROWTH => {
                Detail::StoreUnavailable { reason: self.reason }.into()
            }
            FaultKind::Full => Detail::StoreUnavailable { reason: "the disk is full".into() }.into(),
            FaultKind::ReadOnly if host => {
                let reason = "the transaction may only read: begin one that may write".to_owned();
                Detail::NotInTransaction { reason }.into()
            }
            FaultKind::Missing => {
                let command = "earnest migrate --store URL".to_owned();
                Detail::MigrationRequired { schema: 0, required: super::SCHEMA, command }.into()
            }
            FaultKind::Denied => Detail::StoreDenied { reason: self.reason }.into(),
            FaultKind::ReadOnly => {
                Detail::StoreUnavailable { reason: "the store is read-only".into() }.into()
            }
            FaultKind::Unsupported => {
                let reason = format!("the database cannot do what a statement needs: {}", self.reason);
                Detail::NotSupported { operation: "store".into(), reason }.into()
            }
            FaultKind::Schema => Error::corrupted(self.reason),
            FaultKind::Unavailable | FaultKind::Away | FaultKind::Unclean => {
                Detail::StoreUnavailable { reason: self.reason }.into()
            }
            FaultKind::Unknown => {
                let error = Error::from(Detail::OutcomeUnknown { key: None });
                // the host's transaction was given up
                if host { error.with_retry(Retry::Transaction) } else { error }
            }
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let (reason, error) = (error.message(), Some(Box::new(error)));
        Self { error, ..Self::new(FaultKind::Corrupt, reason) }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // a server quotes what it was sent, and this is a line of a log
        write!(f, "{:?}: {}", self.kind, readable::line(&self.reason))
    }
}

impl std::error::Error for Fault {}
