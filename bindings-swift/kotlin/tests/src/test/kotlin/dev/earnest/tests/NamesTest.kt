package dev.earnest.tests

import dev.earnest.Engine
import java.io.File
import java.net.URI
import java.nio.file.FileSystems
import java.nio.file.Files
import java.util.jar.JarFile
import kotlinx.coroutines.Job
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Names that a file meets twice which imports this package with `*`. */
class NamesTest {
    private fun simple(path: String): String? =
        path.substringAfterLast('/').removeSuffix(".class").takeIf { path.endsWith(".class") && '$' !in it && !it.endsWith("Kt") }

    /** The public classes of a package of the JDK. */
    private fun ofJdk(name: String): Set<String> =
        Files.list(FileSystems.getFileSystem(URI("jrt:/")).getPath("modules/java.base", name.replace('.', '/'))).use { files ->
            files.toList().mapNotNull { simple(it.toString()) }.toSet()
        }

    /** The public classes of a package of the jar that has one of them. */
    private fun ofJar(one: Class<*>): Set<String> {
        val folder = one.packageName.replace('.', '/') + '/'
        return JarFile(File(one.protectionDomain.codeSource.location.toURI())).use { jar ->
            jar.entries().asSequence().map { it.name }.filter { it.startsWith(folder) && '/' !in it.removePrefix(folder) }.mapNotNull(::simple).toSet()
        }
    }

    @Test
    fun `what others name alike is in a package of its own, or has a second name`() {
        val classes = File(Engine::class.java.protectionDomain.codeSource.location.toURI())
        val files = if (classes.isDirectory) File(classes, "dev/earnest").list()!!.toList() else ofJar(Engine::class.java).map { "$it.class" }
        val own = files.mapNotNull(::simple).filter { java.lang.reflect.Modifier.isPublic(Class.forName("dev.earnest.$it").modifiers) }.toSet()
        assertTrue("Engine" in own && "Deal" in own)
        val packages = listOf("java.lang", "java.util", "java.io", "java.time", "java.security", "java.net", "java.math")
        val others = packages.flatMap(::ofJdk) + ofJar(Job::class.java) + ofJar(kotlinx.coroutines.flow.Flow::class.java) +
            ofJar(kotlinx.serialization.json.Json::class.java)
        assertTrue("Job" in others && "Flow" in others && "Json" in others && "KeyStore" in others)
        val clashing = own.intersect(others.toSet()).sorted()
        assertEquals(listOf("Currency", "Json", "KeyStore", "Policy", "PublicKey", "Signature", "Signer"), clashing)
        for (name in clashing) {
            val second = "public typealias Earnest$name = $name"
            assertTrue(second in File(ROOT, "bindings-swift/kotlin/earnest/src/main/kotlin/dev/earnest/Names.kt").readText(), second)
        }
    }
}
