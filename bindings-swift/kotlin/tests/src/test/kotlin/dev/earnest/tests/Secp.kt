package dev.earnest.tests

import dev.earnest.Address
import dev.earnest.Signer
import java.math.BigInteger
import java.security.SecureRandom

/** Signs with secp256k1, for tests: nothing here is constant in time. */
class Secp(private val secret: BigInteger = BigInteger.ONE) : Signer {
    override val address: Address get() = ADDRESS

    override suspend fun sign(digest: ByteArray): ByteArray {
        val nonce = BigInteger(250, SecureRandom()).max(BigInteger.TWO)
        val r = times(nonce).first.mod(ORDER)
        val s = nonce.modInverse(ORDER) * (BigInteger(1, digest) + r * secret) % ORDER
        return padded(r) + padded(s)
    }

    private fun padded(number: BigInteger): ByteArray = number.toByteArray().let { bytes ->
        if (bytes.size > 32) bytes.copyOfRange(bytes.size - 32, bytes.size) else ByteArray(32 - bytes.size) + bytes
    }

    private fun times(factor: BigInteger): Pair<BigInteger, BigInteger> {
        var sum: Pair<BigInteger, BigInteger>? = null
        var power = BASE
        for (bit in 0 until factor.bitLength()) {
            if (factor.testBit(bit)) sum = sum?.let { added(it, power) } ?: power
            power = added(power, power)
        }
        return sum!!
    }

    private fun added(one: Pair<BigInteger, BigInteger>, other: Pair<BigInteger, BigInteger>): Pair<BigInteger, BigInteger> {
        val slope = if (one == other) {
            one.first.pow(2) * BigInteger.valueOf(3) * (one.second * BigInteger.TWO).modInverse(PRIME)
        } else {
            (other.second - one.second) * (other.first - one.first).mod(PRIME).modInverse(PRIME)
        }
        val x = (slope.pow(2) - one.first - other.first).mod(PRIME)
        return x to (slope * (one.first - x) - one.second).mod(PRIME)
    }

    companion object {
        /** The address of the private key 1. */
        val ADDRESS: Address = Address.parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
        private val PRIME = BigInteger.TWO.pow(256) - BigInteger("1000003d1", 16)
        private val ORDER = BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
        private val BASE = BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16) to
            BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16)
    }
}
