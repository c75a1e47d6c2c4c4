// Package subtle: comparing without saying where the difference is.
package subtle

func ConstantTimeCompare(x, y []byte) int {
	if len(x) != len(y) {
		return 0
	}
	var d byte
	for i := range x {
		d |= x[i] ^ y[i]
	}
	return ConstantTimeByteEq(d, 0)
}

func ConstantTimeByteEq(x, y uint8) int { return int((uint32(x^y) - 1) >> 31) }
func ConstantTimeEq(x, y int32) int     { return int((uint64(uint32(x^y)) - 1) >> 63) }
func ConstantTimeSelect(v, x, y int) int { return ^(v-1)&x | (v-1)&y }
