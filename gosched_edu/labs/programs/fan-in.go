// Look for: two senders share one channel, and the receiver does not know who is next.
// Question: Can you find a seed with which one of them is always ahead?
// Run: procs=2

package main

import (
	"fmt"
	"time"
)

var messages = 4 //knob messages 1 20
var pause = 20   //knob pause 0 200

func say(who string, out chan<- string) {
	for i := 0; i < messages; i++ {
		out <- fmt.Sprint(who, " ", i)
		time.Sleep(time.Duration(pause) * time.Microsecond)
	}
}

func main() {
	all := make(chan string)
	go say("Ann", all)
	go say("Bob", all)
	for i := 0; i < 2*messages; i++ {
		fmt.Println(<-all)
	}
}
