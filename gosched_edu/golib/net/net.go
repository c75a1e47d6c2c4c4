// Package net: connections between goroutines of one program.
//
// A connection is a pair of descriptors of the simulated kernel; what is written to one can be read from
// the other after a delay. A goroutine that must wait is parked in the network poller ("IO wait"), as
// in Go. Dial finds the listeners of the program by their address; there is no other computer.
package net

import (
	"errors"
	"internal/race"
	"io"
	"os"
	"sync"
	"time"
	"unsafe"
)

// ioSync orders what was done before a write and what is done after a read, of whatever connection
// (syscall.ioSync): the race detector does not see who reads whose bytes.
var ioSync int64

type Addr interface {
	Network() string
	String() string
}

type Conn interface {
	Read(b []byte) (n int, err error)
	Write(b []byte) (n int, err error)
	Close() error
	LocalAddr() Addr
	RemoteAddr() Addr
	SetDeadline(t time.Time) error
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

type Listener interface {
	Accept() (Conn, error)
	Close() error
	Addr() Addr
}

type Error interface {
	error
	Timeout() bool
	Temporary() bool
}

var ErrClosed error = errors.New("use of closed network connection")

// An OpError says what was done, between which addresses.
type OpError struct {
	Op     string
	Net    string
	Source Addr
	Addr   Addr
	Err    error
}

func (e *OpError) Error() string {
	s := e.Op
	if e.Net != "" {
		s += " " + e.Net
	}
	if e.Source != nil {
		s += " " + e.Source.String()
	}
	if e.Addr != nil {
		if e.Source != nil {
			s += "->"
		} else {
			s += " "
		}
		s += e.Addr.String()
	}
	return s + ": " + e.Err.Error()
}

func (e *OpError) Unwrap() error   { return e.Err }
func (e *OpError) Timeout() bool   { return os.IsTimeout(e.Err) }
func (e *OpError) Temporary() bool { return e.Timeout() }

// A netAddr is an address like 127.0.0.1:8080.
type netAddr struct{ network, address string }

func (a netAddr) Network() string { return a.network }
func (a netAddr) String() string  { return a.address }

// latency is how long a byte is under way.
const latency = 50 * time.Microsecond

//op FDPAIR r a
func fdpair(delay time.Duration) (a, b int)

//op FDREAD r a b
func fdread(fd int, p []byte) int

//op FDWRITE r a b
func fdwrite(fd int, p []byte) int

//op FDWAIT a 0
func waitRead(fd int)

//op FDWAIT a 1
func waitWrite(fd int)

//op FDDEAD a b 1
func readDeadline(fd int, when int64)

//op FDDEAD a b 2
func writeDeadline(fd int, when int64)

//op FDCLOSE a
func fdclose(fd int)

type conn struct {
	fd            int
	local, remote netAddr
	reading       sync.Mutex // one Read at a time (internal/poll/fd_mutex.go)
	writing       sync.Mutex // one Write at a time
}

func (c *conn) LocalAddr() Addr  { return c.local }
func (c *conn) RemoteAddr() Addr { return c.remote }

func (c *conn) fail(op string, err error) error {
	return &OpError{op, c.local.network, c.local, c.remote, err}
}

var errBrokenPipe = errors.New("broken pipe")

// failure turns the kernel's answers into errors.
func failure(n int) error {
	switch n {
	case -2:
		return ErrClosed
	case -3:
		return os.ErrDeadlineExceeded
	}
	return errBrokenPipe
}

func (c *conn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	for {
		n := fdread(c.fd, b)
		if n >= 0 {
			race.Acquire(unsafe.Pointer(&ioSync))
		}
		switch {
		case n > 0:
			return n, nil
		case n == 0:
			return 0, io.EOF
		case n < -1:
			return 0, c.fail("read", failure(n))
		}
		waitRead(c.fd)
	}
}

func (c *conn) Write(b []byte) (done int, err error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	race.Release(unsafe.Pointer(&ioSync))
	for done < len(b) {
		n := fdwrite(c.fd, b[done:])
		switch {
		case n >= 0:
			done += n
		case n < -1:
			return done, c.fail("write", failure(n))
		default:
			waitWrite(c.fd)
		}
	}
	return done, nil
}

func (c *conn) Close() error {
	fdclose(c.fd)
	return nil
}

//op NOW r
func nanotime() int64

// deadline is t on the machine's clock; the zero time is none.
func deadline(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(nanotime()+int64(time.Until(t)), 1)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	readDeadline(c.fd, deadline(t))
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	writeDeadline(c.fd, deadline(t))
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}
