// Package hex: bytes as pairs of hexadecimal digits.
package hex

import (
	"errors"
	"fmt"
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
