"""The chapters as their notebooks say they are: what a page is compared with."""

import ast
import re
from pathlib import Path

import nbformat
import yaml
from bs4 import BeautifulSoup

from gosched_edu import go
from gosched_edu.labs import Lab
from gosched_edu.labs.view import render

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "out" / "_build" / "html"
TOC = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text())


def toc_pages(node) -> list[str]:
    """Every page of the table of contents, whatever its nesting."""
    if isinstance(node, list):
        return [page for item in node for page in toc_pages(item)]
    if isinstance(node, dict):
        own = [node[key] for key in ("root", "file") if key in node]
        return own + [page for value in node.values() if isinstance(value, list) for page in toc_pages(value)]
    return []


PAGES = toc_pages(TOC)
CHAPTERS = [page.removeprefix("notebooks/") for page in PAGES if page.startswith("notebooks/")]


def cells(chapter: str) -> list:
    return nbformat.read(ROOT / "notebooks" / f"{chapter}.ipynb", 4).cells


def labs(chapter: str) -> list[Lab]:
    """The labs of a chapter, built again from the source of its cells, in their order."""
    programs, found = {}, []
    for cell in cells(chapter):
        if cell.cell_type != "code":
            continue
        if magic := re.match(r"%%go -n -o (\w+)\n", cell.source):
            programs[magic[1]] = cell.source[magic.end() :]
            continue
        if cell.source.startswith("%"):
            continue
        tree = ast.parse(cell.source)
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                programs |= {target.id: node.value.value for target in node.targets}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Lab":
                options = {k.arg: ast.literal_eval(k.value) for k in node.keywords}
                found.append(Lab(programs[node.args[0].id], **options))
    return found


_RUNS: dict[tuple[str, str], go.Run] = {}


def repeat(lab: Lab, code: str) -> go.Run:
    """Run what a lab's page offers as "this run as code"."""
    if (lab.source, code) not in _RUNS:
        call = ast.parse(code, mode="eval").body
        assert isinstance(call, ast.Call) and ast.unparse(call.func) == "go.run"
        assert [ast.unparse(arg) for arg in call.args] == ["source"]
        options = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
        _RUNS[lab.source, code] = go.run(lab.source, **options)
    return _RUNS[lab.source, code]


def options_of(code: str) -> dict:
    """The values in a line of code, those of the knobs among them."""
    options = {k.arg: ast.literal_eval(k.value) for k in ast.parse(code, mode="eval").body.keywords}
    return options | options.pop("knobs", {})


def expected(lab: Lab, code: str) -> dict[str, str]:
    """What a live lab shows of this run: the words of the picture, the output, the run in words."""
    return texts(render(repeat(lab, code), views=lab.views, lanes=lab.lanes))


def texts(html: str) -> dict[str, str]:
    """The texts of a lab's view, by part."""
    page = BeautifulSoup(html, "html.parser")
    for style in page.find_all("style"):
        style.extract()
    parts = {
        "picture": "figure svg",
        "output": ".gs-lab-output",
        "error": ".gs-lab-error",
        "words": ".gs-summary p",
    }
    out = {name: page.select_one(path) for name, path in parts.items()}
    return {name: " ".join(e.get_text(" ").split()) for name, e in out.items() if e}
