// print and println: what the compiler calls for each operand. They write to standard error,
// one write for each operand, as Go's do.
package runtime

import "unsafe"

//op LDI t 2; WRITE t a
func printstring(s string)

//op MOV r a
func asFloat(w uintptr) float64

//op MOV r a
func pointer(w uintptr) unsafe.Pointer

func printsp() { printstring(" ") }
func printnl() { printstring("\n") }

func printbool(b bool) {
	if b {
		printstring("true")
	} else {
		printstring("false")
	}
}

// itoa writes v in decimal.
func itoa(v int) string {
	if v < 0 {
		return "-" + utoa(uint64(-v), 10)
	}
	return utoa(uint64(v), 10)
}

func utoa(v uint64, base uint64) string {
	b := make([]byte, 20)
	i := len(b)
	for {
		i--
		b[i] = "0123456789abcdef"[v%base]
		v /= base
		if v == 0 {
			break
		}
	}
	return bytesAsString(b[i:])
}

func printint(v int64)       { printstring(itoa(int(v))) }
func printuint(v uint64)     { printstring(utoa(v, 10)) }
func printhex(v uint64)      { printstring("0x" + utoa(v, 16)) }
func printpointer(p uintptr) { printhex(uint64(p)) }

func printslice(addr uintptr, length, capacity int) {
	printstring("[" + itoa(length) + "/" + itoa(capacity) + "]")
	printpointer(addr)
}

func printeface(v any) {
	t, data := word2(v)
	printstring("(")
	printpointer(t)
	printstring(",")
	printpointer(data)
	printstring(")")
}

//op MOV r a; MOV r+1 a+1
func word2(v any) (uintptr, uintptr)

//until 1.27
func printcomplex(c complex128) {
	printstring("(")
	printfloat(real(c))
	printfloat(imag(c))
	printstring("i)")
}

// printfloat writes seven digits and an exponent of three, of two in Go 1.26. Later versions: float.go.
//
//until 1.27
func printfloat(v float64) {
	switch {
	case v != v:
		printstring("NaN")
		return
	case v+v == v && v > 0:
		printstring("+Inf")
		return
	case v+v == v && v < 0:
		printstring("-Inf")
		return
	}
	const digits = 7
	b := make([]byte, digits+7)
	b[0] = '+'
	e := 0
	if v < 0 || v == 0 && 1/v < 0 {
		v = -v
		b[0] = '-'
	}
	if v != 0 {
		for v >= 10 {
			e++
			v /= 10
		}
		for v < 1 {
			e--
			v *= 10
		}
		h := 5.0
		for i := 0; i < digits; i++ {
			h /= 10
		}
		v += h
		if v >= 10 {
			e++
			v /= 10
		}
	}
	for i := 0; i < digits; i++ {
		s := int(v)
		b[i+2] = byte(s + '0')
		v = (v - float64(s)) * 10
	}
	b[1] = b[2]
	b[2] = '.'
	b[digits+2] = 'e'
	b[digits+3] = '+'
	if e < 0 {
		e = -e
		b[digits+3] = '-'
	}
	b[digits+4] = byte(e/100 + '0')
	if goMinor() >= 26 && e < 100 { // strconv's exponents
		b = append(b[:digits+4], 0, 0)
	}
	b[len(b)-2] = byte(e/10%10 + '0')
	b[len(b)-1] = byte(e%10 + '0')
	printstring(bytesAsString(b))
}
