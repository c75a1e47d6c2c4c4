// Package flag: settings from the command line, os.Args, which the run is given (flag/flag.go).
//
// The texts of errors and of the usage message are Go's. A value is kept behind the interface Value,
// so that programs can add kinds of their own.
package flag

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

var ErrHelp = errors.New("flag: help requested")

var (
	errParse = errors.New("parse error")
	errRange = errors.New("value out of range")
)

type Value interface {
	String() string
	Set(string) error
}

type Getter interface {
	Value
	Get() any
}

// kept is a flag whose text `parse` understands.
type kept[T any] struct {
	p     *T
	parse func(string) (T, error)
}

func (k kept[T]) String() string {
	if k.p == nil {
		return ""
	}
	return fmt.Sprint(*k.p)
}

func (k kept[T]) Set(s string) error {
	v, err := k.parse(s)
	if err != nil {
		if ne, ok := err.(*strconv.NumError); ok && ne.Err == strconv.ErrRange {
			return errRange
		}
		return errParse
	}
	*k.p = v
	return nil
}

func (k kept[T]) Get() any { return *k.p }

func (k kept[T]) IsBoolFlag() bool {
	_, ok := any(*k.p).(bool)
	return ok
}

type called struct {
	f    func(string) error
	bool bool
}

func (c called) String() string     { return "" }
func (c called) Set(s string) error { return c.f(s) }
func (c called) IsBoolFlag() bool   { return c.bool }

func isBool(v Value) bool {
	b, ok := v.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

type ErrorHandling int

const (
	ContinueOnError ErrorHandling = iota
	ExitOnError
	PanicOnError
)

type Flag struct {
	Name     string
	Usage    string
	Value    Value
	DefValue string
}

type FlagSet struct {
	Usage func()

	name   string
	parsed bool
	actual map[string]*Flag
	formal map[string]*Flag
	args   []string
	errors ErrorHandling
	output io.Writer
	main   bool // its usage message is the variable Usage, as long as it has no other
}

func NewFlagSet(name string, errorHandling ErrorHandling) *FlagSet {
	f := &FlagSet{name: name, errors: errorHandling}
	f.Usage = f.defaultUsage
	return f
}

var CommandLine = commandLine()

func commandLine() *FlagSet {
	return &FlagSet{name: os.Args[0], errors: ExitOnError, main: true}
}

var Usage = func() {
	fmt.Fprintf(CommandLine.Output(), "Usage of %s:\n", os.Args[0])
	PrintDefaults()
}

func (f *FlagSet) defaultUsage() {
	if f.name == "" {
		fmt.Fprintf(f.Output(), "Usage:\n")
	} else {
		fmt.Fprintf(f.Output(), "Usage of %s:\n", f.name)
	}
	f.PrintDefaults()
}

func (f *FlagSet) Init(name string, errorHandling ErrorHandling) {
	f.name, f.errors = name, errorHandling
}
func (f *FlagSet) Name() string                 { return f.name }
func (f *FlagSet) ErrorHandling() ErrorHandling { return f.errors }
func (f *FlagSet) SetOutput(output io.Writer)   { f.output = output }

func (f *FlagSet) Output() io.Writer {
	if f.output == nil {
		return os.Stderr
	}
	return f.output
}

// --- declaring -----------------------------------------------------------------------------------

func (f *FlagSet) Var(value Value, name string, usage string) {
	if strings.HasPrefix(name, "-") {
		panic(f.sprintf("flag %q begins with -", name))
	}
	if strings.Contains(name, "=") {
		panic(f.sprintf("flag %q contains =", name))
	}
	if _, already := f.formal[name]; already {
		if f.name == "" {
			panic(f.sprintf("flag redefined: %s", name))
		}
		panic(f.sprintf("%s flag redefined: %s", f.name, name))
	}
	if f.formal == nil {
		f.formal = map[string]*Flag{}
	}
	f.formal[name] = &Flag{name, usage, value, value.String()}
}

func (f *FlagSet) sprintf(format string, a ...any) string {
	text := fmt.Sprintf(format, a...)
	fmt.Fprintln(f.Output(), text)
	return text
}

func add[T any](f *FlagSet, p *T, name string, value T, usage string, parse func(string) (T, error)) *T {
	if p == nil {
		p = new(T)
	}
	*p = value
	f.Var(kept[T]{p, parse}, name, usage)
	return p
}

func parseInt(s string) (int, error) {
	v, err := strconv.ParseInt(s, 0, strconv.IntSize)
	return int(v), err
}

func parseUint(s string) (uint, error) {
	v, err := strconv.ParseUint(s, 0, strconv.IntSize)
	return uint(v), err
}

func parseInt64(s string) (int64, error)   { return strconv.ParseInt(s, 0, 64) }
func parseUint64(s string) (uint64, error) { return strconv.ParseUint(s, 0, 64) }
func parseFloat(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
func parseString(s string) (string, error) { return s, nil }

func (f *FlagSet) Bool(name string, value bool, usage string) *bool {
	return add(f, nil, name, value, usage, strconv.ParseBool)
}

func (f *FlagSet) Int(name string, value int, usage string) *int {
	return add(f, nil, name, value, usage, parseInt)
}

func (f *FlagSet) Int64(name string, value int64, usage string) *int64 {
	return add(f, nil, name, value, usage, parseInt64)
}

func (f *FlagSet) Uint(name string, value uint, usage string) *uint {
	return add(f, nil, name, value, usage, parseUint)
}

func (f *FlagSet) Uint64(name string, value uint64, usage string) *uint64 {
	return add(f, nil, name, value, usage, parseUint64)
}

func (f *FlagSet) String(name string, value string, usage string) *string {
	return add(f, nil, name, value, usage, parseString)
}

func (f *FlagSet) Float64(name string, value float64, usage string) *float64 {
	return add(f, nil, name, value, usage, parseFloat)
}

func (f *FlagSet) Duration(name string, value time.Duration, usage string) *time.Duration {
	return add(f, nil, name, value, usage, time.ParseDuration)
}

func (f *FlagSet) BoolVar(p *bool, name string, value bool, usage string) {
	add(f, p, name, value, usage, strconv.ParseBool)
}

func (f *FlagSet) IntVar(p *int, name string, value int, usage string) {
	add(f, p, name, value, usage, parseInt)
}

func (f *FlagSet) Int64Var(p *int64, name string, value int64, usage string) {
	add(f, p, name, value, usage, parseInt64)
}

func (f *FlagSet) UintVar(p *uint, name string, value uint, usage string) {
	add(f, p, name, value, usage, parseUint)
}

func (f *FlagSet) Uint64Var(p *uint64, name string, value uint64, usage string) {
	add(f, p, name, value, usage, parseUint64)
}

func (f *FlagSet) StringVar(p *string, name string, value string, usage string) {
	add(f, p, name, value, usage, parseString)
}

func (f *FlagSet) Float64Var(p *float64, name string, value float64, usage string) {
	add(f, p, name, value, usage, parseFloat)
}

func (f *FlagSet) DurationVar(p *time.Duration, name string, value time.Duration, usage string) {
	add(f, p, name, value, usage, time.ParseDuration)
}

func (f *FlagSet) Func(name, usage string, fn func(string) error) {
	f.Var(called{fn, false}, name, usage)
}

func (f *FlagSet) BoolFunc(name, usage string, fn func(string) error) {
	f.Var(called{fn, true}, name, usage)
}

func Var(value Value, name string, usage string)       { CommandLine.Var(value, name, usage) }
func Bool(name string, value bool, usage string) *bool { return CommandLine.Bool(name, value, usage) }
func Int(name string, value int, usage string) *int    { return CommandLine.Int(name, value, usage) }
func Int64(name string, value int64, usage string) *int64 {
	return CommandLine.Int64(name, value, usage)
}
func Uint(name string, value uint, usage string) *uint { return CommandLine.Uint(name, value, usage) }
func Uint64(name string, value uint64, usage string) *uint64 {
	return CommandLine.Uint64(name, value, usage)
}
func String(name string, value string, usage string) *string {
	return CommandLine.String(name, value, usage)
}

func Float64(name string, value float64, usage string) *float64 {
	return CommandLine.Float64(name, value, usage)
}

func Duration(name string, value time.Duration, usage string) *time.Duration {
	return CommandLine.Duration(name, value, usage)
}

func BoolVar(p *bool, name string, value bool, usage string) {
	CommandLine.BoolVar(p, name, value, usage)
}
func IntVar(p *int, name string, value int, usage string) { CommandLine.IntVar(p, name, value, usage) }

func Int64Var(p *int64, name string, value int64, usage string) {
	CommandLine.Int64Var(p, name, value, usage)
}

func UintVar(p *uint, name string, value uint, usage string) {
	CommandLine.UintVar(p, name, value, usage)
}

func Uint64Var(p *uint64, name string, value uint64, usage string) {
	CommandLine.Uint64Var(p, name, value, usage)
}

func StringVar(p *string, name string, value string, usage string) {
	CommandLine.StringVar(p, name, value, usage)
}

func Float64Var(p *float64, name string, value float64, usage string) {
	CommandLine.Float64Var(p, name, value, usage)
}

func DurationVar(p *time.Duration, name string, value time.Duration, usage string) {
	CommandLine.DurationVar(p, name, value, usage)
}

//since 1.16
func Func(name, usage string, fn func(string) error) { CommandLine.Func(name, usage, fn) }

//since 1.21
func BoolFunc(name, usage string, fn func(string) error) { CommandLine.BoolFunc(name, usage, fn) }

// --- parsing -------------------------------------------------------------------------------------

func (f *FlagSet) failf(format string, a ...any) error {
	err := errors.New(f.sprintf(format, a...))
	f.usage()
	return err
}

func (f *FlagSet) usage() {
	switch {
	case f.Usage != nil:
		f.Usage()
	case f.main:
		Usage()
	default:
		f.defaultUsage()
	}
}

// one takes a flag off the arguments; false: there is none.
func (f *FlagSet) one() (bool, error) {
	if len(f.args) == 0 || len(f.args[0]) < 2 || f.args[0][0] != '-' {
		return false, nil
	}
	s := f.args[0]
	name := s[1:]
	if name[0] == '-' {
		name = name[1:]
		if name == "" {
			f.args = f.args[1:]
			return false, nil
		}
	}
	if name == "" || name[0] == '-' || name[0] == '=' {
		return false, f.failf("bad flag syntax: %s", s)
	}
	f.args = f.args[1:]
	name, value, hasValue := cut(name, "=")
	flag, ok := f.formal[name]
	if !ok {
		if name == "help" || name == "h" {
			f.usage()
			return false, ErrHelp
		}
		return false, f.failf("flag provided but not defined: -%s", name)
	}
	if isBool(flag.Value) {
		if !hasValue {
			value = "true"
		}
		if err := flag.Value.Set(value); err != nil {
			if hasValue {
				return false, f.failf("invalid boolean value %q for -%s: %v", value, name, err)
			}
			return false, f.failf("invalid boolean flag %s: %v", name, err)
		}
	} else {
		if !hasValue && len(f.args) > 0 {
			hasValue = true
			value, f.args = f.args[0], f.args[1:]
		}
		if !hasValue {
			return false, f.failf("flag needs an argument: -%s", name)
		}
		if err := flag.Value.Set(value); err != nil {
			return false, f.failf("invalid value %q for flag -%s: %v", value, name, err)
		}
	}
	if f.actual == nil {
		f.actual = map[string]*Flag{}
	}
	f.actual[name] = flag
	return true, nil
}

func (f *FlagSet) Parse(arguments []string) error {
	f.parsed = true
	f.args = arguments
	for {
		seen, err := f.one()
		if seen {
			continue
		}
		if err == nil {
			return nil
		}
		switch f.errors {
		case ContinueOnError:
			return err
		case ExitOnError:
			if err == ErrHelp {
				os.Exit(0)
			}
			os.Exit(2)
		case PanicOnError:
			panic(err)
		}
	}
}

func (f *FlagSet) Parsed() bool   { return f.parsed }
func (f *FlagSet) Args() []string { return f.args }
func (f *FlagSet) NArg() int      { return len(f.args) }
func (f *FlagSet) NFlag() int     { return len(f.actual) }

func (f *FlagSet) Arg(i int) string {
	if i < 0 || i >= len(f.args) {
		return ""
	}
	return f.args[i]
}

func (f *FlagSet) Lookup(name string) *Flag { return f.formal[name] }

func (f *FlagSet) Set(name, value string) error {
	flag, ok := f.formal[name]
	if !ok {
		return fmt.Errorf("no such flag -%v", name)
	}
	if err := flag.Value.Set(value); err != nil {
		return err
	}
	if f.actual == nil {
		f.actual = map[string]*Flag{}
	}
	f.actual[name] = flag
	return nil
}

func visit(flags map[string]*Flag, fn func(*Flag)) {
	var names []string
	for name := range flags {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fn(flags[name])
	}
}

func (f *FlagSet) VisitAll(fn func(*Flag)) { visit(f.formal, fn) }
func (f *FlagSet) Visit(fn func(*Flag))    { visit(f.actual, fn) }

func Parse()                       { CommandLine.Parse(os.Args[1:]) }
func Parsed() bool                 { return CommandLine.Parsed() }
func Args() []string               { return CommandLine.Args() }
func NArg() int                    { return CommandLine.NArg() }
func NFlag() int                   { return CommandLine.NFlag() }
func Arg(i int) string             { return CommandLine.Arg(i) }
func Lookup(name string) *Flag     { return CommandLine.Lookup(name) }
func Set(name, value string) error { return CommandLine.Set(name, value) }
func VisitAll(fn func(*Flag))      { CommandLine.VisitAll(fn) }
func Visit(fn func(*Flag))         { CommandLine.Visit(fn) }
func PrintDefaults()               { CommandLine.PrintDefaults() }

// --- the usage message ---------------------------------------------------------------------------

// UnquoteUsage finds the name of a flag's value: what stands in back quotes in its usage, or its kind.
func UnquoteUsage(flag *Flag) (name string, usage string) {
	usage = flag.Usage
	if before, rest, ok := cut(usage, "`"); ok {
		if quoted, after, ok := cut(rest, "`"); ok {
			return quoted, before + quoted + after
		}
	}
	switch flag.Value.(type) {
	case kept[time.Duration]:
		return "duration", usage
	case kept[float64]:
		return "float", usage
	case kept[int], kept[int64]:
		return "int", usage
	case kept[string]:
		return "string", usage
	case kept[uint], kept[uint64]:
		return "uint", usage
	}
	if isBool(flag.Value) {
		return "", usage
	}
	return "value", usage
}

func (f *FlagSet) PrintDefaults() {
	f.VisitAll(func(flag *Flag) {
		line := "  -" + flag.Name
		name, usage := UnquoteUsage(flag)
		if name != "" {
			line += " " + name
		}
		if len(line) <= 4 {
			line += "\t"
		} else {
			line += "\n    \t"
		}
		line += strings.ReplaceAll(usage, "\n", "\n    \t")
		switch flag.DefValue {
		case "", "0", "0s", "false":
		default:
			if _, ok := flag.Value.(kept[string]); ok {
				line += fmt.Sprintf(" (default %q)", flag.DefValue)
			} else {
				line += " (default " + flag.DefValue + ")"
			}
		}
		fmt.Fprint(f.Output(), line, "\n")
	})
}

// cut is strings.Cut, which is younger than this package.
func cut(s, sep string) (before, after string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
