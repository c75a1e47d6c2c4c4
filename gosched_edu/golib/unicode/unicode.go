// Package unicode: classes of characters and their cases.
//
// Exact for Latin-1; beyond it by blocks: the cases of Latin Extended-A, Greek and Cyrillic letters,
// and whether a character is a letter. The full tables would be larger than all of golib.
package unicode

import "strconv"

const (
	MaxRune         = '\U0010FFFF'
	ReplacementChar = '\uFFFD'
	MaxASCII        = '\u007F'
	MaxLatin1       = '\u00FF'
)

// zeros are the digits 0 of the scripts that have digits of their own.
const zeros = "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0de6\u0e50\u0ed0\u0f20\u1040\u1090\u17e0\u1810\uff10"

func IsDigit(r rune) bool {
	if r < 0x80 {
		return '0' <= r && r <= '9'
	}
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return true
		}
	}
	return false
}

func IsNumber(r rune) bool {
	return IsDigit(r) || r == 0xb2 || r == 0xb3 || r == 0xb9 || r >= 0xbc && r <= 0xbe || r >= 0x2150 && r <= 0x218b
}

func IsSpace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r == ' ', r == 0x85, r == 0xa0:
		return true
	}
	return r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000
}

func IsControl(r rune) bool { return r >= 0 && r < ' ' || r >= 0x7f && r < 0xa0 }

func IsPrint(r rune) bool   { return strconv.IsPrint(r) }
func IsGraphic(r rune) bool { return strconv.IsGraphic(r) }

func IsLetter(r rune) bool {
	switch {
	case r < 0x80:
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	case r < 0x100:
		return r == 0xaa || r == 0xb5 || r == 0xba || r >= 0xc0 && r != 0xd7 && r != 0xf7
	case r < 0x2c2:
		return true
	}
	return r >= 0x370 && r < 0x2000 && r != 0x37e && r != 0x387 && (r < 0x483 || r > 0x489) && !IsDigit(r) ||
		r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fa || r >= 0x3400 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xff21 && r <= 0xff3a || r >= 0xff41 && r <= 0xff5a || r >= 0x20000 && r <= 0x323af
}

func IsPunct(r rune) bool {
	if r < 0x80 {
		return r > ' ' && r < 0x7f && !IsLetter(r) && !IsDigit(r) && !asciiSymbol(r)
	}
	switch r {
	case 0xa1, 0xa7, 0xab, 0xb6, 0xb7, 0xbb, 0xbf:
		return true
	}
	return r >= 0x2010 && r <= 0x2027 || r >= 0x2030 && r <= 0x205e && r != 0x2044 && r != 0x2052 || r >= 0x3001 && r <= 0x3003
}

func asciiSymbol(r rune) bool {
	switch r {
	case '$', '+', '<', '=', '>', '^', '`', '|', '~':
		return true
	}
	return false
}

func IsSymbol(r rune) bool {
	switch r {
	case 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa8, 0xa9, 0xac, 0xae, 0xaf, 0xb0, 0xb1, 0xb4, 0xb8, 0xd7, 0xf7:
		return true
	}
	return asciiSymbol(r) || r >= 0x20a0 && r <= 0x20c0 || r >= 0x2190 && r <= 0x23ff || r >= 0x2500 && r <= 0x27bf || r >= 0x1f300 && r <= 0x1faff
}

func IsMark(r rune) bool { return r >= 0x300 && r <= 0x36f || r >= 0x20d0 && r <= 0x20f0 }

func IsUpper(r rune) bool {
	if r < 0x80 {
		return 'A' <= r && r <= 'Z'
	}
	return ToLower(r) != r
}

func IsLower(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z'
	}
	return ToUpper(r) != r || r == 0xdf || r == 0x138 || r == 0x149
}

func IsTitle(r rune) bool {
	return r >= 0x1c4 && r <= 0x1f2 && (r-0x1c5)%3 == 0 && (r < 0x1ce || r == 0x1f2)
}

func ToTitle(r rune) rune { return ToUpper(r) }

func ToUpper(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - 32
	case r < 0x80:
		return r
	case r == 0xb5:
		return 0x39c
	case r == 0xff:
		return 0x178
	case r >= 0xe0 && r < 0xff && r != 0xf7:
		return r - 32
	case r == 0x131:
		return 'I'
	case pairs(r) && r&1 == 1, oddPairs(r) && r&1 == 0:
		return r - 1
	case r >= 0x3b1 && r <= 0x3c9 && r != 0x3c2, r >= 0x430 && r <= 0x44f:
		return r - 32
	case r == 0x3c2:
		return 0x3a3
	case r >= 0x450 && r <= 0x45f:
		return r - 80
	}
	return r
}

func ToLower(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 32
	case r < 0x80:
		return r
	case r >= 0xc0 && r <= 0xde && r != 0xd7:
		return r + 32
	case r == 0x130:
		return 'i'
	case r == 0x178:
		return 0xff
	case pairs(r) && r&1 == 0, oddPairs(r) && r&1 == 1:
		return r + 1
	case r >= 0x391 && r <= 0x3a9 && r != 0x3a2, r >= 0x410 && r <= 0x42f:
		return r + 32
	case r >= 0x400 && r <= 0x40f:
		return r + 80
	}
	return r
}

// pairs: an even capital, its small letter behind it.
func pairs(r rune) bool {
	return r >= 0x100 && r <= 0x137 && r != 0x130 && r != 0x131 || r >= 0x14a && r <= 0x177 || r >= 0x460 && r <= 0x481
}

// oddPairs: the capital is odd.
func oddPairs(r rune) bool { return r >= 0x139 && r <= 0x148 || r >= 0x179 && r <= 0x17e }
