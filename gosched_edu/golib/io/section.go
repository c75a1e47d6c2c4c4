package io

import "errors"

var (
	errWhence = errors.New("Seek: invalid whence")
	errOffset = errors.New("Seek: invalid offset")
)

// A SectionReader reads a part of what lies below it.
type SectionReader struct {
	r                ReaderAt
	base, off, limit int64
	n                int64
}

func NewSectionReader(r ReaderAt, off int64, n int64) *SectionReader {
	limit := int64(1<<63 - 1)
	if off <= limit-n {
		limit = off + n
	}
	return &SectionReader{r, off, off, limit, n}
}

func (s *SectionReader) Size() int64 { return s.limit - s.base }

//since 1.22
func (s *SectionReader) Outer() (r ReaderAt, off int64, n int64) { return s.r, s.base, s.n }

func (s *SectionReader) Read(p []byte) (n int, err error) {
	if s.off >= s.limit {
		return 0, EOF
	}
	if left := s.limit - s.off; int64(len(p)) > left {
		p = p[:left]
	}
	n, err = s.r.ReadAt(p, s.off)
	s.off += int64(n)
	return
}

func (s *SectionReader) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 || off >= s.Size() {
		return 0, EOF
	}
	off += s.base
	if left := s.limit - off; int64(len(p)) > left {
		n, err = s.r.ReadAt(p[:left], off)
		if err == nil {
			err = EOF
		}
		return n, err
	}
	return s.r.ReadAt(p, off)
}

func (s *SectionReader) Seek(offset int64, whence int) (int64, error) {
	off, err := seek(offset, whence, s.base, s.off, s.limit)
	if err == nil {
		s.off = off
		off -= s.base
	}
	return off, err
}

// seek is the place that Seek goes to, between base and any end.
func seek(offset int64, whence int, base, at, end int64) (int64, error) {
	switch whence {
	case SeekStart:
		offset += base
	case SeekCurrent:
		offset += at
	case SeekEnd:
		offset += end
	default:
		return 0, errWhence
	}
	if offset < base {
		return 0, errOffset
	}
	return offset, nil
}

// An OffsetWriter writes into a part of what lies below it.
type OffsetWriter struct {
	w         WriterAt
	base, off int64
}

//since 1.20
func NewOffsetWriter(w WriterAt, off int64) *OffsetWriter { return &OffsetWriter{w, off, off} }

func (o *OffsetWriter) Write(p []byte) (n int, err error) {
	n, err = o.w.WriteAt(p, o.off)
	o.off += int64(n)
	return
}

func (o *OffsetWriter) WriteAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errOffset
	}
	return o.w.WriteAt(p, off+o.base)
}

func (o *OffsetWriter) Seek(offset int64, whence int) (int64, error) {
	if whence == SeekEnd {
		return 0, errWhence
	}
	off, err := seek(offset, whence, o.base, o.off, 0)
	if err == nil {
		o.off = off
		off -= o.base
	}
	return off, err
}
