// Second names of what others name alike, for files that import both with `*`.

package dev.earnest

/** [Currency], where a file has `java.util.*` too. */
public typealias EarnestCurrency = Currency

/** [Json], where a file has `kotlinx.serialization.json.*` too. */
public typealias EarnestJson = Json

/** [KeyStore], where a file has `java.security.*` too. */
public typealias EarnestKeyStore = KeyStore

/** [Policy], where a file has `java.security.*` too. */
public typealias EarnestPolicy = Policy

/** [PublicKey], where a file has `java.security.*` too. */
public typealias EarnestPublicKey = PublicKey

/** [Signature], where a file has `java.security.*` too. */
public typealias EarnestSignature = Signature

/** [Signer], where a file has `java.security.*` too. */
public typealias EarnestSigner = Signer
