// Package trace: what a program writes into the run's trace: tasks, regions and messages
// (runtime/trace). The trace itself is always being recorded; Start and Stop do nothing.
package trace

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
)

//op ANNOTE 0 a b
func taskBegin(id uint64, what string)

//op ANNOTE 1 a b
func taskEnd(id uint64, what string)

//op ANNOTE 2 a b
func regionBegin(id uint64, what string)

//op ANNOTE 3 a b
func regionEnd(id uint64, what string)

//op ANNOTE 4 a b
func logged(id uint64, what string)

func Start(w io.Writer) error { return nil }
func Stop()                   {}
func IsEnabled() bool         { return true }

// A Task is a piece of work that several goroutines may take part in; the context carries it.
type Task struct {
	id   uint64
	name string
}

type taskKey struct{}

var lastID uint64

func NewTask(ctx context.Context, taskType string) (context.Context, *Task) {
	t := &Task{atomic.AddUint64(&lastID, 1), taskType}
	taskBegin(t.id, taskType)
	return context.WithValue(ctx, taskKey{}, t), t
}

func (t *Task) End() { taskEnd(t.id, t.name) }

func idOf(ctx context.Context) uint64 {
	if t, ok := ctx.Value(taskKey{}).(*Task); ok {
		return t.id
	}
	return 0
}

func Log(ctx context.Context, category, message string) {
	if category != "" {
		message = category + ": " + message
	}
	logged(idOf(ctx), message)
}

func Logf(ctx context.Context, category, format string, args ...any) {
	Log(ctx, category, fmt.Sprintf(format, args...))
}

// A Region is an interval of one goroutine's time.
type Region struct {
	id   uint64
	name string
}

func StartRegion(ctx context.Context, regionType string) *Region {
	r := &Region{idOf(ctx), regionType}
	regionBegin(r.id, regionType)
	return r
}

func (r *Region) End() { regionEnd(r.id, r.name) }

func WithRegion(ctx context.Context, regionType string, fn func()) {
	defer StartRegion(ctx, regionType).End()
	fn()
}
