"""Names in each language: how they are put together there, and which ones are taken by the language itself.

A name that is taken gets what the style guides of its language say: a `_` behind it in Python, quotes in Swift and
Kotlin; TypeScript takes every name as that of a member or of a property.
"""

import re
from collections.abc import Iterable

from model import Contract, Unreadable

KEYWORDS = {
    "python": frozenset(
        "False None True and as assert async await break class continue def del elif else except finally for from "
        "global if import in is lambda nonlocal not or pass raise return try while with yield".split()
    ),
    "typescript": frozenset(
        "break case catch class const continue debugger default delete do else enum export extends false finally for "
        "function if import in instanceof new null return super switch this throw true try typeof var void while with "
        "implements interface let package private protected public static yield await".split()
    ),
    "swift": frozenset(
        "associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private "
        "precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default "
        "defer do else fallthrough for guard if in repeat return throw switch where while Any as await catch false is nil "
        "self Self super throws true try".split()
    ),
    "kotlin": frozenset(
        "as break class continue do else false for fun if in interface is null object package return super this throw "
        "true try typealias typeof val var when while".split()
    ),
}


def pascal(name: str) -> str:
    """`insufficient_balance` as `InsufficientBalance`."""
    return "".join(part.capitalize() for part in re.split(r"[._]", name))


def camel(name: str) -> str:
    """`top_up` as `topUp`."""
    first, *rest = re.split(r"[._]", name)
    return first + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """`AccountStatus` as `account_status`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def argument(name: str, language: str) -> str:
    """The name of an argument, a field or a method as the language takes it."""
    if language == "python":
        return name + "_" if name in KEYWORDS["python"] else name
    name = camel(name)
    if language in ("swift", "kotlin") and name in KEYWORDS[language]:
        return f"`{name}`"
    # a parameter cannot be a keyword there, a member can
    return name + "_" if language == "typescript" and name in KEYWORDS["typescript"] else name


def check(contract: Contract) -> None:
    """Refuses a contract that some language has no names for, and says which name and which language."""
    for language, taken in KEYWORDS.items():
        for name in [*contract.records, *contract.sets, *(pascal(one.code) for one in contract.refusals)]:
            # a type has the same name in all languages
            if name in taken:
                raise Unreadable(f"`{name}` names a type, and is a keyword of {language}")
        apart(language, "the contract", (one.name for one in contract.services))
        for service in contract.services:
            apart(language, service.name, (one.method for one in service.operations))
            for one in service.operations:
                apart(language, one.name, (field.name for field in one.arguments))
        for record in contract.records.values():
            apart(language, record.name, (field.name for field in record.fields))


def apart(language: str, owner: str, listed: "Iterable[str]") -> None:
    """Refuses two names of one owner that a language writes alike."""
    met: dict[str, str] = {}
    for name in listed:
        written = argument(name, language)
        if written in met:
            raise Unreadable(f"`{owner}` has `{met[written]}` and `{name}`: both are `{written}` in {language}")
        met[written] = name
