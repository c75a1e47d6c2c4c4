// Look for: the slow goroutines can never send: nobody receives after the first answer.
// Question: How large must the buffer be, so that none of them stays?
// Run: procs=2

package main

import (
	"fmt"
	"runtime"
	"time"
)

var servers = 4 //knob servers 1 12
var room = 0    //knob room 0 12

func ask(server int, answers chan<- int) {
	time.Sleep(time.Duration(10*server+10) * time.Microsecond)
	answers <- server
}

func main() {
	answers := make(chan int, room)
	for s := 0; s < servers; s++ {
		go ask(s, answers)
	}
	fmt.Println("first answer from server", <-answers)
	time.Sleep(5 * time.Millisecond)
	fmt.Println("goroutines that are left:", runtime.NumGoroutine()-1)
}
