//! Checks of all objects of a kind: page by page, each object beside the rows that it is compared with.

use super::domain::{Examine, Reading};
use super::pages::Pages;
use crate::error::Result;
use crate::kernel::snapshot::Snapshot;
use crate::rows::listing::Records;
use crate::rows::needs::Needs;
use crate::rows::object::{Object, Stored};

/// How many objects are read at once.
pub const PAGE: usize = 500;
/// The same of objects that are long, or have much beside them.
pub const SMALL_PAGE: usize = 100;

impl Reading<'_> {
    /// Checks the objects of a kind: `needs` names the rows that one is compared with, and `wrong` returns
    /// the first error in it.
    pub async fn check<O: Object>(
        &mut self,
        name: &'static str,
        page: usize,
        examine: Examine<'_>,
        needs: impl Fn(&Stored<O>, &mut Needs) + Send,
        mut wrong: impl FnMut(&Stored<O>, &Snapshot) -> Option<&'static str> + Send,
    ) -> Result<()> {
        let found = |object: &Stored<O>, beside: &Snapshot| {
            wrong(object, beside).map(|wrong| format!("{} {}: {wrong}", O::KIND, object.id()))
        };
        self.check_as(name, page, examine, needs, found).await
    }

    /// The same where findings name an object otherwise than by its kind and its id: `found` returns the
    /// whole finding.
    pub async fn check_as<O: Object>(
        &mut self,
        name: &'static str,
        page: usize,
        examine: Examine<'_>,
        needs: impl Fn(&Stored<O>, &mut Needs) + Send,
        mut found: impl FnMut(&Stored<O>, &Snapshot) -> Option<String> + Send,
    ) -> Result<()> {
        let mut pages = Pages::of(Records { limit: page, ..Records::of(&self.book, O::KIND) });
        while let Some(objects) =
            pages.objects::<O>(self, |error| examine(name, false, error.message())).await?
        {
            let mut wanted = Needs::default();
            objects.iter().for_each(|object| needs(object, &mut wanted));
            let beside = self.known(&wanted).await?;
            for object in &objects {
                let found = found(object, &beside);
                examine(name, found.is_none(), found.unwrap_or_default());
            }
        }
        Ok(())
    }
}
