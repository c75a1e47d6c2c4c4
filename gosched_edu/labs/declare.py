"""What a lab lets its reader change: controls, read from the Go source and a declaration.

Problem. A lab is one Go program and a few things to turn. The author should have to say
nothing twice: the knobs are already in the Go source (``var n = 10 //knob n 1 100``).

Rejected. Compiling the source to find its knobs (a lab with a mistake in its Go would then
have no controls, and its reader nothing to repair it with); signatures of Python functions as
`interact` uses them (a lab is a Go program, there is no Python function).

Invariant. Every control has a default that is one of its own values, so Reset always works.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gosched_edu.kernel.costs import ACTIONS
from gosched_edu.kernel.versions import RULES, VERSIONS

MAX_PROCS = 16
MAX_SEED = 99
#: Costs that a reader may change where all settings are offered, and by which factors.
COSTS = ("switch", "malg", "steal", "wake", "wake_jitter", "new_thread", "preempt", "grow_stack")
FACTORS = (0, 1, 4, 16)

Value = int | str
_KNOB = re.compile(r"//knob[ \t]+(\w+)[ \t]+(-?\d+)[ \t]+(-?\d+)")


@dataclass(frozen=True)
class Control:
    """One thing that the reader may change.

    Attributes
    ----------
    name : str
        "procs", "version", "seed", a knob's name, or that of a setting.
    label, hint : str
        What stands beside it; one sentence about what it does.
    default : int or str
    low, high : int
        Range of a slider.
    options : tuple
        Values of a list; empty for a slider.
    knob : bool
        True if it is a variable of the Go program.
    setting : bool
        True if it is one of `SETTINGS`: less often needed, and shown folded.
    """

    name: str
    label: str
    hint: str
    default: Value
    low: int = 0
    high: int = 0
    options: tuple[Value, ...] = ()
    knob: bool = False
    setting: bool = False

    def check(self, value: object) -> Value:
        """Return `value` if the control can have it.

        Raises
        ------
        ValueError
        """
        if self.options:
            if value in self.options:
                return value  # type: ignore[return-value]
            raise ValueError(f"{self.name} is one of {_words(self.options)}, not {value!r}")
        # type(), not isinstance(): True is an int, but no number of Ps.
        if type(value) is int and self.low <= value <= self.high:
            return value
        raise ValueError(f"{self.name} is a whole number {self.low} to {self.high}, not {value!r}")


def _words(values: Sequence[object]) -> str:
    return ", ".join(repr(v) for v in values)


#: What may be set besides Ps, seed and version, by name, with the usual value.
SETTINGS: dict[str, Control] = {
    c.name: c
    for c in (
        Control("asyncpreemptoff", "asyncpreemptoff", "GODEBUG=asyncpreemptoff=1: preempt at calls only.", 0,
                options=(0, 1), setting=True),
        Control("gogc", "GOGC", "By how many percent the heap may grow; -1: it is never collected.",
                100, options=(-1, 1, 10, 50, 100, 200), setting=True),
        *(Control(name, f"{name}, ns", ACTIONS[name][1][:1].upper() + ACTIONS[name][1][1:] + ".",
                  ACTIONS[name][0], options=tuple(k * ACTIONS[name][0] for k in FACTORS), setting=True)
          for name in COSTS),
    )
}  # fmt: skip


def settings_of(values: Mapping[str, Value]) -> dict[str, object]:
    """Options of `go.run` for those settings that are not as usual.

    Examples
    --------
    >>> settings_of({"procs": 4, "gogc": 50, "wake": 0, "switch": 57})
    {'costs': {'wake': 0}, 'gogc': 50}
    """
    changed = {n: values[n] for n, c in SETTINGS.items() if n in values and values[n] != c.default}
    costs = {name: value for name, value in changed.items() if name in COSTS}
    out: dict[str, object] = {"costs": costs} if costs else {}
    if changed.get("asyncpreemptoff"):
        out["asyncpreemptoff"] = True
    return out | ({"gogc": changed["gogc"]} if "gogc" in changed else {})


def controls_for(
    source: str,
    defaults: Mapping[str, Value],
    declared: Mapping[str, object] | None = None,
    programs: Sequence[str] = (),
    settings: Sequence[str] = (),
) -> list[Control]:
    """All controls of a lab, in the order in which they are shown.

    Parameters
    ----------
    source : str
        Go source; its knobs become sliders.
    defaults : mapping
        Values of procs, version and seed, and of knobs that start elsewhere than in the source.
    declared : mapping, optional
        Name to ``(low, high)`` for another range, to a list for a choice of values, or to
        False to leave a control out (the run then uses its default).
    programs : sequence of str
        Names of the programs, where there are several.
    settings : sequence of str
        Which of `SETTINGS` the reader may change.

    Returns
    -------
    list of Control

    Raises
    ------
    ValueError
        A name that nothing has, an empty range, or a default outside of it.
    """
    if defaults["version"] not in VERSIONS:
        raise ValueError(f"version is one of {_words(VERSIONS)}, not {defaults['version']!r}")
    # Offered when the author names none: those versions in which a rule changed.
    news = {VERSIONS[0], VERSIONS[-1], defaults["version"], *(rule.since for rule in RULES)}
    known = [
        *_programs(defaults, programs),
        *_knobs(source, defaults),
        Control("procs", "Ps (GOMAXPROCS)", "How many goroutines can run at the same time.",
                defaults["procs"], 1, MAX_PROCS),
        Control("seed", "Seed", "Other random choices, and only those; same seed, same run.",
                defaults["seed"], 0, max(MAX_SEED, int(defaults["seed"]))),
        Control("version", "Go version", "Whose scheduler's rules apply.", defaults["version"],
                options=tuple(v for v in VERSIONS if v in news)),
        *(replace(SETTINGS[s], default=defaults.get(s, SETTINGS[s].default)) for s in settings),
    ]  # fmt: skip
    names = {c.name for c in known}
    declared = dict(declared or {})
    if unknown := (set(declared) | set(defaults)) - names:
        raise ValueError(
            f"this lab has no {_words(sorted(unknown))}; it has {_words([c.name for c in known])}"
        )
    out = []
    for control in known:
        changed = _redeclare(control, declared.get(control.name, True))
        if changed is None:
            continue
        changed.check(changed.default)
        out.append(changed)
    return out


def _redeclare(control: Control, how: object) -> Control | None:
    if how is True:
        return control
    if how is False:
        return None
    keep = (control.name, control.label, control.hint, control.default)
    if isinstance(how, tuple) and len(how) == 2 and all(type(x) is int for x in how):
        if control.options:
            raise ValueError(f"{control.name} needs a list of values, not a range")
        low, high = how
        if low > high:
            raise ValueError(f"{control.name}: the range {low} to {high} is empty")
        return Control(*keep, low=low, high=high, knob=control.knob)
    if isinstance(how, (list, tuple)) and how:
        for value in how:
            if control.name == "version" and value not in VERSIONS:
                raise ValueError(f"version is one of {_words(VERSIONS)}, not {value!r}")
            if not control.options:
                control.check(value)
        return Control(*keep, options=tuple(how), knob=control.knob)
    raise ValueError(f"{control.name}: (low, high), a list, or False, not {how!r}")


def _programs(defaults: Mapping[str, Value], programs: Sequence[str]) -> list[Control]:
    if not programs:
        return []
    hint = "Which of these programs runs."
    return [Control("program", "Program", hint, defaults["program"], options=tuple(programs))]


def _knobs(source: str, defaults: Mapping[str, Value]) -> list[Control]:
    out: list[Control] = []
    lines = source.splitlines()
    for number, line in enumerate(lines):
        for name, low, high in _KNOB.findall(line):
            if (int(low), int(high)) in [(c.low, c.high) for c in out if c.name == name]:
                continue  # of another program of the lab
            start = _initial(name, lines[number : number + 4])
            default = int(defaults.get(name, int(low) if start is None else start))
            hint = f"The variable {name} of the program, {low} to {high}."
            out.append(Control(name, name, hint, default, int(low), int(high), knob=True))
    return out


def _initial(name: str, lines: Sequence[str]) -> int | None:
    """The value with which one of these lines declares the variable; None if it is not plain.

    A knob stands on the line of its variable or directly above it.
    """
    for line in lines:
        left, equals, right = line.partition("//")[0].partition("=")
        names = re.findall(r"\w+", left.strip().removeprefix("var"))
        if name in names:
            if not equals:
                return 0
            values = dict(zip(names, right.split(","), strict=False))
            try:
                return int(values[name].strip(), 0)
            except (KeyError, ValueError):
                return None
    return None


def as_code(
    values: Mapping[str, Value], knobs: Sequence[str], choices: Sequence[Sequence[int]] = (),
    fixed: Mapping[str, object] | None = None, schedule: str | None = None,
) -> str:  # fmt: skip
    """The call of `go.run` that makes the run with these values, choices or schedule, and `fixed` options.

    Examples
    --------
    >>> as_code({"n": 5, "procs": 4, "seed": 1, "version": "1.22"}, ["n"])
    'go.run(source, procs=4, version="1.22", seed=1, knobs={"n": 5})'
    >>> as_code({"program": "fast", "procs": 1, "seed": 1, "version": "1.22"}, [], [(12, 7)])
    'go.run(sources["fast"], procs=1, version="1.22", seed=1, choices=[(12, 7)])'
    """
    source = f"sources[{json.dumps(values['program'])}]" if "program" in values else "source"
    inner = ", ".join(f'"{k}": {values[k]}' for k in knobs)
    tail = f", knobs={{{inner}}}" if knobs else ""
    if choices:
        tail += f", choices=[{', '.join(f'({n}, {goid})' for n, goid in choices)}]"
    tail += fixed_code(fixed or {})
    if schedule is not None:
        tail += ", accesses=True" * bool((fixed or {}).get("race")) + f", schedule={json.dumps(schedule)}"
    return (
        f'go.run({source}, procs={values["procs"]}, version="{values["version"]}", '
        f"seed={values['seed']}{tail})"
    )


def fixed_code(fixed: Mapping[str, object]) -> str:
    """Options of a run that no control changes, as they stand in code.

    Examples
    --------
    >>> fixed_code({"asyncpreemptoff": True})
    ', asyncpreemptoff=True'
    """
    return "".join(f", {name}={value!r}" for name, value in fixed.items())
