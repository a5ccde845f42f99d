package dev.earnest.serializers

import com.fasterxml.jackson.core.JsonGenerator
import com.fasterxml.jackson.core.JsonParser
import com.fasterxml.jackson.core.JsonToken
import com.fasterxml.jackson.core.Version
import com.fasterxml.jackson.databind.BeanDescription
import com.fasterxml.jackson.databind.DeserializationConfig
import com.fasterxml.jackson.databind.DeserializationContext
import com.fasterxml.jackson.databind.JavaType
import com.fasterxml.jackson.databind.JsonDeserializer
import com.fasterxml.jackson.databind.JsonSerializer
import com.fasterxml.jackson.databind.Module
import com.fasterxml.jackson.databind.SerializationConfig
import com.fasterxml.jackson.databind.SerializerProvider
import com.fasterxml.jackson.databind.deser.Deserializers
import com.fasterxml.jackson.databind.ser.Serializers
import java.io.StringWriter

/** Tells Jackson of this package: `ObjectMapper().registerModule(EarnestJackson)`. */
public object EarnestJackson : Module() {
    private fun readResolve(): Any = EarnestJackson

    override fun getModuleName(): String = "earnest"

    override fun version(): Version = Version.unknownVersion()

    override fun setupModule(context: SetupContext) {
        context.addSerializers(Writing)
        context.addDeserializers(Readers)
    }

    private object Writing : Serializers.Base() {
        override fun findSerializer(config: SerializationConfig, type: JavaType, about: BeanDescription): JsonSerializer<*>? =
            Form.of(type.rawClass)?.let(::Writer)
    }

    private class Writer(private val form: Form) : JsonSerializer<Any>() {
        override fun serialize(value: Any, out: JsonGenerator, provider: SerializerProvider) {
            // token by token, so that a tree is made as well as a text
            out.codec.factory.createParser(form.write(value)).use { tokens ->
                tokens.nextToken()
                copy(tokens, out)
            }
        }
    }

    private object Readers : Deserializers.Base() {
        override fun findBeanDeserializer(type: JavaType, config: DeserializationConfig, about: BeanDescription): JsonDeserializer<*>? =
            Form.of(type.rawClass)?.let(::Reader)

        override fun hasDeserializerFor(config: DeserializationConfig, type: Class<*>): Boolean = Form.of(type) != null
    }

    private class Reader(private val form: Form) : JsonDeserializer<Any>() {
        override fun deserialize(from: JsonParser, context: DeserializationContext): Any {
            val text = StringWriter()
            from.codec.factory.createGenerator(text).use { copy(from, it) }
            return form.read(text.toString())
        }
    }

    /** Copies a value; Jackson's own copy makes a `Double` of a number with a fraction. */
    private fun copy(from: JsonParser, out: JsonGenerator) {
        var depth = 0
        do {
            val token = from.currentToken()
            if (token == JsonToken.VALUE_NUMBER_FLOAT) out.writeNumber(from.decimalValue) else out.copyCurrentEvent(from)
            if (token.isStructStart) depth++ else if (token.isStructEnd) depth--
        } while (depth > 0 && from.nextToken() != null)
    }
}
