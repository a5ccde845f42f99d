//! The methods that every store of tables has alike, whatever its connections are.
//!
//! A macro, and not a type over a trait of connections: most of what a store does is its own, and a type
//! would declare each of these methods a second time and hand it on.

/// Writes `impl Store` around the methods that are a store's own. Its `shared` has the names, the clock, the
/// currencies and the counters of all its sessions, and says whether it is open.
macro_rules! sql_store {
    (impl Store for $Store:ident over $Exec:ident { $($own:tt)* }) => {
        impl std::fmt::Debug for $Store {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($Store)).field("names", &self.shared.names).finish_non_exhaustive()
            }
        }

        impl $Store {
            /// Statements, round trips and commits so far.
            #[must_use]
            pub fn counters(&self) -> &std::sync::Arc<$crate::store::sql::Counters> {
                &self.shared.counters
            }

            /// The names of its tables, for a host's connection to the same database.
            #[must_use]
            pub fn names(&self) -> &std::sync::Arc<$crate::store::sql::Names> {
                &self.shared.names
            }

            fn exec(&self) -> $Exec {
                $Exec::new(std::sync::Arc::clone(&self.shared))
            }

            fn session(&self, exec: $Exec) -> Box<dyn $crate::store::Session> {
                let (names, currencies) = (self.shared.names.clone(), self.shared.currencies.clone());
                let clock = self.shared.clock.clone();
                Box::new($crate::store::sql::session::SqlSession::over(exec, names, clock, currencies))
            }
        }

        #[async_trait::async_trait]
        impl $crate::store::Store for $Store {
            async fn writer(&self) -> Result<Box<dyn $crate::store::Session>, $crate::store::Fault> {
                self.shared.check_open()?;
                Ok(self.session(self.exec()))
            }

            async fn reader(&self) -> Result<Box<dyn $crate::store::Session>, $crate::store::Fault> {
                self.shared.check_open()?;
                Ok(self.session(self.exec()))
            }

            async fn schema(&self) -> Result<Option<$crate::store::Schema>, $crate::store::Fault> {
                Ok($crate::store::sql::schema::found(&mut self.exec(), &self.shared.names).await?.0)
            }

            async fn identity(&self) -> Result<$crate::rows::identity::Identity, $crate::store::Fault> {
                $crate::store::sql::schema::identity(&mut self.exec(), &self.shared.names).await
            }

            async fn currencies(
                &self,
                register: &[$crate::currency::Currency],
                known: &mut $crate::currency::Currencies,
            ) -> Result<(), $crate::store::Fault> {
                let mut exec = self.exec();
                $crate::store::sql::schema::currencies(&mut exec, &self.shared.names, register, known).await
            }

            async fn probe_write(&self) -> Result<bool, $crate::store::Fault> {
                $crate::store::sql::session::probe_write(&mut self.exec(), &self.shared.names).await
            }

            fn counted(&self) -> $crate::store::Counted {
                self.shared.counters.read()
            }

            $($own)*
        }
    };
}

pub(crate) use sql_store;
