// Package rand: random bytes, from the seed of the run. They are no secret.
package rand

import "io"

//op RAND r a
func random(n int) int

type reader struct{}

func (reader) Read(b []byte) (n int, err error) {
	for i := range b {
		b[i] = byte(random(256))
	}
	return len(b), nil
}

var Reader io.Reader = reader{}

func Read(b []byte) (n int, err error) { return Reader.Read(b) }

// Text is 26 letters and digits of base 32.
//
//since 1.24
func Text() string {
	b := make([]byte, 26)
	for i := range b {
		b[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random(32)]
	}
	return string(b)
}
