package runtime

import (
	"internal/abi"
	"unsafe"
)

// Maps whose types are known only at run time, for package reflect: what map.go does with the types
// themselves, by the words of their descriptors. The layout is that of hmap and bucket.

type reflectMap = hmap[uintptr, uintptr]

type table struct {
	m    *reflectMap
	t    *_type // of the map
	size int    // words of a bucket
}

func tableOf(t *_type, m uintptr) table {
	return table{(*reflectMap)(pointer(m)), t, slots*(1+t.Key.Words+t.Elem.Words) + 1}
}

// reflectmakemap is mapmake.
func reflectmakemap(t *_type) uintptr {
	m := &reflectMap{seed: uintptr(rand(0)), key: t.Key}
	m.kind = keyKind(t.Key)
	return uintptr(unsafe.Pointer(m))
}

func (x table) buckets(n int) []bucket[uintptr, uintptr] {
	p := unsafe.Pointer(&make([]unsafe.Pointer, n*x.size)[0])
	header := [3]uintptr{uintptr(p), uintptr(n), uintptr(n)}
	return *(*[]bucket[uintptr, uintptr])(unsafe.Pointer(&header))
}

func (x table) count() uintptr { return x.m.mask + 1 }

func (x table) bucket(i uintptr) unsafe.Pointer {
	base := abi.Word(unsafe.Pointer(&x.m.buckets))
	return pointer(base + 8*i*uintptr(x.size))
}

func (x table) key(b unsafe.Pointer, i int) unsafe.Pointer {
	return abi.Add(b, slots+i*x.t.Key.Words)
}

func (x table) elem(b unsafe.Pointer, i int) unsafe.Pointer {
	return abi.Add(b, slots*(1+x.t.Key.Words)+i*x.t.Elem.Words)
}

func (x table) overflow(b unsafe.Pointer) *unsafe.Pointer {
	return (*unsafe.Pointer)(abi.Add(b, x.size-1))
}

func (x table) hash(key unsafe.Pointer) uintptr {
	switch x.m.kind {
	case keyWord:
		return mix(abi.Word(key), x.m.seed) | used
	case keyString:
		return strhash(*(*string)(key), x.m.seed) | used
	}
	return hashof(x.t.Key, key, x.m.seed) | used
}

// find returns the bucket and slot of key, or nil and the first free slot of its chain.
func (x table) find(h uintptr, key unsafe.Pointer) (b, free unsafe.Pointer, slot, freeSlot int) {
	for b = x.bucket(h & x.m.mask); b != nil; b = *x.overflow(b) {
		for i := 0; i < slots; i++ {
			switch w := abi.Word(abi.Add(b, i)); {
			case w == h && equal(x.t.Key, x.key(b, i), key):
				return b, nil, i, 0
			case w <= emptyOne && free == nil:
				free, freeSlot = b, i
			}
		}
	}
	return nil, free, 0, freeSlot
}

// reflectmapaccess is the address of key's element, or nil.
func reflectmapaccess(t *_type, m uintptr, key unsafe.Pointer) unsafe.Pointer {
	if m == 0 {
		return nil
	}
	x := tableOf(t, m)
	if x.m.count == 0 {
		return nil
	}
	b, _, i, _ := x.find(x.hash(key), key)
	if b == nil {
		return nil
	}
	return x.elem(b, i)
}

// reflectmapassign is mapset.
func reflectmapassign(t *_type, m uintptr, key, elem unsafe.Pointer) {
	if m == 0 {
		panicnilmap()
	}
	x := tableOf(t, m)
	h := x.hash(key)
	if x.m.buckets == nil {
		x.m.buckets = x.buckets(1)
	}
	b, free, i, at := x.find(h, key)
	if b == nil {
		if x.m.count >= slots && x.m.count >= int(x.count())*13/2 {
			x.grow()
			_, free, _, at = x.find(h, key)
		}
		if free == nil {
			free, at = x.lengthen(h), 0
		}
		x.m.count++
		b, i = free, at
		*(*uintptr)(abi.Add(b, i)) = h
	}
	memmove(x.key(b, i), key, t.Key.Words)
	memmove(x.elem(b, i), elem, t.Elem.Words)
}

// lengthen adds a bucket to the end of h's chain.
func (x table) lengthen(h uintptr) unsafe.Pointer {
	b := x.bucket(h & x.m.mask)
	for *x.overflow(b) != nil {
		b = *x.overflow(b)
	}
	more := unsafe.Pointer(&make([]unsafe.Pointer, x.size)[0])
	*x.overflow(b) = more
	return more
}

func (x table) grow() {
	old, n := x.bucket(0), x.count()
	x.m.buckets = x.buckets(int(2 * n))
	x.m.mask = 2*n - 1
	for j := uintptr(0); j < n; j++ {
		for b := abi.Add(old, int(j)*x.size); b != nil; b = *x.overflow(b) {
			for i := 0; i < slots; i++ {
				h := abi.Word(abi.Add(b, i))
				if h <= emptyOne {
					continue
				}
				_, to, _, at := x.find(h, x.key(b, i))
				if to == nil {
					to, at = x.lengthen(h), 0
				}
				*(*uintptr)(abi.Add(to, at)) = h
				memmove(x.key(to, at), x.key(b, i), x.t.Key.Words)
				memmove(x.elem(to, at), x.elem(b, i), x.t.Elem.Words)
			}
		}
	}
}

// reflectmapdelete is mapdelete.
func reflectmapdelete(t *_type, m uintptr, key unsafe.Pointer) {
	if m == 0 {
		return
	}
	x := tableOf(t, m)
	if x.m.count == 0 {
		return
	}
	b, _, i, _ := x.find(x.hash(key), key)
	if b == nil {
		return
	}
	*(*uintptr)(abi.Add(b, i)) = emptyOne
	for w := 0; w < t.Key.Words; w++ {
		*(*uintptr)(abi.Add(x.key(b, i), w)) = 0
	}
	for w := 0; w < t.Elem.Words; w++ {
		*(*uintptr)(abi.Add(x.elem(b, i), w)) = 0
	}
	x.m.count--
}
