"""Solutions of chapter 09's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter09 import ALL_ERRORS, JOIN, LISTEN, NOT_LOST, OWN_SCOPE

_START = "\t\tgo part(i)\n"
_HOPE = "\ttime.Sleep(3 * time.Millisecond)\n"
_SYNC = ('\t"fmt"\n', '\t"fmt"\n\t"sync"\n')
_LOOP = "\tfor i := 0; i < 4; i++ {\n" + _START
JOIN_RIGHT = {
    "WaitGroup": changed(
        JOIN.starter, _SYNC,
        (_LOOP, "\tvar wg sync.WaitGroup\n\tfor i := 0; i < 4; i++ {\n\t\twg.Add(1)\n\t\tgo func() {\n"
         "\t\t\tdefer wg.Done()\n\t\t\tpart(i)\n\t\t}()\n"),
        (_HOPE, "\twg.Wait()\n"),
    ),
    "channel": changed(
        JOIN.starter,
        (_LOOP, "\tended := make(chan bool)\n\tfor i := 0; i < 4; i++ {\n\t\tgo func() {\n"
         "\t\t\tpart(i)\n\t\t\tended <- true\n\t\t}()\n"),
        (_HOPE, "\tfor i := 0; i < 4; i++ {\n\t\t<-ended\n\t}\n"),
    ),
}  # fmt: skip
JOIN_WRONG = {
    "starter": JOIN.starter,
    "sleeps longer": changed(JOIN.starter, (_HOPE, _HOPE.replace("3", "5"))),
    "one after the other": changed(JOIN.starter, (_START, "\t\tpart(i)\n"), (_HOPE, "")),
    "Add inside the goroutine": changed(
        JOIN.starter, _SYNC,
        (_LOOP, "\tvar wg sync.WaitGroup\n\tfor i := 0; i < 4; i++ {\n\t\tgo func() {\n"
         "\t\t\twg.Add(1)\n\t\t\tdefer wg.Done()\n\t\t\tpart(i)\n\t\t}()\n"),
        (_HOPE, "\twg.Wait()\n"),
    ),
    "waits for the first": changed(
        JOIN.starter,
        (_LOOP, "\tended := make(chan bool, 4)\n\tfor i := 0; i < 4; i++ {\n\t\tgo func() {\n"
         "\t\t\tpart(i)\n\t\t\tended <- true\n\t\t}()\n"),
        (_HOPE, "\t<-ended\n"),
    ),
}  # fmt: skip

_CONTEXT = ("g, _ := errgroup.WithContext(ctx)", "g, ctx := errgroup.WithContext(ctx)")
_SLEEP = "\t\ttime.Sleep(time.Millisecond)\n"
_LOOK = "\t\tif ctx.Err() != nil {\n\t\t\treturn ctx.Err()\n\t\t}\n"
LISTEN_RIGHT = {
    "looks in each step": changed(LISTEN.starter, _CONTEXT, (_SLEEP, _LOOK + _SLEEP)),
    "select": changed(
        LISTEN.starter, _CONTEXT,
        (_SLEEP, "\t\tselect {\n\t\tcase <-time.After(time.Millisecond):\n\t\tcase <-ctx.Done():\n"
         "\t\t\treturn context.Cause(ctx)\n\t\t}\n"),
    ),
}  # fmt: skip
LISTEN_WRONG = {
    "starter": LISTEN.starter,
    "only the context": changed(LISTEN.starter, _CONTEXT),
    "looks at the old context": changed(LISTEN.starter, (_SLEEP, _LOOK + _SLEEP)),
    "looks once": changed(
        LISTEN.starter, _CONTEXT,
        ("\tfor k := 0;", "\tif ctx.Err() != nil {\n\t\treturn ctx.Err()\n\t}\n\tfor k := 0;"),
    ),
    "does not wait": changed(
        LISTEN.starter, _CONTEXT,
        ('\tfmt.Println("main:", g.Wait())', '\t<-ctx.Done()\n\tfmt.Println("main:", context.Cause(ctx))'),
    ),
    "prints the echo": changed(
        LISTEN.starter, _CONTEXT, (_SLEEP, _LOOK + _SLEEP),
        ('\tfmt.Println("main:", g.Wait())', '\tg.Wait()\n\tfmt.Println("main:", ctx.Err())'),
    ),
}  # fmt: skip

_GO = "\t\tg.Go(func() error { return check(i) })\n"
_PRINT = "\tfmt.Println(g.Wait())\n"
_ERRORS = ("import (\n", 'import (\n\t"errors"\n')
_GROUP = "\tvar g errgroup.Group\n"
_NO_GROUP = ('\n\t"golang.org/x/sync/errgroup"\n', "")
_JOINED = "\tg.Wait()\n\tfmt.Println(errors.Join(errs...))\n"
ALL_ERRORS_RIGHT = {
    "a place each": changed(
        ALL_ERRORS.starter, _ERRORS, (_GROUP, _GROUP + "\terrs := make([]error, 6)\n"),
        (_GO, "\t\tg.Go(func() error {\n\t\t\terrs[i] = check(i)\n\t\t\treturn nil\n\t\t})\n"),
        (_PRINT, _JOINED),
    ),
    "a channel each": changed(
        ALL_ERRORS.starter, _ERRORS, _NO_GROUP,
        (_GROUP, "\tvar results [6]chan error\n"),
        (_GO, "\t\tresults[i] = make(chan error, 1)\n\t\tgo func() { results[i] <- check(i) }()\n"),
        (_PRINT, "\tvar err error\n\tfor _, r := range results {\n\t\terr = errors.Join(err, <-r)\n\t}\n"
         "\tfmt.Println(err)\n"),
    ),
}  # fmt: skip
ALL_ERRORS_WRONG = {
    "starter": ALL_ERRORS.starter,
    "appends without a lock": changed(
        ALL_ERRORS.starter, _ERRORS, (_GROUP, _GROUP + "\tvar errs []error\n"),
        (_GO, "\t\tg.Go(func() error {\n\t\t\terr := check(i)\n\t\t\terrs = append(errs, err)\n"
         "\t\t\treturn nil\n\t\t})\n"),
        (_PRINT, "\tg.Wait()\n\tfor i := 0; i < 3; i++ {\n\t\terrs[i], errs[5-i] = errs[5-i], errs[i]\n\t}\n"
         "\tfmt.Println(errors.Join(errs...))\n"),
    ),
    "appends with a lock": changed(
        ALL_ERRORS.starter, ("import (\n", 'import (\n\t"errors"\n\t"sync"\n'),
        (_GROUP, _GROUP + "\tvar mu sync.Mutex\n\tvar errs []error\n"),
        (_GO, "\t\tg.Go(func() error {\n\t\t\terr := check(i)\n\t\t\tmu.Lock()\n"
         "\t\t\terrs = append(errs, err)\n"
         "\t\t\tmu.Unlock()\n\t\t\treturn nil\n\t\t})\n"),
        (_PRINT, _JOINED),
    ),
    "joins what Wait gives": changed(
        ALL_ERRORS.starter, _ERRORS, (_PRINT, "\tfmt.Println(errors.Join(g.Wait(), g.Wait(), g.Wait()))\n")
    ),
    "one after the other": changed(
        ALL_ERRORS.starter, _ERRORS, _NO_GROUP, (_GROUP, "\terrs := make([]error, 6)\n"),
        (_GO, "\t\terrs[i] = check(i)\n"), (_PRINT, "\tfmt.Println(errors.Join(errs...))\n"),
    ),
}  # fmt: skip


def _scope(fields: str, opening: str, body: str, wait: str, sync: bool = True) -> str:
    return changed(
        OWN_SCOPE.starter,
        *(((_SYNC),) if sync else ()),
        ("\tctx context.Context\n}", f"\tctx context.Context\n{fields}}}"),
        ("\treturn &Scope{ctx: parent}\n", opening),
        ("\tgo f(s.ctx)\n", body),
        ("\treturn nil\n}\n\nfunc main", f"{wait}}}\n\nfunc main"),
    )


_FIELDS = "\tcancel context.CancelCauseFunc\n\twg sync.WaitGroup\n\tonce sync.Once\n\terr error\n"
_OPEN = "\tctx, cancel := context.WithCancelCause(parent)\n\treturn &Scope{ctx: ctx, cancel: cancel}\n"
_RUN = "\ts.wg.Add(1)\n\tgo func() {\n\t\tdefer s.wg.Done()\n\t\tif err := f(s.ctx); err != nil {\n"
_ONCE = "\t\t\ts.once.Do(func() {\n\t\t\t\ts.err = err\n\t\t\t\ts.cancel(err)\n\t\t\t})\n"
_END = "\t\t}\n\t}()\n"
OWN_SCOPE_RIGHT = {
    "once": _scope(_FIELDS, _OPEN, _RUN + _ONCE + _END, "\ts.wg.Wait()\n\ts.cancel(nil)\n\treturn s.err\n"),
    "the cause is the error": _scope(
        "\tcancel context.CancelCauseFunc\n\twg sync.WaitGroup\n", _OPEN,
        _RUN + "\t\t\ts.cancel(err)\n" + _END, "\ts.wg.Wait()\n\treturn context.Cause(s.ctx)\n",
    ),
}  # fmt: skip
OWN_SCOPE_WRONG = {
    "starter": OWN_SCOPE.starter,
    "the last error wins": _scope(
        _FIELDS, _OPEN, _RUN + "\t\t\ts.err = err\n\t\t\ts.once.Do(func() { s.cancel(err) })\n" + _END,
        "\ts.wg.Wait()\n\treturn s.err\n",
    ),
    "does not cancel": _scope(
        _FIELDS, _OPEN, _RUN + _ONCE.replace("\t\t\t\ts.cancel(err)\n", "") + _END,
        "\ts.wg.Wait()\n\treturn s.err\n",
    ),
    "waits for the error only": _scope(
        _FIELDS, _OPEN, _RUN + _ONCE + _END, "\t<-s.ctx.Done()\n\treturn s.err\n"
    ),
    "cancels, but the children have the parent": _scope(
        _FIELDS, _OPEN.replace("ctx, cancel :=", "_, cancel :=").replace("ctx: ctx", "ctx: parent"),
        _RUN + _ONCE + _END, "\ts.wg.Wait()\n\treturn s.err\n",
    ),
}  # fmt: skip

_CANCEL = "\tselect {\n\tcase s.stop <- true:\n\tdefault:\n\t}\n"
_MAKE, _FIELD = "make(chan bool)", "\tstop chan bool\n"
NOT_LOST_RIGHT = {
    "closed once": changed(
        NOT_LOST.starter, (_FIELD, "\tonce sync.Once\n" + _FIELD),
        (_CANCEL, "\ts.once.Do(func() { close(s.stop) })\n"),
    ),
    "a lock and a flag": changed(
        NOT_LOST.starter, (_FIELD, "\tmu   sync.Mutex\n\tdone bool\n" + _FIELD),
        (_CANCEL, "\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n"
         "\tif !s.done {\n\t\ts.done = true\n\t\tclose(s.stop)\n\t}\n"),
    ),
}  # fmt: skip
NOT_LOST_WRONG = {
    "starter": NOT_LOST.starter,
    "a buffer for one": changed(NOT_LOST.starter, (_MAKE, "make(chan bool, 1)")),
    "it waits": changed(NOT_LOST.starter, (_CANCEL, "\ts.stop <- true\n\ts.stop <- true\n")),
    "closes": changed(NOT_LOST.starter, (_CANCEL, "\tclose(s.stop)\n")),
    "closes if nobody has": changed(
        NOT_LOST.starter,
        (_CANCEL, "\tselect {\n\tcase <-s.stop:\n\tdefault:\n\t\tclose(s.stop)\n\t}\n"),
    ),
    "recovers": changed(
        NOT_LOST.starter, ("\treturn &signal", "\tdefer func() { recover() }()\n\treturn &signal")
    ),
    "sleeps before": changed(
        NOT_LOST.starter, ('\t"sync"\n', '\t"sync"\n\t"time"\n'),
        (_CANCEL, "\ttime.Sleep(time.Millisecond)\n" + _CANCEL),
    ),
}  # fmt: skip
