package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	n := 0
	for i := 0; i < 50; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			n++
			mu.Unlock()
		}()
	}
	wg.Wait()
	fmt.Println(n)
	var c atomic.Int64
	var once sync.Once
	for i := 0; i < 10; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); c.Add(2); once.Do(func() { fmt.Println("once") }) }()
	}
	wg.Wait()
	fmt.Println(c.Load())
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(time.Second):
		fmt.Println("late")
	}
	t := time.NewTicker(time.Millisecond)
	for i := 0; i < 3; i++ {
		<-t.C
		fmt.Println("tick")
	}
	t.Stop()
	cond := sync.NewCond(&mu)
	ready := false
	go func() { mu.Lock(); ready = true; mu.Unlock(); cond.Broadcast() }()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	var rw sync.RWMutex
	m := map[int]int{}
	for i := 0; i < 5; i++ {
		wg.Add(2)
		go func(i int) { defer wg.Done(); rw.Lock(); m[i] = i * i; rw.Unlock() }(i)
		go func() { defer wg.Done(); rw.RLock(); _ = m[3]; rw.RUnlock() }()
	}
	wg.Wait()
	fmt.Println(m, len(m))
	var sm sync.Map
	sm.Store("a", 1)
	v, ok := sm.Load("a")
	_, loaded := sm.LoadOrStore("b", 2)
	fmt.Println(v, ok, loaded)
	ctx2, cancel2 := context.WithCancelCause(context.WithValue(context.Background(), "k", "v"))
	cancel2(fmt.Errorf("boom"))
	<-ctx2.Done()
	fmt.Println(ctx2.Err(), context.Cause(ctx2), ctx2.Value("k"))
	fmt.Println(ctx2)
	p := sync.Pool{New: func() any { return new(int) }}
	x := p.Get().(*int)
	*x = 7
	p.Put(x)
	done := make(chan struct{})
	time.AfterFunc(time.Millisecond, func() { close(done) })
	<-done
	start := time.Now()
	time.Sleep(20 * time.Millisecond)
	fmt.Println(time.Since(start) >= 20*time.Millisecond)
	f := sync.OnceValue(func() int { fmt.Println("compute"); return 42 })
	fmt.Println(f(), f())
}
