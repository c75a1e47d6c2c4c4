package rand

import (
	"math"
	"sync"
)

// Normally and exponentially distributed numbers by the ziggurat method (Marsaglia and Tsang, "The
// Ziggurat Method for Generating Random Variables", 2000), as in Go. The tables are worked out when the
// first such number is drawn.

const (
	normR = 3.442619855899     // where the tail of the normal distribution begins
	normV = 9.91256303526217e-3 // the area of each layer
	expR  = 7.69711747013104972
	expV  = 3.949659822581572e-3
)

type ziggurat struct {
	k    []uint32
	w, f []float32
}

var normal, exponential ziggurat

// layers fills the tables of n layers: density and its inverse, in units of 1/m.
func layers(n int, m, r, v float64, density, inverse func(float64) float64) ziggurat {
	z := ziggurat{make([]uint32, n), make([]float32, n), make([]float32, n)}
	d, t := r, r
	q := v / density(d)
	z.k[0] = uint32(d / q * m)
	z.w[0], z.w[n-1] = float32(q/m), float32(d/m)
	z.f[0], z.f[n-1] = 1, float32(density(d))
	for i := n - 2; i >= 1; i-- {
		d = inverse(v/d + density(d))
		z.k[i+1] = uint32(d / t * m)
		t = d
		z.f[i], z.w[i] = float32(density(d)), float32(d/m)
	}
	return z
}

var once sync.Once

func tables() {
	normal = layers(128, 1<<31, normR, normV,
		func(x float64) float64 { return math.Exp(-.5 * x * x) },
		func(y float64) float64 { return math.Sqrt(-2 * math.Log(y)) })
	exponential = layers(256, 1<<32, expR, expV,
		func(x float64) float64 { return math.Exp(-x) },
		func(y float64) float64 { return -math.Log(y) })
}

// NormFloat64 has mean 0 and standard deviation 1.
func (r *Rand) NormFloat64() float64 {
	once.Do(tables)
	z := &normal
	for {
		j := int32(r.Uint32())
		i := j & 0x7F
		x := float64(j) * float64(z.w[i])
		if abs(j) < z.k[i] {
			return x
		}
		if i == 0 { // the tail
			for {
				x = -math.Log(r.Float64()) * (1.0 / normR)
				y := -math.Log(r.Float64())
				if y+y >= x*x {
					break
				}
			}
			if j > 0 {
				return normR + x
			}
			return -normR - x
		}
		if z.f[i]+float32(r.Float64())*(z.f[i-1]-z.f[i]) < float32(math.Exp(-.5*x*x)) {
			return x
		}
	}
}

func abs(j int32) uint32 {
	if j < 0 {
		return uint32(-j)
	}
	return uint32(j)
}

// ExpFloat64 has mean 1.
func (r *Rand) ExpFloat64() float64 {
	once.Do(tables)
	z := &exponential
	for {
		j := r.Uint32()
		i := j & 0xFF
		x := float64(j) * float64(z.w[i])
		if j < z.k[i] {
			return x
		}
		if i == 0 {
			return expR - math.Log(r.Float64())
		}
		if z.f[i]+float32(r.Float64())*(z.f[i-1]-z.f[i]) < float32(math.Exp(-x)) {
			return x
		}
	}
}
