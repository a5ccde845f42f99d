//! One example of each operation, in an order in which they all run: every line is one that `earnest run`
//! takes.
//!
//! `"$order.deal.id"` stands for the id in the reply of the line that says `"as":"order"`. Lines in brackets
//! make what the next example is about.

macro_rules! story {
    ($($([$($before:literal)*])? $service:ident $name:ident $line:literal)*) => {
        /// Every line: the operation that it is the example of, if it is one, and its text.
        pub const STORY: &[(Option<&str>, &str)] = &[$(
            $($((None, $before),)*)?
            (Some(concat!(stringify!($service), ".", stringify!($name))), $line),
        )*];

        macro_rules! example {
            $(($service $name) => { $line };)*
        }
    };
}

story! {
    ledger open_account
        r#"{"op":"ledger.open_account","args":{"account":"alice","currency":"USD","owner":"u-1","display_name":"Alice Kim"}}"#
    [
        r#"{"op":"ledger.open_account","args":{"account":"bob","currency":"USD"}}"#
        r#"{"op":"ledger.open_account","args":{"account":"carol","currency":"USD"}}"#
    ]
    ledger update_account
        r#"{"op":"ledger.update_account","args":{"account":"alice","kind":"customer","expected_version":1}}"#
    ledger lock_account
        r#"{"op":"ledger.lock_account","args":{"account":"alice","reason":"a lost phone"}}"#
    ledger unlock_account
        r#"{"op":"ledger.unlock_account","args":{"account":"alice"}}"#
    ledger close_account
        r#"{"op":"ledger.close_account","args":{"account":"carol","reason":"moved away"}}"#
    ledger top_up
        r#"{"op":"ledger.top_up","args":{"account":"alice","amount":"900.00 USD","key":"top-up-1"}}"#
    ledger deduct
        r#"{"op":"ledger.deduct","args":{"account":"alice","amount":"20.00 USD","key":"payout-1"}}"#
    ledger transfer
        r#"{"op":"ledger.transfer","args":{"from":"alice","to":"bob","amount":"40.00 USD","key":"order-1"},"as":"sent"}"#
    ledger post
        r#"{"op":"ledger.post","args":{"postings":[{"account":"alice","amount":"-3.00 USD"},{"account":"bob","amount":"2.00 USD"},{"account":"@fees","amount":"1.00 USD"}],"key":"order-2"}}"#
    ledger refund
        r#"{"op":"ledger.refund","args":{"transfer":"$sent.transfer.id","amount":"5.00 USD","key":"order-1/refund"}}"#
    [
        r#"{"op":"ledger.transfer","args":{"from":"alice","to":"bob","amount":"40.00 USD","key":"order-3"},"as":"mistaken"}"#
    ]
    ledger cancel
        r#"{"op":"ledger.cancel","args":{"transfer":"$mistaken.transfer.id","reason":"sent twice","key":"order-3/cancel"}}"#
    ledger hold
        r#"{"op":"ledger.hold","args":{"account":"alice","amount":"60.00 USD","expires_in":"P7D","key":"room-12"},"as":"held"}"#
    ledger extend
        r#"{"op":"ledger.extend","args":{"hold":"$held.hold.id","expires_at":"2099-12-31T00:00:00Z","key":"room-12/extend"}}"#
    ledger capture
        r#"{"op":"ledger.capture","args":{"hold":"$held.hold.id","to":"bob","amount":"45.00 USD","final":false,"key":"room-12/capture"}}"#
    ledger void
        r#"{"op":"ledger.void","args":{"hold":"$held.hold.id"}}"#
    ledger lock
        r#"{"op":"ledger.lock","args":{"accounts":["alice","bob"]}}"#
    ledger account
        r#"{"op":"ledger.account","args":{"account":"alice"}}"#
    ledger accounts
        r#"{"op":"ledger.accounts","args":{"owner":"u-1"}}"#
    ledger balance
        r#"{"op":"ledger.balance","args":{"account":"alice"}}"#
    ledger balances
        r#"{"op":"ledger.balances","args":{"accounts":["alice","bob"]}}"#
    ledger get_transfer
        r#"{"op":"ledger.get_transfer","args":{"transfer":"$sent.transfer.id"}}"#
    ledger transfers
        r#"{"op":"ledger.transfers","args":{"account":"alice","limit":20}}"#
    ledger entries
        r#"{"op":"ledger.entries","args":{"account":"alice","limit":20}}"#
    ledger statement
        r#"{"op":"ledger.statement","args":{"account":"alice","from_time":"2026-01-01T00:00:00Z","to_time":"2099-12-31T00:00:00Z","format":"csv"}}"#
    ledger get_hold
        r#"{"op":"ledger.get_hold","args":{"hold":"$held.hold.id"}}"#
    ledger holds
        r#"{"op":"ledger.holds","args":{"account":"alice","state":"voided"}}"#
    ledger trial_balance
        r#"{"op":"ledger.trial_balance"}"#
    ledger batch
        r#"{"op":"ledger.batch","args":{"ops":[{"op":"ledger.transfer","args":{"from":"alice","to":"bob","amount":"1.00 USD","key":"tip-1"}},{"op":"ledger.top_up","args":{"account":"bob","amount":"1.00 USD","key":"bonus-1"}}],"atomic":true}}"#

    escrow quote
        r#"{"op":"escrow.quote","args":{"price":"40.00 USD","fees":[{"to":"@fees","bps":250,"from":"seller"}]}}"#
    escrow open
        r#"{"op":"escrow.open","args":{"buyer":"alice","seller":"bob","price":"40.00 USD","item":"a blue lamp","require_acceptance":true,"ship_within":"P3D","reference":"order-7","key":"order-7"},"as":"order"}"#
    escrow pay
        r#"{"op":"escrow.pay","args":{"deal":"$order.deal.id","secure":false,"actor":"alice"}}"#
    escrow secure
        r#"{"op":"escrow.secure","args":{"deal":"$order.deal.id","actor":"alice"}}"#
    escrow accept
        r#"{"op":"escrow.accept","args":{"deal":"$order.deal.id","actor":"bob"}}"#
    escrow allowed_actions
        r#"{"op":"escrow.allowed_actions","args":{"deal":"$order.deal.id","actor":"bob"}}"#
    escrow validate
        r#"{"op":"escrow.validate","args":{"deal":"$order.deal.id","trigger":"ship","actor":"bob"}}"#
    escrow extend
        r#"{"op":"escrow.extend","args":{"deal":"$order.deal.id","ship_by":"2099-12-31T00:00:00Z","actor":"alice"}}"#
    escrow ship
        r#"{"op":"escrow.ship","args":{"deal":"$order.deal.id","carrier":"Korea Post","tracking":"RR1KR","actor":"bob"}}"#
    escrow deliver
        r#"{"op":"escrow.deliver","args":{"deal":"$order.deal.id","actor":"alice"}}"#
    escrow release_part
        r#"{"op":"escrow.release_part","args":{"deal":"$order.deal.id","amount":"10.00 USD","key":"order-7/half","actor":"alice"}}"#
    escrow update
        r#"{"op":"escrow.update","args":{"deal":"$order.deal.id","metadata":{"gift":true},"actor":"alice"}}"#
    escrow confirm
        r#"{"op":"escrow.confirm","args":{"deal":"$order.deal.id","actor":"alice"}}"#
    escrow get
        r#"{"op":"escrow.get","args":{"reference":"order-7"}}"#
    escrow list
        r#"{"op":"escrow.list","args":{"buyer":"alice","state":"released"}}"#
    escrow history
        r#"{"op":"escrow.history","args":{"deal":"$order.deal.id"}}"#
    escrow diagram
        r#"{"op":"escrow.diagram","args":{"format":"mermaid"}}"#
    [
        r#"{"op":"escrow.open","args":{"buyer":"alice","seller":"bob","price":"40.00 USD","key":"order-8"},"as":"unwanted"}"#
    ]
    escrow cancel
        r#"{"op":"escrow.cancel","args":{"deal":"$unwanted.deal.id","reason":"ordered twice","actor":"alice"}}"#
    [
        r#"{"op":"escrow.open","args":{"buyer":"alice","seller":"bob","price":"40.00 USD","key":"order-9"},"as":"late"}"#
        r#"{"op":"escrow.pay","args":{"deal":"$late.deal.id","actor":"alice"}}"#
    ]
    escrow request_refund
        r#"{"op":"escrow.request_refund","args":{"deal":"$late.deal.id","reason":"nothing was shipped","key":"order-9/ask","actor":"alice"}}"#
    escrow refuse_refund
        r#"{"op":"escrow.refuse_refund","args":{"deal":"$late.deal.id","reason":"it is on its way","key":"order-9/refuse","actor":"bob"}}"#
    [
        r#"{"op":"escrow.request_refund","args":{"deal":"$late.deal.id","reason":"still nothing","key":"order-9/ask-again","actor":"alice"}}"#
    ]
    escrow approve_refund
        r#"{"op":"escrow.approve_refund","args":{"deal":"$late.deal.id","key":"order-9/approve","actor":"bob"}}"#
    [
        r#"{"op":"escrow.open","args":{"buyer":"alice","seller":"bob","price":"40.00 USD","key":"order-10"},"as":"cracked"}"#
        r#"{"op":"escrow.pay","args":{"deal":"$cracked.deal.id","actor":"alice"}}"#
        r#"{"op":"escrow.ship","args":{"deal":"$cracked.deal.id","actor":"bob"}}"#
        r#"{"op":"escrow.dispute","args":{"deal":"$cracked.deal.id","type":"non_delivery","statement":"it has not arrived","key":"order-10/first","actor":"alice"},"as":"hasty"}"#
    ]
    escrow withdraw
        r#"{"op":"escrow.withdraw","args":{"dispute":"$hasty.dispute.id","reason":"it came today","actor":"alice"}}"#
    escrow dispute
        r#"{"op":"escrow.dispute","args":{"deal":"$cracked.deal.id","type":"quality_issue","statement":"the lamp is cracked","key":"order-10/dispute","actor":"alice"},"as":"dispute"}"#
    escrow add_evidence
        r#"{"op":"escrow.add_evidence","args":{"dispute":"$dispute.dispute.id","kind":"photo","statement":"the crack","uri":"https://example.com/crack.jpg","actor":"alice"}}"#
    escrow investigate
        r#"{"op":"escrow.investigate","args":{"dispute":"$dispute.dispute.id","actor":{"id":"kim","role":"admin"}}}"#
    escrow resolve
        r#"{"op":"escrow.resolve","args":{"dispute":"$dispute.dispute.id","outcome":"split","refund":"15.00 USD","resolution":"the shade is whole","key":"order-10/resolve","actor":{"id":"kim","role":"admin"}}}"#
    escrow get_dispute
        r#"{"op":"escrow.get_dispute","args":{"dispute":"$dispute.dispute.id"}}"#
    escrow disputes
        r#"{"op":"escrow.disputes","args":{"deal":"$cracked.deal.id"}}"#
    escrow dispute_stats
        r#"{"op":"escrow.dispute_stats","args":{"since":"2026-01-01T00:00:00Z"}}"#

    receipts get
        r#"{"op":"receipts.get","args":{"receipt":"$sent.transfer.id"},"as":"receipt"}"#
    receipts list
        r#"{"op":"receipts.list","args":{"deal":"$order.deal.id"}}"#
    receipts verify
        r#"{"op":"receipts.verify","args":{"receipt":"$receipt"}}"#
    receipts render
        r#"{"op":"receipts.render","args":{"receipt":"$sent.transfer.id","format":"text","locale":"ko"}}"#
    receipts public_keys
        r#"{"op":"receipts.public_keys"}"#

    treasury set_account
        r#"{"op":"treasury.set_account","args":{"account":"bob","currency":"USD","tier":"hot","daily_limit":"500.00 USD","ceiling":"2000.00 USD","time_zone":"Asia/Seoul"}}"#
    treasury usage
        r#"{"op":"treasury.usage","args":{"account":"bob","currency":"USD"}}"#
    treasury settlements
        r#"{"op":"treasury.settlements","args":{"deal":"$order.deal.id"}}"#

    payments set_gateway
        r#"{"op":"payments.set_gateway","args":{"id":"card","driver":"host","currencies":["USD"],"settle_after":"PT2M"}}"#
    payments gateways
        r#"{"op":"payments.gateways"}"#
    payments set_route
        r#"{"op":"payments.set_route","args":{"id":"cards","gateways":["card"],"currency":"USD"}}"#
    payments routes
        r#"{"op":"payments.routes"}"#
    [
        r#"{"op":"payments.set_gateway","args":{"id":"elements","driver":"stripe","config":{"publishable_key":"pk_test_1"},"secrets":{"secret_key":"sk_test_1"}}}"#
        r#"{"op":"payments.create","args":{"amount":"30.00 USD","to":"shop","gateway":"elements","key":"order-15/pay"},"as":"at_widget"}"#
    ]
    payments checkout
        r#"{"op":"payments.checkout","args":{"payment":"$at_widget.payment.id"}}"#
    payments create
        r#"{"op":"payments.create","args":{"amount":"25.00 USD","to":"shop","capture":"manual","payer":"u-7","reference":"order-11","key":"order-11/pay"},"as":"paying"}"#
    payments confirm
        r#"{"op":"payments.confirm","args":{"payment":"$paying.payment.id","token":"pm_1","actor":"u-7"}}"#
    [
        r#"{"op":"jobs.lease","args":{"kinds":["gateway.card"],"limit":1,"for":"PT1M"},"as":"call_1"}"#
        r#"{"op":"jobs.complete","args":{"job":"$call_1.jobs.0.id","fence":"$call_1.jobs.0.fence","result":{"outcome":"authorized","reference":"ch_1","authorized":"25.00 USD"}}}"#
    ]
    payments capture
        r#"{"op":"payments.capture","args":{"payment":"$paying.payment.id","key":"order-11/capture"}}"#
    [
        r#"{"op":"jobs.lease","args":{"kinds":["gateway.card"],"limit":1,"for":"PT1M"},"as":"call_2"}"#
        r#"{"op":"jobs.complete","args":{"job":"$call_2.jobs.0.id","fence":"$call_2.jobs.0.fence","result":{"outcome":"captured","amount":"25.00 USD"}}}"#
    ]
    payments refund
        r#"{"op":"payments.refund","args":{"payment":"$paying.payment.id","amount":"5.00 USD","reason":"a shade is missing","key":"order-11/refund"}}"#
    [
        r#"{"op":"jobs.lease","args":{"kinds":["gateway.card"],"limit":1,"for":"PT1M"},"as":"call_3"}"#
        r#"{"op":"jobs.complete","args":{"job":"$call_3.jobs.0.id","fence":"$call_3.jobs.0.fence","result":{"outcome":"refunded","reference":"re_1","amount":"5.00 USD"}}}"#
        r#"{"op":"payments.create","args":{"amount":"40.00 USD","to":"shop","key":"order-12/pay"},"as":"unwanted_payment"}"#
        r#"{"op":"escrow.open","args":{"buyer":"alice","seller":"bob","price":"80.00 USD","key":"order-14"},"as":"by_card"}"#
        r#"{"op":"payments.create","args":{"amount":"80.00 USD","deal":"$by_card.deal.id","key":"order-14/pay"}}"#
    ]
    payments void
        r#"{"op":"payments.void","args":{"payment":"$unwanted_payment.payment.id","reason":"ordered twice"}}"#
    [
        r#"{"op":"payments.create","args":{"amount":"60.00 USD","to":"shop","gateway":"card","token":"pm_2","key":"order-13/pay"},"as":"lost_payment"}"#
        r#"{"op":"jobs.lease","args":{"kinds":["gateway.card"],"limit":1,"for":"PT1M"},"as":"call_4"}"#
        r#"{"op":"jobs.fail","args":{"job":"$call_4.jobs.0.id","fence":"$call_4.jobs.0.fence","error":"no answer"}}"#
    ]
    payments settle
        r#"{"op":"payments.settle","args":{"payment":"$lost_payment.payment.id","outcome":"refused","reason":"the gateway's console shows none","key":"order-13/settle","actor":{"id":"kim","role":"admin"}}}"#
    payments report
        r#"{"op":"payments.report","args":{"gateway":"card","event":"evt_1","reference":"ch_1","outcome":"captured","captured":"25.00 USD"}}"#
    payments sync
        r#"{"op":"payments.sync","args":{"payment":"$paying.payment.id"}}"#
    payments get
        r#"{"op":"payments.get","args":{"reference":"order-11"}}"#
    payments list
        r#"{"op":"payments.list","args":{"to":"shop","state":"captured"}}"#
    payments history
        r#"{"op":"payments.history","args":{"payment":"$paying.payment.id"}}"#
    payments allowed_actions
        r#"{"op":"payments.allowed_actions","args":{"payment":"$paying.payment.id","actor":{"id":"kim","role":"admin"}}}"#
    payments diagram
        r#"{"op":"payments.diagram","args":{"format":"mermaid"}}"#
    payments chargeback
        r#"{"op":"payments.chargeback","args":{"payment":"$paying.payment.id","case":"cb_1","amount":"30.00 USD","reason":"the payer knows nothing of it"}}"#
    payments debts
        r#"{"op":"payments.debts","args":{"account":"shop","state":"open"},"as":"owed"}"#
    [
        r#"{"op":"ledger.top_up","args":{"account":"shop","amount":"6.00 USD","key":"shop-1"}}"#
    ]
    payments recover
        r#"{"op":"payments.recover","args":{"debt":"$owed.items.0.id","amount":"4.00 USD","key":"debt-1"}}"#
    payments write_off
        r#"{"op":"payments.write_off","args":{"debt":"$owed.items.0.id","reason":"the shop has closed","actor":{"id":"kim","role":"admin"}}}"#
    payments remove_route
        r#"{"op":"payments.remove_route","args":{"id":"cards"}}"#

    purchases set_offer
        r#"{"op":"purchases.set_offer","args":{"id":"mug","seller":"shop","price":"12.00 USD","stock":20,"per_user_limit":5,"sale_until":"2099-12-31T00:00:00Z","hold_for":"PT15M","grants":["0.60 USD"]}}"#
    purchases get_offer
        r#"{"op":"purchases.get_offer","args":{"offer":"mug"}}"#
    purchases offers
        r#"{"op":"purchases.offers","args":{"seller":"shop","active":true}}"#
    purchases set_promo
        r#"{"op":"purchases.set_promo","args":{"id":"SPRING","off":{"bps":1000},"offers":["mug"],"limit":100,"per_user_limit":1}}"#
    purchases promos
        r#"{"op":"purchases.promos","args":{"offer":"mug"}}"#
    purchases quote
        r#"{"op":"purchases.quote","args":{"offer":"mug","quantity":2,"promo":"SPRING","buyer":"alice"}}"#
    purchases reserve
        r#"{"op":"purchases.reserve","args":{"offer":"mug","buyer":"alice","quantity":2,"promo":"SPRING","expect":"21.60 USD","reference":"order-21","key":"order-21","actor":"alice"},"as":"bought"}"#
    purchases pay
        r#"{"op":"purchases.pay","args":{"purchase":"$bought.purchase.id","actor":"alice"}}"#
    purchases refund
        r#"{"op":"purchases.refund","args":{"purchase":"$bought.purchase.id","quantity":1,"reason":"a crack","key":"order-21/refund","actor":{"id":"kim","role":"admin"}}}"#
    [
        r#"{"op":"purchases.reserve","args":{"offer":"mug","buyer":"alice","key":"order-22"},"as":"reserved"}"#
    ]
    purchases cancel
        r#"{"op":"purchases.cancel","args":{"purchase":"$reserved.purchase.id","reason":"another colour","actor":"alice"}}"#
    purchases buy
        r#"{"op":"purchases.buy","args":{"offer":"mug","buyer":"alice","expect":"12.00 USD","key":"order-23","actor":"alice"}}"#
    purchases get
        r#"{"op":"purchases.get","args":{"reference":"order-21"}}"#
    purchases list
        r#"{"op":"purchases.list","args":{"buyer":"alice","state":"completed"}}"#
    purchases history
        r#"{"op":"purchases.history","args":{"purchase":"$bought.purchase.id"}}"#
    purchases allowed_actions
        r#"{"op":"purchases.allowed_actions","args":{"purchase":"$bought.purchase.id","actor":"bob"}}"#

    [
        r#"{"op":"payments.set_gateway","args":{"id":"toss","driver":"toss","config":{"client_key":"test_ck_1"},"secrets":{"secret_key":"test_sk_1"}}}"#
        r#"{"op":"webhooks.set_source","args":{"id":"toss","scheme":"toss","gateway":"toss"}}"#
    ]
    webhooks set_source
        r#"{"op":"webhooks.set_source","args":{"id":"card","scheme":"standard","gateway":"card","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],"tolerance":"PT5M"}}"#
    webhooks rotate_secret
        r#"{"op":"webhooks.rotate_secret","args":{"source":"card","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","keep_old_for":"PT24H"}}"#
    webhooks receive
        r#"{"op":"webhooks.receive","args":{"source":"toss","headers":{"tosspayments-webhook-transmission-id":"t-1"},"body":"{\"eventType\":\"PAYMENT_STATUS_CHANGED\",\"data\":{\"paymentKey\":\"pk-1\",\"orderId\":\"order-1\",\"status\":\"DONE\"}}"}}"#
    webhooks sources
        r#"{"op":"webhooks.sources","args":{}}"#
    webhooks list
        r#"{"op":"webhooks.list","args":{"source":"card"}}"#
    withdrawals set_chain
        r#"{"op":"withdrawals.set_chain","args":{"chain":"polygon","chain_id":"137","endpoints":["north","south"],"quorum":1,"fee_cap":"500000000000"}}"#
    withdrawals set_asset
        r#"{"op":"withdrawals.set_asset","args":{"chain":"polygon","currency":"USD","kind":"erc20","token":"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48","decimals":2,"min":"1.00 USD","max":"5000.00 USD","fee":"0.10 USD","max_gas":200000}}"#
    [
        r#"{"op":"signing.create_key","args":{"label":"payouts"},"as":"payouts"}"#
    ]
    withdrawals open_lane
        r#"{"op":"withdrawals.open_lane","args":{"chain":"polygon","key":"$payouts.key","window":16},"as":"opened"}"#
    [
        r#"{"op":"jobs.lease","args":{"kinds":["chain.facts"],"limit":1,"for":"PT1M"},"as":"facts"}"#
        r#"{"op":"jobs.complete","args":{"job":"$facts.jobs.0.id","fence":"$facts.jobs.0.fence","result":{"views":[{"endpoint":"north","chain_id":"137","fees":{"base_fee":"30000000000","priority_fee":"30000000000"},"lanes":[{"lane":"$opened.lane.id","nonce":{"latest":"0","pending":"0"},"code":false,"native":"10000000000000000000","tokens":{"USD":"100000"}}],"assets":[{"currency":"USD","code":true,"decimals":2}]}]}}}"#
    ]
    withdrawals chains
        r#"{"op":"withdrawals.chains","args":{}}"#
    withdrawals assets
        r#"{"op":"withdrawals.assets","args":{"chain":"polygon"}}"#
    withdrawals lanes
        r#"{"op":"withdrawals.lanes","args":{"chain":"polygon","state":"active"}}"#
    withdrawals lane
        r#"{"op":"withdrawals.lane","args":{"lane":"$opened.lane.id"}}"#
    withdrawals pause_lane
        r#"{"op":"withdrawals.pause_lane","args":{"lane":"$opened.lane.id","reason":"an audit"}}"#
    withdrawals resume_lane
        r#"{"op":"withdrawals.resume_lane","args":{"lane":"$opened.lane.id"}}"#
    withdrawals quote
        r#"{"op":"withdrawals.quote","args":{"chain":"polygon","amount":"5.00 USD"}}"#
    withdrawals request
        r#"{"op":"withdrawals.request","args":{"account":"alice","amount":"5.00 USD","chain":"polygon","to":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","give_up_in":"P1D","reference":"out-1","key":"out-1"},"as":"withdrawn"}"#
    [
        r#"{"op":"jobs.lease","args":{"kinds":["chain.simulate"],"limit":1,"for":"PT1M"},"as":"simulated"}"#
        r#"{"op":"jobs.complete","args":{"job":"$simulated.jobs.0.id","fence":"$simulated.jobs.0.fence","result":{"views":[{"endpoint":"north","chain_id":"137","ok":true,"gas":"52000"}]}}}"#
        r#"{"op":"jobs.run_due","args":{"limit":100}}"#
        r#"{"op":"jobs.lease","args":{"kinds":["chain.broadcast"],"limit":1,"for":"PT1M"},"as":"sending"}"#
        r#"{"op":"jobs.complete","args":{"job":"$sending.jobs.0.id","fence":"$sending.jobs.0.fence","result":{"views":[{"endpoint":"north","accepted":true}]}}}"#
    ]
    withdrawals speed_up
        r#"{"op":"withdrawals.speed_up","args":{"withdrawal":"$withdrawn.withdrawal.id","max_fee_per_gas":"600000000000","actor":{"id":"kim","role":"admin"}}}"#
    [
        r#"{"op":"withdrawals.request","args":{"account":"alice","amount":"2.00 USD","chain":"polygon","to":"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359","key":"out-2"},"as":"regretted"}"#
    ]
    withdrawals cancel
        r#"{"op":"withdrawals.cancel","args":{"withdrawal":"$regretted.withdrawal.id","reason":"another wallet","actor":"u-1"}}"#
    withdrawals retry
        r#"{"op":"withdrawals.retry","args":{"withdrawal":"$withdrawn.withdrawal.id"},"expect":"condition_not_met"}"#
    withdrawals settle
        r#"{"op":"withdrawals.settle","args":{"withdrawal":"$withdrawn.withdrawal.id","paid":true,"reason":"seen on an explorer","key":"out-1/settle","actor":{"id":"kim","role":"admin"}},"expect":"condition_not_met"}"#
    withdrawals get
        r#"{"op":"withdrawals.get","args":{"reference":"out-1"}}"#
    withdrawals list
        r#"{"op":"withdrawals.list","args":{"account":"alice","chain":"polygon","state":"failed"}}"#
    withdrawals history
        r#"{"op":"withdrawals.history","args":{"withdrawal":"$withdrawn.withdrawal.id"}}"#
    withdrawals allowed_actions
        r#"{"op":"withdrawals.allowed_actions","args":{"withdrawal":"$withdrawn.withdrawal.id","actor":"u-1"}}"#
    withdrawals diagram
        r#"{"op":"withdrawals.diagram","args":{"format":"mermaid"}}"#
    withdrawals stats
        r#"{"op":"withdrawals.stats","args":{}}"#
    withdrawals retire_lane
        r#"{"op":"withdrawals.retire_lane","args":{"lane":"$opened.lane.id"}}"#

    approvals set_policy
        r#"{"op":"approvals.set_policy","args":{"id":"large-payouts","operation":"ledger.deduct","threshold":"100.00 USD","approvers":1}}"#
    approvals policies
        r#"{"op":"approvals.policies"}"#
    [
        r#"{"op":"ledger.deduct","args":{"account":"alice","amount":"120.00 USD","key":"payout-2","actor":"alice"},"as":"asked","expect":"approval_required"}"#
    ]
    approvals get
        r#"{"op":"approvals.get","args":{"approval":"$asked.error.details.approval"}}"#
    approvals list
        r#"{"op":"approvals.list","args":{"state":"pending"}}"#
    approvals approve
        r#"{"op":"approvals.approve","args":{"approval":"$asked.error.details.approval","actor":{"id":"kim","role":"admin"}}}"#
    [
        r#"{"op":"ledger.deduct","args":{"account":"alice","amount":"130.00 USD","key":"payout-3","actor":"alice"},"as":"doubted","expect":"approval_required"}"#
    ]
    approvals reject
        r#"{"op":"approvals.reject","args":{"approval":"$doubted.error.details.approval","reason":"an unknown bank","actor":{"id":"kim","role":"admin"}}}"#
    approvals remove_policy
        r#"{"op":"approvals.remove_policy","args":{"id":"large-payouts"}}"#

    vault put
        r#"{"op":"vault.put","args":{"subject":"u-1","name":"email","value":"alice@example.com","searchable":true}}"#
    vault reveal
        r#"{"op":"vault.reveal","args":{"subject":"u-1","name":"email"}}"#
    vault find
        r#"{"op":"vault.find","args":{"name":"email","value":"alice@example.com"}}"#
    vault list
        r#"{"op":"vault.list","args":{"subject":"u-1"}}"#
    vault keys
        r#"{"op":"vault.keys"}"#
    vault rotate
        r#"{"op":"vault.rotate"}"#
    vault export
        r#"{"op":"vault.export","args":{"subject":"u-1","actor":{"id":"kim","role":"admin"}}}"#
    vault forget
        r#"{"op":"vault.forget","args":{"subject":"u-1"}}"#

    credentials set_pin
        r#"{"op":"credentials.set_pin","args":{"subject":"u-1","pin":"470815"}}"#
    credentials verify_pin
        r#"{"op":"credentials.verify_pin","args":{"subject":"u-1","pin":"470815","context":{"device":"0b9e5c1f7a3d4e62"}}}"#
    credentials unlock_pin
        r#"{"op":"credentials.unlock_pin","args":{"subject":"u-1","actor":{"id":"kim","role":"admin"}}}"#
    credentials enrol_totp
        r#"{"op":"credentials.enrol_totp","args":{"subject":"u-1","issuer":"Shop","account_name":"alice@example.com"}}"#
    credentials confirm_totp
        r#"{"op":"credentials.confirm_totp","args":{"subject":"u-1","code":"000000"},"expect":"otp_invalid"}"#
    credentials verify_totp
        r#"{"op":"credentials.verify_totp","args":{"subject":"u-1","code":"000000"},"expect":"credential_not_found"}"#

    signing create_key
        r#"{"op":"signing.create_key","args":{"label":"hot wallet"},"as":"hot"}"#
    signing import_key
        r#"{"op":"signing.import_key","args":{"mnemonic":"test test test test test test test test test test test junk","path":"m/44'/60'/0'/0/0"},"as":"old"}"#
    signing set_key_policy
        r#"{"op":"signing.set_key_policy","args":{"key":"$old.key","chain_ids":["137"],"recipients":["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],"max_value":"1000000000000000000","daily_value":"5000000000000000000","messages":true}}"#
    signing address
        r#"{"op":"signing.address","args":{"key":"$old.key"}}"#
    signing keys
        r#"{"op":"signing.keys"}"#
    signing sign_transaction
        r#"{"op":"signing.sign_transaction","args":{"key":"$old.key","tx":{"type":"eip1559","chain_id":"137","nonce":"0","to":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","value":"1000000000000000000","gas_limit":"21000","max_fee_per_gas":"30000000000","max_priority_fee_per_gas":"1000000000"}},"as":"signed"}"#
    signing decode_transaction
        r#"{"op":"signing.decode_transaction","args":{"raw":"$signed.raw"}}"#
    signing sign_message
        r#"{"op":"signing.sign_message","args":{"key":"$old.key","message":"Log in to the shop, 2026-01-01"},"as":"login"}"#
    signing recover
        r#"{"op":"signing.recover","args":{"message":"Log in to the shop, 2026-01-01","signature":"$login.signature"}}"#
    signing sign_typed_data
        r#"{"op":"signing.sign_typed_data","args":{"key":"$hot.key","typed_data":{"types":{"Mail":[{"name":"to","type":"address"},{"name":"contents","type":"string"}]},"primaryType":"Mail","domain":{"name":"Ether Mail","chainId":1},"message":{"to":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","contents":"Hello"}}}}"#
    [r#"{"op":"signing.import_key","args":{"address":"0x2c7536E3605D9C16a7a3D7b1898e529396a65c23","label":"in the KMS"},"as":"kms"}"#]
    signing prepare
        r#"{"op":"signing.prepare","args":{"key":"$kms.key","message":"Some data"}}"#
    signing complete
        r#"{"op":"signing.complete","args":{"key":"$kms.key","message":"Some data","signature":"0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c"}}"#
    signing erc20_transfer
        r#"{"op":"signing.erc20_transfer","args":{"token":"0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359","to":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","amount":"25000000"}}"#

    risk set_rule
        r#"{"op":"risk.set_rule","args":{"id":"five-in-ten-seconds","action":"ledger.deduct","subject":"account","metric":"count","window":"PT10S","limit":5,"outcome":"block"}}"#
    risk set_rate
        r#"{"op":"risk.set_rate","args":{"id":"hundred-a-minute","action":"*","subject":"actor","limit":100,"per":"PT1M"}}"#
    risk set_thresholds
        r#"{"op":"risk.set_thresholds","args":{"challenge":60,"block":90}}"#
    risk rules
        r#"{"op":"risk.rules"}"#
    risk block
        r#"{"op":"risk.block","args":{"subject":"ip","value":"203.0.113.7","reason":"stolen cards"}}"#
    risk allow
        r#"{"op":"risk.allow","args":{"subject":"account","value":"alice","reason":"known well","until":"2026-02-01T00:00:00Z"}}"#
    risk unlist
        r#"{"op":"risk.unlist","args":{"subject":"ip","value":"203.0.113.7"}}"#
    risk install_pack
        r#"{"op":"risk.install_pack","args":{"name":"prepaid","currency":"KRW","time_zone":"Asia/Seoul"}}"#
    [
        r#"{"op":"risk.set_rule","args":{"id":"cases","action":"ledger.top_up","subject":"meta.case","metric":"count","window":"lifetime","limit":0,"outcome":"review"}}"#
        r#"{"op":"ledger.top_up","args":{"account":"bob","amount":"5.00 USD","metadata":{"case":"c-1"},"key":"case-1","actor":{"id":"lee","role":"system"}},"expect":"review_required","as":"parked"}"#
        r#"{"op":"ledger.top_up","args":{"account":"bob","amount":"5.00 USD","metadata":{"case":"c-2"},"key":"case-2","actor":{"id":"lee","role":"system"}},"expect":"review_required","as":"unknown"}"#
    ]
    risk reviews
        r#"{"op":"risk.reviews","args":{"state":"pending","limit":20}}"#
    risk approve_review
        r#"{"op":"risk.approve_review","args":{"review":"$parked.error.details.review","actor":{"id":"kim","role":"admin"}}}"#
    risk reject_review
        r#"{"op":"risk.reject_review","args":{"review":"$unknown.error.details.review","reason":"nobody knows it","actor":{"id":"kim","role":"admin"}}}"#
    risk evaluate
        r#"{"op":"risk.evaluate","args":{"action":"ledger.deduct","args":{"account":"alice","amount":"5.00 USD"}}}"#
    risk profile
        r#"{"op":"risk.profile","args":{"account":"alice"}}"#
    risk decisions
        r#"{"op":"risk.decisions","args":{"subject":"account","value":"alice","limit":20}}"#
    risk remove_rule
        r#"{"op":"risk.remove_rule","args":{"id":"five-in-ten-seconds"}}"#

    events list
        r#"{"op":"events.list","args":{"types":["deal.opened"],"limit":20}}"#
    events verify_chain
        r#"{"op":"events.verify_chain"}"#
    events state_hash
        r#"{"op":"events.state_hash"}"#
    events replay
        r#"{"op":"events.replay","args":{"into":"memory:"}}"#

    events subscribe
        r#"{"op":"events.subscribe","args":{"sink":"mailer","types":["deal.*"],"from":"first"}}"#
    events take
        r#"{"op":"events.take","args":{"sink":"mailer","limit":2,"for":"PT1M"},"as":"batch"}"#
    events settle
        r#"{"op":"events.settle","args":{"sink":"mailer","fence":"$batch.fence","seq":"$batch.seq","failed":[{"seq":"$batch.events.0.seq","error":"no answer"}]}}"#
    events parked
        r#"{"op":"events.parked","args":{"sink":"mailer"},"as":"left"}"#
    events unpark
        r#"{"op":"events.unpark","args":{"sink":"mailer","object":"$left.items.0.object","object_id":"$left.items.0.object_id"}}"#
    events advance
        r#"{"op":"events.advance","args":{"consumer":"reports","seq":"$batch.seq","after_seq":0}}"#
    events sinks
        r#"{"op":"events.sinks"}"#
    events rewind
        r#"{"op":"events.rewind","args":{"sink":"mailer","seq":0}}"#
    events unsubscribe
        r#"{"op":"events.unsubscribe","args":{"sink":"reports"}}"#

    jobs enqueue
        r#"{"op":"jobs.enqueue","args":{"kind":"mail.invoice","payload":{"order":"order-1"},"key":"order-1/invoice"}}"#
    jobs lease
        r#"{"op":"jobs.lease","args":{"kinds":["notify.parties"],"limit":3,"for":"PT1M"},"as":"leased"}"#
    jobs complete
        r#"{"op":"jobs.complete","args":{"job":"$leased.jobs.0.id","fence":"$leased.jobs.0.fence","result":{"sent":true}}}"#
    jobs fail
        r#"{"op":"jobs.fail","args":{"job":"$leased.jobs.1.id","fence":"$leased.jobs.1.fence","error":"no answer"}}"#
    jobs retry
        r#"{"op":"jobs.retry","args":{"job":"$leased.jobs.1.id"}}"#
    jobs extend
        r#"{"op":"jobs.extend","args":{"job":"$leased.jobs.2.id","fence":"$leased.jobs.2.fence","for":"PT10M"}}"#
    jobs release
        r#"{"op":"jobs.release","args":{"job":"$leased.jobs.2.id","fence":"$leased.jobs.2.fence"}}"#
    jobs discard
        r#"{"op":"jobs.discard","args":{"job":"$leased.jobs.2.id"}}"#
    jobs list
        r#"{"op":"jobs.list","args":{"state":"queued","limit":20}}"#
    jobs stats
        r#"{"op":"jobs.stats"}"#
    jobs run_due
        r#"{"op":"jobs.run_due","args":{"limit":100}}"#

    admin lookup_key
        r#"{"op":"admin.lookup_key","args":{"key":"order-7"}}"#
    admin audit
        r#"{"op":"admin.audit","args":{"object":"$order.deal.id"}}"#
    admin health
        r#"{"op":"admin.health"}"#
    admin metrics
        r#"{"op":"admin.metrics"}"#
    admin stats
        r#"{"op":"admin.stats"}"#
    admin verify
        r#"{"op":"admin.verify"}"#
    admin confirm_clock
        r#"{"op":"admin.confirm_clock"}"#
    admin erase_context
        r#"{"op":"admin.erase_context","args":{"subject":"u-1"}}"#
    admin backup
        r#"{"op":"admin.backup","args":{"path":"backup.db"}}"#
    admin restore
        r#"{"op":"admin.restore","args":{"path":"backup.db"}}"#
    admin fork
        r#"{"op":"admin.fork"}"#
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::Value;

    use super::STORY;
    use crate::api::operations::OPERATIONS;

    #[test]
    fn every_operation_has_one_example_which_calls_it() {
        let mut examples: Vec<&str> = STORY.iter().filter_map(|(name, _)| *name).collect();
        let mut operations: Vec<&str> = OPERATIONS.iter().map(|info| info.name).collect();
        examples.sort_unstable();
        operations.sort_unstable();
        assert_eq!(examples, operations);
        for (name, line) in STORY {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(name.is_none_or(|name| line["op"] == *name), "{name:?}: {line}");
        }
    }
}
