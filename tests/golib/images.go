package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

func main() {
	m := image.NewRGBA(image.Rect(0, 0, 30, 20))
	for x := 0; x < 30; x++ {
		for y := 0; y < 20; y++ {
			m.Set(x, y, color.NRGBA{uint8(x * 8), uint8(y * 9), 7, uint8(255 - x)})
		}
	}
	fmt.Println(m.At(3, 4), m.Bounds(), m.Bounds().Dx(), image.Pt(1, 2).Add(image.Pt(3, 4)))
	fmt.Println(m.At(50, 4), image.Rect(5, 5, 1, 2).Intersect(image.Rect(2, 2, 9, 9)))
	r, g, b, a := m.At(29, 19).RGBA()
	fmt.Println(r, g, b, a, color.GrayModel.Convert(color.RGBA{10, 200, 30, 255}), color.White, color.Black)
	p := color.Palette{color.White, color.Black, color.RGBA{255, 0, 0, 255}}
	q := image.NewPaletted(image.Rect(0, 0, 3, 3), p)
	q.SetColorIndex(1, 1, 2)
	q.Set(2, 2, color.RGBA{250, 20, 0, 255})
	fmt.Println(q.Pix, q.At(1, 1), p.Index(color.Gray{20}))
	var buf bytes.Buffer
	fmt.Println(png.Encode(&buf, m), buf.Len() > 100, buf.String()[:8] == "\x89PNG\r\n\x1a\n")
}
