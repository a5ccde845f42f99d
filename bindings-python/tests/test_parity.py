"""The package has every operation, every field and every code of the core's tables, and no other."""

from __future__ import annotations

import inspect
import keyword
from typing import Any

import pytest

import earnest.errors
import earnest.sync
import earnest.views
from earnest import Engine, View, _common, _earnest, _runner
from earnest._option_types import Options


def python(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def parameters(method: Any) -> list[inspect.Parameter]:
    """Returns the parameters that a method takes by name: `**common` is the fields of its record."""
    listed = [one for one in inspect.signature(method).parameters.values() if one.name != "self"]
    if not listed or listed[-1].kind is not inspect.Parameter.VAR_KEYWORD:
        return listed
    record = getattr(_common, listed.pop().annotation.removeprefix("Unpack[").removesuffix("]"))
    names = sorted(record.__required_keys__ | record.__optional_keys__)
    return [*listed, *(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in names)]


@pytest.mark.parametrize("engine", [Engine, earnest.sync.Engine])
def test_every_operation_is_a_method_with_its_fields(engine: Any, operations: Any) -> None:
    found = set()
    for service in {operation["name"].split(".")[0] for operation in operations}:
        cls = getattr(inspect.getmodule(engine.__mro__[1]), service.capitalize())
        found |= {f"{service}.{name}" for name in vars(cls) if not name.startswith("_")}
    assert found == {operation["name"] for operation in operations} == set(_earnest.names()[0])
    for operation in operations:
        service, name = operation["name"].split(".")
        method = getattr(getattr(inspect.getmodule(engine.__mro__[1]), service.capitalize()), name)
        taken = parameters(method)
        fields = operation["request"]["properties"]
        assert {one.name for one in taken} == {python(field) for field in fields}, operation["name"]
        required = set(operation["request"].get("required", []))
        required |= {"key"} if operation["key"] == "required" else set()
        assert {one.name for one in taken if one.default is one.empty} == {python(one) for one in required}
        assert all(one.kind is one.KEYWORD_ONLY for one in taken[1:]), operation["name"]
        assert operation["doc"].split()[0] in (method.__doc__ or "")
        if engine is Engine:
            is_page = operation["reply"]["title"] == "Page"
            assert inspect.iscoroutinefunction(method) is not is_page, operation["name"]


def test_every_reply_has_its_fields(operations: Any) -> None:
    seen = set()
    for operation in operations:
        whole = operation["reply"]
        records = [(whole["title"], whole)] if whole["title"] != "Page" else []
        records += [(name.rstrip("23"), node) for name, node in whole.get("$defs", {}).items() if "properties" in node]
        for name, node in records:
            if name in ("Money", "Actor", "Error"):
                continue
            view = getattr(earnest.views, name)
            assert issubclass(view, View)
            assert set(view.__annotations__) == {python(field) for field in node["properties"]}, name
            wires = {view._names.get(field, field) for field in view.__annotations__}
            assert wires == set(node["properties"]), name
            seen.add(name)
    assert len(seen) > 70


def test_every_literal_has_its_values(operations: Any) -> None:
    for operation in operations:
        for name, node in operation["reply"].get("$defs", {}).items():
            if "oneOf" not in node or name in ("Amount", "ActorInput"):
                continue
            values = tuple(one["const"] for one in node["oneOf"])
            known = [alias.__args__ for alias in vars(earnest.views).values() if hasattr(alias, "__args__")]
            assert values in known, name


def test_every_code_is_a_class_with_its_details(refusals: Any) -> None:
    assert {refusal["code"] for refusal in refusals} == set(earnest.errors.CODES) == set(_earnest.names()[1])
    for refusal in refusals:
        cls = earnest.errors.CODES[refusal["code"]]
        assert cls.__name__ == "".join(part.capitalize() for part in refusal["code"].split("_"))
        assert (cls.code, cls.kind, cls.http_status) == (refusal["code"], refusal["kind"], refusal["http_status"])
        assert cls.__mro__[1].kind == refusal["kind"] and cls.__mro__[2] is earnest.EarnestError
        details = {name for name, member in vars(cls).items() if isinstance(member, property)}
        # every refusal has a message of its own: that of a rule is in `details`
        declared = {python(detail["name"]) for detail in refusal["details"]} - {"message"}
        assert details == declared, refusal["code"]


async def test_every_option_is_known_to_the_core() -> None:
    for option in Options.__annotations__:
        try:
            bank = await Engine.open("memory:", **{option: {"no": ["such"]}})  # type: ignore[arg-type]
        except earnest.EarnestError as refused:
            assert f"unknown field `{option}`" not in refused.message
        else:
            await bank.close()
            raise AssertionError(f"{option} was taken")
    with pytest.raises(earnest.errors.InvalidRequest, match="`colour` is no option"):
        await Engine.open("memory:", colour="red")  # type: ignore[call-arg]


def test_pages_are_of_one_kind() -> None:
    assert issubclass(_runner.AsyncPage, earnest.Page) and issubclass(_runner.SyncPage, earnest.Page)
