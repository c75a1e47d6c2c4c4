//go:build go1.23

// Package iter: functions that hand over values one by one, and how to pull from them.
//
// Pull runs the function in a goroutine of its own that is awake only while its caller waits: Go
// switches directly between the two (coroutines), here two channels do the same.
package iter

type Seq[V any] func(yield func(V) bool)

type Seq2[K, V any] func(yield func(K, V) bool)

type pull struct {
	wake  chan bool // true: the next value, false: stop
	ready chan bool // true: there is a value
	begun bool
	done  bool
	panic any
}

func newPull() *pull { return &pull{wake: make(chan bool), ready: make(chan bool)} }

// run is the goroutine: loop is the function with a yield that calls p.yield.
func (p *pull) run(loop func()) {
	defer func() {
		p.panic = recover()
		p.done = true
		p.ready <- false
	}()
	if <-p.wake {
		loop()
	}
}

func (p *pull) yield() bool {
	p.ready <- true
	return <-p.wake
}

// resume lets the function go on to its next value or its end.
func (p *pull) resume(loop func(), on bool) bool {
	if p.done {
		return false
	}
	if !p.begun {
		if !on {
			p.done = true
			return false
		}
		p.begun = true
		go p.run(loop)
	}
	p.wake <- on
	ok := <-p.ready
	if x := p.panic; x != nil {
		p.panic = nil
		panic(x)
	}
	return ok
}

func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) {
	var value V
	p := newPull()
	loop := func() {
		seq(func(v V) bool {
			value = v
			return p.yield()
		})
	}
	next = func() (v V, ok bool) {
		if p.resume(loop, true) {
			return value, true
		}
		return
	}
	return next, func() { p.resume(loop, false) }
}

func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	var key K
	var value V
	p := newPull()
	loop := func() {
		seq(func(k K, v V) bool {
			key, value = k, v
			return p.yield()
		})
	}
	next = func() (k K, v V, ok bool) {
		if p.resume(loop, true) {
			return key, value, true
		}
		return
	}
	return next, func() { p.resume(loop, false) }
}
