"""Solutions of chapter 02's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from gosched_edu.exercises.chapter02 import FASTEST, LIMIT, MERGE, WHO_CLOSES


def changed(source: str, *pairs: tuple[str, str]) -> str:
    """`source` with each pair's first text, which must occur, replaced by the second."""
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


_UNBUFFERED = "make(chan int)"
FASTEST_RIGHT = {
    "room for all": changed(FASTEST.starter, (_UNBUFFERED, "make(chan int, 3)")),
    "room for one, the rest goes away": changed(
        FASTEST.starter,
        (_UNBUFFERED, "make(chan int, 1)"),
        (
            "\t\t\tanswers <- server\n",
            "\t\t\tselect {\n\t\t\tcase answers <- server:\n\t\t\tdefault:\n\t\t\t}\n",
        ),
    ),
    "told to stop": changed(
        FASTEST.starter,
        (
            "answers := make(chan int)",
            "answers, done := make(chan int), make(chan bool)\n\tdefer close(done)",
        ),
        (
            "\t\t\tanswers <- server\n",
            "\t\t\tselect {\n\t\t\tcase answers <- server:\n\t\t\tcase <-done:\n\t\t\t}\n",
        ),
    ),
}
FASTEST_WRONG = {
    "starter": FASTEST.starter,
    "looks, then sends": changed(  # leaks only if two look at the same time
        FASTEST.starter,
        (_UNBUFFERED, "make(chan int, 1)"),
        (
            "\t\t\tanswers <- server\n",
            "\t\t\tif len(answers) < 1 {\n\t\t\t\tanswers <- server\n\t\t\t}\n",
        ),
    ),
    "room for one": changed(FASTEST.starter, (_UNBUFFERED, "make(chan int, 1)")),
    "waits for all": changed(
        FASTEST.starter, ("return <-answers", "first := <-answers\n\t<-answers\n\t<-answers\n\treturn first")
    ),
    "closes after the first": changed(
        FASTEST.starter, ("return <-answers", "first := <-answers\n\tclose(answers)\n\treturn first")
    ),
    "asks one": changed(FASTEST.starter, ("server <= 3", "server <= 1")),
    "gives up too early": changed(
        FASTEST.starter,
        (
            "\t\t\tanswers <- server\n",
            "\t\t\tselect {\n\t\t\tcase answers <- server:\n\t\t\tdefault:\n\t\t\t}\n",
        ),
        ("return <-answers", "time.Sleep(2 * time.Millisecond)\n\treturn <-answers"),
    ),
}

_NO_CLOSE = changed(WHO_CLOSES.starter, ("\tclose(ch)\n", ""))
_WAIT = (
    ('import "fmt"', 'import (\n\t"fmt"\n\t"sync"\n)'),
    ("go produce(p, ch)", "wg.Add(1)\n\t\tgo func() {\n\t\t\tproduce(p, ch)\n\t\t\twg.Done()\n\t\t}()"),
    ("ch := make(chan int)\n", "ch := make(chan int)\n\tvar wg sync.WaitGroup\n"),
)
WHO_CLOSES_RIGHT = {
    "a closer": changed(
        _NO_CLOSE, *_WAIT, ("\tsum := 0", "\tgo func() {\n\t\twg.Wait()\n\t\tclose(ch)\n\t}()\n\tsum := 0")
    ),
    "the last one": changed(
        WHO_CLOSES.starter,
        ('import "fmt"', 'import (\n\t"fmt"\n\t"sync/atomic"\n)\n\nvar left atomic.Int32'),
        ("\tclose(ch)\n", "\tif left.Add(-1) == 0 {\n\t\tclose(ch)\n\t}\n"),
        ("\tch := make", "\tleft.Store(3)\n\tch := make"),
    ),
    "done is said over a channel": changed(
        _NO_CLOSE,
        ("ch chan int) {", "ch chan int, done chan bool) {"),
        ("\t}\n}\n\nfunc main", "\t}\n\tdone <- true\n}\n\nfunc main"),
        ("ch := make(chan int)", "ch, done := make(chan int), make(chan bool)"),
        ("produce(p, ch)", "produce(p, ch, done)"),
        (
            "\tsum := 0",
            "\tgo func() {\n\t\tfor p := 0; p < 3; p++ {\n\t\t\t<-done\n\t\t}\n"
            "\t\tclose(ch)\n\t}()\n\tsum := 0",
        ),
    ),
}
WHO_CLOSES_WRONG = {
    "starter": WHO_CLOSES.starter,
    "nobody": _NO_CLOSE,
    "main, too early": changed(_NO_CLOSE, ("\tsum := 0", "\tclose(ch)\n\tsum := 0")),
    "main waits before it receives": changed(
        _NO_CLOSE, *_WAIT, ("\tsum := 0", "\twg.Wait()\n\tclose(ch)\n\tsum := 0")
    ),
    "the first one, once": changed(
        WHO_CLOSES.starter,
        ('import "fmt"', 'import (\n\t"fmt"\n\t"sync"\n)\n\nvar once sync.Once'),
        ("\tclose(ch)\n", "\tonce.Do(func() { close(ch) })\n"),
    ),
    "the one that was started last": changed(
        WHO_CLOSES.starter, ("\tclose(ch)\n", "\tif p == 2 {\n\t\tclose(ch)\n\t}\n")
    ),
    "after a sleep": changed(
        _NO_CLOSE,
        ('import "fmt"', 'import (\n\t"fmt"\n\t"time"\n)'),
        ("\tsum := 0", "\tgo func() {\n\t\ttime.Sleep(time.Second)\n\t\tclose(ch)\n\t}()\n\tsum := 0"),
    ),
    "main counts to twelve": changed(
        _NO_CLOSE, ("for v := range ch {\n\t\tsum += v", "for i := 0; i < 12; i++ {\n\t\tsum += <-ch")
    ),
}

_PLACES = ("\tvar wg", "\tplaces := make(chan bool, 3)\n\tvar wg")
LIMIT_RIGHT = {
    "places": changed(
        LIMIT.starter, _PLACES, ("\t\t\tjob(i)\n", "\t\t\tplaces <- true\n\t\t\tjob(i)\n\t\t\t<-places\n")
    ),
    "main takes the place": changed(
        LIMIT.starter, _PLACES, ("\t\twg.Add(1)", "\t\tplaces <- true\n\t\twg.Add(1)"),
        ("\t\t\tjob(i)\n", "\t\t\tjob(i)\n\t\t\t<-places\n"),
    ),
    "three workers": changed(
        LIMIT.starter,
        ("\tvar wg", "\tjobs := make(chan int)\n\tvar wg"),
        ("i := 0; i < 9; i++", "w := 0; w < 3; w++"),
        ("\t\t\tjob(i)\n", "\t\t\tfor i := range jobs {\n\t\t\t\tjob(i)\n\t\t\t}\n"),
        ("\twg.Wait()", "\tfor i := 0; i < 9; i++ {\n\t\tjobs <- i\n\t}\n\tclose(jobs)\n\twg.Wait()"),
    ),
}  # fmt: skip
LIMIT_WRONG = {
    "starter": LIMIT.starter,
    "one place": changed(
        LIMIT.starter, ("\tvar wg", "\tplaces := make(chan bool)\n\tvar wg"),
        ("\t\twg.Add(1)", "\t\tgo func() { places <- true }()\n\t\twg.Add(1)"),
        ("\t\t\twg.Done()\n", "\t\t\t<-places\n\t\t\twg.Done()\n"), ("\t\tgo func() {\n", "\t\tfunc() {\n"),
    ),
    "place given back at once": changed(
        LIMIT.starter, _PLACES, ("\t\t\tjob(i)\n", "\t\t\tplaces <- true\n\t\t\t<-places\n\t\t\tjob(i)\n")
    ),
    "four get in": changed(
        LIMIT.starter, ("\tvar wg", "\tplaces := make(chan bool, 4)\n\tvar wg"),
        ("\t\t\tjob(i)\n", "\t\t\tplaces <- true\n\t\t\tjob(i)\n\t\t\t<-places\n"),
    ),
    "places never given back": changed(
        LIMIT.starter, _PLACES, ("\t\t\tjob(i)\n", "\t\t\tplaces <- true\n\t\t\tjob(i)\n")
    ),
    "full places mean: skip": changed(
        LIMIT.starter, _PLACES,
        ("\t\t\tjob(i)\n", "\t\t\tselect {\n\t\t\tcase places <- true:\n\t\t\t\tjob(i)\n\t\t\t\t<-places\n"
         "\t\t\tdefault:\n\t\t\t}\n"),
    ),
}  # fmt: skip


def _merge(body: str) -> str:
    start, end = MERGE.starter.index("\tgo func"), MERGE.starter.index("\treturn out")
    return MERGE.starter[:start] + body + MERGE.starter[end:]


_SELECT = """	go func() {
		for %s {
			select {
			case v, ok := <-a:
				if !ok {
					%s
					continue
				}
				out <- v
			case v, ok := <-b:
				if !ok {
					%s
					continue
				}
				out <- v
			%s}
		}
		close(out)
	}()
"""
_TWO = """	var wg sync.WaitGroup
	for _, ch := range []<-chan int{a, b} {
		wg.Add(1)
		go func() {
			for v := range ch {
				out <- v
			}
			wg.Done()
		}()
	}
	%s
"""
_SYNC = ('"fmt"\n', '"fmt"\n\t"sync"\n')
MERGE_RIGHT = {
    "nil channels": _merge(_SELECT % ("a != nil || b != nil", "a = nil", "b = nil", "")),
    "two forwarders": changed(
        _merge(_TWO % "go func() {\n\t\twg.Wait()\n\t\tclose(out)\n\t}()"), _SYNC
    ),
}  # fmt: skip
MERGE_WRONG = {
    "starter": MERGE.starter,
    "flags, and looks again and again": _merge(
        "\tx, y := true, true\n" + _SELECT % ("x || y", "x = false", "y = false", "")
    ),
    "nil channels, but polls": _merge(
        _SELECT % ("a != nil || b != nil", "a = nil", "b = nil", "default:\n\t\t\t")
    ),
    "stops at the first close": _merge(_SELECT % ("a != nil && b != nil", "a = nil", "b = nil", "")),
    "waits before anybody receives": changed(_merge(_TWO % "wg.Wait()\n\tclose(out)"), _SYNC),
    "never closes": changed(_merge(_SELECT % ("a != nil || b != nil", "a = nil", "b = nil", "")),
                            ("\t\tclose(out)\n", "")),
    "takes turns": _merge("""	go func() {
		for i := 0; i < 3; i++ {
			out <- <-a
			out <- <-b
		}
		for v := range b {
			out <- v
		}
		close(out)
	}()
"""),
}  # fmt: skip
