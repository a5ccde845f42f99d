"""Checks what the generator refuses, and that its model serves languages that it has never heard of."""

import copy
import importlib.util
import re
import sys
import tempfile
import unittest
from pathlib import Path

GENERATOR = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(GENERATOR))

import contract  # noqa: E402
import names  # noqa: E402
import schemas  # noqa: E402
from model import Unreadable  # noqa: E402
from writers import kotlin, markdown, python, swift, swift_types, typescript, typescript_dtos  # noqa: E402

SPEC = importlib.util.spec_from_file_location("generator", GENERATOR / "__main__.py")
generator = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generator)

FIELD = {"required": True, "nullable": False, "secret": False, "doc": "One."}
DOCUMENT = {
    "contract": 1,
    "version": "0.1.0",
    "common": ["actor", "key"],
    "services": [
        {
            "name": "ledger",
            "operations": [
                {
                    "name": "ledger.import",
                    "method": "import",
                    "doc": "Takes what another ledger has.",
                    "key": "optional",
                    "host": "joins",
                    "first": "from",
                    "arguments": [
                        {**FIELD, "name": "from", "type": {"is": "list", "of": {"is": "record", "name": "Leg"}}},
                        {**FIELD, "name": "key", "type": {"is": "string"}, "required": False, "nullable": True},
                    ],
                    "reply": {"record": "Imported", "page": False},
                    "codes": ["not_now"],
                    "example": '{"op":"ledger.import","args":{"from":[]}}',
                }
            ],
        }
    ],
    "records": [
        {
            "name": "Imported",
            "doc": "What was taken.",
            "fields": [{**FIELD, "name": "class", "type": {"is": "set", "name": "Grade"}}],
        },
        {"name": "Leg", "doc": "A leg.", "fields": [{**FIELD, "name": "amount", "type": {"is": "money"}}]},
    ],
    "sets": [{"name": "Grade", "doc": "How well.", "values": [{"value": "whole", "doc": "All of it."}]}],
    "errors": [
        {
            "code": "not_now",
            "kind": "busy",
            "retry": "later",
            "http_status": 503,
            "doc": "Later.",
            "reserved_for": None,
            "details": [],
        }
    ],
}


def changed(**members: object) -> dict:
    return {**copy.deepcopy(DOCUMENT), **members}


class Contracts(unittest.TestCase):
    def refused(self, document: dict, *words: str) -> None:
        with self.assertRaises(contract.Unreadable) as refused:
            contract.read(document)
        for word in words:
            self.assertIn(word, str(refused.exception))

    def test_another_form_is_refused(self) -> None:
        self.refused(changed(contract=2), "form 2", "form 1")

    def test_an_undeclared_record_is_named_with_what_has_it(self) -> None:
        self.refused(changed(records=DOCUMENT["records"][:1]), "`ledger.import.from`", "`Leg`")
        self.refused(changed(sets=[]), "`Imported.class`", "`Grade`")
        self.refused(changed(records=DOCUMENT["records"][1:]), "`ledger.import`", "`Imported`")

    def test_a_name_is_declared_once(self) -> None:
        self.refused(changed(sets=[*DOCUMENT["sets"], {"name": "Leg", "doc": "", "values": []}]), "`Leg`", "twice")

    def test_an_unknown_type_is_named(self) -> None:
        document = changed()
        document["records"][1]["fields"][0]["type"] = {"is": "float"}
        self.refused(document, "`amount`", "`float`")


class Names(unittest.TestCase):
    def test_no_keyword_is_a_name_anywhere(self) -> None:
        taken = {"python": "from_ class_ import_ type", "typescript": "from class_ import_ type"}
        taken |= {"swift": "from `class` `import` type", "kotlin": "from `class` import type"}
        for language, expected in taken.items():
            found = [names.argument(name, language) for name in ("from", "class", "import", "type")]
            self.assertEqual(found, expected.split(), language)

    def refused(self, document: dict, *words: str) -> None:
        with self.assertRaises(contract.Unreadable) as refused:
            names.check(contract.read(document))
        for word in words:
            self.assertIn(word, str(refused.exception))

    def test_keywords_as_names_of_arguments_are_escaped(self) -> None:
        names.check(contract.read(DOCUMENT))

    def test_a_type_that_is_a_keyword_of_one_language_is_named_with_it(self) -> None:
        document = changed()
        document["records"].append({"name": "Protocol", "doc": "", "fields": []})
        names.check(contract.read(document))
        document["records"][-1]["name"] = "Self"
        self.refused(document, "`Self`", "swift")

    def test_names_that_one_language_writes_alike_are_named_with_it(self) -> None:
        document = changed()
        arguments = document["services"][0]["operations"][0]["arguments"]
        arguments.append({**FIELD, "name": "from_", "type": {"is": "string"}})
        self.refused(document, "`ledger.import`", "`from` and `from_`", "python")

    def test_python_knows_its_keywords(self) -> None:
        import keyword

        self.assertEqual(names.KEYWORDS["python"], frozenset(keyword.kwlist))

    def test_words_are_put_together_as_languages_do(self) -> None:
        self.assertEqual(names.camel("top_up"), "topUp")
        self.assertEqual(names.pascal("insufficient_balance"), "InsufficientBalance")
        self.assertEqual(names.snake("AccountStatus"), "account_status")


class Writers(unittest.TestCase):
    def test_python_compiles_whatever_the_names(self) -> None:
        for path, text in python.files(contract.read(DOCUMENT)).items():
            compile(text, path, "exec")

    def test_python_unpacks_what_every_call_takes(self) -> None:
        document = changed(common=["key"])
        text = python.files(contract.read(document))["bindings-python/python/earnest/_services.py"]
        self.assertIn("        **common: Unpack[Keyed],\n", text)
        self.assertNotIn("key: str", text)

    def test_python_takes_secrets_that_nobody_prints(self) -> None:
        document = changed()
        [operation] = document["services"][0]["operations"]
        secret = {**FIELD, "name": "pin_code", "type": {"is": "string"}, "secret": True}
        operation["arguments"] += [
            secret,
            {**secret, "name": "proofs", "type": {"is": "list", "of": {"is": "string"}}, "required": False},
            {**secret, "name": "tokens", "type": {"is": "object"}, "required": False},
            {**secret, "name": "token"},
        ]
        # one of the same name that everybody may see
        plain = {**FIELD, "name": "token", "type": {"is": "string"}}
        other = {**operation, "name": "ledger.show", "method": "show", "arguments": [plain], "first": "token"}
        document["services"][0]["operations"].append(other)
        files = {path.rsplit("/", 1)[1]: text for path, text in python.files(contract.read(document)).items()}
        services = files["_services.py"]
        for parameter in (
            "pin_code: str | Secret",
            "proofs: Sequence[str | Secret] | None = None",
            "token: str | Secret",
        ):
            self.assertIn(f"        {parameter},\n", services)
        self.assertIn("        token: str,\n", services)
        listed = "".join(f'        "{name}",\n' for name in ("ledger.import.token", "pin_code", "proofs", "tokens"))
        self.assertIn(f"SECRETS = frozenset(\n    {{\n{listed}    }}\n)\n", files["_amounts.py"])

    def test_typescript_names_members_as_they_are_and_the_table_apart_from_keywords(self) -> None:
        files = {path.rsplit("/", 1)[1]: text for path, text in typescript.files(contract.read(DOCUMENT)).items()}
        self.assertIn(
            "  import(args: r.LedgerImport, options?: CallOptions): Promise<v.Imported> {", files["services.ts"]
        )
        self.assertIn("export const ledgerImport = operation(\n  'ledger.import',", files["operations.ts"])
        self.assertIn("from: { list: { record: shapeOfLeg } }", files["operations.ts"])
        self.assertIn("  declare readonly class: Grade;", files["views.ts"])
        self.assertIn("  from: readonly Leg[];", files["requests.ts"])

    def test_typescript_keeps_members_as_json_has_them_and_hides_secrets(self) -> None:
        document = changed()
        secret = {**FIELD, "name": "pin_code", "type": {"is": "string"}, "secret": True}
        reply = document["records"][0]
        reply["fields"] = [
            secret,
            {**FIELD, "name": "paid_at", "type": {"is": "time"}, "required": False},
            {**FIELD, "name": "by", "type": {"is": "string"}, "nullable": True},
        ]
        files = {path.rsplit("/", 1)[1]: text for path, text in typescript.files(contract.read(document)).items()}
        views = files["views.ts"]
        self.assertIn("    absent(this, 'by');\n", views)
        self.assertIn("  get paidAt(): string | null {\n    return this.paid_at ?? null;\n  }\n", views)
        kept = [
            "    if (wire.by !== undefined) this.by = (wire.by ?? null);\n",
            "    if (wire.paid_at !== undefined) this.paid_at = (wire.paid_at ?? null);\n",
            "    unlisted(this, 'pin_code', wire.pin_code);\n",
        ]
        self.assertIn("".join(kept), views)
        self.assertIn("  static override readonly hidden = ['pinCode'];\n", views)

    def test_typescript_takes_secrets_that_nobody_prints(self) -> None:
        document = changed()
        secret = {**FIELD, "name": "pin_code", "type": {"is": "string"}, "secret": True}
        document["services"][0]["operations"][0]["arguments"] += [
            secret,
            {**secret, "name": "proofs", "type": {"is": "list", "of": {"is": "string"}}, "required": False},
            {**secret, "name": "tokens", "type": {"is": "object"}, "required": False},
        ]
        files = {path.rsplit("/", 1)[1]: text for path, text in typescript.files(contract.read(document)).items()}
        self.assertIn("  pinCode: string | Secret;\n", files["requests.ts"])
        self.assertIn("  proofs?: readonly (string | Secret)[] | null | undefined;\n", files["requests.ts"])
        for shape in ("pinCode: ['pin_code', 'k']", "proofs: { list: 'k' }", "tokens: 'h'"):
            self.assertIn(shape, files["operations.ts"])

    def test_swift_names_arguments_as_they_are_and_members_that_are_keywords_in_quotes(self) -> None:
        files = {path.rsplit("/", 1)[1]: text for path, text in swift.files(contract.read(DOCUMENT)).items()}
        service = files["LedgerService.swift"]
        self.assertIn("    public func `import`(from: [Leg], key: String? = nil) async throws -> Imported {", service)
        self.assertIn('        given.records("from", from)\n', service)
        self.assertIn('    public var `class`: Grade { wire.of("class") }', files["Views1.swift"])
        self.assertIn('.init("class", .text)', files["Views1.swift"])
        self.assertIn('    public static let whole = Grade(rawValue: "whole")', files["Sets.swift"])
        self.assertIn("    case notNow(NotNow)\n", files["Errors.swift"])
        self.assertIn("public struct Leg: Sendable, Hashable, GivenRecord {", files["Requests.swift"])

    def test_swift_takes_what_is_needed_first_and_what_every_call_takes_last(self) -> None:
        document = changed(common=["actor", "key"])
        arguments = document["services"][0]["operations"][0]["arguments"]
        shared = [{**FIELD, "name": name, "type": {"is": "string"}, "required": False} for name in ("actor", "note")]
        arguments[:0] = shared
        text = swift.files(contract.read(document))["bindings-swift/Sources/Earnest/Generated/LedgerService.swift"]
        places = [text.index(f"{name}: String? = nil") for name in ("note", "actor", "key")]
        self.assertEqual(places, sorted(places))
        self.assertLess(text.index("from: [Leg]"), places[0])

    def test_swift_names_members_of_sets_by_their_letters(self) -> None:
        self.assertEqual(swift_types.case("HMAC-SHA-256"), "hmacSha256")
        self.assertEqual(swift_types.case("default"), "`default`")
        self.assertEqual(swift_types.case("awaiting_shipment"), "awaitingShipment")

    def test_kotlin_escapes_keywords_and_renames_two_of_them(self) -> None:
        document = changed()
        document["services"][0]["operations"][0]["arguments"] += [
            {**FIELD, "name": "for", "type": {"is": "duration"}},
            {**FIELD, "name": "in", "type": {"is": "time"}, "required": False},
        ]
        files = {path.rsplit("/", 1)[1]: text for path, text in kotlin.files(contract.read(document)).items()}
        ledger = files["Ledger.kt"]
        self.assertIn("    public suspend fun import(\n        from: List<Leg>,\n        forTime: Duration,\n", ledger)
        self.assertIn("        `in`: Instant? = null,\n        key: CharSequence? = null,\n    ): Imported =", ledger)
        self.assertIn('        duration("for", forTime)\n        time("in", `in`)\n        key("key", key)\n', ledger)
        self.assertIn("import java.time.Instant\nimport kotlin.time.Duration\n", ledger)
        self.assertIn('    public val `class`: Grade = Grade(from.text("class"))\n', files["Views.kt"])
        self.assertIn('        public val WHOLE: Grade = Grade("whole")\n', files["Sets.kt"])
        self.assertIn("    public val amount: Money,\n", files["Terms.kt"])

    def test_kotlin_has_a_class_for_each_code_under_its_kind(self) -> None:
        document = changed()
        detail = {"name": "message", "type": {"is": "string"}, "nullable": True, "doc": "Why."}
        document["errors"][0]["details"] = [detail, {**detail, "name": "left", "type": {"is": "money"}}]
        files = {path.rsplit("/", 1)[1]: text for path, text in kotlin.files(contract.read(document)).items()}
        refusals = files["Refusals.kt"]
        self.assertIn("    public class NotNow internal constructor(json: Json) : Busy(json) {\n", refusals)
        self.assertIn("        public val left: Money? get() = details.left\n", refusals)
        # every exception has a message of its own
        self.assertNotIn("get() = details.message", refusals)
        self.assertIn('            public val message: String? = from.textOrNull("message")\n', refusals)

    def test_an_argument_of_a_closed_set_takes_the_set_and_a_text(self) -> None:
        document = changed()
        document["services"][0]["operations"][0]["arguments"] += [
            {**FIELD, "name": "grade", "type": {"is": "set", "name": "Grade"}, "required": False},
            {**FIELD, "name": "grades", "type": {"is": "list", "of": {"is": "set", "name": "Grade"}}},
        ]
        document["records"][1]["fields"].append({**FIELD, "name": "grade", "type": {"is": "set", "name": "Grade"}})
        model = contract.read(document)
        writers = (swift, kotlin, typescript, python, markdown)
        files = {path.rsplit("/", 1)[1]: text for one in writers for path, text in one.files(model).items()}
        self.assertIn("grades: [Grade], grade: Grade? = nil", files["LedgerService.swift"])
        self.assertIn('        given.of("grade", grade)\n', files["LedgerService.swift"])
        self.assertIn('        given.sets("grades", grades)\n', files["LedgerService.swift"])
        self.assertIn("    public var grade: Grade\n", files["Requests.swift"])
        ledger = files["Ledger.kt"]
        self.assertIn("        grades: List<Grade>,\n        grade: Grade? = null,\n", ledger)
        self.assertIn("        grades: List<String>,\n        grade: String? = null,\n", ledger)
        self.assertIn("        grades = grades.map(::Grade),\n        grade = grade?.let(::Grade),\n", ledger)
        self.assertIn("     * @param grade One. One of [Grade], or its text.\n", ledger)
        self.assertIn('        texts("grades", grades)\n        word("grade", grade)\n', ledger)
        self.assertIn("public value class Grade(override val value: String) : ClosedSet {\n", files["Sets.kt"])
        self.assertIn('arrayOf("amount", amount, "grade", grade)', files["Terms.kt"])
        made = "operator fun invoke(amount: Money, grade: String): Leg =\n            Leg(amount, Grade(grade))\n"
        self.assertIn(made, files["Terms.kt"])
        self.assertIn("  grade?: v.Grade | (string & {}) | null | undefined;\n", files["requests.ts"])
        self.assertIn("  grades: readonly (v.Grade | (string & {}))[];\n", files["requests.ts"])
        self.assertIn("        grades: Sequence[v.Grade | str],\n", files["_services.py"])
        self.assertIn("        grade: v.Grade | str | None = None,\n", files["_services.py"])
        self.assertIn('        "grade": Grade | str,\n', files["_views.py"])
        self.assertIn("`grade`? (`Grade`)", files["contract.md"])

    def test_what_may_hold_a_secret_is_not_described(self) -> None:
        document = changed()
        document["records"][1] = {
            "name": "ProofFor",
            "doc": "A call.",
            "fields": [
                {**FIELD, "name": "args", "type": {"is": "object"}},
                {**FIELD, "name": "operation", "type": {"is": "string"}},
            ],
        }
        document["records"].append(
            {"name": "Job", "doc": "A job.", "fields": [{**FIELD, "name": "payload", "type": {"is": "json"}}]}
        )
        document["services"][0]["operations"][0]["arguments"][0]["type"]["of"]["name"] = "ProofFor"
        document["services"][0]["operations"][0]["reply"]["record"] = "Job"
        model = contract.read(document)
        files = {
            path.rsplit("/", 1)[1]: text for one in (swift, kotlin, python) for path, text in one.files(model).items()
        }
        self.assertIn('.init("payload", .any, secret: true)', files["Views1.swift"])
        self.assertIn('"ProofFor(operation: \\(operation), args: <hidden>)"', files["Requests.swift"])
        # in the order of the core, and not by their letters
        self.assertIn("    public init(operation: String, args: JSON) {\n", files["Requests.swift"])
        self.assertIn('    override fun hidden(): List<String> = listOf("payload")\n', files["Job.kt"])
        self.assertIn('    override fun hidden(): List<String> = listOf("args")\n', files["Terms.kt"])
        self.assertIn('    _hidden = frozenset({"payload"})\n', files["_views.py"])

    def test_kotlin_needs_a_text_where_none_would_mean_two_functions(self) -> None:
        document = changed()
        grade = {**FIELD, "type": {"is": "set", "name": "Grade"}, "required": False}
        document["services"][0]["operations"][0]["arguments"] += [{**grade, "name": "one"}, {**grade, "name": "two"}]
        files = {path.rsplit("/", 1)[1]: text for path, text in kotlin.files(contract.read(document)).items()}
        given = [("Grade? = null", "Grade? = null"), ("String", "String? = null"), ("Grade? = null", "String")]
        for one, two in given:
            self.assertIn(f"        from: List<Leg>,\n        one: {one},\n        two: {two},\n", files["Ledger.kt"])
        self.assertEqual(files["Ledger.kt"].count("fun import("), len(given))

    def test_kotlin_has_a_package_for_what_others_name_too(self) -> None:
        document = changed()
        document["records"].append({"name": "Job", "doc": "A job.", "fields": []})
        document["records"][0]["fields"].append({**FIELD, "name": "job", "type": {"is": "record", "name": "Job"}})
        files = {path.rsplit("/", 1)[1]: text for path, text in kotlin.files(contract.read(document)).items()}
        self.assertIn("package dev.earnest.views\n\nimport dev.earnest.*\n", files["Job.kt"])
        self.assertIn("import dev.earnest.views.Job\n", files["Views.kt"])
        self.assertNotIn("class Job ", files["Views.kt"])

    def test_kotlin_knows_the_kinds_of_its_contract_alone(self) -> None:
        document = changed()
        document["errors"].append({**document["errors"][0], "code": "late", "kind": "misused"})
        files = {path.rsplit("/", 1)[1]: text for path, text in kotlin.files(contract.read(document)).items()}
        self.assertIn("    public sealed class Misused(json: Json) : Invalid(json) {\n", files["Refusals.kt"])

    def test_kotlin_ends_no_comment_early(self) -> None:
        document = changed()
        document["records"][0]["doc"] = "Of */ and /* in it."
        [views] = [text for path, text in kotlin.files(contract.read(document)).items() if path.endswith("/Views.kt")]
        self.assertIn("/** Of * / and / * in it. */\n", views)

    def test_a_page_names_every_operation_and_record(self) -> None:
        [page] = markdown.files(contract.read(DOCUMENT)).values()
        for word in ("`ledger.import`", "### Leg", "### Imported", "**`Grade`**"):
            self.assertIn(word, page)

    def test_the_model_names_no_language(self) -> None:
        for module in ("contract.py", "model.py"):
            text = (GENERATOR / module).read_text(encoding="utf-8")
            # what they are written in shows in their imports alone
            self.assertEqual(re.findall(r"(?i)\b(python|typescript|javascript|swift|kotlin|node)\b", text), [], module)


class Files(unittest.TestCase):
    def test_a_file_that_was_edited_by_hand_is_named(self) -> None:
        files = generator.made(contract.read(DOCUMENT))
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            self.assertEqual(generator.differing(files, root), [])
            edited, gone, *_ = files
            (root / edited).write_text("edited", encoding="utf-8")
            (root / gone).unlink()
            [one, other] = generator.differing(files, root)
        self.assertIn(f"`{edited}` was edited by hand", one)
        self.assertIn(f"`{gone}` is missing", other)

    def test_the_same_contract_gives_the_same_files(self) -> None:
        document = contract.read(DOCUMENT)
        self.assertEqual(generator.made(document), generator.made(contract.read(changed())))


LEG = {"type": "object", "required": ["size"], "properties": {"size": {"$ref": "#/$defs/Size"}}}
SIZE = {"oneOf": [{"const": "small"}, {"const": "large"}]}


def reply(title: str, leg: "dict[str, object]", size: "dict[str, object]" = SIZE) -> "dict[str, object]":
    properties = {"leg": {"$ref": "#/$defs/Leg2"}}
    return {"title": title, "type": "object", "properties": properties, "$defs": {"Leg2": leg, "Size": size}}


class Schemas(unittest.TestCase):
    def test_what_is_named_comes_first_and_once(self) -> None:
        found = schemas.read([reply("First", LEG), reply("Second", LEG)])
        self.assertEqual(list(found.records), ["Size", "Leg", "First", "Second"])
        dtos = typescript_dtos.files(found)["bindings-node/nestjs/src/generated/dtos.ts"]
        self.assertIn('"$ref": "#/components/schemas/LegDto"', dtos)
        self.assertIn("[LegDto])\nexport class SecondDto {}", dtos)

    def test_what_no_class_could_say_is_refused(self) -> None:
        other = {"type": "object", "properties": {}}
        with self.assertRaisesRegex(Unreadable, "`Leg` different"):
            schemas.read([reply("First", LEG), reply("Second", other)])
        with self.assertRaisesRegex(Unreadable, "`Leg` names itself"):
            schemas.read([reply("First", {"type": "object", "properties": {"more": {"$ref": "#/$defs/Leg2"}}})])


if __name__ == "__main__":
    unittest.main()
