"""A lab as code that makes it again, in the state that its stage shows.

Problem. A page has an address, and a link to it can hold the state of a lab. A cell of JupyterLab has
none: what a reader can send to somebody else, or keep, is code.

Rejected. A call that names the variables of its notebook (`source`): elsewhere there is no such variable.
Asking Python when the reader presses the button (it may be busy, and a browser gives the clipboard
only to who has just been pressed).

Chosen. Python says once what does not change: the programs, as text, and what the lab was declared with.
``page/lab.js`` adds the values, the choices or the schedule, the moment and the window.

Invariant. The code needs nothing but this package. What belongs to the first values alone (a recording,
outcomes) is left out where the values are others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping


def text_literal(text: str) -> str:
    """A program as it stands in Python: in lines, where that is possible.

    Examples
    --------
    >>> print(text_literal("package main\\n"))
    r'''package main
    '''
    >>> text_literal("no line end")
    '"no line end"'
    """
    if text.endswith("\n") and "'''" not in text and "\r" not in text and "\0" not in text:
        return f"r'''{text}'''"
    return json.dumps(text)


def declared_code(sources: Mapping[str, str], options: Mapping[str, object]) -> dict[str, object]:
    """What the page needs to write a lab's code.

    Parameters
    ----------
    sources : mapping of str to str
        The programs by name; the name of a single one may be empty.
    options : mapping
        Arguments of `Lab` that no state changes.

    Returns
    -------
    dict
        ``head``, the lines before the call; ``options``, the arguments by name, each as code.

    Examples
    --------
    >>> declared_code({"": "x\\n"}, {"title": "T"})["options"]
    {'title': "'T'"}
    """
    head = "from gosched_edu.labs import Lab\n\n"
    if len(sources) == 1:
        head += f"source = {text_literal(*sources.values())}\n"
    else:
        inner = "".join(f"    {json.dumps(n)}: {text_literal(text)},\n" for n, text in sources.items())
        head += f"sources = {{\n{inner}}}\n"
    return {"head": head, "options": {name: repr(value) for name, value in options.items()}}
