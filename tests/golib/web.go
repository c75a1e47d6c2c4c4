package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "root %s", r.URL.Path) })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(200 * time.Millisecond):
			fmt.Fprint(w, "done")
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, "%s=%s q=%s", r.PathValue("id"), b, r.FormValue("q"))
	})
	mux.Handle("/err", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "bad", 500) }))
	ts := httptest.NewServer(mux)
	defer ts.Close()
	get := func(p string) {
		resp, err := http.Get(ts.URL + p)
		if err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), ts.URL, "URL"))
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		fmt.Println(resp.StatusCode, resp.Status, string(b), resp.Header.Get("Content-Type"))
	}
	get("/")
	get("/x/y")
	get("/err")
	resp, err := http.Post(ts.URL+"/items/7?q=a+b", "text/plain", strings.NewReader("body"))
	b, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(b), err)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", ts.URL+"/slow", nil)
	_, err = http.DefaultClient.Do(req)
	fmt.Println(errors.Is(err, context.DeadlineExceeded), strings.ReplaceAll(err.Error(), ts.URL, "URL"))
	c := &http.Client{Timeout: 10 * time.Millisecond}
	_, err = c.Get(ts.URL + "/slow")
	var ue *url.Error
	fmt.Println(errors.As(err, &ue) && ue.Timeout(), strings.ReplaceAll(err.Error(), ts.URL, "URL"))
	var wg sync.WaitGroup
	res := make([]string, 2)
	for i := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			resp, err := http.Get(fmt.Sprintf("%s/p%d", ts.URL, i))
			if err != nil {
				return
			}
			b, _ := io.ReadAll(resp.Body)
			res[i] = string(b)
		}()
	}
	wg.Wait()
	fmt.Println(res)
	_, err = http.Get("bad://x")
	fmt.Println(err)
	srv := &http.Server{Addr: "127.0.0.1:18080", Handler: mux}
	errc := make(chan error)
	go func() { errc <- srv.ListenAndServe() }()
	time.Sleep(10 * time.Millisecond)
	resp, err = http.Get("http://127.0.0.1:18080/a")
	fmt.Println(resp.Status, err)
	fmt.Println(srv.Shutdown(context.Background()), <-errc)
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, httptest.NewRequest("GET", "/zz", nil))
	fmt.Println(rec.Code, rec.Body.String())
}
