// Recover turns a panic into a value; deferred calls run in reverse.
package main

import (
	"errors"
	"fmt"
)

func risky(n int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	defer fmt.Println("deferred", n)
	switch n {
	case 1:
		panic("one")
	case 2:
		panic(errors.New("two"))
	case 3:
		var m map[string]int
		m["x"] = 1
	case 4:
		var a []int
		_ = a[n]
	}
	return nil
}
func main() {
	for n := range 5 {
		fmt.Println(risky(n))
	}
}
