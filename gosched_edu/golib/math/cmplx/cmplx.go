// Package cmplx: functions of complex numbers.
package cmplx

import "math"

func Abs(x complex128) float64     { return math.Hypot(real(x), imag(x)) }
func Phase(x complex128) float64   { return math.Atan2(imag(x), real(x)) }
func Conj(x complex128) complex128 { return complex(real(x), -imag(x)) }
func Inf() complex128              { return complex(math.Inf(1), math.Inf(1)) }
func NaN() complex128              { return complex(math.NaN(), math.NaN()) }
func IsNaN(x complex128) bool      { return real(x) != real(x) || imag(x) != imag(x) }
func IsInf(x complex128) bool      { return math.IsInf(real(x), 0) || math.IsInf(imag(x), 0) }

func Polar(x complex128) (r, θ float64) { return Abs(x), Phase(x) }

func Rect(r, θ float64) complex128 { return complex(r*math.Cos(θ), r*math.Sin(θ)) }

// Sqrt takes the root whose real part is not negative, without cancellation.
func Sqrt(x complex128) complex128 {
	a, b := real(x), imag(x)
	if b == 0 {
		if a < 0 {
			return complex(0, math.Copysign(math.Sqrt(-a), b))
		}
		return complex(math.Sqrt(a), b)
	}
	if a == 0 {
		r := math.Sqrt(math.Abs(b) / 2)
		return complex(r, math.Copysign(r, b))
	}
	t := math.Sqrt((math.Abs(a) + math.Hypot(a, b)) / 2)
	if a > 0 {
		return complex(t, b/(2*t))
	}
	return complex(math.Abs(b)/(2*t), math.Copysign(t, b))
}

func Exp(x complex128) complex128 { return Rect(math.Exp(real(x)), imag(x)) }
func Log(x complex128) complex128 { return complex(math.Log(Abs(x)), Phase(x)) }

func Pow(x, y complex128) complex128 {
	if x == 0 {
		if y == 0 {
			return 1
		}
		return 0
	}
	r := math.Pow(Abs(x), real(y))
	θ := real(y) * Phase(x)
	if imag(y) != 0 {
		r *= math.Exp(-imag(y) * Phase(x))
		θ += imag(y) * math.Log(Abs(x))
	}
	return Rect(r, θ)
}

func Sin(x complex128) complex128 {
	return complex(math.Sin(real(x))*math.Cosh(imag(x)), math.Cos(real(x))*math.Sinh(imag(x)))
}

func Cos(x complex128) complex128 {
	return complex(math.Cos(real(x))*math.Cosh(imag(x)), -math.Sin(real(x))*math.Sinh(imag(x)))
}
