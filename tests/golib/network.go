package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

func gen(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i * i) {
				return
			}
		}
	}
}

type netError interface{ Timeout() bool }

func main() {
	for v := range gen(5) {
		fmt.Print(v, " ")
	}
	next, stop := iter.Pull(gen(3))
	for {
		v, ok := next()
		if !ok {
			break
		}
		fmt.Print("p", v, " ")
	}
	stop()
	fmt.Println()
	c1, c2 := net.Pipe()
	go func() {
		c1.Write([]byte("ping"))
		c1.Close()
	}()
	b, err := io.ReadAll(c2)
	fmt.Println(string(b), err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			c, err := ln.Accept()
			if err != nil {
				fmt.Println("accept ends", errors.Is(err, net.ErrClosed))
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	for i := 0; i < 3; i++ {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Fprintf(c, "hello %d", i)
		buf := make([]byte, 100)
		n, err := c.Read(buf)
		fmt.Println(string(buf[:n]), err)
		if i == 2 {
			c.SetReadDeadline(time.Now().Add(time.Millisecond))
			_, err = c.Read(buf)
			fmt.Println(errors.Is(err, os.ErrDeadlineExceeded), strings.Contains(err.Error(), "i/o timeout"))
			var ne net.Error
			fmt.Println(errors.As(err, &ne) && ne.Timeout())
		}
		c.Close()
	}
	ln.Close()
	wg.Wait()
	fmt.Println(runtime.NumGoroutine() >= 1, runtime.GOOS)
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Millisecond, errors.New("too slow"))
	defer cancel()
	stopf := context.AfterFunc(ctx, func() { fmt.Println("after") })
	<-ctx.Done()
	time.Sleep(time.Millisecond)
	fmt.Println(ctx.Err(), context.Cause(ctx), stopf())
	var te netError
	fmt.Println(errors.As(fmt.Errorf("x: %w", ctx.Err()), &te))
	ctx3 := context.WithoutCancel(ctx)
	fmt.Println(ctx3.Err())
	defer func() {
		fmt.Println(recover())
		os.Exit(3)
	}()
	var wg2 sync.WaitGroup
	wg2.Done()
}
