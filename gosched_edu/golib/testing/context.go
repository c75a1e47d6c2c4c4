//go:build go1.24

package testing

import (
	"context"
	"os"
)

// later has the methods of TB that came later.
type later interface {
	Chdir(dir string)
	Context() context.Context
}

// Chdir changes the folder of the process until the test is over.
func (c *common) Chdir(dir string) {
	before, err := os.Getwd()
	if err == nil {
		err = os.Chdir(dir)
	}
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { os.Chdir(before) })
}

func (c *common) Context() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	c.Cleanup(cancel)
	return ctx
}
