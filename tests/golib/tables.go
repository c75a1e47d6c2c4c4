package main

import (
	"container/ring"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"

)

func main() {
	r := csv.NewReader(strings.NewReader("a,b,c\n\"x \"\"q\"\"\",\"m\nn\",\n\n1,2,3\n1,2\n"))
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		fmt.Printf("%q %v\n", rec, err)
		if err != nil {
			break
		}
	}
	for _, s := range []string{"a\"b,c\n", "\"a\"b,c\n", "\"abc\n"} {
		_, err := csv.NewReader(strings.NewReader(s)).Read()
		fmt.Println(err)
	}
	w := csv.NewWriter(os.Stdout)
	w.WriteAll([][]string{{"a", "b c", " d", "e,f", "g\"h", "i\nj", ""}, {"1"}})
	b := make([]byte, 8)
	binary.LittleEndian.PutUint32(b, 0x01020304)
	binary.BigEndian.PutUint16(b[4:], 0xabcd)
	fmt.Println(b, binary.LittleEndian.Uint64(b), binary.BigEndian.Uint32(b))
	n := binary.PutVarint(b, -300)
	x, m := binary.Varint(b)
	fmt.Println(b[:n], x, m)
	g := ring.New(5)
	for i := 0; i < g.Len(); i++ {
		g.Value = i
		g = g.Next()
	}
	g.Move(2).Unlink(2)
	g.Do(func(v any) { fmt.Print(v, " ") })
	fmt.Println(g.Len())
}
