"""The sandbox: programs to choose from, everything to turn, every look inside; and any pasted program.

Problem. A reader who has understood a chapter wants to try what no chapter shows. In the built book there
is no compiler: the front end is Python, and only compiled programs can run.

Rejected. Python in the page (some megabytes, and another program than the one that is tested).

Chosen. The page has the curated programs, each compiled beforehand, and loads the one that is chosen:
a script of its own, because a page from a disk may load nothing else. In JupyterLab a field for text stands
above the same lab, and what is written there is compiled when its reader says so.

Invariant. Both are a `Lab`: what they show is what `gosched_edu.go.run` computes for the code they name.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from gosched_edu.labs.curated import file_name, programs
from gosched_edu.labs.declare import SETTINGS
from gosched_edu.labs.lab import LOOKS, Lab
from gosched_edu.labs.static import static_html

#: Versions that the page offers: each is the first with a rule that shows in these programs.
VERSIONS = ["1.1", "1.5", "1.13", "1.14", "1.22", "1.27"]
#: Of the page: where it lies, and the folder of its programs.
PAGE, FOLDER = "sandbox.html", "sandbox"
OWN = "your program"


@cache
def page_lab() -> Lab:
    """The lab of the built book's sandbox page."""
    first, *others = programs().values()
    return Lab(
        first.source, name=first.name, title="Sandbox", variants={it.name: it.source for it in others},
        controls={"version": VERSIONS, "seed": (0, 99)}, settings=tuple(SETTINGS), inside=LOOKS,
        starts={it.name: it.start for it in programs().values()},
        about={it.name: (f"Look for: {it.look}", f"Question: {it.question}") for it in programs().values()},
    )  # fmt: skip


def write_page(folder: Path) -> None:
    """Write the page's lab, and a script for each compiled program but one, into a folder."""
    lab = page_lab()
    data = dict(lab.page_data)
    scripts = folder / FOLDER
    scripts.mkdir(parents=True, exist_ok=True)
    for old in scripts.glob("*.js"):
        old.unlink()
    here = data["images"][lab.start["version"]]  # the only one that is in the page itself
    names: dict[int, str] = {}
    for key, number in data["images"].items():
        name, _, version = key.rpartition(" ")
        names.setdefault(number, f"{file_name(name or str(lab.start['program']))}-{version}")
    names[here] = ""
    packed = data["programs"]
    data["programs"] = [names[number] or it for number, it in enumerate(packed)]
    for number, it in enumerate(packed):
        if name := names[number]:
            body = json.dumps(it, separators=(",", ":"))
            (scripts / f"{name}.js").write_text(f'gosched.deliver("{name}",{body});\n', encoding="utf-8")
    html = static_html(lab.title, lab.controls, lab._first, data)
    (folder / PAGE).write_text(html, encoding="utf-8")


def sandbox(source: str | None = None) -> Sandbox:
    """A place to try any Go program, for JupyterLab.

    Parameters
    ----------
    source : str, optional
        What stands in the field at first; by default the first curated program.

    Returns
    -------
    Sandbox
        Shows itself as the last value of a cell. Its `lab` is the `Lab` that is shown now.
    """
    return Sandbox(source)


class Sandbox(widgets.VBox):
    """A field for Go source, the curated programs to begin with, and the lab of what was written.

    Attributes
    ----------
    lab : Lab
        What is shown; ``lab.run`` is its run in this process, within the usual budget, and Ctrl-C or the
        notebook's stop button ends it.
    """

    def __init__(self, source: str | None = None) -> None:
        known = programs()
        self.choice = widgets.Dropdown(
            options=[*([OWN] if source is not None else []), *known], description="Begin with",
            style={"description_width": "initial"}, tooltip="Puts a program into the field",
        )  # fmt: skip
        self.text = widgets.Textarea(
            value=source or "", description="Go source", rows=16,
            layout={"width": "100%", "max_width": "680px"}, tooltip="One file, package main",
        )  # fmt: skip
        self.text.add_class("gs-sandbox-text")
        self.button = widgets.Button(
            description="Run", button_style="primary", tooltip="Compile the program in the field and run it"
        )
        self.said = widgets.HTML()
        self.place = widgets.VBox()
        self.lab: Lab | None = None
        super().__init__([widgets.HBox([self.choice, self.button]), self.text, self.said, self.place])
        self.choice.observe(lambda _: self.begin(self.choice.value), names="value")
        self.button.on_click(lambda _: self.show())
        if source is None:
            self.begin(self.choice.value)
        else:
            self.show()

    def begin(self, name: str) -> None:
        """Put a curated program into the field, and show it."""
        if name in programs():
            self.text.value = programs()[name].source
            self.show()

    def show(self) -> None:
        """Compile what stands in the field, and show its lab; or say where it is wrong."""
        from gosched_edu import go

        source = self.text.value
        original = programs().get(self.choice.value)
        unchanged = original is not None and original.source == source
        options: dict[str, Any] = dict(original.start) if original else {}
        settings = {k: options.pop(k) for k in list(options) if k not in ("procs", "version", "seed", "gogc")}
        assert not settings, "a curated program starts with other settings than a lab can be given"
        try:
            go.compile(source, version=options.get("version", go.DEFAULT_VERSION))
            variants = {}
            if original and not unchanged:
                variants = _fitting(source, original.name, original.source)
            lab = Lab(
                source, name=OWN if variants else "", variants=variants, settings=tuple(SETTINGS),
                inside=LOOKS, controls={"version": VERSIONS}, title="Sandbox", **options,
            )  # fmt: skip
            widget = lab.widget
        except (go.GoError, ValueError) as error:
            self.said.value = f'<pre class="gs-lab-error" role="alert">{escape(str(error))}</pre>'
            self.place.children = ()
            self.lab = None
            return
        words = (original.look, original.question) if original and unchanged else ()
        said = ("Look for: ", "Question: ")
        self.said.value = "".join(
            f"<p>{escape(head + text)}</p>" for head, text in zip(said, words, strict=False)
        )
        old = self.place.children
        self.lab, self.place.children = lab, (widget,)
        for one in old:
            one.close()


def _fitting(source: str, name: str, original: str) -> dict[str, str]:
    """The program as it was, to be seen beside the changed one; nothing if its knobs do not fit."""
    try:
        Lab(source, name=OWN, variants={name: original})
    except ValueError:
        return {}
    return {name: original}
