"""Solutions of chapter 11's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter11 import CLOSE, READ, SHUTDOWN, SILENT

_LINE = "\t\tline, err := r.ReadString('\\n')\n"
_SET = "c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))\n"
SILENT_RIGHT = {
    "a deadline for each read": changed(SILENT.starter, (_LINE, "\t\t" + _SET + _LINE)),
    "a timer that closes": changed(
        SILENT.starter,
        ("\tr := bufio", "\tquiet := time.AfterFunc(50*time.Millisecond, func() { c.Close() })\n\tdefer "
         "quiet.Stop()\n"
         "\tr := bufio"),
        ("\t\twords++\n", "\t\twords++\n\t\tquiet.Reset(50 * time.Millisecond)\n"),
    ),
}  # fmt: skip
SILENT_WRONG = {
    "starter": SILENT.starter,
    "one deadline for all": changed(SILENT.starter, ("\tr := bufio", "\t" + _SET + "\tr := bufio")),
    "a long deadline for all": changed(
        SILENT.starter, ("\tr := bufio", "\t" + _SET.replace("50", "500") + "\tr := bufio")
    ),
    "after the read": changed(SILENT.starter, ("\t\twords++\n", "\t\twords++\n\t\t" + _SET)),
    "the deadline of writes": changed(
        SILENT.starter, (_LINE, "\t\t" + _SET.replace("Read", "Write") + _LINE)
    ),
}

_ALL = "\ttext, err := io.ReadAll(c)\n"
_LAST = '\tif err := c.Close(); err != nil {\n\t\treturn "", err\n\t}\n'
CLOSE_RIGHT = {
    "defer": changed(CLOSE.starter, (_ALL, "\tdefer c.Close()\n" + _ALL), (_LAST, "")),
    "a close on each way": changed(CLOSE.starter, (_ALL, _ALL + "\tc.Close()\n"), (_LAST, "")),
}
CLOSE_WRONG = {
    "starter": CLOSE.starter,
    "defer before the error": changed(
        CLOSE.starter, ("\tif err != nil {\n\t\treturn \"\", err\n\t}\n\ttext", "\tdefer c.Close()\n\tif "
         "err != nil {\n"
                        "\t\treturn \"\", err\n\t}\n\ttext"),
        (_LAST, ""),
    ),
    "only when all went well": changed(
        CLOSE.starter,
        (_ALL, "\tgood := false\n\tdefer func() {\n\t\tif good {\n\t\t\tc.Close()\n\t\t}\n\t}()\n" + _ALL),
        (_LAST, "\tgood = true\n"),
    ),
    "closes twice": changed(CLOSE.starter, (_ALL, _ALL + "\tc.Close()\n")),
}  # fmt: skip

_READ = "\treturn c.Read(buf)\n"
_AFTER = (
    "\tstop := context.AfterFunc(ctx, func() { c.SetReadDeadline(time.Now()) })\n\tn, err := c.Read(buf)\n"
)
READ_RIGHT = {
    "AfterFunc": changed(
        READ.starter,
        (_READ, "\tset := make(chan bool)\n\tstop := context.AfterFunc(ctx, func() {\n"
         "\t\tc.SetReadDeadline(time.Now())\n\t\tclose(set)\n\t})\n\tn, err := c.Read(buf)\n"
         "\tif !stop() {\n\t\t<-set\n\t\tc.SetReadDeadline(time.Time{})\n\t\tif n == 0 {\n"
         "\t\t\treturn 0, context.Cause(ctx)\n\t\t}\n\t}\n\treturn n, err\n"),
    ),
    "a goroutine that is told when it is over": changed(
        READ.starter,
        (_READ, "\tdone, gone := make(chan bool), make(chan bool)\n\tgo func() {\n"
         "\t\tdefer close(gone)\n\t\tselect {\n"
         "\t\tcase <-ctx.Done():\n\t\t\tc.SetReadDeadline(time.Now())\n\t\tcase <-done:\n\t\t}\n\t}()\n"
         "\tn, err := c.Read(buf)\n\tclose(done)\n\t<-gone\n\tc.SetReadDeadline(time.Time{})\n"
         "\tif n == 0 && ctx.Err() != nil {\n\t\treturn 0, context.Cause(ctx)\n\t}\n\treturn n, err\n"),
    ),
}  # fmt: skip
READ_WRONG = {
    "starter": READ.starter,
    "looks before": changed(
        READ.starter, (_READ, "\tif ctx.Err() != nil {\n\t\treturn 0, context.Cause(ctx)\n\t}\n" + _READ)
    ),
    "closes the connection": changed(
        READ.starter,
        (_READ, "\tstop := context.AfterFunc(ctx, func() { c.Close() })\n\tn, err := c.Read(buf)\n\tif "
         "!stop() {\n"
         "\t\treturn 0, context.Cause(ctx)\n\t}\n\treturn n, err\n"),
    ),
    "leaves the deadline": changed(
        READ.starter, (_READ, _AFTER + "\tif !stop() {\n\t\treturn 0, context.Cause(ctx)\n\t}\n\treturn "
         "n, err\n")
    ),
    "reads in another goroutine": changed(
        READ.starter,
        (_READ, "\ttype result struct {\n\t\tn   int\n\t\terr error\n\t}\n\tdone := make(chan result, "
         "1)\n\tgo func() {\n"
         "\t\tn, err := c.Read(buf)\n\t\tdone <- result{n, err}\n\t}()\n\tselect {\n\tcase r := <-done:\n"
         "\t\treturn r.n, r.err\n\tcase <-ctx.Done():\n\t\treturn 0, context.Cause(ctx)\n\t}\n"),
    ),
    "never stops": changed(
        READ.starter,
        (_READ, "\tgo func() {\n\t\t<-ctx.Done()\n\t\tc.SetReadDeadline(time.Now())\n\t}()\n"
         "\tn, err := c.Read(buf)\n"
         "\tif ctx.Err() != nil {\n\t\tc.SetReadDeadline(time.Time{})\n"
         "\t\treturn 0, context.Cause(ctx)\n\t}\n"
         "\treturn n, err\n"),
    ),
}  # fmt: skip

_FIELDS = "\tl  net.Listener\n\twg sync.WaitGroup\n"
_SET_OF = "\tl     net.Listener\n\twg    sync.WaitGroup\n\tmu    sync.Mutex\n\tconns map[net.Conn]bool\n"
_GO = "\t\tgo s.handle(c)\n"
_COUNTED = (
    "\t\ts.mu.Lock()\n\t\ts.conns[c] = true\n\t\ts.mu.Unlock()\n\t\ts.wg.Add(1)\n\t\tgo func() "
    "{\n\t\t\tdefer s.wg.Done()\n"
    "\t\t\ts.handle(c)\n\t\t\ts.mu.Lock()\n\t\t\tdelete(s.conns, c)\n\t\t\ts.mu.Unlock()\n\t\t}()\n"
)
_NEW = ("&Server{l: l}", "&Server{l: l, conns: map[net.Conn]bool{}}")
_LOOP_DONE = (
    ("\tgo s.Serve()\n", "\ts.wg.Add(1)\n\tgo func() {\n\t\tdefer s.wg.Done()\n\t\ts.Serve()\n\t}()\n"),
)
_END = "\ts.l.Close()\n\treturn nil\n"
_WAIT = "\ts.l.Close()\n\tgone := make(chan bool)\n\tgo func() {\n\t\ts.wg.Wait()\n\t\tclose(gone)\n\t}()\n"
_CUT = "\t\ts.mu.Lock()\n\t\tfor c := range s.conns {\n\t\t\tc.Close()\n\t\t}\n\t\ts.mu.Unlock()\n"
_SELECT = "\tselect {\n\tcase <-gone:\n\t\treturn nil\n\tcase <-ctx.Done():\n"
SHUTDOWN_RIGHT = {
    "a set of connections": changed(
        SHUTDOWN.starter, (_FIELDS, _SET_OF), (_GO, _COUNTED), _NEW,
        (_END, _WAIT + _SELECT + _CUT + "\t\t<-gone\n\t\treturn ctx.Err()\n\t}\n"),
    ),
    "deadlines in the past": changed(
        SHUTDOWN.starter, (_FIELDS, _SET_OF), (_GO, _COUNTED), _NEW,
        (_END, _WAIT + _SELECT + _CUT.replace("c.Close()", "c.SetDeadline(time.Now())")
         + "\t\t<-gone\n\t\treturn ctx.Err()\n\t}\n"),
    ),
}  # fmt: skip
SHUTDOWN_WRONG = {
    "starter": SHUTDOWN.starter,
    "waits for ever": changed(
        SHUTDOWN.starter, (_FIELDS, _SET_OF), (_GO, _COUNTED), _NEW, (_END,
            "\ts.l.Close()\n\ts.wg.Wait()\n\treturn nil\n")
    ),
    "cuts off all at once": changed(
        SHUTDOWN.starter, (_FIELDS, _SET_OF), (_GO, _COUNTED), _NEW,
        (_END, "\ts.l.Close()\n" + _CUT + "\t<-ctx.Done()\n\ts.wg.Wait()\n\treturn ctx.Err()\n"),
    ),
    "returns without cutting off": changed(
        SHUTDOWN.starter, (_FIELDS, _SET_OF), (_GO, _COUNTED), _NEW,
        (_END, _WAIT + _SELECT + "\t\treturn ctx.Err()\n\t}\n"),
    ),
    "still accepts": changed(
        SHUTDOWN.starter, (_FIELDS, _SET_OF), (_GO, _COUNTED), _NEW,
        (_END, _WAIT.replace("\ts.l.Close()\n", "") + _SELECT + "\t\ts.l.Close()\n" + _CUT
         + "\t\t<-gone\n\t\treturn ctx.Err()\n\t}\n"),
    ),
}  # fmt: skip
