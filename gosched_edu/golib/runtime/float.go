//go:build go1.27

package runtime

import "strconv"

// printfloat writes the shortest text that reads back as v.
func printfloat(v float64) { printstring(strconv.FormatFloat(v, 'g', -1, 64)) }

func printcomplex(c complex128) {
	s := strconv.FormatFloat(imag(c), 'g', -1, 64)
	if s[0] != '-' && s[0] != '+' {
		s = "+" + s
	}
	printstring("(" + strconv.FormatFloat(real(c), 'g', -1, 64) + s + "i)")
}
