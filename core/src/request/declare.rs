//! Declares requests: a record for each, how it is made and read, and what makes two of them the same.

/// Declares request records, one after another: required fields, then optional ones, with the value that
/// their absence stands for. A write that gives it and one that leaves it out are one request. A type
/// parameter says that the key is required: it tells whether there is one. `object a b` makes a derived key
/// of two fields, and `once told` says that nothing but these two makes two requests the same. `pages` ends
/// in the two fields that every list has which is read page by page.
///
/// An `effect` changes something in more than one commit, or outside of every commit: it is declared as a
/// read, kept under no idempotency key, and takes everything else that every write takes. Where `key` is
/// what the request is about, there is no idempotency key.
///
/// `mod operations` stands before requests of which some hold all that their operation needs: `parses` names
/// it. `as` gives a field its meaning ([`Meaning`](super::parsed::Meaning)), and what follows `|parse|` is
/// made of the fields above. `metadata without cards` refuses card numbers in the metadata.
macro_rules! request {
    (
        @ [$($cardless:ident)?] $(#[$doc:meta])*
        write $name:ident $(<$state:ident>)? $(parses $operation:ident)?
        $(object $object:ident $($part:ident)? $(once $once:ident)?)? {
            $($(#[$rdoc:meta])* $req:ident: $rty:ty $(as $rmeaning:ty)? $([$rbound:expr])?,)*
            $(; $(
                $(#[$odoc:meta])*
                $opt:ident: Option<$oty:ty $(as $omeaning:ty)?> $([$obound:expr])? $(= $default:expr)?,
            )*)?
            $(|$parse:ident| $($members:tt)*)?
        }
    ) => {
        $crate::request::declare::record! { $(#[$doc])* $name [$($state)?] ["reference" "metadata"] {
            $($(#[$rdoc])* $req: $rty [
                $crate::request::parsed::bound_of!($rty [$($rmeaning)?] [$($rbound)?])
            ],)*
            ;
            $($($(#[$odoc])* $opt: $oty [
                $crate::request::parsed::bound_of!($oty [$($omeaning)?] [$($obound)?])
            ] $(= $default)?,)*)?
            ;
            /// Idempotency key: the same key with the same request is one effect and one reply.
            key: String [$crate::request::bounds::LINE],
            /// The actor; the library's own default is `system`.
            actor: $crate::ids::ActorInput,
            /// The caller's own id of the object, indexed.
            reference: String [$crate::request::bounds::LINE],
            /// A JSON object of the caller's, at most 16 KiB.
            metadata: serde_json::Map<String, serde_json::Value> [$crate::request::bounds::METADATA],
            /// Tracing ids; they make no difference to what is done.
            context: $crate::request::note::Trace,
            /// The host's own risk score of this call, 0 to 100, for rules; not hashed.
            risk_score: u32 [$crate::request::bounds::whole(0, 100)],
            /// Refuse with `version_conflict` unless the object has this version.
            expected_version: i64 [$crate::request::bounds::COUNT],
            /// Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
            /// `credentials.verify_pin` or `verify_totp`.
            proofs: Vec<$crate::request::secret::Secret> [$crate::request::bounds::PROOFS],
        }

            $(const REFUSES_CARDS: bool = {
                let _ = stringify!($cardless);
                true
            };)?
            $(const NEEDS_KEY: bool = $crate::request::field::needs_key!($state);)?
            const SECRET: bool = false
                $(|| <$rty as $crate::request::normal::Normal>::SECRET)*
                $($(|| <$oty as $crate::request::normal::Normal>::SECRET)*)?;
            const SECRETS: &'static [(&'static str, bool)] = &[
                $(($crate::request::bounds::plain(stringify!($req)), <$rty as $crate::request::normal::Normal>::SECRET),)*
                $($(($crate::request::bounds::plain(stringify!($opt)), <$oty as $crate::request::normal::Normal>::SECRET),)*)?
            ];
            fn canonical(
                &self,
                mut canonical: $crate::kernel::identity::Canonical,
            ) -> $crate::kernel::identity::Canonical {
                use $crate::request::normal::Normal as _;
                use $crate::request::bounds::plain;
                $(canonical.field(plain(stringify!($req)), |into| {
                    Self::is_hashed(stringify!($req)) && self.$req.canonical(into)
                });)*
                $($(
                    let value = self.$opt.as_ref().filter(|_| Self::is_hashed(stringify!($opt)));
                    $(let value = value.filter(|value| **value != $default);)?
                    canonical.field(plain(stringify!($opt)), |into| value.is_some_and(|value| value.canonical(into)));
                )*)?
                let reference = self.reference.as_ref().filter(|_| Self::is_hashed("reference"));
                let metadata = self.metadata.as_ref().filter(|_| Self::is_hashed("metadata"));
                $crate::request::note::add_note(&mut canonical, reference, metadata);
                canonical
            }
            fn common(&self) -> $crate::request::note::Common<'_> {
                $crate::request::note::Common {
                    key: self.key.as_deref(),
                    actor: self.actor.as_ref(),
                    reference: self.reference.as_deref(),
                    metadata: self.metadata.as_ref(),
                    context: self.context.as_ref(),
                    risk_score: self.risk_score,
                    expected_version: self.expected_version,
                    proofs: self.proofs.as_deref(),
                }
            }
            $($(fn is_hashed(name: &str) -> bool {
                let _ = stringify!($once);
                [stringify!($object), stringify!($part)].contains(&name)
            })?)?
            fn has_secret(&self) -> bool {
                false
                    $(|| <$rty as $crate::request::normal::Normal>::SECRET)*
                    $($(|| (<$oty as $crate::request::normal::Normal>::SECRET && self.$opt.is_some()))*)?
            }
            $(fn object(&self) -> Option<std::borrow::Cow<'_, str>> {
                let object = std::borrow::Cow::Borrowed(self.$object.as_str());
                $(let object = std::borrow::Cow::Owned(format!("{object}:{}", self.$part));)?
                Some(object)
            })?
        }

        impl $(<$state>)? $name $(<$state>)? {
            /// Sets the idempotency key.
            pub fn key(self, key: impl Into<String>) -> $name {
                $name {
                    $($req: self.$req,)*
                    $($($opt: self.$opt,)*)?
                    key: Some(key.into()), actor: self.actor, reference: self.reference, metadata: self.metadata,
                    context: self.context, risk_score: self.risk_score, expected_version: self.expected_version,
                    proofs: self.proofs,
                    $(state: $crate::request::field::key_state!($state),)?
                }
            }
            /// Sets the caller's own id.
            pub fn reference(mut self, reference: impl Into<String>) -> Self {
                self.reference = Some(reference.into());
                self
            }
            /// Sets the metadata.
            pub fn metadata(mut self, metadata: serde_json::Map<String, serde_json::Value>) -> Self {
                self.metadata = Some(metadata);
                self
            }
            /// Sets the tracing ids.
            pub fn context(mut self, context: $crate::request::note::Trace) -> Self {
                self.context = Some(context);
                self
            }
            /// Brings proofs of factors.
            pub fn proofs(
                mut self,
                proofs: impl $crate::request::field::IntoField<Vec<$crate::request::secret::Secret>>,
            ) -> Self {
                self.proofs = Some(proofs.into_field());
                self
            }
            /// Sets what the host's own model thinks of the risk, 0 to 100.
            pub fn risk_score(mut self, score: u32) -> Self {
                self.risk_score = Some(score);
                self
            }
            /// Sets the version that the object must have.
            pub fn expected_version(mut self, version: i64) -> Self {
                self.expected_version = Some(version);
                self
            }
        }
    };
    (
        @ [$($cardless:ident)?] $(#[$doc:meta])*
        read $name:ident $(looks for $sought:ident)? $(carries [$($carried:ident)*])? {
            $($(#[$rdoc:meta])* $req:ident: $rty:ty $([$rbound:expr])?,)*
            $(; $($(#[$odoc:meta])* $opt:ident: Option<$oty:ty> $([$obound:expr])? $(= $default:expr)?,)*)?
        }
        $(also { $($(#[$adoc:meta])* $also:ident: $aty:ty $([$abound:expr])? $(= $preset:expr)?,)* })?
    ) => {
        $crate::request::declare::record! {
            $(#[$doc])*
            $name [] [] {
                $($(#[$rdoc])* $req: $rty $([$rbound])?,)*
                ;
                $($($(#[$odoc])* $opt: $oty $([$obound])? $(= $default)?,)*)?
                $($($(#[$adoc])* $also: $aty $([$abound])? $(= $preset)?,)*)?
                ;
                /// The actor who asks.
                actor: $crate::ids::ActorInput,
            }

            $(const LOOKS_FOR_ACTOR: bool = {
                let _ = stringify!($sought);
                true
            };)?
            #[allow(clippy::needless_update, reason = "a request may carry all that there is")]
            fn common(&self) -> $crate::request::note::Common<'_> {
                let request = self;
                $crate::request::note::Common {
                    actor: request.actor.as_ref(),
                    $($($carried: $crate::request::declare::carried!(request $carried),)*)?
                    ..Default::default()
                }
            }
        }
    };
    (@ $cardless:tt $(#[$doc:meta])* read $name:ident pages $(looks for $sought:ident)? { $($body:tt)* }) => {
        $crate::request::declare::request! {
            @ [] $(#[$doc])*
            read $name $(looks for $sought)? { $($body)* } also {
                /// Page size, at most 500.
                limit: u32 [$crate::request::bounds::PAGE] = $crate::request::bounds::PAGE_SIZE,
                /// The `next` of the page before.
                after: String [$crate::request::bounds::CURSOR],
            }
        }
    };
    (@ $cardless:tt $(#[$doc:meta])* effect $name:ident { $($body:tt)* }) => {
        $crate::request::declare::request! {
            @ [] $(#[$doc])*
            effect $name [key] {
                /// Accepted as on every write, and checked; nothing is kept under it: the same call again is
                /// made again.
                key: String [$crate::request::bounds::LINE],
            } { $($body)* }
        }
    };
    (@ $cardless:tt $(#[$doc:meta])* effect $name:ident about key { $($body:tt)* }) => {
        $crate::request::declare::request! { @ [] $(#[$doc])* effect $name [] {} { $($body)* } }
    };
    (@ [] $(#[$doc:meta])* effect $name:ident [$($key:ident)?] { $($kept:tt)* } { $($body:tt)* }) => {
        $crate::request::declare::request! {
            @ [] $(#[$doc])*
            read $name carries [$($key)? reference metadata context risk_score expected_version proofs] {
                $($body)*
            } also {
                $($kept)*
                /// The caller's own id; checked like that of every write.
                reference: String [$crate::request::bounds::LINE],
                /// A JSON object of the caller's, at most 16 KiB, for rules.
                metadata: serde_json::Map<String, serde_json::Value> [$crate::request::bounds::METADATA],
                /// Where the call comes from: ids for tracing, and facts for rules.
                context: $crate::request::note::Trace,
                /// The host's own risk score of this call, 0 to 100, for rules; not hashed.
                risk_score: u32 [$crate::request::bounds::whole(0, 100)],
                /// Refuse with `version_conflict` unless the object has this version, where the call is about
                /// one that has.
                expected_version: i64 [$crate::request::bounds::COUNT],
                /// Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
                /// `verify_totp`.
                proofs: Vec<$crate::request::secret::Secret> [$crate::request::bounds::PROOFS],
            }
        }
    };
    ($(#[$when:meta])? mod operations; metadata without cards; $($requests:tt)+) => {
        $crate::request::declare::request! { each [cardless] $($requests)+ }
        $crate::request::parsed::operations! { [$(#[$when])?] $($requests)+ }
    };
    (mod operations; $($requests:tt)+) => {
        $crate::request::declare::request! { each [] $($requests)+ }
        $crate::request::parsed::operations! { [] $($requests)+ }
    };
    (
        each $cardless:tt
        $($(#[$doc:meta])* $kind:ident $name:ident $(<$state:ident>)? $($how:ident)* { $($body:tt)* })+
    ) => {
        $($crate::request::declare::request! {
            @ $cardless $(#[$doc])* $kind $name $(<$state>)? $($how)* { $($body)* }
        })+
    };
    ($($requests:tt)+) => {
        $crate::request::declare::request! { each [] $($requests)+ }
    };
}
pub(crate) use request;

/// Declares a request that writes or reads: a record of its own fields and of those that every request of its
/// kind has, how it is made and read, and the bounds of its fields. `hashed` names what else makes two
/// requests the same; what follows the fields is of its kind alone.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident [$($state:ident)?] [$($hashed:literal)*] {
            $($(#[$rdoc:meta])* $req:ident: $rty:ty $([$rbound:expr])?,)*
            ;
            $($(#[$odoc:meta])* $opt:ident: $oty:ty $([$obound:expr])? $(= $default:expr)?,)*
            ;
            $($(#[$cdoc:meta])* $common:ident: $cty:ty $([$cbound:expr])?,)*
        }
        $($own:tt)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, bound = "")]
        #[schemars(transform = $crate::request::bounds::show::<$name>)]
        #[non_exhaustive]
        pub struct $name $(<$state = $crate::request::field::WithKey>)? {
            $($(#[$rdoc])* pub $req: $rty,)*
            $($(#[$odoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $opt: Option<$oty>,)*
            $($(#[$cdoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $common: Option<$cty>,)*
            $(#[serde(skip)] #[expect(dead_code, reason = "it is for the compiler alone")] state: $crate::request::field::KeyState<$state>,)?
        }

        impl $name $(<$crate::request::field::without_key!($state)>)? {
            /// A request with its required fields.
            #[allow(clippy::new_without_default, reason = "a request that needs nothing is made like the others")]
            pub fn new($($req: impl $crate::request::field::IntoField<$rty>),*) -> Self {
                Self {
                    $($req: $req.into_field(),)*
                    $($opt: None,)*
                    $($common: None,)*
                    $(state: $crate::request::field::key_state!($state),)?
                }
            }
        }

        impl $(<$state>)? $name $(<$state>)? {
            $($(#[$odoc])*
            pub fn $opt(mut self, value: impl $crate::request::field::IntoField<$oty>) -> Self {
                self.$opt = Some(value.into_field());
                self
            })*
            /// Says who acts or asks.
            pub fn actor(mut self, actor: impl Into<$crate::ids::ActorInput>) -> Self {
                self.actor = Some(actor.into());
                self
            }
        }

        $crate::request::bounds::bounds! { $name {
            $($req: $crate::request::bounds::bound!($($rbound)?),)*
            $($opt: $crate::request::bounds::bound!($($obound)?),)*
            $($common: $crate::request::bounds::bound!($($cbound)?),)*
        } defaults { $($($opt: $default,)?)* } }

        impl $crate::request::record::Request for $name {
            const FIELDS: &'static [&'static str] = &[
                $($crate::request::bounds::plain(stringify!($req)),)*
                $($crate::request::bounds::plain(stringify!($opt)),)*
                $($hashed,)*
            ];
            const NAMES: &'static [&'static str] = &[
                $($crate::request::bounds::plain(stringify!($req)),)*
                $($crate::request::bounds::plain(stringify!($opt)),)*
                $(stringify!($common),)*
            ];
            #[allow(unused_imports, reason = "a request may have no fields")]
            fn read(members: &mut $crate::request::json::Members) -> $crate::error::Result<Self> {
                use $crate::request::bounds::plain;
                Ok(Self {
                    $($req: members.needed(plain(stringify!($req)))?,)*
                    $($opt: members.given(plain(stringify!($opt))),)*
                    $($common: members.given(stringify!($common)),)*
                    $(state: $crate::request::field::key_state!($state),)?
                })
            }
            #[allow(unused_variables, reason = "a request without fields reads no currency")]
            fn normalise(&mut self, currencies: &$crate::currency::Currencies) -> $crate::error::Result<()> {
                $($crate::request::normal::Normal::normalise(
                    &mut self.$req, $crate::request::bounds::plain(stringify!($req)), currencies,
                )?;)*
                $($crate::request::normal::Normal::normalise(
                    &mut self.$opt, $crate::request::bounds::plain(stringify!($opt)), currencies,
                )?;)*
                Ok(())
            }
            $($own)*
        }
    };
}
pub(crate) use record;

/// A field that every write takes, as `Common` has it.
macro_rules! carried {
    ($request:ident key) => {
        $request.key.as_deref()
    };
    ($request:ident reference) => {
        $request.reference.as_deref()
    };
    ($request:ident metadata) => {
        $request.metadata.as_ref()
    };
    ($request:ident context) => {
        $request.context.as_ref()
    };
    ($request:ident proofs) => {
        $request.proofs.as_deref()
    };
    ($request:ident $other:ident) => {
        $request.$other
    };
}
pub(crate) use carried;
