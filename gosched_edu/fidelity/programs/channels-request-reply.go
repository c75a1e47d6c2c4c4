// Each request carries the channel for its answer.
package main

import "fmt"

type request struct {
	n     int
	reply chan int
}

func main() {
	server := make(chan request)
	go func() {
		for r := range server {
			r.reply <- r.n * r.n
		}
	}()
	for i := range 5 {
		r := request{i, make(chan int)}
		server <- r
		fmt.Println(i, <-r.reply)
	}
}
