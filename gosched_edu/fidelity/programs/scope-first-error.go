// A group of goroutines: the first error cancels the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

type group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelFunc
}

func (g *group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err; g.cancel() })
		}
	}()
}
func (g *group) Wait() error { g.wg.Wait(); g.cancel(); return g.err }
func main() {
	ctx, cancel := context.WithCancel(context.Background())
	g := &group{cancel: cancel}
	for i := range 4 {
		g.Go(func() error {
			if i == 1 {
				return errors.New("task 1 failed")
			}
			<-ctx.Done()
			fmt.Println("task", i, "stops")
			return ctx.Err()
		})
	}
	fmt.Println(g.Wait())
}
