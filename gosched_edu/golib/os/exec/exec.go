// Package exec: other programs, of which the simulated machine has none.
//
// Programs that start one compile, and are told at run time what Go tells where PATH is empty.
package exec

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
)

var (
	ErrNotFound  = errors.New("executable file not found in $PATH")
	ErrDot       = errors.New("cannot run executable found relative to current directory")
	ErrWaitDelay = errors.New("exec: WaitDelay expired before I/O complete")
)

// An Error says that a program could not be started.
type Error struct {
	Name string
	Err  error
}

func (e *Error) Error() string { return `exec: "` + e.Name + `": ` + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// An ExitError says that a program failed; nothing here ever makes one.
type ExitError struct {
	*ProcessState
	Stderr []byte
}

func (e *ExitError) Error() string { return e.ProcessState.String() }

// A ProcessState says how a program ended.
type ProcessState struct{ code int }

func (p *ProcessState) ExitCode() int  { return p.code }
func (p *ProcessState) Success() bool  { return p.code == 0 }
func (p *ProcessState) Exited() bool   { return true }
func (p *ProcessState) Pid() int       { return 0 }
func (p *ProcessState) String() string { return "exit status 1" }

// A Process is a program that runs; there is none.
type Process struct{ Pid int }

func (p *Process) Kill() error                       { return os.ErrProcessDone }
func (p *Process) Signal(sig os.Signal) error        { return os.ErrProcessDone }
func (p *Process) Release() error                    { return nil }
func (p *Process) Wait() (*ProcessState, error)      { return nil, os.ErrProcessDone }

// A Cmd is a program to be started.
type Cmd struct {
	Path         string
	Args         []string
	Env          []string
	Dir          string
	Stdin        io.Reader
	Stdout       io.Writer
	Stderr       io.Writer
	Process      *Process
	ProcessState *ProcessState
	Err          error
	Cancel       func() error
	WaitDelay    time.Duration
	ctx          context.Context
	started      bool
}

// LookPath finds no program: with a slash in its name there is no such file, else none in PATH.
func LookPath(file string) (string, error) {
	if strings.Contains(file, "/") {
		if _, err := os.Stat(file); err != nil {
			return "", &Error{file, errors.New("no such file or directory")}
		}
		return "", &Error{file, errors.New("permission denied")}
	}
	return "", &Error{file, ErrNotFound}
}

func Command(name string, arg ...string) *Cmd {
	c := &Cmd{Path: name, Args: append([]string{name}, arg...)}
	if strings.Contains(name, "/") {
		return c
	}
	_, c.Err = LookPath(name)
	return c
}

func CommandContext(ctx context.Context, name string, arg ...string) *Cmd {
	if ctx == nil {
		panic("nil Context")
	}
	c := Command(name, arg...)
	c.ctx = ctx
	return c
}

func (c *Cmd) String() string    { return strings.Join(append([]string{c.Path}, c.Args[1:]...), " ") }
func (c *Cmd) Environ() []string { return c.Env }

func (c *Cmd) Start() error {
	if c.started {
		return errors.New("exec: already started")
	}
	c.started = true
	if c.Err != nil {
		return c.Err
	}
	if c.ctx != nil && c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	return &os.PathError{Op: "fork/exec", Path: c.Path, Err: errors.New("no such file or directory")}
}

func (c *Cmd) Run() error  { return c.Start() }
func (c *Cmd) Wait() error { return errors.New("exec: not started") }

func (c *Cmd) Output() ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("exec: Stdout already set")
	}
	return nil, c.Run()
}

func (c *Cmd) CombinedOutput() ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("exec: Stdout already set")
	}
	return nil, c.Run()
}

type pipe struct{ bytes.Buffer }

func (p *pipe) Close() error { return nil }

func (c *Cmd) StdinPipe() (io.WriteCloser, error) { return &pipe{}, nil }
func (c *Cmd) StdoutPipe() (io.ReadCloser, error) { return &pipe{}, nil }
func (c *Cmd) StderrPipe() (io.ReadCloser, error) { return &pipe{}, nil }
