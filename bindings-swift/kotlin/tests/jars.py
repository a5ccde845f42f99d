"""Looks into the jars that `scripts/test-kotlin --package` has made: `jars.py FOLDER`, the one with the modules."""

import sys
import zipfile
from pathlib import Path

NATIVE = "libearnest_mobile."


def names(module: Path, kind: str) -> "list[str]":
    (found,) = (module / "target").glob(f"{module.name}-[0-9]*[0-9]{kind}.jar")
    return zipfile.ZipFile(found).namelist()


def main() -> None:
    wrong = []
    for name, page in [
        ("earnest", "Engine.html"),
        ("earnest-testing", "TestEngine.html"),
        ("earnest-serializers", "EarnestGson.html"),
    ]:
        module = Path(sys.argv[1]) / name
        natives = [one for one in names(module, "") if NATIVE in one]
        if (len(natives) > 0) != (name == "earnest"):
            wrong.append(f"the classes of `{name}` have the native libraries {natives}")
        if natives := [one for one in names(module, "-sources") if NATIVE in one]:
            wrong.append(f"the sources of `{name}` have {natives}")
        if not any(one.endswith(f"/{page}") for one in names(module, "-javadoc")):
            wrong.append(f"the docs of `{name}` have no `{page}`")
    if wrong:
        raise SystemExit("".join(f"jars: {one}\n" for one in wrong).rstrip())


main()
