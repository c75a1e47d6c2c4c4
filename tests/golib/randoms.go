package main

import (
	"fmt"
	"math/rand"
	v2 "math/rand/v2"
)

// The numbers of seeded generators are Go's, one by one.
func main() {
	for _, seed := range []int64{42, 0, -9, 1 << 40} {
		r := rand.New(rand.NewSource(seed))
		fmt.Println(r.Intn(100), r.Intn(1<<40), r.Intn(64), r.Int31n(10), r.Int63n(1<<40+7), r.Int63(), r.Uint64())
		fmt.Println(r.Float64(), r.Float32(), r.Perm(5), r.Uint32(), r.NormFloat64(), r.ExpFloat64())
		b := make([]byte, 20)
		r.Read(b)
		x := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}
		r.Shuffle(9, func(i, j int) { x[i], x[j] = x[j], x[i] })
		r.Seed(7)
		fmt.Println(b, x, r.Int())
	}
	r, sum := rand.New(rand.NewSource(3)), 0.0
	for i := 0; i < 3000; i++ { // often enough for the tails
		sum += r.NormFloat64() + 3*r.ExpFloat64()
	}
	fmt.Println(sum)
	p := v2.New(v2.NewPCG(1, 2))
	fmt.Println(p.IntN(100), p.Uint64(), p.Float64(), p.Perm(5))
}
