// Package crc32: the 32-bit cyclic redundancy check, reflected.
package crc32

import "hash"

const (
	Size       = 4
	IEEE       = 0xedb88320
	Castagnoli = 0x82f63b78
)

type Table [256]uint32

func MakeTable(poly uint32) *Table {
	t := new(Table)
	for i := range t {
		crc := uint32(i)
		for j := 0; j < 8; j++ {
			if crc&1 == 1 {
				crc = crc>>1 ^ poly
			} else {
				crc >>= 1
			}
		}
		t[i] = crc
	}
	return t
}

var ieee *Table

func ieeeTable() *Table {
	if ieee == nil {
		ieee = MakeTable(IEEE)
	}
	return ieee
}

func Update(crc uint32, tab *Table, p []byte) uint32 {
	crc = ^crc
	for _, c := range p {
		crc = tab[byte(crc)^c] ^ crc>>8
	}
	return ^crc
}

func Checksum(data []byte, tab *Table) uint32 { return Update(0, tab, data) }
func ChecksumIEEE(data []byte) uint32         { return Update(0, ieeeTable(), data) }

type digest struct {
	crc uint32
	tab *Table
}

func New(tab *Table) hash.Hash32 { return &digest{0, tab} }
func NewIEEE() hash.Hash32       { return New(ieeeTable()) }

func (d *digest) Size() int      { return Size }
func (d *digest) BlockSize() int { return 1 }
func (d *digest) Reset()         { d.crc = 0 }
func (d *digest) Sum32() uint32  { return d.crc }

func (d *digest) Write(p []byte) (int, error) {
	d.crc = Update(d.crc, d.tab, p)
	return len(p), nil
}

func (d *digest) Sum(in []byte) []byte {
	return append(in, byte(d.crc>>24), byte(d.crc>>16), byte(d.crc>>8), byte(d.crc))
}
