// Package httptest: servers and recorders for tests of package http.
package httptest

import (
	"bytes"
	"io"
	"net"
	"net/http"
)

type Server struct {
	URL      string
	Listener net.Listener
	Config   *http.Server
}

func NewServer(handler http.Handler) *Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("httptest: failed to listen on a port: " + err.Error())
	}
	s := &Server{"http://" + l.Addr().String(), l, &http.Server{Handler: handler}}
	go s.Config.Serve(l)
	return s
}

func (s *Server) Close()               { s.Config.Close() }
func (s *Server) Client() *http.Client { return &http.Client{} }

type ResponseRecorder struct {
	Code      int
	HeaderMap http.Header
	Body      *bytes.Buffer
	wrote     bool
}

func NewRecorder() *ResponseRecorder {
	return &ResponseRecorder{Code: 200, HeaderMap: http.Header{}, Body: new(bytes.Buffer)}
}

func (w *ResponseRecorder) Header() http.Header { return w.HeaderMap }

func (w *ResponseRecorder) WriteHeader(code int) {
	if !w.wrote {
		w.Code = code
		w.wrote = true
	}
}

func (w *ResponseRecorder) Write(b []byte) (int, error) {
	w.wrote = true
	return w.Body.Write(b)
}

func (w *ResponseRecorder) Result() *http.Response {
	return &http.Response{StatusCode: w.Code, Status: http.StatusText(w.Code), Header: w.HeaderMap,
		Body: io.NopCloser(bytes.NewReader(w.Body.Bytes()))}
}

func NewRequest(method, target string, body io.Reader) *http.Request {
	r, err := http.NewRequest(method, target, body)
	if err != nil {
		panic(err)
	}
	if r.Host == "" {
		r.Host = "example.com"
	}
	r.RemoteAddr = "192.0.2.1:1234"
	return r
}
