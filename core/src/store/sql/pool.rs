//! A pool of a few connections: a caller waits for its turn, and a connection that failed is discarded.
//!
//! Small on purpose. The pool of sqlx pings the server after every use, which costs a round trip per
//! transaction; here a connection returns only from a caller that knows it to be sound.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ids::Book;
use crate::store::fault::{Fault, FaultKind};
use crate::store::reachable_books::{Home, Question, Reach};
use crate::turns::{Admission, Turnstile};

/// Turns at connections: who waits are the books, and `None` for what is about several. Each server has a
/// share of them.
pub(crate) struct Places {
    turnstile: Arc<Turnstile<Option<Book>, Option<Home>>>,
    size: usize,
}

/// The right to one connection, and what was asked on it.
pub(crate) struct Right {
    question: Option<Question>,
    _place: Admission<Option<Book>, Option<Home>>,
}

impl Places {
    pub(crate) fn new(size: usize) -> Self {
        Self { turnstile: Turnstile::new(size), size }
    }

    /// Waits for the turn of a book; none once they are closed.
    pub(crate) async fn enter(&self, book: &Option<Book>, reach: Option<&Reach>) -> Option<Right> {
        let Some(reach) = reach else {
            let place = self.turnstile.enter(book, None).await?;
            return Some(Right { question: None, _place: place });
        };
        self.turnstile.set_share(reach.share(self.size));
        let home = book.as_ref().and_then(|book| reach.home(book));
        let place = self.turnstile.enter(book, home.clone()).await?;
        Some(Right { question: Some(reach.asks(home)), _place: place })
    }

    pub(crate) fn close(&self) {
        self.turnstile.close();
    }
}

impl Right {
    /// Notes that the server answers, though it is not done.
    pub(crate) fn touch(&self) {
        self.question.iter().for_each(Question::touch);
    }

    /// Gives the right back: what was asked was answered.
    pub(crate) fn end(mut self) {
        if let Some(question) = self.question.take() {
            question.heard();
        }
    }
}

/// Idle connections, and turns at as many as there may be.
pub(crate) struct Pool<C> {
    idle: Mutex<Vec<C>>,
    places: Places,
    closed: AtomicBool,
    /// The generation of the pool: how often all open connections were given up.
    distrusted: AtomicU64,
}

/// The right to one connection, and the connection once there is one.
pub(crate) struct Lease<C> {
    pub(crate) conn: Option<C>,
    pool: Arc<Pool<C>>,
    /// The pool's generation when the connection was opened. A connection of an older generation is not taken
    /// back.
    since: u64,
    pub(crate) right: Right,
}

impl<C> Pool<C> {
    pub(crate) fn new(size: usize) -> Arc<Self> {
        let places = Places::new(size.clamp(1, 1024));
        let (closed, distrusted) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { idle: Mutex::default(), places, closed, distrusted })
    }

    /// Waits for the turn of a book, and takes an idle connection if there is one.
    pub(crate) async fn lease(
        self: &Arc<Self>,
        book: &Option<Book>,
        reach: Option<&Reach>,
    ) -> Result<Lease<C>, Fault> {
        self.check_open()?;
        let right = self.places.enter(book, reach).await.ok_or_else(closed)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let (conn, since) = (idle.pop(), self.distrusted.load(Ordering::Acquire));
        Ok(Lease { conn, pool: Arc::clone(self), since, right })
    }

    /// Discards every connection: the failure of one may affect all others.
    #[cfg(feature = "postgres")]
    pub(crate) fn distrust(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        self.distrusted.fetch_add(1, Ordering::AcqRel);
        idle.clear();
    }

    pub(crate) fn check_open(&self) -> Result<(), Fault> {
        if self.closed.load(Ordering::Acquire) { Err(closed()) } else { Ok(()) }
    }

    /// Hands over what is idle, so that it can be closed.
    #[cfg(feature = "sqlite")]
    pub(crate) fn take_idle(&self) -> Vec<C> {
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives out nothing more, and hands over what is idle.
    pub(crate) fn close(&self) -> Vec<C> {
        self.closed.store(true, Ordering::Release);
        self.places.close();
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<C> Lease<C> {
    /// Takes a connection that was opened in the generation `since`.
    #[cfg(feature = "postgres")]
    pub(crate) fn put(&mut self, conn: C, since: u64) {
        (self.conn, self.since) = (Some(conn), since);
    }

    /// The present generation. Read it before a connection is opened, and [put](Self::put) the connection
    /// with it.
    #[cfg(feature = "postgres")]
    pub(crate) fn moment(&self) -> u64 {
        self.pool.distrusted.load(Ordering::Acquire)
    }

    /// Gives a sound connection back. A lease that is dropped takes its connection with it.
    pub(crate) fn give_back(self) {
        let Self { conn, pool, since, right } = self;
        if let Some(conn) = conn {
            let mut idle = pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let trusted = pool.distrusted.load(Ordering::Acquire) == since;
            if trusted && !pool.closed.load(Ordering::Acquire) {
                idle.push(conn);
            }
        }
        right.end();
    }
}

fn closed() -> Fault {
    Fault::new(FaultKind::Unavailable, "the store is closed")
}
