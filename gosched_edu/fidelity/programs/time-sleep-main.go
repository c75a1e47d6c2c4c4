// Main sleeps, the goroutines run; one of them sleeps less.
package main

import (
	"fmt"
	"time"
)

func main() {
	for i := range 3 {
		go func() {
			fmt.Println("start", i)
			time.Sleep(time.Duration(3+3*i) * time.Millisecond)
			fmt.Println("end", i)
		}()
	}
	time.Sleep(20 * time.Millisecond)
	fmt.Println("main")
}
