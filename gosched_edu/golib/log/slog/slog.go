//go:build go1.21

// Package slog: messages with attributes (log/slog), since Go 1.21.
//
// A Logger makes a Record and hands it to its Handler. The default one writes through package log. Where a
// message comes from is not known, so AddSource does nothing.
package slog

import (
	"context"
	"log"
	"strconv"
	"time"
)

type Level int

const (
	LevelDebug Level = -4
	LevelInfo  Level = 0
	LevelWarn  Level = 4
	LevelError Level = 8
)

func (l Level) String() string {
	base, name := LevelDebug, "DEBUG"
	switch {
	case l >= LevelError:
		base, name = LevelError, "ERROR"
	case l >= LevelWarn:
		base, name = LevelWarn, "WARN"
	case l >= LevelInfo:
		base, name = LevelInfo, "INFO"
	}
	switch d := int(l - base); {
	case d > 0:
		return name + "+" + strconv.Itoa(d)
	case d < 0:
		return name + strconv.Itoa(d)
	}
	return name
}

func (l Level) Level() Level { return l }

type Leveler interface {
	Level() Level
}

type LevelVar struct{ val Level }

func (v *LevelVar) Level() Level { return v.val }
func (v *LevelVar) Set(l Level)  { v.val = l }

const (
	TimeKey    = "time"
	LevelKey   = "level"
	MessageKey = "msg"
	SourceKey  = "source"
)

type Record struct {
	Time    time.Time
	Message string
	Level   Level
	PC      uintptr
	attrs   []Attr
}

func NewRecord(t time.Time, level Level, msg string, pc uintptr) Record {
	return Record{Time: t, Message: msg, Level: level, PC: pc}
}

func (r Record) NumAttrs() int { return len(r.attrs) }
func (r Record) Clone() Record { return r }

func (r Record) Attrs(f func(Attr) bool) {
	for _, a := range r.attrs {
		if !f(a) {
			return
		}
	}
}

func (r *Record) AddAttrs(attrs ...Attr) {
	r.attrs = append(r.attrs[:len(r.attrs):len(r.attrs)], attrs...)
}
func (r *Record) Add(args ...any) { r.AddAttrs(toAttrs(args)...) }

type Handler interface {
	Enabled(context.Context, Level) bool
	Handle(context.Context, Record) error
	WithAttrs(attrs []Attr) Handler
	WithGroup(name string) Handler
}

// defaultHandler writes a line of package log.
type defaultHandler struct{ state *commonHandler }

var minLevel = &LevelVar{}

func (h *defaultHandler) Enabled(_ context.Context, l Level) bool { return l >= minLevel.Level() }

func (h *defaultHandler) Handle(_ context.Context, r Record) error {
	b := []byte(r.Level.String() + " " + r.Message)
	return log.Output(4, string(h.state.attrs(b, r)))
}

func (h *defaultHandler) WithAttrs(attrs []Attr) Handler {
	return &defaultHandler{h.state.withAttrs(attrs)}
}
func (h *defaultHandler) WithGroup(name string) Handler {
	return &defaultHandler{h.state.withGroup(name)}
}

// SetLogLoggerLevel sets the lowest level of the default handler.
func SetLogLoggerLevel(level Level) (old Level) {
	old = minLevel.val
	minLevel.val = level
	return
}

type Logger struct{ handler Handler }

func New(h Handler) *Logger {
	if h == nil {
		panic("nil Handler")
	}
	return &Logger{h}
}

var defaultLogger = &Logger{&defaultHandler{&commonHandler{}}}

func Default() *Logger             { return defaultLogger }
func SetDefault(l *Logger)         { defaultLogger = l }
func With(args ...any) *Logger     { return defaultLogger.With(args...) }
func (l *Logger) Handler() Handler { return l.handler }

func (l *Logger) With(args ...any) *Logger {
	if len(args) == 0 {
		return l
	}
	return &Logger{l.handler.WithAttrs(toAttrs(args))}
}

func (l *Logger) WithGroup(name string) *Logger {
	if name == "" {
		return l
	}
	return &Logger{l.handler.WithGroup(name)}
}

func (l *Logger) Enabled(ctx context.Context, level Level) bool {
	if ctx == nil {
		ctx = context.Background()
	}
	return l.handler.Enabled(ctx, level)
}

func (l *Logger) Log(ctx context.Context, level Level, msg string, args ...any) {
	if l.Enabled(ctx, level) {
		l.handle(ctx, level, msg, toAttrs(args))
	}
}

func (l *Logger) LogAttrs(ctx context.Context, level Level, msg string, attrs ...Attr) {
	if l.Enabled(ctx, level) {
		l.handle(ctx, level, msg, attrs)
	}
}

func (l *Logger) handle(ctx context.Context, level Level, msg string, attrs []Attr) {
	if ctx == nil {
		ctx = context.Background()
	}
	l.handler.Handle(ctx, Record{Time: time.Now(), Message: msg, Level: level, attrs: attrs})
}

func (l *Logger) Debug(msg string, args ...any) { l.Log(nil, LevelDebug, msg, args...) }
func (l *Logger) Info(msg string, args ...any)  { l.Log(nil, LevelInfo, msg, args...) }
func (l *Logger) Warn(msg string, args ...any)  { l.Log(nil, LevelWarn, msg, args...) }
func (l *Logger) Error(msg string, args ...any) { l.Log(nil, LevelError, msg, args...) }

func (l *Logger) DebugContext(ctx context.Context, msg string, args ...any) {
	l.Log(ctx, LevelDebug, msg, args...)
}
func (l *Logger) InfoContext(ctx context.Context, msg string, args ...any) {
	l.Log(ctx, LevelInfo, msg, args...)
}
func (l *Logger) WarnContext(ctx context.Context, msg string, args ...any) {
	l.Log(ctx, LevelWarn, msg, args...)
}
func (l *Logger) ErrorContext(ctx context.Context, msg string, args ...any) {
	l.Log(ctx, LevelError, msg, args...)
}

func Debug(msg string, args ...any) { defaultLogger.Log(nil, LevelDebug, msg, args...) }
func Info(msg string, args ...any)  { defaultLogger.Log(nil, LevelInfo, msg, args...) }
func Warn(msg string, args ...any)  { defaultLogger.Log(nil, LevelWarn, msg, args...) }
func Error(msg string, args ...any) { defaultLogger.Log(nil, LevelError, msg, args...) }

func DebugContext(ctx context.Context, msg string, args ...any) {
	defaultLogger.Log(ctx, LevelDebug, msg, args...)
}
func InfoContext(ctx context.Context, msg string, args ...any) {
	defaultLogger.Log(ctx, LevelInfo, msg, args...)
}
func WarnContext(ctx context.Context, msg string, args ...any) {
	defaultLogger.Log(ctx, LevelWarn, msg, args...)
}
func ErrorContext(ctx context.Context, msg string, args ...any) {
	defaultLogger.Log(ctx, LevelError, msg, args...)
}

func Log(ctx context.Context, level Level, msg string, args ...any) {
	defaultLogger.Log(ctx, level, msg, args...)
}

func LogAttrs(ctx context.Context, level Level, msg string, attrs ...Attr) {
	defaultLogger.LogAttrs(ctx, level, msg, attrs...)
}
