"""Reads the JSON Schemas of replies from `earnest operations --json`: each record once, under the name of its view."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from model import Unreadable

#: Closed sets whose names say nothing without the record that has them.
OF_THEIR_OWNER = ("Role", "State", "Type")

AT = "#/$defs/"


@dataclass(frozen=True)
class Schemas:
    """Schemas by their names, those that others name first; in them a `$ref` is the name of another."""

    records: "dict[str, dict[str, Any]]"
    page: "dict[str, Any]"

    def uses(self, name: str) -> "list[str]":
        return sorted(set(references(self.records[name])))


def of_program(earnest: str) -> Schemas:
    said = subprocess.run([earnest, "operations", "--json"], check=True, capture_output=True).stdout
    return read([one["reply"] for one in json.loads(said)])


def read(replies: "list[dict[str, Any]]") -> Schemas:
    reading = Reading()
    for reply in replies:
        reading.reply(reply)
    return Schemas(ordered(reading.found), reading.page)


def references(node: Any) -> "list[str]":
    if isinstance(node, list):
        return [name for one in node for name in references(one)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if "$ref" in node else []
    return own + [name for one in node.values() for name in references(one)]


def ordered(found: "dict[str, dict[str, Any]]") -> "dict[str, dict[str, Any]]":
    """Orders schemas: those that others name come first."""
    out: dict[str, dict[str, Any]] = {}

    def take(name: str) -> None:
        for used in sorted(set(references(found[name]))):
            take(used)
        out.setdefault(name, found[name])

    for name in sorted(found):
        take(name)
    return out


class Reading:
    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self.page: dict[str, Any] = {}
        self.open: list[str] = []

    def reply(self, reply: "dict[str, Any]") -> None:
        own = {key: value for key, value in reply.items() if key not in ("$defs", "$schema", "title")}
        if reply["title"] == "Page":
            items = {key: value for key, value in own["properties"]["items"].items() if key != "items"}
            page = {**own, "properties": {**own["properties"], "items": items}}
            if self.page not in ({}, page):
                raise Unreadable("pages of two operations have different schemas")
            self.page = page
            self.named("Page", own["properties"]["items"]["items"], reply["$defs"])
        else:
            self.keep(reply["title"], self.named(reply["title"], own, reply["$defs"] if "$defs" in reply else {}))

    def named(self, owner: str, node: Any, defs: "dict[str, Any]") -> Any:
        """A schema in which every `$ref` is a name of here; what it names is kept."""
        if isinstance(node, list):
            return [self.named(owner, one, defs) for one in node]
        if not isinstance(node, dict):
            return node
        made = {key: self.named(owner, value, defs) for key, value in node.items() if key != "$ref"}
        if "$ref" in node:
            made["$ref"] = self.met(owner, node["$ref"].removeprefix(AT), defs)
        return made

    def met(self, owner: str, short: str, defs: "dict[str, Any]") -> str:
        # the second type of a name within one schema
        name = short.rstrip("0123456789")
        schema = defs[short]
        if "oneOf" in schema:
            for known, kept in self.found.items():
                if "oneOf" in kept and values(kept) == values(schema):
                    return known
            name = f"{owner}{name}" if name in OF_THEIR_OWNER else name
        if name in self.open:
            raise Unreadable(f"the schema of `{name}` names itself")
        self.open.append(name)
        self.keep(name, self.named(name, schema, defs))
        self.open.pop()
        return name

    def keep(self, name: str, schema: "dict[str, Any]") -> None:
        if self.found.setdefault(name, schema) != schema:
            raise Unreadable(f"two operations give `{name}` different schemas")


def values(schema: "dict[str, Any]") -> "list[Any]":
    return [one["const"] for one in schema["oneOf"]]
