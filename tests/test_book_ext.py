"""What the book adds to Sphinx: Go in cells is coloured as Go, and words lead to the glossary."""

import sys
from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from pygments.token import Comment, Error, Keyword, String
from sphinx import addnodes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from atlas import GLOSSARY, link_terms, terms  # noqa: E402
from golexer import AtlasLexer  # noqa: E402

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_the_lexer_changes_no_cell_and_understands_all(path):
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code":
            source = cell.source + "\n"
            tokens = list(AtlasLexer().get_tokens_unprocessed(source))
            assert "".join(text for _, _, text in tokens) == source, cell.id
            ends = [0]
            for at, _, text in tokens:
                assert at == ends[-1], cell.id
                ends.append(at + len(text))
            assert not [text for _, kind, text in tokens if kind is Error], cell.id


def test_go_is_go_and_python_stays_python():
    kinds = {}
    magic = "%%go -n -o x\nfunc f() {} // def\n"
    for source in (magic, 'x = """package main\n\nfunc f() {}\n"""\ndef g(): ""\n'):
        kinds[source[0]] = {text: kind for kind, text in AtlasLexer().get_tokens(source)}
    assert kinds["%"]["func"] is kinds["x"]["func"] is Keyword.Declaration
    assert kinds["%"]["%%go -n -o x\n"] is Comment.Preproc and kinds["%"]["// def"] in Comment
    assert kinds["x"]["def"] is Keyword and kinds["x"]['"""'] in String


def test_the_glossary_is_in_alphabetical_order():
    words = terms(GLOSSARY.read_text())
    assert len(words) > 60 and words == sorted(words, key=str.casefold)


def test_each_term_is_linked_once_and_only_in_prose():
    words = ["stack", "stack pointer", "P", "cause"]
    words_of_it = "Two stacks, a stack pointer, the cause, a P. The stack, and the "
    text = nodes.paragraph("", "", nodes.Text(words_of_it))
    text += [nodes.strong("", "P"), nodes.literal("", "stack")]
    title = nodes.title("", "The stack")
    document = nodes.section("", title, text)
    link_terms(document, "notebooks/x", words)
    links = {x["reftarget"]: x.astext() for x in document.findall(addnodes.pending_xref)}
    # "cause" has an everyday meaning, and one letter is linked where it is in bold.
    assert links == {"stack pointer": "stack pointer", "stack": "stacks", "P": "P"}
    assert text.astext() == words_of_it + "Pstack"
    assert not list(title.findall(addnodes.pending_xref))
