// AfterFunc starts a goroutine; Stop says whether it came too late.
package main

import (
	"fmt"
	"time"
)

func main() {
	done := make(chan bool)
	time.AfterFunc(3*time.Millisecond, func() { fmt.Println("fired"); done <- true })
	never := time.AfterFunc(time.Hour, func() { fmt.Println("never") })
	<-done
	fmt.Println(never.Stop(), never.Stop())
}
