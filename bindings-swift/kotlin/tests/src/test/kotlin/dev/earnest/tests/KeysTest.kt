package dev.earnest.tests

import dev.earnest.Address
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.KeyStore
import dev.earnest.Keyring
import dev.earnest.Limits
import dev.earnest.Options
import dev.earnest.Signature
import dev.earnest.SignatureCompleted
import dev.earnest.Signer
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private class Leaky : Exception("secret 1234")

/** Keys and signers of the application: what they throw says nothing, and nothing waits for them for ever. */
class KeysTest {
    private suspend fun opened(store: KeyStore): Engine = Engine.open("memory:", Options(keyring = Keyring.source(store)))

    @Test
    fun `a keyring is a text, a file, or fetched`(): Unit = runBlocking {
        val text = Keyring.generate()
        val file = File(folder(), "keys").apply { writeText(text) }
        // one that others could read is refused
        Files.setPosixFilePermissions(file.toPath(), PosixFilePermissions.fromString("rw-------"))
        val options = listOf(Keyring.text(text), Keyring.file(file), Keyring.source { text }).map { Options(keyring = it) }
        for (one in options) Engine.open("memory:", one).use { bank ->
            assertEquals(1, bank.receipts.publicKeys().keys.size)
            assertFalse(bank.reloadKeyring())
        }
        assertFalse(text in "${options[0].keyring}")
        refused("invalid_request") { Engine.open("memory:", Options(keyring = Keyring.text("file:${file.path}"))) }
    }

    @Test
    fun `a key store that fails is told by its type`(): Unit = runBlocking(Dispatchers.Default) {
        val failing = refused("invalid_request") { opened { throw Leaky() } }
        assertEquals("keyring", failing.field)
        assertTrue("Leaky" in failing.toJson() && "1234" !in failing.toJson()) { failing.toJson() }
        refused("invalid_request") { opened { "garbage secret 1234" } }.let { assertFalse("1234" in it.toJson()) }
        refused("invalid_request") { opened { "\ud800" } }
        refused("invalid_request") { opened { throw AssertionError("secret 1234") } }.let { assertFalse("1234" in it.toJson()) }
        // one that uses engines itself is no matter
        opened { Engine.open("memory:").use { it.health() }; Keyring.generate() }.close()
    }

    @Test
    fun `a key store that hangs is given up`(): Unit = runBlocking(Dispatchers.Default) {
        Limits.keyring = 100.milliseconds
        val over = CountDownLatch(1)
        try {
            for (hanging in listOf(KeyStore { awaitCancellation() }, KeyStore { over.await(60, SECONDS); "" })) {
                val refused = refused("invalid_request") { opened(hanging) }
                assertTrue("was not fetched within" in refused.message) { refused.message }
            }
        } finally {
            Limits.keyring = 30.seconds
            over.countDown()
        }
    }

    @Test
    fun `a key store and a signer have real time under a clock that skips`(): Unit = runTest {
        val text = Keyring.generate()
        opened { withContext(Dispatchers.IO) { Thread.sleep(50); text } }.use { bank ->
            assertFalse(bank.reloadKeyring())
            val key = bank.signing.importKey(address = Secp.ADDRESS.text).key
            val slow = object : Signer by Secp() {
                override suspend fun sign(digest: ByteArray) = withContext(Dispatchers.IO) { Thread.sleep(50); Secp().sign(digest) }
            }
            assertEquals(Secp.ADDRESS, Address.recover("m", bank.signing.sign(message = "m", with = slow, key = key).signature))
        }
    }

    @Test
    fun `a message is signed on the device and recovered`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            val key = bank.signing.importKey(address = Secp.ADDRESS.text).key
            val signed = bank.signing.sign(message = "pay 40.00 USD", with = Secp(), key = key)
            assertEquals(Secp.ADDRESS, Address.recover("pay 40.00 USD", signed.signature))
            assertEquals(Secp.ADDRESS, Signature.recover(signed.digest, signed.signature))
            refusedNow("invalid_request") { Address.parse(Secp.ADDRESS.text.replace("E5F", "e5f")) }

            suspend fun fails(reason: String, limit: Duration = 120.seconds, answer: suspend (ByteArray) -> ByteArray) {
                val refused = refused("signature_invalid") {
                    bank.signing.sign(message = "m", with = signer(answer), key = key, limit = limit)
                } as EarnestException.SignatureInvalid
                assertTrue(reason in refused.reason) { refused.reason }
                assertFalse("1234" in refused.toJson())
            }
            fails("the signer failed: Leaky") { throw Leaky() }
            fails("the signer did not answer", 300.milliseconds) { awaitCancellation() }
            val over = CountDownLatch(1)
            try {
                fails("the signer did not answer", 300.milliseconds) { over.await(60, SECONDS); it }
            } finally {
                over.countDown()
            }
            fails("") { ByteArray(64) { 7 } }
            fails("") { ByteArray(0) }
            fails("") { ByteArray(10_000) }
            // nobody is asked whose address it is not, or for less than no time
            val other = object : Signer {
                override val address: Address = Address.parse("0x000000000000000000000000000000000000dEaD")

                override suspend fun sign(digest: ByteArray): ByteArray = throw AssertionError("it was asked")
            }
            val strange = refused("signature_invalid") { bank.signing.sign(message = "m", with = other, key = key) }
            assertTrue("another address" in strange.message) { strange.message }
            val limited = refused("invalid_request") { bank.signing.sign(message = "m", with = other, key = key, limit = (-1).seconds) }
            assertEquals("limit", limited.field)
            // another key than that of the address
            fails("") { Secp(java.math.BigInteger.TWO).sign(it) }
            val again: SignatureCompleted = bank.signing.sign(message = "n", with = signer { bank.health(); Secp().sign(it) }, key = key)
            assertEquals(Secp.ADDRESS, Address.recover("n", again.signature))
            assertTrue(bank.verify().ok)
        }
    }

    private fun signer(answer: suspend (ByteArray) -> ByteArray): Signer = object : Signer {
        override val address: Address = Secp.ADDRESS

        override suspend fun sign(digest: ByteArray): ByteArray = answer(digest)
    }
}
