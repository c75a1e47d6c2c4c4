// Strings and their conversions (string.go, utf8.go).
//
// A byte of a string is one word of memory, and so is an element of a []byte: the two share
// their layout, and a conversion is one copy. Invariant: nobody writes to a string's memory
// once the string has been seen.
package runtime

import "unsafe"

const runeError = '\uFFFD'

// bytesAsString is the string that lies in b's memory.
//
//op MOVN r a 2
func bytesAsString(b []byte) string

// cmpstring is -1, 0 or 1.
//
//op SCMP r a b
func cmpstring(a, b string) int

// dataOf is the address of a string's first byte.
//
//op MOV r a
func dataOf(s string) unsafe.Pointer

// concat joins the operands of a chain of +.
func concat(parts ...string) string {
	n, last := 0, ""
	full := 0
	for _, s := range parts {
		if len(s) > 0 {
			n += len(s)
			last = s
			full++
		}
	}
	if full < 2 {
		return last
	}
	b := make([]byte, n)
	at := 0
	for _, s := range parts {
		at += copy(b[at:], s)
	}
	return bytesAsString(b)
}

func stringtoslicebyte(s string) []byte {
	b := make([]byte, len(s), roundupsize(len(s), true))
	copy(b, s)
	return b
}

func slicebytetostring(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	c := make([]byte, len(b))
	copy(c, b)
	return bytesAsString(c)
}

func stringtoslicerune(s string) []rune {
	n := 0
	for range s {
		n++
	}
	out := make([]rune, n, roundupsize(n*4, true)/4)
	i := 0
	for _, r := range s {
		out[i] = r
		i++
	}
	return out
}

func slicerunetostring(runes []rune) string {
	b := make([]byte, 0, len(runes))
	for _, r := range runes {
		b = appendrune(b, r)
	}
	return bytesAsString(b)
}

// intstring is string(rune).
func intstring(v int64) string {
	if int64(rune(v)) != v {
		v = runeError
	}
	return bytesAsString(appendrune(make([]byte, 0, 4), rune(v)))
}

func appendrune(b []byte, r rune) []byte {
	if uint32(r) < 0x80 {
		return append(b, byte(r))
	}
	if r < 0 || r > 0x10FFFF || r >= 0xD800 && r <= 0xDFFF {
		r = runeError
	}
	switch {
	case r < 0x800:
		return append(b, 0xC0|byte(r>>6), 0x80|byte(r)&0x3F)
	case r < 0x10000:
		return append(b, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return append(b, 0xF0|byte(r>>18), 0x80|byte(r>>12)&0x3F, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
}
