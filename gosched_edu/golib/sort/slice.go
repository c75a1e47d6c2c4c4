package sort

import (
	"internal/abi"
	"unsafe"
)

// Slice sorts any slice by the indices of its elements: it swaps words, whatever they mean.
func Slice(x any, less func(i, j int) bool) { Sort(wordsOf(x, less)) }

func SliceStable(x any, less func(i, j int) bool) { Stable(wordsOf(x, less)) }

func SliceIsSorted(x any, less func(i, j int) bool) bool { return IsSorted(wordsOf(x, less)) }

type words struct {
	less  func(i, j int) bool
	base  unsafe.Pointer
	n     int
	width int // of an element, in words
}

func wordsOf(x any, less func(i, j int) bool) *words {
	t := abi.TypeOf(x)
	if t == nil || t.Kind != abi.Slice {
		panic("reflect: call of Swapper on non-slice value")
	}
	s := unsafe.Pointer(abi.DataOf(x))
	return &words{less, unsafe.Pointer(abi.Word(s)), int(abi.Word(abi.Add(s, 1))), t.Elem.Words}
}

func (w *words) Len() int           { return w.n }
func (w *words) Less(i, j int) bool { return w.less(i, j) }

func (w *words) Swap(i, j int) {
	p, q := abi.Add(w.base, i*w.width), abi.Add(w.base, j*w.width)
	for k := 0; k < w.width; k++ {
		a, b := (*uintptr)(abi.Add(p, k)), (*uintptr)(abi.Add(q, k))
		*a, *b = *b, *a
	}
}
