// Maps: one generic hash table, which the compiler instantiates for each map type.
//
// Problem. A map must iterate in an order that differs from run to run, stay correct when it
// changes under an iterator, and catch two goroutines that use it at once, as Go's does.
//
// Rejected. Entries in insertion order behind an index: faster, but the order of a large map would
// only ever be rotated. Growing a little at each write, as Go before 1.24: a cost in real
// time that virtual time does not see.
//
// Chosen. Buckets of eight slots with overflow buckets (Go's table until 1.24; small maps of the
// later Swiss tables are one group of eight slots too, so both show the same orders). A
// table that is too full is copied into one twice the size. An iterator that meets a copied
// table goes on through the old one and asks the new one for each key.
//
// Invariant. A slot's hash is 0 if it and all behind it in the chain were never used, 1 if its
// entry was deleted, else the full hash with bit 32 set.
package runtime

import (
	"internal/abi"
	"unsafe"
)

const (
	slots       = 8
	emptyRest   = 0
	emptyOne    = 1
	used        = 1 << 32
	hashWriting = 4
)

// How keys are hashed.
const (
	keyOther = iota
	keyWord
	keyString
)

// hmap's first words do not depend on the types: reflect reads them.
type hmap[K comparable, V any] struct {
	count   int
	flags   int
	buckets []bucket[K, V]
	mask    uintptr
	seed    uintptr
	kind    int
	clears  int
	key     *_type
}

type bucket[K comparable, V any] struct {
	hash     [slots]uintptr
	keys     [slots]K
	elems    [slots]V
	overflow *bucket[K, V]
}

type hiter[K comparable, V any] struct {
	key     K
	elem    V
	m       *hmap[K, V]
	buckets []bucket[K, V]
	b       *bucket[K, V] // nil: on to the next chain
	chain   int           // chains left
	at      uintptr       // the next one
	slot    int
	offset  int // the slot a chain starts at
	clears  int
}

func mapmake[K comparable, V any](hint int) *hmap[K, V] {
	m := &hmap[K, V]{seed: uintptr(rand(0)), key: typeOf[K]()}
	m.kind = keyKind(m.key)
	if hint > 0 {
		n := 1
		for hint > slots && hint > n*13/2 {
			n *= 2
		}
		m.buckets = make([]bucket[K, V], n)
		m.mask = uintptr(n - 1)
	}
	return m
}

func keyKind(t *_type) int {
	switch k := t.Kind; {
	case k == abi.String:
		return keyString
	case k <= abi.Uintptr, k == abi.Chan, k == abi.Pointer, k == abi.UnsafePointer:
		return keyWord
	}
	return keyOther
}

func (m *hmap[K, V]) hash(key K) uintptr {
	switch m.kind {
	case keyWord:
		return mix(word(key), m.seed) | used
	case keyString:
		return strhash(asString(key), m.seed) | used
	}
	return hashother(m.key, key, m.seed) | used
}

// hashother gives the key an address, which costs an allocation.
func hashother[K comparable](t *_type, key K, seed uintptr) uintptr {
	return hashof(t, unsafe.Pointer(&key), seed)
}

func maplen[K comparable, V any](m *hmap[K, V]) int {
	if m == nil {
		return 0
	}
	return m.count
}

// find returns the bucket and slot of key, or nil.
func (m *hmap[K, V]) find(key K) (*bucket[K, V], int) {
	if m == nil || m.count == 0 {
		mapkeyerror(key)
		return nil, 0
	}
	if m.flags&hashWriting != 0 {
		throw("concurrent map read and map write")
	}
	h := m.hash(key)
	for b := &m.buckets[h&m.mask]; b != nil; b = b.overflow {
		for i := 0; i < slots; i++ {
			switch b.hash[i] {
			case h:
				if b.keys[i] == key {
					return b, i
				}
			case emptyRest:
				return nil, 0
			}
		}
	}
	return nil, 0
}

// mapkeyerror panics if key cannot be hashed: a lookup in an empty map would not notice.
func mapkeyerror[K comparable](key K) {
	t := typeOf[K]()
	if keyKind(t) != keyOther {
		return
	}
	bad := unhashable(t, unsafe.Pointer(&key))
	if bad == nil {
		return
	}
	if goMinor() < 24 {
		panic(errorString("hash of unhashable type " + bad.Name))
	}
	panic(plainError("hash of unhashable type: " + bad.Name))
}

// unhashable is the type in the value of type t at p that has no hash, or nil (alg.go:mapKeyError2).
func unhashable(t *_type, p unsafe.Pointer) *_type {
	switch t.Kind {
	case abi.Interface:
		v := *(*any)(p)
		t = abi.TypeOf(v)
		if t == nil || t.Flags&abi.Comparable == 0 {
			return t
		}
		if t.Slots != 1 || t.Flags&abi.Memory != 0 {
			return unhashable(t, pointer(abi.DataOf(v)))
		}
	case abi.Array:
		for i := 0; i < t.Len; i++ {
			if bad := unhashable(t.Elem, abi.Add(p, i*t.Elem.Words)); bad != nil {
				return bad
			}
		}
	case abi.Struct:
		for i := range t.Fields {
			if f := &t.Fields[i]; f.Name != "_" {
				if bad := unhashable(f.Type, abi.Add(p, f.Offset)); bad != nil {
					return bad
				}
			}
		}
	}
	return nil
}

func mapget[K comparable, V any](m *hmap[K, V], key K) (elem V, ok bool) {
	b, i := m.find(key)
	if b == nil {
		return
	}
	return b.elems[i], true
}

func mapset[K comparable, V any](m *hmap[K, V], key K, elem V) {
	*mapref(m, key) = elem
}

// mapref returns the address of key's element, which is added if it is not there.
func mapref[K comparable, V any](m *hmap[K, V], key K) *V {
	if m == nil {
		panicnilmap()
	}
	if m.flags&hashWriting != 0 {
		throw("concurrent map writes")
	}
	h := m.hash(key)
	m.flags ^= hashWriting
	if m.buckets == nil {
		m.buckets = make([]bucket[K, V], 1)
	}
	b, i, found := m.place(h, key)
	if !found {
		if m.count >= slots && m.count >= len(m.buckets)*13/2 {
			m.grow()
			b, i, _ = m.place(h, key)
		}
		m.count++
		b.hash[i] = h
	}
	b.keys[i] = key // of equal keys the later one stays: +0 for -0
	if m.flags&hashWriting == 0 {
		throw("concurrent map writes")
	}
	m.flags &^= hashWriting
	return &b.elems[i]
}

// place finds key's slot, or else the first free one of its chain, which it may lengthen.
func (m *hmap[K, V]) place(h uintptr, key K) (free *bucket[K, V], slot int, found bool) {
	b := &m.buckets[h&m.mask]
	for {
		for i := 0; i < slots; i++ {
			x := b.hash[i]
			if x == h && b.keys[i] == key {
				return b, i, true
			}
			if x <= emptyOne && free == nil {
				free, slot = b, i
			}
			if x == emptyRest {
				return
			}
		}
		if b.overflow == nil {
			break
		}
		b = b.overflow
	}
	if free == nil {
		free = new(bucket[K, V])
		b.overflow = free
	}
	return
}

func (m *hmap[K, V]) grow() {
	old := m.buckets
	m.buckets = make([]bucket[K, V], 2*len(old))
	m.mask = uintptr(len(m.buckets) - 1)
	for i := range old {
		for b := &old[i]; b != nil; b = b.overflow {
			for j := 0; j < slots; j++ {
				if h := b.hash[j]; h > emptyOne {
					to, slot := m.free(h)
					to.hash[slot] = h
					to.keys[slot] = b.keys[j]
					to.elems[slot] = b.elems[j]
				}
			}
		}
	}
}

// free finds room for a key that is known to be new.
func (m *hmap[K, V]) free(h uintptr) (*bucket[K, V], int) {
	b := &m.buckets[h&m.mask]
	for {
		for i := 0; i < slots; i++ {
			if b.hash[i] == emptyRest {
				return b, i
			}
		}
		if b.overflow == nil {
			b.overflow = new(bucket[K, V])
		}
		b = b.overflow
	}
}

func mapdelete[K comparable, V any](m *hmap[K, V], key K) {
	if m == nil || m.count == 0 {
		m.find(key)
		return
	}
	if m.flags&hashWriting != 0 {
		throw("concurrent map writes")
	}
	b, i := m.find(key)
	m.flags ^= hashWriting
	if b != nil {
		var noKey K
		var noElem V
		b.keys[i], b.elems[i] = noKey, noElem
		b.hash[i] = emptyOne
		m.count--
	}
	if m.flags&hashWriting == 0 {
		throw("concurrent map writes")
	}
	m.flags &^= hashWriting
}

func mapclear[K comparable, V any](m *hmap[K, V]) {
	if m == nil || m.count == 0 {
		return
	}
	if m.flags&hashWriting != 0 {
		throw("concurrent map writes")
	}
	m.flags ^= hashWriting
	m.buckets = make([]bucket[K, V], len(m.buckets))
	m.count = 0
	m.clears++
	m.flags &^= hashWriting
}

func mapiterinit[K comparable, V any](m *hmap[K, V]) *hiter[K, V] {
	it := &hiter[K, V]{m: m}
	if m == nil || m.count == 0 {
		return it
	}
	r := uintptr(rand(0))
	it.buckets = m.buckets
	it.chain = len(m.buckets)
	it.at = r & m.mask
	it.offset = int(r>>32) % slots
	it.slot = slots
	it.clears = m.clears
	return it
}

// mapiternext moves on to the next entry; false: there is none.
func mapiternext[K comparable, V any](it *hiter[K, V]) bool {
	m := it.m
	if it.chain == 0 && it.b == nil {
		return false
	}
	if m.flags&hashWriting != 0 {
		throw("concurrent map iteration and map write")
	}
	for it.step() {
		b, i := it.b, (it.slot-1+it.offset)%slots
		if b.hash[i] <= emptyOne {
			continue
		}
		it.key = b.keys[i]
		if len(it.buckets) != len(m.buckets) || it.clears != m.clears {
			if it.key == it.key {
				if b, i = m.find(it.key); b == nil {
					continue
				}
			} else if it.clears != m.clears {
				continue
			}
		}
		it.elem = b.elems[i]
		return true
	}
	return false
}

// step moves on by one slot.
func (it *hiter[K, V]) step() bool {
	if it.slot < slots {
		it.slot++
		return true
	}
	if it.b != nil {
		it.b = it.b.overflow
	}
	if it.b == nil {
		if it.chain == 0 {
			return false
		}
		it.chain--
		it.b = &it.buckets[it.at]
		it.at = (it.at + 1) & uintptr(len(it.buckets)-1)
	}
	it.slot = 1
	return true
}
