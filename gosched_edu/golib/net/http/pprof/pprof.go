// Package pprof: the pages of profiles, which say that there are no profiles here.
package pprof

import (
	"fmt"
	"net/http"
	"runtime"
)

func init() {
	http.HandleFunc("/debug/pprof/", Index)
	http.HandleFunc("/debug/pprof/cmdline", Cmdline)
	http.HandleFunc("/debug/pprof/profile", Profile)
	http.HandleFunc("/debug/pprof/symbol", Symbol)
	http.HandleFunc("/debug/pprof/trace", Trace)
}

func none(w http.ResponseWriter, what string) {
	http.Error(w, what+" is not simulated", http.StatusNotImplemented)
}

func Index(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "goroutine %d\n", runtime.NumGoroutine())
}

func Cmdline(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "main") }
func Profile(w http.ResponseWriter, r *http.Request) { none(w, "the CPU profile") }
func Symbol(w http.ResponseWriter, r *http.Request)  { none(w, "the table of symbols") }
func Trace(w http.ResponseWriter, r *http.Request)   { none(w, "the trace by HTTP") }

func Handler(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { none(w, "the profile "+name) })
}
