// Package utf8: runes and the bytes that stand for them.
//
// The language's own conversions do the work: ranging over a string decodes, string(rune) encodes.
// A byte that begins no valid sequence is a RuneError of width 1.
package utf8

const (
	RuneError = '\uFFFD'
	RuneSelf  = 0x80
	MaxRune   = '\U0010FFFF'
	UTFMax    = 4
)

//op RUNE r a b
func decode(s string, i int) (r rune, width int)

//op MOVN r a 2
func asString(b []byte) string

func DecodeRuneInString(s string) (r rune, size int) {
	r, size = decode(s, 0)
	if size == 0 {
		r = RuneError
	}
	return
}

func DecodeRune(p []byte) (r rune, size int) { return DecodeRuneInString(asString(p)) }

func DecodeLastRuneInString(s string) (r rune, size int) {
	end := len(s)
	if end == 0 {
		return RuneError, 0
	}
	for start := end - 1; start >= 0 && start >= end-UTFMax; start-- {
		if RuneStart(s[start]) {
			if r, size = decode(s, start); start+size == end {
				return
			}
			break
		}
	}
	return RuneError, 1
}

func DecodeLastRune(p []byte) (r rune, size int) { return DecodeLastRuneInString(asString(p)) }

func RuneLen(r rune) int {
	switch {
	case r < 0:
		return -1
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	case 0xD800 <= r && r <= 0xDFFF || r > MaxRune:
		return -1
	case r < 0x10000:
		return 3
	}
	return 4
}

func AppendRune(p []byte, r rune) []byte {
	if uint32(r) < RuneSelf {
		return append(p, byte(r))
	}
	return append(p, string(r)...)
}

func EncodeRune(p []byte, r rune) int {
	s := string(r)
	_ = p[len(s)-1]
	return copy(p, s)
}

func RuneCountInString(s string) (n int) {
	for range s {
		n++
	}
	return
}

func RuneCount(p []byte) int { return RuneCountInString(asString(p)) }

func RuneStart(b byte) bool { return b&0xC0 != 0x80 }

func ValidString(s string) bool {
	for i, r := range s {
		if r == RuneError {
			if _, size := decode(s, i); size == 1 {
				return false
			}
		}
	}
	return true
}

func Valid(p []byte) bool { return ValidString(asString(p)) }

func ValidRune(r rune) bool { return RuneLen(r) > 0 }

// FullRuneInString says whether s begins with a whole rune, be it an invalid one.
func FullRuneInString(s string) bool {
	r, size := decode(s, 0)
	if size != 1 || r != RuneError {
		return size > 0
	}
	need := 1
	switch c := s[0]; {
	case c >= 0xF0 && c < 0xF5:
		need = 4
	case c >= 0xE0 && c < 0xF0:
		need = 3
	case c >= 0xC2 && c < 0xE0:
		need = 2
	}
	if len(s) >= need {
		return true
	}
	if len(s) > 1 { // these first bytes allow only some second ones
		switch c := s[1]; {
		case s[0] == 0xE0 && c < 0xA0, s[0] == 0xED && c > 0x9F, s[0] == 0xF0 && c < 0x90, s[0] == 0xF4 && c > 0x8F:
			return true
		}
	}
	for i := 1; i < len(s); i++ {
		if RuneStart(s[i]) {
			return true
		}
	}
	return false
}

func FullRune(p []byte) bool { return FullRuneInString(asString(p)) }
