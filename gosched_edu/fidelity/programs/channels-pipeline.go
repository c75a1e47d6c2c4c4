// Four stages of a pipeline.
package main

import "fmt"

func stage(in chan int, name string) chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			fmt.Print(name, v, " ")
			out <- v + 1
		}
	}()
	return out
}
func main() {
	first := make(chan int)
	last := stage(stage(stage(first, "a"), "b"), "c")
	go func() {
		for i := range 5 {
			first <- 10 * i
		}
		close(first)
	}()
	for v := range last {
		fmt.Print("=", v, " ")
	}
	fmt.Println()
}
