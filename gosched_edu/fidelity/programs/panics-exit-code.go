// os.Exit runs no deferred call.
package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("never")
	fmt.Println("exit")
	os.Exit(3)
}
