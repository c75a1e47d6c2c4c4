// A long system call loses its P: the other goroutine runs meanwhile.
package main

import (
	"fmt"
	"syscall"
	"time"
)

func main() {
	done := make(chan bool)
	go func() {
		fmt.Println("call")
		ts := syscall.NsecToTimespec(int64(30 * time.Millisecond))
		syscall.Nanosleep(&ts, nil)
		fmt.Println("back")
		done <- true
	}()
	go func() { fmt.Println("meanwhile"); done <- true }()
	<-done
	fmt.Println("one")
	<-done
}
