package strconv

import "errors"

const (
	IntSize   = 64
	maxUint64 = 1<<64 - 1
)

var ErrRange = errors.New("value out of range")
var ErrSyntax = errors.New("invalid syntax")

// A NumError says which function could not read what.
type NumError struct {
	Func string
	Num  string
	Err  error
}

func (e *NumError) Error() string {
	return "strconv." + e.Func + ": parsing " + Quote(e.Num) + ": " + e.Err.Error()
}

func (e *NumError) Unwrap() error { return e.Err }

func syntaxError(fn, s string) *NumError { return &NumError{fn, s, ErrSyntax} }
func rangeError(fn, s string) *NumError  { return &NumError{fn, s, ErrRange} }

func ParseBool(s string) (bool, error) {
	switch s {
	case "1", "t", "T", "true", "TRUE", "True":
		return true, nil
	case "0", "f", "F", "false", "FALSE", "False":
		return false, nil
	}
	return false, syntaxError("ParseBool", s)
}

func Atoi(s string) (int, error) {
	i, err := parseInt("Atoi", s, 10, 0)
	return int(i), err
}

func ParseInt(s string, base, bitSize int) (i int64, err error) {
	return parseInt("ParseInt", s, base, bitSize)
}

func ParseUint(s string, base, bitSize int) (uint64, error) {
	return parseUint("ParseUint", s, s, base, bitSize)
}

func parseInt(fn, s string, base, bitSize int) (int64, error) {
	digits := s
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		digits = s[1:]
	}
	u, err := parseUint(fn, s, digits, base, bitSize)
	if err != nil && err.(*NumError).Err != ErrRange {
		return 0, err
	}
	if bitSize == 0 {
		bitSize = IntSize
	}
	limit := uint64(1) << uint(bitSize-1)
	switch {
	case !neg && u >= limit:
		return int64(limit - 1), rangeError(fn, s)
	case neg && u > limit:
		return -int64(limit), rangeError(fn, s)
	case neg:
		return -int64(u), nil
	}
	return int64(u), nil
}

// parseUint reads s; errors name the whole text.
func parseUint(fn, whole, s string, base, bitSize int) (uint64, error) {
	base0 := base == 0
	if s == "" {
		return 0, syntaxError(fn, whole)
	}
	if base != 0 && (base < 2 || base > 36) {
		return 0, &NumError{fn, whole, errors.New("invalid base " + Itoa(base))}
	}
	if bitSize < 0 || bitSize > 64 {
		return 0, &NumError{fn, whole, errors.New("invalid bit size " + Itoa(bitSize))}
	}
	orig := s
	if base0 {
		base, s = prefix(s)
	}
	if bitSize == 0 {
		bitSize = IntSize
	}
	max := uint64(maxUint64) >> uint(64-bitSize)
	cutoff := maxUint64/uint64(base) + 1
	n := uint64(0)
	underscores := false
	for i := 0; i < len(s); i++ {
		d := digit(s[i])
		if s[i] == '_' && base0 {
			underscores = true
			continue
		}
		if d >= base {
			return 0, syntaxError(fn, whole)
		}
		next := n*uint64(base) + uint64(d)
		if n >= cutoff || next < n*uint64(base) || next > max {
			return max, rangeError(fn, whole)
		}
		n = next
	}
	if s == "" || underscores && !underscoreOK(orig) {
		return 0, syntaxError(fn, whole)
	}
	return n, nil
}

// prefix takes 0b, 0o, 0x or 0 off s and returns the base that stands for.
func prefix(s string) (int, string) {
	if s[0] != '0' || len(s) == 1 {
		return 10, s
	}
	if len(s) >= 3 {
		switch s[1] | 0x20 {
		case 'b':
			return 2, s[2:]
		case 'o':
			return 8, s[2:]
		case 'x':
			return 16, s[2:]
		}
	}
	return 8, s[1:]
}

func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// underscoreOK: underscores stand only between digits, or between a prefix and a digit.
func underscoreOK(s string) bool {
	before := byte('^')
	if len(s) >= 2 && s[0] == '0' && digit(s[1]) > 9 && s[1] != '_' {
		s = s[2:]
		before = '0'
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' && before != '0' {
			return false
		}
		if c != '_' {
			if before == '_' && digit(c) > 35 {
				return false
			}
			c = '0'
		}
		before = c
	}
	return before != '_'
}
