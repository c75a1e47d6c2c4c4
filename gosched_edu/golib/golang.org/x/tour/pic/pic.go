// Package pic: pictures of the exercises of the Go Tour, written as the Tour's page reads them.
package pic

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// Show draws what f computes for 256 x 256 pixels, as shades of blue.
func Show(f func(dx, dy int) [][]uint8) {
	const n = 256
	data := f(n, n)
	m := image.NewNRGBA(image.Rect(0, 0, n, n))
	for y := 0; y < n; y++ {
		for x := 0; x < n; x++ {
			v := data[y][x]
			m.Set(x, y, color.NRGBA{v, v, 255, 255})
		}
	}
	ShowImage(m)
}

func ShowImage(m image.Image) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, m); err != nil {
		panic(err)
	}
	fmt.Println("IMAGE:" + base64.StdEncoding.EncodeToString(buf.Bytes()))
}
