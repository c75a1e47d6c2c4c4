// Look for: each half is sorted by a goroutine of its own, until the parts are small.
// Question: Which smallest part makes the run shortest?
// Run: procs=4

package main

import (
	"fmt"
	"sync"
)

var length = 400   //knob length 10 2000
var smallest = 100 //knob smallest 1 2000

func sort(a []int, wg *sync.WaitGroup) {
	defer wg.Done()
	if len(a) < 2 {
		return
	}
	pivot, last := a[len(a)/2], len(a)-1
	a[len(a)/2], a[last] = a[last], a[len(a)/2]
	at := 0
	for i := 0; i < last; i++ {
		if a[i] < pivot {
			a[i], a[at] = a[at], a[i]
			at++
		}
	}
	a[at], a[last] = a[last], a[at]
	wg.Add(2)
	if len(a) > smallest {
		go sort(a[:at], wg)
	} else {
		sort(a[:at], wg)
	}
	sort(a[at+1:], wg)
}

func main() {
	a := make([]int, length)
	for i, x := 0, 1; i < length; i++ {
		x = x * 7919 % 10007
		a[i] = x
	}
	var wg sync.WaitGroup
	wg.Add(1)
	sort(a, &wg)
	wg.Wait()
	for i := 1; i < length; i++ {
		if a[i-1] > a[i] {
			fmt.Println("not sorted at", i)
			return
		}
	}
	fmt.Println("sorted", length, "numbers")
}
