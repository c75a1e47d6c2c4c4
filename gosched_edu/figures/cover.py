"""The picture on the cover: a run of the kernel, and nothing else.

Problem. A cover wants a picture, and a book in which everything is computed should not make an exception.

Chosen. A small program with all that this book is about: goroutines, a channel, a lock, sleep, four Ps.
Its lanes are drawn without an axis, in the colours of every other picture.
"""

from __future__ import annotations

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gosched_edu import go
from gosched_edu.figures.board import Board, board
from gosched_edu.figures.palette import STATES
from gosched_edu.figures.picture import Picture, style
from gosched_edu.figures.timeline import patch

#: Twelve workers take jobs from a channel, compute, add up under a lock; one sleeps now and then.
PROGRAM = """package main

import (
	"sync"
	"time"
)

var (
	mu    sync.Mutex
	total int
)

func work(n int) int {
	for i := 0; i < 3000*n; i++ {
		n ^= i
	}
	return n
}

func main() {
	jobs := make(chan int, 3)
	var wg sync.WaitGroup
	for w := 0; w < 12; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range jobs {
				if n%7 == 0 {
					time.Sleep(70 * time.Microsecond)
				}
				r := work(n % 9)
				mu.Lock()
				total += r + work(1)
				mu.Unlock()
			}
		}()
	}
	for n := 1; n <= 40; n++ {
		jobs <- n
	}
	close(jobs)
	wg.Wait()
}
"""


def lanes() -> Board:
    """The lanes of the run: Ps above, goroutines below."""
    run = go.run(PROGRAM, procs=4, seed=3)
    return board(run.trace, lanes=("P", "G"), pixels=900, arrows=0)


def cover() -> Picture:
    """The picture on the first page.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu.figures.cover import cover
    >>> cover().title
    'A run of thirteen goroutines on four Ps'
    """
    view = lanes()
    with style():
        figure = Figure(figsize=(5.6, 2.3))
        _draw(figure.add_axes((0, 0, 1, 1)), view)
    looks = "; ".join(f"{STATES[key].words}" for key in view.looks)
    return Picture(
        figure,
        "A run of thirteen goroutines on four Ps",
        "Each row is a P or a goroutine, and time goes to the right. The colours are those of all "
        f"pictures in this book: {looks}. Twelve workers take jobs from a channel and add up under a lock.",
    )


def social(title: str, words: str) -> bytes:
    """The picture that other sites show beside a link to the book.

    Parameters
    ----------
    title, words : str
        What stands above the lanes.

    Returns
    -------
    bytes
        A PNG of 1200 by 630 pixels.
    """
    with style():
        figure = Figure(figsize=(12, 6.3), dpi=100)
        figure.text(0.05, 0.84, title, size=40, weight="bold")
        figure.text(0.05, 0.745, words, size=20)
        _draw(figure.add_axes((0.05, 0.07, 0.9, 0.6)), lanes())
        out = io.BytesIO()
        FigureCanvasAgg(figure).print_figure(
            out, format="png", dpi=100, facecolor="white", metadata={"Software": None}
        )
    return out.getvalue()


def _draw(axes: Axes, view: Board) -> None:
    axes.set_axis_off()
    axes.set_xlim(view.start, view.end)
    gap = [i + 0.5 * (lane.kind == "G") for i, lane in enumerate(view.lanes)]
    axes.set_ylim(max(gap) + 0.6, -0.6)
    places = dict(zip(map(id, view.lanes), gap, strict=True))
    for key in view.looks:
        half = STATES[key].height / 2
        boxes = [
            (bar.start, bar.end, places[id(lane)] - half, places[id(lane)] + half)
            for lane in view.lanes
            for bar in lane.bars
            if bar.look == key
        ]
        axes.add_patch(patch(np.array(boxes), key, 0.5))
