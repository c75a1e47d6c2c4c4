// Look for: the worker learns from ctx.Done that nobody waits for it any more.
// Question: What is printed when work and patience are equal?
// Run: procs=2

package main

import (
	"context"
	"fmt"
	"time"
)

var patience = 5 //knob patience 1 20
var steps = 10   //knob steps 1 20

func work(ctx context.Context, done chan<- string) {
	for i := 0; i < steps; i++ {
		select {
		case <-ctx.Done():
			fmt.Println("worker stops at step", i)
			return
		case <-time.After(time.Millisecond):
		}
	}
	done <- "all steps"
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(patience)*time.Millisecond)
	defer cancel()
	done := make(chan string, 1)
	go work(ctx, done)
	select {
	case text := <-done:
		fmt.Println("finished:", text)
	case <-ctx.Done():
		fmt.Println("gave up:", ctx.Err())
	}
	time.Sleep(2 * time.Millisecond)
}
