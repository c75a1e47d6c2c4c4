// Package strings: searching, splitting and changing strings.
//
// Comparing two strings is one instruction, so searching tries each place where the first byte fits.
package strings

import (
	"unicode"
	"unicode/utf8"
)

//op MOVN r a 2
func asString(b []byte) string

//op SCMP r a b
func Compare(a, b string) int

func HasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

func HasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

func Clone(s string) string { return string([]byte(s)) }

func Index(s, substr string) int {
	n := len(substr)
	if n == 0 {
		return 0
	}
	c := substr[0]
	for i := 0; i+n <= len(s); i++ {
		if s[i] == c && s[i:i+n] == substr {
			return i
		}
	}
	return -1
}

func LastIndex(s, substr string) int {
	n := len(substr)
	for i := len(s) - n; i >= 0; i-- {
		if s[i:i+n] == substr {
			return i
		}
	}
	return -1
}

func IndexByte(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func LastIndexByte(s string, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func IndexRune(s string, r rune) int {
	if !utf8.ValidRune(r) {
		return -1
	}
	for i, c := range s {
		if c == r {
			return i
		}
	}
	return -1
}

func IndexFunc(s string, f func(rune) bool) int {
	for i, c := range s {
		if f(c) {
			return i
		}
	}
	return -1
}

func LastIndexFunc(s string, f func(rune) bool) int {
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
		if f(r) {
			return i
		}
	}
	return -1
}

func IndexAny(s, chars string) int {
	for i, c := range s {
		if IndexRune(chars, c) >= 0 {
			return i
		}
	}
	return -1
}

func LastIndexAny(s, chars string) int {
	return LastIndexFunc(s, func(r rune) bool { return IndexRune(chars, r) >= 0 })
}

func Contains(s, substr string) bool     { return Index(s, substr) >= 0 }
func ContainsRune(s string, r rune) bool { return IndexRune(s, r) >= 0 }
func ContainsAny(s, chars string) bool   { return IndexAny(s, chars) >= 0 }

//since 1.21
func ContainsFunc(s string, f func(rune) bool) bool { return IndexFunc(s, f) >= 0 }

func Count(s, substr string) (n int) {
	if substr == "" {
		return utf8.RuneCountInString(s) + 1
	}
	for {
		i := Index(s, substr)
		if i < 0 {
			return
		}
		n++
		s = s[i+len(substr):]
	}
}

//since 1.18
func Cut(s, sep string) (before, after string, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

//since 1.20
func CutPrefix(s, prefix string) (after string, found bool) {
	if !HasPrefix(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

//since 1.20
func CutSuffix(s, suffix string) (before string, found bool) {
	if !HasSuffix(s, suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

func Split(s, sep string) []string              { return split(s, sep, 0, -1) }
func SplitN(s, sep string, n int) []string      { return split(s, sep, 0, n) }
func SplitAfter(s, sep string) []string         { return split(s, sep, len(sep), -1) }
func SplitAfterN(s, sep string, n int) []string { return split(s, sep, len(sep), n) }

// split keeps so many bytes of each separator.
func split(s, sep string, keep, n int) []string {
	if n == 0 {
		return nil
	}
	parts := []string{}
	for s != "" && len(parts) != n-1 || sep != "" && len(parts) != n-1 {
		i := Index(s, sep)
		if sep == "" {
			_, i = utf8.DecodeRuneInString(s)
			if i == len(s) {
				break
			}
		}
		if i < 0 {
			break
		}
		parts = append(parts, s[:i+keep])
		s = s[i+len(sep):]
	}
	if sep == "" && s == "" {
		return parts
	}
	return append(parts, s)
}

func Fields(s string) []string { return FieldsFunc(s, unicode.IsSpace) }

func FieldsFunc(s string, f func(rune) bool) []string {
	fields := []string{}
	start := -1
	for i, r := range s {
		switch space := f(r); {
		case space && start >= 0:
			fields = append(fields, s[start:i])
			start = -1
		case !space && start < 0:
			start = i
		}
	}
	if start >= 0 {
		fields = append(fields, s[start:])
	}
	return fields
}

func Join(elems []string, sep string) string {
	if len(elems) == 0 {
		return ""
	}
	n := len(sep) * (len(elems) - 1)
	for _, e := range elems {
		n += len(e)
	}
	b := append(make([]byte, 0, n), elems[0]...)
	for _, e := range elems[1:] {
		b = append(b, sep...)
		b = append(b, e...)
	}
	return asString(b)
}

func Repeat(s string, count int) string {
	if count < 0 {
		panic("strings: negative Repeat count")
	}
	b := make([]byte, 0, len(s)*count)
	for ; count > 0; count-- {
		b = append(b, s...)
	}
	return asString(b)
}

func ReplaceAll(s, old, new string) string { return Replace(s, old, new, -1) }

func Replace(s, old, new string, n int) string {
	if old == new || n == 0 {
		return s
	}
	var b []byte
	for i := 0; n != 0; i++ {
		at := Index(s, old)
		if old == "" && i > 0 {
			_, at = utf8.DecodeRuneInString(s)
			if at == 0 {
				break
			}
		}
		if at < 0 {
			break
		}
		b = append(append(b, s[:at]...), new...)
		s = s[at+len(old):]
		n--
	}
	return asString(append(b, s...))
}

// Map drops characters that mapping makes negative.
func Map(mapping func(rune) rune, s string) string {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if r := mapping(c); r >= 0 {
			b = utf8.AppendRune(b, r)
		}
	}
	return asString(b)
}

func ToUpper(s string) string { return Map(unicode.ToUpper, s) }
func ToLower(s string) string { return Map(unicode.ToLower, s) }
func ToTitle(s string) string { return Map(unicode.ToTitle, s) }

func ToValidUTF8(s, replacement string) string {
	var b []byte
	bad := false
	for i, r := range s {
		if r == utf8.RuneError && s[i] != 0xEF {
			if !bad {
				b = append(b, replacement...)
			}
			bad = true
			continue
		}
		bad = false
		b = utf8.AppendRune(b, r)
	}
	return asString(b)
}

// Title puts the first letter of each word in upper case.
func Title(s string) string {
	prev := ' '
	return Map(func(r rune) rune {
		inWord := unicode.IsLetter(prev) || unicode.IsDigit(prev) || prev == '_' || prev > 0x7F && !unicode.IsSpace(prev)
		prev = r
		if inWord {
			return r
		}
		return unicode.ToTitle(r)
	}, s)
}

func EqualFold(s, t string) bool { return ToLower(ToUpper(s)) == ToLower(ToUpper(t)) }

func TrimLeftFunc(s string, f func(rune) bool) string {
	for i, r := range s {
		if !f(r) {
			return s[i:]
		}
	}
	return ""
}

func TrimRightFunc(s string, f func(rune) bool) string {
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !f(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

func TrimFunc(s string, f func(rune) bool) string { return TrimRightFunc(TrimLeftFunc(s, f), f) }
func TrimSpace(s string) string                   { return TrimFunc(s, unicode.IsSpace) }

func in(cutset string) func(rune) bool {
	return func(r rune) bool { return IndexRune(cutset, r) >= 0 }
}

func Trim(s, cutset string) string      { return TrimFunc(s, in(cutset)) }
func TrimLeft(s, cutset string) string  { return TrimLeftFunc(s, in(cutset)) }
func TrimRight(s, cutset string) string { return TrimRightFunc(s, in(cutset)) }

func TrimPrefix(s, prefix string) string {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}

func TrimSuffix(s, suffix string) string {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}
