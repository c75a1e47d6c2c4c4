// Package strconv: numbers, booleans and quoted strings, to text and back.
//
// Integers are written digit by digit. Floats take a short way where double arithmetic is known
// to be exact, and else go through a decimal of as many digits as it takes (decimal.go). All
// results are Go's, bit for bit.
package strconv

const digits = "0123456789abcdefghijklmnopqrstuvwxyz"

//op MOVN r a 2
func asString(b []byte) string

func Itoa(i int) string { return FormatInt(int64(i), 10) }

func FormatInt(i int64, base int) string {
	if i >= 0 {
		return FormatUint(uint64(i), base)
	}
	return "-" + FormatUint(-uint64(i), base)
}

func FormatUint(u uint64, base int) string {
	if u < 10 && base >= 10 {
		return digits[u : u+1]
	}
	if base < 2 || base > len(digits) {
		panic("strconv: illegal AppendInt/FormatInt base")
	}
	n := 1
	for v := u / uint64(base); v > 0; v /= uint64(base) {
		n++
	}
	b := make([]byte, n)
	for n > 0 {
		n--
		b[n] = digits[u%uint64(base)]
		u /= uint64(base)
	}
	return asString(b)
}

func AppendInt(dst []byte, i int64, base int) []byte { return append(dst, FormatInt(i, base)...) }

func AppendUint(dst []byte, u uint64, base int) []byte { return append(dst, FormatUint(u, base)...) }

func FormatBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func AppendBool(dst []byte, b bool) []byte { return append(dst, FormatBool(b)...) }
