"""`Lab`: a Go program, what may be changed, what is shown. Alive with Python and without.

Problem. One declaration must give a lab for JupyterLab and one for the built book, which has no
Python.

Rejected. `interact` (frozen in the page; no Reset; loses the words); a grid of stored runs; drawing in
Python for one and in the browser for the other (two labs to keep equal).

Chosen. The stage (`gosched_edu.page`) draws and runs the program in the browser, in both. In JupyterLab
the controls are ipywidgets, so that Python knows their values (`Lab.run`); in the page they are HTML.
`_repr_mimebundle_` hands over both forms. JupyterLab prefers the widget; the book is told to prefer HTML.

Invariant. What the view shows belongs to the values that the controls show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from gosched_edu.labs.declare import Control, Value, as_code, controls_for
from gosched_edu.labs.stage import StageWidget
from gosched_edu.labs.static import static_html
from gosched_edu.labs.view import VIEWS, render, render_error
from gosched_edu.page.tables import program
from gosched_edu.trace.summary import summarize

if TYPE_CHECKING:
    from gosched_edu.go import Run

#: Looks inside the runtime at a moment, see page/inside.js.
INSIDE = ("source", "queues", "channels", "stacks")


def _go() -> Any:
    # Late: the kernel takes half a second to import, and figures need none.
    from gosched_edu import go

    return go


class Lab:
    """A program to play with.

    Parameters
    ----------
    source : str
        Go source. Each of its knobs (``//knob name low high``) becomes a slider.
    procs, version, seed
        The run at the start.
    knobs : mapping of str to int, optional
        Knobs that start with another value than the source gives them.
    controls : mapping, optional
        Name to ``(low, high)``, to a list of values, or to False (do not show).
    view : str or sequence of str
        Of "timeline", "output", "summary".
    lanes : sequence of {"P", "G", "M"}
    inside : sequence of str
        Which looks inside the runtime the page offers: of "source", "queues", "channels", "stacks".
    title : str

    Examples
    --------
    >>> Lab(source, procs=1, controls={"procs": (1, 8)})
    ... # doctest: +SKIP
    """

    def __init__(
        self,
        source: str,
        *,
        procs: int = 4,
        version: str = "1.22",
        seed: int = 1,
        knobs: Mapping[str, int] | None = None,
        controls: Mapping[str, object] | None = None,
        view: str | Sequence[str] = VIEWS,
        lanes: Sequence[str] = ("P", "G"),
        inside: Sequence[str] = INSIDE,
        title: str = "Lab",
    ) -> None:
        self.source = source
        self.title = title
        self.views = (view,) if isinstance(view, str) else tuple(view)
        if unknown := set(self.views) - set(VIEWS):
            raise ValueError(f"no view {', '.join(sorted(unknown))}; there are {', '.join(VIEWS)}")
        self.lanes = tuple(lanes)
        start: dict[str, Value] = {"procs": procs, "version": version, "seed": seed}
        start |= dict(knobs or {})
        everything = controls_for(source, start)
        self.controls = controls_for(source, start, controls)
        self.knobs = [c.name for c in everything if c.knob]
        self.start = {c.name: c.default for c in everything}
        self.inside = tuple(inside)
        if unknown := set(self.inside) - set(INSIDE):
            raise ValueError(f"no look inside at {', '.join(sorted(unknown))}; there are {', '.join(INSIDE)}")
        self._held = False
        self._ran: tuple[dict[str, Value], Run] | None = None

    # --- values and runs -------------------------------------------------------------------

    @property
    def values(self) -> dict[str, Value]:
        """What the controls show now."""
        if "widget" not in self.__dict__:
            return dict(self.start)
        return self.start | {name: box.value for name, box in self.inputs.items()}

    @property
    def code(self) -> str:
        """The call that repeats this run."""
        return as_code(self.values, self.knobs)

    @property
    def run(self) -> Run:
        """The run with these values, by the kernel of this process.

        Raises
        ------
        GoError
            The program does not compile.
        """
        if self._ran is None or self._ran[0] != self.values:
            self._ran = self.values, self._run(self.values)
        return self._ran[1]

    def _run(self, values: dict[str, Value], **options: Any) -> Run:
        parameters: dict[str, Any] = {k: v for k, v in values.items() if k not in self.knobs}
        return _go().run(self.source, **parameters, knobs={k: values[k] for k in self.knobs}, **options)

    @cached_property
    def _first_run(self) -> Run:
        """For the picture in the page: it is wanted at once, also of a program that never ends."""
        return self._run(self.start, budget=_go().Budget(seconds=3, events=300_000))

    # --- with a kernel ---------------------------------------------------------------------

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The controls as widgets, by name."""
        return {c.name: _input(c) for c in self.controls}

    @cached_property
    def view(self) -> StageWidget:
        """The widget that shows the run."""
        return StageWidget(data=self.page_data, values=self.values)

    @cached_property
    def widget(self) -> Any:
        """The lab as a widget."""
        reset = widgets.Button(description="Reset", tooltip="Back to the run at the start")
        reset.on_click(lambda _: self.reset())
        self._code = widgets.Text(
            value=self.code, description="Copy this run as code", style={"description_width": "initial"},
            layout={"width": "100%", "max_width": "680px"}, tooltip="The call that repeats it",
        )  # fmt: skip
        for box in self.inputs.values():
            box.observe(self._changed, names="value")
        row = widgets.HBox(
            [*self.inputs.values(), reset],
            layout={"flex_flow": "row wrap", "max_width": "680px", "grid_gap": "0 1rem"},
        )
        whole = widgets.VBox([row, self.view, self._code])
        whole.add_class("gs-lab")
        return whole

    def _changed(self, _: object) -> None:
        if not self._held:
            self.redraw()

    @contextmanager
    def _hold(self) -> Iterator[None]:
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def reset(self) -> None:
        """Give every control its first value, and run once."""
        with self._hold():
            for name, box in self.inputs.items():
                box.value = self.start[name]
        self.redraw()

    def redraw(self) -> None:
        """Show the run with the values of the controls."""
        _ = self.widget
        self.view.values = self.values
        self._code.value = self.code

    # --- without ---------------------------------------------------------------------------

    def static_html(self) -> str:
        """The lab for a page without Python."""
        if "_static_html" not in self.__dict__:
            self._static_html = static_html(self.title, self.controls, self._first, self.page_data)
        return self._static_html

    @cached_property
    def page_data(self) -> dict[str, Any]:
        """What ``page/lab.js`` needs to run the lab without Python.

        ``programs`` are the compiled forms, ``images`` says which of them belongs to a version, and
        ``errors`` why there is none.
        """
        go, by_name = _go(), {c.name: c for c in self.controls}
        version, procs = by_name.get("version"), by_name.get("procs")
        most = max(procs.high, *map(int, procs.options or (0,))) if procs else int(self.start["procs"])
        programs: list[dict[str, Any]] = []
        numbers: dict[tuple[object, ...], int] = {}  # most versions compile to the same
        images: dict[str, int] = {}
        errors: dict[str, str] = {}
        for v in map(str, version.options if version else (self.start["version"],)):
            try:
                image = go.compile(self.source, version=v)
            except go.GoError as error:
                errors[v] = str(error)
                continue
            same = (*(a.tobytes() for a in (image.code, image.konst, image.data)), image.functions)
            if same not in numbers:
                numbers[same] = len(programs)
                programs.append(program(image, procs=most))
            images[v] = numbers[same]
        return {
            "source": self.source, "start": self.start, "knobs": self.knobs,
            "options": {c.name: list(c.options) for c in self.controls if c.options},
            "views": list(self.views), "inside": list(self.inside), "stage": {"lanes": list(self.lanes)},
            "programs": programs, "images": images, "errors": errors,
        }  # fmt: skip

    def _first(self, grain: float, max_lanes: int) -> tuple[str, str, str]:
        """The first run, as HTML, as code, as a sentence."""
        code = as_code(self.start, self.knobs)
        try:
            run = self._first_run
        except _go().GoError as error:
            return render_error(error), code, "The program does not compile."
        html = render(run, views=self.views, lanes=self.lanes, max_lanes=max_lanes, grain=grain)
        return html, code, str(summarize(run.trace)).partition("\n")[0]

    def __repr__(self) -> str:
        return f"{self.title}: {self.code}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        # The widget comes first in JupyterLab (its renderer ranks before that of HTML).
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_())
        return bundle | {"text/html": self.static_html(), "text/plain": repr(self)}


def _input(control: Control) -> Any:
    common = {
        "description": control.label, "tooltip": control.hint, "value": control.default,
        "style": {"description_width": "initial"},
    }  # fmt: skip
    if control.options:
        return widgets.Dropdown(options=control.options, layout={"width": "auto"}, **common)
    return widgets.IntSlider(
        min=control.low, max=control.high, continuous_update=True, layout={"width": "20rem"},
        **common,
    )  # fmt: skip
