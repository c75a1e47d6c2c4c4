// Package sha1: the hash SHA-1 (FIPS 180-4).
package sha1

import "hash"

const (
	Size      = 20
	BlockSize = 64
)

type digest struct {
	h   [5]uint32
	x   []byte
	len uint64
}

func New() hash.Hash {
	d := new(digest)
	d.Reset()
	return d
}

func (d *digest) Reset() {
	*d = digest{h: [5]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}}
}

func (d *digest) Size() int      { return Size }
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

func (d *digest) block(p []byte) {
	w := make([]uint32, 80)
	for i := range w {
		if i < 16 {
			w[i] = uint32(p[4*i])<<24 | uint32(p[4*i+1])<<16 | uint32(p[4*i+2])<<8 | uint32(p[4*i+3])
		} else {
			x := w[i-3] ^ w[i-8] ^ w[i-14] ^ w[i-16]
			w[i] = x<<1 | x>>31
		}
	}
	a, b, c, e, f := d.h[0], d.h[1], d.h[2], d.h[3], d.h[4]
	for i, x := range w {
		var g, k uint32
		switch i / 20 {
		case 0:
			g, k = b&c|^b&e, 0x5a827999
		case 1:
			g, k = b^c^e, 0x6ed9eba1
		case 2:
			g, k = b&c|b&e|c&e, 0x8f1bbcdc
		default:
			g, k = b^c^e, 0xca62c1d6
		}
		t := (a<<5 | a>>27) + g + f + x + k
		f, e, c, b, a = e, c, b<<30|b>>2, a, t
	}
	for i, x := range []uint32{a, b, c, e, f} {
		d.h[i] += x
	}
}

func (d *digest) Sum(in []byte) []byte {
	c := &digest{d.h, append([]byte(nil), d.x...), 0}
	n := d.len * 8
	pad := make([]byte, 64-(d.len+8)%64+8)
	pad[0] = 0x80
	for i := range 8 {
		pad[len(pad)-1-i] = byte(n >> uint(8*i))
	}
	c.Write(pad)
	for _, x := range c.h {
		in = append(in, byte(x>>24), byte(x>>16), byte(x>>8), byte(x))
	}
	return in
}

func Sum(data []byte) (sum [Size]byte) {
	d := New()
	d.Write(data)
	copy(sum[:], d.Sum(nil))
	return
}
