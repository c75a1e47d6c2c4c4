"""Solutions of chapter 08's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter08 import CONFIG, ORDER, POLITE, SHORT

_ADD = "\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n\ts.prices[key] = fetch(key)\n"
SHORT_RIGHT = {
    "fetch first": changed(
        SHORT.starter,
        (_ADD, "\tprice := fetch(key)\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n\ts.prices[key] = price\n"),
    ),
    "a channel as the lock": changed(
        SHORT.starter,
        ("\tmu     sync.Mutex\n", ""),
        ("type store", "var lock = make(chan bool, 1)\n\ntype store"),
        (_ADD, "\tprice := fetch(key)\n\tlock <- true\n\ts.prices[key] = price\n\t<-lock\n"),
    ),
}
SHORT_WRONG = {
    "starter": SHORT.starter,
    "no lock": changed(SHORT.starter, (_ADD, "\ts.prices[key] = fetch(key)\n")),
    "lock only around the fetch": changed(
        SHORT.starter,
        (_ADD, "\ts.mu.Lock()\n\tprice := fetch(key)\n\ts.mu.Unlock()\n\ts.prices[key] = price\n"),
    ),
    "a lock of its own for each call": changed(
        SHORT.starter,
        (_ADD, "\tprice := fetch(key)\n\tvar mu sync.Mutex\n\tmu.Lock()\n\tdefer mu.Unlock()\n"
         "\ts.prices[key] = price\n"),
    ),
    "a reader's lock": changed(
        SHORT.starter, ("sync.Mutex", "sync.RWMutex"),
        (_ADD, "\ts.mu.RLock()\n\tdefer s.mu.RUnlock()\n\ts.prices[key] = fetch(key)\n"),
    ),
}  # fmt: skip

_FIRST = "\tfrom.mu.Lock()\n"
_SECOND = "\tto.mu.Lock()\n"
_SORTED = (
    "\tfirst, second := from, to\n\tif second.id < first.id {\n\t\tfirst, second = second, first\n\t}\n"
    "\tfirst.mu.Lock()\n"
)
_ASK = "\ttime.Sleep(time.Millisecond) // ask the bank of `from`\n"
ORDER_RIGHT = {
    "in the order of the numbers": changed(
        ORDER.starter, (_FIRST, _SORTED), (_SECOND, "\tsecond.mu.Lock()\n")
    ),
    "ordered, with an if": changed(
        ORDER.starter, (_SECOND, ""),
        (_FIRST, "\tif from.id > to.id {\n\t\tto.mu.Lock()\n\t\tfrom.mu.Lock()\n\t} else {\n"
         "\t\tfrom.mu.Lock()\n\t\tto.mu.Lock()\n\t}\n"),
    ),
}  # fmt: skip
ORDER_WRONG = {
    "starter": ORDER.starter,
    "one lock for all": changed(
        ORDER.starter,
        ("func transfer(", "var all sync.Mutex\n\nfunc transfer("),
        (_FIRST, "\tall.Lock()\n\tdefer all.Unlock()\n" + _FIRST),
    ),
    "one after the other": changed(
        ORDER.starter,
        ("\tfrom.money -= amount\n", ""),
        ("\tto.money += amount\n\tto.mu.Unlock()\n\tfrom.mu.Unlock()\n", ""),
        (_SECOND, "\tfrom.money -= amount\n\tfrom.mu.Unlock()\n" + _SECOND),
        ("\ttime.Sleep(time.Millisecond) // ask the bank of `to`\n",
         "\ttime.Sleep(time.Millisecond) // ask the bank of `to`\n\tto.money += amount\n"),
    ),
    "locks only one": changed(ORDER.starter, (_SECOND, ""), ("\tto.mu.Unlock()\n", "")),
    "a shorter time between": changed(ORDER.starter, (_ASK, ""), (_SECOND, _SECOND + _ASK)),
}  # fmt: skip

_FIELD = "\tmu  sync.RWMutex\n\tnow settings\n"
_RELOAD = "\tc.mu.Lock()\n\tdefer c.mu.Unlock()\n\tc.now = build(version)\n"
_GET = "\tc.mu.RLock()\n\tdefer c.mu.RUnlock()\n\treturn c.now\n"
_IMPORT = ('\t"sync"\n', '\t"sync"\n\t"sync/atomic"\n')
CONFIG_RIGHT = {
    "an atomic pointer": changed(
        CONFIG.starter, _IMPORT,
        (_FIELD, "\tnow atomic.Pointer[settings]\n"),
        (_RELOAD, "\ts := build(version)\n\tc.now.Store(&s)\n"),
        (_GET, "\treturn *c.now.Load()\n"),
    ),
    "built outside of the lock": changed(
        CONFIG.starter,
        (_RELOAD, "\ts := build(version)\n\tc.mu.Lock()\n\tdefer c.mu.Unlock()\n\tc.now = s\n"),
    ),
}  # fmt: skip
CONFIG_WRONG = {
    "starter": CONFIG.starter,
    "a Mutex": changed(
        CONFIG.starter, ("sync.RWMutex", "sync.Mutex"), ("RLock", "Lock"), ("RUnlock", "Unlock")
    ),
    "no lock for readers": changed(CONFIG.starter, (_GET, "\treturn c.now\n")),
    "two atomics": changed(
        CONFIG.starter, _IMPORT,
        (_FIELD, "\thost, port atomic.Int64\n"),
        (_RELOAD, "\tc.host.Store(int64(version))\n\ttime.Sleep(time.Millisecond)\n"
         "\tc.port.Store(int64(8000 + version))\n"),
        (_GET, "\treturn settings{host: int(c.host.Load()), port: int(c.port.Load())}\n"),
    ),
    "changed in place": changed(
        CONFIG.starter, _IMPORT,
        (_FIELD, "\tnow atomic.Pointer[settings]\n"),
        (_RELOAD, "\ts := c.now.Load()\n\tif s == nil {\n\t\ts = new(settings)\n\t\tc.now.Store(s)\n\t}\n"
         "\ts.host = version\n\ttime.Sleep(time.Millisecond)\n\ts.port = 8000 + version\n"),
        (_GET, "\treturn *c.now.Load()\n"),
    ),
}  # fmt: skip

_BOTH = POLITE.starter[POLITE.starter.index("\tfor {\n\t\tfirst.mu") : POLITE.starter.index("}\n\nfunc eat")]
_NO_RT = ('\t"runtime"\n', "")
_TIME = ('\t"runtime"\n\t"sync"\n', '\t"sync"\n\t"time"\n')
POLITE_RIGHT = {
    "an order of the forks": changed(
        POLITE.starter, _NO_RT,
        (_BOTH, "\tif second.id < first.id {\n\t\tfirst, second = second, first\n\t}\n"
         "\tfirst.mu.Lock()\n\tsecond.mu.Lock()\n"),
    ),
    "a lock for who takes": changed(
        POLITE.starter, _NO_RT, ("// both", "var taking sync.Mutex\n\n// both"),
        (_BOTH, "\ttaking.Lock()\n\tfirst.mu.Lock()\n\tsecond.mu.Lock()\n\ttaking.Unlock()\n"),
    ),
}  # fmt: skip
POLITE_WRONG = {
    "starter": POLITE.starter,
    "without giving back": changed(
        POLITE.starter, _NO_RT, (_BOTH, "\tfirst.mu.Lock()\n\tsecond.mu.Lock()\n")
    ),
    "a short sleep": changed(
        POLITE.starter, _TIME, ("runtime.Gosched()", "time.Sleep(time.Millisecond)")
    ),
    "the other one first, next time": changed(
        POLITE.starter,
        ("\t\truntime.Gosched()\n", "\t\truntime.Gosched()\n\t\tfirst, second = second, first\n"),
    ),
    "waits for the one that is missing": changed(
        POLITE.starter, _NO_RT,
        ("\t\truntime.Gosched()\n", "\t\tsecond.mu.Lock()\n\t\tif first.mu.TryLock() {\n\t\t\treturn\n\t\t}\n"
         "\t\tsecond.mu.Unlock()\n"),
    ),
    "takes one fork": changed(
        POLITE.starter, _NO_RT, (_BOTH, "\tfirst.mu.Lock()\n\tsecond.mu.TryLock()\n"),
    ),
}  # fmt: skip
