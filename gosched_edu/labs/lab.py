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

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from gosched_edu.kernel.decision import checked
from gosched_edu.kernel.schedules import parse as parse_schedule
from gosched_edu.labs.again import declared_code
from gosched_edu.labs.declare import SETTINGS, Control, Value, as_code, controls_for, fixed_code, settings_of
from gosched_edu.labs.figure import LiveFigure
from gosched_edu.labs.outcomes import outcomes_html, outcomes_of
from gosched_edu.labs.paper import on_paper
from gosched_edu.labs.real import fresh, recorded, shown, version_here, with_knobs
from gosched_edu.labs.stage import StageWidget
from gosched_edu.labs.static import MORE, static_html
from gosched_edu.labs.view import VIEWS, render, render_error
from gosched_edu.page.tables import program
from gosched_edu.trace.steps import by_step
from gosched_edu.trace.summary import summarize

if TYPE_CHECKING:
    from gosched_edu.go import Run
    from gosched_edu.trace import Trace

#: Looks inside the runtime at a moment, see page/inside.js.
INSIDE = ("source", "queues", "channels", "stacks")
LOOKS = (*INSIDE, "traceback")
COPIED = "The button Copy gives a whole cell, with the program, for any notebook."
#: What a lab has where it is declared with nothing else.
USUAL: dict[str, object] = {
    "title": "Lab", "view": VIEWS, "controls": {}, "inside": INSIDE, "settings": (), "about": {},
    "outcomes": False, "real": "",
}  # fmt: skip


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
        Knobs that start with another value than the source gives them; and what is among the `settings`.
    controls : mapping, optional
        Name to ``(low, high)``, to a list of values, or to False (do not show).
    costs, asyncpreemptoff, gogc, race
        Of all its runs; as those of `gosched_edu.go.run`.
    choices, schedule
        Who runs where it is not Go's rules that decide, at the start; as those of `gosched_edu.go.run`.
    moment : int, optional
        The moment that the stage shows at first, in ns, and with a schedule in thousandths of a step; by
        default the end.
    window : (int, int), optional
        What its time axis shows at first; by default the whole run.
    outcomes : bool or mapping of str to str
        Ways in which the program can end, each a button that shows it step by step: schedules by the words on
        their buttons, or True for all that the explorer finds.
    view : str or sequence of str
        Of "timeline", "output", "summary".
    lanes : sequence of {"P", "G", "M"}
    name : str
        What the program is called beside its variants.
    variants : mapping of str to str
        Other programs by name, which the reader can see instead, or beside it: the same idea, done in
        another way. They may have the same knobs, and no others.
    real : str
        Name of a recorded run of real Go (`gosched_edu.realgo.record`) that can be seen beside it. It must
        have been made of the program with its first values; with GOSCHED_RECORD=1 in the
        environment it is made here.
    inside : sequence of str
        Which looks inside the runtime the page offers: of "source", "queues", "channels", "stacks",
        "traceback".
    settings : sequence of str
        What else the reader may change: of `gosched_edu.labs.declare.SETTINGS`.
    starts : mapping of str to mapping, optional
        For each program the values with which it starts, where they are not the usual ones. The
        programs may then have knobs of their own.
    about : mapping of str to sequence of str, optional
        For each program some sentences that stand above it.
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
        costs: Mapping[str, int] | None = None,
        asyncpreemptoff: bool = False,
        gogc: int = 100,
        race: bool = False,
        choices: Sequence[Sequence[int]] = (),
        schedule: str | None = None,
        moment: int | None = None,
        window: Sequence[int] | None = None,
        outcomes: bool | Mapping[str, str] = False,
        view: str | Sequence[str] = VIEWS,
        lanes: Sequence[str] = ("P", "G"),
        name: str = "",
        variants: Mapping[str, str] | None = None,
        real: str = "",
        inside: Sequence[str] = INSIDE,
        settings: Sequence[str] = (),
        starts: Mapping[str, Mapping[str, Value]] | None = None,
        about: Mapping[str, Sequence[str]] | None = None,
        title: str = "Lab",
    ) -> None:
        self.source = source
        self.title = title
        self.views = (view,) if isinstance(view, str) else tuple(view)
        if unknown := set(self.views) - set(VIEWS):
            raise ValueError(f"no view {', '.join(sorted(unknown))}; there are {', '.join(VIEWS)}")
        self.lanes = tuple(lanes)
        #: Options of all runs that no control changes, where they are not the usual ones.
        self.fixed: dict[str, Any] = {}
        if costs:
            self.fixed["costs"] = dict(costs)
        if asyncpreemptoff:
            self.fixed["asyncpreemptoff"] = True
        if gogc != 100:
            self.fixed["gogc"] = gogc
        if race:
            self.fixed["race"] = True
        if schedule is not None and choices:
            raise ValueError("a run follows a schedule or choices, not both")
        #: What it shows at first, apart from the values of its controls.
        self.opening: dict[str, Any] = {
            "choices": [list(pair) for pair in checked(choices)],
            "schedule": None if schedule is None else str(parse_schedule(schedule)),
            "moment": moment, "window": None if window is None else list(window),
        }  # fmt: skip
        self._outcomes = outcomes
        start: dict[str, Value] = {"procs": procs, "version": version, "seed": seed}
        start |= dict(knobs or {})
        #: The programs by name; one without variants may have none.
        self.sources = {name: source} | dict(variants or {})
        programs = tuple(self.sources) if variants else ()
        if variants:
            _check_names(name, variants)
            start["program"] = name
        self.settings = tuple(settings)
        self.about = {program: list(words) for program, words in (about or {}).items()}
        whole = source if starts is None else "\n".join(self.sources.values())
        start |= (starts or {}).get(name, {})
        everything = controls_for(whole, start, None, programs, settings)
        self.controls = controls_for(whole, start, controls, programs, settings)
        self.knobs = [c.name for c in everything if c.knob]
        self.start = {c.name: c.default for c in everything}
        #: The knobs of each program; those of the first are the lab's.
        self.knobs_of = {name: self._own_knobs(name, everything) for name in self.sources}
        #: The values with which each program starts, if it has its own.
        self.starts = (
            {} if starts is None else {n: self._start_of(n, starts.get(n, {})) for n in self.sources}
        )
        self.real = real
        #: What it is declared with beside its programs and its state, where that is not the usual.
        self.declared = {
            k: v for k, v in (
                ("title", title), ("view", self.views), ("controls", dict(controls or {})),
                ("inside", tuple(inside)), ("settings", self.settings), ("about", self.about),
                ("outcomes", outcomes if isinstance(outcomes, bool) else dict(outcomes)), ("real", real),
            ) if v != USUAL[k]
        }  # fmt: skip
        self.inside = tuple(inside)
        if unknown := set(self.inside) - set(LOOKS):
            raise ValueError(f"no look inside at {', '.join(sorted(unknown))}; there are {', '.join(LOOKS)}")
        self._figures: list[LiveFigure] = []
        self._held = False
        self._ran: tuple[tuple[Any, ...], Run] | None = None

    def _own_knobs(self, name: str, everything: Sequence[Control]) -> list[str]:
        """The knobs that one of the programs has; those of the first are the lab's."""
        lab = {c.name: (c.low, c.high) for c in everything if c.knob}
        defaults: dict[str, Value] = {"procs": 1, "version": "1.22", "seed": 1}
        own = [c for c in controls_for(self.sources[name], defaults) if c.knob]
        for knob in own:
            if lab.get(knob.name) != (knob.low, knob.high):
                raise ValueError(
                    f"the program {name!r} has the knob {knob.name} {knob.low} {knob.high}, "
                    "which the lab's first program has not"
                )
        return [c.name for c in own]

    def _start_of(self, name: str, own: Mapping[str, Value]) -> dict[str, Value]:
        """The values with which one of several programs starts."""
        usual: dict[str, Value] = {"procs": 4, "version": "1.22", "seed": 1}
        usual |= {s: SETTINGS[s].default for s in self.settings}
        knobs = controls_for(self.sources[name], {"procs": 1, "version": "1.22", "seed": 1})
        return usual | {c.name: c.default for c in knobs if c.knob} | dict(own)

    # --- values and runs -------------------------------------------------------------------

    @property
    def values(self) -> dict[str, Value]:
        """What the controls show now."""
        if "widget" not in self.__dict__:
            return dict(self.start)
        return self.start | {name: box.value for name, box in self.inputs.items()}

    @property
    def choices(self) -> list[tuple[int, int]]:
        """Who runs at which decision, where the reader has decided it."""
        pairs = self.view.choices if "widget" in self.__dict__ else self.opening["choices"]
        return [(int(number), int(goid)) for number, goid in pairs]

    @property
    def schedule(self) -> str | None:
        """The schedule that the run follows step by step, if it does."""
        shown = self.view.schedule if "widget" in self.__dict__ else self.opening["schedule"]
        return None if shown is None else str(shown)

    @property
    def code(self) -> str:
        """The call that repeats this run."""
        return self._as_code(self.values, self.choices, self.schedule)

    def _as_code(
        self, values: Mapping[str, Value], choices: Sequence[Sequence[int]], schedule: str | None
    ) -> str:
        options = self.fixed | self._settings(values)
        return as_code(values, self.knobs_of[self._program(values)], choices, options, schedule)

    def _settings(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Options of a run that are settings, and not as usual."""
        return settings_of({name: values[name] for name in self.settings})

    def _program(self, values: Mapping[str, Value]) -> str:
        """The name of the program that runs with these values."""
        return str(values["program"]) if "program" in values else next(iter(self.sources))

    @property
    def run(self) -> Run:
        """The run with these values, by the kernel of this process.

        Raises
        ------
        GoError
            The program does not compile.
        """
        now = (self.values, self.choices, self.schedule)
        if self._ran is None or self._ran[0] != now:
            self._ran = now, _go().run(**self._options(*now))
        return self._ran[1]

    def _options(
        self, values: Mapping[str, Value], choices: Sequence[Sequence[int]], schedule: str | None
    ) -> dict[str, Any]:
        """What `go.run` is given."""
        name = self._program(values)
        options: dict[str, Any] = {k: values[k] for k in ("procs", "version", "seed")} | self.fixed
        options |= self._settings(values)
        options |= {"source": self.sources[name], "knobs": {k: values[k] for k in self.knobs_of[name]}}
        if schedule is not None:
            return options | {"schedule": schedule, "accesses": "race" in self.fixed}
        return options | {"choices": choices}

    @cached_property
    def _first_run(self) -> tuple[Run, Trace]:
        """For the picture in the page: it is wanted at once, also of a program that never ends."""
        go = _go()
        options = self._options(self.start, self.opening["choices"], self.opening["schedule"])
        options["budget"] = go.Budget(seconds=3, events=300_000)
        run = go.run(**options)
        if self.opening["schedule"] is None:
            return run, run.trace
        return run, by_step(go.machine(**options))

    @cached_property
    def outcomes(self) -> dict[str, Any]:
        """The ways in which the program can end that the lab shows (`gosched_edu.labs.outcomes`)."""
        knobs = {k: int(self.start[k]) for k in self.knobs}
        return outcomes_of(self._outcomes, self.source, self.start, knobs, "race" in self.fixed)

    def figure(self, draw: Callable[[Run], object]) -> LiveFigure:
        """A figure drawn in Python that follows the controls; in the built page, that of the first run.

        Examples
        --------
        ``lab.figure(lambda run: run.timeline(lanes=("M",)))``
        """
        made = LiveFigure(self, draw)
        self._figures.append(made)
        return made

    # --- with a kernel ---------------------------------------------------------------------

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The controls as widgets, by name."""
        return {c.name: _input(c) for c in self.controls}

    @cached_property
    def view(self) -> StageWidget:
        """The widget that shows the run."""
        first = {name: self.opening[name] for name in ("choices", "schedule")}
        declared = declared_code(self.sources, self.declared)
        view = StageWidget(
            data=self.page_data, values=dict(self.start), go=version_here(), declared=declared, **first
        )
        view.on_msg(self._asked)
        view.observe(self._chosen, names=["choices", "schedule", "values"])
        return view

    @cached_property
    def widget(self) -> Any:
        """The lab as a widget."""
        reset = widgets.Button(description="Reset", tooltip="Back to the run at the start")
        reset.on_click(lambda _: self.reset())
        self.view  # noqa: B018 - it has the choices
        self._code = widgets.Text(
            value=self.code, description="Copy this run as code", style={"description_width": "initial"},
            layout={"width": "100%", "max_width": "680px"}, tooltip=f"The call that repeats it. {COPIED}",
        )  # fmt: skip
        for box in self.inputs.values():
            box.observe(self._changed, names="value")
        wraps = {"flex_flow": "row wrap", "max_width": "680px", "grid_gap": "0 1rem"}
        shown = [box for name, box in self.inputs.items() if name not in self.settings]
        row = widgets.HBox([*shown, reset], layout=wraps)
        folded = [box for name, box in self.inputs.items() if name in self.settings]
        more = [
            widgets.Accordion([widgets.HBox(folded, layout=wraps)], titles=[MORE], selected_index=None)
        ] if folded else []  # fmt: skip
        whole = widgets.VBox([row, *more, self.view, self._code])
        whole.add_class("gs-lab")
        return whole

    def _chosen(self, _: object) -> None:
        """The reader made a choice in the stage, or asked for an outcome, which has the first values."""
        if self._held:
            return
        with self._hold():
            for name, box in self.inputs.items():
                box.value = self.view.values[name]
        self._code.value = self.code
        self._draw_figures()

    def _draw_figures(self) -> None:
        for figure in self._figures:
            figure.refresh()

    def _asked(self, _: object, content: Mapping[str, Any], __: object) -> None:
        """The reader asked for a run of real Go with these values."""
        try:
            self.view.fresh = self._fresh(dict(content["values"]))
        except Exception as error:  # whatever it is, the reader who waits for a run should see it
            self.view.fresh = {"error": f"{error}"}

    def _fresh(self, values: dict[str, Value]) -> dict[str, Any]:
        name = self._program(values)
        source = with_knobs(self.sources[name], {k: values[k] for k in self.knobs_of[name]})
        return shown(fresh(source, int(values["procs"])), name, values)

    def _changed(self, change: Mapping[str, Any]) -> None:
        if self._held:
            return
        if self.starts and change["owner"] is self.inputs.get("program"):
            self.reset()
        else:
            self.redraw()

    @contextmanager
    def _hold(self) -> Iterator[None]:
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def reset(self) -> None:
        """Give every control its first value, and run once; a program that has its own stays."""
        own = self.starts.get(self._program(self.values)) if self.starts else None
        start = self.start if own is None else self.values | own
        with self._hold():
            for name, box in self.inputs.items():
                box.value = start[name]
        self.redraw(**{name: self.opening[name] for name in ("choices", "schedule")})

    def redraw(self, choices: Sequence[Sequence[int]] = (), schedule: str | None = None) -> None:
        """Show the run with the values of the controls; choices of another run do not belong to it."""
        _ = self.widget
        own, all_knobs = self.knobs_of[self._program(self.values)], set(self.knobs)
        for name in all_knobs & set(self.inputs):
            self.inputs[name].layout.display = None if name in own else "none"
        with self._hold(), self.view.hold_sync():
            self.view.choices, self.view.schedule = [list(pair) for pair in choices], schedule
            self.view.values = self.values
        self._code.value = self.code
        self._draw_figures()

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
        versions = list(map(str, version.options if version else (self.start["version"],)))
        for name, v in ((name, v) for name in self.sources for v in versions):
            key = v if name == self._program(self.start) else f"{name} {v}"
            try:
                image = go.compile(self.sources[name], version=v, race="race" in self.fixed)
            except go.GoError as error:
                errors[key] = str(error)
                continue
            same = (*(a.tobytes() for a in (image.code, image.konst, image.data)), image.functions)
            if same not in numbers:
                numbers[same] = len(programs)
                programs.append(program(image, procs=most, **self.fixed))
            images[key] = numbers[same]
        variants = {name: text for name, text in self.sources.items() if text != self.source}
        return {
            "title": self.title, "source": self.source, "sources": variants, "start": self.start,
            "fixed": fixed_code(self.fixed), "knobs": self.knobs_of,
            "controls": [asdict(c) for c in self.controls],
            "options": {c.name: list(c.options) for c in self.controls if c.options},
            "views": list(self.views), "inside": list(self.inside), "stage": {"lanes": list(self.lanes)},
            "settings": {s: SETTINGS[s].default for s in self.settings}, "starts": self.starts,
            "about": self.about,
            "programs": programs, "images": images, "errors": errors, "real": self._recorded(),
            "opening": self.opening, "outcomes": self.outcomes,
        }  # fmt: skip

    def _recorded(self) -> dict[str, Any] | None:
        """The recording that the lab names."""
        if not self.real:
            return None
        name = self._program(self.start)
        source = with_knobs(self.source, {k: self.start[k] for k in self.knobs_of[name]})
        return shown(recorded(self.real, source, int(self.start["procs"])), name, self.start)

    def _first(self, grain: float, max_lanes: int) -> tuple[str, str, str]:
        """The first run, as HTML, as code, as a sentence."""
        code = self._first_code
        try:
            run, trace = self._first_run
        except _go().GoError as error:
            return render_error(error), code, "The program does not compile."
        html = render(run, trace, views=self.views, lanes=self._lanes, max_lanes=max_lanes, grain=grain)
        return outcomes_html(self.outcomes) + html, code, str(summarize(trace)).partition("\n")[0]

    def __repr__(self) -> str:
        return f"{self.title}: {self.code}"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        # The widget comes first in JupyterLab (its renderer ranks before that of HTML).
        data: dict[str, Any] = dict(self.widget._repr_mimebundle_()) | {"text/html": self.static_html()}
        try:
            run, trace = self._first_run
        except _go().GoError as error:
            return data | {"text/plain": f"{self!r}\n{error}"}, {}
        paper, alt = on_paper(self.title, self._first_code, run, trace, self.views, self._lanes)
        return data | paper, alt

    @property
    def _first_code(self) -> str:
        return self._as_code(self.start, self.opening["choices"], self.opening["schedule"])

    @property
    def _lanes(self) -> tuple[str, ...]:
        """Of the first picture; step by step one P plays all."""
        return self.lanes if self.opening["schedule"] is None else ("G",)


def _check_names(name: str, variants: Mapping[str, str]) -> None:
    if not name or name in variants:
        raise ValueError(f"a program with variants needs a name of its own, not {name!r}")
    if wrong := [n for n in (name, *variants) if not n or any(c in n for c in "&=:\"'\\")]:
        raise ValueError(f"{wrong[0]!r} is no name for a program: it is to stand in a link and in code")


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
