//! Requests that change something in more than one commit, or outside of every commit: they are kept under no
//! idempotency key, and take everything else that every write takes.

/// Declares such a request, as `request!` does a read. Where `key` is what the request is about, there is no
/// idempotency key.
macro_rules! effect {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$rdoc:meta])* $req:ident: $rty:ty $([$rbound:expr])?,)*
            $(; $($(#[$odoc:meta])* $opt:ident: Option<$oty:ty> $([$obound:expr])? $(= $default:expr)?,)*)?
        }
    ) => {
        $crate::request::effect::effect! {
            $(#[$doc])*
            $name carries [key] {
                $($(#[$rdoc])* $req: $rty $([$rbound])?,)*
                ;
                $($($(#[$odoc])* $opt: Option<$oty> $([$obound])? $(= $default)?,)*)?
                /// Accepted as on every write, and checked; nothing is kept under it: the same call again is
                /// made again.
                key: Option<String> [$crate::request::bounds::LINE],
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident about key {
            $($(#[$rdoc:meta])* $req:ident: $rty:ty $([$rbound:expr])?,)*
            $(; $($(#[$odoc:meta])* $opt:ident: Option<$oty:ty> $([$obound:expr])? $(= $default:expr)?,)*)?
        }
    ) => {
        $crate::request::effect::effect! {
            $(#[$doc])*
            $name carries [] {
                $($(#[$rdoc])* $req: $rty $([$rbound])?,)*
                ;
                $($($(#[$odoc])* $opt: Option<$oty> $([$obound])? $(= $default)?,)*)?
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident carries [$($key:ident)?] {
            $($(#[$rdoc:meta])* $req:ident: $rty:ty $([$rbound:expr])?,)*
            ;
            $($(#[$odoc:meta])* $opt:ident: Option<$oty:ty> $([$obound:expr])? $(= $default:expr)?,)*
        }
    ) => {
        $crate::request::record::request! {
            $(#[$doc])*
            read $name carries [$($key)? reference metadata context risk_score expected_version proofs] {
                $($(#[$rdoc])* $req: $rty $([$rbound])?,)*
                ;
                $($(#[$odoc])* $opt: Option<$oty> $([$obound])? $(= $default)?,)*
                /// The caller's own id; checked like that of every write.
                reference: Option<String> [$crate::request::bounds::LINE],
                /// A JSON object of the caller's, at most 16 KiB, for rules.
                metadata: Option<serde_json::Map<String, serde_json::Value>> [$crate::request::bounds::METADATA],
                /// Where the call comes from: ids for tracing, and facts for rules.
                context: Option<$crate::request::record::Trace>,
                /// What the host's own model thinks of the risk of this call, 0 to 100, for rules; not
                /// hashed.
                risk_score: Option<u32> [$crate::request::bounds::whole(0, 100)],
                /// Refuse with `version_conflict` unless the object has this version, where the call is about
                /// one that has.
                expected_version: Option<i64> [$crate::request::bounds::COUNT],
                /// What proves factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
                /// `verify_totp`.
                proofs: Option<Vec<$crate::request::secret::Secret>> [$crate::request::bounds::PROOFS],
            }
        }
    };
}
pub(crate) use effect;

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
