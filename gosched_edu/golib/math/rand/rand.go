// Package rand: random numbers (math/rand).
//
// The top-level functions draw from the run's own generator, so a run's seed decides them too; Seed
// changes nothing. A Rand made from NewSource(seed) always gives the same numbers, but not those of
// Go, whose generator needs a table of 607 words.
package rand

import (
	"math"
)

//op RAND r a
func random(n int) int

type Source interface {
	Int63() int64
	Seed(seed int64)
}

type Source64 interface {
	Source
	Uint64() uint64
}

// splitMix is the generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
type splitMix struct{ state uint64 }

func NewSource(seed int64) Source { return &splitMix{uint64(seed)} }

func (s *splitMix) Seed(seed int64) { s.state = uint64(seed) }
func (s *splitMix) Int63() int64    { return int64(s.Uint64() >> 1) }

func (s *splitMix) Uint64() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

type runSource struct{}

func (runSource) Seed(seed int64) {}
func (runSource) Int63() int64    { return int64(random(0)) }

// A Rand draws from a source. It is not safe for use by several goroutines.
type Rand struct{ src Source }

func New(src Source) *Rand { return &Rand{src} }

var global = New(runSource{})

func (r *Rand) Seed(seed int64) { r.src.Seed(seed) }
func (r *Rand) Int63() int64    { return r.src.Int63() }
func (r *Rand) Uint32() uint32  { return uint32(r.Int63() >> 31) }
func (r *Rand) Uint64() uint64  { return uint64(r.Int63())>>31 | uint64(r.Int63())<<32 }
func (r *Rand) Int31() int32    { return int32(r.Int63() >> 32) }
func (r *Rand) Int() int        { return int(r.Int63()) }

func (r *Rand) Int63n(n int64) int64 {
	if n <= 0 {
		panic("invalid argument to Int63n")
	}
	top := (1<<63 - 1) - (1<<63)%uint64(n)
	v := r.Int63()
	for v > int64(top) {
		v = r.Int63()
	}
	return v % n
}

func (r *Rand) Int31n(n int32) int32 {
	if n <= 0 {
		panic("invalid argument to Int31n")
	}
	return int32(r.Int63n(int64(n)))
}

func (r *Rand) Intn(n int) int {
	if n <= 0 {
		panic("invalid argument to Intn")
	}
	return int(r.Int63n(int64(n)))
}

func (r *Rand) Float64() float64 { return float64(r.Int63n(1<<53)) / (1 << 53) }
func (r *Rand) Float32() float32 { return float32(r.Int63n(1<<24)) / (1 << 24) }

// NormFloat64 is Marsaglia's polar method.
func (r *Rand) NormFloat64() float64 {
	for {
		u, v := 2*r.Float64()-1, 2*r.Float64()-1
		if s := u*u + v*v; s > 0 && s < 1 {
			return u * math.Sqrt(-2*math.Log(s)/s)
		}
	}
}

func (r *Rand) ExpFloat64() float64 { return -math.Log(1 - r.Float64()) }

func (r *Rand) Perm(n int) []int {
	m := make([]int, n)
	for i := range m {
		j := r.Intn(i + 1)
		m[i] = m[j]
		m[j] = i
	}
	return m
}

func (r *Rand) Shuffle(n int, swap func(i, j int)) {
	if n < 0 {
		panic("invalid argument to Shuffle")
	}
	for i := n - 1; i > 0; i-- {
		swap(i, r.Intn(i+1))
	}
}

func (r *Rand) Read(p []byte) (n int, err error) {
	for i := range p {
		p[i] = byte(r.Int63())
	}
	return len(p), nil
}

// The top-level functions are safe for several goroutines: each draw is one instruction.

func Seed(seed int64)      {}
func Int63() int64         { return int64(random(0)) }
func Int() int             { return random(0) }
func Uint32() uint32       { return global.Uint32() }
func Uint64() uint64       { return global.Uint64() }
func Int31() int32         { return global.Int31() }
func Int63n(n int64) int64 { return global.Int63n(n) }
func Int31n(n int32) int32 { return global.Int31n(n) }
func Float64() float64     { return float64(random(1<<53)) / (1 << 53) }
func Float32() float32     { return global.Float32() }
func NormFloat64() float64 { return global.NormFloat64() }
func ExpFloat64() float64  { return global.ExpFloat64() }
func Perm(n int) []int     { return global.Perm(n) }

func Intn(n int) int {
	if n <= 0 {
		panic("invalid argument to Intn")
	}
	return random(n)
}

func Shuffle(n int, swap func(i, j int)) { global.Shuffle(n, swap) }

func Read(p []byte) (n int, err error) { return global.Read(p) }
