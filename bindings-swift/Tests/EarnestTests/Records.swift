import XCTest

@testable import Earnest

/// The contract, as the command line prints it.
struct Records {
    struct Operation {
        let reply: String
        let isPage: Bool
        let arguments: [String]
        let required: [String]
    }

    let contract: JSON
    let operations: [String: Operation]

    init() throws {
        contract = try JSONReader.read(Array(try made("contract.json")), field: "contract", deepest: 128)
        var found: [String: Operation] = [:]
        for service in contract["services"]?.array ?? [] {
            for one in service["operations"]?.array ?? [] {
                let arguments = one["arguments"]?.array ?? []
                found[one["name"]?.string ?? ""] = Operation(
                    reply: one["reply"]?["record"]?.string ?? "", isPage: one["reply"]?["page"]?.bool == true,
                    arguments: arguments.compactMap { $0["name"]?.string },
                    required: arguments.filter { $0["required"] == true }.compactMap { $0["name"]?.string })
            }
        }
        operations = found
    }

    /// `top_up` as `topUp`.
    static func camel(_ name: String) -> String {
        let parts = name.split(separator: "_")
        return parts.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }.joined()
    }

    /// The views that the recorded replies are.
    static let views: [String: any EarnestView.Type] = [
        "Account": Account.self, "AccountReply": AccountReply.self, "Actions": Actions.self, "Balance": Balance.self,
        "Balances": Balances.self, "BatchReply": BatchReply.self, "Captured": Captured.self, "Chain": Chain.self, "Deal": Deal.self,
        "DealReply": DealReply.self, "Dispute": Dispute.self, "DisputeFile": DisputeFile.self, "DisputeReply": DisputeReply.self,
        "DisputeStats": DisputeStats.self, "Entry": Entry.self, "Event": Event.self, "Hold": Hold.self, "HoldReply": HoldReply.self,
        "Job": Job.self, "JobReply": JobReply.self, "JobStats": JobStats.self, "KeyOutcome": KeyOutcome.self, "Leased": Leased.self,
        "Moved": Moved.self, "Posted": Posted.self, "Quote": Quote.self, "Ran": Ran.self, "Receipt": Receipt.self,
        "Statement": Statement.self, "StateHash": StateHash.self, "Transfer": Transfer.self, "TrialBalance": TrialBalance.self,
        "Validation": Validation.self, "Verification": Verification.self, "Verify": Verify.self, "Health": Health.self,
        "TreasuryReply": TreasuryReply.self, "Usage": Usage.self, "PolicyReply": PolicyReply.self, "Approval": Approval.self,
        "ApproveReply": ApproveReply.self, "ApprovalReply": ApprovalReply.self, "RuleReply": RuleReply.self,
        "PublicKeys": PublicKeys.self, "Settlement": Settlement.self, "Locked": Locked.self, "SinkReply": SinkReply.self,
        "Batch": Batch.self, "PinSet": PinSet.self, "PinVerified": PinVerified.self, "ValuePut": ValuePut.self,
    ]
}
