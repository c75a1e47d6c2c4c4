// Package utf16: runes as one or two words of 16 bits.
package utf16

const replacement = '\uFFFD'

func IsSurrogate(r rune) bool { return 0xd800 <= r && r < 0xe000 }

func DecodeRune(r1, r2 rune) rune {
	if 0xd800 <= r1 && r1 < 0xdc00 && 0xdc00 <= r2 && r2 < 0xe000 {
		return (r1-0xd800)<<10 | (r2 - 0xdc00) + 0x10000
	}
	return replacement
}

func EncodeRune(r rune) (r1, r2 rune) {
	if r < 0x10000 || r > 0x10FFFF {
		return replacement, replacement
	}
	r -= 0x10000
	return 0xd800 + (r>>10)&0x3ff, 0xdc00 + r&0x3ff
}

func Encode(s []rune) []uint16 {
	out := make([]uint16, 0, len(s))
	for _, r := range s {
		switch r1, r2 := EncodeRune(r); {
		case r < 0 || r > 0x10FFFF || IsSurrogate(r):
			out = append(out, replacement)
		case r < 0x10000:
			out = append(out, uint16(r))
		default:
			out = append(out, uint16(r1), uint16(r2))
		}
	}
	return out
}

func Decode(s []uint16) []rune {
	var out []rune
	for i := 0; i < len(s); i++ {
		r := rune(s[i])
		if IsSurrogate(r) {
			low := rune(-1)
			if i+1 < len(s) {
				low = rune(s[i+1])
			}
			if r = DecodeRune(r, low); r != replacement {
				i++
			}
		}
		out = append(out, r)
	}
	return out
}
