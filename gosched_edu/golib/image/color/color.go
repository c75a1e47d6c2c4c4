// Package color: colors and the models that convert them (image/color).
package color

// A Color gives its red, green, blue and alpha, each up to 0xffff, with alpha multiplied in.
type Color interface {
	RGBA() (r, g, b, a uint32)
}

type RGBA struct{ R, G, B, A uint8 }

func (c RGBA) RGBA() (r, g, b, a uint32) {
	return uint32(c.R) * 0x101, uint32(c.G) * 0x101, uint32(c.B) * 0x101, uint32(c.A) * 0x101
}

type RGBA64 struct{ R, G, B, A uint16 }

func (c RGBA64) RGBA() (r, g, b, a uint32) {
	return uint32(c.R), uint32(c.G), uint32(c.B), uint32(c.A)
}

// An NRGBA has no alpha multiplied in.
type NRGBA struct{ R, G, B, A uint8 }

func (c NRGBA) RGBA() (r, g, b, a uint32) {
	a = uint32(c.A)
	part := func(x uint8) uint32 { return uint32(x) * 0x101 * a / 0xff }
	return part(c.R), part(c.G), part(c.B), a * 0x101
}

type Gray struct{ Y uint8 }

func (c Gray) RGBA() (r, g, b, a uint32) {
	y := uint32(c.Y) * 0x101
	return y, y, y, 0xffff
}

type Gray16 struct{ Y uint16 }

func (c Gray16) RGBA() (r, g, b, a uint32) {
	y := uint32(c.Y)
	return y, y, y, 0xffff
}

type Alpha struct{ A uint8 }

func (c Alpha) RGBA() (r, g, b, a uint32) {
	a = uint32(c.A) * 0x101
	return a, a, a, a
}

type Model interface {
	Convert(c Color) Color
}

type model struct{ f func(Color) Color }

func (m *model) Convert(c Color) Color { return m.f(c) }

func ModelFunc(f func(Color) Color) Model { return &model{f} }

var (
	RGBAModel  = ModelFunc(toRGBA)
	NRGBAModel = ModelFunc(toNRGBA)
	GrayModel  = ModelFunc(toGray)
)

func toRGBA(c Color) Color {
	if _, ok := c.(RGBA); ok {
		return c
	}
	r, g, b, a := c.RGBA()
	return RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
}

func toNRGBA(c Color) Color {
	if _, ok := c.(NRGBA); ok {
		return c
	}
	r, g, b, a := c.RGBA()
	if a == 0 {
		return NRGBA{}
	}
	part := func(x uint32) uint8 { return uint8(x * 0xffff / a >> 8) }
	return NRGBA{part(r), part(g), part(b), uint8(a >> 8)}
}

func toGray(c Color) Color {
	if _, ok := c.(Gray); ok {
		return c
	}
	r, g, b, _ := c.RGBA()
	return Gray{uint8((19595*r + 38470*g + 7471*b + 1<<15) >> 24)}
}

// A Palette is a list of colors.
type Palette []Color

func (p Palette) Convert(c Color) Color {
	if len(p) == 0 {
		return nil
	}
	return p[p.Index(c)]
}

// Index is the color nearest to c.
func (p Palette) Index(c Color) int {
	r, g, b, a := c.RGBA()
	square := func(x, y uint32) uint32 {
		d := x - y
		return d * d >> 2
	}
	best, least := 0, uint32(1<<32-1)
	for i, v := range p {
		vr, vg, vb, va := v.RGBA()
		if sum := square(r, vr) + square(g, vg) + square(b, vb) + square(a, va); sum < least {
			best, least = i, sum
		}
	}
	return best
}

var (
	Black       = Gray16{0}
	White       = Gray16{0xffff}
	Transparent = Alpha{0}
	Opaque      = Alpha{0xff}
)
