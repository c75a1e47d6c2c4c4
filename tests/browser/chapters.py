"""The chapters as their notebooks say they are: what a page is compared with."""

import ast
import functools
import re
import time
from pathlib import Path

import nbformat
import yaml

from gosched_edu import go
from gosched_edu.labs import Lab
from gosched_edu.trace.summary import summarize

REDRAW_LIMIT = 120  # seconds for one redraw, on a busy machine
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


@functools.cache
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
                options = {k.arg: value_of(k.value, programs) for k in node.keywords}
                found.append(Lab(programs[node.args[0].id], **options))
    return found


def value_of(node: ast.expr, programs: dict[str, str]) -> object:
    """A value in a declaration: a literal, in which programs may be named."""

    class Named(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return ast.Constant(programs[name.id])

    return ast.literal_eval(Named().visit(node))


@functools.cache
def repeat(lab: Lab, code: str) -> go.Run:
    """Run what a lab's page offers as "this run as code"."""
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call) and ast.unparse(call.func) == "go.run"
    (program,) = call.args
    if isinstance(program, ast.Subscript):
        assert ast.unparse(program.value) == "sources" and len(lab.sources) > 1
        source = lab.sources[ast.literal_eval(program.slice)]
    else:
        assert ast.unparse(program) == "source" and len(lab.sources) == 1
        source = lab.source
    return go.run(source, **{k.arg: ast.literal_eval(k.value) for k in call.keywords})


@functools.cache
def words_of(lab: Lab, code: str) -> str:
    return str(summarize(repeat(lab, code).trace))


def options_of(code: str) -> dict:
    """The values in a line of code, those of the knobs among them."""
    call = ast.parse(code, mode="eval").body
    options = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    if isinstance(call.args[0], ast.Subscript):
        options["program"] = ast.literal_eval(call.args[0].slice)
    return options | options.pop("knobs", {})


# What a lab shows now, of its parts those that it has. The timeline says in its label what it shows.
SHOWN = """box => {
  const part = path => box.querySelector(path);
  const text = path => part(path) && !part(path).closest('[hidden]') ? part(path).textContent : null;
  const canvas = part('.gs-stage-canvas');
  return {
    code: part('input[type=text]')?.value ?? part('.gs-lab-code')?.textContent ?? '',
    words: text('.gs-summary p'), output: text('.gs-lab-output'), error: text('.gs-lab-error'),
    label: canvas && canvas.getAttribute('aria-label'),
  };
}"""


def picture(box) -> str:
    """What is drawn on the stage of a lab, as an address; empty without a stage."""
    return box.evaluate("box => box.querySelector('.gs-stage-canvas')?.toDataURL() ?? ''")


def faults(lab: Lab, shown: dict) -> list[str]:
    """In which parts the lab shows something else than Python computes for its code."""
    run, words = repeat(lab, shown["code"]), words_of(lab, shown["code"])
    out = []
    if shown["words"] != (words if "summary" in lab.views else None):
        out.append(f"words: {shown['words']!r}, Python has {words!r}")
    if "output" in lab.views and shown["output"] != (run.output[:4000] or "The program wrote nothing."):
        out.append(f"output: {shown['output']!r}, Python has {run.output!r}")
    if run.stopped:
        same = "stopped: the run used up its budget" in (shown["error"] or "")
    else:
        same = (shown["error"] or "").strip() == run.stderr.strip()
    if not same:
        out.append(f"error: {shown['error']!r}, Python has {run.stderr or run.stopped!r}")
    if "timeline" in lab.views and words.partition("\n")[0] not in (shown["label"] or ""):
        out.append(f"timeline: {shown['label']!r}, Python has {words!r}")
    return out


def wait_for(page, lab: Lab, box, **values) -> dict:
    """Until the lab shows the run with these values; it must be the run that Python computes."""
    if "program" in values:  # a variant need not have all knobs
        knobs = {knob for own in lab.knobs_of.values() for knob in own}
        values = {k: v for k, v in values.items() if k not in knobs or k in lab.knobs_of[values["program"]]}
    limit = time.monotonic() + REDRAW_LIMIT
    while True:
        shown = box.evaluate(SHOWN)
        ready = shown["code"] and shown["words" if "summary" in lab.views else "output"] is not None
        wanted = ready and options_of(shown["code"]).items() >= values.items()
        # Code and view may come one after the other.
        if wanted and not (wrong := faults(lab, shown)):
            return shown
        if time.monotonic() > limit:
            assert wanted, f"{lab.title}: {values} never came, the page has {shown['code']!r}"
            assert not wrong, f"{lab.title}: {shown['code']}: {wrong}"
        page.wait_for_timeout(30)
