// Growing slices: append's rule (slice.go:growslice, nextslicecap) and the rounding of a new
// array up to a size class (msize.go:roundupsize), which programs see through cap.
package runtime

import "internal/abi"

// sizeClasses are the sizes of small objects, in units of 8 bytes, two bytes of text each
// (internal/runtime/gc/sizeclasses.go). As a string constant they cost nothing at start.
const sizeClasses = "\x00\x00\x00\x01\x00\x02\x00\x03\x00\x04\x00\x06\x00\x08\x00\x0a\x00\x0c\x00\x0e\x00\x10\x00\x12" +
	"\x00\x14\x00\x16\x00\x18\x00\x1a\x00\x1c\x00\x1e\x00\x20\x00\x24\x00\x28\x00\x2c\x00\x30\x00\x34" +
	"\x00\x38\x00\x3c\x00\x40\x00\x48\x00\x50\x00\x58\x00\x60\x00\x70\x00\x80\x00\x90\x00\xa0\x00\xb0" +
	"\x00\xc0\x00\xe0\x01\x00\x01\x20\x01\x50\x01\x80\x01\x90\x01\xb0\x02\x00\x02\x60\x02\xa0\x03\x00" +
	"\x03\x30\x03\x50\x03\x60\x04\x00\x04\xa0\x04\xc0\x05\x00\x05\x50\x06\x00\x06\xa0\x07\x00\x08\x00" +
	"\x09\x00\x09\x50\x0a\x00\x0a\xa0\x0c\x00\x0d\x50\x0e\x00\x10\x00"

const (
	maxSmallSize  = 32768
	mallocHeader  = 8   // in front of objects with pointers that are larger than
	minHeaderSize = 512 // this
	pageSize      = 8192
	doubleTo      = 256 // elements: up to here capacity doubles
	maxAlloc      = 1 << 48
)

func roundupsize(size int, noscan bool) int {
	if size > maxSmallSize-mallocHeader {
		return (size + pageSize - 1) &^ (pageSize - 1)
	}
	header := 0
	if !noscan && size > minHeaderSize {
		header = mallocHeader
	}
	size += header
	low, high := 0, len(sizeClasses)/2-1
	for low < high {
		mid := (low + high) / 2
		if classSize(mid) >= size {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return classSize(low) - header
}

func classSize(i int) int { return (int(sizeClasses[2*i])<<8 | int(sizeClasses[2*i+1])) * 8 }

func nextslicecap(newLen, oldCap int) int {
	double := oldCap + oldCap
	if newLen > double {
		return newLen
	}
	if oldCap < doubleTo {
		return double
	}
	newcap := oldCap
	for newcap < newLen {
		newcap += (newcap + 3*doubleTo) >> 2
	}
	return newcap
}

// growcap is the capacity append gives a slice that must hold newLen elements of size bytes.
func growcap(newLen, oldCap, size int, noscan bool) int {
	if size == 0 {
		return newLen
	}
	newcap := nextslicecap(newLen, oldCap)
	if newLen < 0 || newcap > maxAlloc/size {
		panic(errorString("growslice: len out of range"))
	}
	return roundupsize(newcap*size, noscan) / size
}

// growslice returns a copy of s with room for n more elements, and length len(s)+n.
func growslice[T any](s []T, n int) []T {
	t := typeOf[T]()
	newLen := len(s) + n
	grown := make([]T, newLen, growcap(newLen, cap(s), t.Size, t.Flags&abi.NoScan != 0))
	copy(grown, s)
	return grown
}
