// Package pprof: labels of goroutines, and how many there are. Nothing is profiled.
package pprof

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

//op ANNOTE 5 a b
func label(id uint64, text string)

func StartCPUProfile(w io.Writer) error  { return nil }
func StopCPUProfile()                    {}
func WriteHeapProfile(w io.Writer) error { return nil }

type LabelSet struct{ list []string }

type labelKey struct{}

func Labels(args ...string) LabelSet {
	if len(args)%2 != 0 {
		panic("uneven number of arguments to pprof.Labels")
	}
	return LabelSet{args}
}

func WithLabels(ctx context.Context, labels LabelSet) context.Context {
	old, _ := ctx.Value(labelKey{}).(LabelSet)
	return context.WithValue(ctx, labelKey{}, LabelSet{append(old.list[:len(old.list):len(old.list)], labels.list...)})
}

func Label(ctx context.Context, key string) (string, bool) {
	set, _ := ctx.Value(labelKey{}).(LabelSet)
	for i := len(set.list) - 2; i >= 0; i -= 2 {
		if set.list[i] == key {
			return set.list[i+1], true
		}
	}
	return "", false
}

func SetGoroutineLabels(ctx context.Context) {
	set, _ := ctx.Value(labelKey{}).(LabelSet)
	text := ""
	for i := 0; i < len(set.list); i += 2 {
		if i > 0 {
			text += ", "
		}
		text += set.list[i] + ": " + set.list[i+1]
	}
	label(0, text)
}

func Do(ctx context.Context, labels LabelSet, f func(context.Context)) {
	defer SetGoroutineLabels(ctx)
	ctx = WithLabels(ctx, labels)
	SetGoroutineLabels(ctx)
	f(ctx)
}

// A Profile knows its size only for goroutines.
type Profile struct{ name string }

func Lookup(name string) *Profile {
	switch name {
	case "goroutine", "heap", "allocs", "threadcreate", "block", "mutex", "goroutineleak":
		return &Profile{name}
	}
	return nil
}

func (p *Profile) Name() string { return p.name }

func (p *Profile) Count() int {
	if p.name == "goroutine" {
		return runtime.NumGoroutine()
	}
	return 0
}

// WriteTo writes a summary. Leaked goroutines are found from outside, in the run's last state; here
// the collector only runs, as it does in Go.
func (p *Profile) WriteTo(w io.Writer, debug int) error {
	if p.name == "goroutineleak" {
		runtime.GC()
		return nil
	}
	_, err := fmt.Fprintf(w, "%s profile: total %d\n", p.name, p.Count())
	return err
}
