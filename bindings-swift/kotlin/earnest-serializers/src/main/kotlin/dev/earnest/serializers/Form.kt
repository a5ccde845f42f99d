package dev.earnest.serializers

import dev.earnest.EarnestException
import dev.earnest.EarnestJson
import dev.earnest.Keyring
import dev.earnest.Money
import dev.earnest.Page
import dev.earnest.View
import java.lang.reflect.InvocationTargetException

/** The form in which values of a class are written and read: the JSON of every language. */
internal class Form private constructor(val write: (Any) -> String, private val reads: ((String) -> Any)?, private val name: String) {
    fun read(json: String): Any =
        (reads ?: throw UnsupportedOperationException("a `$name` is not read: a page by `Page.fromJson`, a keyring where it is kept"))(json)

    companion object {
        /** The form of a class of this package; `null` for any other. */
        fun of(type: Class<*>): Form? = when {
            type == Money::class.java -> Form({ (it as Money).toJson() }, Money::fromJson, type.simpleName)
            type == EarnestJson::class.java -> Form(Any::toString, { EarnestJson.parse(it) }, type.simpleName)
            type == Page::class.java -> Form({ (it as Page<*>).toJson() }, null, type.simpleName)
            type == Keyring::class.java -> Form({ "\"<hidden>\"" }, null, type.simpleName)
            View::class.java.isAssignableFrom(type) -> Form({ (it as View).toJson() }, { readView(type, it) }, type.simpleName)
            EarnestException::class.java.isAssignableFrom(type) ->
                Form({ (it as EarnestException).toJson() }, EarnestException::fromJson, type.simpleName)
            else -> null
        }

        /** `fromJson` of the class of a view. */
        private fun readView(type: Class<*>, json: String): Any {
            val companion = type.getField("Companion").get(null)
            try {
                return companion.javaClass.getMethod("fromJson", String::class.java).invoke(companion, json)
            } catch (failed: InvocationTargetException) {
                throw failed.targetException
            }
        }
    }
}
