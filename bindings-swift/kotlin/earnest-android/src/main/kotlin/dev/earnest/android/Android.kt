// What only Android has. The soak compiles it against API 26; nothing has run it.

package dev.earnest.android

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.system.Os
import android.system.OsConstants
import dev.earnest.Engine
import dev.earnest.KeyStore
import dev.earnest.Keyring
import dev.earnest.Options
import java.io.File
import java.io.FileOutputStream
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** Opens a store among the files of an app, which a backup leaves out. */
public suspend fun Engine.Companion.open(context: Context, name: String, options: Options = Options()): Engine =
    open(File(context.noBackupFilesDir, name), options)

/**
 * Keeps a keyring in a file of the app, sealed under a key that does not leave Android's key store. The first time it makes
 * a new one, which one process of the app alone may do.
 */
public class AndroidKeyStore(private val context: Context, private val alias: String) : KeyStore {
    private val file = File(context.noBackupFilesDir, "$alias.keyring")

    override suspend fun keyring(): String = withContext(Dispatchers.IO) {
        synchronized(LOCK) { if (file.exists()) opened(file.readBytes()) else made() }
    }

    /** A new one, which is on the disk, and whole, before anything is sealed under it. */
    private fun made(): String {
        val text = Keyring.generate()
        val fresh = File("${file.path}.new")
        FileOutputStream(fresh).use { out ->
            out.write(sealed(text))
            out.fd.sync()
        }
        check(fresh.renameTo(file)) { "the keyring could not be kept" }
        val folder = Os.open(context.noBackupFilesDir.path, OsConstants.O_RDONLY, 0)
        try {
            Os.fsync(folder)
        } finally {
            Os.close(folder)
        }
        return text
    }

    private fun key(): SecretKey {
        val store = java.security.KeyStore.getInstance(STORE).apply { load(null) }
        (store.getKey(alias, null) as? SecretKey)?.let { return it }
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val about = KeyGenParameterSpec.Builder(alias, purposes)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE).apply { init(about) }.generateKey()
    }

    private fun sealed(text: String): ByteArray {
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, key()) }
        return cipher.iv + cipher.doFinal(text.toByteArray())
    }

    private fun opened(bytes: ByteArray): String {
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, key(), GCMParameterSpec(128, bytes, 0, IV))
        return cipher.doFinal(bytes, IV, bytes.size - IV).decodeToString()
    }

    private companion object {
        const val STORE = "AndroidKeyStore"
        const val CIPHER = "AES/GCM/NoPadding"
        const val IV = 12

        /** Two that find no file would make a keyring each, and what is sealed under the one that is lost stays sealed. */
        val LOCK = Any()
    }
}
