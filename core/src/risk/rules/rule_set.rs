//! The rules in force in a book: for a call, and for the survivors that are written in spite of its refusal.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::risk::counting::states;
use crate::risk::judging::judge::Party;
use crate::risk::model;
use crate::risk::rules::default_rules::DefaultRules;
use crate::risk::rules::in_force::{ActionRules, CallRules, Compiled, InForce};
use crate::risk::rules::rule::{Subject, operation_of};
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;

/// Where an engine finds the rules of its books: in their records, and for books without rules in its
/// options.
pub(in crate::risk) struct RuleSource {
    compiled: Compiled,
    begins: Option<DefaultRules>,
    /// The secret from which the salts of books without rules are derived.
    secret: [u8; 32],
}

impl fmt::Debug for RuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleSource").finish_non_exhaustive()
    }
}

impl RuleSource {
    /// `begins` are the default rules of books. `adds` says whether inexact rules count in delta rows.
    pub(in crate::risk) fn new(begins: Option<&str>, secret: [u8; 32], adds: bool) -> Result<Self> {
        let begins = begins.map(DefaultRules::read).transpose()?;
        Ok(Self { compiled: Compiled::new(adds), begins, secret })
    }

    /// The rules in force in a book with this record: its own, or those that it will begin with.
    pub(in crate::risk) fn in_force(
        &self,
        book: &Book,
        row: Option<&RecordRow>,
    ) -> Result<Option<Arc<InForce>>> {
        match (row, &self.begins) {
            (Some(row), _) => self.of(row).map(Some),
            (None, Some(begins)) => Ok(Some(self.compiled.beginning(book, begins, &self.secret)?)),
            (None, None) => Ok(None),
        }
    }

    /// The rules of a record.
    pub(in crate::risk) fn of(&self, row: &RecordRow) -> Result<Arc<InForce>> {
        self.compiled.of(row, self.begins.as_ref())
    }

    /// The same, for naming the rows to read. Before the record was read, these are the rules of the last
    /// call. Rows that are missed by them are asked for later.
    pub(in crate::risk) fn guess(&self, book: &Book, seen: &Snapshot) -> Option<Arc<InForce>> {
        let key = model::key(book);
        if !seen.records.knows(&key) {
            return self.compiled.last(book);
        }
        self.in_force(book, seen.records.row(&key)).ok().flatten()
    }

    /// Writes the default rules into the book, if `rules` are the default rules.
    pub(in crate::risk) fn begin(&self, draft: &mut Draft<'_>, rules: &InForce) -> Decided<()> {
        match self.begins.as_ref().filter(|_| rules.begins) {
            Some(begins) => begins.write(draft, rules.salt.clone()),
            None => Ok(()),
        }
    }
}

/// The parties of a refused call, for the survivors that count it. These use the rules in force when they are
/// written: the rules of the refusal may be those of a transaction that was rolled back, and a party that
/// they leave out would be lost.
#[derive(Debug)]
pub(in crate::risk) struct Refused {
    source: Arc<RuleSource>,
    book: Book,
    about: Arc<ActionRules>,
    parties: Vec<Party>,
    salt: Arc<[u8]>,
    looked_at: BTreeSet<Subject>,
}

impl Refused {
    /// `parties` are those of the call, in the subjects that were `looked_at`. `of_call` are the rules about
    /// it.
    pub(in crate::risk) fn new(
        source: Arc<RuleSource>,
        book: Book,
        of_call: &CallRules,
        parties: Vec<Party>,
        looked_at: BTreeSet<Subject>,
    ) -> Self {
        let CallRules { rules, about } = of_call;
        Self { source, book, about: about.clone(), parties, salt: rules.salt.clone(), looked_at }
    }

    /// The operation that was refused.
    pub(in crate::risk) fn action(&self) -> &str {
        operation_of(&self.about.action)
    }

    /// Returns the parties of the call.
    pub(in crate::risk) fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Adds the counter rows of these parties.
    pub(in crate::risk) fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = model::key(&self.book);
        needs.record(key.clone(), Access::Read);
        let Some(rules) = self.source.guess(&self.book, seen) else { return };
        if rules.begins {
            needs.record(key, Access::Write);
        }
        let about = rules.about(&self.about.action, self.about.class);
        states::ask(&rules, &about, &self.book, &self.parties, needs);
    }

    /// The rules in force now. `None` if these parties are not all that they need: the salt has changed, or a
    /// rule is about a subject that was not looked at. Nothing is counted for only some of the parties.
    pub(in crate::risk) fn in_force(&self, draft: &Draft<'_>) -> Decided<Option<CallRules>> {
        let row = draft.record(&model::key(&self.book))?;
        let rules = self.source.in_force(&self.book, row)?.filter(|rules| rules.salt == self.salt);
        let of_action = |rules: Arc<InForce>| {
            let about = rules.about(&self.about.action, self.about.class);
            CallRules { rules, about }
        };
        Ok(rules.map(of_action).filter(|of_call| of_call.about.subjects.is_subset(&self.looked_at)))
    }

    /// Writes the default rules into the book, if `rules` are the default rules.
    pub(in crate::risk) fn begin(&self, draft: &mut Draft<'_>, rules: &InForce) -> Decided<()> {
        self.source.begin(draft, rules)
    }
}
