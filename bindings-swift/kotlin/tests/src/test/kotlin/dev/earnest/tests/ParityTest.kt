package dev.earnest.tests

import dev.earnest.EarnestException
import dev.earnest.Json
import dev.earnest.Listing
import dev.earnest.Services
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.KVisibility
import kotlin.reflect.full.companionObject
import kotlin.reflect.full.companionObjectInstance
import kotlin.reflect.full.declaredMemberFunctions
import kotlin.reflect.full.declaredMemberProperties
import kotlin.reflect.full.isSubclassOf
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The built package has every operation, argument, member, value, code and detail of the tables, and no other. */
class ParityTest {
    private val contract = Json.parseAny(said("contract", "--json"))
    private val common = contract["common"].items.map { it.text }

    private fun camel(name: String): String = when (name) {
        "for" -> "forTime"
        "object" -> "objectKind"
        else -> name.split('_').mapIndexed { place, part -> if (place == 0) part else part.replaceFirstChar(Char::uppercase) }.joinToString("")
    }

    private fun pascal(name: String): String = camel(name).replaceFirstChar(Char::uppercase)

    /** The class of a name: one that clashes with a name of others has a package of its own. */
    private fun classOf(name: String): KClass<*> = Class.forName(if (name == "Job") "dev.earnest.views.Job" else "dev.earnest.$name").kotlin

    private fun public(type: KClass<*>): List<KFunction<*>> = type.declaredMemberFunctions.filter { it.visibility == KVisibility.PUBLIC }

    private fun members(type: KClass<*>): Set<String> =
        type.declaredMemberProperties.filter { it.visibility == KVisibility.PUBLIC }.map { it.name }.toSet()

    @Test
    fun `every operation and argument is there, and no other`() {
        val services = Services::class.declaredMemberProperties.filter { it.visibility == KVisibility.PUBLIC }.map { it.name }.toSet()
        assertEquals(contract["services"].items.map { it["name"].text }.toSet(), services)
        val listed = Json.parseAny(said("operations", "--json")).items.map { it["name"].text }
        val met = ArrayList<String>()
        for (service in contract["services"].items) {
            val type = classOf(pascal(service["name"].text))
            val operations = service["operations"].items
            assertEquals(operations.map { camel(it["method"].text) }.sorted(), public(type).map { it.name }.distinct().sorted())
            operations.forEach { compare(it, type); met += it["name"].text }
        }
        assertEquals(listed.sorted(), met.sorted())
    }

    private fun compare(operation: Json, type: KClass<*>) {
        val name = operation["name"].text
        val arguments = operation["arguments"].items
        val sets = arguments.mapNotNull { one -> setOf(one)?.let { camel(one["name"].text) to it } }.toMap()
        // where a closed set is given there are functions that take texts for it
        val (typed, worded) = public(type).filter { it.name == camel(operation["method"].text) }.partition { given ->
            given.parameters.all { it.name !in sets || classGiven(it) == sets[it.name] }
        }
        assertEquals(sets.isNotEmpty(), worded.isNotEmpty(), name)
        val method = typed.single()
        val required = arguments.filter { it["required"].boolean }
        val own = arguments.filter { !it["required"].boolean && it["name"].text !in common }
        val shared = common.mapNotNull { one -> arguments.find { it["name"].text == one && !it["required"].boolean } }
        val given = method.parameters.filter { it.kind == KParameter.Kind.VALUE }
        assertEquals((required + own + shared).map { camel(it["name"].text) }, given.map { it.name }, name)
        assertEquals(required.map { camel(it["name"].text) }, given.filterNot { it.isOptional }.map { it.name }, name)
        assertEquals(operation["reply"]["page"].boolean, !method.isSuspend, name)
        val reply = method.returnType.classifier as KClass<*>
        val answered = if (method.isSuspend) reply else method.returnType.arguments.single().type!!.classifier as KClass<*>
        if (!method.isSuspend) assertEquals(Listing::class, reply)
        assertEquals(operation["reply"]["record"].text, answered.simpleName, name)
    }

    /** The closed set that an argument, or each of a list, is one of. */
    private fun setOf(argument: Json): String? {
        val type = argument["type"].let { if (it["is"].text == "list") it["of"] else it }
        return if (type["is"].text == "set") type["name"].text else null
    }

    private fun classGiven(given: KParameter): String? {
        val one = if (given.type.classifier == List::class) given.type.arguments.single().type else given.type
        return (one?.classifier as? KClass<*>)?.simpleName
    }

    @Test
    fun `every record has its members, and no other`() {
        for (record in contract["records"].items) {
            val type = classOf(record["name"].text)
            assertEquals(record["fields"].items.map { camel(it["name"].text) }.toSet(), members(type), type.simpleName)
            val names = public(type).map { it.name }
            assertTrue(names.none { it == "copy" || it.startsWith("component") }, type.simpleName)
        }
    }

    @Test
    fun `every closed set has its values, and no other`() {
        for (set in contract["sets"].items) {
            val type = classOf(set["name"].text)
            val companion = type.companionObjectInstance!!
            val values = type.companionObject!!.declaredMemberProperties.filter { it.name != "all" }
                .map { it.getter.call(companion).toString() }
            assertEquals(set["values"].items.map { it["value"].text }.toSet(), values.toSet(), type.simpleName)
        }
    }

    @Test
    fun `every code has a class under its kind, with its details, and no other`() {
        val nested = EarnestException::class.nestedClasses.filterNot { it.isCompanion || it.isSealed || it.simpleName == "Unknown" }
        assertEquals(contract["errors"].items.map { pascal(it["code"].text) }.toSet(), nested.map { it.simpleName }.toSet())
        assertEquals(contract["errors"].items.map { it["code"].text }, EarnestException.codes)
        for (error in contract["errors"].items) {
            val type = nested.single { it.simpleName == pascal(error["code"].text) }
            val kind = Class.forName("dev.earnest.EarnestException\$${pascal(error["kind"].text)}").kotlin
            assertTrue(type.isSubclassOf(kind), type.simpleName)
            val details = type.nestedClasses.singleOrNull()?.let(::members).orEmpty()
            assertEquals(error["details"].items.map { camel(it["name"].text) }.toSet(), details, type.simpleName)
        }
    }
}
