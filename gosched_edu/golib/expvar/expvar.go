// Package expvar: numbers of a server that many goroutines count, and that /debug/vars shows (expvar).
package expvar

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
)

type Var interface {
	String() string
}

// number is what Int and Float share: a value behind a lock.
type number[T int64 | float64] struct {
	mu sync.Mutex
	n  T
}

func (v *number[T]) Value() T {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.n
}

func (v *number[T]) Add(delta T) {
	v.mu.Lock()
	v.n += delta
	v.mu.Unlock()
}

func (v *number[T]) Set(value T) {
	v.mu.Lock()
	v.n = value
	v.mu.Unlock()
}

type Int struct{ n number[int64] }

func (v *Int) Value() int64    { return v.n.Value() }
func (v *Int) Add(delta int64) { v.n.Add(delta) }
func (v *Int) Set(value int64) { v.n.Set(value) }
func (v *Int) String() string  { return strconv.FormatInt(v.Value(), 10) }

type Float struct{ n number[float64] }

func (v *Float) Value() float64    { return v.n.Value() }
func (v *Float) Add(delta float64) { v.n.Add(delta) }
func (v *Float) Set(value float64) { v.n.Set(value) }
func (v *Float) String() string    { return strconv.FormatFloat(v.Value(), 'g', -1, 64) }

type String struct {
	mu sync.Mutex
	s  string
}

func (v *String) Value() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.s
}

func (v *String) Set(value string) {
	v.mu.Lock()
	v.s = value
	v.mu.Unlock()
}

func (v *String) String() string { return quoted(v.Value()) }

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

type Func func() any

func (f Func) Value() any { return f() }

func (f Func) String() string {
	b, _ := json.Marshal(f())
	return string(b)
}

type KeyValue struct {
	Key   string
	Value Var
}

// A Map is shown in the order of its keys.
type Map struct {
	mu   sync.RWMutex
	vars map[string]Var
}

func (v *Map) Init() *Map {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.vars = nil
	return v
}

func (v *Map) Get(key string) Var {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.vars[key]
}

func (v *Map) Set(key string, av Var) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.set(key, av)
}

func (v *Map) set(key string, av Var) {
	if v.vars == nil {
		v.vars = map[string]Var{}
	}
	v.vars[key] = av
}

// orMake is the variable of that name, which is made if there is none.
func (v *Map) orMake(key string, made func() Var) Var {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.vars[key]; !ok {
		v.set(key, made())
	}
	return v.vars[key]
}

func (v *Map) Add(key string, delta int64) {
	if n, ok := v.orMake(key, func() Var { return new(Int) }).(*Int); ok {
		n.Add(delta)
	}
}

func (v *Map) AddFloat(key string, delta float64) {
	if n, ok := v.orMake(key, func() Var { return new(Float) }).(*Float); ok {
		n.Add(delta)
	}
}

func (v *Map) Delete(key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.vars, key)
}

// Do calls f for each entry, while the map is locked for changes of its keys.
func (v *Map) Do(f func(KeyValue)) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := make([]string, 0, len(v.vars))
	for k := range v.vars {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		f(KeyValue{k, v.vars[k]})
	}
}

func (v *Map) String() string { return v.text("{", ", ", "}") }

func (v *Map) text(begin, between, end string) string {
	s := begin
	v.Do(func(kv KeyValue) {
		if s != begin {
			s += between
		}
		s += quoted(kv.Key) + ": "
		if kv.Value == nil {
			s += "null"
		} else {
			s += kv.Value.String()
		}
	})
	return s + end
}

var all Map

func Publish(name string, v Var) {
	all.mu.Lock()
	_, dup := all.vars[name]
	if !dup {
		all.set(name, v)
	}
	all.mu.Unlock()
	if dup {
		log.Panicln("Reuse of exported var name:", name)
	}
}

func Get(name string) Var           { return all.Get(name) }
func Do(f func(KeyValue))           { all.Do(f) }
func NewInt(name string) *Int       { return published(name, new(Int)) }
func NewFloat(name string) *Float   { return published(name, new(Float)) }
func NewMap(name string) *Map       { return published(name, new(Map)) }
func NewString(name string) *String { return published(name, new(String)) }

func published[V Var](name string, v V) V {
	Publish(name, v)
	return v
}

func show(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write([]byte(all.text("{\n", ",\n", "\n}\n")))
}

func Handler() http.Handler { return http.HandlerFunc(show) }

func init() {
	http.HandleFunc("/debug/vars", show)
	Publish("cmdline", Func(func() any { return os.Args }))
	Publish("memstats", Func(func() any {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats
	}))
}
