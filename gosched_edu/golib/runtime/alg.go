// Equality and hashing of values whose type is known only at run time (alg.go).
//
// The compiler compares values of known types in line; here is what interfaces, arrays and
// map keys need. Everything goes by the descriptor. A value of one word travels as that word;
// larger ones by address.
package runtime

import (
	"internal/abi"
	"unsafe"
)

// efaceeq is a == b on interface values.
func efaceeq(a, b any) bool {
	t := abi.TypeOf(a)
	if t != abi.TypeOf(b) {
		return false
	}
	if t == nil {
		return true
	}
	return interequal(t, abi.DataOf(a), abi.DataOf(b))
}

// interequal compares the data words of two interface values of type t.
func interequal(t *_type, x, y uintptr) bool {
	if t.Flags&abi.Comparable == 0 {
		panic(errorString("comparing uncomparable type " + t.Name))
	}
	if t.Slots == 1 && t.Flags&abi.Memory == 0 {
		return wordequal(t, x, y)
	}
	return equal(t, pointer(x), pointer(y))
}

// wordequal compares values of one word; only floats are not compared bit for bit.
func wordequal(t *_type, x, y uintptr) bool {
	for t.Kind == abi.Struct {
		t = soleField(t)
	}
	if t.Kind == abi.Float32 || t.Kind == abi.Float64 {
		return asFloat(x) == asFloat(y)
	}
	return x == y
}

// soleField is the type of the one field of a struct of one word that has any words.
func soleField(t *_type) *_type {
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Type.Words > 0 {
			return f.Type
		}
	}
	return t
}

// equal compares the values of type t at p and q.
func equal(t *_type, p, q unsafe.Pointer) bool {
	switch t.Kind {
	case abi.String:
		return *(*string)(p) == *(*string)(q)
	case abi.Interface:
		return *(*any)(p) == *(*any)(q)
	case abi.Complex64, abi.Complex128:
		return *(*complex128)(p) == *(*complex128)(q)
	case abi.Array:
		for i := 0; i < t.Len; i++ {
			at := i * t.Elem.Words
			if !equal(t.Elem, abi.Add(p, at), abi.Add(q, at)) {
				return false
			}
		}
		return true
	case abi.Struct:
		for i := range t.Fields {
			f := &t.Fields[i]
			if f.Name != "_" && !equal(f.Type, abi.Add(p, f.Offset), abi.Add(q, f.Offset)) {
				return false
			}
		}
		return true
	}
	return wordequal(t, abi.Word(p), abi.Word(q))
}

// memequal compares words bit for bit.
func memequal(p, q unsafe.Pointer, words int) bool {
	for i := 0; i < words; i++ {
		if abi.Word(abi.Add(p, i)) != abi.Word(abi.Add(q, i)) {
			return false
		}
	}
	return true
}

// mix spreads a word over a hash (the finisher of MurmurHash3).
func mix(x, seed uintptr) uintptr {
	x ^= seed
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

func strhash(s string, seed uintptr) uintptr {
	h := seed ^ uintptr(len(s))
	for i := 0; i < len(s); i++ {
		h = (h ^ uintptr(s[i])) * 0x100000001b3
	}
	return mix(h, seed)
}

func floathash(f float64, w, seed uintptr) uintptr {
	switch {
	case f == 0:
		return mix(0, seed) // +0 and -0 are equal
	case f != f:
		return uintptr(rand(0)) // NaN equals nothing: any hash will do
	}
	return mix(w, seed)
}

// hashof hashes the value of type t at p.
func hashof(t *_type, p unsafe.Pointer, seed uintptr) uintptr {
	switch t.Kind {
	case abi.String:
		return strhash(*(*string)(p), seed)
	case abi.Interface:
		return efacehash(*(*any)(p), seed)
	case abi.Float32, abi.Float64:
		return floathash(*(*float64)(p), abi.Word(p), seed)
	case abi.Complex64, abi.Complex128:
		q := abi.Add(p, 1)
		return floathash(*(*float64)(q), abi.Word(q), floathash(*(*float64)(p), abi.Word(p), seed))
	case abi.Array:
		for i := 0; i < t.Len; i++ {
			seed = hashof(t.Elem, abi.Add(p, i*t.Elem.Words), seed)
		}
		return seed
	case abi.Struct:
		for i := range t.Fields {
			if f := &t.Fields[i]; f.Name != "_" {
				seed = hashof(f.Type, abi.Add(p, f.Offset), seed)
			}
		}
		return seed
	case abi.Func, abi.Map, abi.Slice:
		panic(errorString("hash of unhashable type " + t.Name))
	}
	return mix(abi.Word(p), seed)
}

func efacehash(v any, seed uintptr) uintptr {
	t := abi.TypeOf(v)
	if t == nil {
		return seed
	}
	if t.Flags&abi.Comparable == 0 {
		panic(errorString("hash of unhashable type " + t.Name))
	}
	w := abi.DataOf(v)
	if t.Slots != 1 || t.Flags&abi.Memory != 0 {
		return hashof(t, pointer(w), seed)
	}
	for t.Kind == abi.Struct {
		t = soleField(t)
	}
	if t.Kind == abi.Float32 || t.Kind == abi.Float64 {
		return floathash(asFloat(w), w, seed)
	}
	return mix(w, seed)
}
