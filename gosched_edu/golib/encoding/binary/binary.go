// Package binary: numbers as bytes (encoding/binary). Read and Write, which go by reflection, are left out.
package binary

type ByteOrder interface {
	Uint16([]byte) uint16
	Uint32([]byte) uint32
	Uint64([]byte) uint64
	PutUint16([]byte, uint16)
	PutUint32([]byte, uint32)
	PutUint64([]byte, uint64)
	String() string
}

type AppendByteOrder interface {
	AppendUint16([]byte, uint16) []byte
	AppendUint32([]byte, uint32) []byte
	AppendUint64([]byte, uint64) []byte
	String() string
}

type littleEndian struct{}
type bigEndian struct{}

var (
	LittleEndian littleEndian
	BigEndian    bigEndian
)

const (
	MaxVarintLen16 = 3
	MaxVarintLen32 = 5
	MaxVarintLen64 = 10
)

func get(b []byte, n int, little bool) (x uint64) {
	_ = b[n-1]
	for i := 0; i < n; i++ {
		c := b[i]
		if little {
			c = b[n-1-i]
		}
		x = x<<8 | uint64(c)
	}
	return x
}

func put(b []byte, n int, x uint64, little bool) {
	_ = b[n-1]
	for i := 0; i < n; i++ {
		at := n - 1 - i
		if little {
			at = i
		}
		b[at] = byte(x >> uint(8*i))
	}
}

func appended(b []byte, n int, x uint64, little bool) []byte {
	var all [8]byte
	put(all[:], n, x, little)
	return append(b, all[:n]...)
}

func (littleEndian) Uint16(b []byte) uint16       { return uint16(get(b, 2, true)) }
func (littleEndian) Uint32(b []byte) uint32       { return uint32(get(b, 4, true)) }
func (littleEndian) Uint64(b []byte) uint64       { return get(b, 8, true) }
func (littleEndian) PutUint16(b []byte, v uint16) { put(b, 2, uint64(v), true) }
func (littleEndian) PutUint32(b []byte, v uint32) { put(b, 4, uint64(v), true) }
func (littleEndian) PutUint64(b []byte, v uint64) { put(b, 8, v, true) }
func (littleEndian) String() string               { return "LittleEndian" }
func (littleEndian) GoString() string             { return "binary.LittleEndian" }

func (littleEndian) AppendUint16(b []byte, v uint16) []byte { return appended(b, 2, uint64(v), true) }
func (littleEndian) AppendUint32(b []byte, v uint32) []byte { return appended(b, 4, uint64(v), true) }
func (littleEndian) AppendUint64(b []byte, v uint64) []byte { return appended(b, 8, v, true) }

func (bigEndian) Uint16(b []byte) uint16       { return uint16(get(b, 2, false)) }
func (bigEndian) Uint32(b []byte) uint32       { return uint32(get(b, 4, false)) }
func (bigEndian) Uint64(b []byte) uint64       { return get(b, 8, false) }
func (bigEndian) PutUint16(b []byte, v uint16) { put(b, 2, uint64(v), false) }
func (bigEndian) PutUint32(b []byte, v uint32) { put(b, 4, uint64(v), false) }
func (bigEndian) PutUint64(b []byte, v uint64) { put(b, 8, v, false) }
func (bigEndian) String() string               { return "BigEndian" }
func (bigEndian) GoString() string             { return "binary.BigEndian" }

func (bigEndian) AppendUint16(b []byte, v uint16) []byte { return appended(b, 2, uint64(v), false) }
func (bigEndian) AppendUint32(b []byte, v uint32) []byte { return appended(b, 4, uint64(v), false) }
func (bigEndian) AppendUint64(b []byte, v uint64) []byte { return appended(b, 8, v, false) }

func AppendUvarint(b []byte, x uint64) []byte {
	for x >= 0x80 {
		b = append(b, byte(x)|0x80)
		x >>= 7
	}
	return append(b, byte(x))
}

func PutUvarint(b []byte, x uint64) int { return copy(b, AppendUvarint(nil, x)) }

// Uvarint returns the value and its bytes; 0 bytes: the text is too short, fewer: the value is too large.
func Uvarint(b []byte) (x uint64, n int) {
	for i, c := range b {
		if i == MaxVarintLen64 || i == MaxVarintLen64-1 && c > 1 {
			return 0, -(i + 1)
		}
		x |= uint64(c&0x7f) << uint(7*i)
		if c < 0x80 {
			return x, i + 1
		}
	}
	return 0, 0
}

func AppendVarint(b []byte, x int64) []byte {
	return AppendUvarint(b, uint64(x)<<1^uint64(x>>63))
}

func PutVarint(b []byte, x int64) int { return copy(b, AppendVarint(nil, x)) }

func Varint(b []byte) (int64, int) {
	u, n := Uvarint(b)
	return int64(u>>1) ^ -int64(u&1), n
}
