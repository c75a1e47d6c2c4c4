// Once: the others wait for the first.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var once sync.Once
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			once.Do(func() {
				fmt.Println("once, by", i)
				runtime.Gosched()
			})
			fmt.Println("after", i)
		}()
	}
	wg.Wait()
	value := sync.OnceValue(func() int { fmt.Println("computed"); return 7 })
	fmt.Println(value(), value())
}
