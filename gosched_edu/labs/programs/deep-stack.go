// Look for: the stack doubles when it must; its frames move with it.
// Question: At which depths does it grow, and how large is it in Go 1.2?
// Run: procs=1

package main

import "fmt"

var depth = 300 //knob depth 1 5000

func down(n int) int {
	var room [8]int
	room[n%8] = n
	if n == 0 {
		return 0
	}
	return down(n-1) + room[n%8] - n + 1
}

func main() {
	done := make(chan int)
	go func() { done <- down(depth) }()
	fmt.Println("came back from depth", <-done)
}
