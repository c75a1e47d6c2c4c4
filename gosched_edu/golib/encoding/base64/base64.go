// Package base64: three bytes as four characters (RFC 4648).
package base64

import "strconv"

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
