//go:build go1.14

// Package maphash: hashes of strings and of comparable values, with a seed of the process (hash/maphash).
//
// A hash goes over the bytes one by one, so that it is the same however they come; which number it is
// nobody may rely on.
package maphash

import "encoding/binary"

// A Seed chooses one of many hash functions; the zero Seed is none.
type Seed struct {
	s uint64
}

//op RAND r a
func rand(n int) int

// MakeSeed returns a new random seed: drawn from the run's.
func MakeSeed() Seed {
	for {
		if s := uint64(rand(1<<31-1))<<32 ^ uint64(rand(1<<31-1)); s != 0 {
			return Seed{s}
		}
	}
}

// A Hash computes a seeded hash; the zero Hash has a random seed.
type Hash struct {
	_     [0]func() // not comparable
	seed  Seed
	state uint64
}

const prime = 0x100000001b3

func (h *Hash) begin() {
	if h.seed.s == 0 {
		h.SetSeed(MakeSeed())
	}
}

func (h *Hash) WriteByte(b byte) error {
	h.begin()
	h.state = (h.state ^ uint64(b)) * prime
	return nil
}

func (h *Hash) Write(b []byte) (int, error) {
	h.begin()
	x := h.state
	for _, c := range b {
		x = (x ^ uint64(c)) * prime
	}
	h.state = x
	return len(b), nil
}

func (h *Hash) WriteString(s string) (int, error) {
	h.begin()
	x := h.state
	for i := 0; i < len(s); i++ {
		x = (x ^ uint64(s[i])) * prime
	}
	h.state = x
	return len(s), nil
}

func (h *Hash) Seed() Seed {
	h.begin()
	return h.seed
}

func (h *Hash) SetSeed(seed Seed) {
	if seed.s == 0 {
		panic("maphash: use of uninitialized Seed")
	}
	h.seed, h.state = seed, seed.s
}

func (h *Hash) Reset() {
	h.begin()
	h.state = h.seed.s
}

// Sum64 spreads the state over all bits (the finisher of MurmurHash3).
func (h *Hash) Sum64() uint64 {
	h.begin()
	x := h.state ^ h.state>>33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

func (h *Hash) Sum(b []byte) []byte { return binary.BigEndian.AppendUint64(b, h.Sum64()) }
func (h *Hash) Size() int           { return 8 }
func (h *Hash) BlockSize() int      { return 128 }

//since 1.19
func Bytes(seed Seed, b []byte) uint64 {
	var h Hash
	h.SetSeed(seed)
	h.Write(b)
	return h.Sum64()
}

//since 1.19
func String(seed Seed, s string) uint64 {
	var h Hash
	h.SetSeed(seed)
	h.WriteString(s)
	return h.Sum64()
}

//link runtime.efacehash
func efacehash(v any, seed uintptr) uintptr

// Comparable is equal for equal values.
//
//since 1.24
func Comparable[T comparable](seed Seed, v T) uint64 {
	var h Hash
	h.SetSeed(seed)
	WriteComparable(&h, v)
	return h.Sum64()
}

//since 1.24
func WriteComparable[T comparable](h *Hash, x T) {
	h.begin()
	h.state = (h.state ^ uint64(efacehash(x, uintptr(h.seed.s)))) * prime
}
