package math

//op FMATH r a 1
func Abs(x float64) float64

//op FMATH r a 2
func Sqrt(x float64) float64

//op FMATH r a 3
func Floor(x float64) float64

//op FMATH r a 4
func Ceil(x float64) float64

//op FMATH r a 5
func Trunc(x float64) float64

//op FMATH r a 6
func Exp(x float64) float64

//op FMATH r a 7
func Log(x float64) float64

//op FMATH r a 8
func Sin(x float64) float64

//op FMATH r a 9
func Cos(x float64) float64

//op FMATH r a 10
func Tan(x float64) float64

//op FMATH r a 11
func Atan(x float64) float64

func Max(x, y float64) float64 {
	switch {
	case IsInf(x, 1) || IsInf(y, 1):
		return Inf(1)
	case x != x || y != y:
		return NaN()
	case x == 0 && y == 0 && Signbit(x):
		return y
	case x > y:
		return x
	}
	return y
}

func Min(x, y float64) float64 {
	switch {
	case IsInf(x, -1) || IsInf(y, -1):
		return Inf(-1)
	case x != x || y != y:
		return NaN()
	case x == 0 && y == 0 && Signbit(x):
		return x
	case x < y:
		return x
	}
	return y
}

func Dim(x, y float64) float64 {
	if v := x - y; v > 0 || v != v {
		return v
	}
	return 0
}

func Modf(f float64) (int float64, frac float64) {
	int = Trunc(f)
	return int, Copysign(f-int, f)
}

// Mod subtracts y times powers of two, which loses nothing.
func Mod(x, y float64) float64 {
	if y == 0 || IsInf(x, 0) || x != x || y != y {
		return NaN()
	}
	y = Abs(y)
	r := Abs(x)
	for r >= y {
		t := y
		for t <= r/2 {
			t *= 2
		}
		r -= t
	}
	return Copysign(r, x)
}

func Round(x float64) float64 {
	t := Trunc(x)
	if Abs(x-t) >= 0.5 {
		return t + Copysign(1, x)
	}
	return Copysign(t, x)
}

func RoundToEven(x float64) float64 {
	t := Trunc(x)
	if d := Abs(x - t); d > 0.5 || d == 0.5 && Mod(t, 2) != 0 {
		return t + Copysign(1, x)
	}
	return Copysign(t, x)
}

// Pow multiplies for whole exponents, and else goes through logarithms.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return NaN()
	case IsInf(y, 0):
		switch {
		case x == -1:
			return 1
		case (Abs(x) < 1) == IsInf(y, 1):
			return 0
		}
		return Inf(1)
	}
	whole := Trunc(y) == y
	odd := whole && Mod(y, 2) != 0
	if x == 0 || IsInf(x, 0) {
		r := Inf(1)
		if (x == 0) == (y > 0) {
			r = 0
		}
		if odd {
			r = Copysign(r, x)
		}
		return r
	}
	switch {
	case y == 0.5:
		return Sqrt(x)
	case y == -0.5:
		return 1 / Sqrt(x)
	case x < 0 && !whole:
		return NaN()
	}
	return power(x, y)
}

// power squares its way through the whole part of y, with the exponents of two kept apart.
func power(x, y float64) float64 {
	yi, yf := Modf(Abs(y))
	if yi >= 1<<63 {
		if x == -1 {
			return 1
		}
		if (Abs(x) < 1) == (y > 0) {
			return 0
		}
		return Inf(1)
	}
	a, ae := 1.0, 0
	if yf != 0 {
		if yf > 0.5 {
			yf--
			yi++
		}
		a = Exp(yf * Log(x))
	}
	m, e := Frexp(x)
	for i := int64(yi); i != 0; i >>= 1 {
		if e < -1<<12 || e > 1<<12 {
			ae += e // far out of range: Ldexp makes 0 or infinity of it
			break
		}
		if i&1 == 1 {
			a *= m
			ae += e
		}
		m *= m
		e <<= 1
		if m < 0.5 {
			m += m
			e--
		}
	}
	if y < 0 {
		a = 1 / a
		ae = -ae
	}
	return Ldexp(a, ae)
}

func Cbrt(x float64) float64 {
	if x == 0 || x != x || IsInf(x, 0) {
		return x
	}
	t := Copysign(Exp(Log(Abs(x))/3), x)
	for i := 0; i < 3; i++ {
		t -= (t*t*t - x) / (3 * t * t)
	}
	return t
}

func Hypot(p, q float64) float64 {
	p, q = Abs(p), Abs(q)
	if IsInf(p, 1) || IsInf(q, 1) {
		return Inf(1)
	}
	if p < q {
		p, q = q, p
	}
	if p == 0 || p != p || q != q {
		return p + q
	}
	q /= p
	return p * Sqrt(1+q*q)
}

func Exp2(x float64) float64  { return Pow(2, x) }
func Expm1(x float64) float64 { return Exp(x) - 1 }
func Log1p(x float64) float64 { return Log(1 + x) }

func Log2(x float64) float64 {
	frac, exp := Frexp(x)
	if frac == 0.5 {
		return float64(exp - 1)
	}
	return Log(frac)*(1/Ln2) + float64(exp)
}

func Log10(x float64) float64 { return Log2(x) * (Ln2 / Ln10) }

// Frexp splits f into a fraction of [1/2, 1) and a power of two.
func Frexp(f float64) (frac float64, exp int) {
	if f == 0 || f != f || IsInf(f, 0) {
		return f, 0
	}
	if Abs(f) < 0x1p-1022 {
		f *= 1 << 52
		exp = -52
	}
	b := Float64bits(f)
	exp += int(b>>shift&mask) - bias + 1
	return Float64frombits(b&^(mask<<shift) | (bias-1)<<shift), exp
}

func Ldexp(frac float64, exp int) float64 {
	for ; exp > 1000; exp -= 1000 {
		frac *= 0x1p1000
	}
	for ; exp < -1000; exp += 1000 {
		frac *= 0x1p-1000
	}
	return frac * Float64frombits(uint64(exp+bias)<<shift)
}

func Sinh(x float64) float64 { return (Exp(x) - Exp(-x)) / 2 }
func Cosh(x float64) float64 { return (Exp(x) + Exp(-x)) / 2 }

func Tanh(x float64) float64 {
	if Abs(x) > 20 {
		return Copysign(1, x)
	}
	e := Exp(2 * x)
	return (e - 1) / (e + 1)
}

func Asin(x float64) float64 { return Atan2(x, Sqrt(1-x*x)) }
func Acos(x float64) float64 { return Pi/2 - Asin(x) }

func Atan2(y, x float64) float64 {
	switch {
	case x != x || y != y:
		return NaN()
	case y == 0:
		if x < 0 || x == 0 && Signbit(x) {
			return Copysign(Pi, y)
		}
		return Copysign(0, y)
	case x == 0:
		return Copysign(Pi/2, y)
	case IsInf(x, 0) && IsInf(y, 0):
		x, y = Copysign(1, x), Copysign(1, y)
	}
	q := Atan(y / x)
	if x < 0 {
		return q + Copysign(Pi, y)
	}
	return q
}

func Sincos(x float64) (sin, cos float64) { return Sin(x), Cos(x) }

// Nextafter is the next float from x towards y.
func Nextafter(x, y float64) float64 {
	switch {
	case x != x || y != y:
		return NaN()
	case x == y:
		return x
	case x == 0:
		return Copysign(SmallestNonzeroFloat64, y)
	case (y > x) == (x > 0):
		return Float64frombits(Float64bits(x) + 1)
	}
	return Float64frombits(Float64bits(x) - 1)
}

func Pow10(n int) float64 {
	switch {
	case n < -323:
		return 0
	case n > 308:
		return Inf(1)
	}
	return Pow(10, float64(n))
}

func Remainder(x, y float64) float64 {
	if y == 0 || IsInf(x, 0) || x != x || y != y {
		return NaN()
	}
	return x - y*RoundToEven(x/y)
}

func Asinh(x float64) float64 { return Copysign(Log(Abs(x)+Sqrt(x*x+1)), x) }
func Acosh(x float64) float64 { return Log(x + Sqrt(x*x-1)) }
func Atanh(x float64) float64 { return Log((1+x)/(1-x)) / 2 }
