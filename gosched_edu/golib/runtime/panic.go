// Panics: how they start, and how a program dies of one.
//
// Unwinding (deferred calls, recover, Goexit) is the kernel's. Here are its two ends. When
// an instruction faults, the kernel calls one of the handlers below as goPanicIndex is called
// in Go: two words say what was wrong, and the handler panics with Go's own error value. When
// no deferred call is left, the kernel calls fatalpanic, which prints the chain of panics
// (panic.go:printpanics) and ends the program; the kernel adds the traceback.
//
// The compiler calls gopanic for panic(v), panicdottype* for failed type assertions.
package runtime

import "internal/abi"

//op PANIC a
func dopanic(v any)

//op THROW a
func throw(text string)

// panicinfo returns the i-th panic under way, oldest first; typ is -1 behind the last.
//
//op PANICINFO r 4 a
func panicinfo(i int) (typ, data uintptr, recovered, goexit int)

// All have one address, as zero-sized objects in Go: a second panic(nil) is the same panic again.
var panicNil = new(PanicNilError)

func gopanic(v any) {
	if v == nil && goMinor() >= 21 {
		v = panicNil
	}
	dopanic(v)
}

// The handlers of faults. The number is the fault's in kernel/faults.py.

func panicdivide(a, b int)       { dopanic(errorString("integer divide by zero")) }      // 1
func panicshift(a, b int)        { dopanic(errorString("negative shift amount")) }       // 2
func panicmem(a, b int)          { dopanic(memoryError) }                                  // 3
func panicsend(a, b int)         { dopanic(plainError("send on closed channel")) }       // 4
func panicclosed(a, b int)       { dopanic(plainError("close of closed channel")) }      // 5
func panicclosenil(a, b int)     { dopanic(plainError("close of nil channel")) }         // 6
func panicmakechan(a, b int)     { dopanic(plainError("makechan: size out of range")) }  // 7
func panicIndex(x, y int)        { dopanic(boundsError{x, y, boundsIndex}) }             // 8
func panicSliceB(x, y int)       { dopanic(boundsError{x, y, boundsSliceB}) }            // 9
func panicSliceAcap(x, y int)    { dopanic(boundsError{x, y, boundsSliceAcap}) }         // 10
func panicmakeslice(a, b int)    { dopanic(errorString("makeslice: len out of range")) } // 11
func panicSliceAlen(x, y int)    { dopanic(boundsError{x, y, boundsSliceAlen}) }
func panicSlice3Alen(x, y int)   { dopanic(boundsError{x, y, boundsSlice3Alen}) }
func panicSlice3Acap(x, y int)   { dopanic(boundsError{x, y, boundsSlice3Acap}) }
func panicSlice3B(x, y int)      { dopanic(boundsError{x, y, boundsSlice3B}) }
func panicSlice3C(x, y int)      { dopanic(boundsError{x, y, boundsSlice3C}) }
func panicSliceConvert(x, y int) { dopanic(boundsError{x, y, boundsConvert}) }
func panicmakeslicecap(a, b int) { dopanic(errorString("makeslice: cap out of range")) }
func panicnilmap()               { dopanic(plainError("assignment to entry in nil map")) }
func panicunsafe(text string)    { dopanic(errorString(text)) }

// panicdottypeE: iface.(want) where the value has another type, or none.
func panicdottypeE(have, want, iface *_type) {
	dopanic(&TypeAssertionError{iface, have, want, ""})
}

// typeassertpanic is the same where the asserted type is an interface, or the static type
// of the value is not known.
func typeassertpanic(have, want *_type, missing string) {
	dopanic(&TypeAssertionError{nil, have, want, missing})
}

// panicrangestate: an iterator function called a loop body that it must not call (state 0: the
// body asked it to stop; 2: the body panicked; 3: the loop is over), or swallowed its panic (4).
func panicrangestate(state int) {
	text := "recovered a loop body panic and did not resume panicking"
	switch state {
	case 0:
		text = "continued iteration after function for loop body returned false"
	case 2:
		text = "continued iteration after loop body panic"
	case 3:
		text = "continued iteration after whole loop exit"
	}
	panic(errorString("range function " + text))
}

// panicwrap: a value method called through a nil pointer.
func panicwrap(typ, method string) {
	short := typ
	for i := 0; i < len(typ); i++ {
		if typ[i] == '.' {
			short = typ[i+1:]
		}
	}
	dopanic(plainError("value method " + typ + "." + method + " called using nil *" + short + " pointer"))
}

// A panicking is one entry of the chain that fatalpanic prints.
type panicking struct {
	typ        *_type
	arg        any
	recovered  bool
	goexit     bool
	repanicked bool
}

// fatalpanic prints the panics that nobody recovered and ends the program.
func fatalpanic(a, b int) {
	var chain []panicking
	for i := 0; ; i++ {
		typ, data, recovered, goexit := panicinfo(i)
		if int(typ) == -1 {
			break
		}
		t := typeAt(typ)
		chain = append(chain, panicking{t, abi.MakeAny(t, data), recovered != 0, goexit != 0, false})
	}
	preprintpanics(chain)
	for i := range chain {
		printpanic(chain, i)
	}
	for _, p := range chain {
		if p.arg == any(memoryError) { // the goroutine remembers its signal, also when the panic was recovered
			printstring("[signal SIGSEGV: segmentation violation]\n")
			break
		}
	}
	throw("")
}

//op MOV r a
func typeAt(addr uintptr) *_type

// preprintpanics marks what was panicked with again. Go's texts do so since 1.25.
func preprintpanics(chain []panicking) {
	if goMinor() < 25 {
		return
	}
	for i := 1; i < len(chain); i++ {
		p, q := &chain[i-1], &chain[i]
		p.repanicked = p.typ == q.typ && abi.DataOf(p.arg) == abi.DataOf(q.arg) && !p.goexit
	}
}

type stringer interface{ String() string }

func printpanic(chain []panicking, i int) {
	p := &chain[i]
	if i > 0 && chain[i-1].repanicked {
		return
	}
	if i > 0 && !chain[i-1].goexit {
		printstring("\t")
	}
	if p.goexit {
		return
	}
	text, isText := panictext(p.arg)
	printstring("panic: ")
	if isText {
		printindented(text)
	} else {
		printpanicval(p.arg)
	}
	// The marks belong to this panic, even where its text stands for the next one too.
	if p.recovered && p.repanicked {
		printstring(" [recovered, repanicked]")
	} else if p.recovered {
		printstring(" [recovered]")
	}
	printstring("\n")
}

// panictext calls the Error or String method of a panic value. A panic in there is fatal.
func panictext(v any) (text string, ok bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case string:
			throw("panic while printing panic value: " + r)
		default:
			throw("panic while printing panic value: type " + abi.TypeOf(r).Name)
		}
	}()
	switch v := v.(type) {
	case error:
		return v.Error(), true
	case stringer:
		return v.String(), true
	}
	return "", false
}

// printpanicval prints a panic value as print would; of named types with their name.
func printpanicval(v any) {
	t := abi.TypeOf(v)
	if t == nil {
		printstring("nil")
		return
	}
	open, shut := "", ""
	if qualified(t.Name) {
		open, shut = t.Name+"(", ")"
	}
	w := abi.DataOf(v)
	switch k := t.Kind; {
	case k == abi.String:
		s := *(*string)(pointer(w))
		if open != "" {
			open, shut = open+`"`, `"`+shut
		}
		printstring(open)
		printindented(s)
	case k == abi.Bool:
		printstring(open)
		printbool(w != 0)
	case k >= abi.Int && k <= abi.Int64:
		printstring(open)
		printint(int64(w))
	case k >= abi.Uint && k <= abi.Uintptr:
		printstring(open)
		printuint(uint64(w))
	case k == abi.Float32 || k == abi.Float64:
		printstring(open)
		printfloat(asFloat(w))
	case k == abi.Complex64 || k == abi.Complex128:
		if shut != "" {
			open, shut = t.Name, ""
		}
		printstring(open)
		printcomplex(*(*complex128)(pointer(w)))
	default:
		shut = ""
		printstring("(" + t.Name + ") ")
		printpointer(w)
	}
	printstring(shut)
}

// qualified tells main.T from string: both are named.
func qualified(name string) bool {
	for i := 0; i < len(name); i++ {
		if name[i] == '.' {
			return true
		}
	}
	return false
}

func printindented(s string) {
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			printstring(s[from : i+1])
			printstring("\t")
			from = i + 1
		}
	}
	printstring(s[from:])
}
