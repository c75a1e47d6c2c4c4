"""Problem sets on paper: several problems of a family as text, as Markdown or as a notebook."""

from __future__ import annotations

from gosched_edu.exercises.assignment import code, markdown, notebook
from gosched_edu.exercises.problems import problem

FORMATS = ("text", "md", "ipynb")
_RULE = "\n" + "-" * 72 + "\n\n"


def pose(family: str, *, seed: int = 1, count: int = 1, form: str = "text") -> str:
    """Problems without their answers.

    Parameters
    ----------
    family : str
        See `gosched_edu.exercises.problems.FAMILIES`.
    seed : int
        Of the first one; the next one has the next seed.
    count : int
    form : {"text", "md", "ipynb"}

    Returns
    -------
    str

    Raises
    ------
    ValueError
        There is no such family, or a number is out of its range.
    """
    return _set(family, seed, count, form, solved=False)


def solve(family: str, *, seed: int = 1, count: int = 1, form: str = "text") -> str:
    """The same problems, each with its answer and the reason for every word; parameters as for `pose`."""
    return _set(family, seed, count, form, solved=True)


def _set(family: str, seed: int, count: int, form: str, *, solved: bool) -> str:
    if not 1 <= count <= 100:
        raise ValueError(f"the count must be from 1 to 100, got {count}")
    problems = [problem(family, seed=s) for s in range(seed, seed + count)]
    if form == "md":
        return "\n".join(p.markdown(solved=solved) for p in problems)
    if form == "ipynb":
        cells = [code("setup", "from gosched_edu import go\nfrom gosched_edu.exercises import problem")]
        for p in problems:
            cells.append(markdown(f"{family}-{p.seed}", p.markdown(solved=solved)))
            call = f'problem("{family}", seed={p.seed}).check("")'
            cells.append(code(f"{family}-{p.seed}-answer", f"# for example {p.example!r}\n{call}"))
        return notebook(cells)
    return _RULE.join(f"{p}\n{p.solution()}\n" if solved else str(p) for p in problems)
