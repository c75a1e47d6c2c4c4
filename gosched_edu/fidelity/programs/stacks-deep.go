// Recursion: the stack grows, the values stay.
package main

import "fmt"

func down(n int) int {
	if n == 0 {
		return 0
	}
	return down(n-1) + 1
}
func main() {
	out := make(chan int)
	for _, n := range []int{10, 1000, 20000} {
		go func() { out <- down(n) }()
		fmt.Println(<-out)
	}
}
