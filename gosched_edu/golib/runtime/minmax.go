// min and max of floating-point numbers (minmax.go): NaN wins, and -0 is less than +0.
package runtime

func fmin(x, y float64) float64 {
	if x != x || y != y {
		return x + y
	}
	if x < y || x == 0 && y == 0 && 1/x < 0 {
		return x
	}
	return y
}

func fmax(x, y float64) float64 {
	if x != x || y != y {
		return x + y
	}
	if x > y || x == 0 && y == 0 && 1/x > 0 {
		return x
	}
	return y
}
