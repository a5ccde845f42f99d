//! Views: the records that replies and queries show, each declared with the function that makes it.

/// Declares views, one after another: `view`, or `reply` for one that ends in whether the call was replayed.
///
/// After its name may stand the function that makes it of what is kept: its arguments, `-> Result` or
/// `-> Decided` where it can fail, and the statements that come first. Each field then has the value that it
/// shows; a field without one shows the variable of its name.
macro_rules! views {
    ($(
        $(#[$doc:meta])*
        $kind:ident $name:ident
        $($make:ident $args:tt $(-> $result:ident)? $({ $($first:tt)* })? =>)?
        { $($fields:tt)* }
    )+) => {$(
        $crate::request::view::view! {
            $(#[$doc])*
            $kind $name { $($fields)* }
            $($make $args [$($result)?] { $($($first)*)? })?
        }
    )+};
}
pub(crate) use views;

/// Declares one view.
macro_rules! view {
    (
        $(#[$doc:meta])*
        reply $name:ident { $($fields:tt)* } $($make:tt)*
    ) => {
        $crate::request::view::view! {
            $(#[$doc])*
            view $name {
                $($fields)*
                /// Whether the key was used before for the same request.
                replayed: bool,
            }
            $($make)*
        }

        $crate::request::erased::replays! { $name }
    };
    (
        $(#[$doc:meta])*
        view $name:ident { $($(#[$of_field:meta])* $field:ident: $ty:ty $(= $value:expr)?,)* }
        $($make:ident($($arg:ident: $of:ty),* $(,)?) [$($result:ident)?] { $($first:tt)* })?
    ) => {
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        $(#[$doc])*
        pub struct $name {
            $($(#[$of_field])* pub $field: $ty,)*
        }

        $crate::request::view::made! {
            $name { $($field $(= $value)?,)* } $($make($($arg: $of),*) [$($result)?] { $($first)* })?
        }
    };
}
pub(crate) use view;

/// The function that makes a view, where it has one.
macro_rules! made {
    ($name:ident { $($fields:tt)* }) => {};
    (
        $name:ident { $($field:ident $(= $value:expr)?,)* }
        $make:ident($($arg:ident: $of:ty),*) [$($result:ident)?] { $($first:tt)* }
    ) => {
        impl $name {
            #[allow(dead_code, reason = "a build without a feature may show none of these")]
            pub(crate) fn $make($($arg: $of),*) -> $crate::request::view::result!($($result)?) {
                $($first)*
                $crate::request::view::result!([$($result)?] Self {
                    $($field: $crate::request::view::shown!($field $($value)?),)*
                })
            }
        }
    };
}
pub(crate) use made;

/// The result of a function that makes a view: its type, or its value.
macro_rules! result {
    () => { Self };
    (Result) => { $crate::error::Result<Self> };
    (Decided) => { $crate::kernel::operation::Decided<Self> };
    ([] $view:expr) => { $view };
    ([$result:ident] $view:expr) => { Ok($view) };
}
pub(crate) use result;

/// The value that a field shows.
macro_rules! shown {
    ($field:ident $value:expr) => {
        $value
    };
    ($field:ident) => {
        $field
    };
}
pub(crate) use shown;
