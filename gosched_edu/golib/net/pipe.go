package net

import (
	"io"
	"os"
	"sync"
	"time"
)

// Pipe (net/pipe.go): two ends without a buffer. A Write hands its bytes to Reads of the other end
// and waits until they are taken, its deadline passes, or an end is closed.
func Pipe() (Conn, Conn) {
	to1, to2 := make(chan []byte), make(chan []byte)
	took1, took2 := make(chan int), make(chan int)
	done1, done2 := make(chan struct{}), make(chan struct{})
	p1 := &pipe{in: to1, tookIn: took1, out: to2, tookOut: took2, done: done1, otherDone: done2}
	p2 := &pipe{in: to2, tookIn: took2, out: to1, tookOut: took1, done: done2, otherDone: done1}
	p1.read.cancel, p1.write.cancel = make(chan struct{}), make(chan struct{})
	p2.read.cancel, p2.write.cancel = make(chan struct{}), make(chan struct{})
	return p1, p2
}

type pipe struct {
	writing         sync.Mutex
	in, out         chan []byte
	tookIn, tookOut chan int
	once            sync.Once // guards closing done
	done, otherDone chan struct{}
	read, write     pipeDeadline
}

// A pipeDeadline has a channel that is closed when the time has come.
type pipeDeadline struct {
	mu     sync.Mutex
	timer  *time.Timer
	cancel chan struct{}
}

func (d *pipeDeadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.cancel // the timer is closing it
	}
	d.timer = nil
	closed := isClosed(d.cancel)
	if t.IsZero() {
		if closed {
			d.cancel = make(chan struct{})
		}
		return
	}
	if dur := time.Until(t); dur > 0 {
		if closed {
			d.cancel = make(chan struct{})
		}
		d.timer = time.AfterFunc(dur, func() { close(d.cancel) })
		return
	}
	if !closed {
		close(d.cancel)
	}
}

func (d *pipeDeadline) wait() chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cancel
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (p *pipe) LocalAddr() Addr  { return pipeAddr{} }
func (p *pipe) RemoteAddr() Addr { return pipeAddr{} }

func wrapped(op string, err error) error {
	if err == nil || err == io.EOF || err == io.ErrClosedPipe {
		return err
	}
	return &OpError{Op: op, Net: "pipe", Err: err}
}

func (p *pipe) Read(b []byte) (int, error) {
	n, err := p.doRead(b)
	return n, wrapped("read", err)
}

func (p *pipe) doRead(b []byte) (n int, err error) {
	switch {
	case isClosed(p.done):
		return 0, io.ErrClosedPipe
	case isClosed(p.otherDone):
		return 0, io.EOF
	case isClosed(p.read.wait()):
		return 0, os.ErrDeadlineExceeded
	}
	select {
	case bw := <-p.in:
		n = copy(b, bw)
		p.tookIn <- n
		return n, nil
	case <-p.done:
		return 0, io.ErrClosedPipe
	case <-p.otherDone:
		return 0, io.EOF
	case <-p.read.wait():
		return 0, os.ErrDeadlineExceeded
	}
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.doWrite(b)
	return n, wrapped("write", err)
}

func (p *pipe) doWrite(b []byte) (n int, err error) {
	switch {
	case isClosed(p.done), isClosed(p.otherDone):
		return 0, io.ErrClosedPipe
	case isClosed(p.write.wait()):
		return 0, os.ErrDeadlineExceeded
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	for once := true; once || len(b) > 0; once = false {
		select {
		case p.out <- b:
			nw := <-p.tookOut
			b = b[nw:]
			n += nw
		case <-p.done:
			return n, io.ErrClosedPipe
		case <-p.otherDone:
			return n, io.ErrClosedPipe
		case <-p.write.wait():
			return n, os.ErrDeadlineExceeded
		}
	}
	return n, nil
}

func (p *pipe) SetDeadline(t time.Time) error {
	p.SetReadDeadline(t)
	return p.SetWriteDeadline(t)
}

func (p *pipe) SetReadDeadline(t time.Time) error {
	if isClosed(p.done) || isClosed(p.otherDone) {
		return io.ErrClosedPipe
	}
	p.read.set(t)
	return nil
}

func (p *pipe) SetWriteDeadline(t time.Time) error {
	if isClosed(p.done) || isClosed(p.otherDone) {
		return io.ErrClosedPipe
	}
	p.write.set(t)
	return nil
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}
