//go:build go1.24

package strings

import "iter"

//since 1.24
func Lines(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for s != "" {
			line := s
			if i := IndexByte(s, '\n'); i >= 0 {
				line, s = s[:i+1], s[i+1:]
			} else {
				s = ""
			}
			if !yield(line) {
				return
			}
		}
	}
}

func each(parts []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range parts {
			if !yield(s) {
				return
			}
		}
	}
}

//since 1.24
func SplitSeq(s, sep string) iter.Seq[string] { return each(Split(s, sep)) }

//since 1.24
func SplitAfterSeq(s, sep string) iter.Seq[string] { return each(SplitAfter(s, sep)) }

//since 1.24
func FieldsSeq(s string) iter.Seq[string] { return each(Fields(s)) }

//since 1.24
func FieldsFuncSeq(s string, f func(rune) bool) iter.Seq[string] { return each(FieldsFunc(s, f)) }
