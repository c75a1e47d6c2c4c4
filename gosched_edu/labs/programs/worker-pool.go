// Look for: a worker that is done takes the next job; no job is given out in advance.
// Question: From how many workers on does the run get no shorter?
// Run: procs=4

package main

import (
	"fmt"
	"sync"
)

var workers = 3  //knob workers 1 12
var tasks = 12   //knob tasks 1 60
var effort = 200 //knob effort 1 2000

func work(n int) int {
	x := 0
	for i := 0; i < 10*effort; i++ {
		x += i * n % 7
	}
	return x
}

func main() {
	jobs, results := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for w := 0; w < workers; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range jobs {
				results <- work(n)
			}
		}()
	}
	go func() {
		for n := 0; n < tasks; n++ {
			jobs <- n
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	count := 0
	for range results {
		count++
	}
	fmt.Println(count, "results")
}
