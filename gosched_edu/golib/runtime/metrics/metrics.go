//go:build go1.16

// Package metrics: numbers that the runtime keeps about itself, by name (runtime/metrics).
//
// Of the real names there are those that this runtime has a number for; the others are KindBad, as names
// are that a version of Go does not know.
package metrics

import "math"

type ValueKind int

const (
	KindBad ValueKind = iota
	KindUint64
	KindFloat64
	KindFloat64Histogram
)

type Float64Histogram struct {
	Counts  []uint64
	Buckets []float64
}

type Value struct {
	kind      ValueKind
	scalar    uint64
	histogram *Float64Histogram
}

func (v Value) Kind() ValueKind { return v.kind }

func (v Value) Uint64() uint64 {
	if v.kind != KindUint64 {
		panic("called Uint64 on non-uint64 metric value")
	}
	return v.scalar
}

func (v Value) Float64() float64 {
	if v.kind != KindFloat64 {
		panic("called Float64 on non-float64 metric value")
	}
	return math.Float64frombits(v.scalar)
}

func (v Value) Float64Histogram() *Float64Histogram {
	if v.kind != KindFloat64Histogram {
		panic("called Float64Histogram on non-Float64Histogram metric value")
	}
	return v.histogram
}

type Description struct {
	Name        string
	Description string
	Kind        ValueKind
	Cumulative  bool
}

type Sample struct {
	Name  string
	Value Value
}

// All returns what this version of Go has, in the order of the names.
func All() (all []Description) {
	for _, m := range table {
		if m.known() {
			all = append(all, Description{m.name, m.text, KindUint64, m.cumulative})
		}
	}
	return
}

// Read sets the values of the samples.
func Read(m []Sample) {
	for i := range m {
		m[i].Value = Value{}
		for _, each := range table {
			if each.name == m[i].Name && each.known() {
				m[i].Value = Value{kind: KindUint64, scalar: uint64(each.read())}
			}
		}
	}
}
