//go:build go1.23

package bytes

import "iter"

//since 1.24
func Lines(s []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(s) > 0 {
			line := s
			if i := IndexByte(s, '\n'); i >= 0 {
				line, s = s[:i+1:i+1], s[i+1:]
			} else {
				s = nil
			}
			if !yield(line[:len(line):len(line)]) {
				return
			}
		}
	}
}

func each(parts [][]byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, s := range parts {
			if !yield(s) {
				return
			}
		}
	}
}

//since 1.24
func SplitSeq(s, sep []byte) iter.Seq[[]byte] { return each(Split(s, sep)) }

//since 1.24
func SplitAfterSeq(s, sep []byte) iter.Seq[[]byte] { return each(SplitAfter(s, sep)) }

//since 1.24
func FieldsSeq(s []byte) iter.Seq[[]byte] { return each(Fields(s)) }

//since 1.24
func FieldsFuncSeq(s []byte, f func(rune) bool) iter.Seq[[]byte] { return each(FieldsFunc(s, f)) }
