"""Solutions of chapter 12's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter12 import BUDGETED, CACHE, DEADLINE, GIVE_BACK

_TAKE = "\tpool <- true\n"
_ERROR = "\t\treturn err.Error()\n"
_BACK = '\t<-pool\n\treturn "ok"\n'
GIVE_BACK_RIGHT = {
    "defer": changed(GIVE_BACK.starter, (_BACK, '\treturn "ok"\n'), (_TAKE, _TAKE
        + "\tdefer func() { <-pool }()\n")),
    "before the error is looked at": changed(
        GIVE_BACK.starter,
        ("\tif err := query(i); err != nil {\n", "\terr := query(i)\n\t<-pool\n\tif err != nil {\n"),
        (_BACK, '\treturn "ok"\n'),
    ),
}
GIVE_BACK_WRONG = {
    "starter": GIVE_BACK.starter,
    "takes none": changed(GIVE_BACK.starter, (_TAKE, ""), (_BACK, '\treturn "ok"\n')),
    "gives back at once": changed(GIVE_BACK.starter, (_BACK, '\treturn "ok"\n'),
                                  (_TAKE, _TAKE + "\t<-pool\n")),
    "gives back only what failed": changed(GIVE_BACK.starter, (_ERROR, "\t\t<-pool\n" + _ERROR),
                                           (_BACK, '\treturn "ok"\n')),
    "one at a time": changed(
        GIVE_BACK.starter, ("\nfunc handle(", "\nvar one sync.Mutex\n\nfunc handle("),
        (_TAKE, "\tone.Lock()\n\tdefer one.Unlock()\n" + _TAKE + "\tdefer func() { <-pool }()\n"),
        (_BACK, '\treturn "ok"\n'),
    ),
}  # fmt: skip

_OWN = "context.WithTimeout(context.Background(), 50*time.Millisecond)\n\t\terr = step(own, ms)"
_CANCEL = "\t\tcancel()\n\t}\n\treturn err\n"
_STOP = "\t\tcancel()\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t}\n\treturn err\n"
_CHILD = _OWN.replace("context.Background()", "ctx")
DEADLINE_RIGHT = {
    "a child of the request": changed(DEADLINE.starter, (_OWN, _CHILD), (_CANCEL, _STOP)),
    "the request's own context": changed(
        DEADLINE.starter,
        ("\t\town, cancel := " + _OWN + "\n\t\tcancel()\n", "\t\tif err = step(ctx, ms); err != nil {\n"
         "\t\t\treturn err\n\t\t}\n"),
    ),
}  # fmt: skip
DEADLINE_WRONG = {
    "starter": DEADLINE.starter,
    "goes on after the error": changed(DEADLINE.starter, (_OWN, _CHILD)),
    "stops, with its own deadline": changed(DEADLINE.starter, (_CANCEL, _STOP)),
    "the whole time for each": changed(
        DEADLINE.starter, (_OWN, _OWN.replace("50", "60")), (_CANCEL, _STOP)
    ),
}  # fmt: skip

_FIELDS = "type budget struct {\n\tmu sync.Mutex\n}\n"
_BEGIN = "func (b *budget) begin() {}\n"
_ALLOW = "func (b *budget) allow() bool { return true }\n"
_LOCK = "\tb.mu.Lock()\n\tdefer b.mu.Unlock()\n"
BUDGETED_RIGHT = {
    "a purse": changed(
        BUDGETED.starter, (_FIELDS, "type budget struct {\n\tmu    sync.Mutex\n\tspent int // 0 to 100\n}\n"),
        (_BEGIN, "func (b *budget) begin() {\n" + _LOCK + "\tb.spent = max(b.spent-1, 0)\n}\n"),
        (_ALLOW, "func (b *budget) allow() bool {\n" + _LOCK
         + "\tif b.spent > 90 {\n\t\treturn false\n\t}\n\tb.spent += 10\n\treturn true\n}\n"),
    ),
    "a share of all": changed(
        BUDGETED.starter, (_FIELDS,
            "type budget struct {\n\tmu             sync.Mutex\n\tbegun, retries int\n}\n"),
        (_BEGIN, "func (b *budget) begin() {\n" + _LOCK + "\tb.begun++\n}\n"),
        (_ALLOW, "func (b *budget) allow() bool {\n" + _LOCK
         + "\tif b.retries > 5+b.begun/10 {\n\t\treturn false\n\t}\n\tb.retries++\n\treturn true\n}\n"),
    ),
}  # fmt: skip
BUDGETED_WRONG = {
    "starter": BUDGETED.starter,
    "never": changed(BUDGETED.starter, (_ALLOW, _ALLOW.replace("true", "false"))),
    "one retry each": changed(
        BUDGETED.starter, (_FIELDS,
            "type budget struct {\n\tmu             sync.Mutex\n\tbegun, retries int\n}\n"),
        (_BEGIN, "func (b *budget) begin() {\n" + _LOCK + "\tb.begun++\n}\n"),
        (_ALLOW, "func (b *budget) allow() bool {\n" + _LOCK
         + "\tif b.retries >= b.begun {\n\t\treturn false\n\t}\n\tb.retries++\n\treturn true\n}\n"),
    ),
    "without the lock": changed(
        BUDGETED.starter, (_FIELDS,
            "type budget struct {\n\tmu             sync.Mutex\n\tbegun, retries int\n}\n"),
        (_BEGIN, "func (b *budget) begin() { b.begun++ }\n"),
        (_ALLOW, "func (b *budget) allow() bool {\n\tif b.retries > 5+b.begun/10 {\n\t\treturn false\n\t}\n"
         "\tb.retries++\n\treturn true\n}\n"),
    ),
}  # fmt: skip

_CACHE = "type cache struct {\n\tmu sync.Mutex\n}\n"
_FULL = "type cache struct {\n\tmu     sync.Mutex\n\tanswer string\n\tuntil  time.Time\n}\n"
_GET = "\treturn lookup()\n"
_OLD = "\tif time.Now().After(c.until) {\n"
_ASK = "\t\tc.answer = lookup()\n\t\tc.until = time.Now().Add(20 * time.Millisecond)\n\t}\n"
_HELD = "\tc.mu.Lock()\n\tdefer c.mu.Unlock()\n"
CACHE_RIGHT = {
    "under the lock": changed(CACHE.starter, (_CACHE, _FULL), (_GET, _HELD + _OLD + _ASK
        + "\treturn c.answer\n")),
    "a channel for those who wait": changed(
        CACHE.starter, (_CACHE, _FULL.replace("time.Time\n", "time.Time\n\tflight chan bool\n")),
        (_GET, "\tfor {\n\t\tc.mu.Lock()\n\t\tif time.Now().Before(c.until) {\n\t\t\tdefer c.mu.Unlock()\n"
         "\t\t\treturn c.answer\n\t\t}\n\t\tif f := c.flight; f != nil {\n\t\t\tc.mu.Unlock()\n\t\t\t<-f\n"
         "\t\t\tcontinue\n\t\t}\n\t\tf := make(chan bool)\n\t\tc.flight = f\n\t\tc.mu.Unlock()\n"
         "\t\ta := lookup()\n"
         "\t\tc.mu.Lock()\n\t\tc.answer, c.until = a, time.Now().Add(20*time.Millisecond)\n"
         "\t\tc.flight = nil\n"
         "\t\tclose(f)\n\t\tc.mu.Unlock()\n\t\treturn a\n\t}\n"),
    ),
}  # fmt: skip
CACHE_WRONG = {
    "starter": CACHE.starter,
    "no lock": changed(CACHE.starter, (_CACHE, _FULL), (_GET, _OLD + _ASK + "\treturn c.answer\n")),
    "lets go during the lookup": changed(
        CACHE.starter, (_CACHE, _FULL),
        (_GET, _HELD + "\tif time.Now().After(c.until) {\n\t\tc.mu.Unlock()\n"
         "\t\ta := lookup()\n\t\tc.mu.Lock()\n"
         "\t\tc.answer, c.until = a, time.Now().Add(20*time.Millisecond)\n\t}\n\treturn c.answer\n"),
    ),
    "once and for all": changed(
        CACHE.starter, (_CACHE,
            "type cache struct {\n\tonce   sync.Once\n\tanswer string\n\tmu     sync.Mutex\n}\n"),
        (_GET, "\tc.once.Do(func() { c.answer = lookup() })\n\treturn c.answer\n"),
    ),
    "for a moment only": changed(
        CACHE.starter, (_CACHE, _FULL),
        (_GET, _HELD + _OLD + _ASK.replace("20 *", "2 *") + "\treturn c.answer\n"),
    ),
}  # fmt: skip
