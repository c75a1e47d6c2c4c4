// Package http: the web between goroutines of one program (net/http).
//
// Requests and answers are HTTP/1.1 text over the connections of package net, one of each per connection.
// A server is reached by its address; every other host does not exist. No TLS, cookies, redirects or
// proxies; bodies are sent whole.
package http

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

const (
	MethodGet     = "GET"
	MethodHead    = "HEAD"
	MethodPost    = "POST"
	MethodPut     = "PUT"
	MethodPatch   = "PATCH"
	MethodDelete  = "DELETE"
	MethodOptions = "OPTIONS"
)

var (
	ErrServerClosed   = errors.New("http: Server closed")
	ErrHandlerTimeout = errors.New("http: Handler timeout")
	ErrAbortHandler   = errors.New("net/http: abort Handler")
)

// A Header has its keys in canonical form: Content-Type.
type Header map[string][]string

func CanonicalHeaderKey(s string) string {
	b := []byte(strings.ToLower(s))
	for i, c := range b {
		if (i == 0 || b[i-1] == '-') && c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

func (h Header) Get(key string) string {
	if v := h[CanonicalHeaderKey(key)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (h Header) Set(key, value string) { h[CanonicalHeaderKey(key)] = []string{value} }
func (h Header) Del(key string)        { delete(h, CanonicalHeaderKey(key)) }

func (h Header) Add(key, value string) {
	key = CanonicalHeaderKey(key)
	h[key] = append(h[key], value)
}

func (h Header) Values(key string) []string { return h[CanonicalHeaderKey(key)] }

func (h Header) write(b *bytes.Buffer) {
	var keys []string
	for k := range h {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		for _, v := range h[k] {
			fmt.Fprintf(b, "%s: %s\r\n", k, v)
		}
	}
}

type Request struct {
	Method        string
	URL           *url.URL
	Proto         string
	Header        Header
	Body          io.ReadCloser
	ContentLength int64
	Host          string
	Form          url.Values
	PostForm      url.Values
	RemoteAddr    string
	RequestURI    string
	ctx           context.Context
	wild          map[string]string
	via           []*Request // those that were redirected to this one
}

func NewRequest(method, address string, body io.Reader) (*Request, error) {
	return NewRequestWithContext(context.Background(), method, address, body)
}

func NewRequestWithContext(ctx context.Context, method, address string, body io.Reader) (*Request, error) {
	if ctx == nil {
		return nil, errors.New("net/http: nil Context")
	}
	if method == "" {
		method = "GET"
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	r := &Request{Method: method, URL: u, Proto: "HTTP/1.1", Header: Header{}, Host: u.Host, ctx: ctx}
	if body != nil {
		rc, ok := body.(io.ReadCloser)
		if !ok {
			rc = io.NopCloser(body)
		}
		r.Body = rc
	}
	return r, nil
}

func (r *Request) Context() context.Context {
	if r.ctx == nil {
		return context.Background()
	}
	return r.ctx
}

func (r *Request) WithContext(ctx context.Context) *Request {
	c := *r
	c.ctx = ctx
	return &c
}

func (r *Request) UserAgent() string            { return r.Header.Get("User-Agent") }
func (r *Request) PathValue(name string) string { return r.wild[name] }

func (r *Request) ParseForm() error {
	if r.Form != nil {
		return nil
	}
	r.Form, r.PostForm = r.URL.Query(), url.Values{}
	if r.Body == nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(b))
	r.PostForm = form
	for k, v := range form {
		r.Form[k] = append(v, r.Form[k]...)
	}
	return err
}

func (r *Request) FormValue(key string) string {
	r.ParseForm()
	return r.Form.Get(key)
}

func (r *Request) write(w io.Writer) error {
	var b bytes.Buffer
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return err
		}
		r.Body.Close()
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.URL.RequestURI(), r.Host)
	r.Header.write(&b)
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
	b.Write(body)
	_, err := w.Write(b.Bytes())
	return err
}

type Response struct {
	Status        string
	StatusCode    int
	Proto         string
	Header        Header
	Body          io.ReadCloser
	ContentLength int64
	Request       *Request
}

// readHead reads the first line and the header, and gives the body its length.
func readHead(r *bufio.Reader) (line string, h Header, body []byte, err error) {
	if line, err = readLine(r); err != nil {
		return
	}
	h = Header{}
	for {
		var s string
		if s, err = readLine(r); err != nil {
			return
		}
		if s == "" {
			break
		}
		if i := strings.Index(s, ":"); i > 0 {
			h.Add(s[:i], strings.TrimSpace(s[i+1:]))
		}
	}
	n, _ := strconv.Atoi(h.Get("Content-Length"))
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return
}

func readLine(r *bufio.Reader) (string, error) {
	s, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	return strings.TrimRight(s, "\r\n"), nil
}

// NoBody is a body with nothing in it.
var NoBody io.ReadCloser = noBody{}

type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }
func (noBody) Close() error             { return nil }
