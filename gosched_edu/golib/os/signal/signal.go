// Package signal: the user presses Ctrl-C.
//
// Problem. A program that waits for a signal would wait for ever: nobody sends one to a simulated program.
//
// Chosen. Ten seconds of virtual time after the first Notify an interrupt comes, once. Who asked for other
// signals only gets the first of those. Until then a goroutine in a system call waits for it, as Go's
// signal loop does, so that a waiting program is no deadlock.
package signal

import (
	"context"
	"os"
	"sync"
	"syscall"
)

const patience = 10 * 1000000000 // ns

//op SYSCALL a 1
func wait(ns int64)

type handler struct {
	c    chan<- os.Signal
	sigs []os.Signal
}

var (
	mu       sync.Mutex
	handlers []handler
	waiting  bool
)

func Notify(c chan<- os.Signal, sig ...os.Signal) {
	if c == nil {
		panic("os/signal: Notify using nil channel")
	}
	mu.Lock()
	defer mu.Unlock()
	handlers = append(handlers, handler{c, sig})
	if !waiting {
		waiting = true
		go loop()
	}
}

// loop delivers the one signal that comes.
func loop() {
	wait(patience)
	mu.Lock()
	defer mu.Unlock()
	for _, h := range handlers {
		select {
		case h.c <- h.wanted():
		default:
		}
	}
}

func (h handler) wanted() os.Signal {
	for _, s := range h.sigs {
		if s == os.Interrupt {
			return s
		}
	}
	if len(h.sigs) > 0 {
		return h.sigs[0]
	}
	return syscall.SIGINT
}

func Stop(c chan<- os.Signal) {
	mu.Lock()
	defer mu.Unlock()
	var rest []handler
	for _, h := range handlers {
		if h.c != c {
			rest = append(rest, h)
		}
	}
	handlers = rest
}

func Reset(sig ...os.Signal) {
	mu.Lock()
	defer mu.Unlock()
	handlers = nil
}

func Ignore(sig ...os.Signal) { Reset(sig...) }

// NotifyContext is done when the signal comes or stop is called.
func NotifyContext(parent context.Context, signals ...os.Signal) (ctx context.Context, stop context.CancelFunc) {
	ctx, cancel := withCause(parent)
	c := make(chan os.Signal, 1)
	Notify(c, signals...)
	if ctx.Err() == nil {
		go func() {
			select {
			case s := <-c:
				cancel(signalError(s.String() + " signal received"))
			case <-ctx.Done():
			}
		}()
	}
	return ctx, func() {
		cancel(nil)
		Stop(c)
	}
}

// withCause is WithCancel until Go 1.25: the signal is then no cause.
//
//until 1.26
func withCause(parent context.Context) (context.Context, func(error)) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, func(error) { cancel() }
}

//since 1.26
func withCause(parent context.Context) (context.Context, func(error)) {
	return context.WithCancelCause(parent)
}

type signalError string

func (s signalError) Error() string { return string(s) }

// Is makes it a cancellation to those who ask for one. Go 1.26 had it from a later patch on (issue 77639).
//
//since 1.27
func (s signalError) Is(target error) bool { return target == context.Canceled }
