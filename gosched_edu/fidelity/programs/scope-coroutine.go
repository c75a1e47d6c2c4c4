// iter.Pull: a goroutine that runs when it is asked.
package main

import (
	"fmt"
	"iter"
)

func main() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i * i); i++ {
		}
		fmt.Println("stopped")
	})
	for range 4 {
		fmt.Println(next())
	}
	stop()
	fmt.Println(next())
}
