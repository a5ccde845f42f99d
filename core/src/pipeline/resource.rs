//! Names of the rows and keys that commands wait for: a hash each. A collision only makes commands wait for
//! each other without need.

use std::hash::{BuildHasher as _, Hash};

use hashbrown::DefaultHashBuilder;

use crate::rows::kinds::{Lockable, each_kind};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::AccountRow;

/// A row or a key by its hash.
pub(super) type Resource = u64;

/// The tag of keys, where a row kind has its own.
const KEY: char = 'k';

/// Names resources.
#[derive(Clone, Debug, Default)]
pub(super) struct Resources {
    hasher: DefaultHashBuilder,
}

impl Resources {
    fn name(&self, tag: char, key: &impl Hash) -> Resource {
        self.hasher.hash_one((tag, key))
    }

    /// The keys that a command claims.
    pub(super) fn keys(&self, needs: &Needs) -> impl Iterator<Item = Resource> {
        needs.keys.iter().map(|key| self.name(KEY, key))
    }

    /// The rows that a command reads or changes, except accounts that it only appends to.
    pub(super) fn rows(
        &self,
        needs: &Needs,
        appends: impl Fn(&AccountKey) -> bool,
    ) -> Vec<(Resource, Access)> {
        let mut rows = Vec::new();
        each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
            $(rows.extend(needs.$rows.iter().map(|(key, access)| (self.name(<$Row>::TAG, key), *access)));)*
        } }
        let appended = needs.accounts.iter().filter(|(key, access)| !access.drains() && appends(key));
        let appended: Vec<Resource> = appended.map(|(key, _)| self.name(AccountRow::TAG, key)).collect();
        rows.retain(|(name, _)| !appended.contains(name));
        rows
    }
}
