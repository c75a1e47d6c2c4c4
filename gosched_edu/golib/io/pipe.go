package io

import "sync"

// Pipe (io/pipe.go): a Write hands its bytes to Reads through a channel, without a buffer, and
// returns when they have taken all. Closing either end wakes the other.
func Pipe() (*PipeReader, *PipeWriter) {
	p := &pipe{wrCh: make(chan []byte), rdCh: make(chan int), done: make(chan struct{})}
	return &PipeReader{p}, &PipeWriter{p}
}

type pipe struct {
	wrMu sync.Mutex // one Write at a time
	wrCh chan []byte
	rdCh chan int

	once sync.Once // guards done
	done chan struct{}
	mu   sync.Mutex // guards the errors
	rerr error
	werr error
}

type PipeReader struct{ p *pipe }
type PipeWriter struct{ p *pipe }

func (p *pipe) close(which *error, err error) {
	p.mu.Lock()
	if *which == nil {
		*which = err
	}
	p.mu.Unlock()
	p.once.Do(func() { close(p.done) })
}

func (p *pipe) closeError(first, second *error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if *first == nil && *second != nil {
		return *second
	}
	return ErrClosedPipe
}

func (r *PipeReader) Read(b []byte) (n int, err error) {
	p := r.p
	select {
	case <-p.done:
		return 0, p.closeError(&p.rerr, &p.werr)
	default:
	}
	select {
	case bw := <-p.wrCh:
		nr := copy(b, bw)
		p.rdCh <- nr
		return nr, nil
	case <-p.done:
		return 0, p.closeError(&p.rerr, &p.werr)
	}
}

func (r *PipeReader) Close() error { return r.CloseWithError(nil) }

func (r *PipeReader) CloseWithError(err error) error {
	if err == nil {
		err = ErrClosedPipe
	}
	r.p.close(&r.p.rerr, err)
	return nil
}

func (w *PipeWriter) Write(b []byte) (n int, err error) {
	p := w.p
	select {
	case <-p.done:
		return 0, p.closeError(&p.werr, &p.rerr)
	default:
		p.wrMu.Lock()
		defer p.wrMu.Unlock()
	}
	for once := true; once || len(b) > 0; once = false {
		select {
		case p.wrCh <- b:
			nw := <-p.rdCh
			b = b[nw:]
			n += nw
		case <-p.done:
			return n, p.closeError(&p.werr, &p.rerr)
		}
	}
	return n, nil
}

func (w *PipeWriter) Close() error { return w.CloseWithError(nil) }

func (w *PipeWriter) CloseWithError(err error) error {
	if err == nil {
		err = EOF
	}
	w.p.close(&w.p.werr, err)
	return nil
}
