package http

import (
	"strings"
	"sync"
)

// A ServeMux sends requests to the handler with the most particular pattern: an optional method, a path in
// which {name} stands for one segment and {name...} for the rest; a path that ends in / stands for all below it.
type ServeMux struct {
	mu     sync.RWMutex
	routes []route
}

type route struct {
	method   string
	segments []string
	handler  Handler
}

var DefaultServeMux = NewServeMux()

func NewServeMux() *ServeMux { return &ServeMux{} }

func (mux *ServeMux) Handle(pattern string, handler Handler) {
	if pattern == "" {
		panic("http: invalid pattern")
	}
	if handler == nil {
		panic("http: nil handler")
	}
	method, path, ok := cut(pattern, " ")
	if !ok {
		method, path = "", pattern
	}
	if i := strings.IndexByte(path, '/'); i > 0 {
		path = path[i:] // of any host
	}
	mux.mu.Lock()
	defer mux.mu.Unlock()
	segments := strings.Split(path, "/")[1:]
	for _, r := range mux.routes {
		if r.method == method && strings.Join(r.segments, "/") == strings.Join(segments, "/") {
			panic("http: multiple registrations for " + pattern)
		}
	}
	mux.routes = append(mux.routes, route{method, segments, handler})
}

func (mux *ServeMux) HandleFunc(pattern string, handler func(ResponseWriter, *Request)) {
	if handler == nil {
		panic("http: nil handler")
	}
	mux.Handle(pattern, HandlerFunc(handler))
}

// match returns the wildcards, and how particular the route is: -1 if it does not fit.
func (r *route) match(path []string) (wild map[string]string, score int) {
	wild = map[string]string{}
	for i, s := range r.segments {
		last := i == len(r.segments)-1
		switch {
		case s == "" && last && i < len(path) && (i > 0 || len(r.segments) == 1): // a subtree
			return wild, score
		case i >= len(path):
			return nil, -1
		case s == "{$}":
			if path[i] != "" || len(path) != i+1 {
				return nil, -1
			}
			return wild, score + 3
		case strings.HasSuffix(s, "...}"):
			wild[s[1:len(s)-4]] = strings.Join(path[i:], "/")
			return wild, score
		case strings.HasPrefix(s, "{"):
			wild[s[1:len(s)-1]] = path[i]
			score++
		case s != path[i]:
			return nil, -1
		default:
			score += 3
		}
	}
	if len(path) != len(r.segments) {
		return nil, -1
	}
	return wild, score + 1
}

func (mux *ServeMux) ServeHTTP(w ResponseWriter, r *Request) {
	path := strings.Split(r.URL.Path, "/")
	if len(path) > 1 {
		path = path[1:]
	}
	var best Handler
	most := -1
	wrongMethod := false
	mux.mu.RLock()
	for i := range mux.routes {
		m := &mux.routes[i]
		wild, score := m.match(path)
		if score < 0 {
			continue
		}
		if m.method != "" && m.method != r.Method && !(m.method == "GET" && r.Method == "HEAD") {
			wrongMethod = true
			continue
		}
		if score = 2 * score; m.method != "" {
			score++
		}
		if score > most {
			best, most = m.handler, score
			r.wild = wild
		}
	}
	mux.mu.RUnlock()
	switch {
	case best != nil:
		best.ServeHTTP(w, r)
	case wrongMethod:
		Error(w, "Method Not Allowed", StatusMethodNotAllowed)
	default:
		NotFound(w, r)
	}
}

func Handle(pattern string, handler Handler) { DefaultServeMux.Handle(pattern, handler) }

func HandleFunc(pattern string, handler func(ResponseWriter, *Request)) {
	DefaultServeMux.HandleFunc(pattern, handler)
}
