// Package png: images as PNG, written without compression (image/png). Reading is left out.
package png

import (
	"hash/crc32"
	"image"
	"image/color"
	"io"
)

func word(b []byte, x uint32) []byte {
	return append(b, byte(x>>24), byte(x>>16), byte(x>>8), byte(x))
}

func chunk(out []byte, name string, data []byte) []byte {
	out = word(out, uint32(len(data)))
	body := append([]byte(name), data...)
	return word(append(out, body...), crc32.ChecksumIEEE(body))
}

// stored puts data into blocks of zlib's format that are not compressed.
func stored(data []byte) []byte {
	out := []byte{0x78, 0x01}
	a, b := uint32(1), uint32(0)
	for _, c := range data {
		a = (a + uint32(c)) % 65521
		b = (b + a) % 65521
	}
	for first := true; first || len(data) > 0; first = false {
		n := min(len(data), 65535)
		last := byte(0)
		if n == len(data) {
			last = 1
		}
		out = append(out, last, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		out = append(out, data[:n]...)
		data = data[n:]
	}
	return word(out, b<<16|a)
}

func Encode(w io.Writer, m image.Image) error {
	r := m.Bounds()
	var rows []byte
	for y := r.Min.Y; y < r.Max.Y; y++ {
		rows = append(rows, 0) // no filter
		for x := r.Min.X; x < r.Max.X; x++ {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			rows = append(rows, c.R, c.G, c.B, c.A)
		}
	}
	head := append(word(word(nil, uint32(r.Dx())), uint32(r.Dy())), 8, 6, 0, 0, 0)
	out := chunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", head)
	out = chunk(out, "IDAT", stored(rows))
	_, err := w.Write(chunk(out, "IEND", nil))
	return err
}
