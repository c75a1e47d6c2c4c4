package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"math/big"
	"net"
	"time"
)

type rec struct {
	A int8
	B uint16
	C [2]float32
	D bool
}

func main() {
	f := big.NewInt(1)
	for i := int64(1); i <= 60; i++ {
		f.Mul(f, big.NewInt(i))
	}
	fmt.Println(f, f.BitLen(), len(f.Bytes()))
	a, _ := new(big.Int).SetString("-123456789012345678901234567890123456789012345678901234567890", 10)
	b, ok := new(big.Int).SetString("0xfedcba9876543210fedcba9876543210", 0)
	fmt.Println(a, b, ok, a.Cmp(b), a.Sign())
	var q, r, m big.Int
	q.QuoRem(a, b, &r)
	fmt.Println(&q, &r)
	q.DivMod(a, b, &m)
	fmt.Println(q.String(), m.String())
	fmt.Println(new(big.Int).Div(f, b), new(big.Int).Mod(f, b), new(big.Int).Quo(b, f), new(big.Int).Rem(a, f))
	fmt.Println(new(big.Int).Exp(big.NewInt(3), big.NewInt(200), nil), new(big.Int).Exp(big.NewInt(7), f, big.NewInt(1000007)))
	fmt.Println(new(big.Int).Sqrt(f), new(big.Int).GCD(nil, nil, f, b), new(big.Int).ModInverse(big.NewInt(3), big.NewInt(11)))
	fmt.Println(new(big.Int).Lsh(a, 67), new(big.Int).Rsh(a, 67), new(big.Int).And(a, b), new(big.Int).Or(a, b), new(big.Int).Xor(a, b), new(big.Int).Not(a))
	fmt.Println(new(big.Int).Binomial(100, 50), big.NewInt(1000003).ProbablyPrime(20), new(big.Int).Sub(b, f).ProbablyPrime(20))
	fmt.Printf("%x %X %b %10d|%-10d|%+d %010d %#x %v %s\n", b, b, big.NewInt(5), big.NewInt(42), big.NewInt(42), big.NewInt(42), big.NewInt(-42), b, a, a)
	fmt.Println(b.Text(36), big.NewInt(-5).Text(2), a.IsInt64(), big.NewInt(9).Int64())
	x := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 1279), big.NewInt(1))
	y := new(big.Int).Add(new(big.Int).Mul(x, b), f)
	fmt.Println(new(big.Int).Quo(y, x).Cmp(b), new(big.Int).Rem(y, x).Cmp(f))
	_, bad := new(big.Int).SetString("12x", 10)
	fmt.Println(bad)
	fmt.Printf("%x\n%x\n%x\n", sha1.Sum([]byte("abc")), sha512.Sum512([]byte("abc")), sha512.Sum384(bytes.Repeat([]byte("x"), 3)))
	h := hmac.New(sha256.New, []byte("key"))
	h.Write([]byte("message"))
	fmt.Printf("%x %v\n", h.Sum(nil), hmac.Equal([]byte("a"), []byte("b")))
	var buf bytes.Buffer
	fmt.Println(binary.Write(&buf, binary.BigEndian, rec{-1, 500, [2]float32{1.5, -2}, true}), buf.Bytes(), binary.Size(rec{}))
	var back rec
	fmt.Println(binary.Read(&buf, binary.BigEndian, &back), back, binary.Write(&buf, binary.LittleEndian, "s"), binary.Write(&buf, binary.LittleEndian, []uint16{1, 2}), buf.Bytes())
	for _, d := range []string{"2021-01-01", "2020-12-31", "2024-12-30", "2026-06-15"} {
		t, _ := time.Parse("2006-01-02", d)
		fmt.Println(t.ISOWeek())
	}
	for _, s := range []string{"1.2.3.4", "256.1.1.1", "::1", "2001:db8::5:0:1", "1:2:3:4:5:6:7:8", "x", "::ffff:1.2.3.4", "01.2.3.4"} {
		if s != "::ffff:1.2.3.4" {
			fmt.Println(net.ParseIP(s), net.ParseIP(s) == nil, net.ParseIP(s).IsLoopback())
		}
	}
}
