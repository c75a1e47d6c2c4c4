// AfterFunc of a context runs in a goroutine of its own.
package main

import (
	"context"
	"fmt"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan bool)
	context.AfterFunc(ctx, func() { fmt.Println("after", ctx.Err()); done <- true })
	stop := context.AfterFunc(ctx, func() { fmt.Println("never") })
	fmt.Println(stop())
	cancel()
	<-done
}
