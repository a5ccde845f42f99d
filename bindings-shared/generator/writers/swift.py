"""The Swift package: services, views, closed sets, errors, and the records within arguments."""

from model import Contract, Field, Operation, Record, Refusal, Service, Set
from names import camel, pascal, snake
from text import MADE, one_line, wrapped

from . import swift_types as types

FOLDER = "bindings-swift/Sources/Earnest/Generated"
WIDTH = 130
#: A view of what was signed keeps members that are not known: they make what is signed another text.
SIGNED = {"Receipt"}


def files(contract: Contract) -> "dict[str, str]":
    records, sets = contract.of_replies(types.rank)
    made = {
        "Errors.swift": errors(contract),
        "Sets.swift": closed(contract, sets),
        "Requests.swift": requests(contract),
        "Services.swift": together(contract),
    }
    made |= {f"{service_name(one)}.swift": service(contract, one) for one in contract.services}
    # files of a length that an editor likes
    for place, some in enumerate(parted(records, 40), start=1):
        made[f"Views{place}.swift"] = head("Replies of operations.") + "".join(map(view, some))
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


def parted(records: "list[Record]", size: int) -> "list[list[Record]]":
    return [records[at : at + size] for at in range(0, len(records), size)]


def head(doc: str) -> str:
    return f"// {doc}\n// {MADE}\n\nimport Foundation\n"


def comment(paragraphs: "list[str]", indent: str = "") -> str:
    """A comment of documentation."""
    blocks = []
    for text in paragraphs:
        if text:
            lines = wrapped(text, "", WIDTH - len(indent) - 4).split("\n")
            blocks.append("".join(f"{indent}/// {line}\n" for line in lines))
    return f"{indent}///\n".join(blocks)


def listed(parts: "list[str]", indent: str, width: int = WIDTH) -> str:
    """Parts with commas between, in lines of a width."""
    lines, line = [], ""
    for place, part in enumerate(parts):
        text = part + ("," if place + 1 < len(parts) else "")
        if line and len(indent) + len(line) + 1 + len(text) > width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + text
    return "\n".join(f"{indent}{one}" for one in [*lines, line])


# Errors.


def errors(contract: Contract) -> str:
    out = head("Every refusal: a case for each code, with its details.")
    out += "\n/// A refusal. Each code is a case of its own; its message is not stable.\n"
    out += "public enum EarnestError: Error, Sendable, Hashable {\n"
    for one in contract.refusals:
        out += comment([reserved(one)], "    ") + f"    case {types.member(one.code)}({pascal(one.code)})\n"
    out += "    /// A code of a later version.\n    case unknown(Refusal)\n\n"
    out += "    /// The members of every refusal.\n    public var refusal: Refusal {\n        switch self {\n"
    for one in contract.refusals:
        out += f"        case .{types.member(one.code)}(let details): details.refusal\n"
    out += "        case .unknown(let refusal): refusal\n        }\n    }\n\n"
    out += made_of(contract) + "}\n"
    for one in contract.refusals:
        out += details(one)
    return out + kinds(contract) + f'\nenum Generated {{\n    static let version = "{contract.version}"\n}}\n'


def reserved(refusal: Refusal) -> str:
    later = f" Reserved for {refusal.reserved_for}: nothing refuses with it yet." if refusal.reserved_for else ""
    return f"`{refusal.code}`: {refusal.doc}{later}"


def made_of(contract: Contract) -> str:
    out = "    static func of(_ refusal: Refusal) -> EarnestError {\n"
    out += "        guard let form = forms[refusal.code], (try? form.checked(.object(refusal.details.members), form.path)) != nil else {\n"
    out += "            return .unknown(refusal)\n        }\n        switch refusal.code {\n"
    for one in contract.refusals:
        out += f'        case "{one.code}": return .{types.member(one.code)}({pascal(one.code)}(refusal: refusal))\n'
    out += "        default: return .unknown(refusal)\n        }\n    }\n\n"
    out += "    static let forms: [String: _Form] = [\n"
    for one in contract.refusals:
        members = "".join(
            f'\n            .init("{detail.name}", {types.form(detail.type)}'
            + (", optional: true, nullable: true" if detail.nullable else "")
            + "),"
            for detail in one.details
        )
        out += f'        "{one.code}": _Form("{pascal(one.code)}", "details", [{members}' + (
            "\n        ]),\n" if members else "]),\n"
        )
    return out + "    ]\n"


def details(refusal: Refusal) -> str:
    out = "\nextension EarnestError {\n" + comment([f"The details of `{refusal.code}`."], "    ")
    out += f"    public struct {pascal(refusal.code)}: Refusing {{\n"
    out += "        /// The members of every refusal.\n        public let refusal: Refusal\n"
    if refusal.details:
        out += "        private var wire: Wire { refusal.details }\n"
    for one in refusal.details:
        kind = types.answered(one.type) + ("?" if one.nullable else "")
        out += "\n" + comment([one.doc], "        ")
        out += f"        public var {types.member(one.name)}: {kind} {{ {types.reading(one.type, one.name, one.nullable)} }}\n"
    return out + "    }\n}\n"


def kinds(contract: Contract) -> str:
    found: dict[str, int] = {}
    for one in contract.refusals:
        found.setdefault(one.kind, one.http_status)
    out = "\nextension EarnestError {\n    /// The kind of a refusal, which decides the HTTP status.\n    public struct Kind: ClosedSet {\n"
    out += "        public let rawValue: String\n        public init(rawValue: String) { self.rawValue = rawValue }\n\n"
    for kind, status in found.items():
        out += f"        /// HTTP status {status}.\n"
        out += f'        public static let {types.case(kind)} = Kind(rawValue: "{kind}")\n'
    out += "    }\n\n    static let about: [String: (kind: Kind, httpStatus: Int)] = [\n"
    for one in contract.refusals:
        out += f'        "{one.code}": (.{types.case(one.kind)}, {one.http_status}),\n'
    out += "    ]\n\n    static let statuses: [Kind: Int] = ["
    out += ", ".join(f".{types.case(kind)}: {status}" for kind, status in found.items()) + "]\n}\n"
    return out


# Closed sets.


def closed(contract: Contract, sets: "list[Set]") -> str:
    out = head("Closed sets of texts. A text of a later version is kept as it is.")
    for one in [*sets, *(each for each in contract.sets.values() if each not in sets)]:
        out += "\n" + comment([one.doc]) + f"public struct {one.name}: ClosedSet {{\n"
        out += "    public let rawValue: String\n    public init(rawValue: String) { self.rawValue = rawValue }\n"
        for member in one.members:
            out += "\n" + comment([member.doc], "    ")
            out += f'    public static let {types.case(member.value)} = {one.name}(rawValue: "{member.value}")\n'
        out += "}\n"
    return out


# Views.


def view(record: Record) -> str:
    fields = sorted(types.chosen(record.name, record.fields), key=types.rank)
    of = "EarnestView, Identifiable" if any(map(identifies, fields)) else "EarnestView"
    out = "\n" + comment([record.doc or record.name]) + f"public struct {record.name}: {of} {{\n"
    keeps = ", keepsAll: true" if record.name in SIGNED else ""
    out += f'    public static let _form = _Form("{record.name}", "{snake(record.name)}", [\n'
    for field in fields:
        extra = "".join(
            [
                ", optional: true" if not field.required else "",
                ", nullable: true" if field.nullable else "",
                ", secret: true" if record.hides(field) else "",
            ]
        )
        out += f'        .init("{field.name}", {types.form(field.type)}{extra}),\n'
    out += f"    ]{keeps})\n    public let _wire: _Wire\n    public init(_wire: _Wire) {{ self._wire = _wire }}\n"
    if fields:
        out += "    private var wire: _Wire { _wire }\n"
    for field in fields:
        optional = types.is_optional(field)
        kind = types.answered(field.type) + ("?" if optional else "")
        out += "\n" + comment([field.doc], "    ")
        out += f"    public var {types.member(field.name)}: {kind} {{ {types.reading(field.type, field.name, optional)} }}\n"
    return out + "}\n"


def identifies(field: Field) -> bool:
    """Whether a list of a screen can tell records apart by a field."""
    return field.name == "id" and field.type.is_ == "string" and not types.is_optional(field)


# Records within arguments.


def requests(contract: Contract) -> str:
    out = head("Records within arguments.")
    for record in contract.of_requests():
        fields = record.given()
        out += (
            "\n"
            + comment([record.doc or record.name])
            + f"public struct {record.name}: Sendable, Hashable, GivenRecord {{\n"
        )
        for field in fields:
            out += comment([field.doc], "    ")
            out += (
                f"    public var {types.member(field.name)}: {types.given(field.type)}{'' if field.required else '?'}\n"
            )
        given = [f"{types.label(one.name)}: {parameter(one)}" for one in fields]
        out += f"\n    public init({', '.join(given)}) {{\n"
        out += "".join(f"        self.{camel(one.name)} = {types.member(one.name)}\n" for one in fields) + "    }\n\n"
        out += "    func give(_ given: inout Given) {\n"
        out += (
            "".join(f"        given.{types.writing(one.type, one.name, types.member(one.name))}\n" for one in fields)
            + "    }\n}\n"
        )
        out += unshown(record)
    return out


def unshown(record: Record) -> str:
    """How a record is described that may hold a secret."""
    if not any(map(record.hides_given, record.fields)):
        return ""
    fields = [(camel(one.name), types.member(one.name), record.hides_given(one)) for one in record.given()]
    shown = ", ".join(f"{name}: " + ("<hidden>" if hidden else f"\\({member})") for name, member, hidden in fields)
    children = ", ".join(f'"{name}": ' + ('"<hidden>"' if hidden else member) for name, member, hidden in fields)
    out = f"\nextension {record.name}: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {{\n"
    out += comment(["Its members. Those that may be secrets are `<hidden>`."], "    ")
    out += f'    public var description: String {{ "{record.name}({shown})" }}\n'
    out += "    public var debugDescription: String { description }\n"
    out += f"    public var customMirror: Mirror {{ Mirror(self, children: [{children}], displayStyle: .struct) }}\n"
    return out + "}\n"


def parameter(field: Field) -> str:
    return types.given(field.type) + ("" if field.required else "? = nil")


# Services.


def service_name(service: Service) -> str:
    return f"{pascal(service.name)}Service"


def together(contract: Contract) -> str:
    out = head("The services of an engine.") + "\nextension EngineServices {\n"
    for place, one in enumerate(contract.services):
        out += "\n" if place else ""
        out += f"    /// The operations of `{one.name}`.\n"
        out += f"    public var {camel(one.name)}: {service_name(one)} {{ {service_name(one)}(bank: engine) }}\n"
    return out + "}\n"


def service(contract: Contract, service: Service) -> str:
    out = head(f"The operations of `{service.name}`.")
    out += f"\n/// The operations of `{service.name}`, of an engine or a view.\npublic struct {service_name(service)}: Sendable {{\n"
    out += "    let bank: Engine\n"
    return out + "".join(method(contract, one) for one in service.operations) + "}\n"


def method(contract: Contract, operation: Operation) -> str:
    fields = types.ordered(contract, operation)
    out = "\n" + comment([operation.doc], "    ") + documented(fields, operation)
    given = [f"{types.label(one.name)}: {parameter(one)}" for one in fields]
    answers = f"Listing<{operation.reply}>" if operation.page else operation.reply
    effects = "" if operation.page else " async throws"
    one = f"    public func {types.method(operation)}({', '.join(given)}){effects} -> {answers} {{\n"
    if len(one) > WIDTH:
        one = (
            f"    public func {types.method(operation)}(\n{listed(given, '        ')}\n    ){effects} -> {answers} {{\n"
        )
    # what most calls are made for is done once they return
    out += "" if operation.page else "    @discardableResult\n"
    kept = [one for one in fields if not (operation.page and one.name == "after")]
    out += one + ("        var given = Given()\n" if kept else "        let given = Given()\n")
    out += "".join(f"        given.{types.writing(one.type, one.name, types.member(one.name))}\n" for one in kept)
    if not operation.page:
        return out + f'        return try await bank.one("{operation.name}", given)\n    }}\n'
    after = ", after: after" if len(kept) < len(fields) else ""
    return out + f'        return Listing(bank, "{operation.name}"{after}, given)\n    }}\n'


def documented(fields: "list[Field]", operation: Operation) -> str:
    out = ""
    if fields:
        out += "    ///\n    /// - Parameters:\n"
        out += "".join(f"    ///   - {types.label(one.name)}: {one_line(one.doc)}\n" for one in fields)
    if operation.codes:
        codes = listed([f"`{code}`" for code in operation.codes], "    ///   ", WIDTH)
        out += f"    /// - Throws: `EarnestError`, of its own codes:\n{codes}.\n"
    return out
