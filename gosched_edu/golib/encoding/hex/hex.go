// Package hex: bytes as pairs of hexadecimal digits.
package hex

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

var ErrLength = errors.New("encoding/hex: odd length hex string")

type InvalidByteError byte

func (e InvalidByteError) Error() string {
	return fmt.Sprintf("encoding/hex: invalid byte: %#U", rune(e))
}

func EncodedLen(n int) int { return n * 2 }
func DecodedLen(n int) int { return n / 2 }

func EncodeToString(src []byte) string {
	b := make([]byte, 0, 2*len(src))
	for _, c := range src {
		b = append(b, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
	}
	return string(b)
}

func Encode(dst, src []byte) int { return copy(dst, EncodeToString(src)) }

//since 1.22
func AppendEncode(dst, src []byte) []byte { return append(dst, EncodeToString(src)...) }

func Decode(dst, src []byte) (int, error) {
	b, err := DecodeString(string(src))
	return copy(dst, b), err
}

//since 1.22
func AppendDecode(dst, src []byte) ([]byte, error) {
	b, err := DecodeString(string(src))
	return append(dst, b...), err
}

func DecodeString(s string) ([]byte, error) {
	b := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		hi, ok := digit(s[i])
		if !ok {
			return b, InvalidByteError(s[i])
		}
		if i+1 == len(s) {
			return b, ErrLength
		}
		lo, ok := digit(s[i+1])
		if !ok {
			return b, InvalidByteError(s[i+1])
		}
		b = append(b, hi<<4|lo)
	}
	return b, nil
}

func digit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

type encoder struct{ w io.Writer }

func NewEncoder(w io.Writer) io.Writer { return encoder{w} }

func (e encoder) Write(p []byte) (n int, err error) {
	n, err = io.WriteString(e.w, EncodeToString(p))
	return n / 2, err
}

type decoder struct {
	r   io.Reader
	in  []byte
	err error
}

func NewDecoder(r io.Reader) io.Reader { return &decoder{r: r} }

func (d *decoder) Read(p []byte) (n int, err error) {
	if len(d.in) < 2 && d.err == nil {
		var b [512]byte
		n, d.err = d.r.Read(b[:])
		d.in = append(d.in, b[:n]...)
		if d.err == io.EOF && len(d.in)%2 != 0 {
			d.err = io.ErrUnexpectedEOF
		}
	}
	n = min(len(p), len(d.in)/2)
	got, err := Decode(p, d.in[:2*n])
	d.in = d.in[2*got:]
	if err != nil {
		d.in, d.err = nil, err
	}
	if len(d.in) < 2 {
		return got, d.err
	}
	return got, nil
}

// Dump is what hexdump -C writes.
func Dump(data []byte) string {
	var b strings.Builder
	d := Dumper(&b)
	d.Write(data)
	d.Close()
	return b.String()
}

func Dumper(w io.Writer) io.WriteCloser { return &dumper{w: w} }

type dumper struct {
	w      io.Writer
	line   []byte
	n      int
	closed bool
}

func (d *dumper) Write(data []byte) (n int, err error) {
	if d.closed {
		return 0, errors.New("encoding/hex: dumper closed")
	}
	for _, c := range data {
		d.line = append(d.line, c)
		if len(d.line) == 16 {
			if err = d.flush(); err != nil {
				return
			}
		}
		n++
	}
	return
}

func (d *dumper) flush() error {
	text := fmt.Sprintf("%08x", d.n)
	for i := 0; i < 16; i++ {
		if i%8 == 0 {
			text += " "
		}
		if i < len(d.line) {
			text += fmt.Sprintf(" %02x", d.line[i])
		} else {
			text += "   "
		}
	}
	text += "  |"
	for _, c := range d.line {
		if c < 32 || c > 126 {
			c = '.'
		}
		text += string(rune(c))
	}
	d.n += len(d.line)
	d.line = d.line[:0]
	_, err := io.WriteString(d.w, text+"|\n")
	return err
}

func (d *dumper) Close() error {
	if d.closed {
		return nil
	}
	d.closed = true
	if len(d.line) == 0 {
		return nil
	}
	return d.flush()
}
