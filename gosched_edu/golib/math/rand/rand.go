// Package rand: random numbers (math/rand).
//
// A Rand made from NewSource(seed) gives Go's numbers. The top-level functions draw from the run's own
// generator, so a run's seed decides them; before Go 1.20, and once Seed was called before Go 1.24, they
// have a seed of the program, and give Go's numbers.
package rand

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

func NewSource(seed int64) Source {
	rng := new(rngSource)
	rng.Seed(seed)
	return rng
}

type runSource struct{}

func (runSource) Seed(seed int64) {}
func (runSource) Int63() int64    { return int64(random(0)) }

// A Rand draws from a source. It is not safe for use by several goroutines.
type Rand struct {
	src     Source
	s64     Source64 // src, if it has 64 bits at a time
	readVal int64    // what Read has not used yet
	readPos int8
}

func New(src Source) *Rand {
	s64, _ := src.(Source64)
	return &Rand{src: src, s64: s64}
}

func (r *Rand) Seed(seed int64) {
	r.src.Seed(seed)
	r.readPos = 0
}

func (r *Rand) Int63() int64   { return r.src.Int63() }
func (r *Rand) Uint32() uint32 { return uint32(r.Int63() >> 31) }
func (r *Rand) Int31() int32   { return int32(r.Int63() >> 32) }
func (r *Rand) Int() int       { return int(r.Int63()) }

func (r *Rand) Uint64() uint64 {
	if r.s64 != nil {
		return r.s64.Uint64()
	}
	return uint64(r.Int63())>>31 | uint64(r.Int63())<<32
}

func (r *Rand) Int63n(n int64) int64 {
	if n <= 0 {
		panic("invalid argument to Int63n")
	}
	if n&(n-1) == 0 {
		return r.Int63() & (n - 1)
	}
	top := int64((1<<63 - 1) - (1<<63)%uint64(n))
	v := r.Int63()
	for v > top {
		v = r.Int63()
	}
	return v % n
}

func (r *Rand) Int31n(n int32) int32 {
	if n <= 0 {
		panic("invalid argument to Int31n")
	}
	if n&(n-1) == 0 {
		return r.Int31() & (n - 1)
	}
	top := int32((1<<31 - 1) - (1<<31)%uint32(n))
	v := r.Int31()
	for v > top {
		v = r.Int31()
	}
	return v % n
}

// int31n is Lemire's multiplication, which Shuffle uses.
func (r *Rand) int31n(n int32) int32 {
	v := r.Uint32()
	prod := uint64(v) * uint64(n)
	low := uint32(prod)
	if low < uint32(n) {
		thresh := uint32(-n) % uint32(n)
		for low < thresh {
			v = r.Uint32()
			prod = uint64(v) * uint64(n)
			low = uint32(prod)
		}
	}
	return int32(prod >> 32)
}

func (r *Rand) Intn(n int) int {
	if n <= 0 {
		panic("invalid argument to Intn")
	}
	if n <= 1<<31-1 {
		return int(r.Int31n(int32(n)))
	}
	return int(r.Int63n(int64(n)))
}

func (r *Rand) Float64() float64 {
	for {
		if f := float64(r.Int63()) / (1 << 63); f != 1 { // it may have been rounded up
			return f
		}
	}
}

func (r *Rand) Float32() float32 {
	for {
		if f := float32(r.Float64()); f != 1 { // it may have been rounded up
			return f
		}
	}
}

func (r *Rand) Perm(n int) []int {
	m := make([]int, n)
	for i := 0; i < n; i++ {
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
	i := n - 1
	for ; i > 1<<31-1-1; i-- {
		swap(i, int(r.Int63n(int64(i+1))))
	}
	for ; i > 0; i-- {
		swap(i, int(r.int31n(int32(i+1))))
	}
}

func (r *Rand) Read(p []byte) (n int, err error) {
	for n = range p {
		if r.readPos == 0 {
			r.readVal = r.src.Int63()
			r.readPos = 7
		}
		p[n] = byte(r.readVal)
		r.readVal >>= 8
		r.readPos--
	}
	return len(p), nil
}

// The top-level functions are safe for several goroutines: each draw of the run's generator is one
// instruction, and a seeded one has a lock.

var unseeded = New(runSource{})

//until 1.20
var seeded = New(start(1))

//since 1.20
var seeded *Rand

func start(seed int64) Source {
	source := new(lockedSource)
	source.Seed(seed)
	return source
}

//until 1.24
func Seed(seed int64) { seeded = New(start(seed)) }

//since 1.24
func Seed(seed int64) {}

func global() *Rand {
	if seeded != nil {
		return seeded
	}
	return unseeded
}

func Int63() int64         { return global().Int63() }
func Int() int             { return global().Int() }
func Uint32() uint32       { return global().Uint32() }
func Uint64() uint64       { return global().Uint64() }
func Int31() int32         { return global().Int31() }
func Int63n(n int64) int64 { return global().Int63n(n) }
func Int31n(n int32) int32 { return global().Int31n(n) }
func Float64() float64     { return global().Float64() }
func Float32() float32     { return global().Float32() }
func NormFloat64() float64 { return global().NormFloat64() }
func ExpFloat64() float64  { return global().ExpFloat64() }
func Perm(n int) []int     { return global().Perm(n) }

func Intn(n int) int {
	if seeded == nil && n > 0 {
		return random(n)
	}
	return global().Intn(n)
}

func Shuffle(n int, swap func(i, j int)) { global().Shuffle(n, swap) }

func Read(p []byte) (n int, err error) { return global().Read(p) }
