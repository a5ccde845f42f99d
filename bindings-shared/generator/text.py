"""Texts as generated files have them: wrapped, and marked as made."""

import textwrap

#: The head of a generated file.
MADE = "Made from the contract by `bindings-shared/generator` (@{}): do not edit.".format("generated")


def one_line(text: str) -> str:
    return " ".join(text.split())


def wrapped(text: str, indent: str, width: int) -> str:
    """A text in lines of a width, of which all but the first begin with `indent`."""
    lines = textwrap.wrap(one_line(text), width - len(indent), break_long_words=False, break_on_hyphens=False)
    return ("\n" + indent).join(lines)


def cell(text: str) -> str:
    """A text in a cell of a table of Markdown."""
    return one_line(text).replace("|", "\\|")
