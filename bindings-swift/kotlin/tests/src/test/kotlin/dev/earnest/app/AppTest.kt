package dev.earnest.app

import dev.earnest.Action
import dev.earnest.Actor
import dev.earnest.Address
import dev.earnest.Balance
import dev.earnest.Currency
import dev.earnest.Deal
import dev.earnest.DealState
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.Entry
import dev.earnest.Failed
import dev.earnest.IdempotencyKey
import dev.earnest.Json
import dev.earnest.KeyStore
import dev.earnest.Keyring
import dev.earnest.Listing
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.Page
import dev.earnest.PublicKeys
import dev.earnest.Receipt
import dev.earnest.Signature
import dev.earnest.Signer
import dev.earnest.Verification
import dev.earnest.testing.Options
import dev.earnest.testing.TestEngine
import dev.earnest.verifyWebhook
import java.io.File
import java.math.BigDecimal
import java.math.BigInteger
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.HexFormat
import java.util.Locale
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A key that is kept elsewhere: by the engine of another device. */
private class Device(private val bank: Engine, private val key: String, override val address: Address) : Signer {
    override suspend fun sign(digest: ByteArray): ByteArray {
        val signed = bank.signing.signMessage(key = key, message = "pay 40.00 USD")
        check(signed.digest == "0x" + HexFormat.of().formatHex(digest))
        return HexFormat.of().parseHex(signed.signature.removePrefix("0x"))
    }
}

/**
 * An app as its developer writes it: what the package promises, line by line, over what is public alone, and
 * with every name imported by itself.
 */
public class AppTest {
    @Test
    public fun `an engine is opened, looked at and closed`(): Unit = runBlocking {
        val t = Keyring.generate()
        val bank = Engine.open("memory:", Options(keyring = Keyring.text(t), currencies = mapOf("USDC" to 6)))
        val anna = bank.acting(Actor("anna", "admin"))
        anna.ledger.topUp(account = "alice", amount = Money("1.00", "USD"), key = "t-1")
        val alice = bank.acting("alice")
        assertEquals("1.00", alice.ledger.balance(account = "alice").available.text)
        val shop = bank.book("shop-1")
        assertTrue(shop.ledger.accounts().page().items.isEmpty())
        val raw: String = bank.call("ledger.balance", """{"account":"alice"}""")
        assertEquals("1.00", Json.parse(raw)["available"]["amount"].textOrNull)
        assertFalse(bank.isClosed)
        assertFalse(bank.isPaused)
        assertTrue(bank.health().status.isNotEmpty())
        assertTrue(bank.verify().ok)
        val metrics: String = bank.metrics()
        assertTrue("earnest_" in metrics)
        val changed: Boolean = bank.reloadKeyring()
        assertFalse(changed)
        bank.nudge()
        assertThrows(EarnestException.NotSupported::class.java) { runBlocking { shop.close() } }
        bank.close()
        bank.close()
        assertTrue(bank.isClosed)
        assertThrows(EarnestException.StoreUnavailable::class.java) { runBlocking { bank.health() } }
        assertThrows(EarnestException.NotSupported::class.java) { runBlocking { Engine.open("postgres://localhost/shop") } }
        assertThrows(EarnestException.NotSupported::class.java) { runBlocking { Engine.open("memory:", Options(webhooks = true)) } }
    }

    @Test
    public fun `a file stands still and goes on`(): Unit = runBlocking {
        val file = File(Files.createTempDirectory("till").toFile(), "my %20 till?.db")
        Engine.open(file).use { bank ->
            bank.pause()
            assertTrue(bank.isPaused)
            val refused = assertThrows(EarnestException.StoreUnavailable::class.java) { runBlocking { bank.health() } }
            assertEquals("the engine is paused", refused.details.reason)
            assertEquals("later", refused.retry)
            bank.pause(limit = 1.seconds)
            bank.resume()
            assertFalse(bank.isPaused)
            assertEquals(0L, bank.jobs.runDue().timers)
        }
        val other = Engine.open(file = file, options = Options(background = true))
        other.close()
    }

    @Test
    public fun `a deal is opened, paid and listed`(): Unit = runBlocking {
        val bank = Engine.open("memory:", Options())
        val moved = bank.ledger.topUp(account = "alice", amount = Money("100.00", "USD"), key = "t-1")
        assertTrue(moved.balance.available == Money("100.00", "USD") && !moved.replayed)
        val opened = bank.escrow.open(buyer = "alice", seller = "bob", price = Money("40.00", "USD"), key = "ord-7")
        bank.ledger.entries(account = "alice").collect { println(it.amount) }
        val paid = bank.escrow.pay(deal = opened.deal.id)
        assertEquals(DealState.AWAITING_SHIPMENT, paid.deal.state)

        val list: Listing<Entry> = bank.ledger.entries(account = "alice", limit = 1)
        val page: Page<Entry> = list.page()
        assertEquals(listOf("-40.00"), page.items.map { it.amount.text })
        val next: String? = page.next
        assertNotNull(next)
        val lag: Long = page.lag ?: 0
        assertTrue(lag >= 0)

        val usd = Money("1.00", "USD")
        val gold = Json.parse("""{"tier":"gold","seats":[4,true]}""")
        bank.ledger.hold(account = "alice", amount = usd, key = "h-1", expiresIn = 60.seconds, metadata = gold)
        bank.ledger.hold(account = "alice", amount = usd, key = "h-2", expiresAt = Instant.now().plusSeconds(3600), reference = "table 4")
        val balance: Balance = bank.ledger.balance(account = "alice", actor = Actor("alice"))
        assertEquals("2.00", balance.held.text)
        assertEquals("gold", gold["tier"].textOrNull)
        assertEquals(2, gold["seats"].items.size)
        assertTrue(gold["seats"].items[1].boolean)
        assertEquals("""{"tier":"gold","seats":[4,true]}""", gold.toString())
        bank.close()
    }

    @Test
    public fun `money is made, read, counted and shown`() {
        val a = Money("40.00", "USD")
        val b = Money(BigDecimal("2"), "USD")
        assertEquals("5000", Money(5000L, "KRW").text)
        assertEquals(a, Money.parse("40.00 USD"))
        assertEquals(a, Money.ofMinor(BigInteger("4000"), "USD"))
        assertEquals(a, Money.ofMinor(4000L, "USD"))
        assertEquals(BigDecimal("40.00"), a.amount)
        assertEquals(listOf("40.00", "USD"), listOf(a.text, a.currency))
        assertEquals(BigInteger("4000"), a.minor)
        assertEquals(2, a.scale)
        assertTrue(Money.zero("USD").isZero)
        assertFalse(a.isNegative)
        assertEquals(Money("42.00", "USD"), a + b)
        assertEquals(Money("38.00", "USD"), a - b)
        assertEquals(Money("120.00", "USD"), a * 3)
        assertEquals(Money("-40.00", "USD"), -a)
        assertTrue(a > b && a.compareTo(b) > 0)
        assertEquals(listOf("13.34", "26.66"), a.split(listOf(1, 2)).map { it.text })
        assertEquals(listOf("33.34", "33.33", "33.33"), Money("100.00", "USD").split(3).map { it.text })
        assertEquals("40.00 USD", a.toString())
        assertEquals("40.00 USD", a.format())
        assertEquals("$40.00", a.format(Locale.US))
        Currency.register("USDC", scale = 6)
        assertEquals("1.500000", Money("1.5", "USDC").text)
        assertThrows(EarnestException.CurrencyMismatch::class.java) { a + Money(5000L, "KRW") }
        assertThrows(EarnestException.InvalidAmount::class.java) { Money("1e3", "USD") }
    }

    @Test
    public fun `a refusal is caught by its code`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            bank.funded("alice", "1.00 USD")
            val e = assertThrows(EarnestException.InsufficientBalance::class.java) {
                runBlocking { bank.ledger.deduct(account = "alice", amount = Money("2.00", "USD"), key = "d-1") }
            }
            val rejected: EarnestException.Rejected = e
            assertEquals("rejected", rejected.kind)
            assertEquals(Money("1.00", "USD"), e.details.available)
            assertEquals(e.details.available, e.available)
            val code: String = e.code
            assertEquals("insufficient_balance", code)
            assertTrue(e.message.isNotEmpty())
            assertEquals("never", e.retry)
            assertFalse(e.retryable)
            assertEquals(409, e.httpStatus)
            assertNull(e.index)
            assertEquals("잔액이 부족합니다", e.toUser("ko"))
            assertEquals("ko", e.languageOf("ko-KR"))
            assertTrue(e.render("{available} left").endsWith(" left"))
            assertEquals("INSUFFICIENT_BALANCE", e.envelope("ko").code)
            assertEquals(e, EarnestException.fromJson(e.toJson()))
        }
        assertTrue(EarnestException.fromJson("""{"code":"of_later","message":"m"}""") is EarnestException.Unknown)
    }

    @Test
    public fun `the JSON of a server is read`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            val deal = bank.deal(state = DealState.DELIVERED)
            val text = deal.toJson()
            assertEquals(deal, Deal.fromJson(text))
            assertEquals(listOf(deal), Page.fromJson("""{"items":[$text],"next":null}""", Deal::fromJson).items)
            val wrong = text.replace("\"price\":{\"amount\":\"40.00\"", "\"price\":{\"amount\":40")
            val refused = assertThrows(EarnestException.InvalidRequest::class.java) { Deal.fromJson(wrong) }
            assertEquals("deal.price.amount", refused.field)

            val now = bank.clock.now
            val actions = deal.allowedActions(Actor("buyer"), at = now)
            assertTrue("confirm" in actions && actions.contains("confirm"))
            val confirm: Action = actions.first { it.trigger == "confirm" }
            assertEquals(DealState.RELEASED, confirm.to)
            assertEquals(emptyList<String>(), confirm.needs)
            assertEquals(actions.toList(), deal.allowedActions("buyer", now).toList())
            assertNull(deal.stopped)
            assertThrows(EarnestException.NotPermitted::class.java) { deal.allowedActions(Actor("buyer", "seller"), now) }
            val row = Deal.transitions.single { it.from == deal.state && it.trigger == "confirm" }
            assertEquals(listOf("released"), row.through)
        }
    }

    @Test
    public fun `receipts, keys and webhooks are checked without an engine`(): Unit = runBlocking {
        val bank = TestEngine.open()
        val deal = bank.deal(state = DealState.RELEASED)
        val publicKeys: PublicKeys = bank.receipts.publicKeys()
        val receipt = Receipt.fromJson(bank.receipts.list(deal = deal.id).first().toJson())
        bank.close()

        val verification: Verification = receipt.verify(publicKeys)
        assertTrue(verification.valid)
        assertNotNull(verification.kid)
        assertNotNull(verification.alg)
        assertNull(verification.reason)
        assertEquals(verification, receipt.verify(publicKeys.toJson()))
        assertEquals(verification, Receipt.verify(receipt.toJson(), publicKeys))
        assertEquals("ord-7/open", IdempotencyKey("ord-7").forStep("open").text)
        val address = Address.parse("0x2c7536e3605d9c16a7a3d7b1898e529396a65c23")
        assertEquals("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23", address.text)
        val headers = mapOf(
            "webhook-id" to "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp" to "1614265330",
            "webhook-signature" to "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        )
        val secrets = listOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        val id = verifyWebhook("""{"test": 2432232314}""".toByteArray(), headers, secrets, now = Instant.parse("2021-02-25T15:02:10Z"))
        assertEquals("msg_p5jXN8AQM9LWM0D4loKWxJek", id)
    }

    @Test
    public fun `a keyring is a text, a file or fetched`(): Unit = runBlocking {
        val t = Keyring.generate()
        val file = File(Files.createTempDirectory("keys").toFile(), "keys").apply { writeText(t) }
        Files.setPosixFilePermissions(file.toPath(), PosixFilePermissions.fromString("rw-------"))
        for (keyring in listOf(Keyring.text(t), Keyring.file(file), Keyring.source(KeyStore { t }))) {
            Engine.open("memory:", Options(keyring = keyring)).use { bank ->
                bank.vault.put(subject = "alice", name = "email", value = "alice@example.com")
                assertFalse(bank.reloadKeyring())
            }
        }
    }

    @Test
    public fun `a key of the device signs`(): Unit = runBlocking {
        val other = Engine.open("memory:", Options(keyring = Keyring.text(Keyring.generate())))
        val own = other.signing.createKey(label = "device")
        other.signing.setKeyPolicy(key = own.key, chainIds = listOf("1"), messages = true)
        val device = Device(other, own.key, Address.parse(own.address))

        val bank = Engine.open("memory:", Options(keyring = Keyring.text(Keyring.generate())))
        val key = bank.signing.importKey(address = device.address.text).key
        bank.signing.setKeyPolicy(key = key, chainIds = listOf("1"), messages = true)
        val signed = bank.signing.sign(message = "pay 40.00 USD", with = device, key = key)
        assertEquals(device.address, Address.recover(message = "pay 40.00 USD", signature = signed.signature))
        assertEquals(device.address, Signature.recover(digest = signed.digest, signature = signed.signature))
        bank.close()
        other.close()
    }

    @Test
    public fun `what is cancelled is decided by its key`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            val call = launch { bank.ledger.topUp(account = "alice", amount = Money("1.00", "USD"), key = "c-1") }
            call.cancelAndJoin()
            val again = bank.ledger.topUp(account = "alice", amount = Money("1.00", "USD"), key = "c-1")
            assertEquals("1.00", again.balance.available.text)
            assertTrue(withTimeout(30.seconds) { bank.health() }.status.isNotEmpty())
        }
    }

    @Test
    public fun `events and jobs are handled`(): Unit = runBlocking {
        Engine.open("memory:", Options(background = true)).use { bank ->
            bank.ledger.openAccount(account = "alice", currency = "USD")
            val event = bank.events.follow(after = 0, types = listOf("account.opened")).first()
            assertTrue(event.seq > 0)
            val subscription = bank.events.subscribe("notes", types = listOf("account.opened"), lease = 60.seconds) { println(it.type) }
            subscription.stop()

            val mailed = CompletableDeferred<String>()
            val worker = bank.jobs.worker(
                mapOf(
                    "shop.mail" to { job ->
                        val whom = job.payload["to"].textOrNull ?: throw Failed("nobody to write to", retryAt = Instant.now())
                        mailed.complete(whom)
                    },
                ),
                concurrency = 4,
            )
            worker.use {
                bank.jobs.enqueue(kind = "shop.mail", payload = Json.parse("""{"to":"alice"}"""))
                assertEquals("alice", withTimeout(30.seconds) { mailed.await() })
            }
        }
    }

    @Test
    public fun `an app is tested`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            assertEquals(Instant.parse("2026-01-01T00:00:00Z"), bank.clock.now)
            assertEquals(Instant.parse("2026-01-02T00:00:00Z"), bank.clock.advance(86400.seconds))
            assertEquals(Instant.parse("2026-01-06T00:00:00Z"), bank.clock.advance("P4D"))
            bank.runDue()
            bank.funded("alice", "100.00 USD")
            assertEquals(DealState.SHIPPED, bank.deal(state = DealState.SHIPPED).state)
            bank.failNext("ledger.deduct", code = "store_unavailable")
            assertThrows(EarnestException.StoreUnavailable::class.java) {
                runBlocking { bank.ledger.deduct(account = "alice", amount = Money("1.00", "USD"), key = "d-1") }
            }
            bank.nudge()
            bank.catchUp()
            bank.assertConserved()
        }
        val june = Instant.parse("2026-06-01T00:00:00Z")
        Engine.open("memory:", Options(testClock = june)).use { bank ->
            val opened = bank.ledger.openAccount(account = "alice", currency = "USD").account
            // each stamp is a microsecond behind the one before it
            assertEquals(june, opened.createdAt.truncatedTo(ChronoUnit.SECONDS))
        }
    }
}
