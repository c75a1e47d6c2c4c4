// A deadline that passes, and its cause.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func main() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), 5*time.Millisecond, errors.New("too slow"))
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err(), "/", context.Cause(ctx))
	case <-time.After(time.Second):
		fmt.Println("never")
	}
}
