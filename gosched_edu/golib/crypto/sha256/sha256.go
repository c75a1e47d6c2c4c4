// Package sha256: the hash SHA-256 (FIPS 180-4).
//
// The round constants are the first bits of the cube roots of the first 64 primes, computed when they
// are first needed.
package sha256

import (
	"hash"
	"math/bits"
)

const (
	Size      = 32
	BlockSize = 64
)

var round []uint32

// root is floor(2**32 * p**(1/3)) modulo 2**32, by bisection.
func root(p uint64) uint32 {
	low, high := uint64(0), uint64(8)<<32
	for high-low > 1 {
		mid := (low + high) / 2
		hi, lo := bits.Mul64(mid, mid) // mid**3 <= p << 96 ?
		h2, l2 := bits.Mul64(lo, mid)
		h3, l3 := bits.Mul64(hi, mid)
		sum, carry := bits.Add64(l3, h2, 0)
		if h3+carry > 0 || sum > p<<32 || sum == p<<32 && l2 > 0 {
			high = mid
		} else {
			low = mid
		}
	}
	return uint32(low)
}

func rounds() []uint32 {
	k := make([]uint32, 0, 64)
	for p := uint64(2); len(k) < 64; p++ {
		prime := true
		for q := uint64(2); q*q <= p && prime; q++ {
			prime = p%q != 0
		}
		if prime {
			k = append(k, root(p))
		}
	}
	return k
}

type digest struct {
	h   [8]uint32
	x   []byte
	len uint64
}

func New() hash.Hash {
	d := new(digest)
	d.Reset()
	return d
}

func (d *digest) Reset() {
	d.h = [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	d.x = nil
	d.len = 0
}

func (d *digest) Size() int      { return Size }
func (d *digest) BlockSize() int { return BlockSize }

func (d *digest) Write(p []byte) (int, error) {
	if round == nil {
		round = rounds()
	}
	d.len += uint64(len(p))
	d.x = append(d.x, p...)
	for len(d.x) >= BlockSize {
		d.block(d.x[:BlockSize])
		d.x = d.x[BlockSize:]
	}
	return len(p), nil
}

func (d *digest) block(p []byte) {
	w := make([]uint32, 64)
	for i := 0; i < 16; i++ {
		w[i] = uint32(p[4*i])<<24 | uint32(p[4*i+1])<<16 | uint32(p[4*i+2])<<8 | uint32(p[4*i+3])
	}
	for i := 16; i < 64; i++ {
		v1, v2 := w[i-2], w[i-15]
		t1 := (v1>>17 | v1<<15) ^ (v1>>19 | v1<<13) ^ v1>>10
		t2 := (v2>>7 | v2<<25) ^ (v2>>18 | v2<<14) ^ v2>>3
		w[i] = t1 + w[i-7] + t2 + w[i-16]
	}
	h := &d.h
	a, b, c, e0 := h[0], h[1], h[2], h[3]
	e, f, g, k := h[4], h[5], h[6], h[7]
	for i := 0; i < 64; i++ {
		t1 := k + ((e>>6 | e<<26) ^ (e>>11 | e<<21) ^ (e>>25 | e<<7)) + (e&f ^ ^e&g) + round[i] + w[i]
		t2 := ((a>>2 | a<<30) ^ (a>>13 | a<<19) ^ (a>>22 | a<<10)) + (a&b ^ a&c ^ b&c)
		k, g, f, e = g, f, e, e0+t1
		e0, c, b, a = c, b, a, t1+t2
	}
	h[0], h[1], h[2], h[3] = h[0]+a, h[1]+b, h[2]+c, h[3]+e0
	h[4], h[5], h[6], h[7] = h[4]+e, h[5]+f, h[6]+g, h[7]+k
}

func (d *digest) Sum(in []byte) []byte {
	c := &digest{d.h, append([]byte(nil), d.x...), 0}
	n := d.len * 8
	pad := make([]byte, 64-(d.len+8)%64+8)
	pad[0] = 0x80
	for i := 0; i < 8; i++ {
		pad[len(pad)-1-i] = byte(n >> uint(8*i))
	}
	c.Write(pad)
	for _, x := range c.h {
		in = append(in, byte(x>>24), byte(x>>16), byte(x>>8), byte(x))
	}
	return in
}

func Sum256(data []byte) (sum [Size]byte) {
	d := New()
	d.Write(data)
	copy(sum[:], d.Sum(nil))
	return
}
