// Package reader: tests a Reader for the Go Tour (golang.org/x/tour/reader).
package reader

import (
	"fmt"
	"io"
	"os"
)

// Validate checks that r gives an endless stream of the letter A.
func Validate(r io.Reader) {
	b := make([]byte, 1024)
	for o := 0; o < 1<<16; {
		n, err := r.Read(b)
		for _, c := range b[:n] {
			if c != 'A' {
				fmt.Fprintf(os.Stderr, "got byte %x at offset %v, want 'A'\n", c, o)
				return
			}
			o++
		}
		if err != nil || n == 0 {
			fmt.Fprintf(os.Stderr, "read error: %v\n", err)
			return
		}
	}
	fmt.Println("OK!")
}
