// Main returns; the others are dropped.
package main

import "fmt"

func main() {
	for i := range 5 {
		go fmt.Println("never seen", i)
	}
	fmt.Println("main is done")
}
