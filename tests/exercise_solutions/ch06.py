"""Solutions of chapter 06's exercises: right ones, and wrong ones that look right."""

from __future__ import annotations

from exercise_solutions.ch02 import changed

from gosched_edu.exercises.chapter06 import RECORDER, SLOWLOG, SPANS

_TYPE = "type Log struct {\n\tmu sync.Mutex\n}\n"
_NEW = "\treturn &Log{}\n"
_PRINT = "\tl.mu.Lock()\n\tdefer l.mu.Unlock()\n\twrite(line)\n"
_CLOSE = "func (l *Log) Close() {\n"
_LINES = "type Log struct {\n\tlines chan string\n\tdone  chan bool\n}\n"
_WRITER = (
    "\tl := &Log{make(chan string, 100), make(chan bool)}\n\tgo func() {\n\t\tfor line := range l.lines {\n"
    "\t\t\twrite(line)\n\t\t}\n\t\tclose(l.done)\n\t}()\n\treturn l\n"
)
_TELL = (_PRINT, "\tl.lines <- line\n")
SLOWLOG_RIGHT = {
    "a writer behind a channel": changed(
        SLOWLOG.starter, (_TYPE, _LINES), (_NEW, _WRITER), _TELL,
        (_CLOSE, _CLOSE + "\tclose(l.lines)\n\t<-l.done\n"),
    ),
    "a list, written at the end": changed(
        SLOWLOG.starter, (_TYPE, "type Log struct {\n\tmu    sync.Mutex\n\tlines []string\n}\n"),
        (_PRINT, "\tl.mu.Lock()\n\tdefer l.mu.Unlock()\n\tl.lines = append(l.lines, line)\n"),
        (_CLOSE, _CLOSE + "\tfor _, line := range l.lines {\n\t\twrite(line)\n\t}\n"),
    ),
}  # fmt: skip
SLOWLOG_WRONG = {
    "starter": SLOWLOG.starter,
    "a goroutine for each line": changed(SLOWLOG.starter, (_PRINT, "\tgo write(line)\n")),
    "a goroutine for each line, under the lock": changed(
        SLOWLOG.starter,
        (_PRINT, "\tgo func() {\n\t\tl.mu.Lock()\n\t\tdefer l.mu.Unlock()\n\t\twrite(line)\n\t}()\n"),
    ),
    "no lock": changed(SLOWLOG.starter, (_PRINT, "\twrite(line)\n")),
    "a channel without room": changed(
        SLOWLOG.starter, (_TYPE, _LINES), (_NEW, _WRITER.replace("string, 100", "string")), _TELL,
        (_CLOSE, _CLOSE + "\tclose(l.lines)\n\t<-l.done\n"),
    ),
    "lines that find no room are dropped": changed(
        SLOWLOG.starter, (_TYPE, _LINES), (_NEW, _WRITER.replace("100", "4")),
        (_PRINT, "\tselect {\n\tcase l.lines <- line:\n\tdefault:\n\t}\n"),
        (_CLOSE, _CLOSE + "\tclose(l.lines)\n\t<-l.done\n"),
    ),
    "Close does not wait": changed(
        SLOWLOG.starter, (_TYPE, _LINES), (_NEW, _WRITER), _TELL, (_CLOSE, _CLOSE + "\tclose(l.lines)\n"),
    ),
    "the writer stays": changed(
        SLOWLOG.starter, (_TYPE, "type Log struct {\n\tlines chan string\n\tall   sync.WaitGroup\n}\n"),
        (_NEW, "\tl := &Log{lines: make(chan string, 100)}\n\tgo func() {\n\t\tfor line := range l.lines {\n"
         "\t\t\twrite(line)\n\t\t\tl.all.Done()\n\t\t}\n\t}()\n\treturn l\n"),
        (_PRINT, "\tl.all.Add(1)\n\tl.lines <- line\n"), (_CLOSE, _CLOSE + "\tl.all.Wait()\n"),
    ),
}  # fmt: skip

_IMPORT = ("\t\"fmt\"\n", "\t\"fmt\"\n\t\"runtime/trace\"\n")
_PARSE = "\tn, err := parse(text)\n\tif err != nil {\n\t\treturn err\n\t}\n"
_STORE = "\tstore(n)\n\treturn nil\n"
_TASK = "\tctx, task := trace.NewTask(ctx, \"request\")\n"
SPANS_RIGHT = {
    "WithRegion": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _TASK + "\tdefer task.End()\n\tvar n int\n\tvar err error\n"
         "\ttrace.WithRegion(ctx, \"parse\", func() { n, err = parse(text) })\n"
         "\tif err != nil {\n\t\treturn err\n\t}\n"),
        (_STORE, "\ttrace.WithRegion(ctx, \"store\", func() { store(n) })\n\treturn nil\n"),
    ),
    "StartRegion and End": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _TASK + "\tdefer task.End()\n\tr := trace.StartRegion(ctx, \"parse\")\n"
         "\tn, err := parse(text)\n\tr.End()\n\tif err != nil {\n\t\treturn err\n\t}\n"),
        (_STORE, "\tdefer trace.StartRegion(ctx, \"store\").End()\n" + _STORE),
    ),
}  # fmt: skip
SPANS_WRONG = {
    "starter": SPANS.starter,
    "ends on the good way only": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _TASK + "\tr := trace.StartRegion(ctx, \"parse\")\n\tn, err := parse(text)\n\tr.End()\n"
         "\tif err != nil {\n\t\treturn err\n\t}\n"),
        (_STORE, "\tr = trace.StartRegion(ctx, \"store\")\n\tstore(n)\n\tr.End()\n\ttask.End()\n"
         "\treturn nil\n"),
    ),
    "the region is left open when parse fails": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _TASK + "\tdefer task.End()\n\tr := trace.StartRegion(ctx, \"parse\")\n" + _PARSE
         + "\tr.End()\n"),
        (_STORE, "\tdefer trace.StartRegion(ctx, \"store\").End()\n" + _STORE),
    ),
    "the old context": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _TASK.replace("ctx, task", "_, task") + "\tdefer task.End()\n\tr := trace.StartRegion(ctx, "
         "\"parse\")\n\tn, err := parse(text)\n\tr.End()\n\tif err != nil {\n\t\treturn err\n\t}\n"),
        (_STORE, "\tdefer trace.StartRegion(ctx, \"store\").End()\n" + _STORE),
    ),
    "one region for both": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _TASK + "\tdefer task.End()\n\tdefer trace.StartRegion(ctx, \"parse\").End()\n" + _PARSE),
    ),
    "End is deferred before it is reached": changed(
        SPANS.starter, _IMPORT,
        (_PARSE, _PARSE + _TASK + "\tdefer task.End()\n"),
        (_STORE, "\tdefer trace.StartRegion(ctx, \"store\").End()\n" + _STORE),
    ),
}  # fmt: skip

_EVENTS = "type Recorder struct {\n\tevents []string\n}\n"
_ADD = "\tr.events = append(r.events, event)\n"
_LAST = "\tif len(r.events) <= 4 {\n\t\treturn r.events\n\t}\n\treturn r.events[len(r.events)-4:]\n"
_RING = "type Recorder struct {\n\tmu   sync.Mutex\n\tring [4]string\n\tn    int\n}\n"
_GUARD = "\tr.mu.Lock()\n\tdefer r.mu.Unlock()\n"
_READ = (
    "\tvar out []string\n\tfor i := max(0, r.n-4); i < r.n; i++ {\n\t\tout = append(out, r.ring[i%4])\n\t}\n"
    "\treturn out\n"
)
RECORDER_RIGHT = {
    "a ring": changed(
        RECORDER.starter, (_EVENTS, _RING), (_ADD, _GUARD + "\tr.ring[r.n%4] = event\n\tr.n++\n"),
        (_LAST, _GUARD + _READ),
    ),
    "a slice that is cut": changed(
        RECORDER.starter, (_EVENTS, "type Recorder struct {\n\tmu     sync.Mutex\n\tevents []string\n}\n"),
        (_ADD, _GUARD + "\tif len(r.events) == 4 {\n\t\tcopy(r.events, r.events[1:])\n"
         "\t\tr.events = r.events[:3]\n\t}\n" + _ADD),
        (_LAST, _GUARD + "\treturn append([]string(nil), r.events...)\n"),
    ),
}  # fmt: skip
RECORDER_WRONG = {
    "starter": RECORDER.starter,
    "a lock, and everything is kept": changed(
        RECORDER.starter, (_EVENTS, "type Recorder struct {\n\tmu     sync.Mutex\n\tevents []string\n}\n"),
        (_ADD, _GUARD + _ADD), (_LAST, _GUARD + _LAST),
    ),
    "a ring without a lock": changed(
        RECORDER.starter, (_EVENTS, _RING), (_ADD, "\tr.ring[r.n%4] = event\n\tr.n++\n"), (_LAST, _READ),
    ),
    "in the order of the ring": changed(
        RECORDER.starter, (_EVENTS, _RING), (_ADD, _GUARD + "\tr.ring[r.n%4] = event\n\tr.n++\n"),
        (_LAST, _GUARD + "\treturn append([]string(nil), r.ring[:]...)\n"),
    ),
    "the newest first": changed(
        RECORDER.starter, (_EVENTS, _RING), (_ADD, _GUARD + "\tr.ring[r.n%4] = event\n\tr.n++\n"),
        (_LAST, _GUARD + _READ.replace("append(out, r.ring[i%4])", "append([]string{r.ring[i%4]}, out...)")),
    ),
}  # fmt: skip
