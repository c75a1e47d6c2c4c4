"""The reference page: what is on it has a docstring with all its parts. Doctest runs the examples."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "book" / "reference.md"


def entries() -> list[tuple[str, str, str]]:
    """Kind, module and name of each entry of the page."""
    found, module = [], ""
    for word, name in re.findall(
        r"^\.\. (currentmodule|autofunction|autoclass):: (\S+)", PAGE.read_text(), re.M
    ):
        if word == "currentmodule":
            module = name
        else:
            found.append((word, module, name))
    return found


def faults(kind: str, thing: object) -> list[str]:
    """What the docstring of an entry does not say."""
    doc = inspect.getdoc(thing) or ""
    have = set(re.findall(r"^(\w+)\n-{3,}$", doc, re.M))
    out = []
    if kind == "autofunction":
        signature = inspect.signature(thing)
        wanted = {"Examples"} | ({"Returns"} if signature.return_annotation not in (None, "None") else set())
        out += [
            f"argument {p}"
            for p in signature.parameters
            if not re.search(rf"^([\w*]+, )*\**{p}(, [\w*]+)*( :|$)", doc, re.M)
        ]
    else:
        wanted = {"Examples"} | (set() if have & {"Parameters", "Attributes"} else {"Attributes"})
        out += [
            f"docstring of {name}"
            for name, value in vars(thing).items()
            if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
            if not inspect.getdoc(value)
        ]
    out += sorted(wanted - have)
    if "Examples" in have and ">>> " not in doc.partition("Examples\n---")[2]:
        out.append("an example that runs")
    return out


def test_each_entry_says_what_goes_in_what_comes_out_and_shows_it():
    found = entries()
    assert len(found) > 50
    wrong = {
        f"{module}.{name}": said
        for kind, module, name in found
        if (said := faults(kind, getattr(importlib.import_module(module), name)))
    }
    assert wrong == {}
