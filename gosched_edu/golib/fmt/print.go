// Package fmt: formatted printing (fmt/print.go).
//
// A printer collects the text of all operands and writes it at once. Operands of basic types are
// told by a type switch; whatever else has no Error, String or Format method of its own is taken
// apart with reflect.
package fmt

import (
	"io"
	"os"
	"reflect"
	"unicode/utf8"
)

// State is the printer as a Formatter sees it.
type State interface {
	Write(b []byte) (n int, err error)
	Width() (wid int, ok bool)
	Precision() (prec int, ok bool)
	Flag(c int) bool
}

type Formatter interface {
	Format(f State, verb rune)
}

type Stringer interface {
	String() string
}

type GoStringer interface {
	GoString() string
}

type pp struct {
	flags
	buf       []byte
	arg       any           // the operand
	value     reflect.Value // the same, where it was reached by reflection
	reordered bool          // the format used indices like %[2]d
	goodIndex bool
	panicking bool // in catchPanic
	erroring  bool // in badVerb: no methods
	wrapErrs  bool // in Errorf: %w is allowed
	wrapped   []int
}

//op MOVN r a 2
func asString(b []byte) string

func (p *pp) Write(b []byte) (n int, err error) {
	p.buf = append(p.buf, b...)
	return len(b), nil
}

func (p *pp) WriteString(s string) (n int, err error) {
	p.str(s)
	return len(s), nil
}

func (p *pp) Width() (wid int, ok bool)      { return p.wid, p.hasWid }
func (p *pp) Precision() (prec int, ok bool) { return p.prec, p.hasPrec }

func (p *pp) Flag(c int) bool {
	switch c {
	case '-':
		return p.minus
	case '+':
		return p.plus || p.plusV
	case '#':
		return p.sharp || p.sharpV
	case ' ':
		return p.space
	case '0':
		return p.zero
	}
	return false
}

func Fprintf(w io.Writer, format string, a ...any) (n int, err error) {
	p := new(pp)
	p.doPrintf(format, a)
	return w.Write(p.buf)
}

func Printf(format string, a ...any) (n int, err error) { return Fprintf(os.Stdout, format, a...) }

func Sprintf(format string, a ...any) string {
	p := new(pp)
	p.doPrintf(format, a)
	return asString(p.buf)
}

func Fprint(w io.Writer, a ...any) (n int, err error) {
	p := new(pp)
	p.doPrint(a)
	return w.Write(p.buf)
}

func Print(a ...any) (n int, err error) { return Fprint(os.Stdout, a...) }

func Sprint(a ...any) string {
	p := new(pp)
	p.doPrint(a)
	return asString(p.buf)
}

func Fprintln(w io.Writer, a ...any) (n int, err error) {
	p := new(pp)
	p.doPrintln(a)
	return w.Write(p.buf)
}

func Println(a ...any) (n int, err error) { return Fprintln(os.Stdout, a...) }

func Sprintln(a ...any) string {
	p := new(pp)
	p.doPrintln(a)
	return asString(p.buf)
}

//since 1.19
func Append(b []byte, a ...any) []byte {
	p := &pp{buf: b}
	p.doPrint(a)
	return p.buf
}

//since 1.19
func Appendf(b []byte, format string, a ...any) []byte {
	p := &pp{buf: b}
	p.doPrintf(format, a)
	return p.buf
}

//since 1.19
func Appendln(b []byte, a ...any) []byte {
	p := &pp{buf: b}
	p.doPrintln(a)
	return p.buf
}

//since 1.20
func FormatString(state State, verb rune) string {
	s := "%"
	for _, c := range " +-#0" {
		if state.Flag(int(c)) {
			s += string(c)
		}
	}
	if w, ok := state.Width(); ok {
		s += Sprint(w)
	}
	if prec, ok := state.Precision(); ok {
		s += "." + Sprint(prec)
	}
	return s + string(verb)
}

// doPrint puts a space between two operands if neither is a string.
func (p *pp) doPrint(a []any) {
	wasString := false
	for i, arg := range a {
		isString := arg != nil && reflect.TypeOf(arg).Kind() == reflect.String
		if i > 0 && !isString && !wasString {
			p.byte(' ')
		}
		p.printArg(arg, 'v')
		wasString = isString
	}
}

func (p *pp) doPrintln(a []any) {
	for i, arg := range a {
		if i > 0 {
			p.byte(' ')
		}
		p.printArg(arg, 'v')
	}
	p.byte('\n')
}

func (p *pp) bad(verb rune, what string) {
	p.str("%!")
	p.str(string(verb))
	p.str(what)
}

func (p *pp) badVerb(verb rune) {
	p.erroring = true
	p.bad(verb, "(")
	switch {
	case p.arg != nil:
		p.typed(p.arg)
	case p.value.IsValid():
		p.str(p.value.Type().String())
		p.byte('=')
		p.printValue(p.value, 'v', 0)
	default:
		p.str("<nil>")
	}
	p.byte(')')
	p.erroring = false
}

// typed writes type=value.
func (p *pp) typed(arg any) {
	p.str(reflect.TypeOf(arg).String())
	p.byte('=')
	p.printArg(arg, 'v')
}

func (p *pp) printArg(arg any, verb rune) {
	p.arg = arg
	p.value = reflect.Value{}
	if arg == nil {
		if verb == 'T' || verb == 'v' {
			p.padSpaces("<nil>")
		} else {
			p.badVerb(verb)
		}
		return
	}
	switch verb {
	case 'T':
		p.fmtString(reflect.TypeOf(arg).String(), 's')
		return
	case 'p':
		p.fmtPointer(reflect.ValueOf(arg), 'p')
		return
	}
	switch f := arg.(type) {
	case string:
		p.fmtString(f, verb)
	case int:
		p.fmtInt(uint64(f), true, verb)
	case bool:
		p.fmtBool(f, verb)
	case float64:
		p.fmtFloat(f, 64, verb)
	case reflect.Value:
		if f.IsValid() && f.CanInterface() {
			p.arg = f.Interface()
			if p.handleMethods(verb) {
				return
			}
		}
		p.printValue(f, verb, 0)
	default:
		if !p.handleMethods(verb) {
			p.printValue(reflect.ValueOf(f), verb, 0)
		}
	}
}

// handleMethods lets the operand print itself, if it can.
func (p *pp) handleMethods(verb rune) (handled bool) {
	if p.erroring {
		return false
	}
	if verb == 'w' {
		if _, ok := p.arg.(error); !ok || !p.wrapErrs {
			p.badVerb(verb)
			return true
		}
		verb = 'v'
	}
	if f, ok := p.arg.(Formatter); ok {
		p.call(verb, "Format", func() { f.Format(p, verb) })
		return true
	}
	if p.sharpV {
		if s, ok := p.arg.(GoStringer); ok {
			p.call(verb, "GoString", func() { p.fmtString(s.GoString(), 's') })
			return true
		}
		return false
	}
	switch verb {
	case 'v', 's', 'x', 'X', 'q':
		switch v := p.arg.(type) {
		case error:
			p.call(verb, "Error", func() { p.fmtString(v.Error(), verb) })
			return true
		case Stringer:
			p.call(verb, "String", func() { p.fmtString(v.String(), verb) })
			return true
		}
	}
	return false
}

// call runs a method of the operand; a panic in it is printed in its place.
func (p *pp) call(verb rune, method string, f func()) {
	defer p.catchPanic(p.arg, verb, method)
	f()
}

func (p *pp) catchPanic(arg any, verb rune, method string) {
	err := recover()
	if err == nil {
		return
	}
	if v := reflect.ValueOf(arg); v.Kind() == reflect.Pointer && v.IsNil() {
		p.str("<nil>") // a method that did not expect nil
		return
	}
	if p.panicking {
		panic(err)
	}
	old := p.flags
	p.flags = flags{}
	p.bad(verb, "(PANIC="+method+" method: ")
	p.panicking = true
	p.printArg(err, 'v')
	p.panicking = false
	p.byte(')')
	p.flags = old
}

func (p *pp) fmtPointer(v reflect.Value, verb rune) {
	switch v.Kind() {
	case reflect.Chan, reflect.Func, reflect.Map, reflect.Pointer, reflect.Slice, reflect.UnsafePointer:
	default:
		p.badVerb(verb)
		return
	}
	u := uint64(v.Pointer())
	switch verb {
	case 'v':
		switch {
		case p.sharpV:
			p.byte('(')
			p.str(v.Type().String())
			p.str(")(")
			if u == 0 {
				p.str("nil")
			} else {
				p.fmt0x64(u, true)
			}
			p.byte(')')
		case u == 0:
			p.padSpaces("<nil>")
		default:
			p.fmt0x64(u, !p.sharp)
		}
	case 'p':
		p.fmt0x64(u, !p.sharp)
	case 'b', 'o', 'd', 'x', 'X':
		p.fmtInt(u, false, verb)
	default:
		p.badVerb(verb)
	}
}

// doPrintf goes through the format (print.go:doPrintf).
func (p *pp) doPrintf(format string, a []any) {
	argNum := 0
	afterIndex := false // an index like [3] came last
	for i := 0; i < len(format); {
		from := i
		for i < len(format) && format[i] != '%' {
			i++
		}
		if i > from {
			p.str(format[from:i])
		}
		if i >= len(format) {
			break
		}
		i++
		p.goodIndex = true
		p.flags = flags{}
		i = p.parseFlags(format, i)
		argNum, i, afterIndex = p.index(argNum, format, i, len(a))
		argNum, i, afterIndex = p.parseWidth(argNum, format, i, afterIndex, a)
		if i+1 < len(format) && format[i] == '.' {
			argNum, i, afterIndex = p.parsePrec(argNum, format, i+1, afterIndex, a)
		}
		if !afterIndex {
			argNum, i, afterIndex = p.index(argNum, format, i, len(a))
		}
		if i >= len(format) {
			p.str("%!(NOVERB)")
			break
		}
		verb, size := rune(format[i]), 1
		if verb >= utf8.RuneSelf {
			verb, size = utf8.DecodeRuneInString(format[i:])
		}
		i += size
		switch {
		case verb == '%':
			p.byte('%')
		case !p.goodIndex:
			p.bad(verb, "(BADINDEX)")
		case argNum >= len(a):
			p.bad(verb, "(MISSING)")
		default:
			if verb == 'w' {
				p.wrapped = append(p.wrapped, argNum)
			}
			if verb == 'v' || verb == 'w' {
				p.sharpV, p.sharp = p.sharp, false
				p.plusV, p.plus = p.plus, false
			}
			p.printArg(a[argNum], verb)
			argNum++
		}
	}
	if !p.reordered && argNum < len(a) {
		p.extra(a[argNum:])
	}
}

func (p *pp) extra(a []any) {
	p.flags = flags{}
	p.str("%!(EXTRA ")
	for i, arg := range a {
		if i > 0 {
			p.str(", ")
		}
		if arg == nil {
			p.str("<nil>")
		} else {
			p.typed(arg)
		}
	}
	p.byte(')')
}

func (p *pp) parseFlags(format string, i int) int {
	for ; i < len(format); i++ {
		switch format[i] {
		case '#':
			p.sharp = true
		case '0':
			p.zero = true
		case '+':
			p.plus = true
		case '-':
			p.minus = true
		case ' ':
			p.space = true
		default:
			return i
		}
	}
	return i
}

// index reads [n].
func (p *pp) index(argNum int, format string, i, numArgs int) (int, int, bool) {
	if i >= len(format) || format[i] != '[' {
		return argNum, i, false
	}
	p.reordered = true
	for j := i + 1; j < len(format); j++ {
		if format[j] != ']' {
			continue
		}
		n, ok, end := number(format[:j], i+1)
		ok = ok && end == j
		if ok && n >= 1 && n <= numArgs {
			return n - 1, j + 1, true
		}
		p.goodIndex = false
		return argNum, j + 1, ok
	}
	p.goodIndex = false
	return argNum, i + 1, false
}

const tooLarge = 1000000

// number reads digits from s[i:].
func number(s string, i int) (n int, ok bool, end int) {
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		if n > tooLarge {
			return 0, false, len(s)
		}
		n = n*10 + int(s[i]-'0')
		ok = true
	}
	return n, ok, i
}

func (p *pp) parseWidth(argNum int, format string, i int, afterIndex bool, a []any) (int, int, bool) {
	if i < len(format) && format[i] == '*' {
		p.wid, p.hasWid, argNum = intArg(a, argNum)
		if !p.hasWid {
			p.str("%!(BADWIDTH)")
		}
		if p.wid < 0 {
			p.wid = -p.wid
			p.minus = true
			p.zero = false
		}
		return argNum, i + 1, false
	}
	p.wid, p.hasWid, i = number(format, i)
	if afterIndex && p.hasWid {
		p.goodIndex = false
	}
	return argNum, i, afterIndex
}

func (p *pp) parsePrec(argNum int, format string, i int, afterIndex bool, a []any) (int, int, bool) {
	if afterIndex {
		p.goodIndex = false
	}
	argNum, i, afterIndex = p.index(argNum, format, i, len(a))
	if i < len(format) && format[i] == '*' {
		p.prec, p.hasPrec, argNum = intArg(a, argNum)
		if p.prec < 0 {
			p.prec, p.hasPrec = 0, false
		}
		if !p.hasPrec {
			p.str("%!(BADPREC)")
		}
		return argNum, i + 1, false
	}
	p.prec, p.hasPrec, i = number(format, i)
	if !p.hasPrec {
		p.prec, p.hasPrec = 0, true
	}
	return argNum, i, afterIndex
}

// intArg takes a width or precision from the operands.
func intArg(a []any, argNum int) (n int, ok bool, next int) {
	if argNum >= len(a) {
		return 0, false, argNum
	}
	switch v := reflect.ValueOf(a[argNum]); v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok = int(v.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n = int(v.Uint())
		ok = n >= 0
	}
	if n > tooLarge || n < -tooLarge {
		n, ok = 0, false
	}
	return n, ok, argNum + 1
}
