package dev.earnest.tests

import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.Money
import kotlinx.coroutines.runBlocking

/** Says what everything is refused with where the native library is of another version, or cannot be loaded. */
fun main(): Unit = runBlocking {
    for (use in listOf<suspend () -> Any?>({ Money("1", "USD") }, { Engine.open("memory:") }, { dev.earnest.Keyring.generate() })) {
        try {
            println(use())
        } catch (refused: EarnestException) {
            println("${refused.javaClass.simpleName} ${refused.message}")
            println("cause: ${refused.cause}")
            // an app shows it as it shows any other
            check(refused.toUser("ko") == refused.message && refused.render("{reason}") == refused.message)
            check(refused.languageOf("ko") == null && refused.envelope("ko").message == refused.message)
        }
    }
}
