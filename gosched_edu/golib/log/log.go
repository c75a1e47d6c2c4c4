// Package log: lines with a prefix and the time, to standard error (log).
package log

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"
)

const (
	Ldate = 1 << iota
	Ltime
	Lmicroseconds
	Llongfile
	Lshortfile
	LUTC
	Lmsgprefix
	LstdFlags = Ldate | Ltime
)

type Logger struct {
	mu     sync.Mutex
	prefix string
	flag   int
	out    io.Writer
}

func New(out io.Writer, prefix string, flag int) *Logger {
	return &Logger{prefix: prefix, flag: flag, out: out}
}

var std = New(os.Stderr, "", LstdFlags)

func Default() *Logger { return std }

// header is what stands before the message; calldepth counts from who calls it.
func (l *Logger) header(now time.Time, calldepth int) string {
	s := ""
	if l.flag&Lmsgprefix == 0 {
		s = l.prefix
	}
	if l.flag&Ldate != 0 {
		s += now.Format("2006/01/02 ")
	}
	if l.flag&Lmicroseconds != 0 {
		s += now.Format("15:04:05.000000 ")
	} else if l.flag&Ltime != 0 {
		s += now.Format("15:04:05 ")
	}
	if l.flag&(Lshortfile|Llongfile) != 0 {
		_, file, line, ok := runtime.Caller(calldepth + 1)
		if !ok {
			file = "???"
		}
		if l.flag&Lshortfile != 0 {
			for i := len(file) - 1; i > 0; i-- {
				if file[i] == '/' {
					file = file[i+1:]
					break
				}
			}
		}
		s += fmt.Sprintf("%s:%d: ", file, line)
	}
	if l.flag&Lmsgprefix != 0 {
		s += l.prefix
	}
	return s
}

func (l *Logger) Output(calldepth int, s string) error {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	s = l.header(now, calldepth) + s
	if s == "" || s[len(s)-1] != '\n' {
		s += "\n"
	}
	_, err := l.out.Write([]byte(s))
	return err
}

func (l *Logger) SetPrefix(prefix string) { l.mu.Lock(); defer l.mu.Unlock(); l.prefix = prefix }
func (l *Logger) SetFlags(flag int)       { l.mu.Lock(); defer l.mu.Unlock(); l.flag = flag }
func (l *Logger) SetOutput(w io.Writer)   { l.mu.Lock(); defer l.mu.Unlock(); l.out = w }
func (l *Logger) Prefix() string          { l.mu.Lock(); defer l.mu.Unlock(); return l.prefix }
func (l *Logger) Flags() int              { l.mu.Lock(); defer l.mu.Unlock(); return l.flag }
func (l *Logger) Writer() io.Writer       { l.mu.Lock(); defer l.mu.Unlock(); return l.out }

func (l *Logger) Print(v ...any)                 { l.Output(2, fmt.Sprint(v...)) }
func (l *Logger) Printf(format string, v ...any) { l.Output(2, fmt.Sprintf(format, v...)) }
func (l *Logger) Println(v ...any)               { l.Output(2, fmt.Sprintln(v...)) }

func (l *Logger) fatal(s string) {
	l.Output(3, s)
	os.Exit(1)
}

func (l *Logger) panic(s string) {
	l.Output(3, s)
	panic(s)
}

func (l *Logger) Fatal(v ...any)                 { l.fatal(fmt.Sprint(v...)) }
func (l *Logger) Fatalf(format string, v ...any) { l.fatal(fmt.Sprintf(format, v...)) }
func (l *Logger) Fatalln(v ...any)               { l.fatal(fmt.Sprintln(v...)) }
func (l *Logger) Panic(v ...any)                 { l.panic(fmt.Sprint(v...)) }
func (l *Logger) Panicf(format string, v ...any) { l.panic(fmt.Sprintf(format, v...)) }
func (l *Logger) Panicln(v ...any)               { l.panic(fmt.Sprintln(v...)) }

func SetOutput(w io.Writer)   { std.SetOutput(w) }
func SetPrefix(prefix string) { std.SetPrefix(prefix) }
func SetFlags(flag int)       { std.SetFlags(flag) }
func Prefix() string          { return std.Prefix() }
func Flags() int              { return std.Flags() }
func Writer() io.Writer       { return std.Writer() }

func Output(calldepth int, s string) error { return std.Output(calldepth+1, s) }

func Print(v ...any)                 { std.Output(2, fmt.Sprint(v...)) }
func Printf(format string, v ...any) { std.Output(2, fmt.Sprintf(format, v...)) }
func Println(v ...any)               { std.Output(2, fmt.Sprintln(v...)) }
func Fatal(v ...any)                 { std.fatal(fmt.Sprint(v...)) }
func Fatalf(format string, v ...any) { std.fatal(fmt.Sprintf(format, v...)) }
func Fatalln(v ...any)               { std.fatal(fmt.Sprintln(v...)) }
func Panic(v ...any)                 { std.panic(fmt.Sprint(v...)) }
func Panicf(format string, v ...any) { std.panic(fmt.Sprintf(format, v...)) }
func Panicln(v ...any)               { std.panic(fmt.Sprintln(v...)) }
