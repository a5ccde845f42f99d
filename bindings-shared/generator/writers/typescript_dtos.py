"""The DTOs of `earnest-nestjs`: a class with the schema of every view, for OpenAPI."""

import json
from typing import Any

from schemas import Schemas
from text import one_line

from .typescript import WIDTH, comment, head

FOLDER = "bindings-node/nestjs/src/generated"


def files(schemas: Schemas) -> "dict[str, str]":
    out = head("A DTO of every view: what its JSON is, as the engine says it.")
    out += "import { Dto } from '../dto.js';\n"
    for name, schema in schemas.records.items():
        uses = ", ".join(f"{one}Dto" for one in schemas.uses(name))
        out += "\n" + comment([one_line(schema.get("description", name))])
        out += f"@Dto({literal(at_home(schema))}, [{uses}])\nexport class {name}Dto {{}}\n"
    page = head("The schema of a page, whatever its items are.")
    page += f"export const PAGE = {literal(schemas.page)};\n"
    return {f"{FOLDER}/dtos.ts": out, f"{FOLDER}/page.ts": page}


def at_home(node: Any) -> Any:
    """A schema whose references name DTOs in a document."""
    if isinstance(node, list):
        return [at_home(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: at_home(value) for key, value in node.items()}
    return {**made, "$ref": f"#/components/schemas/{made['$ref']}Dto"} if "$ref" in made else made


def literal(value: Any, indent: str = "") -> str:
    """JSON as an expression, on one line where it fits."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(indent) + len(flat) < WIDTH:
        return flat
    deeper = indent + "  "
    if isinstance(value, list):
        return "[\n" + "".join(f"{deeper}{literal(one, deeper)},\n" for one in value) + f"{indent}]"
    members = "".join(f"{deeper}{json.dumps(key)}: {literal(one, deeper)},\n" for key, one in value.items())
    return "{\n" + members + f"{indent}}}"
