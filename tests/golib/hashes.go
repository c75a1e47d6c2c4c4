package main

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"strings"
)

func main() {
	for _, s := range []string{"", "a", "hello world", strings.Repeat("x", 55), strings.Repeat("y", 56), strings.Repeat("z", 64), strings.Repeat("w", 200)} {
		fmt.Printf("%x\n", sha256.Sum256([]byte(s)))
		fmt.Printf("%x\n", md5.Sum([]byte(s)))
		fmt.Println(crc32.ChecksumIEEE([]byte(s)))
		h := fnv.New32a()
		h.Write([]byte(s))
		g := fnv.New64()
		g.Write([]byte(s))
		fmt.Println(h.Sum32(), g.Sum64(), hex.EncodeToString(g.Sum(nil)))
	}
	b, err := hex.DecodeString("4afx")
	fmt.Println(b, err)
}
