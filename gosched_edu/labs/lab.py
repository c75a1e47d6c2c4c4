"""`Lab`: a Go program, what may be changed, what is shown. Alive with a kernel and without.

Problem. One declaration must give a lab for JupyterLab, where every change runs the program,
and one for the built book, where nobody can run anything.

Rejected. `interact` (frozen in the page; no Reset; loses the words); a canvas widget for all
(a stage is more than a lab needs; see static.py for what the page gets instead).

Chosen. ipywidgets for the controls, one `HTML` widget for the view, and `_repr_mimebundle_`
that hands over both the widget and the static form. A front end with a kernel prefers the
widget; the book is told to prefer HTML.

Invariant. What the view shows belongs to the values that the controls show. One change is
one run: the front end holds back all but the newest value of a dragged slider while the kernel
is busy, so runs never queue up; and Reset, which changes many controls, runs once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import ipywidgets as widgets

from gosched_edu.figures.picture import page_css
from gosched_edu.labs.declare import Control, Value, as_code, controls_for
from gosched_edu.labs.static import asset, check_grid, static_html
from gosched_edu.labs.view import VIEWS, RunLike, render, render_error
from gosched_edu.trace.summary import summarize

Runner = Callable[..., RunLike]


def _go_run(source: str, **parameters: Any) -> RunLike:
    # Late: the kernel takes half a second to import, and figures need none.
    from gosched_edu import go  # type: ignore[attr-defined, unused-ignore]

    run: RunLike = go.run(source, **parameters)
    return run


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
    static : mapping, optional
        Control names to the values that the page without a kernel offers.
    title : str
    runner : callable, optional
        In place of `go.run`.

    Examples
    --------
    >>> Lab(source, procs=1, controls={"procs": (1, 8)}, static={"procs": [1, 2, 4]})
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
        static: Mapping[str, Sequence[Value]] | None = None,
        title: str = "Lab",
        runner: Runner | None = None,
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
        self.static = check_grid(static or {}, self.controls)
        self.run: RunLike | None = None
        self._runner = runner or _go_run
        self._held = False
        self._shown: dict[str, Value] | None = None

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

    def _run(self, values: Mapping[str, Value]) -> RunLike:
        parameters: dict[str, Any] = {k: v for k, v in values.items() if k not in self.knobs}
        return self._runner(self.source, **parameters, knobs={k: values[k] for k in self.knobs})

    def _draw(
        self, values: Mapping[str, Value], grain: float = 1.5, max_lanes: int = 24
    ) -> tuple[str, RunLike | None]:
        try:
            run = self._run(values)
        # Whatever goes wrong in a reader's program is something to show, and the lab goes on.
        except Exception as error:  # noqa: BLE001
            return render_error(error), None
        html = render(run, views=self.views, lanes=self.lanes, max_lanes=max_lanes, grain=grain)
        return html, run

    # --- with a kernel ---------------------------------------------------------------------

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The controls as widgets, by name."""
        return {c.name: _input(c) for c in self.controls}

    @cached_property
    def view(self) -> Any:
        """The widget that shows the run."""
        box = widgets.HTML()
        box.add_class("gs-lab-view")
        return box

    @cached_property
    def widget(self) -> Any:
        """The lab as a widget."""
        reset = widgets.Button(description="Reset", tooltip="Back to the run at the start")
        reset.on_click(lambda _: self.reset())
        self._code = widgets.Text(
            description="Copy this run as code", style={"description_width": "initial"},
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
        """Run the program with the values of the controls and show it, unless shown already."""
        _ = self.widget
        values = self.values
        if values == self._shown:
            return
        html, self.run = self._draw(values)
        self.view.value = f"<style>{page_css()}\n{asset('lab.css')}</style>{html}"
        self._code.value = as_code(values, self.knobs)
        self._shown = values

    # --- without ---------------------------------------------------------------------------

    def static_html(self) -> str:
        """The lab for a page without a kernel."""
        if "_static_html" not in self.__dict__:
            self._static_html = static_html(self.title, self.controls, self.static, self._state)
        return self._static_html

    def _state(
        self, chosen: Mapping[str, Value], grain: float, max_lanes: int
    ) -> tuple[str, str, str]:
        values = self.start | dict(chosen)
        html, run = self._draw(values, grain, max_lanes)
        said = "The run failed." if run is None else str(summarize(run.trace)).partition("\n")[0]
        return html, as_code(values, self.knobs), said

    def __repr__(self) -> str:
        return f"{self.title}: {self.code}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        self.redraw()
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
