#if canImport(Security)
    import Foundation
    import Security

    /// Keeps the keyring in the keychain of this device, where it is open while the device is unlocked; it leaves the
    /// device in no backup. It has not been run by the tests of this package, which run on Linux.
    public struct KeychainKeyStore: KeyStore {
        private let service: String
        private let account: String

        public init(service: String, account: String) {
            self.service = service
            self.account = account
        }

        /// The keyring that is kept; the first time a new one is made and kept.
        public func keyring() async throws -> String {
            if let kept = try read() { return kept }
            let made = Keyring.generate()
            let added = SecItemAdd(item([kSecValueData as String: Data(made.utf8)]) as CFDictionary, nil)
            // another process may have been faster
            if added == errSecDuplicateItem, let kept = try read() { return kept }
            guard added == errSecSuccess else { throw KeychainError(status: added) }
            return made
        }

        private func read() throws -> String? {
            var found: CFTypeRef?
            let query = base.merging([kSecReturnData as String: true, kSecMatchLimit as String: kSecMatchLimitOne]) { $1 }
            let status = SecItemCopyMatching(query as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            guard status == errSecSuccess, let data = found as? Data else { throw KeychainError(status: status) }
            return String(data: data, encoding: .utf8)
        }

        private var base: [String: Any] {
            [kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: service, kSecAttrAccount as String: account]
        }

        private func item(_ more: [String: Any]) -> [String: Any] {
            base.merging([kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly]) { $1 }.merging(more) { $1 }
        }
    }

    /// An error of the keychain.
    public struct KeychainError: Error, Sendable {
        /// Its number.
        public let status: OSStatus
    }
#endif
