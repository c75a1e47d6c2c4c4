// A timer that is set again before it fires.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(time.Hour)
	start := time.Now()
	fmt.Println(t.Reset(4 * time.Millisecond))
	<-t.C
	d := time.Since(start)
	fmt.Println(d >= 4*time.Millisecond, d < time.Second, t.Stop())
}
