package http

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"time"
)

// A File is what a FileSystem opens.
type File interface {
	io.Closer
	io.Reader
	io.Seeker
	Readdir(count int) ([]fs.FileInfo, error)
	Stat() (fs.FileInfo, error)
}

type FileSystem interface {
	Open(name string) (File, error)
}

// Dir serves the files below a folder.
type Dir string

func (d Dir) Open(name string) (File, error) {
	root := string(d)
	if root == "" {
		root = "."
	}
	f, err := os.Open(path.Join(root, path.Clean("/"+name)))
	if err != nil {
		return nil, err
	}
	return f, nil
}

type fileHandler struct{ root FileSystem }

func FileServer(root FileSystem) Handler { return &fileHandler{root} }

func (f *fileHandler) ServeHTTP(w ResponseWriter, r *Request) {
	name := r.URL.Path
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	serve(w, r, f.root, path.Clean(name), true)
}

func ServeFile(w ResponseWriter, r *Request, name string) {
	dir, file := path.Split(name)
	serve(w, r, Dir(dir), file, false)
}

func serve(w ResponseWriter, r *Request, root FileSystem, name string, redirect bool) {
	if redirect && strings.HasSuffix(r.URL.Path, "/index.html") {
		Redirect(w, r, "./", StatusMovedPermanently)
		return
	}
	f, err := root.Open(name)
	if err != nil {
		answer(w, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		answer(w, err)
		return
	}
	if !info.IsDir() {
		ServeContent(w, r, info.Name(), info.ModTime(), f)
		return
	}
	if redirect && !strings.HasSuffix(r.URL.Path, "/") {
		Redirect(w, r, path.Base(r.URL.Path)+"/", StatusMovedPermanently)
		return
	}
	if index, err := root.Open(path.Join(name, "index.html")); err == nil {
		defer index.Close()
		if info, err := index.Stat(); err == nil {
			ServeContent(w, r, info.Name(), info.ModTime(), index)
			return
		}
	}
	infos, err := f.Readdir(-1)
	if err != nil {
		Error(w, "Error reading directory", StatusInternalServerError)
		return
	}
	sort.Slice(infos, func(i, j int) bool { return infos[i].Name() < infos[j].Name() })
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n")
	for _, each := range infos {
		name := each.Name()
		if each.IsDir() {
			name += "/"
		}
		fmt.Fprintf(w, "<a href=\"%s\">%s</a>\n", name, name)
	}
	fmt.Fprint(w, "</pre>\n")
}

func answer(w ResponseWriter, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		Error(w, "404 page not found", StatusNotFound)
	case errors.Is(err, fs.ErrPermission):
		Error(w, "403 Forbidden", StatusForbidden)
	default:
		Error(w, "500 Internal Server Error", StatusInternalServerError)
	}
}

var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml",
	".pdf": "application/pdf", ".xml": "text/xml; charset=utf-8",
}

// ServeContent answers with the whole content; ranges are not served.
func ServeContent(w ResponseWriter, r *Request, name string, modtime time.Time, content io.ReadSeeker) {
	b, err := io.ReadAll(content)
	if err != nil {
		Error(w, err.Error(), StatusInternalServerError)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		kind := kinds[strings.ToLower(path.Ext(name))]
		if kind == "" {
			kind = DetectContentType(b)
		}
		w.Header().Set("Content-Type", kind)
	}
	if !modtime.IsZero() {
		w.Header().Set("Last-Modified", modtime.UTC().Format(TimeFormat))
	}
	w.WriteHeader(StatusOK)
	if r.Method != "HEAD" {
		io.Copy(w, bytes.NewReader(b))
	}
}

// DetectContentType knows HTML, a few images, text and the rest.
func DetectContentType(data []byte) string {
	s := string(data[:min(len(data), 512)])
	trimmed := strings.ToLower(strings.TrimLeft(s, "\t\n\x0c\r "))
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<script", "<h1", "<div", "<body", "<table", "<a", "<p", "<br", "<!--"} {
		if strings.HasPrefix(trimmed, tag) && len(trimmed) > len(tag) && (trimmed[len(tag)] == ' ' || trimmed[len(tag)] == '>') {
			return "text/html; charset=utf-8"
		}
	}
	for _, m := range [][2]string{
		{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF8", "image/gif"}, {"%PDF-", "application/pdf"},
		{"<?xml", "text/xml; charset=utf-8"}, {"\x1f\x8b\x08", "application/x-gzip"}, {"PK\x03\x04", "application/zip"},
	} {
		if strings.HasPrefix(s, m[0]) {
			return m[1]
		}
	}
	for i := range len(s) {
		if c := s[i]; c <= 8 || c == 0x0b || c >= 0x0e && c <= 0x1a || c >= 0x1c && c <= 0x1f {
			return "application/octet-stream"
		}
	}
	return "text/plain; charset=utf-8"
}

// --- more of Request -------------------------------------------------------------------------------

func (r *Request) BasicAuth() (username, password string, ok bool) {
	kind, rest, _ := cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Basic") {
		return "", "", false
	}
	b, err := base64.StdEncoding.DecodeString(rest)
	if err != nil {
		return "", "", false
	}
	return cut(string(b), ":")
}

func (r *Request) SetBasicAuth(username, password string) {
	r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(username+":"+password)))
}

func (r *Request) Referer() string                { return r.Header.Get("Referer") }
func (r *Request) PostFormValue(key string) string { r.ParseForm(); return r.PostForm.Get(key) }

func (r *Request) Clone(ctx context.Context) *Request {
	c := r.WithContext(ctx)
	c.Header = r.Header.Clone()
	return c
}

func (h Header) Clone() Header {
	if h == nil {
		return nil
	}
	out := Header{}
	for k, v := range h {
		out[k] = append([]string(nil), v...)
	}
	return out
}

// A MaxBytesError says that a body was longer than MaxBytesReader allows.
type MaxBytesError struct{ Limit int64 }

func (e *MaxBytesError) Error() string { return "http: request body too large" }

type limited struct {
	r     io.ReadCloser
	left  int64
	limit int64
}

// MaxBytesReader reads at most n bytes of a body.
func MaxBytesReader(w ResponseWriter, r io.ReadCloser, n int64) io.ReadCloser {
	return &limited{r, n, n}
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p))-1 > l.left {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if int64(n) > l.left {
		n, l.left = int(l.left), 0
		return n, &MaxBytesError{l.limit}
	}
	l.left -= int64(n)
	return n, err
}

func (l *limited) Close() error { return l.r.Close() }

func MaxBytesHandler(h Handler, n int64) Handler {
	return HandlerFunc(func(w ResponseWriter, r *Request) {
		c := *r
		c.Body = MaxBytesReader(w, r.Body, n)
		h.ServeHTTP(w, &c)
	})
}

func RedirectHandler(address string, code int) Handler {
	return HandlerFunc(func(w ResponseWriter, r *Request) { Redirect(w, r, address, code) })
}
