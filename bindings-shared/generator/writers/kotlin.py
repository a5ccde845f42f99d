"""The Kotlin package: services, views, closed sets, and an exception for every code."""

import re

from model import Contract, Field, Operation, Record, Refusal, Service, Set
from names import pascal, snake
from text import MADE, one_line, wrapped

from . import kotlin_types as types

FOLDER = "bindings-swift/kotlin/earnest/src/main/kotlin/dev/earnest/generated"
WIDTH = 118

#: Fields that come first in a record, whatever it is of.
ORDER = ["id", "account", "currency", "kind", "amount", "from", "to"]

#: Views that can do more than say what was answered: what they, and their companions, are besides, by hand.
MORE = {"Deal": ("DealView", "DealRules"), "Receipt": ("ReceiptView", "ReceiptChecks")}

#: Members of every exception: a detail of such a name is in `details` alone.
OF_EXCEPTIONS = {"message", "cause", "code", "kind", "retry", "index"}

#: Kinds that are another one too, so that a `when` over those that every engine answers with is exhaustive.
KINDS = {"misused": "Invalid"}

IMPORTS = {"Instant": "java.time.Instant", "Duration": "kotlin.time.Duration"}

#: Records whose names are those of what a view model imports with `*`: they have a package of their own.
APART = {"Job": "dev.earnest.views"}


def rank(field: Field) -> "tuple[int, str]":
    return (ORDER.index(field.name) if field.name in ORDER else len(ORDER), field.name)


def files(contract: Contract) -> "dict[str, str]":
    records, sets = contract.of_replies(rank)
    met = {one.name for one in records}
    inputs = [one for one in contract.of_requests() if one.name not in met]
    listed = [*sets, *(one for one in contract.sets.values() if one not in sets)]
    made = {
        "Refusals.kt": refusals(contract),
        "Views.kt": head("Everything that operations answer.")
        + "".join(view(one) for one in records if one.name not in APART),
        "Terms.kt": head("Records within arguments.") + "".join(map(term, inputs)),
        "Sets.kt": head("Closed sets of texts.") + "".join(map(closed_set, listed)),
        "Services.kt": services(contract),
    }
    for service in contract.services:
        made[f"{pascal(service.name)}.kt"] = of_service(contract, service)
    for one in records:
        if one.name in APART:
            package = APART[one.name]
            start = head(f"`{one.name}`, whose name others have too.", package)
            made[f"{package.rsplit('.', 1)[1]}/{one.name}.kt"] = start + view(one)
    return {f"{FOLDER}/{name}": imported(text) for name, text in made.items()}


def head(doc: str, package: str = "dev.earnest") -> str:
    return f"// {doc}\n// {MADE}\n\npackage {package}\n\nimports\n"


def imported(text: str) -> str:
    """A text with the imports that it needs."""
    met = {name: f"{package}.{name}" for name, package in APART.items() if f"package {package}\n" not in text}
    used = [] if "package dev.earnest\n" in text else ["dev.earnest.*"]
    used += [path for name, path in (met | IMPORTS).items() if re.search(rf"(: |<|::){name}\b", text)]
    lines = "".join(f"import {path}\n" for path in used)
    return text.replace("\nimports\n", f"\n{lines}" if lines else "", 1)


def comment(paragraphs: "list[str]", indent: str = "") -> str:
    """A comment of documentation; what would begin or end one is broken up."""
    shown = [text.replace("*/", "* /").replace("/*", "/ *") for text in paragraphs if text]
    if len(shown) == 1 and len(indent) + len(one_line(shown[0])) < WIDTH - 8:
        return f"{indent}/** {one_line(shown[0])} */\n"
    blocks = []
    for text in shown:
        lines = [line for part in text.split("\n") for line in wrapped(part, "", WIDTH - len(indent) - 3).split("\n")]
        blocks.append("".join(f"{indent} * {line}".rstrip() + "\n" for line in lines))
    return f"{indent}/**\n" + f"{indent} *\n".join(blocks) + f"{indent} */\n" if blocks else ""


# Refusals.


def refusals(contract: Contract) -> str:
    kinds: dict[str, Refusal] = {}
    for one in contract.refusals:
        kinds.setdefault(one.kind, one)
    out = head("Every refusal, each code a class of its own.") + "\n"
    out += comment(
        [
            "A refusal. Its [code] is stable, its message is not.",
            "Each code has a class of its own here, under a class for its kind: [InsufficientBalance] is a [Rejected].",
        ]
    )
    out += "public sealed class EarnestException(json: Json) : Refusal(json) {\n"
    for kind, one in kinds.items():
        out += comment([f"Refusals of kind `{kind}`, HTTP status {one.http_status}."], "    ")
        out += f"    public sealed class {pascal(kind)}(json: Json) : {KINDS.get(kind, 'EarnestException')}(json) {{\n"
        out += f'        override val kind: String get() = "{kind}"\n    }}\n\n'
    out += "".join(refusal(one) for one in contract.refusals)
    out += comment(["A refusal whose code is of a later version."], "    ")
    out += "    public class Unknown internal constructor(json: Json) : EarnestException(json) {\n"
    out += "        override val details: RefusalDetails = RefusalDetails(wireDetails)\n    }\n\n"
    out += "    public companion object {\n"
    out += comment(["Every code of this version."], "        ")
    listed = "".join(f'            "{one.code}",\n' for one in contract.refusals)
    out += f"        public val codes: List<String> = listOf(\n{listed}        )\n\n"
    out += "        internal val statuses: Map<String, Int> = mapOf(\n"
    out += "".join(f'            "{kind}" to {one.http_status},\n' for kind, one in kinds.items()) + "        )\n\n"
    out += comment(
        ["Reads the JSON of a refusal, as every language writes it, or within `error`, as servers answer it."],
        "        ",
    )
    out += "        public fun fromJson(text: String): EarnestException = refusalOf(Reading.of(text).unwrapped())\n\n"
    out += "        internal fun of(json: Json, code: String): EarnestException = when (code) {\n"
    out += "".join(f'            "{one.code}" -> {pascal(one.code)}(json)\n' for one in contract.refusals)
    return out + "            else -> Unknown(json)\n        }\n    }\n}\n"


def refusal(one: Refusal) -> str:
    reserved = f" Reserved for {one.reserved_for}: nothing refuses with it yet." if one.reserved_for else ""
    out = comment([f"`{one.code}`: {one.doc}{reserved}"], "    ")
    out += f"    public class {pascal(one.code)} internal constructor(json: Json) : {pascal(one.kind)}(json) {{\n"
    if not one.details:
        out += "        override val details: RefusalDetails = RefusalDetails(wireDetails)\n    }\n\n"
        return out
    out += "        override val details: Details = Details(wireDetails)\n"
    for detail in one.details:
        if detail.name not in OF_EXCEPTIONS:
            name = types.named(detail.name)
            out += "\n" + comment([detail.doc], "        ")
            out += f"        public val {name}: {typed(detail)} get() = details.{name}\n"
    out += "\n" + comment([f"The details of `{one.code}`."], "        ")
    out += "        public class Details internal constructor(from: Reading) : RefusalDetails(from) {\n"
    for detail in one.details:
        out += comment([detail.doc], "            ")
        out += f"            public val {types.named(detail.name)}: {typed(detail)} = {types.reading(detail)}\n"
    return out + "        }\n    }\n\n"


def typed(field: "Field") -> str:
    return types.answered(field.type) + ("?" if types.optional(field) else "")


# Views.


def view(record: Record) -> str:
    fields = sorted(record.fields, key=rank)
    base, rules = MORE.get(record.name, ("View", ""))
    out = "\n" + comment([record.doc or record.name])
    out += f"public class {record.name} internal constructor(from: Reading) : {base}(from) {{\n"
    for field in fields:
        out += comment([field.doc], "    ")
        out += f"    public val {types.named(field.name)}: {typed(field)} = {types.reading(field)}\n"
    parts = ", ".join(f'"{one.name}", {types.named(one.name)}' for one in fields)
    out += f"\n    override fun parts(): Array<Any?> = arrayOf({parts})\n"
    out += hiding([one.name for one in fields if record.hides(one)])
    out += f"\n    public companion object{' : ' + rules + '()' if rules else ''} {{\n"
    out += comment(
        ["Reads the JSON of any language. Members that this version does not know make no difference."], "        "
    )
    # a refusal names a member by its path from the view on, as in Swift
    read = f'{record.name}(Reading.of(text, "{snake(record.name)}"))'
    out += f"        public fun fromJson(text: String): {record.name} = {read}\n"
    return out + "    }\n}\n"


def hiding(names: "list[str]") -> str:
    listed = ", ".join(f'"{one}"' for one in names)
    return f"\n    override fun hidden(): List<String> = listOf({listed})\n" if names else ""


def term(record: Record) -> str:
    """A record within arguments: what is required comes first."""
    fields = record.given()
    out = "\n" + comment([record.doc or record.name]) + f"public class {record.name}(\n"
    for field in fields:
        out += comment([types.documented(field)], "    ")
        given = types.given(field)
        out += f"    public val {types.named(field.name)}: {given}{'' if field.required else ' = null'},\n"
    out += ") : Term() {\n    override fun write(into: Arguments) {\n"
    out += "".join(f"        into.{types.writing(field)}\n" for field in fields) + "    }\n\n"
    parts = ", ".join(f'"{one.name}", {types.named(one.name)}' for one in fields)
    out += f"    override fun parts(): Array<Any?> = arrayOf({parts})\n"
    out += hiding([one.name for one in fields if record.hides_given(one)])
    made = "".join(made_of_texts(record.name, each) for each in types.with_texts(fields))
    return out + (f"\n    public companion object {{\n{made}    }}\n" if made else "") + "}\n"


def made_of_texts(name: str, given: "list[types.AsText]") -> str:
    """A function that is called as the constructor is: two of those would be one for the JVM."""
    out = comment(["The same with texts for closed sets."], "        ")
    out += f"        public operator fun invoke({', '.join(one.declared for one in given)}): {name} =\n"
    return out + f"            {name}({', '.join(one.passed for one in given)})\n"


def closed_set(one: Set) -> str:
    out = "\n" + comment([one.doc or one.name, "A value of a later version is kept as it is."])
    # no `CharSequence`: one set would be taken for another, and for a key
    out += f"@JvmInline\npublic value class {one.name}(override val value: String) : ClosedSet {{\n"
    out += "    override fun toString(): String = value\n\n    public companion object {\n"
    for member in one.members:
        out += comment([member.doc], "        ")
        out += f'        public val {constant(member.value)}: {one.name} = {one.name}("{member.value}")\n'
    listed = ", ".join(constant(member.value) for member in one.members)
    out += "\n" + comment(["Every value of this version."], "        ")
    return out + f"        public val all: List<{one.name}> = listOf({listed})\n    }}\n}}\n"


def constant(value: str) -> str:
    """`HMAC-SHA-256` as `HMAC_SHA_256`."""
    return "".join(letter if letter.isalnum() else "_" for letter in value).upper()


# Services.


def services(contract: Contract) -> str:
    out = head("All services.") + "\n"
    out += f'internal const val VERSION: String = "{contract.version}"\n\n'
    out += comment(["All services, of an engine or of a view of one."])
    out += "public abstract class Services internal constructor() {\n    internal abstract val calls: Calls\n"
    for service in contract.services:
        out += "\n" + comment([f"The operations of `{service.name}`."], "    ")
        out += f"    public open val {types.named(service.name)}: {pascal(service.name)} get() = {pascal(service.name)}(calls)\n"
    return out + "}\n"


def of_service(contract: Contract, service: Service) -> str:
    out = head(f"The operations of `{service.name}`.") + "\n"
    out += comment([f"The operations of `{service.name}`."])
    out += f"public open class {pascal(service.name)} internal constructor(internal val calls: Calls) {{\n"
    return out + "\n".join(method(contract, one) for one in service.operations) + "}\n"


def method(contract: Contract, operation: Operation) -> str:
    fields = types.arguments(contract, operation)
    doc = [operation.doc]
    doc += ["Refused with " + ", ".join(f"`{code}`" for code in operation.codes) + "."] if operation.codes else []
    doc += (
        ["\n".join(f"@param {types.named(one.name).strip('`')} {one_line(types.documented(one))}" for one in fields)]
        if fields
        else []
    )
    given = "".join(
        f"        {types.named(one.name)}: {types.given(one)}{'' if one.required else ' = null'},\n" for one in fields
    )
    start, reply = ("fun", f"Listing<{operation.reply}>") if operation.page else ("suspend fun", operation.reply)
    out = comment(doc, "    ") + f"    public {start} {types.named(operation.method)}("
    out += f"\n{given}    ): {reply} =" if given else f"): {reply} ="
    call = "list" if operation.page else "one"
    out += f' this.calls.{call}("{operation.name}", ::{operation.reply}) {{'
    written = "".join(f"        {types.writing(one)}\n" for one in fields)
    out += f"\n{written}    }}\n" if written else " }\n"
    return out + "".join(worded(operation, fields, each, start, reply) for each in types.with_texts(fields))


def worded(operation: Operation, fields: "list[Field]", given: "list[types.AsText]", start: str, reply: str) -> str:
    """The same method with texts for closed sets."""
    name = types.named(operation.method)
    out = "\n" + comment(["The same with texts for closed sets."], "    ")
    if all(one.type.of is not None for one in fields if types.set_of(one)):
        # lists of two kinds are one for the JVM
        out += f'    @JvmName("{name}OfTexts")\n'
    out += f"    public {start} {name}(\n" + "".join(f"        {one.declared},\n" for one in given)
    passed = "".join(f"        {types.named(of.name)} = {one.passed},\n" for of, one in zip(fields, given, strict=True))
    return out + f"    ): {reply} = this.{name}(\n{passed}    )\n"
