// Pointers into a stack that moves.
package main

import "fmt"

func grow(n int, p *int) {
	if n == 0 {
		*p = 42
		return
	}
	var room [64]int
	room[n%64] = n
	grow(n-room[n%64]+n-1, p)
}
func main() {
	done := make(chan int)
	go func() {
		x := 1
		grow(500, &x)
		done <- x
	}()
	fmt.Println(<-done)
}
