// Look for: one goroutine fails, and the others are told to stop: what errgroup does, in twenty lines.
// Question: Which goroutines still finish, and what decides it?
// Run: procs=4

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var members = 5 //knob members 1 12
var failing = 2 //knob failing 0 12

type group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelFunc
}

func (g *group) run(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel()
			})
		}
	}()
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	g := &group{cancel: cancel}
	for i := 0; i < members; i++ {
		i := i
		g.run(func() error {
			select {
			case <-time.After(time.Duration(20*i+20) * time.Microsecond):
			case <-ctx.Done():
				fmt.Println("member", i, "was stopped")
				return ctx.Err()
			}
			if i == failing {
				return errors.New(fmt.Sprint("member ", i, " failed"))
			}
			fmt.Println("member", i, "finished")
			return nil
		})
	}
	g.wg.Wait()
	cancel()
	fmt.Println("error:", g.err)
}
