"""The sandbox page: the lab that `gosched_edu.page.asset` has written, and the list of its programs."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

from gosched_edu.labs import curated

LAB = Path(__file__).resolve().parents[2] / ".cache" / "page" / "sandbox.html"


class Sandbox(Directive):
    """The lab."""

    def run(self) -> list[nodes.Node]:
        self.state.document.settings.env.note_dependency(str(LAB))
        return [nodes.raw("", LAB.read_text(encoding="utf-8"), format="html")]


class Programs(Directive):
    """What to look for in each program, its question and its source, for readers without scripts, too."""

    def run(self) -> list[nodes.Node]:
        out: list[nodes.Node] = []
        for it in curated.programs().values():
            section = nodes.section(ids=[f"program-{curated.file_name(it.name).lower()}"])
            section += nodes.title("", it.name[:1].upper() + it.name[1:])
            section += nodes.paragraph("", f"Look for: {it.look}")
            section += nodes.paragraph("", f"Question: {it.question}")
            code = nodes.literal_block(it.source, it.source, language="go")
            code["classes"] = ["dropdown"]
            section += nodes.container("", code, classes=["toggle"])
            out.append(section)
        return out
