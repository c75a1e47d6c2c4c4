// What lies where in the source, and stacks as text (symtab.go, extern.go, traceback.go).
//
// A program counter is textBase plus 4 for each instruction before it. pclntab is made by the compiler
// for programs that use it; golang/symtab.py describes it.
package runtime

import "unsafe"

const (
	textBase   = 0x401000
	headerLen  = 9
	callLen    = 8
	funcLen    = 5
	goexitPC   = textBase - 8 // the address to which a goroutine's function returns
	maxFrames  = 50           // traceback.go: tracebackInnerFrames
	symHidden  = 1
	symWrapper = 2
	symArgs    = 4
)

var pclntab struct {
	at  *[1 << 30]int
	len int
}

// frame reads frame number depth of goroutine number g (-1: this one), or its header.
//
//op FRAME r 6 a
func frame(g, depth int) (pc, fn, a, b, op, since int)

func pcln(i int) int { return pclntab.at[i] }

// symText is a piece of the table's letters.
func symText(at, n int) string {
	b := make([]byte, n)
	start := pcln(3)
	for i := range b {
		b[i] = byte(pcln(start+(at+i)>>3) >> ((at + i) & 7 * 8))
	}
	return string(b)
}

func symPair(i int) string { return symText(pcln(i), pcln(i+1)) }

// symFunc is the number of the function that holds an instruction.
func symFunc(pc int) int {
	low, high := 0, pcln(0)-1
	for low < high {
		middle := (low + high + 1) >> 1
		if pcln(headerLen+middle*funcLen) <= pc {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

func symFlags(fn int) int   { return pcln(headerLen+fn*funcLen+1) & 0xff }
func symName(fn int) string { return symPair(headerLen + fn*funcLen + 3) }
func symLine(pc int) int    { return pcln(pcln(2)+pc>>2) >> (pc & 3 * 16) & 0xffff }

// symFile is the file of a function: that of the program, or of the library.
func symFile(fn int) string {
	n := pcln(headerLen+fn*funcLen+1) >> 8
	file := symPair(pcln(4) + 2*n)
	if n > 0 {
		return GOROOT() + "/src/" + file
	}
	return file
}

// A Func is a function of the program.
type Func struct{ fn int }

// FuncForPC finds the function of a program counter; the address of a function value does as well.
func FuncForPC(pc uintptr) *Func {
	if pc >= 0xC000000000 {
		pc = textBase + 4*uintptr(pcln(headerLen+*(*int)(unsafe.Pointer(pc))*funcLen))
	}
	if pc == goexitPC || pc == goexitPC+4-1 {
		return &Func{-1}
	}
	if pc < textBase || pc >= uintptr(textBase+4*pcln(1)) {
		return nil
	}
	return &Func{symFunc(int(pc-textBase) >> 2)}
}

func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if f.fn < 0 {
		return "runtime.goexit"
	}
	return symName(f.fn)
}

func (f *Func) Entry() uintptr {
	if f.fn < 0 {
		return goexitPC
	}
	return uintptr(textBase + 4*pcln(headerLen+f.fn*funcLen))
}

func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if f.fn < 0 {
		return GOROOT() + "/src/runtime/asm_amd64.s", 1268
	}
	at := int(pc-textBase) >> 2
	if at == pcln(headerLen+f.fn*funcLen) {
		return symFile(f.fn), pcln(headerLen + f.fn*funcLen + 2)
	}
	return symFile(f.fn), symLine(at)
}

// Frames goes through the frames of a slice that Callers has filled in.
type Frames struct{ callers []uintptr }

type Frame struct {
	PC       uintptr
	Func     *Func
	Function string
	File     string
	Line     int
	Entry    uintptr
}

func CallersFrames(callers []uintptr) *Frames { return &Frames{callers} }

func (f *Frames) Next() (frame Frame, more bool) {
	if len(f.callers) == 0 {
		return
	}
	pc := f.callers[0]
	f.callers = f.callers[1:]
	more = len(f.callers) > 0
	fun := FuncForPC(pc - 1)
	if fun == nil {
		return Frame{PC: pc}, more
	}
	file, line := fun.FileLine(pc - 1)
	if fun.fn >= 0 {
		line = symLine(int(pc-1-textBase) >> 2) // also of a function's first instruction
	}
	return Frame{pc - 1, fun, fun.Name(), file, line, fun.Entry()}, more
}

// Stack writes the trace of this goroutine, and of all others behind it if asked to.
func Stack(buf []byte, all bool) int {
	n := copy(buf, traceback(-1))
	for g := 0; all && n < len(buf); g++ {
		goid, status, _, _, _, _ := frame(g, -1)
		if status < 0 {
			break
		}
		if goid > 0 && goid != stat(statGoid) {
			n += copy(buf[n:], "\n"+traceback(g))
		}
	}
	return n
}

// traceback is the text of one goroutine, as in a dump of a program that dies.
func traceback(g int) string {
	goid, status, reason, parent, made, since := frame(g, -1)
	state := "running"
	switch status & 15 {
	case 1:
		state = "runnable"
	case 2:
		if g >= 0 {
			state = "runnable" // the world stands still
		}
	case 3:
		state = "syscall"
	case 4:
		state = symPair(pcln(5) + 2*reason)
		if minutes := since / 60e9; minutes > 0 {
			state += ", " + itoa(minutes) + " minutes"
		}
	}
	if status >= 16 {
		state += ", locked to thread"
	}
	text := "goroutine " + itoa(goid) + " [" + state + "]:\n"
	total := 0
	for depth := 0; ; depth++ {
		at, fn, _, _, op, _ := frame(g, depth)
		if at < 0 {
			break
		}
		if shown(g, fn, op, total) {
			total++
		}
	}
	seen := 0
	for depth := 0; seen < total; depth++ {
		at, fn, a, b, op, _ := frame(g, depth)
		if !shown(g, fn, op, seen) {
			continue
		}
		seen++
		if total > 2*maxFrames && seen > maxFrames && seen <= total-maxFrames {
			if seen == maxFrames+1 {
				text += "..." + itoa(total-2*maxFrames) + " frames elided...\n"
			}
			continue
		}
		flags := symFlags(fn)
		name, args := symName(fn), "()"
		place := "\n\t" + symFile(fn) + ":" + itoa(symLine(at)) + "\n"
		if seen == 1 && g >= 0 {
			text += called(op, name)
		}
		if op == pcln(8) && seen > 1 {
			name, args = "panic", "({"+hex(a)+"?, "+hex(b)+"?})"
		} else if flags&symArgs != 0 {
			args = "(...)"
		}
		if begin := "sync.(*Mutex)."; goMinor() >= 24 && hasPrefix(name, begin) {
			// it only delegates: kernel/expanded.py
			text += "internal/" + name + args + place
			if c := name[len(begin)]; c >= 'a' {
				continue
			}
		}
		text += name + args + place
	}
	if parent > 0 {
		fn := symFunc(made)
		text += "created by " + symName(fn)
		if goMinor() >= 21 {
			text += " in goroutine " + itoa(parent)
		}
		text += "\n\t" + symFile(fn) + ":" + itoa(symLine(made)) + "\n"
	}
	return text
}

func hex(x int) string { return "0x" + utoa(uint64(x), 16) }

func hasPrefix(s, begin string) bool { return len(s) >= len(begin) && s[:len(begin)] == begin }

// called is the frame of the call that real Go makes where there is an instruction: kernel/expanded.py.
func called(op int, function string) string {
	at := pcln(6)
	for range pcln(7) {
		if pcln(at) == op && goMinor() >= pcln(at+1) && hasPrefix(function, symPair(at+2)) {
			return symPair(at+4) + "(...)\n\t" + GOROOT() + "/src/" + symPair(at+6) + "\n"
		}
		at += callLen
	}
	return ""
}

// shown says whether a frame is in the text; n are shown already. What panics has run deferred calls.
func shown(g, fn, op, n int) bool {
	if op == pcln(8) && n > 0 {
		return true
	}
	return symFlags(fn)&symHidden == 0 && !(g < 0 && n == 0 && symName(fn) == "runtime.Stack")
}
