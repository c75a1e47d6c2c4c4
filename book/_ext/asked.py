"""Numbers in what exercises and quizzes say: the part of `honest` that reads ``gosched_edu/exercises``.

A task, a hint, a question and what is said of an answer are prose, but they stand in Python. They are read
there, without running anything. What holds their numbers:

- of an exercise: its own program, with its knobs; the functions that judge it, and the constants of its
  module; the options with which it runs; from ten on, the cells of its chapter as well;
- of a quiz: the question itself, for what its answers say (a premise is nobody's claim); arithmetic on the
  question's own numbers: one product, quotient, sum or difference of two; from ten on, and for a version of
  Go, the cells of its chapter;
- of both: a Go file that the text names.

A wrong answer claims nothing. What is said of it does.

Of wrong numbers three in five are noticed, of small ones in a quiz three in four.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from numerals import (
    GO_NOISE,
    GO_VERSION,
    UNITS,
    Held,
    Number,
    numbers,
    numbers_of_python,
    numbers_of_text,
    sentences,
)

#: What of an exercise is prose, and what is its program.
PROSE = frozenset({"title", "task", "hint", "hints"})
PROGRAM = frozenset({"source", "starter"})


#: From here on a number is rare enough to be looked for in the cells of the chapter.
RARE = 10


class Said(NamedTuple):
    """A number that an exercise or a quiz says, the text around it, what holds it, and in which exercise or
    question it stands."""

    where: str
    number: Number
    text: str
    held: set[Held]


def text_of(node: ast.AST, names: dict[str, ast.AST]) -> str:
    """The text of an expression; what is computed stands in it as code, and holds itself."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(v, names) if isinstance(v, ast.Constant) else "`x`" for v in node.values)
    if isinstance(node, ast.BinOp):
        return text_of(node.left, names) + text_of(node.right, names)
    if isinstance(node, ast.Name) and node.id in names:
        return text_of(names[node.id], names)
    return ""


def strings(node: ast.AST, names: dict[str, ast.AST]) -> list[str]:
    """The text of an expression, or those of a tuple."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return [text_of(x, names) for x in node.elts]
    return [text_of(node, names)]


def judges(node: ast.AST, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """The functions of the module that an expression calls or names, and those that these call."""
    found: set[str] = set()
    todo = [node]
    while todo:
        for x in ast.walk(todo.pop()):
            if isinstance(x, ast.Name) and x.id in functions and x.id not in found:
                found.add(x.id)
                todo.append(functions[x.id])
    return found


def without_docstring(function: ast.FunctionDef) -> str:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return "\n".join(map(ast.unparse, body))


def of_exercises(tree: ast.Module, cells: set[Held], where: str) -> Iterator[Said]:
    """The numbers in the tasks and hints of a chapter's module."""
    functions = {f.name: f for f in tree.body if isinstance(f, ast.FunctionDef)}
    assigns = [a for a in tree.body if isinstance(a, ast.Assign) and isinstance(a.targets[0], ast.Name)]
    names: dict[str, ast.AST] = {a.targets[0].id: a.value for a in assigns}  # type: ignore[attr-defined]
    constants: set[Held] = set()
    for a in tree.body:
        if isinstance(a, ast.Assign) and not isinstance(a.value, (ast.Call, ast.List, ast.JoinedStr)):
            constants |= numbers_of_python(ast.unparse(a))
    for name, value in names.items():
        if not isinstance(value, ast.Call):
            continue
        fields = {k.arg: k.value for k in value.keywords if k.arg}
        if "task" not in fields:
            continue
        held = set(constants)
        if getattr(value.func, "id", "") == "RaceLines":  # a race has two lines
            held.add((2.0, ""))
        for field, node in fields.items():
            if field in PROGRAM:
                held |= numbers_of_text(GO_NOISE.sub("", text_of(node, names)))
            elif field not in PROSE and field != "seeds":
                held |= numbers_of_python(ast.unparse(node))
        for function in judges(value, functions):
            held |= numbers_of_python(without_docstring(functions[function]))
        for field, node in fields.items():
            if field in PROSE:
                for text in strings(node, names):
                    for number in numbers_in(text):
                        known = held | cells if number.value >= RARE else held
                        yield Said(f"{where}, {name}", number, text, known)


def numbers_in(text: str) -> Iterator[Number]:
    """The numbers of a text outside of Go code: a hint may be a line of it."""
    if not re.search(r"[;{}]|[:+]=|<-", text):
        for sentence, _ in sentences(text):
            yield from numbers(sentence)


def of_quiz(tree: ast.Module, cells: set[Held], where: str) -> Iterator[Said]:
    """The numbers that the right answers claim, and those in what is said of an answer."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict) or [getattr(k, "value", "") for k in node.keys][:1] != ["question"]:
            continue
        question = text_of(node.values[0], {})
        own = computed(question)
        for answer in node.values[1].elts:  # type: ignore[attr-defined]
            text, right, feedback = (text_of(x, {}) for x in answer.elts)
            for said in (text, feedback) if right == "True" else (feedback,):
                for number in numbers_in(said):
                    held = own | cells if number.value >= RARE or number.unit == GO_VERSION else own
                    yield Said(f"{where}, the question {question[:40]!r}", number, said, held)


def computed(question: str) -> set[Held]:
    """The numbers of a question, and what comes out if two of them are put together."""
    found = [(n.value, n.unit) for n in numbers(question.replace("?", "."))]
    found += [(value, "") for value, _ in numbers_of_text(question)]
    plain = {value * (UNITS[unit][1] if unit in UNITS else 1) for value, unit in found} | {
        v for v, _ in found
    }
    plain |= {1.0, 1e9} if any(UNITS.get(unit, ("",))[0] == "time" for _, unit in found) else set()
    pairs = {f for a in plain for b in plain for f in (a * b, a + b, a - b, a / b if b else 0.0)}
    return {(x, unit) for x, unit in found} | {(x, "") for x in pairs | {p * 1e9 for p in pairs if p < 1e-3}}


def said(module: Path, cells: set[Held]) -> Iterator[Said]:
    """All numbers that a chapter's exercises and quiz say.

    Parameters
    ----------
    module : Path
        Such as gosched_edu/exercises/chapter08.py.
    cells : set of Held
        What the cells of that chapter hold.
    """
    tree = ast.parse(module.read_text(encoding="utf-8"))
    yield from of_exercises(tree, cells, module.name)
    yield from of_quiz(tree, cells, module.name)
