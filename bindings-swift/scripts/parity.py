"""Compares the built Swift package with the contract: every operation, argument, member, set, code and detail, and no other.

    python3 bindings-swift/scripts/parity.py CONTRACT SYMBOLS

CONTRACT is what `earnest contract --json` prints, SYMBOLS what `swift symbolgraph-extract` found in the built module.
"""

import json
import re
import sys
from pathlib import Path

#: Members of services beside the operations: `bindings-swift/Sources/Earnest` writes them by hand.
BESIDE = {
    "escrow": {"dealUpdates(deal:)"},
    "events": {"follow(after:types:)", "subscribe(_:types:from:maxAttempts:lease:onError:handler:)"},
    "jobs": {"worker(_:concurrency:allBooks:onError:)"},
    "ledger": {"balanceUpdates(account:currency:)"},
    "signing": {
        "sign(message:with:key:limit:actor:)",
        "sign(transaction:with:key:limit:actor:)",
        "sign(typedData:with:key:limit:actor:)",
    },
}
#: Members of every view.
OF_VIEWS = {
    "init(json:)",
    "init(from:)",
    "encode(to:)",
    "toJSON()",
    "description",
    "debugDescription",
    "customMirror",
    "hash(into:)",
    "hashValue",
    "==(_:_:)",
    "!=(_:_:)",
}
#: Members of every refusal, and the details of each of them.
OF_REFUSALS = {
    "code",
    "kind",
    "message",
    "retry",
    "retryable",
    "httpStatus",
    "index",
    "toUser(_:)",
    "languageOf(_:)",
    "render(_:)",
    "envelope(_:)",
}
#: Members of some views that need no engine.
PURE = {
    "Receipt": {"verify(_:)", "verify(json:publicKeys:)"},
    "Deal": {"allowedActions(as:at:)", "transitions"},
}
#: Members of every closed set; its values may be written as texts.
OF_SETS = {
    "init(rawValue:)",
    "rawValue",
    "init(stringLiteral:)",
    "init(unicodeScalarLiteral:)",
    "init(extendedGraphemeClusterLiteral:)",
    *OF_VIEWS,
}


def camel(name: str) -> str:
    first, *rest = re.split(r"[._]", name)
    return first + "".join(part.capitalize() for part in rest)


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[._]", name))


def case(value: str) -> str:
    first, *rest = [part for part in re.split(r"[^A-Za-z0-9]+", value) if part]
    return camel("_".join([first.lower(), *(part.lower() for part in rest)]))


class Symbols:
    """The symbols of a module: the members of each type."""

    def __init__(self, document: dict) -> None:
        self.members: dict[str, set[str]] = {}
        self.types: set[str] = set()
        self.ordered: dict[str, str] = {}
        for symbol in document["symbols"]:
            path = [part.replace("`", "") for part in symbol["pathComponents"]]
            if symbol["kind"]["identifier"] in ("swift.struct", "swift.enum", "swift.class", "swift.protocol"):
                self.types.add(".".join(path))
            if len(path) > 1:
                self.members.setdefault(".".join(path[:-1]), set()).add(path[-1])


def compare(what: str, expected: "set[str]", found: "set[str]") -> "list[str]":
    wrong = [f"{what} lacks `{one}`" for one in sorted(expected - found)]
    return wrong + [f"{what} has `{one}`, which the contract does not" for one in sorted(found - expected)]


def signature(contract: dict, operation: dict) -> str:
    common = {name: place for place, name in enumerate(contract["common"])}
    required = [one["name"] for one in operation["arguments"] if one["required"]]
    others = [one["name"] for one in operation["arguments"] if not one["required"]]
    own = [name for name in others if name not in common]
    shared = sorted((name for name in others if name in common), key=lambda name: common[name])
    return camel(operation["method"]) + "(" + "".join(camel(name) + ":" for name in required + own + shared) + ")"


def services(contract: dict, symbols: Symbols) -> "list[str]":
    wrong = []
    names = set()
    for service in contract["services"]:
        name = pascal(service["name"]) + "Service"
        names.add(name)
        expected = {signature(contract, one) for one in service["operations"]} | BESIDE.get(service["name"], set())
        wrong += compare(f"`{name}`", expected, symbols.members.get(name, set()))
        if camel(service["name"]) not in symbols.members.get("EngineServices", set()):
            wrong.append(f"engines lack `{service['name']}`")
    return wrong + compare("the package", names, {one for one in symbols.types if one.endswith("Service")})


def records(contract: dict, symbols: Symbols) -> "list[str]":
    wrong = []
    for record in contract["records"]:
        name = record["name"]
        expected = {camel(field["name"]) for field in record["fields"]}
        found = symbols.members.get(name, set()) - OF_VIEWS - PURE.get(name, set())
        # records within arguments are made of their members
        wrong += compare(f"`{name}`", expected, {one for one in found if not one.startswith("init(")})
    for closed in contract["sets"]:
        expected = {case(one["value"]) for one in closed["values"]}
        found = symbols.members.get(closed["name"], set()) - OF_SETS
        wrong += compare(f"`{closed['name']}`", expected, found)
    return wrong


def refusals(contract: dict, symbols: Symbols) -> "list[str]":
    wrong = []
    cases = {f"{camel(one['code'])}(_:)" for one in contract["errors"]} | {"unknown(_:)"}
    found = symbols.members.get("EarnestError", set())
    wrong += [f"`EarnestError` lacks `{one}`" for one in sorted(cases - found)]
    nested = {pascal(one["code"]) for one in contract["errors"]} | {"Kind", "Retry"}
    wrong += compare(
        "`EarnestError`", nested, {one.split(".")[1] for one in symbols.types if one.startswith("EarnestError.")}
    )
    for one in contract["errors"]:
        name = f"EarnestError.{pascal(one['code'])}"
        expected = {camel(detail["name"]) for detail in one["details"]} | {"refusal"}
        found = symbols.members.get(name, set()) - OF_VIEWS
        wrong += [f"`{name}` lacks `{each}`" for each in sorted(OF_REFUSALS - found)]
        wrong += compare(f"`{name}`", expected, found - (OF_REFUSALS - expected))
    return wrong


def main() -> None:
    contract = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    symbols = Symbols(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    wrong = services(contract, symbols) + records(contract, symbols) + refusals(contract, symbols)
    hidden = [one for one in symbols.types if re.search(r"Native|RustBuffer|Uniffi|FfiConverter", one)]
    wrong += [f"`{one}` is seen by apps" for one in hidden]
    if wrong:
        raise SystemExit("".join(f"parity: {one}\n" for one in wrong).rstrip())
    operations = sum(len(one["operations"]) for one in contract["services"])
    print(f"parity: {operations} operations, {len(contract['records'])} records, {len(contract['errors'])} codes")


main()
