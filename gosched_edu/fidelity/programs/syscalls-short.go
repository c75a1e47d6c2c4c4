// Short system calls keep their P.
package main

import (
	"fmt"
	"os"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range 3 {
				fmt.Fprintln(os.Stdout, i, k)
			}
		}()
	}
	wg.Wait()
}
