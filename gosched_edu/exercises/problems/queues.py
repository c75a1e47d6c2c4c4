"""Two families on one P: in which order goroutines run, and who is next when the queues stand so.

Both are decided by runnext, the ring, the global queue and the 61st tick alone (proc.go:findRunnable), so
the seed of the run changes nothing.
"""

from __future__ import annotations

import random
from typing import Any

from gosched_edu import go
from gosched_edu.exercises.problems.problem import Part, named, printed, started_because, steady
from gosched_edu.go import Run
from gosched_edu.trace import Kind
from gosched_edu.trace.decisions import decisions
from gosched_edu.trace.runqueues import History

ONE_P: dict[str, Any] = {"procs": 1, "version": "1.22"}
RULES = "GOMAXPROCS is 1, the rules are those of Go 1.22."
_NEXT = 5
_HEAD = 'package main\n\nimport (\n\t"fmt"\n%s\t"sync"\n)\n\n'


def _names(run: Run, letters: str) -> dict[int, str]:
    """Goroutine ids to names: main, and the others by the word that each printed first."""
    names = {1: "main"}
    for word, g, _ in printed(run):
        if word in letters:
            names.setdefault(g, word)
    return names


def order(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Goroutines that print, yield, start others, or send on a channel with drawn room."""
    letters = "abcde"[: rng.randint(3, 5)]
    yields = {x for x in letters if rng.random() < 0.4}
    parents = set(rng.sample(letters, rng.randint(0, 2))) - yields
    room = rng.choice((None, None, 0, 1, 2))
    count = len(letters) + len(parents)
    body = []
    for x in letters:
        lines = [f'fmt.Println("{x}")']
        if x in parents:
            lines.append(f'go func() {{\n\t\t\tfmt.Println("{x}1")\n\t\t\twg.Done()\n\t\t}}()')
        if x in yields:
            lines.append("runtime.Gosched()")
        elif room is not None:
            lines.append("ch <- true")
        if x in yields or room is not None:
            lines.append(f'fmt.Println("{x}2")')
        body.append(
            "\tgo func() {\n" + "".join(f"\t\t{line}\n" for line in (*lines, "wg.Done()")) + "\t}()\n"
        )
    if rng.random() < 0.4:
        body.insert(rng.randrange(1, len(body)), "\truntime.Gosched()\n")
    senders = len(letters) - len(yields)
    source = (
        _HEAD % ('\t"runtime"\n' if "runtime." in "".join(body) else "")
        + "func main() {\n\tvar wg sync.WaitGroup\n"
        + (f"\tch := make(chan bool, {room})\n" if room is not None and senders else "")
        + f"\twg.Add({count})\n"
        + "".join(body)
        + (f"\tfor range {senders} {{\n\t\t<-ch\n\t}}\n" if room is not None and senders else "")
        + '\twg.Wait()\n\tfmt.Println("end")\n}\n'
    )
    found = steady(source, lambda run: run.output, **ONE_P)
    if found is None or found[0].status != "finished":
        return None
    run = found[0]
    names = _names(run, letters) | {g: word for word, g, _ in printed(run) if word[1:] == "1"}
    question = f"{RULES} What does this program print, in which order?"
    return question, source, "a b a2", started_because(run, names)


def queues(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Who is next: runnext, ring, global queue, and how many slices the P has begun."""
    letters = "abcde"[: rng.randint(4, 5)]
    child = rng.choice(letters)  # starts another one before it yields
    near = rng.random() < 0.5  # the 61st tick falls among the next choices
    turns = rng.randint(48, 56) if near else rng.randint(0, 4)
    source = (
        _HEAD % '\t"runtime"\n'
        + "var wg sync.WaitGroup\n\n"
        + "func work(name string, yields int) {\n\tfor range yields {\n\t\tfmt.Println(name)\n"
        + f'\t\tif name == "{child}" {{\n\t\t\twg.Add(1)\n\t\t\tgo work("{child}1", 1)\n\t\t}}\n'
        + "\t\truntime.Gosched()\n\t}\n\twg.Done()\n}\n\n"
        + "func main() {\n"
        + (f"\tfor range {turns} {{\n\t\truntime.Gosched()\n\t}}\n" if turns else "")
        + f"\twg.Add({len(letters)})\n"
        + "".join(f'\tgo work("{x}", {rng.randint(1, 3)})\n' for x in letters)
        + "\twg.Wait()\n}\n"
    )
    found = steady(source, _starts, **ONE_P)
    if found is None:
        return None
    run = found[0]
    names, children = {1: "main"}, 0
    for e in run.trace:
        if e.kind == Kind.GO_CREATE and e.arg == 1:
            names[e.g] = letters[len(names) - 1 - children]
        elif e.kind == Kind.GO_CREATE and e.arg > 1:
            children += 1
            names[e.g] = f"{child}{children}"
    asked = decisions(run.trace).tolist()
    moments = []
    for e, (_, q) in zip(run.trace, History(run.trace).moments(), strict=True):
        rich = len(q.global_queue) > 1 and len(q.rings[0] if q.rings else ()) > 0
        if e.kind == Kind.GO_STOP and e.g in names and e.g != 1 and rich:
            whys = [run.why(r) for r in asked if r > e.row][:_NEXT]
            if len(whys) == _NEXT and near == any("61st" in why for why in whys):
                moments.append((e, q))
    if not moments:
        return None
    e, q = rng.choice(moments)
    times = sum(x.kind == Kind.GO_STOP and x.g == e.g for x in run.trace if x.row <= e.row)
    tick = int(go.run(source, until=e.time, **ONE_P).machine.state.arrays["p_tick"][0])

    def row(queue: tuple[int, ...]) -> str:
        return ", ".join(names[g] for g in queue)

    first = "is empty" if q.runnext[0] is None else f"holds {names[q.runnext[0]]}"
    question = (
        f"{RULES} What {child} starts is called {child}1, then {child}2. "
        f"{names[e.g]} has just called runtime.Gosched, call number {times}. "
        f"Now runnext {first}; the ring holds, from its head: {row(q.rings[0])}; the global queue: "
        f"{row(q.global_queue)}. The P's schedtick is {tick}. Which goroutines start next, {_NEXT} times?"
    )
    rows = [r for r in asked if r > e.row][:_NEXT]
    return question, source, "a b c a", tuple(
        Part(names[int(run.trace.g[r])], named(run.why(r), names)) for r in rows
    )  # fmt: skip


def _starts(run: Run) -> list[int]:
    return run.trace.g[decisions(run.trace)].tolist()
