"""Solutions of chapter 10's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter10 import NAMES, NESTED, RETRY, STRAY

_LOOP = "\t\tfor i := 1; i <= 3; i++ {\n\t\t\tgo within(ctx, fmt.Sprint(\"copy \", i), work(2*i))\n\t\t}\n"
_VERIFY = '\t\treturn within(ctx, "verify", work(1))\n'
_JOINED = (
    "\t\tvar wg sync.WaitGroup\n\t\tfor i := 1; i <= 3; i++ {\n\t\t\twg.Add(1)\n\t\t\tgo func() {\n"
    '\t\t\t\tdefer wg.Done()\n\t\t\t\twithin(ctx, fmt.Sprint("copy ", i), work(2*i))\n\t\t\t}()\n'
    "\t\t}\n\t\twg.Wait()\n"
)
STRAY_RIGHT = {
    "WaitGroup": changed(STRAY.starter, (_LOOP, _JOINED)),
    "errgroup": changed(
        STRAY.starter,
        ('\t"time"\n)', '\t"time"\n\n\t"golang.org/x/sync/errgroup"\n)'),
        (_LOOP, "\t\tvar g errgroup.Group\n\t\tfor i := 1; i <= 3; i++ {\n"
         '\t\t\tg.Go(func() error { return within(ctx, fmt.Sprint("copy ", i), work(2*i)) })\n\t\t}\n'
         "\t\tif err := g.Wait(); err != nil {\n\t\t\treturn err\n\t\t}\n"),
    ),
}  # fmt: skip
STRAY_WRONG = {
    "starter": STRAY.starter,
    "one after the other": changed(STRAY.starter, ("\t\t\tgo within(", "\t\t\twithin(")),
    "sleeps in between": changed(
        STRAY.starter, (_VERIFY, "\t\ttime.Sleep(2 * time.Millisecond)\n" + _VERIFY)
    ),
    "verify first": changed(
        STRAY.starter,
        (_LOOP, ""),
        (_VERIFY, '\t\twithin(ctx, "verify", work(1))\n' + _JOINED + "\t\treturn nil\n"),
    ),
    "children of nobody": changed(
        STRAY.starter, (_LOOP, _LOOP.replace("(ctx,", "(context.Background(),")),
    ),
}  # fmt: skip

_TREE = (
    '\t\tg.Go(func() error {\n\t\t\tg.Go(func() error { return leaf(branch + "1") })\n'
    '\t\t\tg.Go(func() error { return leaf(branch + "2") })\n\t\t\treturn nil\n\t\t})\n'
)
_LIMIT = "\tg.SetLimit(2)\n"
NESTED_RIGHT = {
    "a second group": changed(
        NESTED.starter, (_LIMIT, "\tvar leaves errgroup.Group\n\tleaves.SetLimit(2)\n"),
        ("\t\t\tg.Go(", "\t\t\tleaves.Go("), ("\tg.Wait()\n", "\tg.Wait()\n\tleaves.Wait()\n"),
    ),
    "places in a channel": changed(
        NESTED.starter, (_LIMIT, "\tplaces := make(chan bool, 2)\n"),
        ('{ return leaf(branch + "1") }', '{\n\t\t\t\tplaces <- true\n\t\t\t\tdefer func() { <-places }()\n'
         '\t\t\t\treturn leaf(branch + "1")\n\t\t\t}'),
        ('{ return leaf(branch + "2") }', '{\n\t\t\t\tplaces <- true\n\t\t\t\tdefer func() { <-places }()\n'
         '\t\t\t\treturn leaf(branch + "2")\n\t\t\t}'),
    ),
}  # fmt: skip
NESTED_WRONG = {
    "starter": NESTED.starter,
    "no limit": changed(NESTED.starter, (_LIMIT, "")),
    "a larger limit": changed(NESTED.starter, ("SetLimit(2)", "SetLimit(4)")),
    "one after the other": changed(
        NESTED.starter, (_LIMIT, ""), (_TREE, '\t\tleaf(branch + "1")\n\t\tleaf(branch + "2")\n')
    ),
    "a limit for each branch": changed(
        NESTED.starter, (_LIMIT, ""),
        ("\t\tg.Go(func() error {\n\t\t\tg.Go(", "\t\tg.Go(func() error {\n\t\t\tvar own errgroup.Group\n"
         "\t\t\town.SetLimit(2)\n\t\t\tg.Go("),
        ("\t\t\tg.Go(", "\t\t\town.Go("), ("\t\t\treturn nil\n", "\t\t\treturn own.Wait()\n"),
    ),
}  # fmt: skip

_STATE = "var current string\n"
_SET = "\tcurrent = name\n\treturn ctx\n"
_SAY = '\tfmt.Printf("[%s] step %d\\n", current, k)\n'
NAMES_RIGHT = {
    "a key of its own type": changed(
        NAMES.starter, (_STATE, "type nameKey struct{}\n"),
        (_SET, "\treturn context.WithValue(ctx, nameKey{}, name)\n"),
        (_SAY, '\tfmt.Printf("[%s] step %d\\n", ctx.Value(nameKey{}), k)\n'),
    ),
    "a logger in the context": changed(
        NAMES.starter, (_STATE, "type key int\n\ntype logger struct{ name string }\n\n"
                        'func (l *logger) step(k int) { fmt.Printf("[%s] step %d\\n", l.name, k) }\n'),
        (_SET, "\treturn context.WithValue(ctx, key(0), &logger{name})\n"),
        (_SAY, "\tctx.Value(key(0)).(*logger).step(k)\n"),
    ),
}  # fmt: skip
NAMES_WRONG = {
    "starter": NAMES.starter,
    "a lock around the variable": changed(
        NAMES.starter, (_STATE, "var (\n\tmu      sync.Mutex\n\tcurrent string\n)\n"),
        (_SET, "\tmu.Lock()\n\tdefer mu.Unlock()\n" + _SET),
        (_SAY, "\tmu.Lock()\n\tdefer mu.Unlock()\n" + _SAY),
    ),
    "a map by context, without a lock": changed(
        NAMES.starter, (_STATE, "var names = map[context.Context]string{}\n"),
        (_SET, "\tctx, _ = context.WithCancel(ctx)\n\tnames[ctx] = name\n\treturn ctx\n"),
        (_SAY, '\tfmt.Printf("[%s] step %d\\n", names[ctx], k)\n'),
    ),
    "the lock for a whole chunk": changed(
        NAMES.starter, (_STATE, "var (\n\tmu      sync.Mutex\n\tcurrent string\n)\n"),
        (_SET, "\tmu.Lock()\n" + _SET), (_SAY, _SAY + "\tif k == 3 {\n\t\tmu.Unlock()\n\t}\n"),
    ),
}  # fmt: skip

_PAUSE = "\t\ttime.Sleep(20 * time.Millisecond)\n"
_SELECT = "\t\tselect {\n\t\tcase <-time.After(20 * time.Millisecond):\n\t\tcase <-ctx.Done():\n"
RETRY_RIGHT = {
    "select": changed(RETRY.starter, (_PAUSE, _SELECT + "\t\t\treturn context.Cause(ctx)\n\t\t}\n")),
    "no pause at the end": changed(
        RETRY.starter,
        (_PAUSE, "\t\tif k == 3 {\n\t\t\tbreak\n\t\t}\n\t\tpause := time.NewTimer(20 * time.Millisecond)\n"
         "\t\tselect {\n\t\tcase <-ctx.Done():\n\t\t\tpause.Stop()\n\t\t\treturn context.Cause(ctx)\n"
         "\t\tcase <-pause.C:\n\t\t}\n"),
    ),
}  # fmt: skip
RETRY_WRONG = {
    "starter": RETRY.starter,
    "looks between the attempts": changed(
        RETRY.starter,
        (_PAUSE, _PAUSE + "\t\tif ctx.Err() != nil {\n\t\t\treturn context.Cause(ctx)\n\t\t}\n"),
    ),
    "Err instead of the cause": changed(
        RETRY.starter, (_PAUSE, _SELECT + "\t\t\treturn ctx.Err()\n\t\t}\n")
    ),
    "break leaves the select only": changed(RETRY.starter, (_PAUSE, _SELECT + "\t\t\tbreak\n\t\t}\n")),
    "one attempt too many": changed(
        RETRY.starter, ("k <= 3", "k <= 4"), (_PAUSE, _SELECT + "\t\t\treturn context.Cause(ctx)\n\t\t}\n")
    ),
}
