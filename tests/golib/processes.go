package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
)

func main() {
	cmd := exec.Command("no-such-program", "-a", "b")
	fmt.Println(cmd.Args, cmd.String())
	out, err := cmd.Output()
	fmt.Println(string(out), err, errors.Is(err, exec.ErrNotFound))
	var e *exec.Error
	fmt.Println(errors.As(err, &e), exec.CommandContext(context.Background(), "./nothing").Run())
	_, err = exec.LookPath("nothing-here")
	fmt.Println(err)
	c := exec.Command("nothing-here")
	p, err := c.StdoutPipe()
	fmt.Println(p != nil, err, c.Start(), c.Wait())
}
