// A sharded map that counts with runtime/metrics what it does, keyed by hash/maphash and unique.
package main

import (
	"fmt"
	"hash/maphash"
	"runtime/metrics"
	"sync"
	"unique"
)

type shard struct {
	sync.Mutex
	m map[unique.Handle[string]]int
}

type point struct {
	x, y int
	name any
}

func read(name string) metrics.Value {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return s[0].Value
}

func try(what string, f func()) {
	defer func() { fmt.Println(what, recover()) }()
	f()
}

func main() {
	var shards [4]shard
	seed := maphash.MakeSeed()
	before := read("/sched/goroutines-created:goroutines").Uint64()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 25 {
				key := fmt.Sprint("key", j)
				s := &shards[maphash.String(seed, key)%4]
				s.Lock()
				if s.m == nil {
					s.m = map[unique.Handle[string]]int{}
				}
				s.m[unique.Make(key)] += i
				s.Unlock()
			}
		})
	}
	wg.Wait()
	keys, sum, used := 0, 0, 0
	for i := range shards {
		if len(shards[i].m) > 0 {
			used++
		}
		for k, n := range shards[i].m {
			keys, sum = keys+len(k.Value())/4, sum+n
		}
	}
	fmt.Println(keys, sum, used > 1, read("/sched/goroutines-created:goroutines").Uint64()-before >= 8)

	var h, g maphash.Hash
	g.SetSeed(h.Seed())
	h.WriteString("ab")
	h.WriteByte('c')
	g.Write([]byte("abc"))
	fmt.Println(h.Sum64() == g.Sum64(), h.Sum64() == maphash.Bytes(h.Seed(), []byte("abc")), len(h.Sum(nil)), h.Size())
	h.Reset()
	fmt.Println(h.Sum64() != g.Sum64(), maphash.String(maphash.MakeSeed(), "x") != maphash.String(seed, "x"))
	p, q := point{1, 2, "n"}, point{1, 2, "n"}
	fmt.Println(maphash.Comparable(seed, p) == maphash.Comparable(seed, q), maphash.Comparable(seed, 0.0) == maphash.Comparable(seed, -1/1e999))
	try("seed", func() { maphash.String(maphash.Seed{}, "x") })
	try("hash", func() { maphash.Comparable(seed, point{name: []int{1}}) })

	fmt.Println(unique.Make(p) == unique.Make(q), unique.Make("a") == unique.Make("b"), unique.Make(any(1)) == unique.Make(any(1.0)))
	fmt.Println(unique.Make(any(1)).Value(), unique.Make(1).Value(), unique.Make(struct{}{}) == unique.Make(struct{}{}))

	for _, name := range []string{"/sched/gomaxprocs:threads", "/gc/heap/allocs:bytes", "/no/such:name"} {
		v := read(name)
		fmt.Println(name, v.Kind() == metrics.KindUint64, v.Kind() == metrics.KindBad)
		try("float", func() { v.Float64() })
	}
	for _, d := range metrics.All() {
		if d.Name == "/sched/goroutines:goroutines" || d.Name == "/gc/cycles/total:gc-cycles" {
			fmt.Println(d.Name, d.Kind, d.Cumulative, read(d.Name).Uint64() > 0 || d.Cumulative)
		}
	}
}
