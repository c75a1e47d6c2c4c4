// Package base64: three bytes as four characters (RFC 4648).
package base64

import (
	"io"
	"strconv"
)

const (
	std             = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	url             = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	StdPadding rune = '='
	NoPadding  rune = -1
)

type Encoding struct {
	alphabet string
	pad      rune
}

var (
	StdEncoding    = &Encoding{std, StdPadding}
	URLEncoding    = &Encoding{url, StdPadding}
	RawStdEncoding = &Encoding{std, NoPadding}
	RawURLEncoding = &Encoding{url, NoPadding}
)

// NewEncoding is the padded encoding with an alphabet of 64 characters.
func NewEncoding(alphabet string) *Encoding {
	if len(alphabet) != 64 {
		panic("encoding alphabet is not 64-bytes long")
	}
	return &Encoding{alphabet, StdPadding}
}

func (e Encoding) WithPadding(padding rune) *Encoding {
	e.pad = padding
	return &e
}

// Strict is e: bits that are left over are not looked at here.
func (e Encoding) Strict() *Encoding { return &e }

func (e *Encoding) EncodedLen(n int) int {
	if e.pad == NoPadding {
		return n/3*4 + (n%3*8+5)/6
	}
	return (n + 2) / 3 * 4
}

func (e *Encoding) DecodedLen(n int) int {
	if e.pad == NoPadding {
		return n/4*3 + n%4*6/8
	}
	return n / 4 * 3
}

func (e *Encoding) Encode(dst, src []byte) { copy(dst, e.EncodeToString(src)) }

//since 1.22
func (e *Encoding) AppendEncode(dst, src []byte) []byte { return append(dst, e.EncodeToString(src)...) }

func (e *Encoding) Decode(dst, src []byte) (n int, err error) {
	b, err := e.DecodeString(string(src))
	return copy(dst, b), err
}

//since 1.22
func (e *Encoding) AppendDecode(dst, src []byte) ([]byte, error) {
	b, err := e.DecodeString(string(src))
	return append(dst, b...), err
}

type encoder struct {
	e    *Encoding
	w    io.Writer
	rest []byte
}

// NewEncoder writes all but the last bytes at once; Close writes those.
func NewEncoder(enc *Encoding, w io.Writer) io.WriteCloser { return &encoder{e: enc, w: w} }

func (x *encoder) Write(p []byte) (n int, err error) {
	x.rest = append(x.rest, p...)
	whole := len(x.rest) / 3 * 3
	_, err = io.WriteString(x.w, x.e.EncodeToString(x.rest[:whole]))
	x.rest = append([]byte(nil), x.rest[whole:]...)
	return len(p), err
}

func (x *encoder) Close() error {
	_, err := io.WriteString(x.w, x.e.EncodeToString(x.rest))
	x.rest = nil
	return err
}

type decoder struct {
	e    *Encoding
	r    io.Reader
	out  []byte
	err  error
	done bool
}

// NewDecoder reads everything when it is first read from.
func NewDecoder(enc *Encoding, r io.Reader) io.Reader { return &decoder{e: enc, r: r} }

func (x *decoder) Read(p []byte) (n int, err error) {
	if !x.done {
		x.done = true
		b, err := io.ReadAll(x.r)
		if err == nil {
			x.out, err = x.e.DecodeString(string(b))
		}
		x.err = err
	}
	n = copy(p, x.out)
	x.out = x.out[n:]
	switch {
	case len(x.out) > 0 || len(p) == 0:
		return n, nil
	case x.err != nil:
		return n, x.err
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

type CorruptInputError int64

func (e CorruptInputError) Error() string {
	return "illegal base64 data at input byte " + strconv.FormatInt(int64(e), 10)
}

func (e *Encoding) EncodeToString(src []byte) string {
	var b []byte
	for len(src) > 0 {
		n := min(len(src), 3)
		v := uint32(0)
		for i := 0; i < 3; i++ {
			v <<= 8
			if i < n {
				v |= uint32(src[i])
			}
		}
		for i := 0; i < 4; i++ {
			if i <= n {
				b = append(b, e.alphabet[v>>18&63])
			} else if e.pad != NoPadding {
				b = append(b, byte(e.pad))
			}
			v <<= 6
		}
		src = src[n:]
	}
	return string(b)
}

func (e *Encoding) value(c byte) int {
	for i := 0; i < len(e.alphabet); i++ {
		if e.alphabet[i] == c {
			return i
		}
	}
	return -1
}

func (e *Encoding) DecodeString(s string) ([]byte, error) {
	var b []byte
	s = withoutNewlines(s)
	v, n := uint32(0), 0
	end := len(s)
	if e.pad != NoPadding {
		for end > 0 && rune(s[end-1]) == e.pad && len(s)-end < 2 {
			end--
		}
		if len(s)%4 != 0 {
			return b, CorruptInputError(len(s))
		}
	}
	for i := 0; i < end; i++ {
		d := e.value(s[i])
		if d < 0 {
			return b, CorruptInputError(i)
		}
		v = v<<6 | uint32(d)
		if n++; n == 4 {
			b = append(b, byte(v>>16), byte(v>>8), byte(v))
			v, n = 0, 0
		}
	}
	switch n {
	case 1:
		return b, CorruptInputError(end)
	case 2:
		b = append(b, byte(v>>4))
	case 3:
		b = append(b, byte(v>>10), byte(v>>2))
	}
	return b, nil
}

func withoutNewlines(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' || s[i] == '\r' {
			return s[:i] + withoutNewlines(s[i+1:])
		}
	}
	return s
}
