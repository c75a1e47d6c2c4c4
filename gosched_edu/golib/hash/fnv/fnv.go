// Package fnv: the hash functions of Fowler, Noll and Vo.
package fnv

import "hash"

const (
	offset32 = 2166136261
	offset64 = 14695981039346656037
	prime32  = 16777619
	prime64  = 1099511628211
)

type sum32 struct {
	h     uint32
	first bool // FNV-1 multiplies first
}

type sum64 struct {
	h     uint64
	first bool
}

func New32() hash.Hash32  { return &sum32{offset32, true} }
func New32a() hash.Hash32 { return &sum32{offset32, false} }
func New64() hash.Hash64  { return &sum64{offset64, true} }
func New64a() hash.Hash64 { return &sum64{offset64, false} }

func (s *sum32) Reset()         { s.h = offset32 }
func (s *sum32) Sum32() uint32  { return s.h }
func (s *sum32) Size() int      { return 4 }
func (s *sum32) BlockSize() int { return 1 }

func (s *sum32) Write(data []byte) (int, error) {
	h := s.h
	for _, c := range data {
		if s.first {
			h = h*prime32 ^ uint32(c)
		} else {
			h = (h ^ uint32(c)) * prime32
		}
	}
	s.h = h
	return len(data), nil
}

func (s *sum32) Sum(in []byte) []byte {
	return append(in, byte(s.h>>24), byte(s.h>>16), byte(s.h>>8), byte(s.h))
}

func (s *sum64) Reset()         { s.h = offset64 }
func (s *sum64) Sum64() uint64  { return s.h }
func (s *sum64) Size() int      { return 8 }
func (s *sum64) BlockSize() int { return 1 }

func (s *sum64) Write(data []byte) (int, error) {
	h := s.h
	for _, c := range data {
		if s.first {
			h = h*prime64 ^ uint64(c)
		} else {
			h = (h ^ uint64(c)) * prime64
		}
	}
	s.h = h
	return len(data), nil
}

func (s *sum64) Sum(in []byte) []byte {
	for shift := 56; shift >= 0; shift -= 8 {
		in = append(in, byte(s.h>>uint(shift)))
	}
	return in
}
