// Package image: rectangles of colors (image).
package image

import (
	"image/color"
	"strconv"
)

type Point struct{ X, Y int }

func Pt(X, Y int) Point           { return Point{X, Y} }
func (p Point) String() string    { return "(" + strconv.Itoa(p.X) + "," + strconv.Itoa(p.Y) + ")" }
func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }
func (p Point) Sub(q Point) Point { return Point{p.X - q.X, p.Y - q.Y} }
func (p Point) Mul(k int) Point   { return Point{p.X * k, p.Y * k} }
func (p Point) Div(k int) Point   { return Point{p.X / k, p.Y / k} }
func (p Point) Eq(q Point) bool   { return p == q }
func (p Point) In(r Rectangle) bool {
	return r.Min.X <= p.X && p.X < r.Max.X && r.Min.Y <= p.Y && p.Y < r.Max.Y
}

// A Rectangle holds the points from Min up to, but not on, Max.
type Rectangle struct{ Min, Max Point }

func Rect(x0, y0, x1, y1 int) Rectangle {
	if x0 > x1 {
		x0, x1 = x1, x0
	}
	if y0 > y1 {
		y0, y1 = y1, y0
	}
	return Rectangle{Point{x0, y0}, Point{x1, y1}}
}

func (r Rectangle) String() string            { return r.Min.String() + "-" + r.Max.String() }
func (r Rectangle) Dx() int                   { return r.Max.X - r.Min.X }
func (r Rectangle) Dy() int                   { return r.Max.Y - r.Min.Y }
func (r Rectangle) Size() Point               { return Point{r.Dx(), r.Dy()} }
func (r Rectangle) Add(p Point) Rectangle     { return Rectangle{r.Min.Add(p), r.Max.Add(p)} }
func (r Rectangle) Sub(p Point) Rectangle     { return Rectangle{r.Min.Sub(p), r.Max.Sub(p)} }
func (r Rectangle) Empty() bool               { return r.Min.X >= r.Max.X || r.Min.Y >= r.Max.Y }
func (r Rectangle) Bounds() Rectangle         { return r }
func (r Rectangle) Overlaps(s Rectangle) bool { return !r.Intersect(s).Empty() }

func (r Rectangle) Intersect(s Rectangle) Rectangle {
	r.Min.X, r.Min.Y = max(r.Min.X, s.Min.X), max(r.Min.Y, s.Min.Y)
	r.Max.X, r.Max.Y = min(r.Max.X, s.Max.X), min(r.Max.Y, s.Max.Y)
	if r.Empty() {
		return Rectangle{}
	}
	return r
}

func (r Rectangle) Inset(n int) Rectangle {
	return Rectangle{r.Min.Add(Point{n, n}), r.Max.Sub(Point{n, n})}
}

type Image interface {
	ColorModel() color.Model
	Bounds() Rectangle
	At(x, y int) color.Color
}

type RGBA struct {
	Pix    []uint8
	Stride int
	Rect   Rectangle
}

func NewRGBA(r Rectangle) *RGBA { return &RGBA{make([]uint8, 4*r.Dx()*r.Dy()), 4 * r.Dx(), r} }

func (p *RGBA) ColorModel() color.Model { return color.RGBAModel }
func (p *RGBA) Bounds() Rectangle       { return p.Rect }
func (p *RGBA) At(x, y int) color.Color { return p.RGBAAt(x, y) }
func (p *RGBA) PixOffset(x, y int) int  { return (y-p.Rect.Min.Y)*p.Stride + (x-p.Rect.Min.X)*4 }

func (p *RGBA) RGBAAt(x, y int) color.RGBA {
	if !(Point{x, y}.In(p.Rect)) {
		return color.RGBA{}
	}
	i := p.PixOffset(x, y)
	return color.RGBA{p.Pix[i], p.Pix[i+1], p.Pix[i+2], p.Pix[i+3]}
}

func (p *RGBA) Set(x, y int, c color.Color) { p.SetRGBA(x, y, color.RGBAModel.Convert(c).(color.RGBA)) }

func (p *RGBA) SetRGBA(x, y int, c color.RGBA) {
	if (Point{x, y}).In(p.Rect) {
		i := p.PixOffset(x, y)
		p.Pix[i], p.Pix[i+1], p.Pix[i+2], p.Pix[i+3] = c.R, c.G, c.B, c.A
	}
}

type NRGBA struct {
	Pix    []uint8
	Stride int
	Rect   Rectangle
}

func NewNRGBA(r Rectangle) *NRGBA { return &NRGBA{make([]uint8, 4*r.Dx()*r.Dy()), 4 * r.Dx(), r} }

func (p *NRGBA) ColorModel() color.Model { return color.NRGBAModel }
func (p *NRGBA) Bounds() Rectangle       { return p.Rect }
func (p *NRGBA) PixOffset(x, y int) int  { return (y-p.Rect.Min.Y)*p.Stride + (x-p.Rect.Min.X)*4 }

func (p *NRGBA) At(x, y int) color.Color {
	if !(Point{x, y}.In(p.Rect)) {
		return color.NRGBA{}
	}
	i := p.PixOffset(x, y)
	return color.NRGBA{p.Pix[i], p.Pix[i+1], p.Pix[i+2], p.Pix[i+3]}
}

func (p *NRGBA) Set(x, y int, c color.Color) {
	if (Point{x, y}).In(p.Rect) {
		i := p.PixOffset(x, y)
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		p.Pix[i], p.Pix[i+1], p.Pix[i+2], p.Pix[i+3] = n.R, n.G, n.B, n.A
	}
}

type Gray struct {
	Pix    []uint8
	Stride int
	Rect   Rectangle
}

func NewGray(r Rectangle) *Gray { return &Gray{make([]uint8, r.Dx()*r.Dy()), r.Dx(), r} }

func (p *Gray) ColorModel() color.Model { return color.GrayModel }
func (p *Gray) Bounds() Rectangle       { return p.Rect }
func (p *Gray) PixOffset(x, y int) int  { return (y-p.Rect.Min.Y)*p.Stride + x - p.Rect.Min.X }

func (p *Gray) At(x, y int) color.Color {
	if !(Point{x, y}.In(p.Rect)) {
		return color.Gray{}
	}
	return color.Gray{p.Pix[p.PixOffset(x, y)]}
}

func (p *Gray) Set(x, y int, c color.Color) {
	if (Point{x, y}).In(p.Rect) {
		p.Pix[p.PixOffset(x, y)] = color.GrayModel.Convert(c).(color.Gray).Y
	}
}

type Paletted struct {
	Pix     []uint8
	Stride  int
	Rect    Rectangle
	Palette color.Palette
}

func NewPaletted(r Rectangle, p color.Palette) *Paletted {
	return &Paletted{make([]uint8, r.Dx()*r.Dy()), r.Dx(), r, p}
}

func (p *Paletted) ColorModel() color.Model { return p.Palette }
func (p *Paletted) Bounds() Rectangle       { return p.Rect }
func (p *Paletted) PixOffset(x, y int) int  { return (y-p.Rect.Min.Y)*p.Stride + x - p.Rect.Min.X }

func (p *Paletted) At(x, y int) color.Color {
	if !(Point{x, y}.In(p.Rect)) {
		return p.Palette[0]
	}
	return p.Palette[p.Pix[p.PixOffset(x, y)]]
}

func (p *Paletted) Set(x, y int, c color.Color) { p.SetColorIndex(x, y, uint8(p.Palette.Index(c))) }

func (p *Paletted) SetColorIndex(x, y int, index uint8) {
	if (Point{x, y}).In(p.Rect) {
		p.Pix[p.PixOffset(x, y)] = index
	}
}

// A Uniform is one color without end.
type Uniform struct{ C color.Color }

func NewUniform(c color.Color) *Uniform { return &Uniform{c} }

func (c *Uniform) RGBA() (r, g, b, a uint32)       { return c.C.RGBA() }
func (c *Uniform) ColorModel() color.Model         { return c }
func (c *Uniform) Convert(color.Color) color.Color { return c.C }
func (c *Uniform) Bounds() Rectangle               { return Rectangle{Point{-1e9, -1e9}, Point{1e9, 1e9}} }
func (c *Uniform) At(x, y int) color.Color         { return c.C }
