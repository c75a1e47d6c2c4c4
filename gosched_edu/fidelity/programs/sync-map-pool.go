// sync.Map, and a Pool on one P.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			v, loaded := m.LoadOrStore(i%2, i)
			fmt.Println(i, v, loaded)
		}()
	}
	wg.Wait()
	made := 0
	p := sync.Pool{New: func() any { made++; return made }}
	a := p.Get()
	p.Put(a)
	fmt.Println(a, p.Get(), p.Get())
}
