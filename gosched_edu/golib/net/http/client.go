package http

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

type RoundTripper interface {
	RoundTrip(*Request) (*Response, error)
}

// A Transport opens a connection for each request.
type Transport struct {
	MaxIdleConns        int
	MaxIdleConnsPerHost int
	MaxConnsPerHost     int
	IdleConnTimeout     time.Duration
	DisableKeepAlives   bool

	// What there is none of in the simulated network; so that programs compile.
	DialContext           func(ctx context.Context, network, addr string) (net.Conn, error)
	TLSHandshakeTimeout   time.Duration
	ResponseHeaderTimeout time.Duration
	ExpectContinueTimeout time.Duration
	DisableCompression    bool
	ForceAttemptHTTP2     bool
	Proxy                 func(*Request) (*url.URL, error)
}

func ProxyFromEnvironment(*Request) (*url.URL, error) { return nil, nil }

var DefaultTransport RoundTripper = &Transport{}

func (t *Transport) CloseIdleConnections() {}

func (t *Transport) RoundTrip(r *Request) (*Response, error) {
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	address := r.URL.Host
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return nil, errors.New(`unsupported protocol scheme "` + r.URL.Scheme + `"`)
	}
	if r.URL.Port() == "" {
		address += map[string]string{"http": ":80", "https": ":443"}[r.URL.Scheme]
	}
	if t.ResponseHeaderTimeout > 0 {
		inner, cancel := context.WithTimeout(ctx, t.ResponseHeaderTimeout)
		defer cancel()
		ctx = inner
	}
	dial := t.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	c, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	defer close(done)
	if ctx.Done() != nil {
		go func() {
			select {
			case <-ctx.Done():
				c.Close() // ends the reading below
			case <-done:
			}
		}()
	}
	resp, err := exchange(c, r)
	c.Close()
	if cause := ctx.Err(); cause != nil && err != nil {
		err = cause
	}
	return resp, err
}

func exchange(c net.Conn, r *Request) (*Response, error) {
	if err := r.write(c); err != nil {
		return nil, err
	}
	line, h, body, err := readHead(bufio.NewReader(c))
	if err != nil {
		return nil, err
	}
	_, status, _ := cut(line, " ")
	code, _, _ := cut(status, " ")
	n, err := strconv.Atoi(code)
	if err != nil {
		return nil, errors.New("malformed HTTP response " + strconv.Quote(line))
	}
	return &Response{Status: status, StatusCode: n, Proto: "HTTP/1.1", Header: h, ContentLength: int64(len(body)),
		Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

func cut(s, sep string) (before, after string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

type Client struct {
	Transport     RoundTripper
	CheckRedirect func(req *Request, via []*Request) error
	Timeout       time.Duration
}

var DefaultClient = &Client{}

func (c *Client) CloseIdleConnections() {}

func (c *Client) Do(r *Request) (*Response, error) {
	rt := c.Transport
	if rt == nil {
		rt = DefaultTransport
	}
	sent := r
	if c.Timeout > 0 {
		ctx, cancel := context.WithTimeout(r.Context(), c.Timeout)
		defer cancel()
		sent = r.WithContext(ctx)
	}
	resp, err := rt.RoundTrip(sent)
	if err != nil {
		if c.Timeout > 0 && sent.Context().Err() == context.DeadlineExceeded && r.Context().Err() == nil {
			err = timeoutError{}
		}
		method := r.Method[:1] + strings.ToLower(r.Method[1:])
		return nil, &url.Error{Op: method, URL: r.URL.String(), Err: err}
	}
	return c.follow(r, resp)
}

// ErrUseLastResponse makes CheckRedirect's client return the answer that redirects.
var ErrUseLastResponse = errors.New("net/http: use last response")

// follow asks again where an answer says so, ten times at most.
func (c *Client) follow(r *Request, resp *Response) (*Response, error) {
	switch resp.StatusCode {
	case StatusMovedPermanently, StatusFound, StatusSeeOther, StatusTemporaryRedirect, StatusPermanentRedirect:
	default:
		return resp, nil
	}
	location := resp.Header.Get("Location")
	if location == "" {
		return resp, nil
	}
	u, err := url.Parse(location)
	if err != nil {
		return resp, err
	}
	if u.Host == "" {
		u.Scheme, u.Host = r.URL.Scheme, r.URL.Host
		if !strings.HasPrefix(u.Path, "/") {
			u.Path = r.URL.Path[:strings.LastIndex(r.URL.Path, "/")+1] + strings.TrimPrefix(u.Path, "./")
		}
	}
	next := r.WithContext(r.Context())
	next.URL, next.Host = u, u.Host
	next.via = append(append([]*Request(nil), r.via...), r)
	if resp.StatusCode < StatusTemporaryRedirect && r.Method != "HEAD" {
		next.Method, next.Body = "GET", nil
	}
	check := c.CheckRedirect
	if check == nil {
		check = func(_ *Request, via []*Request) error {
			if len(via) >= 10 {
				return errors.New("stopped after 10 redirects")
			}
			return nil
		}
	}
	if err := check(next, next.via); err == ErrUseLastResponse {
		return resp, nil
	} else if err != nil {
		method := next.Method[:1] + strings.ToLower(next.Method[1:])
		return resp, &url.Error{Op: method, URL: u.String(), Err: err}
	}
	return c.Do(next)
}

type timeoutError struct{}

func (timeoutError) Error() string {
	return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
}
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

func (c *Client) send(method, address, contentType string, body io.Reader) (*Response, error) {
	r, err := NewRequest(method, address, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return c.Do(r)
}

func (c *Client) Get(address string) (*Response, error)  { return c.send("GET", address, "", nil) }
func (c *Client) Head(address string) (*Response, error) { return c.send("HEAD", address, "", nil) }

func (c *Client) Post(address, contentType string, body io.Reader) (*Response, error) {
	return c.send("POST", address, contentType, body)
}

func (c *Client) PostForm(address string, data url.Values) (*Response, error) {
	return c.Post(address, "application/x-www-form-urlencoded", strings.NewReader(data.Encode()))
}

func Get(address string) (*Response, error)  { return DefaultClient.Get(address) }
func Head(address string) (*Response, error) { return DefaultClient.Head(address) }

func Post(address, contentType string, body io.Reader) (*Response, error) {
	return DefaultClient.Post(address, contentType, body)
}

func PostForm(address string, data url.Values) (*Response, error) {
	return DefaultClient.PostForm(address, data)
}
