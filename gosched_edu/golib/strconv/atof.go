package strconv

import "math"

// Text to floats (strconv/atof.go), rounded to the nearest, half to even. Hexadecimal floats are
// not read.

func ParseFloat(s string, bitSize int) (float64, error) {
	if f, ok := special(s); ok {
		return f, nil
	}
	d, mant, exp, neg, ok := readFloat(s)
	if !ok {
		return 0, syntaxError("ParseFloat", s)
	}
	f, overflow := d.float(mant, exp, bitSize)
	if neg {
		f = -f
	}
	if overflow {
		return f, rangeError("ParseFloat", s)
	}
	return f, nil
}

// special reads inf, infinity and nan, in any case.
func special(s string) (float64, bool) {
	neg := s != "" && s[0] == '-'
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
		if equalFold(s, "nan") {
			return 0, false
		}
	}
	switch {
	case equalFold(s, "nan"):
		return math.NaN(), true
	case !equalFold(s, "inf") && !equalFold(s, "infinity"):
		return 0, false
	case neg:
		return math.Inf(-1), true
	}
	return math.Inf(1), true
}

func equalFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}

// readFloat returns all digits, and the first 18 of them as mant times ten to the exp; mant is 0
// if there are more.
func readFloat(s string) (d *decimal, mant uint64, exp int, neg, ok bool) {
	d = &decimal{}
	i := 0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		i++
	}
	point, seen := false, false
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && !point {
			point = true
			d.dp = len(d.d) + d.dp
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		seen = true
		if c == '0' && len(d.d) == 0 {
			if point {
				d.dp--
			}
			continue
		}
		if !point && len(d.d) == maxDigits {
			d.dp++
		}
		d.add(c - '0')
		if len(d.d) <= 18 {
			mant = mant*10 + uint64(c-'0')
		}
	}
	if !seen {
		return
	}
	if !point {
		d.dp += len(d.d)
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		e, rest, valid := exponent(s[i+1:])
		if !valid {
			return
		}
		d.dp += e
		i = len(s) - rest
	}
	exp = d.dp - len(d.d)
	if len(d.d) > 18 {
		mant = 0
	}
	return d, mant, exp, neg, i == len(s)
}

// exponent reads a signed number; rest is how much of s is left.
func exponent(s string) (e, rest int, ok bool) {
	i := 0
	neg := s != "" && s[0] == '-'
	if s != "" && (s[0] == '-' || s[0] == '+') {
		i++
	}
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		ok = true
		if e < 10000 {
			e = e*10 + int(s[i]-'0')
		}
	}
	if neg {
		e = -e
	}
	return e, len(s) - i, ok
}

// float rounds the number to a float. mant and exp are the same number, if it is short.
func (d *decimal) float(mant uint64, exp, bitSize int) (f float64, overflow bool) {
	d.trim()
	if len(d.d) == 0 || d.dp < -330 {
		return 0, false
	}
	if d.dp > 310 {
		return math.Inf(1), true
	}
	if mant > 0 && mant < 1<<53 && bitSize == 64 && exp >= -22 && exp <= 22 {
		if exp < 0 {
			return float64(mant) / power(-exp), false
		}
		return float64(mant) * power(exp), false
	}
	return d.slow(bitSize)
}

// slow shifts the decimal until it is between 1/2 and 1, then reads off the mantissa.
func (d *decimal) slow(bitSize int) (f float64, overflow bool) {
	info := &float64info
	if bitSize == 32 {
		info = &float32info
	}
	exp := 0
	for d.dp > 0 {
		n := d.bits(d.dp)
		d.shift(-n)
		exp += n
	}
	for d.dp < 0 || d.d[0] < 5 {
		n := d.bits(-d.dp)
		d.shift(n)
		exp -= n
	}
	exp-- // now between 1 and 2
	if low := info.bias + 1; exp < low {
		d.shift(exp - low)
		exp = low
	}
	d.shift(1 + int(info.mantbits))
	mant := d.integer()
	if mant == 2<<info.mantbits {
		mant >>= 1
		exp++
	}
	if exp-info.bias >= 1<<info.expbits-1 {
		return math.Inf(1), true
	}
	if mant&(1<<info.mantbits) == 0 {
		exp = info.bias // a denormal
	}
	bits := mant&(1<<info.mantbits-1) | uint64(exp-info.bias)<<info.mantbits
	if bitSize == 32 {
		return float64(math.Float32frombits(uint32(bits))), false
	}
	return math.Float64frombits(bits), false
}

// bits is how far to shift for n decimal places, without overshooting.
func (d *decimal) bits(n int) int {
	const steps = "\x01\x03\x06\x09\x0d\x10\x13\x17\x1a"
	if n < len(steps) {
		return int(steps[n])
	}
	return 27
}
