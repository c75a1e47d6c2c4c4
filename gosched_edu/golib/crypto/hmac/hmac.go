// Package hmac: hashes with a key (RFC 2104).
package hmac

import (
	"crypto/subtle"
	"hash"
)

type hmac struct {
	inner, outer   hash.Hash
	inside, around []byte
}

func New(h func() hash.Hash, key []byte) hash.Hash {
	m := &hmac{inner: h(), outer: h()}
	n := m.inner.BlockSize()
	if len(key) > n {
		m.outer.Write(key)
		key = m.outer.Sum(nil)
	}
	m.inside, m.around = make([]byte, n), make([]byte, n)
	copy(m.inside, key)
	copy(m.around, key)
	for i := range n {
		m.inside[i] ^= 0x36
		m.around[i] ^= 0x5c
	}
	m.Reset()
	return m
}

func (m *hmac) Write(p []byte) (int, error) { return m.inner.Write(p) }
func (m *hmac) Size() int                   { return m.outer.Size() }
func (m *hmac) BlockSize() int              { return m.inner.BlockSize() }

func (m *hmac) Reset() {
	m.inner.Reset()
	m.inner.Write(m.inside)
}

func (m *hmac) Sum(in []byte) []byte {
	sum := m.inner.Sum(nil)
	m.outer.Reset()
	m.outer.Write(m.around)
	m.outer.Write(sum)
	return m.outer.Sum(in)
}

func Equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
