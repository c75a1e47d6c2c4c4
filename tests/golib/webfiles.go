package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

func get(c *http.Client, u string) {
	r, err := c.Get(u)
	if err != nil {
		fmt.Println("ERR", strings.ReplaceAll(err.Error(), u[:strings.LastIndex(u, "/")], ""))
		return
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	fmt.Println(r.StatusCode, r.Header.Get("Content-Type"), len(r.Cookies()), strings.TrimSpace(string(b)))
}

func main() {
	d, _ := os.MkdirTemp("", "x")
	defer os.RemoveAll(d)
	os.MkdirAll(filepath.Join(d, "sub"), 0o755)
	os.WriteFile(filepath.Join(d, "a.txt"), []byte("hello"), 0o644)
	os.WriteFile(filepath.Join(d, "sub", "index.html"), []byte("<h1>index</h1>"), 0o644)
	mux := http.NewServeMux()
	mux.Handle("/files/", http.StripPrefix("/files", http.FileServer(http.Dir(d))))
	mux.HandleFunc("/one", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(d, "a.txt")) })
	mux.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "n", Value: "v w", Path: "/", HttpOnly: true, MaxAge: 5})
		http.SetCookie(w, &http.Cookie{Name: "m", Value: "1"})
		_, err := r.Cookie("n")
		fmt.Fprintln(w, "set", err)
	})
	mux.HandleFunc("/show", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("a")
		u, p, ok := r.BasicAuth()
		fmt.Fprintln(w, c.Name, c.Value, err, u, p, ok, r.FormValue("q"), r.PostFormValue("q"))
	})
	mux.HandleFunc("/go", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/one", http.StatusFound) })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", 302) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 3))
		http.Error(w, fmt.Sprint(err), http.StatusRequestEntityTooLarge)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	c := s.Client()
	for _, p := range []string{"/files/a.txt", "/files/sub/", "/files/none", "/one", "/set", "/go", "/loop", "/files/"} {
		get(c, s.URL+p)
	}
	r, _ := http.NewRequest("POST", s.URL+"/show?q=7", strings.NewReader(url.Values{"q": {"8"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "a", Value: "b"})
	r.SetBasicAuth("u", "p")
	resp, err := c.Do(r)
	b, _ := io.ReadAll(resp.Body)
	fmt.Print(err, string(b))
	resp, _ = c.Post(s.URL+"/big", "text/plain", strings.NewReader("12345"))
	b, _ = io.ReadAll(resp.Body)
	fmt.Print(resp.Status, string(b), http.StatusText(418), (&http.Cookie{Name: "x", Value: "y", Secure: true, MaxAge: -1}).String())
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	get(c, s.URL+"/go")
}
