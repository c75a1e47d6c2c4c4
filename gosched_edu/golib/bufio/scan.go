package bufio

import (
	"bytes"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"
)

var (
	ErrTooLong         = errors.New("bufio.Scanner: token too long")
	ErrNegativeAdvance = errors.New("bufio.Scanner: SplitFunc returns negative advance count")
	ErrAdvanceTooFar   = errors.New("bufio.Scanner: SplitFunc returns advance count beyond input")
	ErrFinalToken      = errors.New("final token")
)

const (
	MaxScanTokenSize = 64 * 1024
	startBufSize     = 4096
)

// A SplitFunc finds the first token in data.
type SplitFunc func(data []byte, atEOF bool) (advance int, token []byte, err error)

// A Scanner steps through the tokens of its input; buf[start:end] is what it has of it.
type Scanner struct {
	r          io.Reader
	split      SplitFunc
	max        int
	token      []byte
	buf        []byte
	start, end int
	err        error
	done       bool
	empties    int
}

func NewScanner(r io.Reader) *Scanner {
	return &Scanner{r: r, split: ScanLines, max: MaxScanTokenSize}
}

func (s *Scanner) Bytes() []byte            { return s.token }
func (s *Scanner) Text() string             { return string(s.token) }
func (s *Scanner) Split(split SplitFunc)    { s.split = split }
func (s *Scanner) Buffer(b []byte, max int) { s.buf, s.max = b[:cap(b)], max }

func (s *Scanner) Err() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

func (s *Scanner) Scan() bool {
	if s.done {
		return false
	}
	for {
		if s.end > s.start || s.err != nil {
			found, stop := s.next()
			if stop {
				return found
			}
		}
		if s.err != nil {
			s.start, s.end = 0, 0
			s.token = nil
			return false
		}
		s.read()
	}
}

// next splits off a token; stop says that Scan is to return found.
func (s *Scanner) next() (found, stop bool) {
	advance, token, err := s.split(s.buf[s.start:s.end], s.err != nil)
	if err != nil {
		s.done = true
		s.token = token
		if err == ErrFinalToken {
			return token != nil, true
		}
		if s.err == nil || s.err == io.EOF {
			s.err = err
		}
		s.token = nil
		return false, true
	}
	if advance < 0 || advance > s.end-s.start {
		s.err = ErrAdvanceTooFar
		if advance < 0 {
			s.err = ErrNegativeAdvance
		}
		s.token = nil
		return false, true
	}
	s.start += advance
	s.token = token
	if token == nil {
		return false, false
	}
	if s.err == nil || advance > 0 {
		s.empties = 0
	} else if s.empties++; s.empties > 100 {
		panic("bufio.Scan: too many empty tokens without progressing")
	}
	return true, true
}

// read makes room and reads once.
func (s *Scanner) read() {
	if s.start > 0 && (s.end == len(s.buf) || s.start > len(s.buf)/2) {
		copy(s.buf, s.buf[s.start:s.end])
		s.end -= s.start
		s.start = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= s.max {
			s.err = ErrTooLong
			s.done = true
			s.start, s.end = 0, 0
			return
		}
		buf := make([]byte, min(max(2*len(s.buf), startBufSize), s.max))
		copy(buf, s.buf[s.start:s.end])
		s.buf = buf
	}
	for tries := 100; tries > 0; tries-- {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}

func ScanBytes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	return 1, data[:1], nil
}

func ScanRunes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 || !atEOF && !utf8.FullRune(data) {
		return 0, nil, nil
	}
	r, width := utf8.DecodeRune(data)
	if width == 1 && r == utf8.RuneError {
		return 1, []byte(string(r)), nil
	}
	return width, data[:width], nil
}

func dropCR(data []byte) []byte {
	if n := len(data); n > 0 && data[n-1] == '\r' {
		return data[:n-1]
	}
	return data
}

func ScanLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, dropCR(data[:i]), nil
	}
	if atEOF && len(data) > 0 {
		return len(data), dropCR(data), nil
	}
	return 0, nil, nil
}

func ScanWords(data []byte, atEOF bool) (advance int, token []byte, err error) {
	start := 0
	for start < len(data) {
		r, width := utf8.DecodeRune(data[start:])
		if !unicode.IsSpace(r) {
			break
		}
		start += width
	}
	for i := start; i < len(data); {
		r, width := utf8.DecodeRune(data[i:])
		if unicode.IsSpace(r) {
			return i + width, data[start:i], nil
		}
		i += width
	}
	if atEOF && len(data) > start {
		return len(data), data[start:], nil
	}
	return start, nil, nil
}
