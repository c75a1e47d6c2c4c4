"""Numbers: those that a text says, and those that a code cell holds.

`honest` compares the two. Here a number is read, with its unit: from prose, where it may be in words;
from a Go program, from Python, and from an output.

Rejected. Every number word counts ("two things", "one of them": nobody measures these); Python's strings
and comments count alike (a comment holds nothing).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
WORDS = {word: n for n, word in enumerate(ONES)}
WORDS |= {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_word = "(?:" + "|".join(sorted(WORDS, key=len, reverse=True)) + ")"
NUMERAL = re.compile(
    rf"\b(?:(?:a|{_word}(?:-{_word})?) (?:hundred(?: thousand)?|thousand)|{_word}(?:-{_word})?)\b", re.I
)
DIGITS = re.compile(r"(?<![\w.,:&-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)*")
#: Nouns of what this book counts.
COUNTED = (
    "access addition answer attempt byte call case check child children chunk client collection connection "
    "copy core cycle day deadline end entry entries error event field frame function g goroutine group hog "
    "hour job line lock look lookup loop m message microsecond millisecond minute move nanosecond number "
    "order p package pair part percent percentile place processor program query queries queue reader "
    "receive request round row rule run schedule second seed segment send server shard sibling size slot "
    "span stack state step system table task thread time trace turn value variable version way window word "
    "worker write writer"
).split()
_noun = re.compile(rf"\s+(?:[a-z-]+\s+){{0,2}}?(?P<noun>{'|'.join(COUNTED)})e?s?\b", re.I)

#: kind of a unit, and what one of it is in the smallest unit of the kind
UNITS = {
    **{name: ("time", 1) for name in ("ns", "nanosecond", "nanoseconds", "Nanosecond")},
    **{name: ("time", 1000) for name in ("µs", "us", "microsecond", "microseconds", "Microsecond")},
    **{name: ("time", 10**6) for name in ("ms", "millisecond", "milliseconds", "Millisecond")},
    **{name: ("time", 10**9) for name in ("s", "second", "seconds", "Second")},
    **{name: ("time", 60 * 10**9) for name in ("minute", "minutes")},
    **{name: ("time", 3600 * 10**9) for name in ("hour", "hours")},
    **{name: ("size", 1) for name in ("B", "byte", "bytes")},
    **{"KB": ("size", 1 << 10), "MB": ("size", 1 << 20), "GB": ("size", 1 << 30)},
    **{name: ("share", 1) for name in ("%", "percent")},
}
#: The unit of a version of Go: 1.22.10 is 22.010 Go.
GO_VERSION = "Go"
UNITS[GO_VERSION] = ("version", 1)
VERSION = re.compile(r"(?<![\w.,:-])1\.(\d{1,2})(?:\.(\d+))?(?![\w.]*\w)(?!\s*%)")
_unit = "|".join(sorted(map(re.escape, UNITS.keys() - {GO_VERSION}), key=len, reverse=True))
UNIT = re.compile(rf"(?:\s*\*\s*time\.|[\s-]*)({_unit})(?![\w%])")
#: "5, 10 or 20 ms": the unit belongs to all of them.
LIST = re.compile(rf"(?:(?:,| or| and| to|–)+ *[\d.,]*\d)+\s*({_unit})(?![\w%])")


YEAR = re.compile(r"(19|20)\d\d")
#: "64-bit", "10:01".
PART_OF_A_NAME = re.compile(r"\w|-[A-Za-z]|:\d\d")
#: "issues 53757 and 74275", "chapters 7 and 8".
NUMBERED = re.compile(
    r"(?:issues?|pull requests?|Number|[Cc]hapters?|[Ss]teps?|[Ee]xercises?) (?:\[?\d+[\],]*(?: and)? )*\[?$"
)
#: "`size` 0, then "
SETTING = re.compile(r"`\s+(?:[\d, ]|then|and|or|to|from|instead of)*$")


class Number(NamedTuple):
    """A number in a sentence: its text, its value, its unit or noun (may be empty), and the sentence.
    `reads` is the knob that is set to it, if the sentence sets one."""

    text: str
    value: float
    unit: str
    sentence: str
    reads: str = ""


#: A number that something holds, and its unit ("" for none).
Held = tuple[float, str]


def in_words(text: str) -> float:
    """The value of a number in words.

    Examples
    --------
    >>> in_words("twenty-four"), in_words("a hundred thousand"), in_words("twelve thousand")
    (24.0, 100000.0, 12000.0)
    """
    value = 0
    for part in re.split(r"[\s-]+", text.lower()):
        value = {"a": 1, "hundred": value * 100, "thousand": value * 1000}.get(
            part, value + WORDS.get(part, 0)
        )
    return float(value)


def in_minors(version: re.Match[str]) -> float:
    """A version of Go as a number: 1.22.10 is 22.01."""
    return int(version[1]) + int(version[2] or 0) / 1000


# ---------------------------------------------------------------- what the prose says
def sentences(markdown: str) -> Iterator[tuple[str, str]]:
    """The sentences of a Markdown text that claim something, each with its paragraph and the title of
    its box, where the source may stand."""
    text = re.sub(r"^```(?!\{glossary\}).*?^```", "", markdown, flags=re.M | re.S)
    box = ""
    for paragraph in re.split(r"\n\s*\n", text):
        for line in paragraph.splitlines():
            if opened := re.match(r":::\{admonition\}\s*(.*)", line):
                box = opened[1]
            if re.match(r":::|:class:|```|%", line):
                box = "" if line.strip() == ":::" else box
                if not opened or box.startswith("Myth"):
                    continue
            line = re.sub(r"^\s*(?:[-*]|\d+\.|#+(?:\s*\d+\.)?|\|\s*\d+\s*\||:::\{\w+\}|>)\s+", "", line)
            for sentence in re.split(r"(?<=[.?!:])\s+|(?<=[.?!]\*\*)\s+", line):
                if not sentence.rstrip("*_ ").endswith("?"):
                    yield sentence, f"{box}\n{paragraph}"


def numbers(sentence: str) -> Iterator[Number]:
    """The numbers of one sentence.

    Examples
    --------
    >>> [(n.value, n.unit) for n in numbers("Since Go 1.14 two Ps wait 10 or 20 ms, see issue 10958.")]
    [(14.0, 'Go'), (10.0, 'ms'), (20.0, 'ms'), (2.0, 'P')]
    """
    code = re.findall(r"`([^`]*)`", sentence)
    bare = re.sub(r"\]\([^)]*\)|<https?:[^>]*>|</?su[bp]>", "", re.sub(r"`[^`]*`", "`", sentence))
    for found in DIGITS.finditer(bare):
        text, before, after = found[0], bare[: found.start()], bare[found.end() :]
        unit = UNIT.match(after) or LIST.match(after)
        if not unit and (version := VERSION.fullmatch(text)):
            yield Number(text, in_minors(version), GO_VERSION, sentence)
            continue
        if not unit and (YEAR.fullmatch(text) or PART_OF_A_NAME.match(after) or NUMBERED.search(before)):
            continue
        reads = ""
        if SETTING.search(before) and 0 < before.count("`") <= len(code):
            reads = code[before.count("`") - 1]
        yield Number(text, float(text.replace(",", "")), unit[1] if unit else "", sentence, reads)
    for found in NUMERAL.finditer(bare):
        value = in_words(found[0])
        noun = _noun.match(bare, found.end())
        if value >= 2 and noun:
            yield Number(found[0], value, noun["noun"], sentence)


# ---------------------------------------------------------------- what the cells hold
def numbers_of_text(text: str) -> set[Held]:
    """The numbers of a Go program or an output."""
    held: set[Held] = set()
    for found in re.finditer(r"(?<![A-Za-z_\d])\d[\d_,]*(?:\.\d+)?(?:e\d+)?", text):
        unit = UNIT.match(text, found.end())
        digits = found[0].replace("_", "")
        whole = re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits)
        for part in [digits.replace(",", "")] if whole else digits.split(","):
            if part:
                held.add((float(part), unit[1] if unit else ""))
    held |= {(float(int(a) << int(b)), "") for a, b in re.findall(r"(\d+) ?<< ?(\d+)", text)}
    held |= {(in_minors(v), GO_VERSION) for v in VERSION.finditer(text) if not UNIT.match(text, v.end())}
    held |= {(1.0, unit) for unit in re.findall(r"time\.(Second|\w+second)\b", text)}
    return held | {(in_words(found[0]), "") for found in NUMERAL.finditer(text)}


#: Comments (knobs and frames aside) and indexes of a Go program.
GO_NOISE = re.compile(r"//(?!knob|frame).*|\[\d+\](?!\w)")


class _Python(ast.NodeVisitor):
    """Collects the numbers of Python code, without indexes and formats."""

    def __init__(self) -> None:
        self.held: set[Held] = set()

    def value(self, node: ast.AST) -> Any:
        """The value of an expression of constants, or None."""
        try:
            code = compile(ast.Expression(node), "", "eval")  # type: ignore[arg-type]
            return eval(code, {"__builtins__": {}})  # noqa: S307  (our own notebooks; no names)
        except Exception:
            return None

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            text = node.value
            program = GO_NOISE.sub("", text) if "package main" in text else text
            self.held |= numbers_of_text(program)
        elif isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            self.held.add((float(node.value), ""))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        value = self.value(node)
        if isinstance(value, (int, float)):
            self.held.add((float(value), ""))
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        if not isinstance(node.slice, (ast.Slice, ast.Constant, ast.UnaryOp)):
            self.visit(node.slice)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        bounds = [self.value(x) for x in node.args]
        if name == "range" and all(isinstance(x, int) for x in bounds) and (r := range(*bounds)):
            self.held |= {(float(x), "") for x in (len(r), r[0], r[-1])}
        elif name == "round":  # to how many digits says nothing
            self.visit(node.func)
            for value in node.args[:1] if isinstance(node.func, ast.Name) else ():
                self.visit(value)
        else:
            self.generic_visit(node)

    def visit_many(self, node: Any) -> None:
        """What stands in a row is counted."""
        self.held.add((float(len(getattr(node, "elts", None) or getattr(node, "keys", ()))), ""))
        self.generic_visit(node)

    visit_Tuple = visit_List = visit_Set = visit_Dict = visit_many


def numbers_of_python(source: str) -> set[Held]:
    """The numbers that Python code holds.

    Examples
    --------
    >>> sorted(numbers_of_python("assert len(x[7]) == 3 and f'{y:9.2f} ms' in (5 * 10**3, 'a')"))
    [(2.0, ''), (3.0, ''), (5.0, ''), (10.0, ''), (1000.0, ''), (5000.0, '')]
    """
    visitor = _Python()
    # A line magic of IPython is no Python.
    visitor.visit(ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.M)))
    return visitor.held


def numbers_of_cell(cell: dict[str, Any]) -> set[Held]:
    """The numbers that a code cell holds."""
    source = "".join(cell["source"])
    if source.startswith("%%go"):
        head, _, program = source.partition("\n")
        held = numbers_of_text(GO_NOISE.sub("", program))
        held |= {(float(n), "") for n in re.findall(r"--procs (\d+)", head)}
    else:
        held = numbers_of_python(source)
    if "nbval-check-output" in cell["metadata"].get("tags", ()):
        for output in cell["outputs"]:
            held |= numbers_of_text("".join(output.get("text", "")))
    return held


def holds(held: set[Held], number: Number) -> bool:
    """Whether one of `held` is this number.

    Examples
    --------
    >>> ten = Number("10", 10.0, "ms", "")
    >>> holds({(10_000.0, "us")}, ten), holds({(1e7, "")}, ten), holds({(10.0, "KB")}, ten)
    (True, True, False)
    """
    kind, one = UNITS.get(number.unit, ("", 1.0))
    bare = {number.value}
    if kind == "share":
        bare |= {number.value / 100, 1 + number.value / 100, 1 - number.value / 100}
    elif kind == "version":
        bare = set()
    elif kind:
        bare |= {number.value * one / other for k, other in UNITS.values() if k == kind and other <= one}
    for value, unit in held:
        its_kind, its_one = UNITS.get(unit, ("", 1.0))
        if kind and its_kind:
            wanted, value = {number.value * one}, value * its_one
            if kind != its_kind:
                continue
        else:
            wanted = bare
        if any(abs(value - w) <= 1e-9 * abs(w) for w in wanted):
            return True
    return False


def knobs(cell: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """The knobs that a code cell declares, each with its range."""
    found = re.findall(r"//knob (\w+) (\d+) (\d+)", "".join(cell["source"]))
    return {name: (int(low), int(high)) for name, low, high in found}
