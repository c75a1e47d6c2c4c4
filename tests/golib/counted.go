// What a server counts with expvar, and shows.
package main

import (
	"errors"
	"expvar"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"
	"sync"
)

func main() {
	log.SetFlags(0)
	hits, load, by := expvar.NewInt("hits"), expvar.NewFloat("load"), expvar.NewMap("by")
	state := expvar.NewString("state")
	expvar.Publish("double", expvar.Func(func() any { return []int64{hits.Value(), 2 * hits.Value()} }))
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			hits.Add(1)
			load.Add(0.5)
			by.Add(fmt.Sprint("k", i%3), int64(i))
			by.AddFloat("f", 0.25)
			by.Add("f", 1) // another kind: not counted
		})
	}
	wg.Wait()
	state.Set("a \"b\"\n<ü>")
	fmt.Println(hits, load, by, state, state.Value(), expvar.Get("double"), expvar.Get("none") == nil)
	by.Set("k1", expvar.Func(func() any { return errors.New("x") == nil }))
	by.Set("nil", nil)
	by.Delete("k0")
	by.Do(func(kv expvar.KeyValue) { fmt.Print(kv.Key, " ") })
	fmt.Println(by.String(), by.Init(), by.Get("k1") == nil)
	func() {
		defer func() { fmt.Printf("%q\n", recover()) }()
		expvar.NewInt("hits")
	}()
	w := httptest.NewRecorder()
	expvar.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/debug/vars", nil))
	fmt.Println(w.Header().Get("Content-Type"))
	for _, line := range strings.Split(w.Body.String(), "\n") {
		if !strings.HasPrefix(line, `"memstats"`) && !strings.HasPrefix(line, `"cmdline"`) {
			fmt.Println(line)
		}
	}
}
