package dev.earnest.serializers

import dev.earnest.EarnestException
import dev.earnest.Money
import dev.earnest.View
import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement

/** A serializer of what has JSON of its own. It is for JSON alone: other formats have no form of that. */
public abstract class WireSerializer<T> internal constructor(
    name: String,
    private val write: (T) -> String,
    private val read: (String) -> T,
) : KSerializer<T> {
    private val elements = JsonElement.serializer()

    override val descriptor: SerialDescriptor = SerialDescriptor("dev.earnest.$name", elements.descriptor)

    override fun serialize(encoder: Encoder, value: T): Unit =
        encoder.encodeSerializableValue(elements, Json.parseToJsonElement(write(value)))

    override fun deserialize(decoder: Decoder): T = read(decoder.decodeSerializableValue(elements).toString())
}

/** For members of a class that are money: `@Serializable(with = MoneySerializer::class) val price: Money`. */
public object MoneySerializer : WireSerializer<Money>("Money", Money::toJson, Money::fromJson)

/** For refusals. */
public object EarnestExceptionSerializer :
    WireSerializer<EarnestException>("EarnestException", EarnestException::toJson, EarnestException::fromJson)

/** For a view: `object DealSerializer : ViewSerializer<Deal>("Deal", Deal::fromJson)`. */
public open class ViewSerializer<T : View>(name: String, read: (String) -> T) : WireSerializer<T>(name, View::toJson, read)
