package fmt

import (
	"errors"
	"io"
	"os"
	"strconv"
	"unicode/utf8"
)

// Scanning in the small (fmt/scan.go): strings, booleans, integers and floats, with the verbs %v %d %s %f %t %q %x %c
// and widths. There are no Scanner methods of the operands.

type ss struct {
	rs    io.RuneScanner
	nlEnd bool // Scanln: a newline ends the input
	wid   int  // runes the operand may have
}

// readRune makes a RuneScanner of any reader, a byte at a time.
type readRune struct {
	r       io.Reader
	last    rune
	size    int
	pending bool
}

func (r *readRune) ReadRune() (rune, int, error) {
	if r.pending {
		r.pending = false
		return r.last, r.size, nil
	}
	b := make([]byte, 1, utf8.UTFMax)
	for {
		n, err := r.r.Read(b[len(b)-1:])
		if n == 0 && err != nil {
			return 0, 0, err
		}
		if n > 0 && utf8.FullRune(b) {
			break
		}
		if n > 0 {
			b = b[:len(b)+1]
		}
	}
	r.last, r.size = utf8.DecodeRune(b)
	return r.last, r.size, nil
}

func (r *readRune) UnreadRune() error {
	r.pending = true
	return nil
}

// text is the RuneScanner of Sscan.
type text struct {
	s    string
	at   int
	prev int
}

func (t *text) ReadRune() (r rune, size int, err error) {
	if t.at >= len(t.s) {
		return 0, 0, io.EOF
	}
	r, size = utf8.DecodeRuneInString(t.s[t.at:])
	t.prev = t.at
	t.at += size
	return
}

func (t *text) UnreadRune() error {
	t.at = t.prev
	return nil
}

func newScan(r io.Reader) *ss {
	if rs, ok := r.(io.RuneScanner); ok {
		return &ss{rs: rs}
	}
	return &ss{rs: &readRune{r: r}}
}

const eof = -1

func (s *ss) get() rune {
	r, _, err := s.rs.ReadRune()
	if err != nil {
		return eof
	}
	return r
}

func (s *ss) unget(r rune) {
	if r != eof {
		s.rs.UnreadRune()
	}
}

func isSpace(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' || r == 0x85 || r == 0xa0 }

// skipSpace stops behind spaces; a newline is one unless it ends the input.
func (s *ss) skipSpace(newlineIsSpace bool) error {
	for {
		r := s.get()
		if r == '\r' {
			continue
		}
		if r == '\n' && !newlineIsSpace {
			s.unget(r)
			return errors.New("unexpected newline")
		}
		if !isSpace(r) {
			s.unget(r)
			return nil
		}
	}
}

// token reads runes for which ok holds.
func (s *ss) token(ok func(r rune) bool) string {
	var b []byte
	for n := 0; s.wid == 0 || n < s.wid; n++ {
		r := s.get()
		if r == eof || !ok(r) {
			s.unget(r)
			break
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

func number1(r rune) bool {
	return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r == '+' || r == '-' || r == '_' || r == '.'
}

func (s *ss) scanOne(verb rune, arg any) error {
	if verb == 'c' {
		p, ok := arg.(*rune)
		if !ok {
			return errors.New("bad verb '%c' for " + Sprintf("%T", arg)[1:])
		}
		if *p = s.get(); *p == eof {
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	if err := s.skipSpace(!s.nlEnd); err != nil {
		return err
	}
	r := s.get()
	if r == eof {
		return io.EOF
	}
	s.unget(r)
	switch p := arg.(type) {
	case *string:
		*p = s.token(func(r rune) bool { return !isSpace(r) })
		if verb == 'q' {
			v, err := strconv.Unquote(*p)
			*p = v
			return err
		}
		return nil
	case *[]byte:
		*p = []byte(s.token(func(r rune) bool { return !isSpace(r) }))
		return nil
	case *bool:
		v, err := strconv.ParseBool(s.token(number1))
		if err != nil {
			return errors.New("syntax error scanning boolean")
		}
		*p = v
		return nil
	case *float64:
		return s.float(p, 64)
	case *float32:
		var f float64
		err := s.float(&f, 32)
		*p = float32(f)
		return err
	}
	return s.integer(verb, arg)
}

func (s *ss) float(p *float64, bits int) error {
	tok := s.token(number1)
	v, err := strconv.ParseFloat(tok, bits)
	*p = v
	return err
}

func (s *ss) integer(verb rune, arg any) error {
	base, ok := 10, func(r rune) bool { return r >= '0' && r <= '9' || r == '+' || r == '-' || r == '_' }
	switch verb {
	case 'x', 'X':
		base, ok = 16, number1
	case 'b':
		base = 2
	case 'o':
		base = 8
	}
	tok := s.token(ok)
	if verb == 'v' && (tok == "0" || tok == "-0" || tok == "+0") {
		tok += s.token(number1) // 0x10
		base = 0
	}
	if tok == "" || tok == "+" || tok == "-" {
		return errors.New("expected integer")
	}
	switch p := arg.(type) {
	case *int:
		v, err := strconv.ParseInt(tok, base, 64)
		*p = int(v)
		return err
	case *int64:
		v, err := strconv.ParseInt(tok, base, 64)
		*p = v
		return err
	case *int32:
		v, err := strconv.ParseInt(tok, base, 32)
		*p = int32(v)
		return err
	case *uint:
		v, err := strconv.ParseUint(tok, base, 64)
		*p = uint(v)
		return err
	case *uint64:
		v, err := strconv.ParseUint(tok, base, 64)
		*p = v
		return err
	case *uint8:
		v, err := strconv.ParseUint(tok, base, 8)
		*p = uint8(v)
		return err
	}
	return errors.New("can't scan type: " + Sprintf("%T", arg))
}

func (s *ss) doScan(a []any) (n int, err error) {
	for _, arg := range a {
		if err := s.scanOne('v', arg); err != nil {
			if err == io.EOF && n > 0 {
				err = io.ErrUnexpectedEOF
			}
			return n, err
		}
		n++
	}
	if s.nlEnd {
		for {
			r := s.get()
			if r == '\n' || r == eof {
				break
			}
			if !isSpace(r) {
				return n, errors.New("expected newline")
			}
		}
	}
	return n, nil
}

// doScanf: spaces in the format match spaces, other text itself.
func (s *ss) doScanf(format string, a []any) (n int, err error) {
	s.nlEnd = true
	for i := 0; i < len(format); {
		c, w := utf8.DecodeRuneInString(format[i:])
		i += w
		switch {
		case c == '%' && i < len(format):
			var verb rune
			s.wid, _, i = number(format, i)
			verb, w = utf8.DecodeRuneInString(format[i:])
			i += w
			if verb == '%' {
				if err := s.match('%'); err != nil {
					return n, err
				}
				continue
			}
			if n >= len(a) {
				return n, errors.New("too few operands for format '%" + string(verb) + "'")
			}
			if err := s.scanOne(verb, a[n]); err != nil {
				if err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return n, err
			}
			n++
		case isSpace(c):
			s.skipSpace(c == '\n')
		default:
			if err := s.match(c); err != nil {
				return n, err
			}
		}
	}
	if n < len(a) {
		return n, errors.New("too many operands")
	}
	return n, nil
}

func (s *ss) match(c rune) error {
	r := s.get()
	if r == c {
		return nil
	}
	s.unget(r)
	if r == eof {
		return io.ErrUnexpectedEOF
	}
	return errors.New("input does not match format")
}

func Sscan(str string, a ...any) (n int, err error) { return (&ss{rs: &text{s: str}}).doScan(a) }

func Sscanln(str string, a ...any) (n int, err error) {
	return (&ss{rs: &text{s: str}, nlEnd: true}).doScan(a)
}

func Sscanf(str, format string, a ...any) (n int, err error) {
	return (&ss{rs: &text{s: str}}).doScanf(format, a)
}

func Fscan(r io.Reader, a ...any) (n int, err error) { return newScan(r).doScan(a) }

func Fscanln(r io.Reader, a ...any) (n int, err error) {
	s := newScan(r)
	s.nlEnd = true
	return s.doScan(a)
}

func Fscanf(r io.Reader, format string, a ...any) (n int, err error) {
	return newScan(r).doScanf(format, a)
}

func Scan(a ...any) (n int, err error)                 { return Fscan(os.Stdin, a...) }
func Scanln(a ...any) (n int, err error)               { return Fscanln(os.Stdin, a...) }
func Scanf(format string, a ...any) (n int, err error) { return Fscanf(os.Stdin, format, a...) }
