package strconv

import "math"

// Floats to text (strconv/ftoa.go). The shortest text is the one with the fewest digits that reads
// back as the same float.

type floatInfo struct {
	mantbits uint
	expbits  uint
	bias     int
}

var float32info = floatInfo{23, 8, -127}
var float64info = floatInfo{52, 11, -1023}

func FormatFloat(f float64, fmt byte, prec, bitSize int) string {
	return asString(AppendFloat(make([]byte, 0, 24), f, fmt, prec, bitSize))
}

func AppendFloat(dst []byte, f float64, fmt byte, prec, bitSize int) []byte {
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case f > math.MaxFloat64:
		return append(dst, "+Inf"...)
	case f < -math.MaxFloat64:
		return append(dst, "-Inf"...)
	}
	if math.Signbit(f) {
		dst = append(dst, '-')
		f = -f
	}
	var d decimal
	shortest := prec < 0
	switch {
	case f == 0:
	case shortest:
		if !d.short(f, bitSize) {
			d.shortest(f, bitSize)
		}
	case fmt == 'f' && d.quick(f, prec):
	default:
		d.exact(f, bitSize)
		switch fmt {
		case 'e', 'E':
			d.round(prec + 1)
		case 'f':
			d.round(d.dp + prec)
		default:
			if prec == 0 {
				prec = 1
			}
			d.round(prec)
		}
	}
	switch fmt {
	case 'e', 'E':
		if shortest {
			prec = max(len(d.d)-1, 0)
		}
		return d.formatE(dst, prec, fmt)
	case 'f':
		if shortest {
			prec = max(len(d.d)-d.dp, 0)
		}
		return d.formatF(dst, prec)
	case 'g', 'G':
		eprec := prec
		if eprec > len(d.d) && len(d.d) >= d.dp {
			eprec = len(d.d)
		}
		if shortest {
			eprec = 6
		}
		if exp := d.dp - 1; exp < -4 || exp >= eprec {
			if prec > len(d.d) || shortest {
				prec = len(d.d)
			}
			return d.formatE(dst, max(prec-1, 0), fmt+'e'-'g')
		}
		return d.formatF(dst, max(len(d.d)-d.dp, 0))
	}
	return append(dst, '%', fmt)
}

// power is 10**k; exact up to 22.
func power(k int) float64 {
	p := 1.0
	for ; k > 0; k-- {
		p *= 10
	}
	return p
}

// short finds the shortest digits if there are at most 15: then m / 10**k with both exact
// rounds once, as reading the text does.
func (d *decimal) short(f float64, bitSize int) bool {
	limit := 1e15
	if bitSize == 32 {
		limit = 1e6
	}
	if f >= limit {
		if f >= limit*1e22 {
			return false
		}
		for k := 22; k > 0; k-- {
			m := float64(int64(f/power(k) + 0.5))
			if m < limit && m > 0 && same(m*power(k), f, bitSize) {
				d.assign(uint64(m))
				d.dp += k
				return true
			}
		}
		return false
	}
	p := 1.0
	for k := 0; k <= 22; k++ {
		m := float64(int64(f*p + 0.5))
		if m >= limit {
			return false
		}
		if m > 0 && same(m/p, f, bitSize) {
			d.assign(uint64(m))
			d.dp -= k
			return true
		}
		p *= 10
	}
	return false
}

func same(x, f float64, bitSize int) bool {
	if bitSize == 32 {
		return float32(x) == float32(f)
	}
	return x == f
}

// quick rounds f to prec places if it is plain to which side.
func (d *decimal) quick(f float64, prec int) bool {
	if prec > 15 {
		return false
	}
	x := f * power(prec)
	if x > 1<<43 {
		return false
	}
	n := int64(x)
	rest := x - float64(n)
	if rest > 0.498 && rest < 0.502 {
		return false
	}
	if rest > 0.5 {
		n++
	}
	d.assign(uint64(n))
	if n > 0 {
		d.dp -= prec
	}
	return true
}

// split returns the mantissa with its hidden bit, and the exponent that goes with it.
func split(f float64, bitSize int) (mant uint64, exp int, info *floatInfo) {
	bits := math.Float64bits(f)
	info = &float64info
	if bitSize == 32 {
		bits = uint64(math.Float32bits(float32(f)))
		info = &float32info
	}
	exp = int(bits>>info.mantbits) & (1<<info.expbits - 1)
	mant = bits & (1<<info.mantbits - 1)
	if exp == 0 {
		exp++
	} else {
		mant |= 1 << info.mantbits
	}
	return mant, exp + info.bias, info
}

func (d *decimal) exact(f float64, bitSize int) {
	mant, exp, info := split(f, bitSize)
	d.assign(mant)
	d.shift(exp - int(info.mantbits))
}

// shortest cuts the exact digits as soon as what is left lies between the midpoints to the floats
// next below and above (ftoa.go:roundShortest).
func (d *decimal) shortest(f float64, bitSize int) {
	mant, exp, info := split(f, bitSize)
	d.assign(mant)
	d.shift(exp - int(info.mantbits))
	minexp := info.bias + 1
	var upper, lower decimal
	upper.assign(mant*2 + 1)
	upper.shift(exp - int(info.mantbits) - 1)
	if mant > 1<<info.mantbits || exp == minexp {
		lower.assign(mant*2 - 1)
		lower.shift(exp - int(info.mantbits) - 1)
	} else { // the float below is half as far away
		lower.assign(mant*4 - 1)
		lower.shift(exp - int(info.mantbits) - 2)
	}
	inclusive := mant%2 == 0 // an even mantissa gets the midpoints too
	upperdelta := 0
	for ui := 0; ; ui++ {
		mi := ui - upper.dp + d.dp
		if mi >= len(d.d) {
			return
		}
		l := lower.at(ui - upper.dp + lower.dp)
		m := d.at(mi)
		u := upper.at(ui)
		okdown := l != m || inclusive && ui-upper.dp+lower.dp+1 == len(lower.d)
		switch {
		case upperdelta == 0 && m+1 < u:
			upperdelta = 2
		case upperdelta == 0 && m != u:
			upperdelta = 1
		case upperdelta == 1 && (m != 9 || u != 0):
			upperdelta = 2
		}
		okup := upperdelta > 0 && (inclusive || upperdelta > 1 || ui+1 < len(upper.d))
		switch {
		case okdown && okup:
			d.round(mi + 1)
			return
		case okdown:
			d.roundDown(mi + 1)
			return
		case okup:
			d.roundUp(mi + 1)
			return
		}
	}
}

func (d *decimal) at(i int) byte {
	if i >= 0 && i < len(d.d) {
		return d.d[i]
	}
	return 0
}

func (d *decimal) formatE(dst []byte, prec int, fmt byte) []byte {
	dst = append(dst, '0'+d.at(0))
	if prec > 0 {
		dst = append(dst, '.')
		for i := 1; i <= prec; i++ {
			dst = append(dst, '0'+d.at(i))
		}
	}
	exp := d.dp - 1
	if len(d.d) == 0 {
		exp = 0
	}
	sign := byte('+')
	if exp < 0 {
		sign, exp = '-', -exp
	}
	dst = append(dst, fmt, sign)
	if exp < 10 {
		dst = append(dst, '0')
	}
	return AppendInt(dst, int64(exp), 10)
}

func (d *decimal) formatF(dst []byte, prec int) []byte {
	if d.dp <= 0 {
		dst = append(dst, '0')
	}
	for i := 0; i < d.dp; i++ {
		dst = append(dst, '0'+d.at(i))
	}
	if prec > 0 {
		dst = append(dst, '.')
		for i := 0; i < prec; i++ {
			dst = append(dst, '0'+d.at(d.dp+i))
		}
	}
	return dst
}
