// Package flag: settings from the command line. There is none, so each flag has its default.
package flag

import (
	"errors"
	"os"
	"time"
)

var ErrHelp = errors.New("flag: help requested")

type Value interface {
	String() string
	Set(string) error
}

var Usage = func() {}

var parsed bool

func variable[T any](value T) *T {
	p := new(T)
	*p = value
	return p
}

func Int(name string, value int, usage string) *int             { return variable(value) }
func Int64(name string, value int64, usage string) *int64       { return variable(value) }
func Uint(name string, value uint, usage string) *uint          { return variable(value) }
func Uint64(name string, value uint64, usage string) *uint64    { return variable(value) }
func Bool(name string, value bool, usage string) *bool          { return variable(value) }
func String(name, value, usage string) *string                  { return variable(value) }
func Float64(name string, value float64, usage string) *float64 { return variable(value) }

func Duration(name string, value time.Duration, usage string) *time.Duration {
	return variable(value)
}

func IntVar(p *int, name string, value int, usage string)             { *p = value }
func Int64Var(p *int64, name string, value int64, usage string)       { *p = value }
func UintVar(p *uint, name string, value uint, usage string)          { *p = value }
func BoolVar(p *bool, name string, value bool, usage string)          { *p = value }
func StringVar(p *string, name, value, usage string)                  { *p = value }
func Float64Var(p *float64, name string, value float64, usage string) { *p = value }

func DurationVar(p *time.Duration, name string, value time.Duration, usage string) { *p = value }

func Var(value Value, name, usage string) {}

func Parse()           { parsed = true }
func Parsed() bool     { return parsed }
func Args() []string   { return os.Args[1:] }
func NArg() int        { return 0 }
func NFlag() int       { return 0 }
func Arg(i int) string { return "" }
func PrintDefaults()   {}
