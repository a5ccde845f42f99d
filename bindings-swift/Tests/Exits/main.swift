// A process that ends with calls in flight: `Exits FILE`. Nothing that was answered may be lost, and nothing may crash.

import Earnest
import Foundation

let bank = try await Engine.open(file: URL(fileURLWithPath: CommandLine.arguments[1]))
let answered = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: UUID().uuidString)
for _ in 0..<64 {
    Task.detached {
        _ = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: UUID().uuidString)
    }
}
try await Task.sleep(for: .microseconds(Int.random(in: 0..<3000)))
print(answered.balance.posted.minor)
exit(0)
