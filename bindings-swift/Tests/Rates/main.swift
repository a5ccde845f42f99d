// How many top-ups a second so many tasks make, each one call after the other: `Rates FILE TASKS SECONDS`.

import Earnest
import Foundation

/// How many accounts the calls are spread over, as in `earnest-benches ledger`.
let accounts = 1_000

let arguments = CommandLine.arguments
guard arguments.count == 4, let tasks = Int(arguments[2]), let seconds = Int(arguments[3]) else {
    print("usage: Rates FILE TASKS SECONDS")
    exit(2)
}
let bank = try await Engine.open(file: URL(fileURLWithPath: arguments[1]))
let amount = try Money("0.01", "USD")
let began = ContinuousClock.now
let end = began + .seconds(seconds)
let made = try await withThrowingTaskGroup(of: Int.self) { group in
    for task in 0..<tasks {
        group.addTask {
            var made = 0
            while ContinuousClock.now < end {
                let account = "a-\((made * tasks + task) % accounts)"
                _ = try await bank.ledger.topUp(account: account, amount: amount, key: "k-\(task)-\(made)")
                made += 1
            }
            return made
        }
    }
    var made = 0
    while let more = try await group.next() { made += more }
    return made
}
let took = ContinuousClock.now - began
let verified = try await bank.verify()
precondition(verified.ok)
await bank.close()
print(made * 1_000 / Int(took / .milliseconds(1)))
