import Foundation

/// A key of secp256k1 that never enters the engine: on a device, one that the platform wraps.
///
/// The Secure Enclave has keys of P-256 only, so it cannot sign for chains by itself: it can seal the bytes of such a key.
public protocol Signer: Sendable {
    /// The address of the key.
    var address: Address { get }
    /// Signs 32 bytes: DER, 64 bytes, or 65.
    func sign(digest: Data) async throws -> Data
}

extension SigningService {
    /// Has a signer sign a message: `prepare`, the signer, `complete`. No transaction is open meanwhile, and nothing is
    /// tried twice.
    ///
    /// - Throws: `EarnestError.signatureInvalid` when the signer throws, answers for another key or not at all.
    public func sign(
        message: String, with signer: some Signer, key: String, limit: Duration = .seconds(30), actor: Actor? = nil
    ) async throws -> SignatureCompleted {
        try checked(limit)
        let prepared = try await prepare(key: key, message: message, actor: actor)
        let signature = try await signed(prepared, signer, limit)
        return try await complete(key: key, signature: signature, message: message, actor: actor)
    }

    /// The same for a transaction.
    public func sign(
        transaction: TransactionFields, with signer: some Signer, key: String, limit: Duration = .seconds(30), actor: Actor? = nil
    ) async throws -> SignatureCompleted {
        try checked(limit)
        let prepared = try await prepare(key: key, tx: transaction, actor: actor)
        let signature = try await signed(prepared, signer, limit)
        return try await complete(key: key, signature: signature, tx: transaction, actor: actor)
    }

    /// The same for typed data (EIP-712).
    public func sign(
        typedData: JSON, with signer: some Signer, key: String, limit: Duration = .seconds(30), actor: Actor? = nil
    ) async throws -> SignatureCompleted {
        try checked(limit)
        let prepared = try await prepare(key: key, typedData: typedData, actor: actor)
        let signature = try await signed(prepared, signer, limit)
        return try await complete(key: key, signature: signature, typedData: typedData, actor: actor)
    }

    private func checked(_ limit: Duration) throws(EarnestError) {
        if limit < .zero { throw .invalid("limit", "must be a length of time from 0 up") }
    }

    private func signed(_ prepared: SignaturePrepared, _ signer: some Signer, _ limit: Duration) async throws -> String {
        // nobody is asked to confirm what another key is to sign
        guard signer.address.text.lowercased() == prepared.from.lowercased() else { throw refused("the signer is of another address") }
        guard let digest = Data(hex: prepared.digest) else { throw refused("there is nothing to sign") }
        switch try await Race.first(within: limit, { try await signer.sign(digest: digest) }) {
        case .value(let signature):
            guard (1...256).contains(signature.count) else { throw refused("the signer answered no signature") }
            return signature.hex
        case .failed(let error): throw refused("the signer failed: \(typeName(error))")
        case .late: throw refused("the signer did not answer")
        }
    }

    private func refused(_ reason: String) -> EarnestError {
        .refuse("signature_invalid", ["reason": .string(reason)])
    }
}
