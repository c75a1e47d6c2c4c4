// Package math: what floating-point programs use.
//
// The square root, exponential, logarithm and trigonometric functions are instructions of the
// machine; the rest is built of them and of the bits of a float. A float32 is kept as the
// float64 of the same value, so its bits are made and read here.
package math

//op MOV r a
func Float64bits(f float64) uint64

//op MOV r a
func Float64frombits(b uint64) float64

const (
	mask  = 0x7FF
	shift = 52
	bias  = 1023
)

// Float32bits rounds nothing: f is a float32 already.
func Float32bits(f float32) uint32 {
	b := Float64bits(float64(f))
	sign := uint32(b>>63) << 31
	exp := int(b >> shift & mask)
	frac := b & (1<<shift - 1)
	switch {
	case exp == mask && frac != 0:
		return sign | 0x7FC00000
	case exp == mask:
		return sign | 0x7F800000
	case exp == 0:
		return sign
	}
	exp -= bias - 127
	if exp <= 0 { // a denormal float32
		return sign | uint32((frac|1<<shift)>>uint(30-exp))
	}
	return sign | uint32(exp)<<23 | uint32(frac>>29)
}

func Float32frombits(b uint32) float32 {
	exp := int(b >> 23 & 0xFF)
	frac := uint64(b & (1<<23 - 1))
	sign := uint64(b>>31) << 63
	switch {
	case exp == 0xFF:
		return float32(Float64frombits(sign | mask<<shift | frac<<29))
	case exp == 0:
		f := float64(frac) / (1 << 126) / (1 << 23)
		return float32(Float64frombits(sign | Float64bits(f)))
	}
	return float32(Float64frombits(sign | uint64(exp-127+bias)<<shift | frac<<29))
}

func Inf(sign int) float64 {
	if sign >= 0 {
		return Float64frombits(0x7FF0000000000000)
	}
	return Float64frombits(0xFFF0000000000000)
}

func NaN() float64 { return Float64frombits(0x7FF8000000000001) }

func IsNaN(f float64) (is bool) { return f != f }

func IsInf(f float64, sign int) bool {
	return sign >= 0 && f > MaxFloat64 || sign <= 0 && f < -MaxFloat64
}

func Signbit(x float64) bool { return Float64bits(x)>>63 != 0 }

func Copysign(f, sign float64) float64 {
	const signBit = 1 << 63
	return Float64frombits(Float64bits(f)&^signBit | Float64bits(sign)&signBit)
}
