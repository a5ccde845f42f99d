// The screen of the till, for an app of Xcode. It is thin, and no part of the build on Linux, which has no SwiftUI: no test
// has compiled it. What it shows is decided by `Till`, which the tests drive.

import Earnest
import SwiftUI
import Till
import UIKit

@MainActor
final class TillModel: ObservableObject {
    @Published var balance = ""
    @Published var message = ""
    private let till: Till

    init(till: Till) {
        self.till = till
    }

    func topUp(_ customer: String, _ amount: String) async {
        do {
            balance = try await till.topUp(customer, Money(amount, "USD"), slip: UUID().uuidString).format(locale: .current)
            message = ""
        } catch {
            message = await till.refusal ?? error.localizedDescription
        }
    }
}

struct TillView: View {
    @StateObject var model: TillModel
    @State private var customer = ""
    @State private var amount = ""

    var body: some View {
        Form {
            TextField("Customer", text: $customer)
            TextField("Amount", text: $amount)
            Button("Top up") { Task { await model.topUp(customer, amount) } }
            if !model.balance.isEmpty { Text(model.balance).font(.title) }
            if !model.message.isEmpty { Text(model.message).foregroundStyle(.red) }
        }
    }
}

/// The place of the ledger: no backup takes it, since one that came back would have money that was spent.
func ledger() throws -> URL {
    var folder = URL.applicationSupportDirectory.appending(path: "ledger", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try folder.setResourceValues(values)
    return folder.appending(path: "till.db")
}

/// An app that is suspended holds no lock of a file.
struct Suspending: ViewModifier {
    let bank: Engine
    @Environment(\.scenePhase) private var phase

    func body(content: Content) -> some View {
        content.onChange(of: phase) { now in
            if now == .background { pause() }
            if now == .active {
                Task {
                    try? await bank.resume()
                    _ = try? await bank.jobs.runDue()
                }
            }
        }
    }

    /// The system waits for what it was told of: a task alone may be suspended before the files are closed.
    @MainActor
    private func pause() {
        let assertion = Assertion("pause")
        Task {
            await bank.pause(limit: .seconds(2))
            assertion.end()
        }
    }
}

/// Time of the system's for work in the background. Whoever does not end it is ended.
@MainActor
private final class Assertion {
    private var id = UIBackgroundTaskIdentifier.invalid

    init(_ name: String) {
        id = UIApplication.shared.beginBackgroundTask(withName: name) { [weak self] in self?.end() }
    }

    func end() {
        UIApplication.shared.endBackgroundTask(id)
        id = .invalid
    }
}
