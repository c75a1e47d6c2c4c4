// Two goroutines on the two ends of a network pipe.
package main

import (
	"fmt"
	"io"
	"net"
)

func main() {
	a, b := net.Pipe()
	go func() {
		for _, s := range []string{"one", "two", "three"} {
			io.WriteString(a, s)
		}
		a.Close()
	}()
	buffer := make([]byte, 16)
	for {
		n, err := b.Read(buffer)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(string(buffer[:n]))
	}
}
