// Package bytes: package strings for slices of bytes, and a buffer.
//
// A []byte and a string have one layout, so most functions here look at the slice as a string.
package bytes

import "strings"

//op MOVN r a 2
func asString(b []byte) string

// part is the piece of b that s, which lies in it at i, stands for.
func part(b []byte, i int, s string) []byte { return b[i : i+len(s) : i+len(s)] }

func Equal(a, b []byte) bool       { return asString(a) == asString(b) }
func Compare(a, b []byte) int      { return strings.Compare(asString(a), asString(b)) }
func EqualFold(s, t []byte) bool   { return strings.EqualFold(asString(s), asString(t)) }
func Index(s, sep []byte) int      { return strings.Index(asString(s), asString(sep)) }
func LastIndex(s, sep []byte) int  { return strings.LastIndex(asString(s), asString(sep)) }
func Count(s, sep []byte) int      { return strings.Count(asString(s), asString(sep)) }
func Contains(b, sub []byte) bool  { return Index(b, sub) >= 0 }
func HasPrefix(s, pre []byte) bool { return strings.HasPrefix(asString(s), asString(pre)) }
func HasSuffix(s, suf []byte) bool { return strings.HasSuffix(asString(s), asString(suf)) }

func IndexByte(b []byte, c byte) int            { return strings.IndexByte(asString(b), c) }
func LastIndexByte(b []byte, c byte) int        { return strings.LastIndexByte(asString(b), c) }
func IndexRune(b []byte, r rune) int            { return strings.IndexRune(asString(b), r) }
func IndexAny(b []byte, chars string) int       { return strings.IndexAny(asString(b), chars) }
func ContainsAny(b []byte, chars string) bool   { return IndexAny(b, chars) >= 0 }
func ContainsRune(b []byte, r rune) bool        { return IndexRune(b, r) >= 0 }
func IndexFunc(b []byte, f func(rune) bool) int { return strings.IndexFunc(asString(b), f) }

//since 1.20
func Clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}

func ToUpper(s []byte) []byte { return []byte(strings.ToUpper(asString(s))) }
func ToLower(s []byte) []byte { return []byte(strings.ToLower(asString(s))) }

func Map(mapping func(rune) rune, s []byte) []byte {
	return []byte(strings.Map(mapping, asString(s)))
}

func Repeat(b []byte, count int) []byte { return []byte(strings.Repeat(asString(b), count)) }

func ReplaceAll(s, old, new []byte) []byte { return Replace(s, old, new, -1) }

func Replace(s, old, new []byte, n int) []byte {
	return []byte(strings.Replace(asString(s), asString(old), asString(new), n))
}

func Join(s [][]byte, sep []byte) []byte {
	b := []byte{}
	for i, p := range s {
		if i > 0 {
			b = append(b, sep...)
		}
		b = append(b, p...)
	}
	return b
}

// pieces finds where the parts of b lie; sep bytes are between two.
func pieces(b []byte, parts []string, sep int) [][]byte {
	if parts == nil {
		return nil
	}
	out := make([][]byte, len(parts))
	at := 0
	for i, s := range parts {
		out[i] = part(b, at, s)
		at += len(s) + sep
	}
	return out
}

func Split(s, sep []byte) [][]byte { return SplitN(s, sep, -1) }

func SplitN(s, sep []byte, n int) [][]byte {
	return pieces(s, strings.SplitN(asString(s), asString(sep), n), len(sep))
}

func Fields(s []byte) [][]byte {
	var out [][]byte
	for _, f := range strings.Fields(asString(s)) {
		out = append(out, []byte(f))
	}
	return out
}

//since 1.18
func Cut(s, sep []byte) (before, after []byte, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, nil, false
}

// within cuts b to what trimming it as a string has left.
func within(b []byte, left, both string) []byte {
	i := len(b) - len(left)
	return b[i : i+len(both)]
}

func TrimFunc(s []byte, f func(rune) bool) []byte {
	left := strings.TrimLeftFunc(asString(s), f)
	return within(s, left, strings.TrimRightFunc(left, f))
}

func Trim(s []byte, cutset string) []byte {
	left := strings.TrimLeft(asString(s), cutset)
	return within(s, left, strings.TrimRight(left, cutset))
}

func TrimSpace(s []byte) []byte {
	s = Trim(s, "\t\n\v\f\r \u0085\u00a0")
	if len(s) == 0 {
		return nil
	}
	return s
}

func TrimLeft(s []byte, cutset string) []byte {
	left := strings.TrimLeft(asString(s), cutset)
	return within(s, left, left)
}

func TrimRight(s []byte, cutset string) []byte {
	return s[:len(strings.TrimRight(asString(s), cutset))]
}

func TrimPrefix(s, prefix []byte) []byte {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}

func TrimSuffix(s, suffix []byte) []byte {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

func LastIndexAny(b []byte, chars string) int       { return strings.LastIndexAny(asString(b), chars) }
func LastIndexFunc(b []byte, f func(rune) bool) int { return strings.LastIndexFunc(asString(b), f) }

//since 1.21
func ContainsFunc(b []byte, f func(rune) bool) bool { return IndexFunc(b, f) >= 0 }

func Runes(s []byte) []rune             { return []rune(asString(s)) }
func Title(s []byte) []byte             { return []byte(strings.Title(asString(s))) }
func ToTitle(s []byte) []byte           { return []byte(strings.ToTitle(asString(s))) }
func SplitAfter(s, sep []byte) [][]byte { return SplitAfterN(s, sep, -1) }

func ToValidUTF8(s, replacement []byte) []byte {
	return []byte(strings.ToValidUTF8(asString(s), asString(replacement)))
}

func SplitAfterN(s, sep []byte, n int) [][]byte {
	return pieces(s, strings.SplitAfterN(asString(s), asString(sep), n), 0)
}

func FieldsFunc(s []byte, f func(rune) bool) [][]byte {
	var out [][]byte
	for _, p := range strings.FieldsFunc(asString(s), f) {
		out = append(out, []byte(p))
	}
	return out
}

//since 1.20
func CutPrefix(s, prefix []byte) (after []byte, found bool) {
	if !HasPrefix(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

//since 1.20
func CutSuffix(s, suffix []byte) (before []byte, found bool) {
	if !HasSuffix(s, suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

func TrimLeftFunc(s []byte, f func(rune) bool) []byte {
	left := strings.TrimLeftFunc(asString(s), f)
	return within(s, left, left)
}

func TrimRightFunc(s []byte, f func(rune) bool) []byte {
	return s[:len(strings.TrimRightFunc(asString(s), f))]
}
