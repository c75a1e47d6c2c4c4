package reflect

import "internal/abi"

// Walking a map: the layout is that of runtime/map.go, whose first words do not depend on the types
// of keys and elements.

const (
	mapBuckets  = 2 // word of the slice of buckets
	bucketSlots = 8
	usedSlot    = 1 // a greater hash is an entry
)

type MapIter struct {
	m     Value
	chain int
	b     uintptr // the bucket
	slot  int
}

func (v Value) MapRange() *MapIter {
	v.must(v.Kind() == Map, "MapRange")
	return &MapIter{m: v, slot: bucketSlots}
}

func (it *MapIter) Next() bool {
	for {
		it.slot++
		if it.slot >= bucketSlots && !it.nextBucket() {
			return false
		}
		if abi.Word(abi.Add(ptr(it.b), it.slot)) > usedSlot {
			return true
		}
	}
}

func (it *MapIter) bucketWords() int {
	t := it.m.t
	return bucketSlots*(1+t.Key.Words+t.Elem.Words) + 1
}

func (it *MapIter) nextBucket() bool {
	m := it.m.word()
	if m == 0 {
		return false
	}
	it.slot = 0
	size := it.bucketWords()
	if it.b != 0 {
		it.b = abi.Word(abi.Add(ptr(it.b), size-1))
	}
	if it.b == 0 {
		buckets := abi.Add(ptr(m), mapBuckets)
		if it.chain >= int(abi.Word(abi.Add(buckets, 1))) {
			return false
		}
		it.b = abi.Word(buckets) + uintptr(8*size*it.chain)
		it.chain++
	}
	return true
}

func (it *MapIter) Key() Value {
	k := it.m.t.Key
	return it.m.at(k, it.b, bucketSlots+it.slot*k.Words)
}

func (it *MapIter) Value() Value {
	t := it.m.t
	return it.m.at(t.Elem, it.b, bucketSlots*(1+t.Key.Words)+it.slot*t.Elem.Words)
}

func (v Value) MapKeys() []Value {
	var keys []Value
	for it := v.MapRange(); it.Next(); {
		keys = append(keys, it.Key())
	}
	return keys
}
