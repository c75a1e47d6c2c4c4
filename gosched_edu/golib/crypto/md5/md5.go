// Package md5: the hash MD5 (RFC 1321). Its constants are sines, as the RFC has them.
package md5

import (
	"hash"
	"math"
)

const (
	Size      = 16
	BlockSize = 64
)

// shifts of the four rounds.
const shifts = "\x07\x0c\x11\x16\x05\x09\x0e\x14\x04\x0b\x10\x17\x06\x0a\x0f\x15"

var table []uint32

type digest struct {
	s   [4]uint32
	x   []byte
	len uint64
}

func New() hash.Hash {
	d := new(digest)
	d.Reset()
	return d
}

func (d *digest) Reset() {
	d.s = [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}
	d.x = nil
	d.len = 0
}

func (d *digest) Size() int      { return Size }
func (d *digest) BlockSize() int { return BlockSize }

func (d *digest) Write(p []byte) (int, error) {
	for i := len(table); i < 64; i++ {
		table = append(table, uint32(int64(math.Abs(math.Sin(float64(i+1)))*(1<<32))))
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
	w := make([]uint32, 16)
	for i := range w {
		w[i] = uint32(p[4*i]) | uint32(p[4*i+1])<<8 | uint32(p[4*i+2])<<16 | uint32(p[4*i+3])<<24
	}
	a, b, c, e := d.s[0], d.s[1], d.s[2], d.s[3]
	for i := 0; i < 64; i++ {
		var f uint32
		g := i
		switch i / 16 {
		case 0:
			f = b&c | ^b&e
		case 1:
			f = e&b | ^e&c
			g = 5*i + 1
		case 2:
			f = b ^ c ^ e
			g = 3*i + 5
		default:
			f = c ^ (b | ^e)
			g = 7 * i
		}
		f += a + table[i] + w[g%16]
		s := uint(shifts[i/16*4+i%4])
		a, e, c = e, c, b
		b += f<<s | f>>(32-s)
	}
	d.s[0], d.s[1], d.s[2], d.s[3] = d.s[0]+a, d.s[1]+b, d.s[2]+c, d.s[3]+e
}

func (d *digest) Sum(in []byte) []byte {
	c := &digest{d.s, append([]byte(nil), d.x...), 0}
	n := d.len * 8
	pad := make([]byte, 64-(d.len+8)%64+8)
	pad[0] = 0x80
	for i := 0; i < 8; i++ {
		pad[len(pad)-8+i] = byte(n >> uint(8*i))
	}
	c.Write(pad)
	for _, x := range c.s {
		in = append(in, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
	}
	return in
}

func Sum(data []byte) (sum [Size]byte) {
	d := New()
	d.Write(data)
	copy(sum[:], d.Sum(nil))
	return
}
