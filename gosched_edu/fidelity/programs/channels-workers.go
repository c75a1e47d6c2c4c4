// A pool of three workers takes jobs from one channel.
package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs, results := make(chan int), make(chan string, 12)
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				results <- fmt.Sprint("worker ", w, " job ", j)
			}
		}()
	}
	for j := range 12 {
		jobs <- j
	}
	close(jobs)
	wg.Wait()
	close(results)
	for r := range results {
		fmt.Println(r)
	}
}
