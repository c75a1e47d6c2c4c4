// A ticker, and work that is shorter than its period.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTicker(5 * time.Millisecond)
	defer t.Stop()
	for i := range 4 {
		<-t.C
		fmt.Println("tick", i)
	}
}
