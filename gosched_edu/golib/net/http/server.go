package http

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

type ResponseWriter interface {
	Header() Header
	Write([]byte) (int, error)
	WriteHeader(statusCode int)
}

type Flusher interface {
	Flush()
}

type Handler interface {
	ServeHTTP(ResponseWriter, *Request)
}

type HandlerFunc func(ResponseWriter, *Request)

func (f HandlerFunc) ServeHTTP(w ResponseWriter, r *Request) { f(w, r) }

// response collects what a handler writes.
type response struct {
	header Header
	code   int
	body   bytes.Buffer
}

func (w *response) Header() Header { return w.header }
func (w *response) Flush()         {}

func (w *response) WriteHeader(code int) {
	if w.code == 0 {
		w.code = code
	}
}

func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(StatusOK)
	return w.body.Write(b)
}

func (w *response) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (w *response) send(c io.Writer, head bool) {
	w.WriteHeader(StatusOK)
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", w.code, StatusText(w.code))
	if w.header.Get("Content-Type") == "" && w.body.Len() > 0 {
		w.header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.header.Set("Date", time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	w.header.Set("Content-Length", fmt.Sprint(w.body.Len()))
	w.header.write(&b)
	b.WriteString("\r\n")
	if !head {
		b.Write(w.body.Bytes())
	}
	c.Write(b.Bytes())
}

type Server struct {
	Addr              string
	Handler           Handler
	ReadTimeout       time.Duration
	ReadHeaderTimeout time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration
	BaseContext       func(net.Listener) context.Context
	ErrorLog          *log.Logger

	mu        sync.Mutex
	listeners []net.Listener
	closed    bool
	active    sync.WaitGroup
}

func (s *Server) ListenAndServe() error {
	addr := s.Addr
	if addr == "" {
		addr = ":80"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.Serve(l)
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	closed := s.closed
	s.mu.Unlock()
	if closed {
		l.Close()
	}
	base := context.Background()
	if s.BaseContext != nil {
		base = s.BaseContext(l)
	}
	for {
		c, err := l.Accept()
		if err != nil {
			if s.isClosed() {
				return ErrServerClosed
			}
			return err
		}
		s.active.Add(1)
		go s.serve(base, c)
	}
}

// serve answers the one request of a connection.
func (s *Server) serve(base context.Context, c net.Conn) {
	defer s.active.Done()
	defer c.Close()
	in := bufio.NewReader(c)
	limit := s.ReadHeaderTimeout
	if limit == 0 {
		limit = s.ReadTimeout
	}
	if limit > 0 {
		c.SetReadDeadline(time.Now().Add(limit))
	}
	line, h, body, err := readHead(in)
	if err != nil {
		return
	}
	c.SetReadDeadline(time.Time{})
	parts := strings.Split(line, " ")
	if len(parts) != 3 {
		return
	}
	u, err := url.Parse(parts[1])
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(base)
	defer cancel()
	go func() { // a client that goes away cancels the request
		if _, err := in.ReadByte(); err != nil {
			cancel()
		}
	}()
	r := &Request{Method: parts[0], URL: u, Proto: parts[2], Header: h, Host: h.Get("Host"), RequestURI: parts[1],
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)), RemoteAddr: c.RemoteAddr().String(), ctx: ctx}
	w := &response{header: Header{}}
	defer func() {
		if x := recover(); x != nil {
			if x != ErrAbortHandler {
				log.Printf("http: panic serving %v: %v", r.RemoteAddr, x)
			}
			return
		}
		w.send(c, r.Method == "HEAD")
	}()
	handler := s.Handler
	if handler == nil {
		handler = DefaultServeMux
	}
	handler.ServeHTTP(w, r)
}

func (s *Server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, l := range s.listeners {
		l.Close()
	}
}

func (s *Server) Close() error {
	s.close()
	return nil
}

// Shutdown takes no more requests and waits for those under way, or until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	s.close()
	idle := make(chan struct{})
	go func() {
		s.active.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func ListenAndServe(addr string, handler Handler) error {
	return (&Server{Addr: addr, Handler: handler}).ListenAndServe()
}

func Serve(l net.Listener, handler Handler) error { return (&Server{Handler: handler}).Serve(l) }

func Error(w ResponseWriter, message string, code int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	fmt.Fprintln(w, message)
}

func NotFound(w ResponseWriter, r *Request) { Error(w, "404 page not found", StatusNotFound) }
func NotFoundHandler() Handler              { return HandlerFunc(NotFound) }

func Redirect(w ResponseWriter, r *Request, address string, code int) {
	if u, err := url.Parse(address); err == nil && u.Scheme == "" && !strings.HasPrefix(address, "/") {
		address = r.URL.Path[:strings.LastIndex(r.URL.Path, "/")+1] + strings.TrimPrefix(address, "./")
	}
	w.Header().Set("Location", address)
	if r.Method == "GET" || r.Method == "HEAD" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.WriteHeader(code)
	if r.Method == "GET" {
		fmt.Fprintf(w, "<a href=\"%s\">%s</a>.\n\n", address, StatusText(code))
	}
}

func StripPrefix(prefix string, h Handler) Handler {
	return HandlerFunc(func(w ResponseWriter, r *Request) {
		if !strings.HasPrefix(r.URL.Path, prefix) {
			NotFound(w, r)
			return
		}
		u := *r.URL
		u.Path = strings.TrimPrefix(u.Path, prefix)
		c := *r
		c.URL = &u
		h.ServeHTTP(w, &c)
	})
}

// TimeoutHandler answers 503 if h takes longer than dt.
func TimeoutHandler(h Handler, dt time.Duration, msg string) Handler {
	return HandlerFunc(func(w ResponseWriter, r *Request) {
		ctx, cancel := context.WithTimeout(r.Context(), dt)
		defer cancel()
		inner := &response{header: Header{}}
		done := make(chan struct{})
		go func() {
			h.ServeHTTP(inner, r.WithContext(ctx))
			close(done)
		}()
		select {
		case <-done:
			for k, v := range inner.header {
				w.Header()[k] = v
			}
			inner.WriteHeader(StatusOK)
			w.WriteHeader(inner.code)
			w.Write(inner.body.Bytes())
		case <-ctx.Done():
			w.WriteHeader(StatusServiceUnavailable)
			io.WriteString(w, msg)
		}
	})
}
