//! Expands a row of the table of operations to its [`OperationInfo`], a fully documented method of its
//! service, and the reading of its requests from JSON.
//!
//! The texts are put together from literals: the documentation of a method and `core/docs/operations.md` say
//! the same.
//!
//! [`OperationInfo`]: crate::request::scope::OperationInfo

macro_rules! doc_of {
    ($($doc:literal)*) => { concat!($($doc, "\n"),*) };
}

macro_rules! kept {
    (forever) => {
        KeyRetention::Forever
    };
    (day) => {
        KeyRetention::Day
    };
    (month) => {
        KeyRetention::Month
    };
    (seen) => {
        KeyRetention::Month
    };
}

macro_rules! takes {
    (takes) => {
        true
    };
    () => {
        false
    };
}

macro_rules! risk {
    (opens) => {
        Class::Opens
    };
    (checks) => {
        Class::Opens
    };
    (settles) => {
        Class::Settles
    };
    () => {
        Class::None
    };
}

/// Where the page is that says more.
macro_rules! page {
    ($page:literal) => {
        concat!("https://github.com/earnest-money/earnest/blob/main/core/docs/", $page)
    };
}

/// Hands the codes that a name of the table stands for to another macro: most names are codes, some stand for
/// several that go together, and some follow from another column.
macro_rules! codes {
    ($then:ident amounts) => { $then!(invalid_amount invalid_currency currency_not_allowed) };
    ($then:ident currency) => { $then!(invalid_currency currency_not_allowed) };
    ($then:ident account) => { $then!(invalid_account account_not_found) };
    ($then:ident transfer) => {
        $then!(transfer_not_found already_reversed refund_exceeds_original transition_not_allowed version_conflict)
    };
    ($then:ident hold) => { $then!(hold_not_found hold_closed hold_expired version_conflict) };
    ($then:ident deal) => { $then!(deal_not_found transition_not_allowed version_conflict) };
    ($then:ident dispute) => { $then!(dispute_not_found transition_not_allowed version_conflict) };
    ($then:ident approval) => {
        $then!(approval_not_found approval_expired transition_not_allowed version_conflict)
    };
    ($then:ident job) => { $then!(job_not_found transition_not_allowed version_conflict) };
    ($then:ident sink) => { $then!(sink_not_found) };
    ($then:ident payment) => { $then!(payment_not_found transition_not_allowed version_conflict) };
    ($then:ident gateway) => { $then!(gateway_not_found) };
    ($then:ident purchase) => { $then!(purchase_not_found transition_not_allowed version_conflict) };
    ($then:ident withdrawal) => { $then!(withdrawal_not_found transition_not_allowed version_conflict) };
    ($then:ident lane) => { $then!(lane_not_found transition_not_allowed version_conflict) };
    ($then:ident debt) => { $then!(debt_not_found transition_not_allowed version_conflict) };
    ($then:ident moves) => {
        $then!(account_locked account_closed insufficient_balance limit_exceeded overflow)
    };
    ($then:ident Required) => { $then!(idempotency_key_missing idempotency_mismatch) };
    ($then:ident Derived) => { $then!(idempotency_mismatch) };
    ($then:ident Optional) => { $then!(idempotency_mismatch) };
    ($then:ident None) => { $then!() };
    ($then:ident opens) => { $then!(blocked rate_limited velocity_blocked factor_required review_required) };
    ($then:ident settles) => { $then!(blocked rate_limited velocity_blocked factor_required review_required) };
    ($then:ident checks) => { $then!(blocked rate_limited velocity_blocked) };
    ($then:ident takes) => { $then!(approval_required already_approved) };
    ($then:ident gates) => { $then!(transition_not_allowed condition_not_met) };
    ($then:ident $code:ident) => { $then!($code) };
}

macro_rules! as_text {
    ($($code:ident)*) => { concat!($("`", stringify!($code), "`, "),*) };
}

macro_rules! as_codes {
    ($($code:ident)*) => { &[$($crate::api::codes::named(stringify!($code))),*] };
}

macro_rules! refusals {
    () => {
        concat!("Those that [every call](", page!("operations.md#what-every-call-may-answer"), ") may answer.")
    };
    ($($code:ident)+) => {
        concat!(
            $(codes!(as_text $code),)+
            "and those that [every call](", page!("operations.md#what-every-call-may-answer"), ") may answer."
        )
    };
}

macro_rules! key_text {
    (Required forever) => {
        "required. The same key with the same request is one effect and one reply, for ever."
    };
    (Derived forever) => {
        "optional; without one it is `auto:OPERATION:OBJECT:ACTOR`, so that a plain retry is one effect. \
         Kept for ever."
    };
    (Derived month) => {
        "optional; without one it is `auto:OPERATION:OBJECT:ACTOR`, so that a plain retry is one effect. \
         Kept for 30 days."
    };
    (Derived seen) => {
        "optional; without one it is the source and the event: whoever sends it again, and whatever else it \
         carries, it is one effect. Known for 30 days at least."
    };
    (Optional forever) => {
        "optional; without one the call is decided by the state that it finds. Kept for ever."
    };
    (Optional day) => {
        "optional; without one the call is decided by the state that it finds. Kept for 24 hours."
    };
    (None day) => {
        "none."
    };
}

macro_rules! who_text {
    (Staff) => {
        concat!("`staff`: ", who_means!(Staff), ".")
    };
    (Deal) => {
        concat!("`deal`: ", who_means!(Deal), ".")
    };
    (Admin) => {
        concat!("`admin`: ", who_means!(Admin), ".")
    };
    (Approver) => {
        concat!("`approver`: ", who_means!(Approver), ".")
    };
    (Anybody) => {
        concat!("`anybody`: ", who_means!(Anybody), ".")
    };
    (Each) => {
        concat!("`each`: ", who_means!(Each), ".")
    };
    ($who:ident) => {
        concat!("`", who_name!($who), "`: ", who_means!($who), "; and ", who_means!(Staff), ".")
    };
}

macro_rules! actor_text {
    (true) => {
        " Somebody must be named."
    };
    (false) => {
        ""
    };
}

macro_rules! host_text {
    (Joins) => {
        "joins; what it writes is committed or rolled back with the transaction."
    };
    (Reads) => {
        "joins, and reads what the transaction has written."
    };
    (Refused) => {
        "refused with `not_supported`."
    };
}

/// Everything but the refusals and the example.
macro_rules! manual {
    ($key:ident $kept:ident $who:ident $actor:ident $host:ident) => {
        concat!(
            "- **Key**: ", key_text!($key $kept), "\n",
            "- **[Who may call it](", page!("permissions.md"), ")**: ", who_text!($who), actor_text!($actor), "\n",
            "- **In a host's transaction**: ", host_text!($host), "\n",
        )
    };
}

macro_rules! info {
    ($service:ident $name:ident [$($doc:literal)*] $key:ident $kept:ident $host:ident $joins:ident $effect:literal [$($takes:ident)?] [$($risk:ident)?] $actor:ident $who:ident [$($code:ident)*] $request:ty, $reply:ty) => {
        OperationInfo {
            name: concat!(stringify!($service), ".", stringify!($name)),
            doc: crate::request::info::about(doc_of!($($doc)*)),
            key: KeyRule::$key,
            kept: kept!($kept),
            host: HostRule::$host,
            effect: $effect,
            takes: takes!($($takes)?),
            risk: risk!($($risk)?),
            needs_actor: $actor,
            who: Who::$who,
            codes: &[codes!(as_codes $key), $(codes!(as_codes $takes),)? $(codes!(as_codes $risk),)? $(codes!(as_codes $code),)*],
            manual: crate::request::info::about(manual!($key $kept $who $actor $joins)),
            example: crate::request::info::about(example!($service $name)),
            bounds: <$request as crate::request::bounds::Record>::BOUNDS,
            request: crate::request::info::schema::<$request>,
            reply: crate::request::info::schema::<$reply>,
        }
    };
}

/// The documentation of a method after its first lines.
macro_rules! documented {
    ($service:ident $name:ident $key:ident $kept:ident $who:ident $actor:ident $joins:ident [$($code:ident)*]) => {
        concat!(
            "\n", manual!($key $kept $who $actor $joins),
            "\nAs `earnest run` takes it:\n\n```json\n", example!($service $name), "\n```\n",
            "\n# Errors\n", refusals!($($code)*)
        )
    };
}

macro_rules! operations {
    ($(
        $(#[doc = $sdoc:literal])*
        service $service:ident $Service:ident {
            $(writes { $(
                $(#[doc = $wdoc:literal])*
                $wname:ident($wreq:ty) -> $wreply:ty, key $wkey:ident, kept $wkept:ident, host $whost:ident, effect $weffect:literal $($wtakes:ident)? $(, risk $wrisk:ident)?, actor $wactor:ident, who $wwho:ident $(, codes [$($wcode:ident)*])?;
            )* })?
            $(reads { $(
                $(#[doc = $rdoc:literal])*
                $rname:ident($rreq:ty) -> $rreply:ty = $rfn:path, sequenced $rseq:literal, who $rwho:ident $(, codes [$($rcode:ident)*])?;
            )* })?
            $(generics { $(
                $(#[doc = $gdoc:literal])*
                $gname:ident($greq:ty) -> $greply:ty = $gfn:path, who $gwho:ident $(, codes [$($gcode:ident)*])?;
            )* })?
            $(wholes { $(
                $(#[doc = $edoc:literal])*
                $ename:ident($ereq:ty) -> $ereply:ty = $efn:path, effect $eeffect:literal $(, risk $erisk:ident)?, who $ewho:ident $(, codes [$($ecode:ident)*])?;
            )* })?
        }
    )*) => {
        /// Every operation, by service.
        pub const OPERATIONS: &[OperationInfo] = &[$(
            $($(info!($service $wname [$($wdoc)*] $wkey $wkept $whost $whost $weffect [$($wtakes)?] [$($wrisk)?] $wactor $wwho [$($($wcode)*)?] $wreq, $wreply),)*)?
            $($(info!($service $rname [$($rdoc)*] None day Joins Reads "read" [] [] false $rwho [$($($rcode)*)?] $rreq, $rreply),)*)?
            $($(info!($service $gname [$($gdoc)*] None day Joins Joins "read" [] [] false $gwho [$($($gcode)*)?] $greq, $greply),)*)?
            $($(info!($service $ename [$($edoc)*] None day Refused Refused $eeffect [] [$($erisk)?] false $ewho [$($($ecode)*)?] $ereq, $ereply),)*)?
        )*];

        // the compiler asks for the key where the table says that it is required
        $($($(const _: () = assert!(
            <$wreq as crate::request::record::Request>::NEEDS_KEY == matches!(KeyRule::$wkey, KeyRule::Required)
        );)*)?)*

        fn row(name: &str) -> Result<&'static OperationInfo> {
            find(name).ok_or_else(|| unknown(name))
        }

        $($($(
            impl ReadRequest for $rreq {
                type Reply = $rreply;
                const SEQUENCED: bool = $rseq;
                fn read<'a>(&'a self, reading: &'a mut crate::request::reading::Reading<'_>) -> futures_util::future::BoxFuture<'a, Result<$rreply>> {
                    Box::pin($rfn(reading, self))
                }
            }
        )*)?)*

        $(
            $(#[doc = $sdoc])*
            pub struct $Service<'r, R: ?Sized> {
                runner: &'r R,
            }

            impl<R: Runner + ?Sized> $Service<'_, R> {
                $($(
                    $(#[doc = $wdoc])*
                    #[doc = documented!($service $wname $wkey $wkept $wwho $wactor $whost [$wkey $($wtakes)? $($wrisk)? $($($wcode)*)?])]
                    pub async fn $wname(&self, request: $wreq) -> Result<$wreply> {
                        let info = row(concat!(stringify!($service), ".", stringify!($wname)))?;
                        let span = span_of(info, self.runner.mode(), rq_trace(&request));
                        let mut request = Some(request);
                        let call = write(self.runner, info, |scope, answer| scope.call(info, &mut request, answer));
                        measured(self.runner, info, span, call, Replays::replayed).await
                    }
                )*)?
                $($(
                    $(#[doc = $rdoc])*
                    #[doc = documented!($service $rname None day $rwho false Reads [$($($rcode)*)?])]
                    pub async fn $rname(&self, request: $rreq) -> Result<$rreply> {
                        let info = row(concat!(stringify!($service), ".", stringify!($rname)))?;
                        let span = span_of(info, self.runner.mode(), rq_trace(&request));
                        measured(self.runner, info, span, read(self.runner, info, request), read_only).await
                    }
                )*)?
                $($(
                    $(#[doc = $gdoc])*
                    #[doc = documented!($service $gname None day $gwho false Joins [$($($gcode)*)?])]
                    pub async fn $gname(&self, request: $greq) -> Result<$greply> {
                        let info = row(concat!(stringify!($service), ".", stringify!($gname)))?;
                        let span = span_of(info, self.runner.mode(), rq_trace(&request));
                        let call = Box::pin(async {
                            self.runner.scope().named(rq_actor(&request))?;
                            fits(&request)?;
                            $gfn(self.runner, request).await
                        });
                        measured(self.runner, info, span, call, read_only).await
                    }
                )*)?
                $($(
                    $(#[doc = $edoc])*
                    #[doc = documented!($service $ename None day $ewho false Refused [$($erisk)? $($($ecode)*)?])]
                    pub async fn $ename(&self, request: $ereq) -> Result<$ereply> {
                        let info = row(concat!(stringify!($service), ".", stringify!($ename)))?;
                        let span = span_of(info, self.runner.mode(), rq_trace(&request));
                        let call = Box::pin(async {
                            fits(&request)?;
                            rq_common(&request).check()?;
                            let engine = self.runner.engine(info)?;
                            let actor = engine.admitted(info, rq_actor(&request)).await?;
                            $efn(engine, &actor, &request).await
                        });
                        measured(self.runner, info, span, call, read_only).await
                    }
                )*)?
            }
        )*

        /// The services of anything that runs operations: for code that is generic over an engine and a
        /// host's transaction that is bound to one. Both have them as methods of their own too.
        pub trait Services: Runner {
            $(
                $(#[doc = $sdoc])*
                fn $service(&self) -> $Service<'_, Self> {
                    $Service { runner: self }
                }
            )*
        }
        impl<R: Runner + ?Sized> Services for R {}

        impl Engine {
            $(
                $(#[doc = $sdoc])*
                #[must_use]
                pub const fn $service(&self) -> $Service<'_, Self> {
                    $Service { runner: self }
                }
            )*
        }

        #[cfg(feature = "sql")]
        impl<'t> crate::engine::bound::Bound<'t> {
            $(
                $(#[doc = $sdoc])*
                #[must_use]
                pub const fn $service(&self) -> $Service<'_, Self> {
                    $Service { runner: self }
                }
            )*
        }

        /// Reads a request of any operation.
        fn asked(name: &str, args: Value) -> Result<AnyRequest> {
            Ok(match name {
                $(
                    $($(concat!(stringify!($service), ".", stringify!($wname)) => AnyRequest::Write(Box::new(Some(from_json::<$wreq>(args)?))),)*)?
                    $($(concat!(stringify!($service), ".", stringify!($rname)) => AnyRequest::Read(Box::new(Read::new(from_json::<$rreq>(args)?))),)*)?
                )*
                _ => AnyRequest::Other(args),
            })
        }

        /// Hash of a request that is kept under no key and takes proofs.
        fn hash_of_effect(scope: &Scope, name: &str, args: Value) -> Result<std::sync::Arc<[u8]>> {
            match name {
                $($($(
                    concat!(stringify!($service), ".", stringify!($ename)) if takes_proofs($eeffect) => {
                        crate::request::erased::hash_of_effect(scope, &from_json::<$ereq>(args)?)
                    }
                )*)?)*
                _ => Err(unknown(name)),
            }
        }

        /// Runs an operation that neither only writes nor only reads.
        async fn others(runner: &dyn Runner, name: &'static str, args: Value) -> Result<Value> {
            match name {
                $(
                    $($(concat!(stringify!($service), ".", stringify!($gname)) => {
                        let request = from_json::<$greq>(args).inspect_err(|error| tell_developers(name, error))?;
                        to_json(&Box::pin(runner.$service().$gname(request)).await?)
                    })*)?
                    $($(concat!(stringify!($service), ".", stringify!($ename)) => {
                        let request = from_json::<$ereq>(args).inspect_err(|error| tell_developers(name, error))?;
                        to_json(&Box::pin(runner.$service().$ename(request)).await?)
                    })*)?
                )*
                _ => Err(unknown(name)),
            }
        }
    };
}
