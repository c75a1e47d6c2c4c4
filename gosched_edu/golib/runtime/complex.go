package runtime

// complex128div is what the compiler calls for the quotient of two complex numbers, of
// complex64 too. It divides by the larger part of m first, so that nothing overflows on the
// way, and settles the cases with infinities and zeros as C99 does.
func complex128div(n, m complex128) complex128 {
	a, b, c, d := real(n), imag(n), real(m), imag(m)
	var e, f float64
	if floatabs(c) >= floatabs(d) {
		ratio := d / c
		size := c + ratio*d
		e = (a + b*ratio) / size
		f = (b - a*ratio) / size
	} else {
		ratio := c / d
		size := d + ratio*c
		e = (a*ratio + b) / size
		f = (b*ratio - a) / size
	}
	if e == e && f == f {
		return complex(e, f)
	}
	inf := floatinf()
	switch {
	case m == 0 && (a == a || b == b):
		if 1/c < 0 {
			inf = -inf
		}
		e, f = inf*a, inf*b
	case (isinf(a) || isinf(b)) && isfinite(c) && isfinite(d):
		a, b = inf2one(a), inf2one(b)
		e, f = inf*(a*c+b*d), inf*(b*c-a*d)
	case (isinf(c) || isinf(d)) && isfinite(a) && isfinite(b):
		c, d = inf2one(c), inf2one(d)
		e, f = 0*(a*c+b*d), 0*(b*c-a*d)
	}
	return complex(e, f)
}

//op FMATH r a 1
func floatabs(x float64) float64

func floatinf() float64 {
	zero := 0.0
	return 1 / zero
}

func isinf(x float64) bool    { return x == x && x-x != x-x }
func isfinite(x float64) bool { return x-x == x-x }

// inf2one gives 1 for an infinity and 0 for any other number, with the sign of x.
func inf2one(x float64) float64 {
	one := 0.0
	if isinf(x) {
		one = 1
	}
	if x < 0 || x == 0 && 1/x < 0 {
		return -one
	}
	return one
}
