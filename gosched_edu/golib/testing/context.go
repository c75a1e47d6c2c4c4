//go:build go1.24

package testing

import "context"

func (c *common) Context() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	c.Cleanup(cancel)
	return ctx
}
