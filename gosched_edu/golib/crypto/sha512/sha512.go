// Package sha512: the hashes SHA-512 and SHA-384 (FIPS 180-4).
//
// The constants are the first bits of the roots of the first primes, computed when they are first
// needed.
package sha512

import (
	"hash"
	"math"
	"math/big"
)

const (
	Size      = 64
	Size384   = 48
	BlockSize = 128
)

var round, start, start384 []uint64

// root is the fraction of the n'th root of p, 64 bits of it, by Newton's method from above.
func root(p int64, n int64) uint64 {
	wanted := new(big.Int).Lsh(big.NewInt(p), uint(64*n))
	x := new(big.Int).SetUint64(uint64((math.Pow(float64(p), 1/float64(n)) + 1e-9) * (1 << 58)))
	x.Lsh(x, 6)
	for {
		power := new(big.Int).Set(x)
		for range n - 2 {
			power.Mul(power, x)
		}
		next := new(big.Int).Quo(wanted, power)
		next.Add(next, new(big.Int).Mul(x, big.NewInt(n-1)))
		if next.Quo(next, big.NewInt(n)); next.Cmp(x) >= 0 {
			return x.Uint64()
		}
		x = next
	}
}

func constants() {
	for p := int64(2); len(round) < 80; p++ {
		prime := true
		for q := int64(2); q*q <= p && prime; q++ {
			prime = p%q != 0
		}
		if !prime {
			continue
		}
		if len(round) < 8 {
			start = append(start, root(p, 2))
		} else if len(round) < 16 {
			start384 = append(start384, root(p, 2))
		}
		round = append(round, root(p, 3))
	}
}

type digest struct {
	h    [8]uint64
	x    []byte
	len  uint64
	size int
}

func made(size int) *digest {
	d := &digest{size: size}
	d.Reset()
	return d
}

func New() hash.Hash    { return made(Size) }
func New384() hash.Hash { return made(Size384) }

func (d *digest) Reset() {
	if round == nil {
		constants()
	}
	first := start
	if d.size == Size384 {
		first = start384
	}
	*d = digest{size: d.size}
	copy(d.h[:], first)
}

func (d *digest) Size() int      { return d.size }
func (d *digest) BlockSize() int { return BlockSize }

func (d *digest) Write(p []byte) (int, error) {
	d.len += uint64(len(p))
	d.x = append(d.x, p...)
	for len(d.x) >= BlockSize {
		d.block(d.x[:BlockSize])
		d.x = d.x[BlockSize:]
	}
	return len(p), nil
}

func turn(x uint64, n uint) uint64 { return x>>n | x<<(64-n) }

func (d *digest) block(p []byte) {
	w := make([]uint64, 80)
	for i := range w {
		if i < 16 {
			for _, b := range p[8*i : 8*i+8] {
				w[i] = w[i]<<8 | uint64(b)
			}
			continue
		}
		x, y := w[i-2], w[i-15]
		w[i] = (turn(x, 19) ^ turn(x, 61) ^ x>>6) + w[i-7] + (turn(y, 1) ^ turn(y, 8) ^ y>>7) + w[i-16]
	}
	v := d.h
	for i, x := range w {
		a, b, c, e, f, g := v[0], v[1], v[2], v[4], v[5], v[6]
		t1 := v[7] + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)) + (e&f ^ ^e&g) + round[i] + x
		t2 := (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39)) + (a&b ^ a&c ^ b&c)
		v = [8]uint64{t1 + t2, a, b, c, v[3] + t1, e, f, g}
	}
	for i, x := range v {
		d.h[i] += x
	}
}

func (d *digest) Sum(in []byte) []byte {
	c := &digest{d.h, append([]byte(nil), d.x...), 0, d.size}
	n := d.len * 8
	pad := make([]byte, 128-(d.len+16)%128+16)
	pad[0] = 0x80
	for i := range 8 {
		pad[len(pad)-1-i] = byte(n >> uint(8*i))
	}
	c.Write(pad)
	for _, x := range c.h[:d.size/8] {
		for i := 56; i >= 0; i -= 8 {
			in = append(in, byte(x>>uint(i)))
		}
	}
	return in
}

func Sum512(data []byte) (sum [Size]byte) {
	d := New()
	d.Write(data)
	copy(sum[:], d.Sum(nil))
	return
}

func Sum384(data []byte) (sum [Size384]byte) {
	d := New384()
	d.Write(data)
	copy(sum[:], d.Sum(nil))
	return
}
