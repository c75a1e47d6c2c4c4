// What a send makes visible.
package main

import "fmt"

func main() {
	var data [4]int
	ready := make(chan bool)
	go func() {
		for i := range data {
			data[i] = i + 1
		}
		ready <- true
	}()
	<-ready
	fmt.Println(data)
}
