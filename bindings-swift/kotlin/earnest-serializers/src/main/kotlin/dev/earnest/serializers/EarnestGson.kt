package dev.earnest.serializers

import com.google.gson.Gson
import com.google.gson.JsonElement
import com.google.gson.JsonParser
import com.google.gson.TypeAdapter
import com.google.gson.TypeAdapterFactory
import com.google.gson.reflect.TypeToken
import com.google.gson.stream.JsonReader
import com.google.gson.stream.JsonWriter

/** Tells Gson of this package: `GsonBuilder().registerTypeAdapterFactory(EarnestGson)`. */
public object EarnestGson : TypeAdapterFactory {
    override fun <T> create(gson: Gson, type: TypeToken<T>): TypeAdapter<T>? {
        val form = Form.of(type.rawType) ?: return null
        val elements = gson.getAdapter(JsonElement::class.java)
        return object : TypeAdapter<T>() {
            override fun write(out: JsonWriter, value: T?) {
                if (value == null) {
                    out.nullValue()
                    return
                }
                // members that are `null` are part of the form
                val wasWritten = out.serializeNulls
                out.serializeNulls = true
                elements.write(out, JsonParser.parseString(form.write(value)))
                out.serializeNulls = wasWritten
            }

            override fun read(from: JsonReader): T? {
                val found = elements.read(from)
                @Suppress("UNCHECKED_CAST")
                return if (found.isJsonNull) null else form.read(found.toString()) as T
            }
        }.nullSafe()
    }
}
