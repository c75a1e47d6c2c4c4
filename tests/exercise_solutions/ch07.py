"""Solutions of chapter 07's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter07 import LAZY, OWN_ONCE, PUBLISH

_FLAG, _SET = "var ready bool\n", "\t\tready = true\n"
_LOOP = "\tfor !ready {\n\t\truntime.Gosched()\n\t}\n"
_ONCE_TYPE = "type Once struct {\n\tmu   sync.Mutex\n\tdone bool\n}\n"
_MAIN = "}\n\nfunc main"
_IF_NOT = "\tif !o.done {\n\t\tf()\n\t\to.done = true\n\t}\n" + _MAIN
_NO_RUNTIME = ('\t"runtime"\n', "")
PUBLISH_RIGHT = {
    "closed channel": changed(
        PUBLISH.starter, _NO_RUNTIME, (_FLAG, "var ready = make(chan bool)\n"), (_SET, "\t\tclose(ready)\n"),
        (_LOOP, "\t<-ready\n"),
    ),
    "WaitGroup": changed(
        PUBLISH.starter, ('\t"runtime"\n', '\t"sync"\n'), (_FLAG, "var wg sync.WaitGroup\n"),
        ("\tgo func() {\n", "\twg.Add(1)\n\tgo func() {\n"), (_SET, "\t\twg.Done()\n"),
        (_LOOP, "\twg.Wait()\n"),
    ),
}  # fmt: skip
PUBLISH_WRONG = {
    "starter": PUBLISH.starter,
    "a sleep": changed(
        PUBLISH.starter, ('\t"runtime"\n', '\t"time"\n'), (_FLAG, ""), (_SET, ""),
        (_LOOP, "\ttime.Sleep(time.Second)\n"),
    ),
    "the flag first": changed(
        PUBLISH.starter, _NO_RUNTIME, (_FLAG, "var ready = make(chan bool)\n"),
        ('\t\tmessage = "hello"\n' + _SET, '\t\tclose(ready)\n\t\tmessage = "hello"\n'),
        (_LOOP, "\t<-ready\n"),
    ),
    "only the message is locked": changed(
        PUBLISH.starter, ('\t"runtime"\n', '\t"runtime"\n\t"sync"\n'), (_FLAG, _FLAG + "var mu sync.Mutex\n"),
        ('\t\tmessage = "hello"\n', '\t\tmu.Lock()\n\t\tmessage = "hello"\n\t\tmu.Unlock()\n'),
    ),
    "atomic, but it polls": changed(
        PUBLISH.starter, ('\t"runtime"\n', '\t"runtime"\n\t"sync/atomic"\n'),
        (_FLAG, "var ready atomic.Bool\n"),
        ('\t\tmessage = "hello"\n' + _SET, '\t\tfor i := 0; i < 200; i++ {\n\t\t\truntime.Gosched()\n\t\t}\n'
         '\t\tmessage = "hello"\n\t\tready.Store(true)\n'),
        ("for !ready {", "for !ready.Load() {"),
    ),
    "main writes it": changed(
        PUBLISH.starter, _NO_RUNTIME, (_FLAG, ""),
        ('\tgo func() {\n\t\tmessage = "hello"\n' + _SET + "\t}()\n" + _LOOP, '\tmessage = "hello"\n'),
    ),
}  # fmt: skip

_FIRST, _BODY = "\tif !loaded {\n\t\tmu.Lock()\n", "\t\t\tconfig = load()\n\t\t\tloaded = true\n"
_GET = LAZY.starter[LAZY.starter.index("\tif !loaded {") : LAZY.starter.index("\treturn config")]
_ATOMIC = (('\t"sync"\n', '\t"sync"\n\t"sync/atomic"\n'), ("loaded bool", "loaded atomic.Bool"))
LAZY_RIGHT = {
    "Once": changed(
        LAZY.starter, ("mu     sync.Mutex\n\tloaded bool", "once   sync.Once"),
        (_GET, "\tonce.Do(func() { config = load() })\n"),
    ),
    "always the lock": changed(
        LAZY.starter, (_GET, "\tmu.Lock()\n\tdefer mu.Unlock()\n\tif !loaded {\n\t\tconfig = load()\n"
                       "\t\tloaded = true\n\t}\n"),
    ),
    "an atomic flag": changed(
        LAZY.starter, *_ATOMIC,
        (_GET, _GET.replace("!loaded", "!loaded.Load()").replace("loaded = true", "loaded.Store(true)")),
    ),
}  # fmt: skip
LAZY_WRONG = {
    "starter": LAZY.starter,
    "the flag before the value": changed(
        LAZY.starter, *_ATOMIC,
        (_GET, _GET.replace("!loaded", "!loaded.Load()").replace(_BODY, "\t\t\tloaded.Store(true)\n"
                                                                 "\t\t\tconfig = load()\n")),
    ),
    "no second check": changed(
        LAZY.starter, *_ATOMIC,
        (_GET, "\tif !loaded.Load() {\n\t\tmu.Lock()\n\t\tconfig = load()\n\t\tloaded.Store(true)\n"
         "\t\tmu.Unlock()\n\t}\n"),
    ),
    "the first check under another lock": changed(
        LAZY.starter, ("mu     sync.Mutex\n", "mu, m2 sync.Mutex\n"),
        (_FIRST, "\tm2.Lock()\n\tthere := loaded\n\tm2.Unlock()\n\tif !there {\n\t\tmu.Lock()\n"),
    ),
    "loads at the start": changed(
        LAZY.starter, ("\tvar wg sync.WaitGroup\n", "\tconfig = load()\n\tvar wg sync.WaitGroup\n"),
        (_GET, "\tget1()\n"),
        ("func main()", "func get1() {\n\tconfig = load()\n}\n\nfunc main()"),
    ),
}  # fmt: skip

_TYPE, _DO = "type Once struct {\n}\n", "\tf()\n" + _MAIN
_WITH_ATOMIC = ('\t"sync"\n', '\t"sync"\n\t"sync/atomic"\n')
OWN_ONCE_RIGHT = {
    "a mutex": changed(
        OWN_ONCE.starter, (_TYPE, _ONCE_TYPE),
        (_DO, "\to.mu.Lock()\n\tdefer o.mu.Unlock()\n" + _IF_NOT),
    ),
    "an atomic before the mutex": changed(
        OWN_ONCE.starter, _WITH_ATOMIC,
        (_TYPE, "type Once struct {\n\tmu   sync.Mutex\n\tdone atomic.Bool\n}\n"),
        (_DO, "\tif o.done.Load() {\n\t\treturn\n\t}\n\to.mu.Lock()\n\tdefer o.mu.Unlock()\n"
         "\tif !o.done.Load() {\n\t\tf()\n\t\to.done.Store(true)\n\t}\n" + _MAIN),
    ),
}  # fmt: skip
OWN_ONCE_WRONG = {
    "starter": OWN_ONCE.starter,
    "swaps first": changed(
        OWN_ONCE.starter, _WITH_ATOMIC, (_TYPE, "type Once struct {\n\tdone atomic.Bool\n}\n"),
        (_DO, "\tif o.done.CompareAndSwap(false, true) {\n\t\tf()\n\t}\n" + _MAIN),
    ),
    "plain fast path": changed(
        OWN_ONCE.starter, (_TYPE, _ONCE_TYPE),
        (_DO, "\tif o.done {\n\t\treturn\n\t}\n\to.mu.Lock()\n\tdefer o.mu.Unlock()\n" + _IF_NOT),
    ),
    "lets go too early": changed(
        OWN_ONCE.starter, (_TYPE, _ONCE_TYPE),
        (_DO, "\to.mu.Lock()\n\tfirst := !o.done\n\to.done = true\n\to.mu.Unlock()\n"
         "\tif first {\n\t\tf()\n\t}\n" + _MAIN),
    ),
    "sync.Once": changed(
        OWN_ONCE.starter, (_TYPE, "type Once struct{ o sync.Once }\n"), (_DO, "\to.o.Do(f)\n" + _MAIN),
    ),
}  # fmt: skip
